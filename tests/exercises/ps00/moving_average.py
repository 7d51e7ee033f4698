"""Programs for ``moving_average``."""

import numpy as np


def convolved(x, window):
    return np.convolve(x, np.ones(window, dtype=x.dtype) / window, mode="valid").astype(x.dtype)


def cumulative(x, window):
    c = np.concatenate([np.zeros(1, x.dtype), np.cumsum(x)])
    return (c[window:] - c[:-window]) / window


def cumulative_corrected(x, window):
    c = np.cumsum(x, dtype=float)
    c[window:] = c[window:] - c[:-window]
    return (c[window - 1 :] / window).astype(x.dtype)


def windows(x, window):
    return np.lib.stride_tricks.sliding_window_view(x, window).mean(axis=-1)


def in_a_loop(x, window):
    return np.array([x[i : i + window].mean() for i in range(len(x) - window + 1)])


def in_two_loops(x, window):
    y = np.zeros(x.shape[0] - window + 1, dtype=x.dtype)
    for i in range(len(y)):
        for k in range(window):
            y[i] += x[i + k]
    return y / window


def shifted_copies(x, window):
    n = len(x) - window + 1
    return sum(x[k : k + n] for k in range(window)) / window


def carried_on(x, window):
    total = x[:window].sum()
    y = [total]
    for new, old in zip(x[window:], x[:-window], strict=True):
        total = total + new - old
        y.append(total)
    return np.array(y) / window


def a_matrix(x, window):
    n = len(x) - window + 1
    places = np.arange(n)[:, None] + np.arange(window)
    return np.mean(x[places], axis=1, dtype=x.dtype)


def banded_product(x, window):
    n = len(x) - window + 1
    A = np.tri(n, len(x), window - 1, dtype=x.dtype) - np.tri(n, len(x), -1, dtype=x.dtype)
    return A @ x / window


def correlated(x, window):
    return np.correlate(x, np.full(window, 1 / window, dtype=x.dtype))


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        convolved,
        cumulative,
        cumulative_corrected,
        windows,
        in_a_loop,
        in_two_loops,
        shifted_copies,
        carried_on,
        a_matrix,
        banded_product,
        correlated,
    )
]


def a_list(x, window):
    return [sum(x[i : i + window]) / window for i in range(len(x) - window + 1)]


def always_double(x, window):
    return np.convolve(x, np.full(window, 1 / window), "valid")


def a_row(x, window):
    return in_a_loop(x, window)[None, :]


def cumulative_in_place(x, window):
    np.cumsum(x, out=x)
    return cumulative(np.diff(x, prepend=x.dtype.type(0)), window)


DRESSED = [(f.__name__, (f,)) for f in (a_list, always_double, a_row, cumulative_in_place)]


def exponential(x, window):
    y = [x[0]]
    for value in x[1:]:
        y.append(y[-1] + (value - y[-1]) * 2 / (window + 1))
    return np.array(y)[window - 1 :]


def triangular(x, window):
    weights = np.minimum(np.arange(1, window + 1), np.arange(window, 0, -1))
    return np.convolve(x, weights / weights.sum(), "valid")


def mean_of_everything(x, window):
    return np.full(len(x) - window + 1, x.mean())


def input_itself(x, window):
    return x[: len(x) - window + 1].copy()


def last_of_each(x, window):
    return x[window - 1 :].copy()


def backwards(x, window):
    return in_a_loop(x, window)[::-1]


def missing_bracket(x, window):
    c = np.concatenate([[0], np.cumsum(x)])
    return c[window:] - c[:-window] / window


def rolled_round(x, window):
    return sum(np.roll(x, -k) for k in range(window)) / window


def edges_repeated(x, window):
    return np.convolve(np.pad(x, window // 2, mode="edge"), np.ones(window) / window, "valid")


def ends_only(x, window):
    return (x[: len(x) - window + 1] + x[window - 1 :]) / 2


def returns_in_the_loop(x, window):
    y = np.zeros(len(x) - window + 1)
    for i in range(len(y)):
        y[i] = x[i : i + window].mean()
        return y


WRONG = [
    (f.__name__, (f,))
    for f in (
        exponential,
        triangular,
        mean_of_everything,
        input_itself,
        last_of_each,
        backwards,
        missing_bracket,
        rolled_round,
        edges_repeated,
        ends_only,
        returns_in_the_loop,
    )
]
