"""``gradient_error(run) -> float``: gradients of a run beside differences of its loss."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from course_lib.course.clinic.patients import recipe_of
from course_lib.gradient_check import relative_error
from grader.checking.contract import Case, case, function, mistake, slips, values


def gradient_error(run):
    batch, h = run.batch(), 1e-7
    rng = np.random.default_rng(0)
    gradients, parameters = run.gradients(batch), run.parameters()
    kept = [p.copy() for p in parameters]
    given, measured = [], []
    for _ in range(8):
        v = [rng.normal(size=p.shape) for p in parameters]
        losses = []
        for sign in (1, -1):
            for p, old, d in zip(parameters, kept, v, strict=True):
                p[...] = old + sign * h * d
            losses.append(run.loss(batch))
        given.append(sum(np.sum(g * d) for g, d in zip(gradients, v, strict=True)))
        measured.append((losses[0] - losses[1]) / (2 * h))
    for p, old in zip(parameters, kept, strict=True):
        p[...] = old
    a, b = np.array(given), np.array(measured)
    error = np.linalg.norm(a - b) / max(np.linalg.norm(a) + np.linalg.norm(b), 1e-12)
    return float(error)


# A difference over a kink of a ReLU is off, and this is nobody's fault. So in a draw, no unit
# switches within steps a hundred times as long as those of the notebook; then other directions and
# other distances give the same error.
REACH, ALIKE = 1e-5, 1e-5


def has_no_kink_nearby(recipe: Mapping[str, float]) -> bool:
    """Whether the loss of the first batch has the same slopes over ±REACH and over ±REACH/100."""
    from course_lib.course.clinic.training_run import TrainingRun

    run, rng = TrainingRun(recipe), np.random.default_rng(1)
    batch, parameters = run.batch(), run.parameters()
    kept = [p.copy() for p in parameters]

    def slope(v: Sequence[np.ndarray], h: float) -> float:
        losses = []
        for sign in (1, -1):
            for p, old, d in zip(parameters, kept, v, strict=True):
                p[...] = old + sign * h * d
            losses.append(run.loss(batch))
        return (losses[0] - losses[1]) / (2 * h)

    directions = [[rng.normal(size=p.shape) for p in parameters] for _ in range(16)]
    wide, narrow = ([slope(v, h) for v in directions] for h in (REACH, REACH / 100))
    return relative_error(np.array(wide), np.array(narrow)) < ALIKE


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    def examined(about: str, fault: str, **more: float) -> Case:
        recipe = recipe_of(fault, rng) | more
        while not has_no_kink_nearby(recipe):
            recipe = recipe_of(fault, rng) | more
        return case(about, recipe=recipe)

    def wrong(about: str, factor: float) -> Case:
        # Weights and biases have different factors, so no single number leads to the error.
        uneven = float(rng.choice([-1, 1]) * rng.uniform(0.03, 0.05))
        return examined(about, "healthy", gradient_scale=factor, uneven=uneven)

    def factor() -> float:
        return float(rng.uniform(2, 12))

    return {
        "small where the gradients are right": [
            examined("a healthy run", "healthy"),
            examined("the last layer alone learns", "first layer frozen", first_trained=2),
        ],
        "gradients that are too large by a factor": [
            wrong("large", factor()),
            wrong("too small", 1 / factor()),
            wrong("of the other sign", -factor()),
        ],
        "large where a part of the gradients is wrong": [examined("", "ReLU mask missing")],
    }


def run(gradient_error: Any, case: Case) -> dict[str, Any]:
    from course_lib.course.clinic.training_run import TrainingRun

    patient = TrainingRun(case["recipe"])
    before = [p.copy() for p in patient.parameters()]
    error = gradient_error(patient)
    same = all(map(np.array_equal, before, patient.parameters()))
    near = all(map(np.allclose, before, patient.parameters()))
    kept = "as they were" if same or near else "changed"
    return {"error": error, "the parameters are": kept}


# Rounding, and the h of the student, leave 1e-9 to 1e-5; wrong parts leave 0.05 to 0.5. Of factors
# that differ by a tenth, the directions decide less than 0.025 of the error.
RIGHT, WRONG, LARGE = 1e-3, 0.02, 0.8
WITHIN = 0.03


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """The error where every method gives about the same, and otherwise its size in words."""
    error = outputs["error"]
    try:
        number = float(np.asarray(error).reshape(()))
    except (TypeError, ValueError):
        return {"error": "not a number", "the parameters are": outputs["the parameters are"]}
    size = "not finite" if not np.isfinite(number) else "between"
    if number < 0:
        size = "below 0"
    elif number < RIGHT:
        size = "at most 1e-3"
    elif WRONG < number < LARGE:
        size = "from 0.02 to 0.8"
    seen = {"size": size, "the parameters are": outputs["the parameters are"]}
    if "gradient_scale" in case["recipe"]:
        seen["error"] = number
    return seen


EXACT = "gradients that are too large by a factor"
SMALL = "small where the gradients are right"


def last_layer_alone(run):
    """You check the last layer alone. A missing ReLU mask changes only the gradients of the layers
    before it: let every parameter take part in the direction.
    """

    class Last:
        def __init__(self):
            self.batch, self.loss = run.batch, run.loss

        def parameters(self):
            return run.parameters()[-2:]

        def gradients(self, batch):
            return run.gradients(batch)[-2:]

    return gradient_error(Last())


def of_a_step(run):
    """You take a step of the run between the gradients and the differences, so they belong to
    different parameters. `run.gradients(batch)` and `run.loss(batch)` need no step.
    """

    class Stepped:
        def __init__(self):
            self.batch, self.loss, self.parameters = run.batch, run.loss, run.parameters

        def gradients(self, batch):
            found = run.gradients(batch)
            run.step(batch)
            return found

    return gradient_error(Stepped())


exercise = function(
    gradient_error,
    returns="a number from 0 to 1",
    outputs="error",
    points=1,
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        values("error", weight=6, cases=EXACT, rtol=0, atol=WITHIN),
        values(
            "size",
            weight=3,
            cases="large where a part of the gradients is wrong",
            alone=False,
        ),
        values("size", cases=SMALL, alone=False),
        values("the parameters are", title="the parameters are as before", alone=False),
    ],
    form=(),
    without=("in place",),
    answers=("grader.exercises.ps24.gradient_error", "course_lib.course.clinic.patients"),
    hints="""
    Which two numbers do you compare along one direction, and are they of the same batch?

    Keep a copy of the parameters. Add h·v to them (`p[...] = old + h * d`), call `run.loss(batch)`,
    then the same with −h·v. The difference over 2h is the measured derivative; the sum of all
    gradients times v is the one that the run gives. At the end put the copy back.

    A smaller example: the run gives the derivatives a = [3, 4], and you measure b = [0.6, 0.8].
    Then a − b = [2.4, 3.2] has the norm 4, ‖a‖ + ‖b‖ = 5 + 1, and the error is 0.667.
    """,
    mistakes=(
        *slips("""
measured.append((losses[0] - losses[1]) / h)
    The two losses lie 2h apart. By which distance do you divide?
error = np.linalg.norm(a - b)
    You return the absolute difference. Is 0.01 much for gradients of 0.001?
error = np.linalg.norm(a - b) / max(np.linalg.norm(b), 1e-12)
    You divide by the measured norm alone, so the error can exceed 1. Which two norms does the
    definition add?
error = abs(np.linalg.norm(a) - np.linalg.norm(b)) / max(np.linalg.norm(a) + np.linalg.norm(b),
    1e-12)
    You subtract two norms: gradients of the wrong sign have the right norm. Of which difference do
    you need the norm?
losses.append(run.loss(run.batch()))
    Each loss belongs to another batch, so their difference is mostly noise. Which batch belongs to
    the gradients?
for p, old in zip(parameters[:0], kept, strict=False):
    p[...] = old
    The parameters are moved after your measurement, so the run is another one. Put the old values
    back.
batch, h = run.batch(), 1.0
    Your step is as long as a direction v, and over such a distance the loss is far from a straight
    line. Take a much smaller h.
batch, h = run.batch(), 1e-17
    Your step h is lost in rounding: both losses are the same number. In float64 a step of a length
    of about 1e-5 is best.
"""),
        mistake(last_layer_alone),
        mistake(of_a_step),
    ),
)
