"""From the masters of the exercises to what students and teachers get."""
