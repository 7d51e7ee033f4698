"""``group_sd(right, groups) -> sd``: how much an accuracy varies if only groups are independent."""

from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    function,
    mistake,
    shapes,
    slips,
    unchanged_inputs,
    values,
)


def group_sd(right, groups):
    n = len(right)
    deviations = right - np.mean(right)
    sums = [np.sum(deviations[groups == name]) for name in np.unique(groups)]
    variance = np.sum(np.square(sums)) / n**2
    return np.sqrt(variance)


def pictures(rng: np.random.Generator, about: str, sizes: list[int], together: float) -> Case:
    """Groups of these sizes in random order; a share of them is right or wrong as a whole."""
    groups = np.repeat(rng.permutation(100)[: len(sizes)], sizes)
    right = (rng.random(len(groups)) < rng.uniform(0.3, 0.7)).astype(float)
    for name in np.unique(groups):
        if rng.random() < together:
            right[groups == name] = float(rng.random() < 0.5)
    order = rng.permutation(len(groups))
    right, groups = right[order], groups[order]
    right[:2] = 0, 1
    return case(about, right=right, groups=groups)


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    named = pictures(rng, "groups with texts as names", [3, 4, 1, 2, 3], 0.8)
    letters = rng.permutation([*"abcdefghijklmnopqrstuvwxyz"])
    places = np.unique(named["groups"], return_inverse=True)[1].ravel()
    named["groups"] = [f"emoji {letters[place]}" for place in places]
    whole = pictures(rng, "right as whole numbers", [2, 5, 3, 1], 0.8)
    whole["right"] = whole["right"].astype(int)
    all_right = pictures(rng, "all pictures are right", [2, 1, 3], 0)
    all_right["right"][:] = 1
    return {
        "each picture is a group": [pictures(rng, "nine pictures", [1] * 9, 0)],
        "a group has any name": [named],
        "groups of several pictures": [
            pictures(rng, "five groups", [4, 1, 3, 2, 5], 0.8),
            pictures(rng, "forty pictures", rng.integers(1, 9, size=12).tolist(), 0.6),
            whole,
            all_right,
        ],
    }


def run(group_sd: Any, case: Case) -> dict[str, Any]:
    """Texts are no plain arrays, so the names come as a list."""
    groups = case["groups"]
    groups = groups if isinstance(groups, np.ndarray) else np.array(groups)
    earlier = np.arange(len(groups)) // 2  # another call shows what is kept between calls
    group_sd(1 - case["right"], earlier)
    return {"sd": group_sd(case["right"], groups)}


def by_counting(right, groups):
    """You use the names of the groups as numbers. A name may be any number, or a text: which of the
    pictures have the same name?
    """
    deviations = right - np.mean(right)
    return np.sqrt(np.sum(np.bincount(groups, weights=deviations) ** 2)) / len(right)


def of_group_means(right, groups):
    """You compute how much the accuracies of the groups vary. The accuracy is not their mean, if
    the groups have different sizes: what does each group add to the sum over all pictures?
    """
    means = [np.mean(right[groups == name]) for name in np.unique(groups)]
    return np.std(means) / np.sqrt(len(means))


def from_the_mean_sum(right, groups):
    """You subtract the mean of the sums before you square them. Each sum of deviations has the mean
    0 already.
    """
    sums = np.array([np.sum(right[groups == name]) for name in np.unique(groups)])
    return np.sqrt(np.sum((sums - sums.mean()) ** 2)) / len(right)


def neighbours_alone(right, groups):
    """You begin a new group wherever the name changes. Pictures of a group need not stand together:
    collect all that have its name.
    """
    begins = np.flatnonzero(np.append(True, groups[1:] != groups[:-1]))
    sums = np.add.reduceat(right - np.mean(right), begins)
    return np.sqrt(np.sum(np.square(sums))) / len(right)


exercise = function(
    group_sd,
    returns="sd",
    points=2,
    cases=cases,
    judge=[
        values(
            "sd",
            weight=1,
            cases="each picture is a group",
            alone=False,
            help="Here every sum has one term. Which formula has to come out?",
        ),
        values(
            "sd",
            weight=5,
            cases="groups of several pictures",
            help="Add up the deviations inside a group first. What do you do with the sums?",
        ),
        values(
            "sd",
            weight=2,
            cases="a group has any name",
            help="""A name may be a text, such as "emoji q". What can you do with names that are no
            numbers? `groups == name` compares, and `np.unique(groups)` lists them.""",
        ),
    ],
    form=(shapes("sd"), unchanged_inputs()),
    run=run,
    answers=("grader.exercises.ps26.group_sd",),
    hints="""
    The variance of a sum of independent numbers is the sum of their variances. Which numbers are
    independent here, the pictures or the groups?

    A smaller example: right = [1, 1, 0, 0] has the mean 0.5. With the groups [7, 7, 8, 8] the two
    sums are 1 and −1, and the result is √(1 + 1)/4 = 0.354. With four groups it is √(4 · 0.25)/4 =
    0.25.
    """,
    mistakes=(
        mistake(by_counting),
        mistake(of_group_means),
        mistake(from_the_mean_sum),
        mistake(neighbours_alone),
        *slips("""
deviations = right
    You add up zeros and ones, not their deviations from the accuracy. Such sums do not have the
    mean 0.
deviations = right - 0.5
    The deviations are from the accuracy of this network, not from one half.
sums = [np.sum(r - r.mean()) for r in (right[groups == name] for name in np.unique(groups))]
    Your result is 0. Deviations from the mean of their group add up to 0, and so do all deviations
    from p together. Which sums have to be squared?
sums = [np.sum(deviations[groups == name]) for name in range(len(np.unique(groups)))]
    You look for the names 0, 1, 2, … The names may be other numbers, or texts: which function lists
    those that there are?
sums = [np.mean(deviations[groups == name]) for name in np.unique(groups)]
    You take the mean of a group. The accuracy is a sum over all pictures, so a large group counts
    more: you need its sum.
sums = [np.std(deviations[groups == name]) for name in np.unique(groups)]
    You measure how much the pictures of a group differ from each other. If they are all right, this
    is 0, but the group says little: which sum of the group enters the accuracy?
sums = deviations
    You square each picture's deviation. That treats the pictures of a group as independent.
variance = np.sum(np.abs(sums)) / n**2
    You add the sizes of the sums. For independent numbers, the variances add up.
variance = np.mean(np.square(sums)) / n**2
    You take the mean of the squares. The accuracy contains the sum of all groups: what is the
    variance of a sum?
variance = np.sum(np.square(sums))
    This is the variance of the number of right pictures. The accuracy divides it by n.
variance = np.sum(np.square(sums)) / n
    The accuracy is the number of right pictures times 1/n. By which factor does its variance
    change?
variance = np.sum(np.square(sums)) / len(sums) ** 2
    The accuracy divides by the number of pictures, not by the number of groups.
return variance
    This is the variance.
"""),
    ),
)
