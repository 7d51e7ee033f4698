"""``group_split(groups, fractions, rng) -> tuple of index arrays``: no group is in two parts."""

from typing import Any

import numpy as np

from grader.checking.contract import Case, Open, case, mistake, random, slips, step, values
from grader.exercises.index_lists import (
    EVERY,
    FORM,
    FROM_RNG,
    MANY,
    ORDER,
    SIZES,
    UNKNOWN,
    WHO,
    in_rows,
    indices_in_words,
    observed,
    order_in_words,
    run,
)


def group_split(groups, fractions, rng):
    n = len(groups)
    names, number = np.unique(groups, return_inverse=True)
    order = rng.permutation(len(names))
    sizes = np.bincount(number)[order]
    middles = np.cumsum(sizes) - sizes / 2  # of the groups, if they lie in a row in this order
    edges = n * np.cumsum(fractions)[:-1]
    part_of_group = np.empty(len(names), int)
    part_of_group[order] = np.searchsorted(edges, middles)
    part = part_of_group[number]
    return tuple(np.flatnonzero(part == j) for j in range(len(fractions)))


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    def people(about: str, sizes: Any, *fractions: float, mixed: bool = True) -> Case:
        """Groups of these sizes under numbers that are not 0, 1, 2, …"""
        names = 5 + 3 * rng.permutation(len(sizes)) + int(rng.integers(90))
        groups = np.repeat(names, sizes)
        if mixed:
            groups = rng.permutation(groups)
        seed = int(rng.integers(2**31))
        return case(about, groups=groups, fractions=list(fractions), seed=seed)

    # The numbers of samples are drawn, so that the indices of another draw are not right here.
    # Among many groups, parts with equally many groups have very different sizes.
    size = int(rng.integers(3, 10))
    many = np.tile([1, int(rng.integers(18, 25))], 10 * int(rng.integers(32, 40)))
    return {
        "whole groups reach the sizes": [
            people("one by one in the file", [size] * 4, 0.5, 0.5, mixed=False),
            people("spread over the file", [size] * 8, 0.5, 0.25, 0.25),
        ],
        "the sizes are right within a group": [
            people("no whole number of groups", [size] * 12, *np.array([3.5, 3.5, 2.5, 2.5]) / 12),
            people("a large group", [9, 1, 2, 1, 3, 2, 1, 2, 3, 1, 2, 3], 0.6, 0.4),
            people(MANY, many, *[0.1] * 10),
            people("many groups again", many, *[0.1] * 10),
        ],
    }


WHOLE, NEAR = "the groups", "each size is right within one group"


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    names, number = np.unique(case["groups"], return_inverse=True)
    n = len(number)
    found = observed({"n": n, "about": case["about"]}, outputs, "tuple")
    rows = in_rows(outputs["parts"], n)
    lies = indices_in_words(rows, n)
    if found[SIZES] == UNKNOWN:
        return found | {WHOLE: UNKNOWN}
    if lies == "no indices" or lies.startswith(("indices outside", "numbers with")):
        return found | {WHOLE: lies, SIZES: lies}
    members = [np.unique(number[row.astype(np.int64)]) for row in rows]
    filled = sum(group.size > 0 for group in members)
    split = sum(group.size for group in members) - np.unique(np.concatenate(members)).size
    found[WHOLE] = "in one part each"
    if split:
        found[WHOLE] = f"{split} of {len(names)} in more than one part"
    elif filled < 2:
        found[WHOLE] = "all in the same part"
    found[SIZES] = sizes_in_words(case, rows, np.bincount(number))
    if ORDER in found:
        place = np.empty(len(names), np.int64)
        if lies == EVERY and not split:
            place[np.concatenate(members)] = np.repeat(range(len(rows)), [m.size for m in members])
            found[ORDER] = order_in_words(members, place)
        else:
            found[ORDER] = Open()
    return found


def sizes_in_words(case: Case, rows: list[np.ndarray], sizes: np.ndarray) -> str:
    """Where a part is further from its share than the largest group, in words.

    With groups of different sizes, numbers would depend on which group is dealt first.
    """
    n, fractions, largest = len(case["groups"]), case["fractions"], int(sizes.max())
    if len(rows) != len(fractions):
        return f"{len(rows)} parts for {len(fractions)} fractions"
    for j, (row, fraction) in enumerate(zip(rows, fractions, strict=True)):
        if abs(row.size - n * fraction) > largest + 1e-6:
            if sizes.min() < largest:
                return "some part is wrong by more than the largest group"
            share = f"its share is {n * fraction:.4g}, a group has {largest}"
            return f"part {j} has {row.size} samples; {share}"
    return NEAR


ONCE, TOGETHER = "every index is in exactly one part", "no group is in two parts"
REACHED, WITHIN = "whole groups reach the sizes", "the sizes are right within a group"


def samples_dealt(groups, fractions, rng):
    """Some groups are in more than one part: you shuffle the samples, or cut between two samples of
    a group. Decide for each group, not for each sample, to which part it belongs.
    """
    cuts = (len(groups) * np.cumsum(fractions)[:-1]).astype(int)
    return tuple(np.split(rng.permutation(len(groups)), cuts))


def cut_through_groups(groups, fractions, rng):
    """Your groups lie in a random order, but the parts are cut at exact sizes, in the middle of a
    group. On which side of the cut should this group be, with all its samples?
    """
    names = rng.permutation(np.unique(groups))
    row = np.concatenate([np.flatnonzero(groups == name) for name in names])
    return tuple(np.split(row, (len(row) * np.cumsum(fractions)[:-1] + 0.5).astype(int)))


def part_after_part(groups, fractions, rng, is_full):
    """Deals groups to each part but the last, until `is_full(taken, group, size)` of samples."""
    names, parts = list(rng.permutation(np.unique(groups))), []
    for fraction in fractions[:-1]:
        part = []
        while names:
            group = np.flatnonzero(groups == names[-1])
            if is_full(len(part), len(group), len(groups) * fraction):
                break
            part += list(group)
            names.pop()
        parts.append(np.array(part, dtype=int))
    return (*parts, np.flatnonzero(np.isin(groups, names)))


def filled_one_after_another(groups, fractions, rng):
    """Each part but the last takes groups until it is full. All of them become a little too large,
    and the last one misses that. Look at the sum of all parts so far, not at one part.
    """
    return part_after_part(groups, fractions, rng, lambda taken, group, size: taken >= size)


def never_too_large(groups, fractions, rng):
    """Each part but the last stops before it becomes too large, and the last one gets all that is
    missing. Look at the sum of all parts so far, not at one part.
    """
    return part_after_part(
        groups, fractions, rng, lambda taken, group, size: taken + group > size + 1e-9
    )


def filled_from_the_last(groups, fractions, rng):
    """Each part but the first takes groups until it is full. All of them become a little too large,
    and the first one misses that. Look at the sum of all parts so far, not at one part.
    """
    return filled_one_after_another(groups, fractions[::-1], rng)[::-1]


def never_too_large_from_the_last(groups, fractions, rng):
    """Each part but the first stops before it becomes too large, and the first one gets all that is
    missing. Look at the sum of all parts so far, not at one part.
    """
    return never_too_large(groups, fractions[::-1], rng)[::-1]


def nearest_one_by_one(groups, fractions, rng):
    """Each part but the last ends as near to its own size as it can. These errors add up in the
    last part. Look at the sum of all parts so far, not at one part.
    """
    return part_after_part(
        groups, fractions, rng, lambda taken, group, size: taken + group / 2 > size
    )


def beyond_the_last_edge(groups, fractions, rng):
    """A group is in no part: the one that ends at n. After rounding, the sum of all fractions can
    be 0.999…9, so your last edge lies below n. How many edges do the parts need?
    """
    names, number = np.unique(groups, return_inverse=True)
    order = rng.permutation(len(names))
    ends = np.cumsum(np.bincount(number)[order])
    part_of_group = np.empty(len(names), int)
    part_of_group[order] = np.searchsorted(len(groups) * np.cumsum(fractions), ends)
    return tuple(np.flatnonzero(part_of_group[number] == j) for j in range(len(fractions)))


exercise = random(
    group_split,
    returns="parts",
    points=2,
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        values(WHOLE, weight=6, title=TOGETHER),
        values(WHO, title=ONCE),
        values(SIZES, cases=REACHED, alone=False),
        values(
            SIZES,
            weight=2,
            cases=WITHIN,
            alone=False,
            help="""Add up the sizes of the groups in the order in which you deal them. After which
            group do you go on to the next part, and what do the later parts miss or get then?""",
        ),
        values(
            ORDER,
            weight=2,
            cases=MANY,
            title="the groups are drawn at random",
            help="""Which of your steps decides which group belongs to which part? Is this step
            random?""",
        ),
        FROM_RNG,
        values(
            FORM,
            alone=False,
            title="a tuple of arrays of integers",
            help="""What is the type of one of your parts, and which dtype do its numbers have?
            `np.flatnonzero(mask)` makes indices of a mask.""",
        ),
    ],
    form=(),
    without=("own generator", "fixed seed"),
    answers=("course_lib.preprocessing.group_split",),
    hints=(
        step(
            "Shuffle the groups instead of the samples. Which samples belong to the groups of a "
            "part?",
            TOGETHER,
            ONCE,
        ),
        step(
            "Lay the shuffled groups in a row, one behind the other. The fractions mark edges on "
            "this row, at n · f₁, n · (f₁ + f₂) and so on. Where does a group go that lies across "
            "an edge?",
            REACHED,
            WITHIN,
        ),
        step(
            "`names, number = np.unique(groups, return_inverse=True)`: number[i] says which of the "
            "names sample i has. Give each group a part, then `part[number]` is that of each "
            "sample.",
            TOGETHER,
            ONCE,
            REACHED,
            WITHIN,
        ),
        "A smaller example: groups = [7, 7, 4, 4, 9], fractions (0.6, 0.4), so the edge is at 3. "
        "If the groups come in the order 4, 9, 7, then 4 and 9 fill the first part: [2, 3, 4] and "
        "[0, 1].",
    ),
    mistakes=(
        *slips("""
return tuple(names[part_of_group == j] for j in range(len(fractions)))
    You return the names of the groups. A part is an array of indices of samples, 0 … n − 1.
order = np.arange(len(names))
    Nothing is shuffled: the first groups by name are in the first part. Names often follow the
    date or the place.
order = np.random.default_rng().permutation(len(names))
    You do not draw the order from `rng`. With the same seed it has to be the same again, so that
    experiments can be repeated.
order = np.random.default_rng(0).permutation(len(names))
    Every call gives the same parts. The state of `rng` advances from call to call. Do you draw from
    `rng` in each call, or does your function make its own generator or keep an order?
sizes = np.ones(len(names))
edges = len(names) * np.cumsum(fractions)[:-1]
    Some parts are too large or too small. The fractions are shares of the samples, not of the
    groups. Add up the sizes of the groups, in the order in which you deal them.
edges = n * np.array(fractions)[:-1]
    You use the sizes of the parts as the places of the edges. If the parts have 5, 3 and 2 samples,
    at which place does the third one begin?
return tuple(np.flatnonzero(part == j) for j in range(len(fractions)))[::-1]
    The parts have the sizes in reverse order. The first fraction belongs to the first part.
return tuple(np.flatnonzero(part == j) for j in range(1, len(fractions)))
    Some samples are in no part. How many fractions are there, and how many parts?
part = rng.permutation(part_of_group[number])
    The samples are shuffled, so a group is in several parts. Only the groups may be shuffled.
"""),
        mistake(samples_dealt),
        mistake(cut_through_groups),
        mistake(filled_one_after_another),
        mistake(never_too_large),
        mistake(filled_from_the_last),
        mistake(never_too_large_from_the_last),
        mistake(nearest_one_by_one),
        mistake(beyond_the_last_edge),
    ),
)
