"""Distances of sequences by their alignment: edit distance, and soft dynamic time warping (S3)."""

import math
from collections.abc import Hashable, Sequence

from course_lib.backend import Array, array_namespace, to_numpy
from course_lib.requirements import require_samples
from course_lib.settings import require_positive
from course_lib.shapes import require_shapes


def edit_distance(a: Sequence[Hashable] | Array, b: Sequence[Hashable] | Array) -> int:
    """Smallest number of insertions, deletions and replacements that turn a into b.

    Let ``R[i, j]`` be the distance of the first i elements of a and the first j of b. Then
    ``R[i, 0] = i``, ``R[0, j] = j`` and ``R[i, j] = min(R[i-1, j-1] + (a_i != b_j), R[i-1, j] + 1,
    R[i, j-1] + 1)`` (Wagner and Fischer 1974). It takes T_a · T_b steps.

    It measures errors, for example of a network that reads words: divide by T_b for an error rate.
    It is a count, so it has no gradient; :func:`soft_dtw` has one (Levenshtein 1966; S3).

    Parameters
    ----------
    a, b : strings, lists or (T_a,) and (T_b,) arrays of labels; may be empty

    Returns
    -------
    distance : int, from ``|T_a - T_b|`` to ``max(T_a, T_b)``

    Raises
    ------
    ValueError
        If an array has more than one axis.
    TypeError
        If a or b is neither a sequence nor an array.
    """
    first, second = _elements(a, "a"), _elements(b, "b")
    before = list(range(len(second) + 1))  # the row above the one that is filled
    for i, p in enumerate(first, start=1):
        row = [i]
        for j, q in enumerate(second, start=1):
            row.append(min(before[j - 1] + (p != q), before[j] + 1, row[-1] + 1))
        before = row
    return before[-1]


def _elements(of: Sequence[Hashable] | Array, name: str) -> Sequence[Hashable]:
    if isinstance(of, Sequence):
        return of
    if not hasattr(of, "shape"):
        raise TypeError(f"edit_distance: {name} is {of!r}, expected a string, a list or an array")
    require_shapes("edit_distance", **{name: (of, f"T_{name}")})
    labels: list[Hashable] = to_numpy(of).tolist()
    return labels


Table = list[list[float]]


def soft_dtw(x: Array, y: Array, gamma: float) -> tuple[float, Array]:
    """Smooth minimum over alignments, ``L = -gamma * log(sum_A exp(-cost(A) / gamma))``.

    An alignment A is a path of cells (i, j) from (0, 0) to the last cell in steps of (1, 0), (0, 1)
    or (1, 1); its cost is the sum of ``|x_i - y_j|**2`` over its cells. For smaller gamma, L
    approaches the cost of the best alignment from below; it may be negative. The sum over
    exponentially many alignments is computed by two recursions of T_x · T_y steps:

    ``R[i, j] = cost[i, j] + softmin(R[i-1, j], R[i, j-1], R[i-1, j-1])``, and backwards from the
    end the probability ``E[i, j]`` that an alignment, drawn with weight ``exp(-cost(A) / gamma)``,
    takes the cell. Then ``dx_i = sum_j E[i, j] * 2 (x_i - y_j)`` (Cuturi and Blondel 2017).

    Parameters
    ----------
    x : (T_x, D)
    y : (T_y, D), may be longer or shorter
    gamma : smoothness, in units of the cost, positive

    Returns
    -------
    value : float
    dx : (T_x, D)

    Raises
    ------
    ValueError
        If a sequence is empty, the widths differ or gamma is not positive.
    TypeError
        If a sequence is not floating point.
    """
    require_shapes("soft_dtw", x=(x, "T_x D"), y=(y, "T_y D"))
    if x.shape[0] == 0 or y.shape[0] == 0:
        raise ValueError(
            f"soft_dtw: x has {x.shape[0]} rows and y {y.shape[0]}, expected 1 or more"
        )
    require_samples("soft_dtw", x=x, y=y)
    require_positive("soft_dtw", gamma=gamma)
    xp = array_namespace(x, y)
    gamma = float(gamma)
    r = x[:, None, :] - y[None, :, :]
    # In Python numbers: each cell depends on its neighbours, which would be slow on a GPU.
    cost = to_numpy(xp.sum(r * r, axis=2)).tolist()
    R = _soft_minima(cost, gamma)
    E = xp.asarray(_cell_probabilities(R, cost, gamma), dtype=x.dtype, device=x.device)
    return R[-1][-1], 2.0 * xp.sum(E[:, :, None] * r, axis=1)


def _soft_minima(cost: Table, gamma: float) -> Table:
    """R[i][j], soft minimum over the alignments of the first i and j elements; R[0][0] is 0."""
    R = [[math.inf] * (len(cost[0]) + 1) for _ in range(len(cost) + 1)]
    R[0][0] = 0.0
    for i, row in enumerate(cost, start=1):
        for j, c in enumerate(row, start=1):
            costs = (R[i - 1][j], R[i][j - 1], R[i - 1][j - 1])
            best = min(costs)  # subtracted, so that no exponential overflows
            R[i][j] = c + best - gamma * math.log(sum(math.exp((best - w) / gamma) for w in costs))
    return R


def _cell_probabilities(R: Table, cost: Table, gamma: float) -> Table:
    """E[i][j], probability that an alignment takes the cell (i, j) of the cost table."""
    n, m = len(cost), len(cost[0])
    E = [[0.0] * m for _ in range(n)]
    E[-1][-1] = 1.0
    for i in reversed(range(n)):
        for j in reversed(range(m)):
            for p, q in ((i + 1, j), (i, j + 1), (i + 1, j + 1)):
                if p < n and q < m:
                    # Share of the alignments through (p, q) that come from (i, j).
                    came = math.exp((R[p + 1][q + 1] - cost[p][q] - R[i + 1][j + 1]) / gamma)
                    E[i][j] += E[p][q] * came
    return E
