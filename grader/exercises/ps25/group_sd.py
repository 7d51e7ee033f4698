"""``group_sd(right, groups) -> sd``: how much an accuracy varies if only groups are independent."""

import numpy as np

from grader.checking.contract import Case, case, function, shapes, slips, unchanged_inputs, values


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
    return {
        "each picture is a group": [pictures(rng, "nine pictures", [1] * 9, 0)],
        "groups of several pictures": [
            pictures(rng, "five groups", [4, 1, 3, 2, 5], 0.8),
            pictures(rng, "forty pictures", rng.integers(1, 9, size=12).tolist(), 0.6),
        ],
    }


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
            weight=4,
            cases="groups of several pictures",
            help="Add up the deviations inside a group first. What do you do with the sums?",
        ),
    ],
    form=(shapes("sd"), unchanged_inputs()),
    answers=("grader.exercises.ps25.group_sd",),
    hints="""
    The variance of a sum of independent numbers is the sum of their variances. Which numbers are
    independent here, the pictures or the groups?

    A smaller example: right = [1, 1, 0, 0] has the mean 0.5. With the groups [7, 7, 8, 8] the two
    sums are 1 and −1, and the result is √(1 + 1)/4 = 0.354. With four groups it is √(4 · 0.25)/4 =
    0.25.
    """,
    mistakes=slips("""
deviations = right
    You add up zeros and ones, not their deviations from the accuracy. Such sums do not have the
    mean 0.
deviations = right - 0.5
    The deviations are from the accuracy of this network, not from one half.
sums = [np.sum(r - r.mean()) for r in (right[groups == name] for name in np.unique(groups))]
    You subtract the mean of each group, so every sum is 0. From which number do the deviations
    count?
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
)
