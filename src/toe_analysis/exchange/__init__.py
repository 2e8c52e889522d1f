"""Other people's formats: what leaves the project in them, and what comes back."""

from toe_analysis.exchange.second_coder import read_second_coder

__all__ = ["read_second_coder"]
