"""Random lists of indices as texts: quantities in which all right programs agree."""

from typing import Any

import numpy as np

from grader.checking.contract import UNTOLD, Exercise, draws_in_words

MOST = 10_000  # of a part, more than any case has samples
EVERY = "every index from 0 to n − 1 once"
BLOCKS = "neighbours stay together in blocks"


def order_mistakes(exercise: Exercise) -> None:
    """Add the mistakes of an order ``rng.permutation(n)``."""
    exercise.slip(
        "rng.permutation(n)",
        "rng.permutation(n) + 1",
        "Your indices run from 1 to n. Which index does the first row of an array have?",
    )
    exercise.slip(
        "rng.permutation(n)",
        "np.random.default_rng().permutation(n)",
        "You do not draw the order from `rng`. With the same seed it has to be the same again, "
        "so that experiments can be repeated.",
    )
    exercise.slip(
        "rng.permutation(n)",
        "rng.shuffle(np.arange(n))\n    order[:n]",
        "`rng.shuffle(a)` shuffles `a` in place and returns None. Use it without `a =`, or take "
        "`rng.permutation`, which returns a new array.",
    )


def sizes(parts: list[Any]) -> str:
    """The sizes in a row, where there is more than one and the same number to count."""
    every = np.concatenate([indices(part) for part in parts] or [np.empty(0)])
    # So many indices drawn with replacement are never all alike, but for a chance below 1e-7.
    if every.size > 8 and (every.dtype.kind not in "iuf" or np.unique(every).size == 1):
        return "unknown, no indices or one of them again and again"
    return ", ".join(str(indices(part).size) for part in parts) or "none"


def indices(part: Any) -> np.ndarray:
    """A part as one row of numbers; a mask of True and False as the indices it stands for."""
    array = np.asarray(part)
    return np.flatnonzero(array) if array.dtype.kind == "b" else array.flat[:MOST]


def indices_in_words(parts: list[Any], n: int) -> str:
    """Whether the parts hold the numbers 0 … n-1, each of them once."""
    arrays = [a for a in map(indices, parts) if a.size]
    if any(a.dtype.kind not in "iuf" for a in arrays) or not arrays:
        return "no indices"
    found = np.concatenate([a.astype(np.float64) for a in arrays])
    if not (found == np.floor(found)).all():
        return "numbers with a fraction"
    if found.min() < 0 or found.max() > n - 1:
        return f"indices outside of 0 to n − 1: from {found.min():.0f} to {found.max():.0f}"
    often = np.bincount(found.astype(np.int64), minlength=n)
    words = ["some index more than once"] * bool((often > 1).any())
    words += ["some index never"] * bool((often == 0).any())
    return ", ".join(words) or EVERY


def twice_in_words(parts: list[Any]) -> str:
    """Where the same number comes again, which tells one way of drawing from another."""
    rows = [indices(part) for part in parts]
    sets = [set(row.tolist()) for row in rows]
    if any(len(s) < row.size for s, row in zip(sets, rows, strict=True)):
        return "the same index twice in one part"
    if sum(map(len, sets)) == len(set().union(*sets)):
        return "nothing"
    inside = all(s <= sets[0] for s in sets)
    return "all of one part inside another" if inside else "an index in two parts"


def places(parts: list[Any], n: int) -> np.ndarray | None:
    """For every sample the number of the part it is in; None where the parts are not in order."""
    rows = [indices(part) for part in parts]
    if indices_in_words(rows, n) != EVERY:
        return None
    place = np.empty(n, np.int64)
    numbers = np.repeat(np.arange(len(rows)), [row.size for row in rows])
    place[np.concatenate(rows).astype(np.int64)] = numbers
    return place


def deal_in_words(parts: list[Any], n: int) -> str:
    """Whether the samples are distributed at random, as far as their distances show.

    The share of pairs at a given distance that are in the same part is that of any two samples, but
    for chance: a share 0.2 off is 8 standard deviations away with n of 400 or more.
    """
    place = places(parts, n)
    if place is None:
        return UNTOLD
    if np.array_equal(np.concatenate([indices(part) for part in parts]), np.arange(n)):
        return "nothing is shuffled"
    if (np.diff(place) >= 0).all():
        return "the order is kept, only inside the parts it is shuffled"
    if np.count_nonzero(np.diff(place)) <= 2 * len(parts):
        return BLOCKS
    shares = np.bincount(place) / n
    together = [(place[d:] == place[:-d]).mean() for d in range(1, 40)]
    expected = float(np.sum(shares**2))
    return "a regular pattern" if max(together) > expected + 0.2 else "random"


def next_draws(outputs: dict[str, Any], n: int) -> str:
    """Where the draws come from; the same samples together are the same draw."""
    place = places(outputs["parts"], n)

    def same(first: list[Any], other: list[Any]) -> bool:
        second = None if place is None else places(other, n)
        if place is not None and second is not None:
            return np.array_equal(place, second)
        return len(first) == len(other) and all(map(np.array_equal, first, other))

    return draws_in_words(outputs["parts"], outputs["again"], [outputs["later"]], same)


def form(outputs: dict[str, Any], wanted: str) -> str:
    """What came back, in words; both a tuple and a list will do, and so will any integer type."""
    if outputs["kind"] not in ("tuple", "list"):
        return f"a {outputs['kind']}, and no {wanted}"
    for part in outputs["parts"]:
        if not isinstance(part, np.ndarray):
            if np.size(part):  # an empty list for an empty part is as good as an array
                return f"a {wanted} with a {type(part).__name__} in it"
        elif part.size and (part.dtype.kind not in "iu" or part.ndim != 1):
            return f"a {wanted} with an array of {part.dtype} and shape {part.shape} in it"
    return f"a {wanted} of arrays of integers"
