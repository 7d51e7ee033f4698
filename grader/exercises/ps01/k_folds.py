"""``k_folds(n, k, rng) -> list of (train, validation)``: every sample is validated once."""

from typing import Any

import numpy as np

from grader.checking.contract import Case, case, random, slip, slips, step, values
from grader.exercises.index_lists import (
    FORM,
    FROM_RNG,
    MANY,
    ORDER,
    SIZES,
    WHO,
    form,
    indices,
    observed,
)


def k_folds(n, k, rng):
    order = rng.permutation(n)
    parts = np.array_split(order, k)
    folds = []
    for j in range(k):
        validation = parts[j]
        train = np.concatenate(parts[:j] + parts[j + 1 :])
        folds.append((train, validation))
    return folds


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    def folds(about: str, n: int, k: int) -> Case:
        return case(about, n=n, k=k, seed=int(rng.integers(2**31)))

    m = int(rng.integers(2, 5))
    return {
        "folds of equal size": [
            folds("two folds", 4 * m, 2),
            folds("k divides n", 5 * m, 5),
            folds("each sample is a fold", 4 + m, 4 + m),
        ],
        "the sizes differ by at most one": [
            folds("one sample is left over", 4 * m + 1, 4),
            folds("all but one of a round are left over", 5 * m + 4, 5),
            folds(MANY, 5 * int(rng.integers(1001, 1200)) + 3, 5),
        ],
    }


def run(function: Any, case: Case) -> dict[str, Any]:
    def call(rng: Any) -> Any:
        folds = function(case["n"], case["k"], rng)
        kind, folds = type(folds).__name__, list(folds)
        lengths = {len(fold) for fold in folds} - {2} if kind != "ndarray" else {-1}
        if lengths:
            return f"{kind} of something other than pairs", [], []
        return kind, [train for train, _ in folds], [validation for _, validation in folds]

    rng = np.random.default_rng(case["seed"])
    kind, train, parts = call(rng)
    later, again = call(rng)[2], call(np.random.default_rng(case["seed"]))[2]
    return {"parts": parts, "train": train, "later": later, "again": again, "kind": kind}


REST, PAIRS = "the training indices", "a list of pairs of arrays of integers"


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    parts, train = outputs["parts"], outputs["train"]
    found = observed(case, outputs, "list")
    sizes = found[SIZES].split(", ")
    # Which of the folds are the larger ones is free.
    if all(size.isdigit() for size in sizes):
        found[SIZES] = ", ".join(sorted(sizes, key=int, reverse=True))
    if outputs["kind"] not in ("list", "tuple"):
        found[FORM] = f"a {outputs['kind']}"
    else:
        sides = [form(outputs | {"parts": side}, "list") for side in (train, parts)]
        whole = "a list of arrays of integers"
        found[FORM] = next((said for said in sides if said != whole), PAIRS)
    found[REST] = rest_in_words(train, parts, case["n"])
    return found


def rest_in_words(train: list[Any], parts: list[Any], n: int) -> str:
    """What the training side of the folds holds, beside what the validation side holds."""
    words = set()
    for seen, held_out in zip(train, parts, strict=True):
        a, b = indices(seen), indices(held_out)
        if {a.dtype.kind, b.dtype.kind} - set("iuf") or not b.size:
            return "no indices"
        if np.isin(a, b).any():
            words.add("some validation indices as well")
        elif np.unique(a).size < a.size:
            words.add("some index twice")
        elif a.size + b.size != n:
            words.add(f"{a.size} indices where {b.size} of {n} are validated")
    return ", ".join(sorted(words)) or ("the rest, in every fold" if parts else "no folds")


ONCE, TRAIN = "every index is validated once", "each fold trains on all other indices"
EQUAL, UNEQUAL = "folds of equal size", "the sizes differ by at most one"


exercise = random(
    k_folds,
    returns="folds",
    points=2,
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        values(SIZES, cases=EQUAL, alone=False),
        values(SIZES, weight=2, cases=UNEQUAL, alone=False),
        values(WHO, weight=2, title=ONCE),
        values(REST, weight=8, title=TRAIN),
        values(
            ORDER,
            cases=MANY,
            title="the folds are drawn at random",
            help="""Which of your steps decides which sample is in which fold? Is this step
            random?""",
        ),
        FROM_RNG,
        values(
            FORM,
            alone=False,
            title=PAIRS,
            help="""What is the type of one entry of your list: a pair (train, validation)? And what
            are the types of its two entries?""",
        ),
    ],
    form=(),
    without=("own generator", "fixed seed"),
    answers=("course_lib.preprocessing.k_folds",),
    hints=(
        step(
            "Deal a shuffled deck of cards to k people, as evenly as you can. Each of them is the "
            "validation set once. What is the training set then?",
            EQUAL,
            UNEQUAL,
            ONCE,
            TRAIN,
        ),
        step(
            "`np.array_split(order, k)` cuts into k pieces that differ by at most one. "
            "`np.concatenate` joins the other k − 1 pieces.",
            EQUAL,
            UNEQUAL,
            ONCE,
            TRAIN,
        ),
        "A smaller example: n = 5, k = 2. From the order 3 0 4 1 2 come the pieces [3 0 4] and [1 "
        "2], and so the folds ([1 2], [3 0 4]) and ([3 0 4], [1 2]).",
    ),
    mistakes=(
        *slips("""
order = np.arange(n)
    Nothing is shuffled: each fold is a block of the data. If the data are sorted by class, which
    classes does the first fold contain?
order = rng.permutation(n) + 1
    Your indices run from 1 to n. Which index does the first row of an array have?
order = rng.integers(n, size=n)
    You draw with replacement, so some samples are validated several times and others never. Draw
    without replacement: `rng.permutation(n)` is like a shuffled deck of cards.
order = np.random.default_rng().permutation(n)
    You do not draw the order from `rng`. With the same seed it has to be the same again, so that
    experiments can be repeated.
order = np.random.default_rng(0).permutation(n)
    Every call gives the same folds. The state of `rng` advances from call to call. Do you draw from
    `rng` in each call, or does your function make its own generator or keep an order?
order = rng.shuffle(np.arange(n))[:n]
    `rng.shuffle(a)` shuffles `a` in place and returns None. Use it without `a =`, or take
    `rng.permutation`, which returns a new array.
parts = [rng.permutation(n)[: len(part)] for part in np.array_split(order, k)]
    You draw every fold from all samples again, so the folds overlap. Shuffle once, then cut.
parts = np.split(order, k)
    Your code fails if k does not divide n. How can the pieces differ by one?
parts = [order[j * (n // k) : (j + 1) * (n // k)] for j in range(k)]
    If k does not divide n, the samples that are left over are never validated. Into which folds
    could they go, one each?
parts = [order[j * (n // k) : (j + 1) * (n // k)] for j in range(k)]
train = np.setdiff1d(order, validation)
    If k does not divide n, some samples are never validated. Into which folds could they go, one
    each?
parts = [order[j * (n // k) : (j + 1) * (n // k) if j < k - 1 else n] for j in range(k)]
    The last fold takes all samples that are left over, so it may be almost twice as large as the
    others. Give one each to several folds.
parts = [order[i : i + k] for i in range(0, n, k)]
    You use `k` as the size of a fold. It is the number of folds.
parts = np.array_split(order, k)[: k - 1]
k = len(parts)
    One fold is missing. How many folds does your loop make, and which pieces are never validated?
train = order
    The training indices contain the validation indices, so the network is tested on samples that it
    has learnt. Which piece has to be left out?
train = np.concatenate([order[:0], *parts[:j]])
    You train on the pieces before the validation piece only. What about those behind it?
train = np.setdiff1d(order, validation)[: n - n // k - 1]
    Some samples are neither in the training set nor in the validation set of a fold.
train = parts[(j + 1) % k]
    You train on one piece only, and the other k − 2 are not used. All that is not validated belongs
    to the training set.
folds.append((validation, train))
    The two sides are exchanged: you train on the small piece and validate on the rest. The order is
    (train, validation).
folds.append(validation)
    Your list has the validation indices only. Each entry is a pair, (train, validation).
return folds[0]
    You return a single fold. At which point does your function return, and how many folds has it
    collected by then?
"""),
        slip(
            "validation = parts[j]",
            "parts = np.array_split(rng.permutation(n), k)\n        validation = parts[j]",
            "You shuffle again for every fold, so some samples are validated several times "
            "and others never. How often is a deck of cards shuffled before it is dealt to k "
            "people?",
        ),
    ),
)
