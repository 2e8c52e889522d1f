"""P-values from random tables, where going through all tables would take too much work.

Plain random tables first. Where next to none of them is extreme, tables are drawn that are likelier to be, and weighed
by how much likelier (importance sampling), which resolves p-values far below one over the number of tables.
"""

from math import sqrt

import numpy as np
from scipy.optimize import brentq
from scipy.stats import random_table

from toe_analysis.statistics._chances import hypergeometric
from toe_analysis.statistics.tables._measures import LARGEST, Measure

_AT_ONCE = 10_000
#: Plain random tables do where at least so many of them are extreme, weighed ones where they are worth as many as this.
_ENOUGH, _WORTH = 100, 25
#: Flattened or tilted so much, by the part of each in a trial, that most of what is drawn is extreme.
_FLATTENED = (0.85, 0.7, 0.55, 0.4, 0.3, 0.2, 0.12, 0.07, 0.04)
_TILTED = (0.8, 1.0, 1.2)
_TRIAL = 4_000
_STEEPEST, _ROUNDS = 64.0, 100
_MOST_CELLS = 200_000_000
#: How to draw: to which power chances are taken, and odds for the cells. Up to and from which value a table is extreme.
Way, Limits = tuple[float, np.ndarray], tuple[int, int]


def p_value(measure: Measure, draws: int, seed: int) -> tuple[float, float, str]:
    """Return p-value, standard error and what was done."""
    generator = np.random.default_rng(seed)
    extreme = 0
    for done in range(0, draws, _AT_ONCE):
        size = min(_AT_ONCE, draws - done)
        tables = random_table.rvs(measure.rows, measure.columns, size=size, random_state=generator)
        extreme += int(_is_extreme(measure, tables, measure.lower, measure.upper).sum())
    plain = (extreme + 1) / (draws + 1)
    error, told = sqrt(plain * (1 - plain) / draws), f"{draws} random tables with seed {seed}"
    if extreme >= _ENOUGH:
        return plain, error, told
    weighed = min(draws, _MOST_CELLS // _cells(measure))
    if weighed < 2 * _TRIAL:
        return plain, error, told
    weights = [_best_weights(measure, *side, weighed, generator) for side in _sides(measure)]
    if not any(_worth(side) >= _WORTH for side in weights):
        return plain, error, told
    found, error = sum(side.mean() for side in weights), sqrt(sum(side.var() / weighed for side in weights))
    return min(float(found), 1.0), error, f"{told}, then as many drawn to be extreme and weighed"


def _best_weights(measure: Measure, limits: Limits, ways: list[Way], draws: int, generator: object) -> np.ndarray:
    trials = [(_worth(_weights(measure, limits, way, _TRIAL, generator)), place) for place, way in enumerate(ways)]
    return _weights(measure, limits, ways[max(trials)[1]], draws, generator)


def _worth(weights: np.ndarray) -> float:
    """How many equal weights would be as good."""
    largest = weights.max()
    return float((weights / largest).sum() ** 2 / ((weights / largest) ** 2).sum()) if largest else 0.0


def _sides(measure: Measure) -> list[tuple[Limits, list[Way]]]:
    """Return up to and from which value a table is extreme on each side of the test, and ways to draw tables on it."""
    if measure.mean is None:
        level = np.ones((len(measure.rows), len(measure.columns)))
        return [((measure.lower, measure.upper), [(power, level) for power in _FLATTENED])]
    u, v = _centred(measure.row_scores, measure.rows), _centred(measure.column_scores, measure.columns)
    sides = ((-LARGEST, measure.upper), np.outer(u, v)), ((measure.lower, LARGEST), np.outer(-u, v))
    return [
        (limits, [(1.0, _odds(np.exp(part * tilt * slope), measure)) for part in _TILTED])
        for limits, slope in sides
        if limits != (-LARGEST, LARGEST)
        for tilt in [_tilt(slope, measure)]
    ]


def _tilt(slope: np.ndarray, measure: Measure) -> float:
    """Return the tilt under which the mean table is as far out as the observed one, as nearly as tables are normal."""
    wanted, steepest = abs((slope * measure.table).sum()), 1.0

    def too_far(tilt: float) -> float:
        return float((slope * _mean(np.exp(tilt * slope), measure)).sum()) - wanted

    while steepest < _STEEPEST and too_far(steepest) < 0:
        steepest *= 2
    return steepest if too_far(steepest) < 0 else brentq(too_far, 0.0, steepest)


def _mean(odds: np.ndarray, measure: Measure) -> np.ndarray:
    """About the mean table with these odds between its cells: the one with the right margins."""
    mean = odds.copy()
    for _ in range(_ROUNDS):
        mean *= (measure.rows / mean.sum(axis=1))[:, None]
        mean *= measure.columns / mean.sum(axis=0)
    return mean


def _odds(odds: np.ndarray, measure: Measure) -> np.ndarray:
    """Odds ratio of each cell's row and column against the rows below and the columns to the right of it."""
    mean = _mean(odds, measure)
    right = mean[:, ::-1].cumsum(axis=1)[:, ::-1] - mean
    below = mean[::-1].cumsum(axis=0)[::-1] - mean
    both = right[::-1].cumsum(axis=0)[::-1] - right
    with np.errstate(divide="ignore", invalid="ignore"):
        return (mean * both / (right * below)).clip(1e-100, 1e100)


def _centred(scores: np.ndarray, units: np.ndarray) -> np.ndarray:
    """Scores about their mean over all units, the largest at 1: no statistic depends on place or scale."""
    about = scores - units @ scores / units.sum()
    return about / abs(about).max()


def _weights(measure: Measure, limits: Limits, way: Way, draws: int, generator: np.random.Generator) -> np.ndarray:
    """How much likelier each extreme table is than it was to be drawn, 0 for the others."""
    parts = []
    for done in range(0, draws, _AT_ONCE):
        tables, log_drawn = _draw(measure, way, min(_AT_ONCE, draws - done), generator)
        log_chance = random_table.logpmf(tables, measure.rows, measure.columns)
        parts.append(np.where(_is_extreme(measure, tables, *limits), np.exp(log_chance - log_drawn), 0.0))
    return np.concatenate(parts)


def _draw(measure: Measure, way: Way, size: int, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw tables cell by cell, each from its distribution given the cells before, tilted and flattened.

    Returns the tables, and the logarithm of the chance of drawing each.
    """
    power, odds = way
    left, log_drawn = np.tile(measure.rows, (size, 1)), np.zeros(size)
    tables = np.zeros((size, len(measure.rows), len(measure.columns)), dtype=np.int64)
    base = measure.total + 1
    for column, total in enumerate(measure.columns[:-1].tolist()):
        need = np.full(size, total)
        for row in range(len(measure.rows) - 1):
            others = left[:, row + 1 :].sum(axis=1)
            margins, same = np.unique((left[:, row] * base + others) * base + need, return_inverse=True)
            margins = margins // base**2, margins // base % base, margins % base
            first, chances = hypergeometric(*margins, float(odds[row, column]))
            chances **= power
            chances /= chances.sum(axis=1, keepdims=True)
            # One bisection for all draws: row after row of cumulative chances, each a step above the one before.
            steps = (np.minimum(np.cumsum(chances, axis=1), 1.0) + np.arange(len(first))[:, None]).ravel()
            width = chances.shape[1]
            chosen = np.searchsorted(steps, same + generator.random(size), side="right") - same * width
            chosen = np.clip(chosen, 0, (chances > 0)[:, ::-1].argmax(axis=1)[same] * -1 + width - 1)
            log_drawn += np.log(chances[same, chosen])
            count = first[same] + chosen
            tables[:, row, column], left[:, row], need = count, left[:, row] - count, need - count
        tables[:, -1, column], left[:, -1] = need, left[:, -1] - need
    tables[:, :, -1] = left
    return tables, log_drawn


def _cells(measure: Measure) -> int:
    """How many chances one random table takes to draw, at most."""
    smaller = np.minimum.outer(measure.rows[:-1], measure.columns[:-1])
    return max(int(np.minimum(smaller + 1, 40 * np.sqrt(smaller) + 3).sum()), 1)


def _is_extreme(measure: Measure, tables: np.ndarray, lower: int, upper: int) -> np.ndarray:
    values = measure.of_tables(tables.astype(np.int64))
    return (values >= upper) | (values <= lower)
