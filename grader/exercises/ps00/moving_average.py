"""``moving_average(x, window) -> (T - window + 1,)``: the mean of each ``window`` neighbours."""

import numpy as np

from grader.checking.contract import Case, case, float32, form_step, function, step, values


def moving_average(x, window):
    y = np.zeros(len(x) - window + 1, dtype=x.dtype)
    for i in range(len(y)):
        y[i] = x[i : i + window].mean()
    return y


def curve(rng: np.random.Generator, about: str, n: int, window: int) -> Case:
    """A random curve and a window."""
    return case(about, x=rng.normal(1, 3, size=n), window=window)


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        curve(rng, "three values, window 2", 3, 2),
        curve(rng, "window 1", 4, 1),
        curve(rng, "window 3", 7, 3),
        curve(rng, "window 4", 10, 4),
        curve(rng, "a window longer than half of x", 6, 5),
        curve(rng, "one window over everything", 5, 5),
        float32(curve(rng, "float32", 8, 3)),
    ]


VALUES = ("means of neighbours", "a long window", "a window as long as x")
IN_FORM = ("shapes", "float type is kept", "inputs are left as they were")

exercise = function(
    moving_average,
    returns="y",
    points=2,
    cases=cases,
    judge=[
        values(
            "y",
            weight=5,
            cases=("three values, window 2", "window 3", "window 4", "float32"),
            title="means of neighbours",
        ),
        values("y", weight=2, cases="a window longer than half of x", title="a long window"),
        # Handing back x, or the mean of everything, would meet these alone.
        values("y", cases="window 1", form=True, title="window 1 changes nothing"),
        values("y", cases="one window over everything", form=True, title="a window as long as x"),
    ],
    answers=("course_lib.preprocessing.moving_average",),
    hints=(
        step(
            "Draw five values and a window of three above them. In how many places can it lie?",
            *VALUES,
        ),
        step(
            "Which value does a window of 1 hold? Which mean does it have?",
            "window 1 changes nothing",
        ),
        step(
            "y[i] = (x[i] + … + x[i + window − 1]) / window for i = 0 … T − window. Without a loop "
            "over i: shifted slices of x added up, or a cumulative sum c with a 0 in front, since "
            "a window's sum is a difference of two of its entries, or `np.convolve`.",
            *VALUES,
        ),
        step(
            "Smaller: x = [1, 2, 6, 3], window 2. Shifted slices: [1, 2, 6] + [2, 6, 3] = [3, 8, "
            "9], halved: [1.5, 4, 4.5]. By cumulative sums: c = [0, 1, 3, 9, 12], and c[2:] − "
            "c[:−2] = [3, 8, 9].",
            *VALUES,
        ),
        form_step(
            *IN_FORM,
        ),
    ),
    grows=lambda rng, n: curve(rng, "growing", n, 3),
)

exercise.slip(
    ".mean()",
    ".sum()",
    "These are sums of neighbours. How does a mean of `window` numbers follow from their sum?",
)


@exercise.mistake
def same_length(x, window):
    """The result is as long as x: at both ends the window hangs over the edge, and zeros were put
    in there. Keep only the windows that lie wholly inside; how many are there?
    """
    return np.convolve(x, np.ones(window) / window, mode="same")[: len(x)]


@exercise.mistake
def zeros_in_front(x, window):
    """The result is as long as x: its first window − 1 entries are sums of fewer values, divided by
    `window` all the same. Where is the first window that lies wholly inside x?
    """
    return np.convolve(x, np.ones(window) / window)[: len(x)]


@exercise.mistake
def full_length(x, window):
    """The result is longer than x: windows that only touch x are in it, filled up with zeros.
    `np.convolve` has a mode for those that lie wholly inside.
    """
    return np.convolve(x, np.ones(window) / window, mode="full")


exercise.slip(
    "len(x) - window + 1",
    "len(x) - window",
    "The last mean is missing. For T = 3 and window 2 there are two windows: which `i` does the "
    "second begin at, and does your range reach it?",
)


@exercise.mistake
def first_one_missing(x, window):
    """The first mean is missing. The sum of the first `window` values is c[window − 1] minus
    nothing: what has to stand in front of the cumulative sum?
    """
    c = np.cumsum(x)
    return (c[window:] - c[:-window]) / window


exercise.slip(
    "i + window]",
    "i + window + 1]",
    "Each mean takes one value too many: `x[i : j]` has j − i values.",
)
exercise.slip(
    "i + window]",
    "i + window - 1]",
    "Each mean takes one value too few: the end of a slice does not belong to it.",
)
exercise.slip(
    "x[i : i + window].mean()",
    "x[i + 1 : i + window].sum() / window",
    "Each sum lacks the first value of its window, but is divided by `window`. With which value "
    "does window number i begin, and which is the first that you add?",
)
exercise.slip(
    "x[i : i + window].mean()",
    "x[i : i + window - 1].sum() / window",
    "Each sum lacks the last value of its window, but is divided by `window`. Up to which value "
    "does your slice or loop go?",
)
exercise.slip(
    "x[i : i + window].mean()",
    "x[i + window - 1] / window",
    "Only the last value of each window is in the result, divided by `window`. What became of the "
    "others: are they added up, or does each replace the one before?",
)
exercise.slip(
    "x[i : i + window].mean()",
    "sum(x[k : k + window].sum() for k in range(i + 1)) / window",
    "The first mean is right. Each later one also holds all sums before it: where does the sum of "
    "a window start at 0?",
)
exercise.slip(
    "x[i : i + window]",
    "x[:window]",
    "Every entry is the mean of the first window. Which values belong to the window number i?",
)
exercise.slip(
    ".mean()",
    ".sum() / len(x)",
    "The sums are divided by the length of x. How many values are in a window?",
)
exercise.slip(
    ".mean()",
    ".sum() / (window - 1)",
    "The sums are divided by window − 1: a mean of three numbers divides by three.",
)
exercise.slip(
    "x[i : i + window]",
    "x[: i + window]",
    "Each mean is over everything so far. A moving average forgets: what enters on the right "
    "pushes something out on the left.",
)


@exercise.mistake
def growing_at_the_start(x, window):
    """At the start, means of fewer values are put in. Begin with the first window that is full."""
    return np.array([x[max(0, i - window + 1) : i + 1].mean() for i in range(len(x))])


exercise.slip(
    "len(x) - window + 1",
    "len(x)",
    "At the end, the windows run out of values and shrink. Stop at the last one that is full: "
    "where does it begin?",
)


@exercise.mistake
def blocks(x, window):
    """Your windows lie side by side, each begins where the last one ended. They should move on by
    one value at a time.
    """
    whole = len(x) // window * window
    return x[:whole].reshape(-1, window).mean(axis=1)


@exercise.mistake
def the_other_axis(x, window):
    """Windows and places in them were exchanged: with one window a row, the mean runs along the
    row.
    """
    return np.stack([x[i : i + window] for i in range(len(x) - window + 1)]).mean(axis=0)


exercise.slip(
    "y = np.zeros",
    "window = min(3, len(x))\n    y = np.zeros",
    "The window is 3 whatever `window` says. Which number in your code should depend on it?",
)
exercise.slip(
    "x[i : i + window].mean()",
    "np.median(x[i : i + window])",
    "These are medians. The mean was asked for.",
)


@exercise.mistake
def feeds_on_its_own_means(x, window):
    """A mean is written into the array that the next means are taken from. Write the results into
    an array of their own.
    """
    x = x.copy()
    for i in range(window - 1, len(x)):
        x[i] = x[i - window + 1 : i + 1].mean()
    return x[window - 1 :]


exercise.slip(
    "dtype=x.dtype",
    "dtype=int",
    "The means are whole numbers: what stands behind the point was cut off. Which type has the "
    "array that they are in?",
)
exercise.slip(
    "y = np.zeros(len(x) - window + 1, dtype=x.dtype)",
    "y = x[: len(x) - window + 1]",
    "The means are right, but they were written into `x`, which belongs to the caller. Make "
    "a new array.",
    needs=("means of neighbours",),
)
exercise.slip(
    ", dtype=x.dtype",
    "",
    "The values are right, but float32 came in and float64 goes out. `np.ones(n)` and "
    "`np.zeros(n)` are float64 unless you say `dtype=x.dtype`.",
    needs=("means of neighbours",),
)
