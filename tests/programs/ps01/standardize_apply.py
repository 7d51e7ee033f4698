"""Solutions of ``standardize_apply(x, stats)``: ``(x - mean) / std``, new data or old."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(x, stats):
    return (x - stats["mean"]) / stats["std"]


@right
def weight_and_bias(x, stats):
    # As a linear map on every feature.
    scale = 1 / stats["std"]
    return (x * scale - stats["mean"] * scale).astype(x.dtype)


@right
def matrix_product(x, stats):
    return ((x - stats["mean"]) @ np.diag(1 / stats["std"])).astype(x.dtype)


@right
def solved(x, stats):
    r = (x - stats["mean"]).T
    return np.linalg.solve(np.diag(stats["std"]), r).T.astype(x.dtype)


@right
def two_quotients(x, stats):
    return x / stats["std"] - stats["mean"] / stats["std"]


# --- right values in a deviating form ---------------------------------------------------------


@form
def nested_lists(x, stats):  # lists
    return textbook(x, stats).tolist()


@form
def leading_axis(x, stats):  # (1, N, D)
    return textbook(x, stats)[None]


@form
def stats_squared_in_place(x, stats):  # stats are changed
    z = textbook(x, stats)
    stats["std"] *= stats["std"]
    return z


@form
def double_precision(x, stats):  # float64 from float32
    return textbook(x.astype(float), stats)


# Different where a std is as small as that.
@open_
def tiny_number_added(x, stats):
    return (x - stats["mean"]) / (stats["std"] + 1e-12)


# --- wrong ------------------------------------------------------------------------------------

for name, program in {
    "one_added_to_std": lambda x, m, s: (x - m) / (s + 1),
    "small_number_added": lambda x, m, s: (x - m) / (s + 1e-3),
    "std_at_least_one": lambda x, m, s: (x - m) / np.maximum(s, 1),
    "over_the_features": lambda x, m, s: (x - x.mean(1, keepdims=True)) / s,
    "mean_of_means": lambda x, m, s: (x - m.mean()) / s.mean(),
    "first_feature_for_all": lambda x, m, s: (x - m[0]) / s[0],
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
    "each_sample_by_itself": lambda x, m, s: (
        (x - x.mean(1, keepdims=True)) / (1e-9 + x.std(1, keepdims=True))
    ),
    "unchanged": lambda x, m, s: x,
    "half_of_each_mean": lambda x, m, s: (x - (m + x.mean(0)) / 2) / s,
    "z_and_stats": lambda x, m, s: ((x - m) / s, m),
    "two_mistakes": lambda x, m, s: (x + m) * s,
}.items():
    wrong.add(name, lambda x, stats, f=program: f(x, stats["mean"], stats["std"]))


@wrong
def positions_for_names(x, stats):
    mean, std = stats
    return (x - mean) / std


@wrong
def square_data_transposed(x, stats):
    # Right for N != D.
    z = textbook(x, stats)
    return z.T if z.shape[0] == z.shape[1] else z


programs.carry(right.programs["textbook"])
