"""Other people's formats: what leaves the project in them, and what comes back."""
