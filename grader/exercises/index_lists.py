"""Random lists of indices as texts: quantities in which all right programs agree."""

from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    Open,
    drawn_anew,
    draws_in_words,
    slips,
    values,
)

MANY = "many samples"
OFTEN, CALLS = "a few samples, dealt again and again", 600
# Standard deviations. By the binomial distribution, right code leaves this band with probability
# below 2e-10 a case, for all samples, pairs of samples and parts together.
BAND = 7.3
MOST = 10_000  # of a part, more than any case has samples
EVERY = "every index from 0 to n − 1 once"
BLOCKS = "neighbours stay together in blocks"
UNKNOWN = "unknown, no indices or one of them again and again"
NO_INDICES, FRACTIONS = "no indices", "numbers with a fraction"
SIZES, WHO, TWICE = "the list of sizes", "the indices", "what comes twice"
ORDER, DRAWS, FORM = "the order", "the draws", "what is returned"
RANDOM = "random"

# Random numbers other than indices satisfy it.
FROM_RNG = drawn_anew(
    values(
        DRAWS,
        weight=2,
        cases=MANY,
        alone=False,
        title="randomness comes from rng",
        help="""Look at every line of your code that draws at random. Does each of them use `rng`,
        in every call?""",
    )
)


# Of ``order = rng.permutation(n)``.
ORDER_MISTAKES = slips("""
order = rng.permutation(n) + 1
    Your indices run from 1 to n. Which index does the first row of an array have?
order = np.random.default_rng().permutation(n)
    You do not draw the order from `rng`. With the same seed it has to be the same again, so that
    experiments can be repeated.
order = rng.shuffle(np.arange(n))[:n]
    `rng.shuffle(a)` shuffles `a` in place and returns None. Use it without `a =`, or take
    `rng.permutation`, which returns a new array.
""")


def run(function: Any, case: Case) -> dict[str, Any]:
    how = case["batch_size"] if "batch_size" in case else tuple(case["fractions"])

    def call(rng: Any) -> Any:
        return function(case["groups"].copy() if "groups" in case else case["n"], how, rng)

    rng = np.random.default_rng(case["seed"])
    parts = call(rng)
    kind, parts = type(parts).__name__, list(parts)
    later, again = list(call(rng)), list(call(np.random.default_rng(case["seed"])))
    calls = [list(call(rng)) for _ in range(case.get("calls", 0))]
    return {"parts": parts, "later": later, "again": again, "kind": kind, "calls": calls}


def observed(case: Case, outputs: dict[str, Any], wanted: str) -> dict[str, Any]:
    """Right programs differ in which samples are together; they agree in these quantities."""
    n, parts = case["n"], outputs["parts"]
    rows = in_rows(parts, n)
    again, later = (in_rows(outputs[name], n) for name in ("again", "later"))
    found: dict[str, str | Open] = {
        SIZES: sizes(parts, rows, later),
        WHO: indices_in_words(rows, n),
    }
    found[FORM] = form(outputs, wanted)
    if case["about"] == OFTEN:
        dealt = [places(in_rows(parts, n), n) for parts in outputs["calls"]]
        found[ORDER] = evenly_in_words(dealt)
    if case["about"] != MANY:
        return found
    place = places(rows, n)

    def same(first: list[np.ndarray], other: list[np.ndarray]) -> bool:
        """Whether the same samples are together; where that makes no sense, if all is equal."""
        second = None if place is None else places(other, n)
        if place is not None and second is not None:
            return np.array_equal(place, second)
        return len(first) == len(other) and all(map(np.array_equal, first, other))

    found[TWICE] = twice_in_words(rows)
    found[ORDER] = Open() if place is None else order_in_words(rows, place)
    found[DRAWS] = draws_in_words(rows, again, [later], same)
    return found


def in_rows(parts: list[Any], n: int) -> list[np.ndarray]:
    """The parts as rows of numbers. Behind far more than n numbers none is looked at any more."""
    rows: list[np.ndarray] = []
    left = 4 * n + 100
    for part in parts:
        if left < 0:
            break
        rows.append(indices(part, n))
        left -= rows[-1].size
    return rows


def sizes(parts: list[Any], rows: list[np.ndarray], later: list[np.ndarray]) -> str:
    """The sizes in a row, where there are indices to count, and not one again and again."""
    lies = indices_in_words(rows, sum(row.size for row in rows))
    # Indices drawn with replacement in two calls are never all alike, but for a chance below 1e-7.
    if lies in (NO_INDICES, FRACTIONS) or np.unique(np.concatenate([*rows, *later])).size == 1:
        return UNKNOWN
    counts = [row.size for row in rows] + [np.size(part) for part in parts[len(rows) :]]
    return ", ".join(map(str, counts)) or "none"


def indices(part: Any, n: int) -> np.ndarray:
    """A part as one row of numbers; a mask of all n samples as the indices it stands for."""
    array = np.asarray(part)
    mask = array.dtype.kind == "b" and array.shape == (n,)
    return np.flatnonzero(array) if mask else array.flat[:MOST]


def indices_in_words(rows: list[np.ndarray], n: int) -> str:
    """Whether the rows hold the numbers 0 … n-1, each of them once."""
    arrays = [row for row in rows if row.size]
    if any(a.dtype.kind not in "iuf" for a in arrays) or not arrays:
        return NO_INDICES
    found = np.concatenate([a.astype(np.float64) for a in arrays])
    if not (found == np.floor(found)).all():
        return FRACTIONS
    if found.min() < 0 or found.max() > n - 1:
        return f"indices outside of 0 to n − 1: from {found.min():.0f} to {found.max():.0f}"
    often = np.bincount(found.astype(np.int64), minlength=n)
    words = ["some index more than once"] * bool((often > 1).any())
    words += ["some index never"] * bool((often == 0).any())
    return ", ".join(words) or EVERY


def twice_in_words(rows: list[np.ndarray]) -> str:
    """Where the same number comes again, which tells one way of drawing from another."""
    sets = [set(row.tolist()) for row in rows]
    if any(len(s) < row.size for s, row in zip(sets, rows, strict=True)):
        return "the same index twice in one part"
    if sum(map(len, sets)) == len(set().union(*sets)):
        return "nothing"
    inside = all(s <= sets[0] for s in sets)
    return "all of one part inside another" if inside else "an index in two parts"


def places(rows: list[np.ndarray], n: int) -> np.ndarray | None:
    """For every sample the number of the part it is in; None where the parts are not in order."""
    filled = [row for row in rows if row.size]
    if not filled or any(row.dtype.kind not in "iuf" for row in filled):
        return None
    found = np.concatenate(filled)
    order = np.argsort(found)
    if found.size != n or (found[order] != np.arange(n)).any():  # not what EVERY says
        return None
    return np.repeat(np.arange(len(rows)), [row.size for row in rows])[order]


def order_in_words(rows: list[np.ndarray], place: np.ndarray) -> str:
    """Whether the samples are distributed at random, as far as their distances show.

    The share of pairs at a given distance that are in the same part is that of any two samples, but
    for chance: a share 0.2 off is 8 standard deviations away with n of 400 or more.
    """
    n = len(place)
    if np.array_equal(np.concatenate(rows), np.arange(n)):
        return "nothing is shuffled"
    if (np.diff(place) >= 0).all():
        return "the order is kept, only inside the parts it is shuffled"
    if np.count_nonzero(np.diff(place)) <= 2 * len(rows):
        return BLOCKS
    shares = np.bincount(place) / n
    together = [(place[d:] == place[:-d]).mean() for d in range(1, 40)]
    expected = float(np.sum(shares**2))
    return "a regular pattern" if max(together) > expected + 0.2 else RANDOM


def evenly_in_words(dealt: list[np.ndarray | None], *, by_place: bool = True) -> str | Open:
    """Whether each sample is in each part, and with each other one, as often as all samples are.

    Calls that are all the same are told by where the draws come from.

    Parameters
    ----------
    dealt : for each call the parts' numbers, as :func:`places` gives them
    by_place : whether it matters which of the parts a sample is in
    """
    if any(place is None for place in dealt):
        return Open()
    place = np.array(dealt)
    if (place == place[0]).all():
        return RANDOM
    others = ~np.eye(place.shape[1], dtype=bool)
    with_each = (place[:, :, None] == place[:, None, :]).mean(axis=0)[others]
    in_each = [(place == part).mean(axis=0) for part in range(1 + place.max())]
    if by_place and not all(map(alike, in_each)):
        return "some samples are in one of the parts too often"
    return RANDOM if alike(with_each) else "some samples are in the same part too often"


def alike(shares: np.ndarray) -> bool:
    """Whether shares of ``CALLS`` calls differ only by chance."""
    p = shares.mean()
    return bool(np.abs(shares - p).max() <= BAND * np.sqrt(p * (1 - p) / CALLS))


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
