"""``split_indices(n, fractions, rng) -> tuple of index arrays``: training, validation, test."""

from itertools import pairwise
from typing import Any

import numpy as np

from course_lib.preprocessing import split_indices
from grader.checking import UNTOLD, Case, Exercise, Mistake, _, case, values

MANY = "many samples"


def split(rng: np.random.Generator, about: str, n: int, *fractions: float) -> Case:
    return case(about, n=n, fractions=list(fractions), seed=int(rng.integers(2**31)))


def cases(rng: np.random.Generator) -> list[Case]:
    """No n · fraction is near a whole number unless it is one exactly, so rounding decides nothing.

    Then a program that forms n · fraction in another way, or adds a little before it rounds down,
    gets the same sizes.
    """
    k = int(rng.integers(2, 6))
    return [
        split(rng, "two parts, nothing left over", 8 * k, 0.75, 0.25),
        split(rng, "three parts, nothing left over", 8 * k, 0.5, 0.25, 0.25),
        split(rng, "three parts with a rest", 8 * k + 7, 0.5, 0.25, 0.25),
        split(rng, "four parts with a rest", 10 * k + 7, 0.4, 0.3, 0.2, 0.1),
        split(rng, "too few samples for every part", 3, 0.8, 0.1, 0.1),
        split(rng, MANY, 10 * int(rng.integers(40, 50)) + 7, 0.7, 0.2, 0.1),
    ]


EXACT = ("two parts, nothing left over", "three parts, nothing left over")
REST = ("three parts with a rest", "four parts with a rest", MANY)
EMPTY = "too few samples for every part"


def run(split_indices: Any, case: Case) -> dict[str, Any]:
    n, fractions = case["n"], tuple(case["fractions"])
    rng = np.random.default_rng(case["seed"])
    parts = split_indices(n, fractions, rng)
    kind, parts = type(parts).__name__, list(parts)
    later = list(split_indices(n, fractions, rng))
    again = list(split_indices(n, fractions, np.random.default_rng(case["seed"])))
    return {"parts": parts, "later": later, "again": again, "kind": kind}


SIZES, WHO, TWICE = "the list of sizes", "what is in the parts", "what comes twice"
DEAL, DRAWS, FORM = "the deal", "the next deal", "what is returned"
EVERY = "every index from 0 to n − 1 once"
BLOCKS = "neighbours stay together in blocks"


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """Which samples are where differs from one right program to the next; this does not."""
    parts, n = outputs["parts"], case["n"]
    observed = {SIZES: sizes(parts), FORM: form(outputs, "tuple")}
    if case["about"] != EMPTY:
        observed[WHO] = indices_in_words(parts, n)
    else:  # three samples drawn with replacement may be all there by luck, but not two samples
        dealt = sum(indices(part).size for part in parts)
        observed[WHO] = "some index never" if dealt < n else EVERY
    if case["about"] == MANY:
        observed[TWICE] = twice_in_words(parts)
        observed[DEAL] = deal_in_words(parts, n)
        observed[DRAWS] = draws_in_words(parts, outputs["later"], outputs["again"], n)
    return observed


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
    return np.flatnonzero(array) if array.dtype.kind == "b" else array.ravel()


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
    sets = [set(indices(part).tolist()) for part in parts]
    if any(len(s) < indices(part).size for s, part in zip(sets, parts, strict=True)):
        return "the same index twice in one part"
    if sum(map(len, sets)) == len(set().union(*sets)):
        return "nothing"
    inside = all(s <= sets[0] for s in sets)
    return "all of one part inside another" if inside else "an index in two parts"


def places(parts: list[Any], n: int) -> np.ndarray | None:
    """For every sample the number of the part it is in; None where the parts are not in order."""
    if indices_in_words(parts, n) != EVERY:
        return None
    place = np.empty(n, np.int64)
    for number, part in enumerate(parts):
        place[indices(part).astype(np.int64)] = number
    return place


def deal_in_words(parts: list[Any], n: int) -> str:
    """Whether chance decides who goes where, as far as the samples' distances tell.

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


def draws_in_words(parts: list[Any], later: list[Any], again: list[Any], n: int) -> str:
    if not same(parts, again, n):
        return "not from rng: the same seed gave another one"
    if same(parts, later, n):
        return "fixed: a second call gave the same"
    return "new for every call, from rng"


def same(one: list[Any], other: list[Any], n: int) -> bool:
    """Whether the same samples are together; where that makes no sense, whether all is equal."""
    first, second = places(one, n), places(other, n)
    if first is not None and second is not None:
        return np.array_equal(first, second)
    return len(one) == len(other) and all(map(np.array_equal, one, other))


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


def last_takes_rest(n: int, fractions: Any, rng: Any) -> Any:
    sizes = [int(n * f) for f in fractions]
    return np.split(rng.permutation(n), np.cumsum(sizes[:-1]))


def rounded(n: int, fractions: Any, rng: Any) -> Any:
    sizes = [round(n * f) for f in fractions[1:]]
    return np.split(rng.permutation(n), np.cumsum([n - sum(sizes), *sizes[:-1]]))


def all_rounded(n: int, fractions: Any, rng: Any) -> Any:
    order, stops = rng.permutation(n), np.cumsum([0, *(round(n * f) for f in fractions)])
    return [order[a:b] for a, b in pairwise(stops)]


def rounded_and_the_last_takes_rest(n: int, fractions: Any, rng: Any) -> Any:
    return np.split(rng.permutation(n), np.cumsum([round(n * f) for f in fractions[:-1]]))


def rounded_up(n: int, fractions: Any, rng: Any) -> Any:
    sizes = [min(n, int(np.ceil(n * f))) for f in fractions[1:]]
    first = max(n - sum(sizes), 0)
    return np.split(rng.permutation(n), np.cumsum([first, *sizes[:-1]]))


def cut_points(n: int, fractions: Any, rng: Any) -> Any:
    return np.split(rng.permutation(n), [int(n * c + 1e-9) for c in np.cumsum(fractions)[:-1]])


def rest_is_lost(n: int, fractions: Any, rng: Any) -> Any:
    order = rng.permutation(n)
    start, parts = 0, []
    for f in fractions:
        parts.append(order[start : start + int(n * f)])
        start += int(n * f)
    return tuple(parts)


def minus_zero(n: int, fractions: Any, rng: Any) -> Any:
    order = rng.permutation(n)
    parts = []
    for f in fractions[:0:-1]:
        size = int(n * f)
        parts.append(order[-size:])
        order = order[:-size]
    return (order, *parts[::-1])


def equal_parts(n: int, fractions: Any, rng: Any) -> Any:
    return np.array_split(rng.permutation(n), len(fractions))


def always_three(n: int, fractions: Any, rng: Any) -> Any:
    order = rng.permutation(n)
    validation, test = int(n * fractions[1]), int(n * fractions[2])
    train = n - validation - test
    return order[:train], order[train : train + validation], order[train + validation :]


def not_shuffled(n: int, fractions: Any, rng: Any) -> Any:
    sizes = [int(n * f) for f in fractions[1:]]
    return np.split(np.arange(n), np.cumsum([n - sum(sizes), *sizes[:-1]]))


def shuffled_inside(n: int, fractions: Any, rng: Any) -> Any:
    return [rng.permutation(part) for part in not_shuffled(n, fractions, rng)]


def from_a_random_start(n: int, fractions: Any, rng: Any) -> Any:
    start = int(rng.integers(1, n))
    return [(part + start) % n for part in not_shuffled(n, fractions, rng)]


def with_replacement(n: int, fractions: Any, rng: Any) -> Any:
    return [rng.integers(n, size=len(part)) for part in not_shuffled(n, fractions, rng)]


def each_part_anew(n: int, fractions: Any, rng: Any) -> Any:
    return [rng.permutation(n)[: len(part)] for part in not_shuffled(n, fractions, rng)]


def from_one(n: int, fractions: Any, rng: Any) -> Any:
    return [rng.permutation(part + 1) for part in split_indices(n, fractions, rng)]


def the_same_start(n: int, fractions: Any, rng: Any) -> Any:
    sizes = [int(n * f) for f in fractions[1:]]
    order = rng.permutation(n)
    return (order[: n - sum(sizes)], *(order[:size] for size in sizes))


def own_generator(n: int, fractions: Any, rng: Any) -> Any:
    return split_indices(n, fractions, np.random.default_rng())


def fixed_seed(n: int, fractions: Any, rng: Any) -> Any:
    return split_indices(n, fractions, np.random.default_rng(0))


def result_of_shuffle(n: int, fractions: Any, rng: Any) -> Any:
    order = np.arange(n)
    order = rng.shuffle(order)
    sizes = [int(n * f) for f in fractions[1:]]
    parts = [order[: n - sum(sizes)]]
    for i, size in enumerate(sizes):
        parts.append(order[n - sum(sizes[i:]) :][:size])
    return tuple(parts)


exercise = Exercise(
    name="split_indices",
    takes=("split_indices",),
    points=2,
    reference=(split_indices,),
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        values(SIZES, weight=2, cases=EXACT, title=_("sizes where nothing is left over")),
        values(SIZES, weight=2, cases=REST, title=_("the first part takes the rest")),
        # Form: three equal numbers meet it.
        values(SIZES, cases=EMPTY, form=True, title=_("a part may be empty")),
        values(
            WHO,
            weight=3,
            cases=(*EXACT, *REST, EMPTY),
            title=_("every index is in exactly one part"),
        ),
        values(
            DEAL,
            weight=2,
            cases=MANY,
            title=_("chance decides who goes where"),
        ),
        # Form: random numbers other than indices meet it.
        values(DRAWS, weight=2, cases=MANY, form=True, title=_("randomness comes from rng")),
        values(FORM, form=True, title=_("a tuple of arrays of integers")),
    ],
    mistakes=[
        Mistake(
            not_shuffled,
            hint=_(
                "Nothing is shuffled: the first part holds the first samples. Many files are "
                "sorted, by class or by date. What would the last part then be made of?"
            ),
        ),
        Mistake(
            shuffled_inside,
            hint=_(
                "Each part is shuffled by itself, but who belongs to which part still follows the "
                "order of the data. Shuffle first, then cut."
            ),
        ),
        Mistake(
            from_a_random_start,
            hint=_(
                "Chance decides only where you begin; from there on neighbours stay together. "
                "`rng.permutation` mixes them all."
            ),
        ),
        Mistake(
            last_takes_rest,
            hint=_(
                "The LAST part takes what is left over by rounding down. Here it is the first: the "
                "others have exactly floor(n · fraction)."
            ),
        ),
        Mistake(
            rounded,
            hint=_("The sizes are rounded to the nearest whole number. Always round down."),
        ),
        Mistake(
            all_rounded,
            hint=_(
                "Every size is rounded to the nearest whole number, and their sum need not be n. "
                "Round down all but the first, which takes the rest."
            ),
        ),
        Mistake(
            rounded_and_the_last_takes_rest,
            hint=_(
                "The sizes are rounded to the nearest whole number, and the last part takes what "
                "remains. Round down; the first part takes the rest."
            ),
        ),
        Mistake(
            rounded_up,
            hint=_(
                "The sizes are rounded up, which makes the first part too small. All but the first "
                "are rounded down."
            ),
        ),
        Mistake(
            cut_points,
            hint=_(
                "Your cuts are sums of fractions, rounded afterwards, so the leftovers spread over "
                "the parts. Round each part's size, then add up sizes."
            ),
        ),
        Mistake(
            rest_is_lost,
            hint=_(
                "Some samples are in no part: what is left over when all sizes are rounded down. "
                "The first part takes them."
            ),
        ),
        Mistake(
            minus_zero,
            hint=_(
                "Look at a part of size 0: `order[-0:]` is not empty, it is everything, because −0 "
                "is 0. Cut from the front, or compute where each part starts."
            ),
        ),
        Mistake(
            equal_parts,
            hint=_("All parts are of one size. `fractions` says how large each of them is to be."),
        ),
        Mistake(
            always_three,
            hint=_("It works for three parts only. `len(fractions)` says how many there are."),
        ),
        Mistake(
            with_replacement,
            hint=_(
                "Drawn with replacement: some samples come several times and others never. Deal "
                "them out like cards; `rng.permutation(n)` is a shuffled deck."
            ),
        ),
        Mistake(
            each_part_anew,
            hint=_(
                "Every part is drawn from all samples anew, so parts overlap: the network would be "
                "tested on what it was trained on. Shuffle once, then cut."
            ),
        ),
        Mistake(
            the_same_start,
            hint=_(
                "All parts start at the same place of the shuffled order, so the smaller ones are "
                "inside the larger. Where does the next part have to start?"
            ),
        ),
        Mistake(
            from_one,
            hint=_("The indices run from 1 to n. The first row of an array has the index 0."),
        ),
        Mistake(
            own_generator,
            hint=_(
                "The order does not come from `rng`: with the same seed it must be the same again, "
                "or no experiment can be repeated."
            ),
        ),
        Mistake(
            fixed_seed,
            hint=_(
                "Every call deals the same, because a generator starts anew inside the function. "
                "Draw from the `rng` you are given."
            ),
        ),
        Mistake(
            result_of_shuffle,
            hint=_(
                "`rng.shuffle(a)` shuffles `a` in place and returns None. Use it without `a =`, or "
                "take `rng.permutation`, which returns a new array."
            ),
        ),
    ],
    answers=("course_lib.preprocessing.split_indices",),
    returns="a tuple of arrays of indices, one for each fraction",
    hints=(
        _("How would you deal a shuffled deck to three people who get shares of different size?"),
        _(
            "One shuffled order of 0 … n − 1, cut into consecutive pieces. All sizes but the first "
            "are floor(n · fraction); the first is n minus their sum."
        ),
        _(
            "Smaller: n = 7, fractions (0.5, 0.25, 0.25). 7 · 0.25 = 1.75, so the sizes are 5, 1 "
            "and 1. From the order 3 0 6 2 5 1 4 come [3 0 6 2 5], [1] and [4]."
        ),
    ),
)
