"""The study in data/raw, for tests that need it before a fixture can be asked."""

from pathlib import Path

from toe_analysis.survey import read_study

PROJECT = Path(__file__).parents[1]
STUDY = read_study(PROJECT / "data/raw")
