"""Analysis of a small survey of AI use in Danish manufacturing firms, read through the TOE framework."""

__version__ = "0.1.0"
