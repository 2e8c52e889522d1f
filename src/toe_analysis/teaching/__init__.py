"""From the masters of the exercises to what students and teachers get, and an overview of what a class hands in."""
