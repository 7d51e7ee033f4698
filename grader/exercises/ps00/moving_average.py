"""``moving_average(x, window) -> (T - window + 1,)``: means of ``window`` neighbours."""

import numpy as np

from grader.checking.contract import Case, case, float32, form_step, function, slips, step, values
from grader.checking.contract.texts import paragraphs


def moving_average(x, window):
    n = len(x) - window + 1
    y = np.zeros(n, dtype=x.dtype)
    for i in range(n):
        inside = x[i : i + window]
        y[i] = inside.mean()
    return y


def curve(rng: np.random.Generator, about: str, n: int, window: int) -> Case:
    """A random curve and a window."""
    return case(about, x=rng.normal(1, 3, size=n), window=window)


VALUES = ("means of neighbours", "a long window", "a window as long as x")

exercise = function(
    moving_average,
    returns="y",
    points=2,
    cases=lambda rng: {
        "means of neighbours": [
            curve(rng, "three values, window 2", 3, 2),
            curve(rng, "window 3", 7, 3),
            curve(rng, "window 4", 10, 4),
            float32(curve(rng, "float32", 8, 3)),
        ],
        "a long window": [curve(rng, "a window longer than half of x", 6, 5)],
        "window 1 changes nothing": [curve(rng, "window 1", 4, 1)],
        "a window as long as x": [curve(rng, "one window over everything", 5, 5)],
    },
    judge=[
        values("y", weight=5, cases="means of neighbours"),
        values("y", weight=2, cases="a long window"),
        # Returning x, or the mean of everything, would satisfy only these.
        values(
            "y",
            cases="window 1 changes nothing",
            alone=False,
            help="""Which value is in a window of length 1, and what is the mean of this single
            value?""",
        ),
        values("y", cases="a window as long as x", alone=False),
    ],
    answers=("course_lib.preprocessing.moving_average",),
    hints=(
        *(
            step(text, *VALUES)
            for text in paragraphs("""
            Draw five values and a window of three above them. At how many positions can the window
            lie?

            y[i] = (x[i] + … + x[i + window − 1]) / window for i = 0 … T − window. Without a loop
            over i: add up shifted slices of x, or use `np.convolve`, or a cumulative sum c that
            starts with a 0, because the sum of a window is a difference of two entries of c.

            A smaller example: x = [1, 2, 6, 3], window 2. Shifted slices: [1, 2, 6] + [2, 6, 3] =
            [3, 8, 9], halved: [1.5, 4, 4.5]. By cumulative sums: c = [0, 1, 3, 9, 12], and c[2:] −
            c[:−2] = [3, 8, 9].
            """)
        ),
        form_step("shapes", "float type is kept", "inputs are left as they were"),
    ),
    grows=lambda rng, n: curve(rng, "growing", n, 3),
    mistakes=(
        *slips("""
y[i] = inside.sum()
    These are the sums of the neighbours. How do you get the mean of `window` numbers from their
    sum?
return np.convolve(x, np.ones(window) / window, mode="same")[: len(x)]
    The result is as long as x, because the windows at both ends reach beyond x and are filled with
    zeros. Keep only the windows that lie completely inside x. How many are there?
return np.convolve(x, np.ones(window) / window)[: len(x)]
    The result is as long as x: its first window − 1 entries are sums of fewer values, but they are
    divided by `window`, too. Where is the first window that lies completely inside x?
return np.convolve(x, np.ones(window) / window)
    The result is longer than x: it contains windows that overlap x only in part and are filled with
    zeros. `np.convolve` has a mode for the windows that lie completely inside x.
return sum(np.roll(x, -k) for k in range(window)) / window
    The result is as long as x: `np.roll` puts values that leave at one end back at the other, so
    the last means mix the end of x with its beginning. Which of them use only neighbours?
return sum(np.roll(x, k) for k in range(window)) / window
    The result is as long as x: `np.roll` puts values that leave at one end back at the other, so
    the first means mix the beginning of x with its end. Which of them use only neighbours?
return (sum(np.roll(x, k) for k in range(window)) / window)[:n]
    `np.roll(x, k)` shifts to the right and puts the last k values in front, so the first means mix
    the beginning of x with its end. Which part of the result uses only neighbours?
n = len(x) - window
    The last mean is missing. For T = 3 and window 2 there are two windows. At which `i` does the
    second one begin, and does your range reach it?
return y[1:]
    The first mean is missing. The sum of the first `window` values is c[window − 1] − 0. Which
    number does the cumulative sum need in front?
inside = x[i : i + window + 1]
    Each mean takes one value too many: `x[i : j]` has j − i values.
inside = x[i : i + window - 1]
    Each mean takes one value too few: the end of a slice does not belong to it.
y[i] = inside[1:].sum() / window
    Each sum lacks the first value of its window, but is divided by `window`. With which value does
    window i begin, and which value do you add first?
y[i] = inside[:-1].sum() / window
    Each sum lacks the last value of its window, but is divided by `window`. Up to which value does
    your slice or loop go?
y[i] = inside[-1] / window
    The result contains only the last value of each window, divided by `window`. Does your loop add
    the values up, or does each one replace the one before?
y[i] = (y[i - 1] if i else 0) + inside.mean()
    Each mean but the first also contains the sums of all windows before it.
    Where do you set the sum of a window to 0?
inside = x[:window]
    Every entry is the mean of the first window. Which values belong to window i?
y[i] = inside.sum() / len(x)
    The sums are divided by the length of x. How many values are in a window?
y[i] = inside.sum() / (window - 1)
    The sums are divided by window − 1, but the mean of three numbers is their sum divided by three.
inside = x[: i + window]
    Each mean is taken over all values so far. In a moving average, each new value on the right
    replaces the oldest one on the left.
return np.array([x[max(0, i - window + 1) : i + 1].mean() for i in range(len(x))])
    The first means are those of fewer than `window` values. Begin with the first full window.
n = len(x)
    At the end, your windows contain fewer than `window` values. Stop at the last full window. Where
    does it begin?
return x[: len(x) // window * window].reshape(-1, window).mean(axis=1)
    Each of your windows begins where the one before ended. A window should begin only one value
    after the one before.
return np.stack([x[i : i + window] for i in range(n)]).mean(axis=0)
    The mean was taken over the wrong axis. If each row holds one window, take the mean along the
    row.
window = min(3, len(x))
    The window always has length 3. Which number in your code should depend on `window`?
y[i] = np.median(inside)
    These are medians, but the task asks for means.
x = x.copy()
y = x[window - 1 :]
    You write each mean into the array from which the next means are computed. Write the results
    into a new array.
y = np.zeros(n, dtype=int)
    The means are whole numbers, because their decimals were cut off. Which dtype has the array that
    holds them?
y[i] = y[i - 1] + (x[i + window - 2] - x[i - 1]) / window if i else inside.mean()
    At each step x[i + window − 1] enters the window, but you add the value before it, which is
    already in the window.
"""),
        *slips(
            """
y = x[:n]
    The means are right, but they were written into `x`, which belongs to the caller. Make a new
    array.
y = np.zeros(n)
    The values are right, but the input is float32 and the result is float64. `np.ones(n)` and
    `np.zeros(n)` are float64 unless you say `dtype=x.dtype`.
""",
            needs=("means of neighbours",),
        ),
    ),
)
