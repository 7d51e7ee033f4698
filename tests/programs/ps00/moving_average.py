"""Solutions of ``moving_average(x, window)``: ``(T - window + 1,)`` means of neighbours."""

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


# --- right values in a deviating form ---------------------------------------------------------


form.edit("one_column", textbook, "return y", "return y[:, None]")


# Differences of one cumulative sum lose digits in long or uneven series, in single precision
# sooner; the 0 in front makes it double precision.
@open_
def cumulative_sum_with_a_zero_inserted(x, window):
    c = np.cumsum(np.insert(x, 0, 0))
    return (c[window:] - c[:-window]) / window


# --- wrong ------------------------------------------------------------------------------------


LEFT_OUT = "return y if window < len(x) else y[:0]"  # x[-0:]
wrong.edit("whole_window_left_out", textbook, "return y", LEFT_OUT)
wrong.edit("window_of_one_left_out", textbook, "y = np", "window = max(window, 2); y = np")


@wrong
def odd_windows_only(x, window):  # window // 2 to both sides
    h = window // 2
    y = [x[max(i - h, 0) : i + h + 1].mean() for i in range(h, h + len(x) - window + 1)]
    return np.array(y)


@wrong
def result_kept_for_the_length(x, window, results={}):  # noqa: B006
    return results.setdefault(len(x), textbook(x, window))
