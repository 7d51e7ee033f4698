"""Solutions of ``relu_forward(u) -> (z, cache)``."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(u):
    return np.maximum(0, u), u


@right
def times_mask(u):
    mask = u > 0
    return u * mask, mask


@right
def where(u):
    return np.where(u > 0, u, 0), {"u": u}


@right
def copy_and_overwrite(u):
    z = u.copy()
    z[z < 0] = 0
    return z, (u, z)


@right
def clip_below(u):
    return np.clip(u, 0, None), [u]


@right
def mean_with_absolute_value(u):
    return (u + np.abs(u)) / 2, None


form.edit("nested_lists", textbook, "np.maximum(0, u)", "np.maximum(0, u).tolist()")
form.edit("double_precision", textbook, "np.maximum(0, u)", "np.maximum(0, u.astype(float))")

for name, z in {
    "exponential_below": "np.where(u > 0, u, np.expm1(u))",
    "softplus": "np.logaddexp(0, u)",
    "at_least_one": "np.maximum(u, 1)",
    "capped_at_six": "np.clip(u, 0, 6)",
    "one_maximum_of_all": "np.max(u, initial=0)",
    "negative_entries_removed": "u[u > 0]",
    "row_open_as_a_whole": "u * (u.max(axis=1, keepdims=True) > 0)",
    "first_column_forgotten": "np.hstack([u[:, :1], np.maximum(u[:, 1:], 0)])",
    "whole_numbers": "np.maximum(0, u).astype(int)",
    "mean_size_for_value": "np.maximum(0, np.sign(u)) * np.abs(u).mean()",
}.items():
    wrong.edit(name, textbook, "np.maximum(0, u)", z)
wrong.edit(
    "from_one_on",
    textbook,
    "np.maximum(0, u)",
    "np.where(u > 1, u, 0)",
    chance="a small case has an entry between 0 and 1 or not",
)

wrong.edit("no_cache", textbook, ", u\n", "\n")

programs.carry(textbook, outputs=(0,), n=2)
