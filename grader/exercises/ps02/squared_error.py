"""``squared_error(y, t) -> (value, dy)``: half the squared distance, and its gradient."""

from collections.abc import Callable
from typing import Any

import numpy as np

from course_lib.losses import squared_error
from grader.checking import Case, Exercise, Mistake, _, case, shapes, unchanged_inputs, values


def pairs(rng: np.random.Generator, about: str, shape: tuple[int, int]) -> Case:
    """Outputs and targets that differ everywhere, by amounts of both signs and all sizes."""
    y = rng.normal(size=shape)
    r = rng.uniform(0.3, 2, size=shape) * rng.choice([-1.0, 1.0], size=shape)
    r.flat[0], r.flat[-1] = abs(r.flat[0]), -abs(r.flat[-1])  # one of each sign
    if r.size > 4:
        r.flat[1] /= 100
    return case(about, y=y, t=y - r)


def table_cases(
    make: Callable[[np.random.Generator, str, tuple[int, int]], Case], rng: np.random.Generator
) -> list[Case]:
    """The forms of a batch that a loss of outputs (N, K) is tried on, smallest first."""
    single = make(rng, "float32", (3, 4))
    return [
        make(rng, "one sample", (1, 2)),
        make(rng, "one output", (4, 1)),
        make(rng, "more samples than outputs", (5, 3)),
        make(rng, "as many samples as outputs", (3, 3)),
        single
        | {name: a.astype(np.float32) for name, a in single.items() if name not in ("about",)},
        by_columns(make(rng, "stored column by column", (3, 4))),
    ]


TABLES = (
    "one sample",
    "one output",
    "more samples than outputs",
    "as many samples as outputs",
    "float32",
    "stored column by column",
)


def by_columns(made: Case) -> Case:
    """The case with its arrays in Fortran order."""
    return {n: np.asfortranarray(a) if isinstance(a, np.ndarray) else a for n, a in made.items()}


def cases(rng: np.random.Generator) -> list[Case]:
    return table_cases(pairs, rng)


def run(squared_error: Any, case: Case) -> dict[str, Any]:
    # A first call with other numbers: what is kept outside of the call would show.
    squared_error(case["y"] + 1, case["t"].copy())
    value, dy = squared_error(case["y"], case["t"])
    return {"value": value, "dy": dy}


def off_scale(loss: Callable[..., Any], name: str) -> list[Mistake]:
    """Mistakes of every loss of outputs (N, K): divided by something else than N.

    Parameters
    ----------
    loss : the right function; its first argument is the table of outputs
    name : what its gradient is called
    """

    def scaled(what: str, hint: str, value: Any, gradient: Any) -> Mistake:
        def wrong(outputs: Any, *rest: Any) -> Any:
            right, d = loss(outputs, *rest)
            N, K = outputs.shape
            return right * value(N, K), d * outputs.dtype.type(gradient(N, K))

        return Mistake(wrong, hint.format(name=name), name=what, replaces=loss.__name__)

    def mean(N: int, K: int) -> float:
        return 1

    def total(N: int, K: int) -> float:
        return N

    def over_all(N: int, K: int) -> float:
        return 1 / K

    return [
        scaled(
            "gradient of the sum",
            _(
                "`{name}` is N times too large. The value is a mean over the N samples; of what "
                "must the gradient be the gradient?"
            ),
            mean,
            total,
        ),
        scaled(
            "both summed",
            _(
                "Value and gradient are sums over the samples. Losses of this course are means "
                "over the samples, so that the batch size does not change what a rate means."
            ),
            total,
            total,
        ),
        scaled(
            "value summed",
            _("`{name}` is that of a mean over the samples, but the value is their sum."),
            total,
            mean,
        ),
        scaled(
            "both over the outputs",
            _(
                "Value and gradient are K times too small: a loss is summed over the K outputs "
                "and averaged over the N samples only. `np.mean` of a table divides by both."
            ),
            over_all,
            over_all,
        ),
        scaled(
            "value over the outputs",
            _(
                "The value is K times too small, as `np.mean` over the whole (N, K) table makes "
                "it. By which number should the sum be divided?"
            ),
            over_all,
            mean,
        ),
        scaled(
            "gradient over the outputs",
            _(
                "`{name}` is K times too small, as dividing by the number of all entries makes it. "
                "The value has not been divided by K."
            ),
            mean,
            over_all,
        ),
        scaled(
            "mean without a gradient's share",
            _(
                "The value is a mean over all entries, `{name}` is not divided at all. Decide "
                "first by which one number the sum is divided; then both get it."
            ),
            over_all,
            total,
        ),
    ]


def no_half(y: Any, t: Any) -> Any:
    r = y - t
    return np.sum(r**2) / len(y), r / len(y)


def no_half_at_all(y: Any, t: Any) -> Any:
    r = y - t
    return np.sum(r**2) / len(y), 2 * r / len(y)


def half_forgotten_by_the_gradient(y: Any, t: Any) -> Any:
    r = y - t
    return 0.5 * np.sum(r**2) / len(y), 2 * r / len(y)


def mean_of_squares(y: Any, t: Any) -> Any:
    r = y - t
    return np.mean(r**2), 2 * r / r.size


def half_gradient(y: Any, t: Any) -> Any:
    r = y - t
    return 0.5 * np.sum(r**2) / len(y), 0.5 * r / len(y)


def t_minus_y(y: Any, t: Any) -> Any:
    r = t - y
    return 0.5 * np.sum(r**2) / len(y), r / len(y)


def rooted(y: Any, t: Any) -> Any:
    r = y - t
    return 0.5 * np.mean(np.sqrt(np.sum(r**2, axis=1))), r / len(y)


def not_squared(y: Any, t: Any) -> Any:
    r = y - t
    return 0.5 * np.sum(r) / len(y), r / len(y)


def absolute(y: Any, t: Any) -> Any:
    r = y - t
    return np.sum(np.abs(r)) / len(y), np.sign(r) / len(y)


def squared_sum(y: Any, t: Any) -> Any:
    r = y - t
    return 0.5 * np.mean(np.sum(r, axis=1) ** 2), r / len(y)


def value_for_each_sample(y: Any, t: Any) -> Any:
    r = y - t
    return 0.5 * np.sum(r**2, axis=1), r / len(y)


def gradient_summed(y: Any, t: Any) -> Any:
    r = y - t
    return 0.5 * np.sum(r**2) / len(y), r.sum(axis=0) / len(y)


exercise = Exercise(
    name="squared_error",
    takes=("squared_error",),
    points=2,
    reference=(squared_error,),
    cases=cases,
    run=run,
    # The float type of a loss's gradient is not judged: targets are often float64.
    judge=[
        values("value", weight=4, cases=TABLES, rtol=1e-5, title=_("the value")),
        values("dy", weight=4, cases=TABLES, title=_("the gradient")),
        shapes(cases=TABLES),
        unchanged_inputs(cases=TABLES),
    ],
    mistakes=[
        *off_scale(squared_error, "dy"),
        Mistake(
            no_half,
            hint=_(
                "The value is twice too large for its gradient: this course's squared error "
                "carries a factor that makes the 2 of the derivative vanish."
            ),
        ),
        Mistake(
            no_half_at_all,
            hint=_(
                "Value and gradient fit each other, but both are twice too large: the squared "
                "error of this course begins with ½."
            ),
        ),
        Mistake(
            half_forgotten_by_the_gradient,
            hint=_(
                "`dy` is twice too large. Differentiate the value as you compute it, with its "
                "factor in front."
            ),
        ),
        Mistake(
            mean_of_squares,
            hint=_(
                "This is the mean squared error over all N·K entries. Here the K squares of a "
                "sample are added up, only the samples are averaged, and the factor ½ is missing."
            ),
        ),
        Mistake(
            half_gradient,
            hint=_(
                "`dy` is half of what it should be. Which number comes down when a square is "
                "differentiated, and what does it meet in front?"
            ),
        ),
        Mistake(
            t_minus_y,
            hint=_(
                "`dy` points the other way. Where an output is too high, raising it further makes "
                "the loss larger: which sign must `dy` have there?"
            ),
        ),
        Mistake(
            rooted,
            hint=_("A root was taken: the value grows with the distance, not with its square."),
        ),
        Mistake(
            not_squared,
            hint=_(
                "The differences are added up without a square, so that one above and one below "
                "the target cancel."
            ),
        ),
        Mistake(
            absolute,
            hint=_("This is the absolute error. Here each difference counts with its square."),
        ),
        Mistake(
            squared_sum,
            hint=_(
                "The differences of a sample are added first and squared then. In which order does "
                "½ Σ (y − t)² say it?"
            ),
        ),
        Mistake(
            value_for_each_sample,
            hint=_("The value is one number per sample. A loss is one number for the batch."),
        ),
        Mistake(
            gradient_summed,
            hint=_(
                "`dy` was added up over the samples. It needs an entry for each entry of `y`, "
                "because each of them can be moved by itself."
            ),
        ),
    ],
    answers=("course_lib.losses.squared_error",),
    returns="(value, dy)",
    hints=(
        _("Call the table of differences r. The value and the gradient are both made of it."),
        _(
            "L = (1/N) Σ ½ r², over all samples and outputs. Move a single entry of y: only its "
            "own term changes. What is the slope of ½ r², and where does the 1/N go?"
        ),
        _(
            "Smaller: y = [[3, 1], [0, 0]] and t = [[1, 1], [0, 4]] differ by r = [[2, 0], [0, "
            "−4]]. The squares add up to 20, so the value is ½ · 20 / 2 = 5, and dy = [[1, 0], "
            "[0, −2]]."
        ),
    ),
    grows=lambda rng, n: pairs(rng, "growing", (n, 3)),
)
