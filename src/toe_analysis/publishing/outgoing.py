"""The command ``export``: the study in other people's formats, and all that is kept in git and made from results."""

import argparse
from pathlib import Path

from toe_analysis.paths import Root, write_atomically
from toe_analysis.publishing.kept import read_citation
from toe_analysis.publishing.metadata import ANSWERS, metadata_files
from toe_analysis.publishing.readme import readme_files
from toe_analysis.publishing.reference import reference_files
from toe_analysis.survey import read_source, read_study
from toe_analysis.terminal import DONE, tell


def write_outgoing(project: Path, options: argparse.Namespace) -> int:
    """Write what other programs read, the README's blocks and picture, the reference, and the metadata."""
    root = Root.at(project)
    for path, content in (_exchange_files(root) | files_in_git(root)).items():
        tell(str(write_atomically(project / path, content).relative_to(project)))
    return DONE


def files_in_git(root: Root) -> dict[str, bytes]:
    """Return what is kept in git and made of the results, by its path in the project."""
    return metadata_files(root) | readme_files(root) | reference_files()


def _exchange_files(root: Root) -> dict[str, bytes]:
    from toe_analysis.exchange.ddi import ddi_codebook  # these load statistics, and `check` needs none
    from toe_analysis.exchange.refi_writing import refi_codebook, refi_project
    from toe_analysis.interviews import read_categories, read_codings

    study, codings = read_study(root.raw), read_codings(root.raw)
    categories = read_categories(root.raw, codings)
    definitions = {
        row.code: " ".join(f"{text[0].upper()}{text[1:]}." for text in (row.definition_da, row.coding_rule_da))
        for row in categories.itertuples()
    }
    project, report = read_citation(root.path / "CITATION.cff")
    codebook = ddi_codebook(
        study.questionnaire,
        title=report.title,
        author=", ".join(report.authors),
        universe=study.universe["en"],
        answers=ANSWERS[read_source(root.export).kind],
        codebook_by=", ".join(project.authors),
    )
    files = {
        "categories.qdc": refi_codebook(definitions=definitions),
        "interviews_coded.qdpx": refi_project(codings, definitions=definitions),
        "interviews_to_code.qdpx": refi_project(codings, coded=False, definitions=definitions),
        "survey_ddi.xml": codebook,
    }
    return {f"build/exchange/{name}": content for name, content in files.items()}
