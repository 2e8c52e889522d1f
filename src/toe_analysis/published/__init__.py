"""What is in print: a report's numbers, and other surveys' shares."""
