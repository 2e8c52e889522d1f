"""Fisher's exact test for many 2 x 2 tables at once."""

import numpy as np

from toe_analysis.statistics._chances import hypergeometric, p_values
from toe_analysis.statistics._checks import shown, whole_array

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
    The same test as `compare_shares`, with the same p-values. What ties with the observed table is decided as
    everywhere in this package: chances that differ by less than one part in 1e9 are the same.

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
    sample, others, total = a + b, c + d, a + c
    width = np.minimum(np.minimum(sample, others), np.minimum(total, sample + others - total)) + 1
    found, left = np.empty(len(a)), np.argsort(-width)
    while len(left):  # the widest first: as many as fit at its width
        size = max(1, _CELLS_AT_ONCE // int(width[left[0]]))
        part, left = left[:size], left[size:]
        found[part], _ = p_values(hypergeometric(sample[part], others[part], total[part]), a[part], "two-sided")
    return found.reshape(shape)
