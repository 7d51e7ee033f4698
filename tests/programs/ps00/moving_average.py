"""Solutions of ``moving_average(x, window)``: ``(T - window + 1,)`` means of neighbours."""

import math
from collections import deque

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(x, window):
    y = np.zeros(len(x) - window + 1, dtype=x.dtype)
    for i in range(len(y)):
        y[i] = x[i : i + window].mean()
    return y


@right
def convolution(x, window):
    kernel = np.ones(window, dtype=x.dtype) / window
    return np.convolve(x, kernel, mode="valid")


@right
def difference_of_cumulative_sums(x, window):
    c = np.concatenate([[0.0], np.cumsum(x, dtype=np.float64)])
    return ((c[window:] - c[:-window]) / window).astype(x.dtype)


@right
def cumulative_sum_in_the_type_of_x(x, window):
    c = np.concatenate([np.zeros(1, x.dtype), np.cumsum(x)])
    return (c[window:] - c[:-window]) / window


@right
def band_matrix(x, window):
    T = len(x)
    A = np.zeros((T - window + 1, T), dtype=x.dtype)
    for i in range(len(A)):
        A[i, i : i + window] = 1
    return A @ x / window


@right
def difference_of_triangles(x, window):
    n, T = len(x) - window + 1, len(x)
    A = np.tri(n, T, window - 1, dtype=x.dtype) - np.tri(n, T, -1, dtype=x.dtype)
    return np.einsum("it,t->i", A, x) / window


@right
def queue(x, window):
    recent, y = deque(maxlen=window), []
    for value in x.tolist():
        recent.append(value)
        if len(recent) == window:
            y.append(math.fsum(recent) / window)
    return np.array(y, dtype=x.dtype)


@right
def running_sum(x, window):  # one value comes in, one goes out
    values = x.tolist()
    total = sum(values[:window])
    y = [total / window]
    for new, old in zip(values[window:], values, strict=False):
        total += new - old
        y.append(total / window)
    return np.asarray(y).astype(x.dtype)


@right
def windows_put_together(x, window):  # a window of w is one of w - 1 and one more value
    if window == 1:
        return x.copy()
    rest = windows_put_together(x[:-1], window - 1) * (window - 1)
    return (rest + x[window - 1 :]) / window


@right
def fourier(x, window):  # a product of transforms, long enough that nothing comes round
    n = len(x) + window
    y = np.fft.irfft(np.fft.rfft(x, n) * np.fft.rfft(np.ones(window), n), n) / window
    return y[window - 1 : len(x)].astype(x.dtype)


# --- right values in a deviating form ---------------------------------------------------------


@form
def list_of_means(x, window):
    return [float(np.mean(x[i : i + window])) for i in range(len(x) - window + 1)]


@form
def summed_in_place(x, window):  # x is changed
    np.cumsum(x.copy(), out=x)
    c = x.copy()
    c[window:] = x[window:] - x[:-window]
    return c[window - 1 :] / window


form.edit("one_row", textbook, "return y", "return y[None]")
form.edit("one_column", textbook, "return y", "return y[:, None]")


# Differences of one cumulative sum lose digits in long or uneven series, in single precision
# sooner; the 0 in front makes it double precision.
@open_
def cumulative_sum_with_a_zero_inserted(x, window):
    c = np.cumsum(np.insert(x, 0, 0))
    return (c[window:] - c[:-window]) / window


# --- wrong ------------------------------------------------------------------------------------


for name, result in {
    "nan_in_front": "np.concatenate([np.full(window - 1, np.nan), y])",
    "divided_by_one_less": "y * window / max(window - 1, 1)",
    "divided_twice": "y / window",
    "largest_of_each_window": "np.lib.stride_tricks.sliding_window_view(x, window).max(axis=1)",
    "divided_as_whole_numbers": "y * window // window",
    "backwards": "y[::-1]",
    "mean_of_everything": "np.full(len(y), x.mean())",
    "whole_window_left_out": "y if window < len(x) else y[:0]",  # x[-0:]
    "two_mistakes": "y[:-1] * window / len(x)",
    "ends_only": "(x[: len(y)] + x[window - 1 :]) / 2",
    "middle_only": "x[window // 2 :][: len(y)].copy()",
    "input_itself": "x[: len(y)].copy()",
    "last_of_each": "x[window - 1 :].copy()",
    "rolled_round": "sum(np.roll(x, -k) for k in range(window)) / window",
    "coming_round": "sum(np.roll(x, k) for k in range(window))[: len(y)] / window",
    "windows_of_three": "np.convolve(x, np.ones(3) / 3, 'same')[: len(y)]",
}.items():
    wrong.edit(name, textbook, "return y", f"return {result}")

for name, padded in {
    "first_value_repeated_in_front": "x = np.concatenate([np.repeat(x[:1], window - 1), x])",
    "window_of_one_left_out": "window = max(window, 2)",
}.items():
    wrong.edit(name, textbook, "y = np.zeros", f"{padded}; y = np.zeros")

wrong.edit("returned_in_the_loop", textbook, ".mean()", ".mean(); return y")
wrong.edit(
    "sum_of_squares", textbook, "x[i : i + window].mean()", "(x[i : i + window] ** 2).mean()"
)


@wrong
def missing_bracket(x, window):
    c = np.concatenate([[0], np.cumsum(x)])
    return c[window:] - c[:-window] / window


@wrong
def middle_of_the_full_length(x, window):  # one place too early; right for a window of 1
    start = max(window - 2, 0)
    return np.convolve(x, np.ones(window) / window)[start : start + len(x) - window + 1]


@wrong
def edges_repeated(x, window):
    return np.convolve(np.pad(x, window // 2, mode="edge"), np.ones(window) / window, "valid")


@wrong
def cumulative_sum_one_place_off(x, window):  # what goes out goes out one place too late
    c = np.cumsum(x)
    y = c[window - 1 :].copy()
    y[2:] -= c[: len(y) - 2]
    return y / window


@wrong
def cumulative_mean(x, window):  # right for the first entry
    return (np.cumsum(x) / np.arange(1, len(x) + 1))[window - 1 :]


@wrong
def exponential_average(x, window):
    y, alpha = [x[0]], 2 / (window + 1)
    for value in x[1:]:
        y.append(alpha * value + (1 - alpha) * y[-1])
    return np.array(y)[window - 1 :]


@wrong
def triangular_weights(x, window):  # right for windows of 1 and 2
    kernel = np.minimum(np.arange(1, window + 1), np.arange(window, 0, -1))
    return np.convolve(x, kernel / kernel.sum(), "valid")


wrong.edit(
    "linear_weights",
    triangular_weights,
    "np.minimum(np.arange(1, window + 1), np.arange(window, 0, -1))",
    "np.arange(window, 0, -1)",
)


@wrong
def averaged_twice(x, window):
    y = np.pad(textbook(x, window), (window - 1, 0), mode="edge")
    return textbook(y, window)


@wrong
def odd_windows_only(x, window):  # window // 2 to both sides
    h = window // 2
    y = [x[max(i - h, 0) : i + h + 1].mean() for i in range(h, h + len(x) - window + 1)]
    return np.array(y)


@wrong
def summed_over_a_view(x, window):
    # += on a slice of x changes the values that are still to come; right for a window of 1.
    data = x.copy()
    y = data[: len(x) - window + 1]
    for k in range(1, window):
        y += data[k : k + len(y)]
    return y / window


@wrong
def result_kept_for_the_length(x, window, results={}):  # noqa: B006
    return results.setdefault(len(x), textbook(x, window))


programs.carry(textbook)
