"""A study's facts: what is asked, of whom, and what decides where a firm stands."""
