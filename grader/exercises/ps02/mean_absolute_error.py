"""``mean_absolute_error(y, t) -> (value, dy)``: the distance itself, and its slope."""

from typing import Any

import numpy as np

from course_lib.losses import mean_absolute_error
from grader.checking import Case, Exercise, Mistake, _, shapes, unchanged_inputs, values
from grader.exercises.ps02.squared_error import TABLES, off_scale, pairs, table_cases

MET = "some targets met exactly"


def cases(rng: np.random.Generator) -> list[Case]:
    met = pairs(rng, MET, (3, 2))
    met["t"][[0, 1, 2], [1, 0, 0]] = met["y"][[0, 1, 2], [1, 0, 0]]
    return [*table_cases(pairs, rng), met]


def run(mean_absolute_error: Any, case: Case) -> dict[str, Any]:
    # A first call with other numbers: what is kept outside of the call would show.
    mean_absolute_error(case["y"] + 1, case["t"].copy())
    value, dy = mean_absolute_error(case["y"], case["t"])
    return {"value": value, "dy": dy}


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """Where y = t every slope from -1/N to 1/N is a subgradient: any of them counts as 0."""
    dy, kink = np.asarray(outputs["dy"]), case["y"] == case["t"]
    if dy.shape != kink.shape or not kink.any():
        return outputs
    allowed = np.abs(dy) <= (1 + 1e-9) / len(kink)
    return {**outputs, "dy": np.where(kink & allowed, 0, dy)}


def difference(y: Any, t: Any) -> Any:
    r = y - t
    return np.sum(np.abs(r)) / len(y), r / len(y)


def other_way(y: Any, t: Any) -> Any:
    return np.sum(np.abs(y - t)) / len(y), np.sign(t - y) / len(y)


def always_plus(y: Any, t: Any) -> Any:
    return np.sum(np.abs(y - t)) / len(y), np.ones(y.shape) / len(y)


def only_above(y: Any, t: Any) -> Any:
    return np.sum(np.abs(y - t)) / len(y), (y > t) / len(y)


def absolute_gradient(y: Any, t: Any) -> Any:
    r = np.abs(y - t)
    return np.sum(r) / len(y), r / len(y)


def no_absolute(y: Any, t: Any) -> Any:
    r = y - t
    return np.sum(r) / len(y), np.sign(r) / len(y)


def half(y: Any, t: Any) -> Any:
    r = y - t
    return 0.5 * np.sum(np.abs(r)) / len(y), 0.5 * np.sign(r) / len(y)


def half_value(y: Any, t: Any) -> Any:
    r = y - t
    return 0.5 * np.sum(np.abs(r)) / len(y), np.sign(r) / len(y)


def squared(y: Any, t: Any) -> Any:
    r = y - t
    return 0.5 * np.sum(r**2) / len(y), r / len(y)


def absolute_of_the_sum(y: Any, t: Any) -> Any:
    r = y - t
    return np.mean(np.abs(r.sum(axis=1))), np.sign(r) / len(y)


def zero_by_zero(y: Any, t: Any) -> Any:
    r = y - t
    return np.sum(np.abs(r)) / len(y), r / np.abs(r) / len(y)


def value_for_each_sample(y: Any, t: Any) -> Any:
    r = y - t
    return np.sum(np.abs(r), axis=1), np.sign(r) / len(y)


exercise = Exercise(
    name="mean_absolute_error",
    takes=("mean_absolute_error",),
    points=1,
    reference=(mean_absolute_error,),
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        values("value", weight=3, cases=TABLES, title=_("the value")),
        values("dy", weight=4, cases=TABLES, title=_("the gradient")),
        values("value", "dy", weight=1, cases=MET, title=_("targets that are met exactly")),
        shapes(cases=TABLES),
        unchanged_inputs(cases=TABLES),
    ],
    mistakes=[
        *off_scale(mean_absolute_error, "dy"),
        Mistake(
            difference,
            hint=_(
                "`dy` grows with the difference, as that of a squared error does. How steep is |r| "
                "at r = 0.5, and how steep at r = 5?"
            ),
        ),
        Mistake(
            other_way,
            hint=_(
                "`dy` points the other way. Where an output is too high, raising it further makes "
                "the loss larger: which sign must `dy` have there?"
            ),
        ),
        Mistake(
            always_plus,
            hint=_("`dy` is positive everywhere. How does |r| change on the left of 0?"),
        ),
        Mistake(
            only_above,
            hint=_(
                "`dy` is 0 where the output is below the target. There |r| falls when r rises: it "
                "has a slope as well."
            ),
        ),
        Mistake(
            absolute_gradient,
            hint=_(
                "The value and the gradient are made of the same |r|. The slope of |r| is another "
                "function: it takes two values only, apart from r = 0."
            ),
        ),
        Mistake(
            no_absolute,
            hint=_("Differences of both signs cancel in the value: where are the bars of |y − t|?"),
        ),
        Mistake(
            half,
            hint=_("There is no ½ in the absolute error: no 2 comes down that it could cancel."),
        ),
        Mistake(
            half_value,
            hint=_("The value carries a ½ that the gradient knows nothing of."),
        ),
        Mistake(
            squared,
            hint=_("This is the squared error. Here the distance counts as it is."),
        ),
        Mistake(
            absolute_of_the_sum,
            hint=_(
                "The differences of a sample cancel each other before the bars are taken. In which "
                "order does Σ |y − t| say it?"
            ),
        ),
        Mistake(
            zero_by_zero,
            hint=_(
                "An output that meets its target gets nan: r / |r| is 0/0 there. Any slope from −1 "
                "to 1 would do; NumPy has a function for the sign of a number."
            ),
        ),
        Mistake(
            value_for_each_sample,
            hint=_("The value is one number per sample. A loss is one number for the batch."),
        ),
    ],
    answers=("course_lib.losses.mean_absolute_error",),
    returns="(value, dy)",
    hints=(
        _("Draw |r|. How steep is it on the right of 0, and how steep on the left?"),
        _(
            "L = (1/N) Σ |y − t|. A single entry of y changes one term of the sum only, by ±1 for "
            "each unit it moves."
        ),
        _(
            "Smaller: y = [[3, 1], [0, 0]] and t = [[1, 2], [0, 4]]. The distances 2, 1, 0, 4 add "
            "up to 7, so the value is 7/2 = 3.5, and dy = [[0.5, −0.5], [0, −0.5]]; in place of "
            "the 0 any number from −0.5 to 0.5 is right."
        ),
    ),
    grows=lambda rng, n: pairs(rng, "growing", (n, 3)),
)
