"""The top floor: stages and the runner. Nothing below imports it; only ``run_all.py`` enters here."""
