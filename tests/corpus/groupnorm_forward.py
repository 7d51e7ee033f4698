"""Solutions of ``groupnorm_forward(x, gamma, beta, *, groups, eps) -> (y, cache)``, x (N, C, …)."""

import functools
import math
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


def per_channel(gamma, x):
    return gamma.reshape(-1, *[1] * (x.ndim - 2))


@put(RIGHT)
def textbook(x, gamma, beta, *, groups, eps):
    r = x.reshape(len(x), groups, -1)
    mu, var = r.mean(axis=2, keepdims=True), r.var(axis=2, keepdims=True)
    x_hat = ((r - mu) / np.sqrt(var + eps)).reshape(x.shape)
    return per_channel(gamma, x) * x_hat + per_channel(beta, x), (x_hat, var, groups)


@put(RIGHT)
def group_by_group(x, gamma, beta, *, groups, eps):
    y = np.empty_like(x)
    size = x.shape[1] // groups
    for g in range(groups):
        part = slice(g * size, (g + 1) * size)
        axes = tuple(range(1, x.ndim))
        mu = x[:, part].mean(axis=axes, keepdims=True)
        var = x[:, part].var(axis=axes, keepdims=True)
        y[:, part] = (x[:, part] - mu) / np.sqrt(var + eps)
    return y * per_channel(gamma, x) + per_channel(beta, x), None


@put(RIGHT)
def own_axis_for_the_groups(x, gamma, beta, *, groups, eps):
    N, C, *rest = x.shape
    r = x.reshape(N, groups, C // groups, *rest)
    axes = tuple(range(2, r.ndim))
    r = r - np.mean(r, axis=axes, keepdims=True)
    r = r * (np.mean(np.square(r), axis=axes, keepdims=True) + eps) ** -0.5
    shape = (1, C) + (1,) * len(rest)
    y = np.reshape(gamma, shape) * r.reshape(x.shape) + np.reshape(beta, shape)
    return y, {"r": r, "groups": groups}


@put(RIGHT)
def channels_last(x, gamma, beta, *, groups, eps=1e-5):
    # gamma and beta meet the last axis by themselves.
    y = np.moveaxis(x, 1, -1).copy()
    size = y.shape[-1] // groups
    for sample in y:
        for start in range(0, y.shape[-1], size):
            part = sample[..., start : start + size]
            part[...] = (part - part.mean()) / np.sqrt(part.var() + eps)
    return np.moveaxis(y * gamma + beta, -1, 1), object()


@put(RIGHT)
def membership_matrix(x, gamma, beta, *, groups, eps):
    # Means of channels, then means over the channels of the same group.
    N, C = x.shape[:2]
    r = x.reshape(N, C, -1)
    group = np.arange(C) // (C // groups)
    M = ((group[:, None] == group) * (groups / C)).astype(x.dtype)
    r = r - (r.mean(axis=2) @ M)[..., None]
    var = np.square(r).mean(axis=2) @ M
    y = r / np.sqrt(var + eps)[..., None] * gamma[:, None] + beta[:, None]
    return y.reshape(x.shape), [var]


@put(RIGHT)
def moments(x, gamma, beta, *, groups, eps, order="C"):
    # One matrix row per group of a sample, scale and shift in one.
    rows = x.reshape(len(x) * groups, -1, order=order)
    rows = rows - rows.sum(axis=1, keepdims=True) / rows.shape[1]
    std = np.sqrt(np.einsum("ij,ij->i", rows, rows) / rows.shape[1] + eps)
    y = (rows / std[:, None]).reshape(x.shape).swapaxes(1, -1)
    return (y * gamma + beta).swapaxes(1, -1), std


@put(RIGHT)
def sample_by_sample(x, gamma, beta, *, groups, eps):
    def one(part):
        return (part - part.mean()) / math.sqrt(part.var() + eps)

    samples = [np.concatenate([one(p) for p in np.split(s, groups)]) for s in x]
    y = np.stack(samples)
    for c in range(x.shape[1]):
        y[:, c] = gamma[c] * y[:, c] + beta[c]
    return y, ()


RIGHT["partially_applied"] = (functools.partial(moments, order="C"),)


# --- right values in a deviating form ---------------------------------------------------------


@put(FORM)
def in_place(x, gamma, beta, *, groups, eps):  # x is changed
    x[...], cache = textbook(x, gamma, beta, groups=groups, eps=eps)
    return x, cache


@put(FORM)
def centred_in_place(x, gamma, beta, *, groups, eps):  # x is changed
    y, cache = textbook(x, gamma, beta, groups=groups, eps=eps)
    x -= x.mean()
    return y, cache


@put(FORM)
def nested_lists(x, gamma, beta, *, groups, eps):  # lists
    y, cache = textbook(x, gamma, beta, groups=groups, eps=eps)
    return y.tolist(), cache


@put(FORM)
def double_precision(x, gamma, beta, *, groups, eps):  # float64 from float32
    return textbook(x.astype(float), gamma, beta, groups=groups, eps=eps)


@put(FORM)
def leading_axis(x, gamma, beta, *, groups, eps):  # (1, N, C, ...)
    y, cache = textbook(x, gamma, beta, groups=groups, eps=eps)
    return y[None], cache


# --- wrong ------------------------------------------------------------------------------------


def variant(
    x,
    gamma,
    beta,
    *,
    groups,
    eps,
    rows=lambda x, groups: x.reshape(len(x), groups, -1),
    back=lambda h, x, groups: h.reshape(x.shape),
    axis=2,
    var=lambda r, axis: r.var(axis=axis, keepdims=True),
    std=lambda v, e: np.sqrt(v + e),
    affine=lambda h, g, b: g * h + b,
):
    """With places to go wrong."""
    with np.errstate(all="ignore"):
        r = rows(x, groups)
        r = (r - r.mean(axis=axis, keepdims=True)) / std(var(r, axis), eps)
        x_hat = back(r, x, groups)
        return affine(x_hat, per_channel(gamma, x), per_channel(beta, x)), (x_hat, groups)


for name, spoilt in {
    "layer_norm": {"rows": lambda x, groups: x.reshape(len(x), 1, -1)},  # right for one group
    "instance_norm": {"rows": lambda x, groups: x.reshape(*x.shape[:2], -1)},  # for C groups
    "groups_taken_for_their_size": {
        "rows": lambda x, groups: x.reshape(len(x), x.shape[1] // groups, -1)
    },
    "every_so_many_channels": {
        # Channel c in group c % groups.
        "rows": lambda x, groups: x.reshape(
            len(x), x.shape[1] // groups, groups, math.prod(x.shape[2:])
        ),
        "axis": (1, 3),
    },
    "samples_together": {"axis": (0, 2)},
    "everything_together": {"axis": (0, 1, 2)},
    "batch_norm": {
        "rows": lambda x, groups: x.reshape(*x.shape[:2], -1),
        "axis": (0, 2),
    },
    "each_position_by_itself": {
        # Right for (N, C).
        "rows": lambda x, groups: x.reshape(
            len(x), groups, x.shape[1] // groups, math.prod(x.shape[2:])
        ),
    },
    "groups_of_positions": {
        "rows": lambda x, groups: np.moveaxis(x, 1, -1).reshape(len(x), groups, -1),
        "back": lambda h, x, groups: np.moveaxis(
            h.reshape(len(x), *x.shape[2:], x.shape[1]), -1, 1
        ),
    },
    "groups_of_samples": {
        "rows": lambda x, groups: x.reshape(groups, -1, 1),
        "axis": 1,
    },
    "two_groups": {"rows": lambda x, groups: x.reshape(len(x), 2, -1)},
    "unbiased_variance": {
        "var": lambda r, axis: r.var(axis=axis, keepdims=True) * r.shape[2] / max(r.shape[2] - 1, 1)
    },
    "variance_of_the_sample": {"var": lambda r, axis: r.var(axis=(1, 2), keepdims=True)},
    "mean_square": {"var": lambda r, axis: (r * r).mean(axis=axis, keepdims=True)},
    "sum_of_squares": {"var": lambda r, axis: r.var(axis=axis, keepdims=True) * r.shape[2]},
    "eps_outside_the_root": {"std": lambda v, e: np.sqrt(v) + e},
    "eps_forgotten": {"std": lambda v, e: np.sqrt(np.maximum(v, 1e-30))},
    "eps_of_its_own": {"std": lambda v, e: np.sqrt(v + 1e-5)},
    "variance_for_deviation": {"std": lambda v, e: v + e},
    "gamma_forgotten": {"affine": lambda h, g, b: h + b},
    "beta_forgotten": {"affine": lambda h, g, b: g * h},
    "gamma_and_beta_swapped": {"affine": lambda h, g, b: b * h + g},
    "gamma_on_both": {"affine": lambda h, g, b: g * (h + b)},
    "one_gamma_for_all": {"affine": lambda h, g, b: g[0] * h + b},
    "beta_averaged": {"affine": lambda h, g, b: g * h + b.mean()},
    "gamma_backwards": {"affine": lambda h, g, b: g[::-1] * h + b},
}.items():
    WRONG[name] = (functools.partial(variant, **spoilt),)


@put(WRONG)
def one_gamma_for_each_group(x, gamma, beta, *, groups, eps):
    # Right for C groups.
    first = np.arange(len(gamma)) // (len(gamma) // groups) * (len(gamma) // groups)
    return textbook(x, gamma[first], beta[first], groups=groups, eps=eps)


@put(WRONG)
def gamma_along_the_last_axis(x, gamma, beta, *, groups, eps):
    # Right for (N, C); an error, or wrong where the width is C.
    r = x.reshape(len(x), groups, -1)
    r = (r - r.mean(2, keepdims=True)) / np.sqrt(r.var(2, keepdims=True) + eps)
    return gamma * r.reshape(x.shape) + beta, None


@put(WRONG)
def images_only(x, gamma, beta, *, groups, eps):
    # An error unless there are height and width.
    N, C, H, W = x.shape
    return textbook(x, gamma, beta, groups=groups, eps=eps)


@put(WRONG)
def matrices_only(x, gamma, beta, *, groups, eps):
    N, C = x.shape
    return textbook(x, gamma, beta, groups=groups, eps=eps)


@put(WRONG)
def groups_not_put_back(x, gamma, beta, *, groups, eps):
    y, cache = textbook(x, gamma, beta, groups=groups, eps=eps)
    return y.reshape(len(x), groups, -1), cache


@put(WRONG)
def cache_forgotten(x, gamma, beta, *, groups, eps):
    return textbook(x, gamma, beta, groups=groups, eps=eps)[0]


more: Any = carried(RIGHT["textbook"], outputs=(0,), n=2)
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
