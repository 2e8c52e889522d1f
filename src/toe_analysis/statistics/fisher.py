"""Fisher's exact test for many 2 x 2 tables at once."""

import numpy as np

#: Tables whose probabilities differ by less than this are tied, as in R's fisher.test.
TIE = 1e-7
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
        One p-value a table, in the broadcast shape; 1 where a row or column is empty.

    Raises
    ------
    ValueError
        If a cell is negative or not whole, or the shapes do not fit.

    Notes
    -----
    The same test as `compare_shares`. Tables with the same margins share one hypergeometric distribution, which is
    built up from ratios of neighbouring probabilities and so needs no factorials of large numbers.

    Examples
    --------
    >>> fisher_p_values([3, 4], [1, 0], [1, 0], [3, 4]).round(4).tolist()
    [0.4857, 0.0286]
    """
    cells = [_whole_array(cell, name) for cell, name in zip((a, b, c, d), "abcd", strict=True)]
    try:
        cells = np.broadcast_arrays(*cells)
    except ValueError:
        raise ValueError(f"a, b, c and d must have shapes that fit, got {[cell.shape for cell in cells]}") from None
    shape = cells[0].shape
    a, b, c, d = (cell.ravel() for cell in cells)
    sample, baseline, with_property = a + b, c + d, a + c
    lowest = np.maximum(0, with_property - baseline)
    width = np.minimum(sample, with_property) - lowest + 1
    order = np.argsort(width, kind="stable")
    p_values = np.empty(len(order))
    first = 0
    while first < len(order):
        # Widths rise along `order`: take as many tables as fit at the width of the last of them.
        fits = width[order[first:]] * np.arange(1, len(order) - first + 1) <= _CELLS_AT_ONCE
        last = first + max(1, int(fits.sum()))
        chosen = order[first:last]
        p_values[chosen] = _p_of_margins(sample[chosen], baseline[chosen], with_property[chosen], a[chosen])
        first = last
    return p_values.reshape(shape)


def _p_of_margins(sample: np.ndarray, baseline: np.ndarray, with_property: np.ndarray, count: np.ndarray) -> np.ndarray:
    first = same = np.arange(len(count))
    spans = baseline.max() + 1, with_property.max() + 1
    if (float(sample.max()) + 1) * spans[0] * spans[1] < 2**62:
        coded = (sample * spans[0] + baseline) * spans[1] + with_property
        _, first, same = np.unique(coded, return_index=True, return_inverse=True)
    n1, n2, m = (margin[first, None].astype(float) for margin in (sample, baseline, with_property))
    lowest = np.maximum(0, m - n2)
    x = lowest + np.arange(int((np.minimum(n1, m) - lowest).max()) + 1)
    # Ratio of the probability at x to that at x - 1; 0 past the end.
    ratio = np.maximum((n1 - x + 1) * (m - x + 1), 0)[:, 1:] / (x * (n2 - m + x))[:, 1:]
    logs = np.zeros(x.shape)
    with np.errstate(divide="ignore"):
        np.cumsum(np.log(ratio), axis=1, out=logs[:, 1:])
    chances = np.exp(logs - logs.max(axis=1, keepdims=True))
    observed = np.take_along_axis(chances[same], (count - lowest[same, 0].astype(int))[:, None], axis=1)
    extreme = np.where(chances[same] <= observed * (1 + TIE), chances[same], 0).sum(axis=1)
    return np.minimum(extreme / chances.sum(axis=1)[same], 1.0)


def _whole_array(cells: object, name: str) -> np.ndarray:
    found = np.asarray(cells)
    if found.size and found.dtype.kind not in "iu":
        raise ValueError(f"{name} must hold whole numbers, got {cells!r}")
    if (found < 0).any():
        raise ValueError(f"{name} must not hold negative numbers, got {found.min()}")
    return found.astype(np.int64)
