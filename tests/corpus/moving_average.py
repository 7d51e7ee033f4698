"""Solutions of ``moving_average(x, window)``: ``(T - window + 1,)`` means of neighbours."""

import functools
import itertools
import math
from collections import deque
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(x, window):
    y = np.zeros(len(x) - window + 1, dtype=x.dtype)
    for i in range(len(y)):
        y[i] = x[i : i + window].mean()
    return y


@put(RIGHT)
def convolution(x, window):
    kernel = np.ones(window, dtype=x.dtype) / window
    return np.convolve(x, kernel, mode="valid")


@put(RIGHT)
def correlation(x, window):
    return np.correlate(x, np.full(window, 1 / window, dtype=x.dtype), "valid")


@put(RIGHT)
def difference_of_cumulative_sums(x, window):
    c = np.concatenate([[0.0], np.cumsum(x, dtype=np.float64)])
    return ((c[window:] - c[:-window]) / window).astype(x.dtype)


@put(RIGHT)
def windows_as_a_view(x, window):
    return np.lib.stride_tricks.sliding_window_view(x, window).mean(axis=-1)


@put(RIGHT)
def strides(x, window):
    x = np.ascontiguousarray(x)
    shape, step = (x.size - window + 1, window), x.strides[0]
    view = np.lib.stride_tricks.as_strided(x, shape, (step, step), writeable=False)
    return np.average(view, axis=1)


@put(RIGHT)
def shifted_copies(x, window):
    n = len(x) - window + 1
    return sum(x[k : k + n] for k in range(window)) / window


@put(RIGHT)
def table_of_indices(x, window):
    i = np.arange(len(x) - window + 1)[:, None] + np.arange(window)
    return x[i].sum(axis=1) / window


@put(RIGHT)
def band_matrix(x, window):
    T = len(x)
    A = np.zeros((T - window + 1, T), dtype=x.dtype)
    for i in range(len(A)):
        A[i, i : i + window] = 1
    return A @ x / window


@put(RIGHT)
def difference_of_triangles(x, window):
    n, T = len(x) - window + 1, len(x)
    A = np.tri(n, T, window - 1, dtype=x.dtype) - np.tri(n, T, -1, dtype=x.dtype)
    return np.einsum("it,t->i", A, x) / window


@put(RIGHT)
def queue(x, window):
    recent, y = deque(maxlen=window), []
    for value in x.tolist():
        recent.append(value)
        if len(recent) == window:
            y.append(math.fsum(recent) / window)
    return np.array(y, dtype=x.dtype)


@put(RIGHT)
def running_sum(x, window):
    # One value comes in, one goes out.
    values = x.tolist()
    total = sum(values[:window])
    y = [total / window]
    for new, old in zip(values[window:], values, strict=False):
        total += new - old
        y.append(total / window)
    return np.asarray(y).astype(x.dtype)


@put(RIGHT)
def tuples_of_neighbours(x, window):
    starts = (itertools.islice(x, k, None) for k in range(window))
    return np.array([sum(group) / window for group in zip(*starts, strict=False)], dtype=x.dtype)


@put(RIGHT)
def windows_put_together(x, window):
    # A window of w is one of w - 1 and one more value.
    if window == 1:
        return x.copy()
    rest = windows_put_together(x[:-1], window - 1) * (window - 1)
    return (rest + x[window - 1 :]) / window


@put(RIGHT)
def fourier(x, window):
    # A product of transforms, long enough that nothing comes round.
    n = len(x) + window
    y = np.fft.irfft(np.fft.rfft(x, n) * np.fft.rfft(np.ones(window), n), n) / window
    return y[window - 1 : len(x)].astype(x.dtype)


@put(RIGHT)
def mode_argument(x, window, *, mode="valid"):
    return np.convolve(np.asarray(x), np.repeat(np.asarray(1 / window, x.dtype), window), mode)


RIGHT["partially_applied"] = (functools.partial(mode_argument, mode="valid"),)


# --- right values in a deviating form ---------------------------------------------------------


@put(FORM)
def list_of_means(x, window):  # a list
    return [float(np.mean(x[i : i + window])) for i in range(len(x) - window + 1)]


@put(FORM)
def one_row(x, window):  # (1, T - window + 1)
    return textbook(x, window)[None]


@put(FORM)
def one_column(x, window):  # (T - window + 1, 1)
    view = np.lib.stride_tricks.sliding_window_view(x, window)
    return view.mean(axis=1, keepdims=True)


@put(FORM)
def kernel_in_double_precision(x, window):  # float64 from float32
    return np.convolve(x, np.ones(window) / window, "valid")


@put(FORM)
def summed_in_place(x, window):  # x is changed
    np.cumsum(x.copy(), out=x)
    c = x.copy()
    c[window:] = x[window:] - x[:-window]
    return c[window - 1 :] / window


@put(FORM)
def written_over_the_front(x, window):  # x is changed
    n = len(x) - window + 1
    x[:n] = textbook(x, window)
    return x[:n]


# Differences of one cumulative sum lose digits in long or uneven series, in single precision
# sooner.
@put(EITHER)
def cumulative_sum_in_the_type_of_x(x, window):
    c = np.cumsum(np.insert(x, 0, 0))
    return (c[window:] - c[:-window]) / window


@put(EITHER)
def cumulative_sum_of_a_tutorial(x, window):
    c = np.cumsum(x)
    c[window:] = c[window:] - c[:-window]
    return c[window - 1 :] / window


# --- wrong ------------------------------------------------------------------------------------


@put(WRONG)
def one_mean_too_few(x, window):
    # range(T - window)
    return textbook(x, window)[:-1]


@put(WRONG)
def same_length(x, window):
    # Zeros are thought beyond the ends; right for a window of 1.
    return np.convolve(x, np.ones(window) / window, "same")


@put(WRONG)
def full_length(x, window):
    return np.convolve(x, np.ones(window) / window, "full")


@put(WRONG)
def middle_of_the_full_length(x, window):
    # One place too early; right for a window of 1.
    start = max(window - 2, 0)
    return np.convolve(x, np.ones(window) / window)[start : start + len(x) - window + 1]


@put(WRONG)
def zeros_in_front(x, window):
    # (T,): the first means are of fewer values and still divided by the window.
    padded = np.concatenate([np.zeros(window - 1), x])
    return textbook(padded, window)


@put(WRONG)
def first_value_repeated_in_front(x, window):
    return textbook(np.concatenate([np.repeat(x[:1], window - 1), x]), window)


@put(WRONG)
def growing_windows_at_the_start(x, window):
    return np.array([x[max(0, i - window + 1) : i + 1].mean() for i in range(len(x))])


@put(WRONG)
def shrinking_windows_at_the_end(x, window):
    return np.array([x[i : i + window].mean() for i in range(len(x))])


@put(WRONG)
def nan_in_front(x, window):
    return np.concatenate([np.full(window - 1, np.nan), textbook(x, window)])


@put(WRONG)
def sums_not_divided(x, window):
    # Right for a window of 1.
    return textbook(x, window) * window


@put(WRONG)
def divided_by_the_length(x, window):
    # Right where the window is all of x.
    return textbook(x, window) * window / len(x)


@put(WRONG)
def divided_by_one_less(x, window):
    return textbook(x, window) * window / max(window - 1, 1)


@put(WRONG)
def divided_twice(x, window):
    return textbook(x, window) / window


@put(WRONG)
def window_one_too_short(x, window):
    # x[i : i + window - 1], divided by the window.
    y = [x[i : i + window - 1].sum() / window for i in range(len(x) - window + 1)]
    return np.array(y)


@put(WRONG)
def window_one_too_long(x, window):
    # The last window cannot be longer.
    y = [x[i : i + window + 1].mean() for i in range(len(x) - window + 1)]
    return np.array(y)


@put(WRONG)
def cumulative_sum_without_its_zero(x, window):
    # The first window is missing.
    c = np.cumsum(x)
    return (c[window:] - c[:-window]) / window


@put(WRONG)
def cumulative_sum_one_place_off(x, window):
    # What goes out goes out one place too late.
    c = np.cumsum(x)
    y = c[window - 1 :].copy()
    y[2:] -= c[: len(y) - 2]
    return y / window


@put(WRONG)
def cumulative_mean(x, window):
    # Right for the first entry.
    return (np.cumsum(x) / np.arange(1, len(x) + 1))[window - 1 :]


@put(WRONG)
def exponential_average(x, window):
    y, alpha = [x[0]], 2 / (window + 1)
    for value in x[1:]:
        y.append(alpha * value + (1 - alpha) * y[-1])
    return np.array(y)[window - 1 :]


@put(WRONG)
def median(x, window):
    # Right for windows of 1 and 2.
    view = np.lib.stride_tricks.sliding_window_view(x, window)
    return np.median(view, axis=1)


@put(WRONG)
def largest_of_each_window(x, window):
    return np.lib.stride_tricks.sliding_window_view(x, window).max(axis=1)


@put(WRONG)
def root_of_the_mean_square(x, window):
    return np.sqrt(textbook(x**2, window))


@put(WRONG)
def ends_only(x, window):
    # Right for windows of 1 and 2.
    return (x[: len(x) - window + 1] + x[window - 1 :]) / 2


@put(WRONG)
def middle_only(x, window):
    return x[window // 2 : window // 2 + len(x) - window + 1].copy()


@put(WRONG)
def blocks(x, window):
    # Windows that do not overlap.
    n = len(x) // window
    return x[: n * window].reshape(n, window).mean(axis=1)


@put(WRONG)
def triangular_weights(x, window):
    # Right for windows of 1 and 2.
    kernel = np.minimum(np.arange(1, window + 1), np.arange(window, 0, -1))
    return np.convolve(x, kernel / kernel.sum(), "valid")


@put(WRONG)
def linear_weights(x, window):
    kernel = np.arange(window, 0, -1)
    return np.convolve(x, kernel / kernel.sum(), "valid")


@put(WRONG)
def averaged_twice(x, window):
    y = np.pad(textbook(x, window), (window - 1, 0), mode="edge")
    return textbook(y, window)


@put(WRONG)
def coming_round(x, window):
    # np.roll: the end is averaged with the start.
    return sum(np.roll(x, k) for k in range(window))[: len(x) - window + 1] / window


@put(WRONG)
def windows_of_three(x, window):
    return np.convolve(x, np.ones(3) / 3, "same")[: len(x) - window + 1]


@put(WRONG)
def odd_windows_only(x, window):
    # window // 2 to both sides: right for odd windows.
    h = window // 2
    y = [x[max(i - h, 0) : i + h + 1].mean() for i in range(h, h + len(x) - window + 1)]
    return np.array(y)


@put(WRONG)
def summed_over_a_view(x, window):
    # += on a slice of x changes the values that are still to come; right for a window of 1.
    data = x.copy()
    y = data[: len(x) - window + 1]
    for k in range(1, window):
        y += data[k : k + len(y)]
    return y / window


@put(WRONG)
def last_sum_left_over(x, window):
    # The sum is never cleared: right for the first entry.
    y, total = [], 0.0
    for i in range(len(x) - window + 1):
        total += x[i : i + window].sum()
        y.append(total / window)
    return np.array(y)


@put(WRONG)
def divided_as_whole_numbers(x, window):
    return textbook(x, window) * window // window


@put(WRONG)
def turned_round(x, window):
    return textbook(x, window)[::-1]


@put(WRONG)
def mean_of_all(x, window):
    # Right where the window is all of x.
    return np.full(len(x) - window + 1, x.mean())


@put(WRONG)
def whole_window_left_out(x, window):
    # Wrong where the window is all of x only: x[-0:].
    y = textbook(x, window)
    return y if window < len(x) else y[:0]


@put(WRONG)
def window_of_one_left_out(x, window):
    # Wrong for a window of 1 only.
    return textbook(x, max(window, 2))


@put(WRONG)
def result_kept_for_the_length(x, window, results={}):  # noqa: B006
    return results.setdefault(len(x), textbook(x, window))


@put(WRONG)
def two_mistakes(x, window):
    return textbook(x, window)[:-1] * window / len(x)


more: Any = carried(RIGHT["textbook"])
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
