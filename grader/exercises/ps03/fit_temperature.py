"""``fit_temperature(u, labels) -> T``: the T that minimises the loss of softmax(u / T)."""

from dataclasses import replace

import numpy as np

from grader.checking.contract import (
    Case,
    PartialCredit,
    Property,
    case,
    float32,
    function,
    mistake,
    shapes,
    slips,
    unchanged_inputs,
    values,
)
from grader.checking.contract.compare import as_numbers
from grader.checking.contract.properties import Answer, CaseResult

WITHIN = 2e-3  # the text asks for 1e-3 relative
NEAR, NEAR_IN_STEPS = 0.03, 0.06  # relative, and the half step of a grid with steps of 0.1
MINIMUM, LARGE = "the minimum between the ends", "scores in the hundreds"
EQUAL = "the smallest T where the loss is equally low for several"
LOWER, UPPER = "the lower end if the loss rises with T", "the upper end if the loss falls with T"


def softmax(u):
    exponentials = np.exp(u - u.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def fit_temperature(u, labels):
    low, high = 0.05, 20.0
    for _ in range(40):
        T = np.sqrt(low * high)
        y = softmax(u / T)
        of_labels = u[np.arange(len(u)), labels]
        slope = np.mean(of_labels - np.sum(y * u, axis=1))
        if slope >= 0:
            high = T
        else:
            low = T
    return float(T)


def scores(
    rng: np.random.Generator, about: str, shape: tuple[int, int], scale: float, dtype: str = "int64"
) -> Case:
    """Labels drawn from the softmax of scores, which are then multiplied by about ``scale``."""
    while True:
        honest = 1.5 * rng.normal(size=shape)
        labels = np.argmax(honest + rng.gumbel(size=shape), axis=1).astype(dtype)
        u = honest * scale * rng.uniform(0.8, 1.25) + rng.normal(size=(shape[0], 1))
        right = np.mean(np.argmax(u, axis=1) == labels)
        T = fit_temperature(u, labels)
        if 0.06 < T < 17 and abs(np.log(T)) > 0.2 and right < 1:  # not 1 and not at an end
            return case(about, u=u, labels=labels)


def in_the_hundreds(rng: np.random.Generator) -> Case:
    """The same with another constant added to each row, which changes no probability."""
    made = scores(rng, "", (16, 3), 0.4)
    height = rng.uniform(600, 900, size=(16, 1)) * np.resize([1.0, -1.0], (16, 1))
    return case("", u=made["u"] + height, labels=made["labels"])


def all_wrong(rng: np.random.Generator) -> Case:
    """Every label has the second highest score of its row, and the others are far below."""
    u, labels = rng.uniform(-4, -3, size=(12, 4)), rng.integers(4, size=12)
    u[np.arange(12), labels] = rng.uniform(0.5, 0.6, size=12)
    u[np.arange(12), (labels + 1) % 4] = rng.uniform(0.7, 0.9, size=12)
    return case("every answer is wrong", u=u, labels=labels)


def far_off(rng: np.random.Generator) -> Case:
    """All answers are right but one, late in the data, whose label is all but impossible."""
    u, labels = rng.uniform(-0.1, 0.1, size=(250, 2)), rng.integers(2, size=250)
    u[np.arange(250), labels] += 1
    u[240, labels[240]] = -22
    return case("one label that is far off", u=u, labels=labels)


def separable(rng: np.random.Generator, about: str, sign: float) -> Case:
    """Every label has the highest score of its row, or, with the sign −1, the lowest one.

    The gaps are so small that the derivative is not rounded to 0 at any T.
    """
    labels = rng.permutation(np.arange(9) % 3)
    u = sign * rng.uniform(0.02, 0.1, size=(9, 3))
    u[np.arange(9), labels] = sign * rng.uniform(0.15, 0.3, size=9)
    return case(about, u=u if sign > 0 else 10 * u, labels=labels)


def certain(rng: np.random.Generator) -> Case:
    """Every label has by far the highest score: for T below about 0.2 the loss is exactly 0.

    The other scores are negative, so that the derivative −Σ du·u keeps its sign where the label's
    du is rounded to 0.
    """
    labels = rng.permutation(np.arange(9) % 3)
    u = rng.uniform(-1, -0.1, size=(9, 3))
    u[np.arange(9), labels] = rng.uniform(8, 12, size=9)
    return case("", u=u, labels=labels)


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    return {
        MINIMUM: [
            scores(rng, "an overconfident classifier", (12, 2), 3.0),
            scores(rng, "an underconfident classifier", (30, 3), 0.3),
            scores(rng, "as many samples as classes", (4, 4), 2.0, "int32"),
            scores(rng, "labels in one byte", (20, 5), 6.0, "uint8"),
            float32(scores(rng, "float32", (25, 3), 0.5)),
            all_wrong(rng),
            far_off(rng),
            # A grid that is too coarse meets some of the T by chance, but not all.
            *(
                scores(rng, f"{n} samples of {K} classes", (n, K), scale)
                for n, K, scale in zip(range(10, 20), (2, 3) * 5, (2.5, 4, 7) * 4, strict=False)
            ),
        ],
        LARGE: [in_the_hundreds(rng)],
        LOWER: [separable(rng, "", 1.0)],
        EQUAL: [certain(rng)],
        UPPER: [separable(rng, "", -1.0)],
    }


def nearly(prop: Property) -> Property:
    """``prop``, which earns half where T is near, as a coarse search finds it."""

    def test(result: CaseResult) -> Answer:
        problem = prop.test(result)
        got, want = as_numbers(result.got.get("T")), result.want["T"]
        if not isinstance(problem, str) or got is None or got.size != 1:
            return problem
        if np.abs(got - want).max() < max(NEAR_IN_STEPS, NEAR * want):
            return PartialCredit(
                0.5,
                f"{problem}. T is near, but not to 0.1 %: your grid is too coarse, above all where "
                "T is small (add a finer one around its best value), or your descent has too few "
                "steps.",
            )
        return problem

    return replace(prop, test=test)


def cross_entropy(u, labels):
    return -np.mean(np.log(softmax(u)[np.arange(len(u)), labels] + 1e-300))


def lowest(cost, grid):
    """The T of a grid with the lowest cost."""
    return float(grid[np.argmin([cost(T) for T in grid])])


def lowest_of_all(cost):
    """The same on a grid over the whole range, and on a fine one around its best T."""
    step = np.log(20 / 0.05) / 150
    near = lowest(cost, np.geomspace(0.05, 20, 151))
    fine = near * np.exp(np.linspace(-step, step, 101))
    return lowest(cost, np.clip(fine, 0.05, 20))


def on_a_coarse_grid(u, labels):
    """T is off by a few percent: your grid is too coarse. Add a second grid around the best
    value of the first; 0.1 % is asked for.
    """
    return lowest(lambda T: cross_entropy(u / T, labels), np.linspace(0.05, 20, 101))


def on_one_side_of_the_best(u, labels):
    """Your finer grid begins at the best point of the coarse one. The minimum may lie on either
    side of this point: between which two points of the grid does it lie?
    """
    low, high = 0.05, 20.0
    for _ in range(5):
        grid = np.geomspace(low, high, 41)
        best = int(np.argmin([cross_entropy(u / T, labels) for T in grid]))
        low, high = grid[best], grid[min(best + 1, 40)]
    return float(grid[best])


def confidence_equals_accuracy(u, labels):
    """At your T the mean of the largest probability equals the share of right answers. The task
    asks for the T with the lowest cross-entropy, which uses the probability of each label.
    """
    right = np.mean(np.argmax(u, axis=1) == labels)
    return lowest_of_all(lambda T: abs(softmax(u / T).max(axis=1).mean() - right))


def squared_error_of_probabilities(u, labels):
    """Your T minimises the squared error of the probabilities. The task asks for the lowest
    cross-entropy.
    """
    t = np.eye(u.shape[1])[labels]
    return lowest_of_all(lambda T: np.sum((softmax(u / T) - t) ** 2))


def exponentials_without_a_shift(u, labels):
    """The result is wrong for scores in the hundreds: exp(u / T) overflows there if T is small. Use
    `cross_entropy`, which takes care of that.
    """

    def cost(T):
        e = np.exp(u / T)
        return -np.mean(np.log(e[np.arange(len(u)), labels] / e.sum(axis=1)))

    with np.errstate(all="ignore"):
        return lowest_of_all(cost)


exercise = function(
    fit_temperature,
    returns="T",
    points=4,
    cases=cases,
    judge=[
        nearly(values("T", weight=8, cases=MINIMUM, rtol=WITHIN)),
        values("T", cases=LARGE, rtol=WITHIN, alone=False, after=MINIMUM),
        values("T", cases=LOWER, rtol=WITHIN, alone=False, after=MINIMUM),
        values("T", weight=2, cases=EQUAL, rtol=WITHIN, alone=False, after=MINIMUM),
        values("T", cases=UPPER, rtol=WITHIN, alone=False, after=MINIMUM),
    ],
    form=(shapes("T"), unchanged_inputs()),
    answers=("course_lib.diagnostics",),
    hints="""
    Two ways: compute the loss of u / T for many values of T and take the best, or find the T at
    which the derivative of the loss changes its sign. `cross_entropy(u / T, labels)` above the
    task has the loss.

    A grid that is fine enough for 0.1 % needs thousands of values, or two grids: a coarse one over
    the whole range, then a fine one around its best. Space the values by equal factors
    (`np.geomspace`). With the derivative, halve the interval: if the loss rises at T, the minimum
    lies below T.

    A smaller example: u = [[log 9, 0], [log 9, 0], [log 9, 0], [log 9, 0]] and labels [0, 0, 0, 1].
    Three of four labels are 0, so the loss is lowest if class 0 gets the probability 3/4: log(9)/T
    = log 3, so T = 2.
    """,
    mistakes=(
        *slips("""
return float(1 / T)
    You return 1/T: with your number, multiply the scores. The task asks for the T that divides
    them.
return float(np.sqrt(T))
    Your number is the root of the right T.
return 1.0
    T = 1 changes nothing. How large is the loss at T = 2, and how large at T = 0.5?
if slope < 0:
    You end at one end of the range. Where the loss rises with T, does the minimum lie at a smaller
    or at a larger T?
low, high = 1.0, 20.0
    Your T is never below 1. If the accuracy of a classifier is above its confidence, which T
    makes it more confident?
low, high = 0.05, 1.0
    Your T is never above 1. If the accuracy of a classifier is below its confidence, which T
    makes it less confident?
low, high = 0.5, 20.0
    Your T is never below 0.5. The range begins at 0.05.
low, high = 0.05, 5.0
    Your T is never above 5. The range ends at 20.
low, high = 0.05, 10.0
    Your T is never above 10. The range ends at 20.
low, high = 0.1, 20.0
    Your T is never below 0.1. The range begins at 0.05.
low, high = 0.01, 100.0
    Your T leaves the range from 0.05 to 20 if the loss has no minimum inside. Which end should it
    then be?
for _ in range(8):
    T is off by a few percent. Halve the interval more often, or use a finer grid: 0.1 % is
    asked for.
of_labels = u.max(axis=1)
    T is always at the lower end. There the loss is lowest if it has the largest score of each row
    in place of the score of its label. Which T between 0.05 and 20 has the lowest loss of the
    labels?
"""),
        *slips(
            """
if slope > 0:
    Where every label has by far the highest score, the loss is rounded to 0 for all small T, and
    so is its derivative. Your search then goes to a larger T. Which of these T is asked for?
""",
            needs=(MINIMUM,),
        ),
        mistake(on_a_coarse_grid),
        mistake(on_one_side_of_the_best),
        mistake(confidence_equals_accuracy),
        mistake(squared_error_of_probabilities),
        mistake(exponentials_without_a_shift),
    ),
)
