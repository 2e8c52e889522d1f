"""What is printed: which counts, bases and answers give a percentage or a mean."""
