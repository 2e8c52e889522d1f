"""The claims of this study's report, counted again in a root's responses and codings; what a percentage may be of."""

from collections.abc import Mapping, Sequence
from itertools import combinations

import pandas as pd

from toe_analysis.errors import InputError, told_of
from toe_analysis.interviews import read_codings
from toe_analysis.paths import Root
from toe_analysis.published.claims import CLAIMS_NAME, Claim, Sum, read_claims, read_sums
from toe_analysis.published.report import asked_of, reported_questions
from toe_analysis.showing.tables import QUESTION_ID
from toe_analysis.showing.words import LANGUAGES, say
from toe_analysis.survey import Study, read_responses, weakest
from toe_analysis.topics.audit.bases import printing_shares, prints_as
from toe_analysis.topics.audit.reasons import Reason
from toe_analysis.topics.audit.recounts import Recount, columns_of, recount


def read_printed(root: Root) -> tuple[dict[str, Claim], list[Sum]]:
    """Read every number that the report prints, by the name of its claim, and the sums in which they must hold.

    Parameters
    ----------
    root : Root
        With ``published_claims.csv``, ``claim_checks.csv`` and ``claim_sums.csv`` in its ``data/raw``.

    Raises
    ------
    InputError
        If a file cannot be used.
    """
    respondents = {language: say("audit.respondents", language) for language in LANGUAGES}
    claims = read_claims(root.raw / CLAIMS_NAME, root.raw / "claim_checks.csv", respondents)
    return claims, read_sums(root.raw / "claim_sums.csv", claims)


def recounts(root: Root, claims: Mapping[str, Claim]) -> dict[str, Recount | Reason]:
    """Recompute every claim from the codings, from an earlier stage's headline numbers, or from the responses.

    How stands in ``count_if`` and ``base_if``: a column of the codings whose different values are counted; a path into
    headline numbers such as ``02_classify_firms/status/user``; or a condition on the cleaned responses. The basis is
    the one that the earlier stage kept, or that of the columns which a condition looks at.

    Raises
    ------
    InputError
        If a condition cannot be read, or names a column or question that there never was.
    """
    responses = read_responses(root)
    codings = read_codings(root.raw)
    study = responses.study
    possible = {question.id: question.options for question in study.questionnaire.questions}
    possible |= {"status": study.status_names, "size": study.size_question.options}
    found: dict[str, Recount | Reason] = {}
    for name, claim in claims.items():
        if claim.recompute_from == "codings":
            found[name] = _from_codings(claim, codings)
        elif "/" in claim.count_if and "=" not in claim.count_if:
            found[name] = _from_results(claim, root)
        elif gone := sorted(filter(QUESTION_ID.fullmatch, _columns(claim) - set(responses.table.columns))):
            where = f"claim_checks.csv, claim {name}, count_if or base_if"
            asked_of(gone, study.questionnaire, reported_questions(root.raw), where)
            found[name] = Reason("not_asked")
        else:
            basis = responses.source.basis(_columns(claim))
            found[name] = recount(claim, responses.table, basis, possible)
    return found


def _columns(claim: Claim) -> set[str]:
    return columns_of(claim.count_if) | columns_of(claim.base_if)


def printed_bounds(study: Study, claims: Mapping[str, Claim]) -> dict[str, int]:
    """Return the printed counts that bound what a percentage of the small firms may be of, as `small_readings` asks."""
    named = next(measure for measure in study.measures if measure.held_small)
    surely = [study.status(name).claim for name in named.statuses]
    besides = [study.status(named.some.status).claim] if named.some else []
    return {
        "firms": claims[study.claims["valid"]].count,
        "received": claims[study.claims["received"]].count,
        "sceptics": sum(claims[claim].count for claim in surely),
        "failed": sum(claims[claim].count for claim in besides),
    }


def small_readings(claim: Claim, *, firms: int, sceptics: int, failed: int, received: int) -> pd.DataFrame:
    """List what a percentage of the small firms that do not expect AI may be of, when its base is not printed.

    Parameters
    ----------
    claim : Claim
        With the percentage.
    firms, received : int
        Answers that are analysed, and all answers.
    sceptics, failed : int
        Firms that do not expect AI, and firms that gave up, of which the report does not say what they expect.

    Returns
    -------
    pandas.DataFrame
        ``count``, ``base``, ``needs`` and ``basis``. `needs` says what must be true: ``sceptics`` (they alone are
        enough), ``failed`` (some that gave up do not expect AI either) or ``excluded`` (answers that were not analysed
        are counted too). A reading whose base is the number of sceptics may also be ``reverse``: their part that is
        small.

    Examples
    --------
    >>> claim = Claim("small", "64 %", percentage="64")
    >>> found = small_readings(claim, firms=48, sceptics=14, failed=2, received=51)
    >>> (found["count"].astype(str) + "/" + found["base"].astype(str) + " " + found["needs"]).tolist()
    ['7/11 sceptics', '9/14 sceptics', '14/22 sceptics', '16/25 failed', '18/28 excluded', '9/14 reverse']
    """
    left_out = received - firms
    rows = []
    most = sceptics + failed + left_out
    for count, base in printing_shares(claim.percentage, received, most):
        needs = "sceptics" if count <= sceptics else "failed"
        if count > sceptics + failed or base > firms:
            needs = "excluded"
        rows.append((count, base, needs))
    rows += [(count, base, "reverse") for count, base, _ in rows if base == sceptics]
    table = pd.DataFrame(rows, columns=["count", "base", "needs"])
    return table.assign(basis="published")


def status_readings(claim: Claim, statuses: Sequence[Claim]) -> pd.DataFrame:
    """Find every group of statuses that is, of a larger group of statuses, the printed percentage.

    `statuses` are the claims that print how many firms have each.

    Returns
    -------
    pandas.DataFrame
        ``group`` and ``of_group`` (labels with + between them, in each language), ``count``, ``base`` and ``basis``.

    Examples
    --------
    Of the 44 firms that do not use AI, the 28 that expect to are 64 %: the same figure with the opposite meaning.

    >>> counts = {"users": 4, "gave up": 2, "optimists": 28, "sceptics": 14}
    >>> statuses = [Claim("", "", count=count, labels={"en": name, "da": ""}) for name, count in counts.items()]
    >>> status_readings(Claim("small", "64 %", percentage="64"), statuses)[["group_en", "count", "base"]]
        group_en  count  base
    0  optimists     28    44
    """
    rows = []
    for whole in _groups(statuses):
        base = sum(one.count for one in whole)
        for part in _groups(whole):
            count = sum(one.count for one in part)
            if len(part) < len(whole) and base and prints_as(claim.percentage, count, base):
                rows.append((*_labels(part), *_labels(whole), count, base))
    columns = [f"{group}_{language}" for group in ("group", "of_group") for language in LANGUAGES]
    return pd.DataFrame(rows, columns=[*columns, "count", "base"]).assign(basis="published")


def _labels(group: tuple[Claim, ...]) -> list[str]:
    return [" + ".join(one.labels[language] for one in group) for language in LANGUAGES]


def _groups(claims: Sequence[Claim]) -> list[tuple[Claim, ...]]:
    return [group for size in range(1, len(claims) + 1) for group in combinations(claims, size)]


def _from_codings(claim: Claim, codings: pd.DataFrame) -> Recount:
    if claim.count_if not in codings.columns:
        raise InputError(
            f"claim_checks.csv, claim {claim.name}, column count_if: expected a column of the codings "
            f"({', '.join(codings.columns)}), found {claim.count_if!r}"
        )
    return Recount(codings[claim.count_if].nunique(), None, "published")


def _from_results(claim: Claim, root: Root) -> Recount | Reason:
    """Look up a headline share or count; a base of its own may stand elsewhere."""
    share = _headline(claim, "count_if", root)
    if not share or not claim.base_if:
        return share or Reason("not_in_results")
    base = _headline(claim, "base_if", root)
    if not base:
        return Reason("not_in_results")
    return Recount(share.count, base.count, weakest(one.basis for one in (share, base) if one.basis))


def _headline(claim: Claim, column: str, root: Root) -> Recount | None:
    """Return what stands at a path into headline numbers, if anything does; a bare number's basis stands beside it."""
    path, where = getattr(claim, column), claim.cell(column)
    stage, *keys = path.split("/")
    if not keys:
        raise InputError(f"{where}: expected a path such as 02_classify_firms/status/user, found {path!r}")
    with told_of(where):
        around, found = {}, root.numbers(stage)
    for key in keys:
        around, found = found, found.get(key) if isinstance(found, dict) else None
    if isinstance(found, int):
        return Recount(found, None, around.get(f"{key}_basis", ""))
    if isinstance(found, dict) and {"count", "base", "basis"} <= set(found):
        return Recount(found["count"], found["base"], found["basis"])
    return None
