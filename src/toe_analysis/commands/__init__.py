"""The command line: what each word of run_all.py does."""
