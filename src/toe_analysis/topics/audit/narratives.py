"""What no number shows: the report's sentences traced to questions and coded units, and findings about its design."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from toe_analysis.csv_table import one_of, read_csv_table
from toe_analysis.errors import InputError
from toe_analysis.interviews import THEMES, read_codings, unit_names
from toe_analysis.published.claims import Claim
from toe_analysis.published.report import asked_of, reported_questions
from toe_analysis.showing.words import LANGUAGES, count_of_base, percent, say
from toe_analysis.survey import Questionnaire, Study

#: How far what is printed carries a sentence. The verdicts are our reading; their traces are looked up.
CARRIED = ("carried", "carried by wording only", "not carried", "contradicted")

_STATEMENTS = ("statement", "section", "survey_questions", "coded_units")
_CHECKS = ("statement", "verdict", "claims", "firms", "theme", "because_en", "because_da")
_FINDINGS = (
    "finding",
    "check",
    *(f"{name}_{one}" for name in ("place", "finding", "consequence") for one in LANGUAGES),
)


def read_statements(raw: Path, questionnaire: Questionnaire, claims: Mapping[str, Claim]) -> pd.DataFrame:
    """Read the report's sentences with our verdicts, and hold every trace to what it names.

    Returns
    -------
    pandas.DataFrame
        The columns of ``narrative_claims.csv`` and ``narrative_checks.csv``, a row a sentence.

    Raises
    ------
    InputError
        If a sentence has no verdict, or a trace names a question, unit, claim, firm or theme that is not there.
    """
    name = "narrative_checks.csv"
    statements = read_csv_table(raw / "narrative_claims.csv", _STATEMENTS)
    checks = read_csv_table(raw / name, _CHECKS, holds={"verdict": one_of(CARRIED), "theme": one_of(("", *THEMES))})
    if list(statements["statement"]) != list(checks["statement"]):
        odd = sorted(set(statements["statement"]) ^ set(checks["statement"])) or ["another order"]
        raise InputError(f"{name}: expected the statements of narrative_claims.csv, in its order, found {odd[0]}")
    table = statements.merge(checks, on="statement")
    codings, reported = read_codings(raw), reported_questions(raw)
    known = {
        "coded_units": set(unit_names(codings)),
        "claims": set(claims),
        "firms": {str(number) for number in codings["interview"]},
    }
    for stated, checked, row in zip(statements.index, checks.index, table.to_dict("records"), strict=True):
        where = f"narrative_claims.csv, row {stated}, column survey_questions"
        asked_of(row["survey_questions"].split(), questionnaire, reported, where)
        for column, allowed in known.items():
            file, line = (name, checked) if column in _CHECKS else ("narrative_claims.csv", stated)
            for one in row[column].split():
                if one not in allowed:
                    raise InputError(f"{file}, row {line}, column {column}: found {one!r}, which is not there")
    return table


def statement_table(
    statements: pd.DataFrame,
    questionnaire: Questionnaire,
    raw: Path,
    claims: Mapping[str, Claim],
) -> pd.DataFrame:
    """Return every sentence with its verdict and its trace.

    Returns
    -------
    pandas.DataFrame
        ``statement``, ``section`` and ``carried`` (one of `CARRIED`); in each language ``survey_questions``,
        ``coded_units`` and ``printed_numbers`` (what could carry it, in words), ``named_firms`` (for a sentence about
        certain firms: the units of its theme in each firm's table) and ``reason_given``; and ``basis``.
    """
    codings = read_codings(raw).assign(name=unit_names)
    glosses = codings.set_index("name")
    rows = []
    for row in statements.rename(columns={"verdict": "carried"}).to_dict("records"):
        for language in LANGUAGES:
            questions = [f"{name} {_label(name, questionnaire, language)}" for name in row["survey_questions"].split()]
            units = [f"{name} {glosses.at[name, f'gloss_{language}']}" for name in row["coded_units"].split()]
            numbers = [_printed(claims[name], language) for name in row["claims"].split()]
            row |= {f"survey_questions_{language}": "; ".join(questions), f"coded_units_{language}": "; ".join(units)}
            row[f"printed_numbers_{language}"] = "; ".join(numbers)
            row[f"named_firms_{language}"] = _by_firm(row["firms"].split(), row["theme"], codings, language)
            row[f"reason_given_{language}"] = row[f"because_{language}"]
        rows.append(row)
    told = ("survey_questions", "coded_units", "printed_numbers", "named_firms", "reason_given")
    in_words = [f"{name}_{language}" for name in told for language in LANGUAGES]
    return pd.DataFrame(rows, columns=["statement", "section", "carried", *in_words]).assign(basis="published")


@dataclass(frozen=True)
class Material:
    """What findings can be checked against.

    Parameters
    ----------
    study : Study
    claims : dict of str to Claim
    baselines : pandas.DataFrame
        The shares of other surveys, with a column ``function``.
    """

    study: Study
    claims: Mapping[str, Claim]
    baselines: pd.DataFrame


def read_findings(path: Path) -> pd.DataFrame:
    """Read the findings about design and text.

    Raises
    ------
    InputError
        If a column is missing or a check is not known.
    """
    return read_csv_table(path, _FINDINGS, holds={"check": one_of(_EVIDENCE)})


def finding_table(findings: pd.DataFrame, material: Material) -> pd.DataFrame:
    """Return every finding with its consequence and, where code can look it up, its evidence.

    Returns
    -------
    pandas.DataFrame
        ``finding``; in each language ``place``, ``what``, ``code_found`` and ``consequence``; ``how_checked``
        (``code``; ``gone`` if code finds it no longer, as in the next wave's questionnaire; ``read`` if it was read in
        the text) and ``basis``.
    """
    found = findings.rename(columns={f"finding_{language}": f"what_{language}" for language in LANGUAGES})
    for language in LANGUAGES:
        found[f"code_found_{language}"] = [_EVIDENCE[check](material, language) for check in found["check"]]
    looked_up = {True: "code", False: "gone"}
    found["how_checked"] = (found["code_found_en"] != "").map(looked_up).where(found["check"] != "", "read")
    told = [f"{name}_{one}" for name in ("place", "what", "code_found", "consequence") for one in LANGUAGES]
    return found[["finding", *told, "how_checked"]].assign(basis="published")


def _label(name: str, questionnaire: Questionnaire, language: str) -> str:
    return questionnaire[name].labels[language] if name in questionnaire else f"({say('why.not_asked', language)})"


def _printed(claim: Claim, language: str) -> str:
    """Return a printed number, with the percentage that its count and base would have."""
    known = None not in (claim.count, claim.base) and not claim.percentage
    told = count_of_base(claim.count, claim.base, language) if known else claim.printed
    return f"{claim.labels[language]}: {told}"


def _by_firm(firms: list[str], theme: str, codings: pd.DataFrame, language: str) -> str:
    """Say which units of a theme each named firm's table has."""
    parts = []
    for firm in firms:
        units = codings[(codings["interview"].astype(str) == firm) & (codings["theme"] == theme)]["name"]
        parts.append(f"{firm}: {', '.join(units) or say('why.none', language)}")
    return "; ".join(parts)


def _size_overlap(material: Material, language: str) -> str:
    sizes = material.study.size_table()
    pairs = {
        tuple(sorted((row.size, other))) for row in sizes.itertuples() for other in row.overlaps.split(", ") if other
    }
    return "; ".join(" / ".join(pair) for pair in sorted(pairs))


def _size_target(material: Material, language: str) -> str:
    sizes = material.study.size_table()
    parts = []
    for column in sizes.columns.intersection(["in_target", "in_under"]):
        partly = ", ".join(sizes.loc[sizes[column] == "partly", "size"])
        if partly:
            parts.append(f"{say(f'column.{column}', language)}: {say('fit.partly', language)} {partly}")
    return "; ".join(parts)


def _dont_know_route(material: Material, language: str) -> str:
    """Return where "don't know" can be ticked and no rule says where it leads, though other options lead somewhere."""
    unsure = material.study.dont_know.options if material.study.dont_know else ()
    rules = [one.asked_when for one in material.study.questionnaire if one.asked_when]
    leads = {(rule.question, option) for rule in rules for option in rule.options}
    deciding = [material.study.questionnaire[name] for name in dict.fromkeys(rule.question for rule in rules)]
    unruled = [(one.id, option) for one in deciding for option in unsure if option in one.options]
    return "; ".join(f"{question}: {option}" for question, option in unruled if (question, option) not in leads)


def _other_option(material: Material, language: str) -> str:
    """Return how each title that stands in several branches, or each purpose and way, offers other answers."""
    alike: dict[tuple[str, ...], list] = {}
    for question in material.study.questionnaire:
        if question.type in ("multi", "ranking"):
            rest = tuple(option for option in question.options if option != question.other_option)
            alike.setdefault(rest[:3], []).append(question)
    parts = []
    for questions in alike.values():
        offered: dict[str, list[str]] = {}
        for question in questions:
            offered.setdefault(question.other_option or say("why.none", language), []).append(question.id)
        if len(offered) > 1:
            parts.append(", ".join(f"{option}: {' '.join(ids)}" for option, ids in offered.items()))
    return "; ".join(parts)


def _same_titles(material: Material, language: str) -> str:
    """Return the questions with one title that depend on the same earlier question."""
    titles: dict[tuple[str, str], list[str]] = {}
    for question in material.study.questionnaire:
        if question.asked_when:
            titles.setdefault((question.header, question.asked_when.question), []).append(question.id)
    return "; ".join(" = ".join(ids) for ids in titles.values() if len(ids) > 1)


def _exclusions(material: Material, language: str) -> str:
    received, valid = (material.claims[material.study.claims[name]].count for name in ("received", "valid"))
    return f"{received} - {valid} = {received - valid}" if received > valid else ""


def _no_other_region(material: Material, language: str) -> str:
    closed = [question for question in material.study.questionnaire if question.may_be_shown]
    about = [question.id for question in closed if question.role == "region"]
    return "" if about else say("why.no_question", language, number=len(closed))


def _production_only(material: Material, language: str) -> str:
    asked = material.study.role("uses")
    if asked is None:
        return ""
    other = int((material.baselines["function"] == "any use in the firm").sum())
    return (
        say("why.any_use", language, question=asked.header, number=other, all=len(material.baselines)) if other else ""
    )


def _representative(material: Material, language: str) -> str:
    claim = material.claims[material.study.claims["received"]]
    return f"{claim.count} / {claim.base} = {percent(claim.count / claim.base, language)}"


def _guide_appendix(material: Material, language: str) -> str:
    sections = {one.section for name, one in material.claims.items() if name.startswith("guide_")}
    found = sorted(set(re.findall(r"Appendix (\d+)", " ".join(sections))) - {"2"})
    return "; ".join(say("why.appendix", language, number=number) for number in found)


_EVIDENCE: dict[str, Callable[[Material, str], str]] = {
    "": lambda material, language: "",  # read in the text
    "size_overlap": _size_overlap,
    "size_target": _size_target,
    "dont_know_route": _dont_know_route,
    "other_option": _other_option,
    "same_titles": _same_titles,
    "exclusions": _exclusions,
    "no_other_region": _no_other_region,
    "production_only": _production_only,
    "representative": _representative,
    "guide_appendix": _guide_appendix,
}
