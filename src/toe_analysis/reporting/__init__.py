"""Tables, figures and words: results as people read them, each with its basis."""
