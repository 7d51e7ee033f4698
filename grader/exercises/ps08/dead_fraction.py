"""``dead_fraction(z) -> float``: the share of units that are inactive for the whole batch."""

import numpy as np

from grader.checking.contract import Case, case, function, slips, unchanged_inputs, values


def dead_fraction(z):
    dead = np.all(z <= 0, axis=0)
    return np.mean(dead)


def batch(
    rng: np.random.Generator,
    about: str,
    layout: list[list[int]] | np.ndarray,
    *,
    before: bool = False,
) -> Case:
    """Positive where the layout has a 1; elsewhere 0, or negative before the activation function.
    Negative numbers are larger in size, so that no column has a positive sum. Rows and columns are
    shuffled.
    """
    on = np.array(layout)
    on = on[rng.permutation(on.shape[0])][:, rng.permutation(on.shape[1])]
    off = -rng.uniform(2, 4, size=on.shape) if before else np.zeros(on.shape)
    return case(about, z=np.where(on == 1, rng.uniform(0.2, 0.6, size=on.shape), off))


def wide(rng: np.random.Generator) -> np.ndarray:
    """A layout of so many units that two draws never have the same share."""
    layout = rng.integers(2, size=(4, int(rng.integers(500, 1000))))
    layout[0] = 1
    dead = rng.random(layout.shape[1]) < rng.uniform(0.2, 0.8)
    layout[:, dead] = 0
    return layout


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    barely = batch(rng, "barely alive", [[1, 0, 0, 1], [0, 0, 1, 1], [0, 0, 0, 1]])
    barely["z"] *= 1e-9
    square = [[1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0]]
    return {
        "after the activation function": [
            batch(rng, "one sample", [[1, 0, 1, 1]]),
            batch(rng, "more samples than units", [[1, 0, 0], [1, 0, 1], [0, 0, 0], [0, 0, 0]]),
            batch(rng, "as many samples as units", square),
            batch(rng, "more units", [[1, 1, 0, 0, 1], [0, 1, 0, 0, 0], [0, 0, 0, 0, 0]]),
            batch(rng, "a wide layer", wide(rng)),
        ],
        "negative numbers are not above 0 either": [
            batch(
                rng,
                "before the activation function",
                [[1, 0, 0], [0, 0, 1], [0, 0, 0], [0, 0, 0]],
                before=True,
            )
        ],
        "one tiny positive number makes a unit alive": [
            batch(rng, "seldom alive", [[1, 1, 0], [0, 1, 0], *[[0, 0, 0]] * 18]),
            barely,
        ],
        "0 and 1 at the ends": [
            batch(rng, "all alive", [[1, 0, 1], [0, 1, 0], [0, 0, 0]]),
            batch(rng, "all dead", [[0, 0], [0, 0], [0, 0]]),
        ],
    }


exercise = function(
    dead_fraction,
    returns="a number from 0 to 1",
    outputs="share",
    points=1,
    cases=cases,
    judge=[
        values(
            "share",
            weight=5,
            cases=("after the activation function",),
            help=(
                """Ask two questions: is this activation 0 or below? Is that true for the whole
                column?""",
                """`z <= 0` answers the first question for every element, and `all` along the axis
                of the samples answers the second for every unit. The mean of True and False is a
                share.""",
            ),
        ),
        # These shares are always the same, so constants satisfy them.
        values(
            "share",
            weight=2,
            cases="negative numbers are not above 0 either",
            alone=False,
            help="""Before the activation function, a dead unit has negative numbers. A single
            positive number makes the unit alive.""",
        ),
        values(
            "share",
            cases="one tiny positive number makes a unit alive",
            alone=False,
            help="One positive number in a column is enough, even a tiny one.",
        ),
        values(
            "share",
            cases="0 and 1 at the ends",
            alone=False,
            help="The share is 0 where no unit is dead and 1 where all are.",
        ),
    ],
    form=(unchanged_inputs(),),
    answers=("course_lib.diagnostics",),
    hints="""
    A smaller example: z = [[0, 2, 0], [0, 0, 1]] has two samples and three units. Only the first
    column has nothing above 0: 1/3.
    """,
    grows=lambda rng, n: batch(rng, "growing", [[1, 0, 1]] * n),
    mistakes=(
        *slips("""
dead = z <= 0
    You count single activations that are 0. A healthy unit is inactive for some samples; it is dead
    only if it is inactive for all of them.
dead = np.all(z <= 0, axis=1)
    A row is a sample, a column is a unit. Which of them can be dead?
dead = np.any(z <= 0, axis=0)
    You count units that are inactive for some sample. A dead unit is inactive for every sample.
dead = np.any(z > 0, axis=0)
    You count the units that are alive. The task asks for the dead ones.
dead = np.all(z > 0, axis=0)
    You count the units that are above 0 for every sample. Dead units are above 0 for none.
"""),
        *slips(
            """
dead = np.all(z == 0, axis=0)
    This is right only after a ReLU, where nothing is below 0. Before it, or after a leaky ReLU, a
    dead unit has negative numbers, so test whether it is not above 0.
dead = np.all(z < 1e-6, axis=0)
    You count tiny positive numbers as inactive, too. A unit is active above 0.
""",
            needs=("values of share",),
        ),
        *slips("""
dead = np.all(z < 0, axis=0)
    After a ReLU, a dead unit gives exactly 0, which counts as inactive, too.
dead = z.mean(axis=0) <= 0
    In a mean, negative numbers can outweigh a positive one. A unit is alive if a single sample
    makes it positive.
return np.sum(dead)
    You return the number of dead units. A share is between 0 and 1.
return np.sum(dead) / len(z)
    You divide by the number of samples. By which number do you have to divide a count of units?
return 100 * np.mean(dead)
    You return percent. A share is between 0 and 1.
return dead
    You return for each unit whether it is dead. Return one number, the share of the dead units.
dead = np.all(z <= 0)
    You test all units at once. Test each column by itself, with the argument `axis`.
"""),
    ),
)
