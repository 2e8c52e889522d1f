"""How far coders agree beyond chance."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import nan

import numpy as np
import pandas as pd
from scipy.stats import norm
from statsmodels.stats.inter_rater import cohens_kappa as kappa_of_table

from toe_analysis.statistics._checks import each, probability, sequence, shown, whole_number
from toe_analysis.statistics.shares import Interval, Result

_RESAMPLES = 10_000
#: At worst every second of them has one code only and is left out, so of so many enough are left.
_FEWEST_RESAMPLES = 100
#: Bootstrap samples times units; 100 million take a gigabyte.
_LARGEST_WORK = 100_000_000
#: A standard error below this is 0 but for rounding.
_NO_ERROR = 1e-7


@dataclass(frozen=True)
class Agreement(Result):
    """Result of `cohens_kappa` and `krippendorff_alpha`.

    Parameters
    ----------
    estimate : float
        1 for full agreement, 0 for what chance gives; NaN if undefined.
    interval : Interval
        Limits for it; -1 and 1 where nothing is known. Without width, by the method ``no spread``, where the units are
        too alike (all agree, say) to tell how far it may be off.
    standard_error : float
        Of the estimate; NaN if undefined.
    units : int
        Units that count: coded by both, or by at least two.
    codes : tuple
        Codes used in them.
    agreement : float
        Share of pairs of codes in the same unit that agree.
    method : str
        What was done, and what could not be.
    """

    estimate: float
    interval: Interval
    standard_error: float
    units: int
    codes: tuple
    agreement: float
    method: str


def cohens_kappa(a: Sequence[Hashable], b: Sequence[Hashable], *, confidence: float = 0.95) -> Agreement:
    r"""Agreement of two coders on the same units, beyond chance.

    Parameters
    ----------
    a, b : sequence
        The two coders' codes, text or numbers, one a unit, in the same order; none is missing.
    confidence : float
        Level of the interval, strictly between 0 and 1.

    Returns
    -------
    Agreement
        Kappa with its large-sample standard error; the interval is cut at -1 and 1.

    Raises
    ------
    ValueError
        If the lists differ in length or are empty, or a code is missing, empty or a list.

    Notes
    -----
    :math:`\kappa = (p_o - p_e) / (1 - p_e)`, where :math:`p_o` is the share of units with the same code and
    :math:`p_e` that expected if each coder's codes were dealt out at random. Undefined if both use one and the same
    code only. Kappa depends on how common the codes are: compare it across studies with care.

    References
    ----------
    Cohen J (1960). A coefficient of agreement for nominal scales. Educational and Psychological Measurement 20, 37-46.
    Fleiss JL, Cohen J, Everitt BS (1969). Large sample standard errors of kappa and weighted kappa. Psychological
    Bulletin 72, 323-327.

    Examples
    --------
    Agreement in 3 of 4 units, where chance gives 1/2: (3/4 - 1/2) / (1 - 1/2).

    >>> cohens_kappa(["T", "T", "O", "O"], ["T", "T", "O", "T"]).estimate
    0.5
    """
    first, second = sequence(a, "a"), sequence(b, "b")
    confidence = probability(confidence, "confidence", open_ends=True)
    if len(first) != len(second) or not first:
        raise ValueError(f"a and b must be equally long and not empty, got {len(first)} and {len(second)} codes")
    for name, codes in (("a", first), ("b", second)):
        if None in (read := each(_code, codes, name)):
            raise ValueError(f"{name}[{read.index(None)}] must be a code, got {shown(codes[read.index(None)])}")
    codes = list(dict.fromkeys(first + second))
    table = np.zeros((len(codes), len(codes)))
    np.add.at(table, ([codes.index(code) for code in first], [codes.index(code) for code in second]), 1)
    agreement = float(np.trace(table) / len(first))
    if len(codes) == 1:
        why = "Cohen's kappa is undefined: both coders use one and the same code only"
        return _undefined(len(first), codes, agreement, confidence, why)
    with np.errstate(divide="ignore", invalid="ignore"):  # its z, which is not used, divides by an error of 0
        found = kappa_of_table(table)
    error = float(np.sqrt(max(found.var_kappa, 0.0)))
    reach = float(norm.isf((1 - confidence) / 2)) * error
    kappa = float(found.kappa)
    how = _unless_no_spread("normal approximation", error)
    limits = Interval(max(-1.0, kappa - reach), min(1.0, kappa + reach), confidence, how)
    return Agreement(kappa, limits, error, len(first), tuple(codes), agreement, "Cohen's kappa, unweighted")


def krippendorff_alpha(
    ratings: Sequence[Sequence[Hashable]], *, confidence: float = 0.95, resamples: int = _RESAMPLES, seed: int = 0
) -> Agreement:
    r"""Agreement of any number of coders on nominal codes, some of which may be missing.

    Parameters
    ----------
    ratings : sequence of sequences, shape (coders, units)
        A row a coder, a column a unit, None (or NaN, NA, NaT) where a coder gave no code. A list of lists or an array;
        a DataFrame is refused, since its rows may be units or coders.
    confidence : float
        Level of the interval, strictly between 0 and 1.
    resamples, seed : int
        Bootstrap samples of units for the interval, and the seed of their random numbers.

    Returns
    -------
    Agreement
        Alpha with a percentile bootstrap interval.

    Raises
    ------
    ValueError
        If coders are fewer than two, rows differ in length, no unit has two codes, a code is none, or there are fewer
        than 100 resamples or too many.

    Notes
    -----
    :math:`\alpha = 1 - D_o / D_e`. In a unit with m codes, :math:`n_{uc}` of them c, disagreement counts
    :math:`\sum_{c \ne d} n_{uc} n_{ud} / (m - 1)`; :math:`D_o` is its sum over units with at least two codes. With
    :math:`n_c` codes c in all, n together, :math:`D_e = (n^2 - \sum_c n_c^2) / (n - 1)`. Undefined if only one code is
    used; resamples in which that happens are left out, and `method` counts them. Resampling units allows for which
    units were coded, not for who coded them.

    References
    ----------
    Krippendorff K (2019). Content Analysis, 4th edition, chapter 12. Sage.
    Zapf A, Castell S, Morawietz L, Karch A (2016). Measuring inter-rater reliability for nominal data. BMC Medical
    Research Methodology 16, article 93.

    Examples
    --------
    Two coders agree in one unit of two. D_o is 2, and with 3 codes T and 1 code O, D_e = (16 - 10) / 3 = 2:

    >>> krippendorff_alpha([["T", "T"], ["T", "O"]]).estimate
    0.0
    """
    ratings = list(ratings) if isinstance(ratings, np.ndarray) and ratings.ndim == 2 else sequence(ratings, "ratings")
    rows = [sequence(row, f"ratings[{place}]") for place, row in enumerate(ratings)]
    confidence = probability(confidence, "confidence", open_ends=True)
    resamples, seed = whole_number(resamples, "resamples", least=_FEWEST_RESAMPLES), whole_number(seed, "seed")
    lengths = [len(row) for row in rows]
    if len(rows) < 2 or len(set(lengths)) != 1:
        raise ValueError(f"ratings must hold at least two coders with equally many units, got rows of {lengths}")
    coded = [each(_code, row, f"ratings[{coder}]") for coder, row in enumerate(rows)]
    units = [[code for code in unit if code is not None] for unit in zip(*coded, strict=True)]
    units = [unit for unit in units if len(unit) > 1]
    if not units:
        raise ValueError(f"ratings must hold a unit with two codes, got none in {lengths[0]} units")
    if resamples * len(units) > _LARGEST_WORK:
        raise ValueError(f"resamples times units must be at most {_LARGEST_WORK}, got {resamples} and {len(units)}")
    codes = list(dict.fromkeys(code for unit in units for code in unit))
    counts = np.array([[unit.count(code) for code in codes] for unit in units], dtype=float)
    sizes = counts.sum(axis=1)
    disagreement = (sizes**2 - (counts**2).sum(axis=1)) / (sizes - 1)
    agreement = 1 - float((disagreement * (sizes - 1)).sum() / (sizes * (sizes - 1)).sum())
    estimate = float(_alpha(np.ones((1, len(units))), counts, disagreement)[0])
    if np.isnan(estimate):
        why = "Krippendorff's alpha is undefined: only one code is used"
        return _undefined(len(units), codes, agreement, confidence, why)
    generator = np.random.default_rng(seed)
    times = generator.multinomial(len(units), np.full(len(units), 1 / len(units)), size=resamples)
    alphas = _alpha(times, counts, disagreement)
    undefined = int(np.isnan(alphas).sum())
    alphas = alphas[~np.isnan(alphas)]
    method = f"Krippendorff's alpha, nominal; {resamples} bootstrap samples of units with seed {seed}"
    if undefined:
        method += f", {undefined} of them left out since they use only one code"
    lower, upper = np.quantile(alphas, [(1 - confidence) / 2, (1 + confidence) / 2])
    error = float(alphas.std(ddof=1))
    limits = Interval(float(lower), float(upper), confidence, _unless_no_spread("percentile bootstrap", error))
    return Agreement(estimate, limits, error, len(units), tuple(codes), agreement, method)


def _alpha(times: np.ndarray, counts: np.ndarray, disagreement: np.ndarray) -> np.ndarray:
    """Alpha of samples in which each unit occurs `times` (samples by units); NaN where only one code is used."""
    totals = times @ counts
    n = totals.sum(axis=1)
    expected = (n**2 - (totals**2).sum(axis=1)) / (n - 1)
    return 1 - np.divide(times @ disagreement, expected, out=np.full(len(n), nan), where=expected > 0)


def _unless_no_spread(method: str, error: float) -> str:
    return method if error > _NO_ERROR else "no spread"


def _undefined(units: int, codes: list, agreement: float, confidence: float, why: str) -> Agreement:
    unknown = Interval(-1.0, 1.0, confidence, "undefined")
    return Agreement(nan, unknown, nan, units, tuple(codes), agreement, why)


def _code(code: Hashable, name: str) -> Hashable | None:
    """Return a code, or None where there is none; what is neither is refused."""
    if not pd.api.types.is_scalar(code) or (isinstance(code, str) and not code.strip()):
        raise ValueError(f"{name} must be text or a number, or None where there is no code, got {shown(code)}")
    return None if pd.isna(code) else code
