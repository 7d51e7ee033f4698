"""``split_indices(n, fractions, rng) -> tuple of index arrays``: training, validation, test."""

from typing import Any

import numpy as np

from grader.checking.contract import Case, case, mistake, random, slips, step, values
from grader.exercises.index_lists import (
    CALLS,
    EVERY,
    FORM,
    FROM_RNG,
    MANY,
    OFTEN,
    ORDER,
    ORDER_MISTAKES,
    SIZES,
    UNKNOWN,
    WHO,
    indices,
    observed,
    run,
)


def split_indices(n, fractions, rng):
    order = rng.permutation(n)
    sizes = [int(n * f) for f in fractions[1:]]
    cuts = np.cumsum([n - sum(sizes), *sizes])[:-1]
    return tuple(np.split(order, cuts))


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    """No n · fraction is near a whole number unless it is one exactly, so rounding decides nothing.

    Then a program that computes n · fraction in another way, or adds a small number before it
    rounds down, gets the same sizes.
    """

    def split(about: str, n: int, *fractions: float) -> Case:
        return case(about, n=n, fractions=list(fractions), seed=int(rng.integers(2**31)))

    k = int(rng.integers(2, 6))
    return {
        "sizes where nothing is left over": [
            split("two parts, nothing left over", 8 * k, 0.75, 0.25),
            split("three parts, nothing left over", 8 * k, 0.5, 0.25, 0.25),
            split("one part", 8 * k, 1.0),
        ],
        "a part may be empty": [split("too few samples for every part", 9, 0.94, 0.03, 0.03)],
        "the first part takes the rest": [
            split("two parts with a rest", 8 * k + 7, 0.75, 0.25),
            split("three parts with a rest", 8 * k + 7, 0.5, 0.25, 0.25),
            split("the first part is the smallest", 10 * k + 7, 0.2, 0.5, 0.3),
            split("four parts with a rest", 10 * k + 7, 0.4, 0.3, 0.2, 0.1),
            split("three thirds", 3 * (100 + k) + 1, 1 / 3, 1 / 3, 1 / 3),
            split(OFTEN, 11, 0.5, 0.25, 0.25) | {"calls": CALLS},
            split(MANY, 10 * int(rng.integers(640, 650)) + 7, 0.7, 0.2, 0.1),
        ],
    }


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    found = observed(case, outputs, "tuple")
    # Drawn with replacement all nine may be there by chance; of fewer, one is missing.
    if case["n"] == 9 and found[SIZES] != UNKNOWN and found[WHO].startswith("some index"):
        dealt = sum(indices(part, 9).size for part in outputs["parts"])
        found[WHO] = "some index never" if dealt < 9 else EVERY
    return found


ONCE = "every index is in exactly one part"


def minus_zero(n, fractions, rng):
    """A part of size 0 is wrong: `order[-0:]` is not empty but the whole array, because −0 is 0.
    Cut from the front, or compute where each part starts.
    """
    order, parts = rng.permutation(n), []
    for f in fractions[:0:-1]:
        size = int(n * f)
        parts.append(order[-size:])
        order = order[:-size]
    return (order, *parts[::-1])


exercise = random(
    split_indices,
    returns="parts",
    points=2,
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        values(SIZES, cases="sizes where nothing is left over"),
        values(SIZES, weight=3, cases="the first part takes the rest"),
        # Indices that come twice satisfy it.
        values(SIZES, cases="a part may be empty", alone=False),
        values(WHO, weight=6, title=ONCE),
        values(
            ORDER,
            weight=7,
            cases=(OFTEN, MANY),
            title="the parts are drawn at random",
            help="""Which of your steps decides which sample belongs to which part? Is this step
            random?""",
        ),
        FROM_RNG,
        values(
            FORM,
            alone=False,
            title="a tuple of arrays of integers",
            help="""What is the type of one of your parts, and which dtype do its numbers have? A
            slice of a NumPy array is a NumPy array.""",
        ),
    ],
    form=(),
    without=("own generator", "fixed seed"),
    answers=("course_lib.preprocessing.splits",),
    hints=(
        step(
            "How would you deal a shuffled deck of cards to three people who get different "
            "numbers of cards?",
            "sizes where nothing is left over",
            ONCE,
        ),
        step(
            "Round n · fraction down for n = 7 and the fractions 0.5, 0.25 and 0.25, and add up. "
            "Which part gets the samples that are left over?",
            "the first part takes the rest",
            "a part may be empty",
        ),
        step(
            "One shuffled order of 0 … n − 1, cut into consecutive pieces. All sizes but the first "
            "are floor(n · fraction); the first is n minus their sum.",
            "sizes where nothing is left over",
            "the first part takes the rest",
            "a part may be empty",
            ONCE,
        ),
        "A smaller example: n = 7, fractions (0.5, 0.25, 0.25). 7 · 0.25 = 1.75, so the sizes are "
        "5, 1 and 1. From the order 3 0 6 2 5 1 4 come [3 0 6 2 5], [1] and [4].",
    ),
    mistakes=(
        *slips("""
order = np.arange(n)
    Nothing is shuffled: the first part holds the first samples. Many files are sorted by class or
    by date. Which samples would then be in the last part?
return tuple(rng.permutation(part) for part in np.split(np.arange(n), cuts))
    Each part is shuffled by itself, but which sample belongs to which part still follows the order
    of the data. Shuffle first, then cut.
order = (np.arange(n) + rng.integers(1, n)) % n
    Something is drawn at random, but neighbours stay together in blocks. How can you mix all
    samples?
cuts = np.cumsum([int(n * f) for f in fractions[:-1]])
    Your LAST part takes the samples that are left over by rounding down. Here the first part takes
    them, and the others have exactly floor(n · fraction).
cuts = [n - sum(sizes), *sizes][:-1]
    You cut the order at the sizes themselves. If the parts have 5, 3 and 2 samples, at which index
    does the third part begin?
cuts = np.cumsum([n - sum(sizes), *sizes])
    There is one part too many, and it is empty. How many cuts give three pieces?
return tuple(np.split(order, cuts)[::-1])
    The parts have the sizes in reverse order. The first fraction belongs to the first part.
sizes = [round(n * f) for f in fractions[1:]]
    The sizes are rounded to the nearest whole number. Always round down.
return tuple(np.split(order, np.cumsum([round(n * f) for f in fractions]))[:-1])
    Every size is rounded to the nearest whole number, and their sum need not be n. Round down all
    but the first, which takes the rest.
cuts = np.cumsum([round(n * f) for f in fractions[:-1]])
    The sizes are rounded to the nearest whole number, and the last part takes what remains. Round
    down; the first part takes the rest.
sizes = [int(np.ceil(n * f)) for f in fractions[1:]]
    The sizes are rounded up, which makes the first part too small. All but the first are rounded
    down.
cuts = [int(n * c + 1e-9) for c in np.cumsum(fractions)[:-1]]
    You add up the fractions and round afterwards, so the remaining samples spread over the parts.
    Round the size of each part first, then add up the sizes.
return tuple(np.split(order, np.cumsum([int(n * f) for f in fractions]))[:-1])
    Some samples are in no part, because all sizes are rounded down. The first part takes these
    remaining samples.
return tuple(np.array_split(order, len(fractions)))
    All parts have the same size. `fractions` says how large each part has to be.
order = rng.integers(n, size=n)
    You draw with replacement, so some samples occur several times and others never. Draw without
    replacement: `rng.permutation(n)` is like a shuffled deck of cards.
return tuple(rng.permutation(n)[: len(part)] for part in np.split(order, cuts))
    You draw every part from all samples again, so the parts overlap, and the network would be
    tested on training samples. Shuffle once, then cut.
return tuple(order[: len(part)] for part in np.split(order, cuts))
    All parts start at the same index of the shuffled order, so the smaller ones are contained in
    the larger ones. Where does the next part have to start?
"""),
        *ORDER_MISTAKES,
        *slips("""
order = np.random.default_rng(0).permutation(n)
    Every call gives the same parts. The state of `rng` advances from call to call. Do you draw from
    `rng` in each call, or does your function make its own generator or keep an order?
"""),
        mistake(minus_zero),
        *slips("""
cuts = np.cumsum([int(n * fractions[0]), int(n * fractions[1])])
    You always return three parts, and the last one takes the remaining samples. How many parts does
    `fractions` ask for, and which one takes the rest?
sizes = [int(n * fractions[1]), int(n * fractions[2])]
    Your function works for three parts only. `len(fractions)` is the number of parts.
"""),
    ),
)
