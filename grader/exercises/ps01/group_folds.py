"""``group_folds(groups, k, rng) -> list of (train, validation)``: each group is validated once."""

from typing import Any

import numpy as np

from grader.checking.contract import Case, Open, case, mistake, random, slip, slips, step, values
from grader.exercises.index_lists import (
    CALLS,
    EVERY,
    FORM,
    FROM_RNG,
    MANY,
    OFTEN,
    ORDER,
    SIZES,
    UNKNOWN,
    WHO,
    evenly_in_words,
    form,
    in_rows,
    indices,
    indices_in_words,
    observed,
    order_in_words,
)


def group_folds(groups, k, rng):
    order = rng.permutation(np.unique(groups))
    parts = np.array_split(order, k)
    folds = []
    for j in range(k):
        held_out = np.isin(groups, parts[j])
        train = np.flatnonzero(~held_out)
        validation = np.flatnonzero(held_out)
        folds.append((train, validation))
    return folds


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    def people(about: str, sizes: Any, k: int, *, mixed: bool = True, names: Any = None) -> Case:
        """Groups of these sizes under numbers that are not 0, 1, 2, …"""
        if names is None:
            names = 5 + 3 * rng.permutation(len(sizes)) + int(rng.integers(90))
        groups = np.repeat(names, sizes)
        if mixed:
            groups = rng.permutation(groups)
        return case(about, groups=groups, k=k, seed=int(rng.integers(2**31)))

    m = int(rng.integers(3, 7))
    halves = int(rng.integers(1, 50)) + rng.permutation(7)
    many = np.tile([1, int(rng.integers(18, 25))], 10 * int(rng.integers(32, 40)) + 1)
    return {
        "equally many groups in each fold": [
            people("two folds, one group after the other", [m] * 4, 2, mixed=False),
            people("groups that are mixed in the file", [m] * 6, 3),
            people("groups of different sizes", [9, 1, 2, m, 3, 1], 3),
            people(
                "numbers below and above 0", [m] * 14, 2, names=np.concatenate([-halves, halves])
            ),
            people("as many folds as groups", [m, 1] * 8, 16),
            people(OFTEN, [2, 1] * 4, 4) | {"calls": CALLS},
        ],
        "each sample is its own group": [people("", [1] * (4 * m), 4)],
        "the numbers of groups differ by at most one": [
            people("one group is left over", [m] * 7, 3),
            people("all but one of a round are left over", [m, 2, 1, 3] * 2 + [m], 5),
            people(MANY, many, 5),
        ],
    }


def run(function: Any, case: Case) -> dict[str, Any]:
    def call(rng: Any) -> Any:
        folds = function(case["groups"].copy(), case["k"], rng)
        kind, folds = type(folds).__name__, list(folds)
        lengths = {len(fold) for fold in folds} - {2} if kind != "ndarray" else {-1}
        if lengths:
            return f"{kind} of something other than pairs", [], []
        return kind, [train for train, _ in folds], [validation for _, validation in folds]

    rng = np.random.default_rng(case["seed"])
    kind, train, parts = call(rng)
    later, again = call(rng)[2], call(np.random.default_rng(case["seed"]))[2]
    calls = [call(rng)[2] for _ in range(case.get("calls", 0))]
    return {
        "parts": parts,
        "train": train,
        "later": later,
        "again": again,
        "calls": calls,
        "kind": kind,
    }


WHOLE, REST, PAIRS = "the groups", "the training indices", "a list of pairs of arrays of integers"


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    parts, train = outputs["parts"], outputs["train"]
    names, number = np.unique(case["groups"], return_inverse=True)
    n = len(number)
    found = observed({"n": n, "about": case["about"]}, outputs, "list")
    if outputs["kind"] not in ("list", "tuple"):
        found[FORM] = f"a {outputs['kind']}"
    else:
        sides = [form(outputs | {"parts": side}, "list") for side in (train, parts)]
        whole = "a list of arrays of integers"
        found[FORM] = next((said for said in sides if said != whole), PAIRS)
    rows = in_rows(parts, n)
    lies = indices_in_words(rows, n)
    if found[SIZES] == UNKNOWN:
        return found | {WHOLE: UNKNOWN, REST: UNKNOWN}
    if lies == "no indices" or lies.startswith(("indices outside", "numbers with")):
        return found | {WHOLE: lies, SIZES: lies, REST: lies}
    members = [np.unique(number[row.astype(np.int64)]) for row in rows]
    split = sum(group.size for group in members) - np.unique(np.concatenate(members)).size
    found[WHOLE] = f"{split} of {len(names)} held out more than once" if split else "held out once"
    # Which of the folds are the larger ones is free.
    counts = sorted((group.size for group in members), reverse=True)
    found[SIZES] = ", ".join(map(str, counts)) + " groups"
    found[REST] = rest_in_words(train, parts, n)
    if split and not found[REST].startswith(("no", "some")):
        found[REST] = "other samples of groups that are held out"
    if case["about"] == OFTEN:
        dealt = [places_of_groups(in_rows(parts, n), number) for parts in outputs["calls"]]
        found[ORDER] = evenly_in_words(dealt, by_place=False)
    if case["about"] == MANY:
        place = places_of_groups(rows, number)
        found[ORDER] = Open() if place is None else order_in_words(members, place)
    return found


def places_of_groups(rows: list[np.ndarray], number: np.ndarray) -> np.ndarray | None:
    """For every group the number of its fold; None where a group is divided or not held out."""
    if indices_in_words(rows, len(number)) != EVERY:
        return None
    members = [np.unique(number[row.astype(np.int64)]) for row in rows]
    folds = np.repeat(np.arange(len(rows)), [group.size for group in members])
    place = np.empty(number.max() + 1, np.int64)
    if folds.size != place.size:
        return None
    place[np.concatenate(members)] = folds
    return place


def rest_in_words(train: list[Any], parts: list[Any], n: int) -> str:
    """What the training side of the folds holds, beside what the validation side holds."""
    words = set()
    for seen, held_out in zip(train, parts, strict=True):
        a, b = indices(seen, n), indices(held_out, n)
        if {a.dtype.kind, b.dtype.kind} - set("iuf") or not b.size:
            return "no indices"
        if np.isin(a, b).any():
            words.add("some validation indices as well")
        elif np.unique(a).size < a.size:
            words.add("some index twice")
        elif a.size + b.size != n:
            words.add(f"{a.size} indices where {b.size} of {n} are validated")
    return ", ".join(sorted(words)) or ("the rest, in every fold" if parts else "no folds")


TOGETHER, ONCE = "every group is held out once, as a whole", "every index is validated once"
TRAIN = "each fold trains on all samples of the other groups"
EQUAL, UNEQUAL = (
    "equally many groups in each fold",
    "the numbers of groups differ by at most one",
)


def samples_dealt(groups, k, rng):
    """Samples of one group are in several validation sets: you shuffle and cut the samples. Shuffle
    and cut the names of the groups instead.
    """
    order = rng.permutation(len(groups))
    parts = np.array_split(order, k)
    return [(np.setdiff1d(order, part), part) for part in parts]


def cut_at_equal_sizes(groups, k, rng):
    """Your groups lie in a random order, but the folds are cut at equal numbers of samples, in the
    middle of a group. Cut the list of the names, not that of the samples.
    """
    names = rng.permutation(np.unique(groups))
    row = np.concatenate([np.flatnonzero(groups == name) for name in names])
    return [(np.setdiff1d(row, part), part) for part in np.array_split(row, k)]


exercise = random(
    group_folds,
    returns="folds",
    points=3,
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        values(WHOLE, weight=6, title=TOGETHER),
        values(WHO, weight=2, title=ONCE),
        values(SIZES, cases=EQUAL, alone=False),
        values(SIZES, weight=4, cases=UNEQUAL, alone=False),
        values(SIZES, cases="each sample is its own group", alone=False),
        values(REST, weight=6, title=TRAIN),
        values(
            ORDER,
            weight=4,
            cases=(OFTEN, MANY),
            title="the groups are drawn at random",
            help="""Which of your steps decides which group is in which fold? Is this step
            random?""",
        ),
        FROM_RNG,
        values(
            FORM,
            alone=False,
            title=PAIRS,
            help="""What is the type of one entry of your list: a pair (train, validation)? And what
            are the types of its two entries? `np.flatnonzero(mask)` makes indices of a mask.""",
        ),
    ],
    form=(),
    without=("own generator", "fixed seed"),
    answers=("course_lib.preprocessing.splits",),
    hints=(
        step(
            "Deal a shuffled deck of cards to k people, as evenly as you can, with one card for "
            "each group. Each of them is the validation set once. What is the training set then?",
            TOGETHER,
            ONCE,
            EQUAL,
            UNEQUAL,
            TRAIN,
        ),
        step(
            "`np.unique(groups)` gives every name once, and `np.array_split(names, k)` cuts into k "
            "pieces that differ by at most one. `np.isin(groups, piece)` is True where a sample's "
            "group is in the piece.",
            TOGETHER,
            ONCE,
            EQUAL,
            UNEQUAL,
            TRAIN,
        ),
        "A smaller example: groups = [7, 7, 4, 9, 4], k = 2. From the order 4, 9, 7 come the "
        "pieces [4, 9] and [7], and so the folds ([0, 1], [2, 3, 4]) and ([2, 3, 4], [0, 1]).",
    ),
    mistakes=(
        *slips("""
order = np.unique(groups)
    Nothing is shuffled: the first fold holds the first groups by name. Names often follow the date
    or the place.
order = rng.permutation(groups.max() + 1)
    You deal all numbers from 0 to the largest one, and many of them are no group. So the folds get
    unequal numbers of groups, or none at all. Which numbers occur in `groups`?
order = rng.permutation(np.unique(np.abs(groups)))
    A group may have a number below 0, and −3 is another group than 3. Which function gives each
    number that occurs once?
order = rng.choice(np.unique(groups), len(np.unique(groups)))
    You draw with replacement, so some groups are held out several times and others never. Draw
    without replacement: `rng.permutation(names)` is like a shuffled deck of cards.
order = rng.permutation(groups)
    You shuffle the group of every sample, so a group is listed as often as it has samples, and is
    held out several times. How do you get every name once?
order = np.random.default_rng().permutation(np.unique(groups))
    You do not draw the order from `rng`. With the same seed it has to be the same again, so that
    experiments can be repeated.
order = np.random.default_rng(0).permutation(np.unique(groups))
    Every call gives the same folds. The state of `rng` advances from call to call. Do you draw from
    `rng` in each call, or does your function make its own generator or keep an order?
parts = [rng.permutation(np.unique(groups))[: len(p)] for p in np.array_split(order, k)]
    You draw every fold from all groups again, so the folds overlap. Shuffle once, then cut.
parts = np.split(order, k)
    Your code fails if k does not divide the number of groups. How can the pieces differ by one?
parts = [order[j * (len(order) // k) : (j + 1) * (len(order) // k)] for j in range(k)]
    If k does not divide the number of groups, those that are left over are never held out. Into
    which folds could they go, one each?
parts = [order[j * (len(order) // k) : (j + 1) * (len(order) // k) if j < k - 1 else None]
    for j in range(k)]
    One fold takes all groups that are left over, so it may be almost twice as large as the others.
    Give one each to several folds.
parts = [order[i : i + k] for i in range(0, len(order), k)]
    You use `k` as the number of groups in a fold. It is the number of folds.
for j in range(k - 1):
    One fold is missing. How many folds does your loop make, and which groups are never held out?
train = np.arange(len(groups))
    The training indices contain the validation indices, so the network is tested on samples that it
    has learnt. Which samples have to be left out?
train = np.flatnonzero(np.isin(groups, parts[(j + 1) % k]))
    You train on one piece of the groups only. All that is not held out belongs to the training set.
train = np.flatnonzero(np.isin(groups, order[: len(order) // k * j]))
    You train on the groups before the validation piece only. What about those behind it?
folds.append((validation, train))
    The two sides are exchanged: you train on the small piece and validate on the rest. The order is
    (train, validation).
folds.append(validation)
    Your list has the validation indices only. Each entry is a pair, (train, validation).
train = np.setdiff1d(order, parts[j])
validation = parts[j]
    You return the names of the groups. A fold holds indices of samples, from 0 to n − 1.
return folds[0]
    You return a single fold. At which point does your function return, and how many folds has it
    collected by then?
"""),
        slip(
            "held_out = np.isin(groups, parts[j])",
            "parts = np.array_split(rng.permutation(np.unique(groups)), k)\n"
            "        held_out = np.isin(groups, parts[j])",
            "You shuffle again for every fold, so some groups are held out several times and "
            "others never. How often is a deck of cards shuffled before it is dealt to k people?",
        ),
        mistake(samples_dealt),
        mistake(cut_at_equal_sizes),
    ),
)
