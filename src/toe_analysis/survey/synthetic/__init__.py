"""Made-up answers that agree with the counts the report prints."""
