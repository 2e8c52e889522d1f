"""Many runs under other parameters, and what they conclude."""
