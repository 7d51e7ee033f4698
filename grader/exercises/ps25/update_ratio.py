"""``update_ratio(run) -> list``: how far one step moves each matrix, relative to its norm."""

from typing import Any

import numpy as np

from course_lessons.clinic.patients import recipe_of
from grader.checking.contract import Case, case, function, mistake, slip, slips, values


def update_ratio(run):
    before = [p.copy() for p in run.parameters()]
    run.step()
    ratios = []
    for old, new in zip(before, run.parameters(), strict=True):
        if old.ndim == 2:
            moved = np.linalg.norm(new - old)
            size = np.linalg.norm(old)
            ratios.append(float(moved / size) if moved else 0.0)
    return ratios


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    def examined(about: str, fault: str, steps: int = 0, **own: float) -> Case:
        return case(about, recipe=recipe_of(fault, rng) | own, steps=steps)

    return {
        "the ratio of each weight matrix": [
            examined("a healthy run", "healthy"),
            examined("a rate too high", "learning rate too high"),
            examined("the first layer is frozen", "first layer frozen"),
            examined("a tiny rate", "healthy", lr=1e-7),
        ],
        "the next step of a run that has begun": [
            examined("after five steps", "gradients not reset", 5),
        ],
        "0 where nothing moves": [examined("", "initial weights all zero")],
    }


def run(update_ratio: Any, case: Case) -> dict[str, Any]:
    from course_lessons.clinic.training_run import TrainingRun

    taken = []

    class Watched(TrainingRun):
        def step(self, batch=None):
            taken.append(batch)
            return super().step(batch)

    patient = Watched(case["recipe"])
    for _ in range(case["steps"]):
        patient.step()
    ratios = update_ratio(patient)
    weights = np.concatenate([p.ravel() for p in patient.parameters()])
    return {"ratios": ratios, "steps": len(taken) - case["steps"], "weights": weights}


def from_the_beginning(run):
    """You restart the run, so you always measure its first step. The ratio of a later step shows
    whether the updates grow: go on from where the run is.
    """
    run.restart()
    return update_ratio(run)


exercise = function(
    update_ratio,
    returns="a list with a number for each weight matrix",
    outputs="ratios",
    points=1,
    cases=cases,
    run=run,
    judge=[
        values("ratios", weight=5, cases="the ratio of each weight matrix"),
        values("ratios", weight=3, cases="the next step of a run that has begun"),
        values("ratios", weight=2, cases="0 where nothing moves", alone=False),
        values(
            "steps",
            "weights",
            weight=2,
            title="one step is taken",
            alone=False,
            help="The run goes on from where it was, so it is one step further afterwards.",
        ),
    ],
    form=(),
    without=("in place",),
    answers=("grader.exercises.ps25.update_ratio", "course_lessons.clinic.patients"),
    hints="""
    What do you have to keep before the step, so that you can subtract it afterwards?

    `run.parameters()` gives the arrays themselves: after `run.step()` they hold the new values, so
    copy them first. A weight matrix has two axes, a bias one.

    A smaller example: W = [[3, 4]] becomes [[3, 4.5]] in a step. It moves by 0.5, its norm before
    is 5, so the ratio is 0.1.
    """,
    mistakes=(
        *slips("""
before = run.parameters()
    You keep the arrays themselves, and the step changes them in place, so the difference is 0. How
    do you keep their old values?
# run.step()
    No step lies between the two looks at the parameters, so nothing has moved.
if True:
    The list has entries for the biases as well. They are 0 at first, so their ratio is not finite:
    how many axes does a weight matrix have?
if old.ndim == 1:
    You take the biases. How many axes does a weight matrix have?
moved = np.linalg.norm(new) - np.linalg.norm(old)
    You subtract two norms. A step may turn the weights and keep their norm: of which array do you
    need the norm?
moved = np.linalg.norm(new - old, 2)
size = np.linalg.norm(old, 2)
    You take the largest singular value of a matrix, `norm(W, 2)`. Asked is the root of the sum of
    all squared entries.
moved = np.sum((new - old) ** 2)
    You divide a sum of squares by a norm. Which power has the dimension of a weight?
moved = np.sum((new - old) ** 2)
size = np.sum(old**2)
    You return the square of the ratio. A norm is the root of the sum of squares.
moved = np.abs(new - old).max()
    You compare the largest entry of the step with the norm of all weights. Take the same norm of
    both.
size = np.linalg.norm(new)
    You divide by the norm after the step. Relative to which weights is the step meant?
size = 1.0
    You return the length of the step. Is 0.01 much for weights of size 0.05?
ratios.append(float(moved / size))
    Where all weights are 0 and none moves, you compute 0/0. What should be in the list there?
return max(ratios)
    You return one number. A frozen layer shows only if each layer has its own.
return ratios[::-1]
    The list begins with the last layer. It should have the order of the parameters.
"""),
        slip(
            "    run.step()\n",
            "    run.step()\n    run.step()\n",
            "You take two steps. The ratio belongs to a single one.",
        ),
        mistake(from_the_beginning),
    ),
)
