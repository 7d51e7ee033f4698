"""``dead_fraction(z) -> float``: the share of units that are silent for the whole batch."""

from typing import Any

import numpy as np

from course_lib.diagnostics import dead_fraction
from grader.checking import Case, Exercise, Mistake, _, case, unchanged_inputs, values

WIDE = "a wide layer"
BEHIND = ("one sample", "more samples than units", "as many samples as units", "more units", WIDE)
BEFORE = "before the activation"
ENDS = ("all alive", "all dead")
BARELY = "barely alive"
HARDLY = ("seldom alive", BARELY)


def batch(
    rng: np.random.Generator,
    about: str,
    layout: list[list[int]] | np.ndarray,
    *,
    before: bool = False,
) -> Case:
    """Positive where the layout has a 1; elsewhere 0, or negative if it is before the activation.

    There the negative numbers are larger in size, so that no column has a positive sum. Rows and
    columns are shuffled.
    """
    on = np.array(layout)
    on = on[rng.permutation(on.shape[0])][:, rng.permutation(on.shape[1])]
    off = -rng.uniform(2, 4, size=on.shape) if before else np.zeros(on.shape)
    z = np.where(on == 1, rng.uniform(0.2, 0.6, size=on.shape), off)
    return case(about, z=z * 1e-9 if about == BARELY else z)


def wide(rng: np.random.Generator) -> np.ndarray:
    """A layout of so many units that no share fits two draws of it."""
    layout = rng.integers(2, size=(4, int(rng.integers(500, 1000))))
    layout[0] = 1
    dead = rng.random(layout.shape[1]) < rng.uniform(0.2, 0.8)
    layout[:, dead] = 0
    return layout


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        batch(rng, "one sample", [[1, 0, 1, 1]]),
        batch(rng, "more samples than units", [[1, 0, 0], [1, 0, 1], [0, 0, 0], [0, 0, 0]]),
        batch(
            rng,
            "as many samples as units",
            [[1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0]],
        ),
        batch(rng, "more units", [[1, 1, 0, 0, 1], [0, 1, 0, 0, 0], [0, 0, 0, 0, 0]]),
        batch(rng, "seldom alive", [[1, 1, 0], [0, 1, 0], *[[0, 0, 0]] * 18]),
        batch(rng, BARELY, [[1, 0, 0, 1], [0, 0, 1, 1], [0, 0, 0, 1]]),
        batch(rng, BEFORE, [[1, 0, 0], [0, 0, 1], [0, 0, 0], [0, 0, 0]], before=True),
        batch(rng, "all alive", [[1, 0, 1], [0, 1, 0], [0, 0, 0]]),
        batch(rng, "all dead", [[0, 0], [0, 0], [0, 0]]),
        batch(rng, WIDE, wide(rng)),
    ]


def run(dead_fraction: Any, case: Case) -> dict[str, Any]:
    return {"share": dead_fraction(case["z"])}


def single_numbers(z: Any) -> Any:
    return np.mean(z <= 0)


def rows(z: Any) -> Any:
    return np.mean(np.all(z <= 0, axis=1))


def silent_once(z: Any) -> Any:
    return np.mean(np.any(z <= 0, axis=0))


def alive(z: Any) -> Any:
    return np.mean(np.any(z > 0, axis=0))


def always_on(z: Any) -> Any:
    return np.mean(np.all(z > 0, axis=0))


def exactly_zero(z: Any) -> Any:
    return np.mean(np.all(z == 0, axis=0))


def strictly_below(z: Any) -> Any:
    return np.mean(np.all(z < 0, axis=0))


def mean_not_above(z: Any) -> Any:
    return np.mean(np.mean(z, axis=0) <= 0)


def number_of(z: Any) -> Any:
    return np.sum(np.all(z <= 0, axis=0))


def over_samples(z: Any) -> Any:
    return np.sum(np.all(z <= 0, axis=0)) / len(z)


def percent(z: Any) -> Any:
    return 100 * np.mean(np.all(z <= 0, axis=0))


def which(z: Any) -> Any:
    return np.all(z <= 0, axis=0)


def whole_batch(z: Any) -> Any:
    return np.mean(np.all(z <= 0))


exercise = Exercise(
    name="dead_fraction",
    takes=("dead_fraction",),
    points=1,
    reference=(dead_fraction,),
    cases=cases,
    run=run,
    judge=[
        values("share", weight=5, cases=BEHIND),
        # Form: these shares are always the same, so constants meet them.
        values(
            "share",
            weight=2,
            cases=BEFORE,
            form=True,
            title=_("negative numbers are not above 0 either"),
        ),
        values("share", cases=HARDLY, form=True, title=_("once above 0, however little, is alive")),
        values("share", cases=ENDS, form=True, title=_("0 and 1 at the ends")),
        unchanged_inputs(),
    ],
    mistakes=[
        Mistake(
            single_numbers,
            hint=_(
                "You count silent activations. A unit that is silent for some samples is doing its "
                "job; it is dead if it is silent for all of them."
            ),
        ),
        Mistake(
            rows,
            hint=_("A row is a sample, a column is a unit. Which of them is to be dead?"),
        ),
        Mistake(
            silent_once,
            hint=_("You count units that are silent for some sample. Dead means: for every one."),
        ),
        Mistake(
            alive,
            hint=_("You count the units that react to something. The others are asked for."),
        ),
        Mistake(
            always_on,
            hint=_("You count the units that are above 0 for every sample."),
        ),
        Mistake(
            exactly_zero,
            hint=_(
                "Right behind a ReLU, where nothing is below 0. Before it, or behind a leaky ReLU, "
                "a silent unit shows as negative numbers: not above 0 is what is asked for."
            ),
        ),
        Mistake(
            strictly_below,
            hint=_("Behind a ReLU a silent unit gives exactly 0, and that counts as silent."),
        ),
        Mistake(
            mean_not_above,
            hint=_(
                "In a mean a positive number is lost among negative ones. A unit is alive as soon "
                "as a single sample makes it positive."
            ),
        ),
        Mistake(number_of, hint=_("You return a number of units. A share is between 0 and 1.")),
        Mistake(
            over_samples,
            hint=_("You divide by the number of samples. Dead units are a share of which number?"),
        ),
        Mistake(percent, hint=_("That is in percent. A share is between 0 and 1.")),
        Mistake(
            which,
            hint=_(
                "You say of each unit whether it is dead. One number is asked for: how large a "
                "part of them is."
            ),
        ),
        Mistake(
            whole_batch,
            hint=_(
                "You ask whether everything at once is silent. Ask each column by itself: `axis`."
            ),
        ),
    ],
    answers=("course_lib.diagnostics.dead_fraction",),
    returns="a number from 0 to 1",
    hints=(
        _("Two questions in a row: is this activation silent? Is that so for the whole column?"),
        _(
            "`z <= 0` answers the first for every element; `all` along the axis of the samples "
            "answers the second for every unit; the mean of True and False is a share."
        ),
        _(
            "Smaller: z = [[0, 2, 0], [0, 0, 1]] has two samples and three units. Only the first "
            "column has nothing above 0: 1/3."
        ),
    ),
    grows=lambda rng, n: batch(rng, "growing", [[1, 0, 1]] * n),
)
