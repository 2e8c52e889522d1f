"""The closing summary of a run, filled from the results."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from toe_analysis.csv_table import read_csv_table
from toe_analysis.paths import QUESTIONNAIRE_NAME, STUDY_NAME, Root
from toe_analysis.published.report import questions_not_asked
from toe_analysis.running.plan import compared_study
from toe_analysis.running.stages import AUDIT, FINDINGS, Stage
from toe_analysis.showing.words import counts_text, say, word
from toe_analysis.survey import MISSING, Source, Study, read_responses

#: Rows of one reason, or notes, before the rest is only counted.
_MOST = 20


def closing_summary(stages: Sequence[Stage], project: Path, root: Root, left_out: Mapping[str, str]) -> str:
    """Return what was rebuilt, where it is, what was left out and why (`left_out`, by stage), and what to believe."""
    tables = sum(len(stage.tables) for stage in stages)
    figures = sum(len(stage.figures()) for stage in stages)
    responses = read_responses(root)
    cleaned, study, source = responses.numbers, responses.study, responses.source
    names = {stage.name for stage in stages}
    place = "" if root.path == project else f"{root.path.relative_to(project).as_posix()}/"
    nearest, user = next(iter(root.numbers("02_classify_firms")["status"].items()))
    use_ai = word(nearest, "en", "status")
    lines = [
        "",
        f"{tables} tables are in {place}data/processed/ and {figures} figures (English and Danish) in {place}figures/; "
        f"the notebooks with their outputs are in {place}build/notebooks/.",
        f"Responses received: {cleaned['received']}, analysed: {cleaned['valid']}. Status “{use_ai}”: "
        f"{say('sentence.share', 'en', **user)}.",
    ]
    lines += _of_the_export(root, cleaned, f"{place}data/processed/")
    if AUDIT in names:
        audited = _rows(root, f"{AUDIT}.csv")
        lines += [f"{_audit(root, audited)} See {place}data/processed/{AUDIT}.csv."]
        if source.kind == "responses":
            lines += _held_against(root, study, audited)
    lines += _not_asked(root, study)
    lines += _not_invited(study.invited, cleaned)
    lines += named_in_vain(study)
    lines += [f"Notebook {stage} is left out, since {reason}." for stage, reason in left_out.items()]
    lines += _guesses(root, study)
    lines += [_what_is_real(source, AUDIT not in left_out)]
    if FINDINGS in names:
        pages = f"{place}figures/en/{FINDINGS}.pdf, in Danish in {place}figures/da/"
        lines += [f"What the study found, on one page: {pages}."]
    return "\n".join(lines)


def _of_the_export(root: Root, cleaned: Mapping[str, Any], tables: str) -> list[str]:
    """Say which rows are left out, what was odd about the file, and which answers are not usable."""
    excluded = (
        (f"Left out, {word(row['reason'], 'en', 'reason')} ({row['basis']})", row) for row in cleaned["excluded"]
    )
    problems = _rows(root, "01_clean_responses_problems.csv")
    one = say("firm.the_one", "en")
    unusable = ((f"Not usable in {row['question']}, {one} {MISSING[row['problem']]}", row) for row in problems)
    notes = [f"Note on the file: {note}." for note in cleaned["notes"]]
    if len(notes) > _MOST:
        notes = [*notes[:_MOST], f"... and {len(notes) - _MOST} more notes; {tables} has all."]
    return [*_by_reason(excluded, tables), *notes, *_by_reason(unusable, tables)]


def _by_reason(told: Iterable[tuple[str, Mapping[str, object]]], tables: str) -> list[str]:
    """Return a line a reason with its rows; of many the first ones, how many more, and where all stand.

    >>> _by_reason([("Left out, too large", {"row": 7}), ("Left out, too small", {"row": 8})], "data/")
    ['Left out, too large: row 7.', 'Left out, too small: row 8.']
    >>> _by_reason([("Left out, too large", {"row": f"file {place}, row 9"}) for place in (1, 2)], "data/")
    ['Left out, too large: file 1, row 9; file 2, row 9.']
    >>> (line,) = _by_reason([("Left out, too large", {"row": row}) for row in range(2, 25)], "data/")
    >>> line[:30], line[-35:]
    ('Left out, too large: rows 2, 3', ', 20, 21 and 3 more; data/ has all.')
    """
    by_reason: dict[str, list[str]] = {}
    for reason, row in told:
        by_reason.setdefault(reason, []).append(str(row["row"]))
    lines = []
    for reason, rows in by_reason.items():
        of_files = rows[0].startswith("file ")
        kind = "" if of_files else "rows " if len(rows) > 1 else "row "
        more = f" and {len(rows) - _MOST} more; {tables} has all" if len(rows) > _MOST else ""
        lines.append(f"{reason}: {kind}{('; ' if of_files else ', ').join(rows[:_MOST])}{more}.")
    return lines


def _not_asked(root: Root, study: Study) -> list[str]:
    """Name the questions that a later wave has left out, or nobody ever asked, and where they are missed."""
    gone = questions_not_asked(root.raw, study.questionnaire)
    return [
        f"{file} names {', '.join(names)}, which this questionnaire does not ask: counted as not asked."
        for file, names in gone.items()
    ]


def _not_invited(invited: Mapping[int, int], cleaned: Mapping[str, object]) -> list[str]:
    """Say that the firms that were invited are not those of these answers, where that is so."""
    if not invited or cleaned["response_rate"]:
        return []
    told = ", ".join(f"{wave} = {firms}" for wave, firms in invited.items())
    return [
        f"No response rate: the invited {say('firm.many', 'en')} in {STUDY_NAME} (by wave: {told}) are not those of "
        "these answers; write there how many each wave invited."
    ]


def named_in_vain(study: Study) -> list[str]:
    """Name what stands in a study's file and cannot be met by any answer, a sentence each."""
    labels = {label for one in study.questionnaire for label in (*one.options, *one.earlier_options)}
    unheard = [
        f"{STUDY_NAME} has {label!r} under answers, other, and no question offers it, spelt so: if another option is "
        "meant, what was typed behind that one counts as not usable."
        for label in study.other
        if label not in labels
    ]
    taken = [
        f"Nobody can have the status “{word(one.name, 'en', 'status')}”: who answers so has none, since {STUDY_NAME} "
        "has these answers under dont_know, too."
        for one in study.statuses
        if study.dont_know and any(condition.implies(study.dont_know) for condition in one.rule)
    ]
    gone = [
        f"{STUDY_NAME} counts the headline {one.name!r} of the role {one.role}"
        f"{f', option {one.option!r}' * bool(one.option)}, which no question has: counted as not asked."
        for one in study.headlines
        if (asked := study.role(one.role)) is None
        or (one.option and one.option not in (*asked.options, *asked.earlier_options))
    ]
    return unheard + taken + gone


def _guesses(root: Root, study: Study) -> list[str]:
    """Say how much of a study that was proposed from an export nobody has looked at yet."""
    rows = sum(bool(one.guesses) for one in study.questionnaire)
    facts = (root.raw / STUDY_NAME).read_text(encoding="utf-8").splitlines()
    lines = sum("# GUESS" in line for line in facts)
    if not lines and not rows:
        return []
    return [
        f"Guessed from the answers, and not decided yet: {lines} lines of {STUDY_NAME} with GUESS and {rows} rows of "
        f"{QUESTIONNAIRE_NAME} with a guess. What rests on them is no surer than they are; take the mark away from "
        "what you have looked at."
    ]


def _rows(root: Root, name: str) -> list[dict[str, str]]:
    return read_csv_table(root.processed / name).to_dict("records")


def _held_against(root: Root, study: Study, audited: Sequence[dict[str, str]]) -> list[str]:
    """Name the printed numbers that the responses give again, and those that they do not, with both numbers."""
    same = [row for row in audited if row["recomputed"] == "reproduced" and row["basis"] == "responses"]
    other = [row for row in audited if row["recomputed"] == "differs"]
    other_study = compared_study(root.raw)
    return [
        *([f"{study.id} is held against the report of {other_study}, as study.toml asks."] if other_study else []),
        f"Reproduced from the responses: {', '.join(row['claim'] for row in same) or 'no printed number'}.",
        *(f"Differs: {row['claim']}, printed {row['printed']}, found {row['value']}." for row in other),
    ]


def _audit(root: Root, audited: Sequence[dict[str, str]]) -> str:
    """Say what the audit of the report's numbers found, each verdict with its count."""
    found = root.numbers(AUDIT)
    told = [counts_text(name, counts) for name, counts in found["verdicts"].items()]
    off = "".join(
        f" Does not fit: “{row['what']}”, printed {row['printed']}: {row['why'].partition('; ')[0]}."
        for row in audited
        if row["claim"] in found["does_not_fit"]
    )
    return f"The report's {found['claims']} printed numbers, by arithmetic: {told[0]}; recomputed: {told[1]}.{off}"


def _what_is_real(source: Source, has_report: bool) -> str:
    many = say("firm.many", "en")
    if source.kind == "responses":
        return f"Basis: responses, a real export. Keep private/ to yourself: its tables may identify {many}."
    if not has_report:
        return f"The survey answers are made up: nothing here says anything about real {many}."
    return (
        "What is real: the report's printed numbers, its questionnaire and its interview codings. What is synthetic: "
        "the survey answers. A 'calibrated' number was made to match the report and proves nothing; an "
        f"'illustrative' one says nothing about real {many}."
    )
