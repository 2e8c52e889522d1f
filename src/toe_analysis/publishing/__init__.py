"""What others get to see: the site, the README, metadata, certificates, releases."""
