"""Tables of a private run that may be published."""
