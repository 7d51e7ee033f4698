"""``binary_hinge(f, t) -> (value, df)``: right is not enough, by a margin it has to be."""

from typing import Any

import numpy as np

from course_lib.losses import binary_hinge
from grader.checking import Case, Exercise, Mistake, _, case, shapes, unchanged_inputs, values
from grader.exercises.ps02.squared_error import TABLES, off_scale, table_cases

KINK = "some exactly at the margin"
KINDS = 3


def sides(rng: np.random.Generator, about: str, shape: tuple[int, int]) -> Case:
    """Wrong ones, right ones within the margin and beyond it, in turn, away from the kinks."""
    size = shape[0] * shape[1]
    kind = np.arange(size) % KINDS
    agreement = np.choose(
        kind,
        [
            rng.uniform(-2.0, -0.4, size=size),
            rng.uniform(0.2, 0.8, size=size),
            rng.uniform(1.3, 3.0, size=size),
        ],
    ).reshape(shape)
    # Both targets for every kind, in no order that rows or columns repeat.
    t = rng.choice([-1.0, 1.0]) * np.resize([1.0, -1.0, -1.0, -1.0, 1.0, 1.0], shape)
    return case(about, f=agreement * t, t=t)


def cases(rng: np.random.Generator) -> list[Case]:
    kink = sides(rng, KINK, (3, 2))
    kink["f"][[0, 2], [1, 0]] = kink["t"][[0, 2], [1, 0]]
    return [*table_cases(sides, rng), kink]


def run(binary_hinge: Any, case: Case) -> dict[str, Any]:
    # A first call with other numbers: what is kept outside of the call would show.
    binary_hinge(case["f"] + 1, case["t"].copy())
    value, df = binary_hinge(case["f"], case["t"])
    return {"value": value, "df": df}


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """At t f = 1 every slope from -t/N to 0 is a subgradient: any of them counts as 0."""
    df, kink = np.asarray(outputs["df"]), case["t"] * case["f"] == 1
    if df.shape != kink.shape or not kink.any():
        return outputs
    share = -df * case["t"] * len(kink)
    allowed = (share >= 0) & (share <= 1 + 1e-9)
    return {**outputs, "df": np.where(kink & allowed, 0, df)}


def no_maximum(f: Any, t: Any) -> Any:
    return np.sum(1 - t * f) / len(f), -t / len(f)


def gradient_everywhere(f: Any, t: Any) -> Any:
    return np.sum(np.maximum(0, 1 - t * f)) / len(f), -t / len(f)


def margin_forgotten(f: Any, t: Any) -> Any:
    return np.sum(np.maximum(0, -t * f)) / len(f), -t * (t * f < 0) / len(f)


def gradient_of_wrong_ones_only(f: Any, t: Any) -> Any:
    return np.sum(np.maximum(0, 1 - t * f)) / len(f), -t * (t * f < 0) / len(f)


def other_half(f: Any, t: Any) -> Any:
    return np.sum(np.maximum(0, 1 - t * f)) / len(f), -t * (t * f > 1) / len(f)


def uphill(f: Any, t: Any) -> Any:
    return np.sum(np.maximum(0, 1 - t * f)) / len(f), t * (t * f < 1) / len(f)


def plus(f: Any, t: Any) -> Any:
    return np.sum(np.maximum(0, 1 + t * f)) / len(f), t * (t * f > -1) / len(f)


def without_t(f: Any, t: Any) -> Any:
    return np.sum(np.maximum(0, 1 - t * f)) / len(f), -1.0 * (t * f < 1) / len(f)


def times_f(f: Any, t: Any) -> Any:
    return np.sum(np.maximum(0, 1 - t * f)) / len(f), -t * f * (t * f < 1) / len(f)


def score_below_one(f: Any, t: Any) -> Any:
    return np.sum(np.maximum(0, 1 - t * f)) / len(f), -t * (f < 1) / len(f)


def margin_as_slope(f: Any, t: Any) -> Any:
    short = np.maximum(0, 1 - t * f)
    return np.sum(short) / len(f), -t * short / len(f)


def squared(f: Any, t: Any) -> Any:
    short = np.maximum(0, 1 - t * f)
    return np.sum(short**2) / len(f), -2 * t * short / len(f)


def half_squared(f: Any, t: Any) -> Any:
    short = np.maximum(0, 1 - t * f)
    return 0.5 * np.sum(short**2) / len(f), -t * short / len(f)


def from_zero_and_one(f: Any, t: Any) -> Any:
    s = 2 * t - 1
    return np.sum(np.maximum(0, 1 - s * f)) / len(f), -s * (s * f < 1) / len(f)


def distance_to_target(f: Any, t: Any) -> Any:
    return np.sum(np.abs(t - f)) / len(f), np.sign(f - t) / len(f)


def signs_compared(f: Any, t: Any) -> Any:
    wrong = np.sign(f) != t
    return np.sum(wrong) / len(f), -t * wrong / len(f)


def value_for_each_sample(f: Any, t: Any) -> Any:
    return np.sum(np.maximum(0, 1 - t * f), axis=1), -t * (t * f < 1) / len(f)


exercise = Exercise(
    name="binary_hinge",
    takes=("binary_hinge",),
    points=2,
    reference=(binary_hinge,),
    cases=cases,
    run=run,
    observe=observe,
    # The float type of a loss's gradient is not judged: targets are often float64.
    judge=[
        values("value", weight=4, cases=TABLES, title=_("the value")),
        values("df", weight=4, cases=TABLES, title=_("the gradient")),
        values("value", "df", cases=KINK, title=_("exactly at the margin")),
        shapes(cases=TABLES),
        unchanged_inputs(cases=TABLES),
    ],
    mistakes=[
        *off_scale(binary_hinge, "df"),
        Mistake(
            no_maximum,
            hint=_(
                "Outputs beyond the margin lower the value, below 0 if there are enough of them. "
                "What does max(0, …) do with them, and what is its slope there?"
            ),
        ),
        Mistake(
            gradient_everywhere,
            hint=_(
                "`df` is −t/N everywhere. An output that is right by more than the margin costs "
                "0, and still 0 if it moves a little: what is its gradient?"
            ),
        ),
        Mistake(
            margin_forgotten,
            hint=_(
                "Only wrong outputs cost something here: that is the perceptron's loss. For the "
                "hinge t·f has to reach 1, not 0."
            ),
        ),
        Mistake(
            gradient_of_wrong_ones_only,
            hint=_(
                "The value is right, but `df` is 0 for outputs that are right by less than the "
                "margin. Do they cost something? Then they have a slope."
            ),
        ),
        Mistake(
            other_half,
            hint=_("The mask is turned: `df` is not 0 where nothing is lost, and 0 elsewhere."),
        ),
        Mistake(
            uphill,
            hint=_(
                "`df` points the other way. Where t = 1 and f is too small, raising f lowers the "
                "loss: which sign must `df` have?"
            ),
        ),
        Mistake(
            plus,
            hint=_(
                "Outputs that agree with their targets cost most. Which sign has t·f when f is "
                "right, and what should it do to the loss?"
            ),
        ),
        Mistake(
            without_t,
            hint=_(
                "`df` is never positive. With t = −1 the output has to come down: what is the "
                "slope of 1 − t·f?"
            ),
        ),
        Mistake(
            times_f,
            hint=_("`df` contains f itself. Differentiate 1 − t·f with respect to f once more."),
        ),
        Mistake(
            score_below_one,
            hint=_(
                "The mask asks whether f is below 1. With t = −1, a very negative f is right: ask "
                "for t·f."
            ),
        ),
        Mistake(
            margin_as_slope,
            hint=_(
                "`df` grows with what the margin is short of. The hinge is a straight line on "
                "that side: how steep is a straight line?"
            ),
        ),
        Mistake(
            squared,
            hint=_("This is the squared hinge. Here what the margin is short of counts as it is."),
        ),
        Mistake(
            half_squared,
            hint=_(
                "What the margin is short of is squared, with a ½ as in the squared error. The "
                "hinge takes it as it is."
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
            distance_to_target,
            hint=_(
                "The distance |t − f| punishes outputs beyond the margin as well. f = 5 for t = 1 "
                "is not 4 too much: it is right."
            ),
        ),
        Mistake(
            signs_compared,
            hint=_(
                "Wrong signs are counted. A count does not change when an output moves a little, "
                "so it gives gradient descent nothing to hold on to: how far short is each?"
            ),
        ),
        Mistake(
            value_for_each_sample,
            hint=_("The value is one number per sample. A loss is one number for the batch."),
        ),
    ],
    answers=("course_lib.losses.binary_hinge", "course_lib.losses.perceptron_loss"),
    returns="(value, df)",
    hints=(
        _("First ask of each output: how much is t·f short of 1? Never less than 0."),
        _(
            "L = (1/N) Σ max(0, 1 − t·f). Where 1 − t·f is positive its slope with respect to f "
            "is that of −t·f, elsewhere 0. A comparison gives the mask."
        ),
        _(
            "Smaller: f = [[0.5], [3], [1]] and t = [[1], [1], [−1]]. The products t·f are 0.5, 3 "
            "and −1, short of 1 by 0.5, 0 and 2. The value is 2.5/3 = 0.833 and df = [[−1/3], "
            "[0], [1/3]]."
        ),
    ),
    grows=lambda rng, n: sides(rng, "growing", (n, 3)),
)
