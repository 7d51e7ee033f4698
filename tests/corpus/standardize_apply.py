"""Solutions of ``standardize_apply(x, stats)``: ``(x - mean) / std``, new data or old."""

import functools
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(x, stats):
    return (x - stats["mean"]) / stats["std"]


@put(RIGHT)
def two_steps_on_a_copy(x, stats):
    z = x.copy()
    z -= stats["mean"]
    z /= stats["std"]
    return z


@put(RIGHT)
def weight_and_bias(x, stats):
    # As a linear map on every feature.
    scale = 1 / stats["std"]
    return (x * scale - stats["mean"] * scale).astype(x.dtype)


@put(RIGHT)
def row_by_row(x, stats):
    z = np.empty_like(x)
    for n, row in enumerate(x):
        z[n] = np.divide(np.subtract(row, stats["mean"]), stats["std"])
    return z


@put(RIGHT)
def column_by_column(x, stats):
    columns = zip(x.T, stats["mean"], stats["std"], strict=True)
    return np.stack([(c - m) / s for c, m, s in columns], axis=1).astype(x.dtype)


@put(RIGHT)
def entry_by_entry(x, stats):
    z = np.zeros(x.shape, dtype=x.dtype)
    for n, d in np.ndindex(*x.shape):
        z[n, d] = (x[n, d] - stats["mean"][d]) / stats["std"][d]
    return z


@put(RIGHT)
def matrix_product(x, stats):
    return ((x - stats["mean"]) @ np.diag(1 / stats["std"])).astype(x.dtype)


@put(RIGHT)
def solved(x, stats):
    r = (x - stats["mean"]).T
    return np.linalg.solve(np.diag(stats["std"]), r).T.astype(x.dtype)


@put(RIGHT)
def broadcast_explicitly(x, stats, *, dtype=None):
    mean = np.tile(stats["mean"], (len(x), 1))
    std = np.repeat(stats["std"][np.newaxis], len(x), axis=0)
    return ((x - mean) / std).astype(dtype or x.dtype)


RIGHT["partially_applied"] = (functools.partial(broadcast_explicitly, dtype=None),)


# --- right values in a deviating form ---------------------------------------------------------


@put(FORM)
def nested_lists(x, stats):  # lists
    return textbook(x, stats).tolist()


@put(FORM)
def leading_axis(x, stats):  # (1, N, D)
    return textbook(x, stats)[None]


@put(FORM)
def in_place(x, stats):  # x is changed
    x -= stats["mean"]
    x /= stats["std"]
    return x


@put(FORM)
def stats_squared_in_place(x, stats):  # stats are changed
    z = textbook(x, stats)
    stats["std"] *= stats["std"]
    return z


@put(FORM)
def double_precision(x, stats):  # float64 from float32
    return textbook(x.astype(float), stats)


# --- left open --------------------------------------------------------------------------------


# Different where a std is as small as that.
@put(EITHER)
def tiny_number_added(x, stats):
    return (x - stats["mean"]) / (stats["std"] + 1e-12)


# --- wrong ------------------------------------------------------------------------------------

for name, wrong in {
    "mean_added": lambda x, m, s: (x + m) / s,
    "multiplied_by_std": lambda x, m, s: (x - m) * s,
    "divided_by_the_variance": lambda x, m, s: (x - m) / s**2,
    "divided_by_the_root": lambda x, m, s: (x - m) / np.sqrt(s),
    "precedence": lambda x, m, s: x - m / s,
    "not_divided": lambda x, m, s: x - m,
    "mean_forgotten": lambda x, m, s: x / s,
    "sign": lambda x, m, s: (m - x) / s,
    "one_added_to_std": lambda x, m, s: (x - m) / (s + 1),
    "small_number_added": lambda x, m, s: (x - m) / (s + 1e-3),
    "std_at_least_one": lambda x, m, s: (x - m) / np.maximum(s, 1),
    "exchanged": lambda x, m, s: (x - s) / m,
    "own_mean_and_std": lambda x, m, s: (x - x.mean(0)) / (x.std(0) + (np.ptp(x, axis=0) == 0)),
    "own_mean": lambda x, m, s: (x - x.mean(0)) / s,
    "own_std": lambda x, m, s: (x - m) / np.where(np.ptp(x, axis=0) == 0, 1, x.std(0)),
    "over_the_features": lambda x, m, s: (x - x.mean(1, keepdims=True)) / s,
    "mean_of_means": lambda x, m, s: (x - m.mean()) / s.mean(),
    "first_feature_for_all": lambda x, m, s: (x - m[0]) / s[0],
    "turned_back": lambda x, m, s: x * s + m,
    "clipped": lambda x, m, s: np.clip((x - m) / s, -1, 1),
    "clipped_at_three": lambda x, m, s: np.clip((x - m) / s, -3, 3),
    "squashed": lambda x, m, s: np.tanh((x - m) / s),
    "absolute_value": lambda x, m, s: np.abs(x - m) / s,
    "applied_twice": lambda x, m, s: ((x - m) / s - m) / s,
    "first_row_only": lambda x, m, s: (x[:1] - m) / s,
    "transposed": lambda x, m, s: ((x - m) / s).T,
    "features_reversed": lambda x, m, s: (x - m[::-1]) / s[::-1],
    "last_feature_left_as_it_is": lambda x, m, s: np.column_stack(
        [((x - m) / s)[:, :-1], x[:, -1]]
    ),
    "whole_numbers": lambda x, m, s: (x - m) // s,
    "whole_numbers_first": lambda x, m, s: (x.astype(int) - m) / s,
    "mean_zero_made_exact": lambda x, m, s: (x - m) / s - ((x - m) / s).mean(0),
    "two_mistakes": lambda x, m, s: (x + m) * s,
}.items():
    WRONG[name] = (lambda x, stats, f=wrong: f(x, stats["mean"], stats["std"]),)


@put(WRONG)
def positions_for_names(x, stats):
    mean, std = stats
    return (x - mean) / std


@put(WRONG)
def square_data_transposed(x, stats):
    # Right for N != D.
    z = textbook(x, stats)
    return z.T if z.shape[0] == z.shape[1] else z


more: Any = carried(RIGHT["textbook"])
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
