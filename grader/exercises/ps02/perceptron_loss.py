"""``perceptron_loss(f, t) -> (value, df)``: only wrong outputs cost something."""

from typing import Any

import numpy as np

from course_lib.losses import perceptron_loss
from grader.checking import Case, Exercise, Mistake, _, shapes, unchanged_inputs, values
from grader.exercises.ps02.binary_hinge import sides
from grader.exercises.ps02.squared_error import TABLES, off_scale, table_cases

KINK = "some outputs exactly 0"


def cases(rng: np.random.Generator) -> list[Case]:
    kink = sides(rng, KINK, (3, 2))
    kink["f"][[0, 2], [1, 0]] = 0.0
    kink["f"][1], kink["t"][1] = (-0.8, 0.6), (1.0, -1.0)  # wrong on either side
    return [*table_cases(sides, rng), kink]


def run(perceptron_loss: Any, case: Case) -> dict[str, Any]:
    # A first call with other numbers: what is kept outside of the call would show.
    perceptron_loss(case["f"] + 1, case["t"].copy())
    value, df = perceptron_loss(case["f"], case["t"])
    return {"value": value, "df": df}


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """At f = 0 every slope from -t/N to 0 is a subgradient: any of them counts as 0."""
    df, kink = np.asarray(outputs["df"]), case["f"] == 0
    if df.shape != kink.shape or not kink.any():
        return outputs
    share = -df * case["t"] * len(kink)
    allowed = (share >= 0) & (share <= 1 + 1e-9)
    return {**outputs, "df": np.where(kink & allowed, 0, df)}


def with_a_margin(f: Any, t: Any) -> Any:
    return np.sum(np.maximum(0, 1 - t * f)) / len(f), -t * (t * f < 1) / len(f)


def gradient_with_a_margin(f: Any, t: Any) -> Any:
    return np.sum(np.maximum(0, -t * f)) / len(f), -t * (t * f < 1) / len(f)


def no_maximum(f: Any, t: Any) -> Any:
    return np.sum(-t * f) / len(f), -t / len(f)


def gradient_everywhere(f: Any, t: Any) -> Any:
    return np.sum(np.maximum(0, -t * f)) / len(f), -t / len(f)


def no_minus(f: Any, t: Any) -> Any:
    return np.sum(np.maximum(0, t * f)) / len(f), t * (t * f > 0) / len(f)


def uphill(f: Any, t: Any) -> Any:
    return np.sum(np.maximum(0, -t * f)) / len(f), t * (t * f < 0) / len(f)


def other_half(f: Any, t: Any) -> Any:
    return np.sum(np.maximum(0, -t * f)) / len(f), -t * (t * f > 0) / len(f)


def without_t(f: Any, t: Any) -> Any:
    return np.sum(np.maximum(0, -t * f)) / len(f), -1.0 * (t * f < 0) / len(f)


def times_f(f: Any, t: Any) -> Any:
    return np.sum(np.maximum(0, -t * f)) / len(f), -t * f * (t * f < 0) / len(f)


def negative_outputs(f: Any, t: Any) -> Any:
    return np.sum(np.maximum(0, -t * f)) / len(f), -t * (f < 0) / len(f)


def errors_counted(f: Any, t: Any) -> Any:
    return np.sum(t * f < 0) / len(f), -t * (t * f < 0) / len(f)


def from_zero_and_one(f: Any, t: Any) -> Any:
    s = 2 * t - 1
    return np.sum(np.maximum(0, -s * f)) / len(f), -s * (s * f < 0) / len(f)


def value_for_each_sample(f: Any, t: Any) -> Any:
    return np.sum(np.maximum(0, -t * f), axis=1), -t * (t * f < 0) / len(f)


exercise = Exercise(
    name="perceptron_loss",
    takes=("perceptron_loss",),
    points=1,
    reference=(perceptron_loss,),
    cases=cases,
    run=run,
    observe=observe,
    # The float type of a loss's gradient is not judged: targets are often float64.
    judge=[
        values("value", weight=4, cases=TABLES, title=_("the value")),
        values("df", weight=4, cases=TABLES, title=_("the gradient")),
        values("value", "df", cases=KINK, title=_("outputs that are exactly 0")),
        shapes(cases=TABLES),
        unchanged_inputs(cases=TABLES),
    ],
    mistakes=[
        *off_scale(perceptron_loss, "df"),
        Mistake(
            with_a_margin,
            hint=_(
                "Right outputs cost something if they are small: that is the hinge's margin. The "
                "perceptron is content with the right sign."
            ),
        ),
        Mistake(
            gradient_with_a_margin,
            hint=_(
                "The value is right, but `df` is not 0 for right outputs below 1. Do they cost "
                "something here?"
            ),
        ),
        Mistake(
            no_maximum,
            hint=_(
                "Right outputs lower the value, below 0 if there are enough of them. What does "
                "max(0, …) do with them, and what is its slope there?"
            ),
        ),
        Mistake(
            gradient_everywhere,
            hint=_(
                "`df` is −t/N everywhere. A right output costs 0, and still 0 if it moves a "
                "little: what is its gradient?"
            ),
        ),
        Mistake(
            no_minus,
            hint=_("Right outputs cost something and wrong ones do not: look at the sign of t·f."),
        ),
        Mistake(
            uphill,
            hint=_(
                "`df` points the other way. Where t = 1 and f is negative, raising f lowers the "
                "loss: which sign must `df` have?"
            ),
        ),
        Mistake(
            other_half,
            hint=_("The mask is turned: `df` is not 0 where nothing is lost, and 0 elsewhere."),
        ),
        Mistake(
            without_t,
            hint=_(
                "`df` is never positive. With t = −1 the output has to come down: what is the "
                "slope of −t·f?"
            ),
        ),
        Mistake(
            times_f,
            hint=_("`df` contains f itself. Differentiate −t·f with respect to f once more."),
        ),
        Mistake(
            negative_outputs,
            hint=_(
                "The mask asks whether f is negative. With t = −1 a negative f is right: ask for "
                "t·f."
            ),
        ),
        Mistake(
            errors_counted,
            hint=_(
                "Wrong outputs are counted. A count does not change when an output moves a "
                "little; by how much is each of them wrong?"
            ),
        ),
        Mistake(
            from_zero_and_one,
            hint=_(
                "2t − 1 makes −1 and +1 out of 0 and 1. These targets are −1 and +1 already, and "
                "become −3 and +1."
            ),
        ),
        Mistake(
            value_for_each_sample,
            hint=_("The value is one number per sample. A loss is one number for the batch."),
        ),
    ],
    answers=("course_lib.losses.perceptron_loss", "course_lib.losses.binary_hinge"),
    returns="(value, df)",
    hints=(
        _("What is t·f when the output has the right sign, and what when it has the wrong one?"),
        _(
            "L = (1/N) Σ max(0, −t·f). Where −t·f is positive its slope with respect to f is −t, "
            "elsewhere 0. It is the hinge without the 1."
        ),
        _(
            "Smaller: f = [[0.5], [−3], [1]] and t = [[1], [1], [−1]]. The products t·f are 0.5, "
            "−3 and −1, so the outputs cost 0, 3 and 1. The value is 4/3 = 1.333 and df = [[0], "
            "[−1/3], [1/3]]."
        ),
    ),
    grows=lambda rng, n: sides(rng, "growing", (n, 3)),
)
