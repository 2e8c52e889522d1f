"""Fisher's exact test for many 2 x 2 tables at once."""

import numpy as np

from toe_analysis.statistics._chances import hypergeometric
from toe_analysis.statistics._checks import shown, whole_array
from toe_analysis.statistics._ties import at_most, settled

_CELLS_AT_ONCE = 1_000_000


def fisher_p_values(a: object, b: object, c: object, d: object) -> np.ndarray:
    """Two-sided Fisher p-values of many 2 x 2 tables at once.

    Parameters
    ----------
    a, b, c, d : array_like of int
        Cells of the tables [[a, b], [c, d]]; they are broadcast against each other.

    Returns
    -------
    ndarray of float
        One p-value a table, in the broadcast shape; 1 where a row or column is empty, 0 below about 1e-300.

    Raises
    ------
    ValueError
        If a cell is negative or not whole, the shapes do not fit, or the smallest margin of a table is above 200
        million.

    Notes
    -----
    The same test as `compare_shares`, with the same p-values. Tables with the same margins share one hypergeometric
    distribution. What ties with the observed table is decided as everywhere in this package: chances that differ by
    less than one part in 1e9 are the same.

    Examples
    --------
    >>> fisher_p_values([3, 4], [1, 0], [1, 0], [3, 4]).round(4).tolist()
    [0.4857, 0.0286]
    """
    cells = [whole_array(cell, name) for cell, name in zip((a, b, c, d), "abcd", strict=True)]
    try:
        cells = np.broadcast_arrays(*cells)
    except ValueError:
        shapes = shown([cell.shape for cell in cells])
        raise ValueError(f"a, b, c and d must have shapes that fit, got {shapes}") from None
    shape = cells[0].shape
    a, b, c, d = (cell.ravel() for cell in cells)
    sample, others, total, same = _distinct(a + b, c + d, a + c)
    width = np.minimum(np.minimum(sample, others), np.minimum(total, sample + others - total)) + 1
    by_width = np.argsort(width, kind="stable")
    place = np.empty_like(by_width)
    place[by_width] = np.arange(len(by_width))
    place = place[same]
    order = np.argsort(place, kind="stable")
    p_values = np.empty(len(a))
    first = 0
    while first < len(by_width):
        # Widths rise along `by_width`: take as many margins as fit at the width of the last of them.
        fits = width[by_width[first:]] * np.arange(1, len(by_width) - first + 1) <= _CELLS_AT_ONCE
        last = first + max(1, int(fits.sum()))
        begin, end = np.searchsorted(place[order], [first, last])
        tables, chosen = order[begin:end], by_width[first:last]
        p_values[tables] = _p_values(sample[chosen], others[chosen], total[chosen], place[tables] - first, a[tables])
        first = last
    return settled(p_values).reshape(shape)


def _distinct(
    sample: np.ndarray, others: np.ndarray, total: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Each set of margins once, since the distribution is worked out once for each, and its place for every table."""
    spans = others.max(initial=0) + 1, total.max(initial=0) + 1
    if (float(sample.max(initial=0)) + 1) * spans[0] * spans[1] < 2**62:
        coded = (sample * spans[0] + others) * spans[1] + total  # one number is faster to sort than three
        _, first, same = np.unique(coded, return_index=True, return_inverse=True)
    else:
        margins = np.column_stack([sample, others, total])
        _, first, same = np.unique(margins, axis=0, return_index=True, return_inverse=True)
    return sample[first], others[first], total[first], same.ravel()


def _p_values(
    sample: np.ndarray, others: np.ndarray, total: np.ndarray, margin: np.ndarray, count: np.ndarray
) -> np.ndarray:
    """P-values of counts, each beside the place of its margins."""
    first, chances = hypergeometric(sample, others, total)
    count = count - first[margin]
    within = (count >= 0) & (count < chances.shape[1])
    observed = np.where(within, chances[margin, count * within], 0.0)
    p_values = np.empty(len(count))
    size = max(1, _CELLS_AT_ONCE // chances.shape[1])
    for begin in range(0, len(count), size):
        part = slice(begin, begin + size)
        rows = chances[margin[part]]
        p_values[part] = np.where(at_most(rows, observed[part, None]), rows, 0).sum(axis=1)
    return p_values
