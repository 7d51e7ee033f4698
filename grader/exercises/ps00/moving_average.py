"""``moving_average(x, window) -> (T - window + 1,)``: the mean of each ``window`` neighbours."""

from typing import Any

import numpy as np

from course_lib.preprocessing import moving_average
from grader.checking import (
    Case,
    Exercise,
    Mistake,
    _,
    case,
    dtype,
    shapes,
    unchanged_inputs,
    values,
)


def curve(rng: np.random.Generator, about: str, n: int, window: int, kind: str = "float64") -> Case:
    return case(about, x=rng.normal(1, 3, size=n).astype(kind), window=window)


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        curve(rng, "three values, window 2", 3, 2),
        curve(rng, "window 1", 4, 1),
        curve(rng, "window 3", 7, 3),
        curve(rng, "window 4", 10, 4),
        curve(rng, "a window longer than half of x", 6, 5),
        curve(rng, "one window over everything", 5, 5),
        curve(rng, "float32", 8, 3, "float32"),
    ]


def run(moving_average: Any, case: Case) -> dict[str, Any]:
    # A first call with other numbers: results kept outside of the call would show.
    moving_average(case["x"] + 1, case["window"])
    return {"y": moving_average(case["x"], case["window"])}


def sums(x: Any, window: int) -> Any:
    return np.convolve(x, np.ones(window), mode="valid")


def same_length(x: Any, window: int) -> Any:
    return np.convolve(x, np.ones(window) / window, mode="same")[: len(x)]


def full_length(x: Any, window: int) -> Any:
    return np.convolve(x, np.ones(window) / window, mode="full")


def last_one_missing(x: Any, window: int) -> Any:
    return np.array([x[i : i + window].mean() for i in range(len(x) - window)])


def first_one_missing(x: Any, window: int) -> Any:
    c = np.cumsum(x)
    return (c[window:] - c[:-window]) / window


def one_too_long(x: Any, window: int) -> Any:
    return np.array([x[i : i + window + 1].mean() for i in range(len(x) - window + 1)])


def one_too_short(x: Any, window: int) -> Any:
    return np.array([x[i : i + window - 1].mean() for i in range(len(x) - window + 1)])


def divided_by_length(x: Any, window: int) -> Any:
    return sums(x, window) / len(x)


def divided_by_one_less(x: Any, window: int) -> Any:
    return sums(x, window) / (window - 1)


def everything_so_far(x: Any, window: int) -> Any:
    return (np.cumsum(x) / np.arange(1, len(x) + 1))[window - 1 :]


def growing_at_the_start(x: Any, window: int) -> Any:
    return np.array([x[max(0, i - window + 1) : i + 1].mean() for i in range(len(x))])


def shrinking_at_the_end(x: Any, window: int) -> Any:
    return np.array([x[i : i + window].mean() for i in range(len(x))])


def blocks(x: Any, window: int) -> Any:
    whole = len(x) // window * window
    return x[:whole].reshape(-1, window).mean(axis=1)


def the_other_axis(x: Any, window: int) -> Any:
    return np.stack([x[i : i + window] for i in range(len(x) - window + 1)]).mean(axis=0)


def window_three(x: Any, window: int) -> Any:
    window = min(3, len(x))
    return sums(x, window) / window


def middles(x: Any, window: int) -> Any:
    return np.array([np.median(x[i : i + window]) for i in range(len(x) - window + 1)])


def feeds_on_its_own_means(x: Any, window: int) -> Any:
    x = x.copy()
    for i in range(window - 1, len(x)):
        x[i] = x[i - window + 1 : i + 1].mean()
    return x[window - 1 :]


def rounded(x: Any, window: int) -> Any:
    return (sums(x, window) / window).astype(int)


def in_place(x: Any, window: int) -> Any:
    for i in range(len(x) - window + 1):
        x[i] = x[i : i + window].mean()
    return x[: len(x) - window + 1]


def double_precision(x: Any, window: int) -> Any:
    return np.convolve(x, np.ones(window) / window, mode="valid")


exercise = Exercise(
    name="moving_average",
    takes=("moving_average",),
    points=2,
    reference=(moving_average,),
    cases=cases,
    run=run,
    judge=[
        values(
            "y",
            weight=5,
            cases=("three values, window 2", "window 3", "window 4", "float32"),
            title=_("means of neighbours"),
        ),
        values("y", weight=2, cases="a window longer than half of x", title=_("a long window")),
        # Handing back x, or the mean of everything, would meet these alone.
        values("y", cases="window 1", form=True, title=_("window 1 changes nothing")),
        values(
            "y", cases="one window over everything", form=True, title=_("a window as long as x")
        ),
        shapes("y"),
        dtype("y"),
        unchanged_inputs(),
    ],
    mistakes=[
        Mistake(
            sums,
            hint=_("These are sums of neighbours. A mean of `window` numbers is their sum over …"),
        ),
        Mistake(
            same_length,
            hint=_(
                "The result is as long as x: at both ends the window hangs over the edge, and "
                "zeros were put in there. Keep only the windows that lie wholly inside; how many "
                "are there?"
            ),
        ),
        Mistake(
            full_length,
            hint=_(
                "The result is longer than x: windows that only touch x are in it, filled up with "
                "zeros. `np.convolve` has a mode for those that lie wholly inside."
            ),
        ),
        Mistake(
            last_one_missing,
            hint=_(
                "The last mean is missing. For T = 3 and window 2 there are two windows: which `i` "
                "does the second begin at, and does your range reach it?"
            ),
        ),
        Mistake(
            first_one_missing,
            hint=_(
                "The first mean is missing. The sum of the first `window` values is c[window − 1] "
                "minus nothing: what has to stand in front of the cumulative sum?"
            ),
        ),
        Mistake(
            one_too_long,
            hint=_("Each mean takes one value too many: `x[i : j]` has j − i values."),
        ),
        Mistake(
            one_too_short,
            hint=_("Each mean takes one value too few: the end of a slice does not belong to it."),
        ),
        Mistake(
            divided_by_length,
            hint=_("The sums are divided by the length of x. How many values are in a window?"),
        ),
        Mistake(
            divided_by_one_less,
            hint=_("The sums are divided by window − 1: a mean of three numbers divides by three."),
        ),
        Mistake(
            everything_so_far,
            hint=_(
                "Each mean is over everything so far. A moving average forgets: what enters on the "
                "right pushes something out on the left."
            ),
        ),
        Mistake(
            growing_at_the_start,
            hint=_(
                "At the start, means of fewer values are put in. Begin with the first window that "
                "is full."
            ),
        ),
        Mistake(
            shrinking_at_the_end,
            hint=_(
                "At the end, the windows run out of values and shrink. Stop at the last one that "
                "is full: where does it begin?"
            ),
        ),
        Mistake(
            blocks,
            hint=_(
                "Your windows lie side by side, each begins where the last one ended. They should "
                "move on by one value at a time."
            ),
        ),
        Mistake(
            the_other_axis,
            hint=_(
                "Windows and places in them were exchanged: with one window a row, the mean runs "
                "along the row."
            ),
        ),
        Mistake(window_three, hint=_("The window is 3 whatever `window` says.")),
        Mistake(middles, hint=_("These are medians. The mean was asked for.")),
        Mistake(
            feeds_on_its_own_means,
            hint=_(
                "A mean is written into the array that the next means are taken from. Write the "
                "results into an array of their own."
            ),
        ),
        Mistake(
            rounded,
            hint=_("The means were rounded down to whole numbers: make an array of floats."),
        ),
        Mistake(
            in_place,
            hint=_(
                "The means are right, but they were written into `x`, which belongs to whoever "
                "called you. Make a new array."
            ),
        ),
        Mistake(
            double_precision,
            hint=_(
                "The values are right, but float32 came in and float64 goes out. `np.ones(n)` and "
                "`np.zeros(n)` are float64 unless you say `dtype=x.dtype`."
            ),
        ),
    ],
    answers=("course_lib.preprocessing.moving_average",),
    returns="y",
    hints=(
        _("Draw five values and a window of three above them. In how many places can it lie?"),
        _(
            "y[i] = (x[i] + … + x[i + window − 1]) / window for i = 0 … T − window. Without a loop "
            "over i: shifted slices of x added up, or a cumulative sum c with a 0 in front, since "
            "a window's sum is a difference of two of its entries, or `np.convolve`."
        ),
        _(
            "Smaller: x = [1, 2, 6, 3], window 2. Shifted slices: [1, 2, 6] + [2, 6, 3] = [3, 8, "
            "9], halved: [1.5, 4, 4.5]. By cumulative sums: c = [0, 1, 3, 9, 12], and c[2:] − "
            "c[:−2] = [3, 8, 9]."
        ),
    ),
    grows=lambda rng, n: curve(rng, "growing", n, 3),
)
