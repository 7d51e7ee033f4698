"""The edit distance of strings or sequences of labels (Levenshtein 1966; S3)."""

from collections.abc import Hashable, Sequence

from course_lib.backend import Array, to_numpy
from course_lib.shapes import require_shapes


def edit_distance(a: Sequence[Hashable] | Array, b: Sequence[Hashable] | Array) -> int:
    """Smallest number of insertions, deletions and replacements that turn a into b.

    Let ``R[i, j]`` be the distance of the first i elements of a and the first j of b. Then
    ``R[i, 0] = i``, ``R[0, j] = j`` and ``R[i, j] = min(R[i-1, j-1] + (a_i != b_j), R[i-1, j] + 1,
    R[i, j-1] + 1)`` (Wagner and Fischer 1974). It takes T_a · T_b steps.

    It measures errors, for example of a network that reads words: divide by T_b for an error rate.
    It is a count, so it has no gradient; :func:`soft_dtw` has one.

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
