"""Solutions of ``groupnorm_backward(dy, cache) -> (dx, dgamma, dbeta)``, with their forwards."""

import functools
from types import SimpleNamespace
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, own, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


def per_channel(gamma, x):
    return gamma.reshape(-1, *[1] * (x.ndim - 2))


def groupnorm_forward(x, gamma, beta, *, groups, eps):
    """A right forward whose cache has everything that a backward may want."""
    rows = x.reshape(len(x), groups, -1)
    mu, var = rows.mean(axis=2, keepdims=True), rows.var(axis=2, keepdims=True)
    std = np.sqrt(var + eps)
    x_hat = ((rows - mu) / std).reshape(x.shape)
    y = per_channel(gamma, x) * x_hat + per_channel(beta, x)
    return y, SimpleNamespace(
        x=x, mu=mu, var=var, std=std, x_hat=x_hat, gamma=gamma, eps=eps, groups=groups
    )


right, form, wrong = (put(table, groupnorm_forward) for table in (RIGHT, FORM, WRONG))


def sums(dy, c):
    axes = (0, *range(2, dy.ndim))
    return (dy * c.x_hat).sum(axis=axes), dy.sum(axis=axes)


@right
def textbook(dy, c):
    shape = (len(dy), c.groups, -1)
    g, h = (per_channel(c.gamma, dy) * dy).reshape(shape), c.x_hat.reshape(shape)
    dx = g - g.mean(axis=2, keepdims=True) - h * (g * h).mean(axis=2, keepdims=True)
    return (dx / c.std).reshape(dy.shape), *sums(dy, c)


@right
def group_by_group(dy, c):
    dx = np.empty_like(dy)
    size = dy.shape[1] // c.groups
    for i in range(c.groups):
        part = slice(i * size, (i + 1) * size)
        axes = tuple(range(1, dy.ndim))
        g, h = dy[:, part] * per_channel(c.gamma[part], dy), c.x_hat[:, part]
        m = g[0].size
        r = m * g - g.sum(axes, keepdims=True) - h * (g * h).sum(axes, keepdims=True)
        dx[:, part] = r / (m * c.std[:, i].reshape(-1, *[1] * (dy.ndim - 1)))
    return dx, *sums(dy, c)


@right
def graph_step_by_step(dy, c):
    shape = (len(dy), c.groups, -1)
    dx_hat = (dy * per_channel(c.gamma, dy)).reshape(shape)
    r = c.x.reshape(shape) - c.mu
    m = r.shape[2]
    dvar = np.sum(dx_hat * r, axis=2, keepdims=True) * -0.5 * (c.var + c.eps) ** -1.5
    dr = dx_hat / c.std + dvar * 2 * r / m
    dx = dr - dr.sum(axis=2, keepdims=True) / m
    return [dx.reshape(dy.shape), *sums(dy, c)]


@right
def full_jacobians(dy, c):
    dx = np.empty_like(dy)
    g = dy * per_channel(c.gamma, dy)
    for n in range(len(dy)):
        rows, out = g[n].reshape(c.groups, -1), []
        for i, h in enumerate(c.x_hat[n].reshape(c.groups, -1)):
            J = np.eye(len(h), dtype=dy.dtype) - 1 / len(h) - np.outer(h, h) / len(h)
            out.append(J @ rows[i] / c.std[n, i])
        dx[n] = np.reshape(out, dx[n].shape)
    return dx, *sums(dy, c)


@right
def einsums(dy, c):
    N, C = dy.shape[:2]
    d, h = dy.reshape(N, C, -1), c.x_hat.reshape(N, C, -1)
    shape = (N, c.groups, C // c.groups, -1)
    g, k = (d * c.gamma[:, None]).reshape(shape), h.reshape(shape)
    m = k[0, 0].size
    total, along = np.einsum("ngcp->ng", g), np.einsum("ngcp,ngcp->ng", g, k)
    r = g - (total[..., None, None] + k * along[..., None, None]) / m
    dx = (r / c.std[..., None]).reshape(dy.shape)
    return dx, np.einsum("ncp,ncp->c", d, h), np.einsum("ncp->c", d)


@right
def channel_by_channel(dy, c):
    dx = textbook(dy, c)[0]
    dgamma, dbeta = np.zeros_like(c.gamma), np.zeros_like(c.gamma)
    for k in range(dy.shape[1]):
        dgamma[k] = np.vdot(dy[:, k], c.x_hat[:, k])
        dbeta[k] = dy[:, k].sum()
    return dx, dgamma, dbeta


@own(RIGHT)
def closure_cache():
    def forward(x, gamma, beta, *, groups, eps):
        y, c = groupnorm_forward(x, gamma, beta, groups=groups, eps=eps)
        return y, lambda dy: textbook(dy, c)

    return forward, lambda dy, cache: cache(dy)


@own(RIGHT)
def recomputed_from_the_input():
    def forward(x, gamma, beta, *, groups, eps):
        y, _ = groupnorm_forward(x, gamma, beta, groups=groups, eps=eps)
        return y, {"x": x.copy(), "gamma": gamma, "groups": groups, "eps": eps}

    def backward(dy, cache):
        return einsums(dy, groupnorm_forward(**cache, beta=0 * cache["gamma"])[1])

    return forward, backward


# --- right values in a deviating form ---------------------------------------------------------


@form
def kept_dimensions(dy, c):  # dgamma and dbeta of shape (1, C)
    dx, dgamma, dbeta = textbook(dy, c)
    return dx, dgamma[None], dbeta[None]


@form
def nested_lists(dy, c):  # lists
    return tuple(g.tolist() for g in textbook(dy, c))


@form
def upstream_scaled_in_place(dy, c):  # dy is changed
    result = textbook(dy, c)
    dy *= per_channel(c.gamma, dy)
    return result


@form
def double_precision(dy, c):  # float64 from float32
    return tuple(g.astype(float) for g in textbook(dy, c))


# --- wrong ------------------------------------------------------------------------------------


def variant(
    dy,
    c,
    *,
    scale=per_channel,
    mean=lambda g: g.mean(axis=2, keepdims=True),
    along=lambda g, h: h * (g * h).mean(axis=2, keepdims=True),
    divide=lambda r, c: r / c.std,
    dgamma=lambda dy, c: sums(dy, c)[0],
    dbeta=lambda dy, c: sums(dy, c)[1],
    groups=lambda dy, c: c.groups,
):
    """With places to go wrong."""
    shape = (len(dy), groups(dy, c), -1)
    g, h = (dy * scale(c.gamma, dy)).reshape(shape), c.x_hat.reshape(shape)
    r = (g - mean(g) - along(g, h)).reshape(len(dy), c.groups, -1)
    return divide(r, c).reshape(dy.shape), dgamma(dy, c), dbeta(dy, c)


def all_but_first(dy):
    return tuple(range(1, dy.ndim))


for name, spoilt in {
    "mean_as_a_constant": {"mean": lambda g: 0 * g},
    "variance_as_a_constant": {"along": lambda g, h: 0 * g},
    "both_as_constants": {"mean": lambda g: 0 * g, "along": lambda g, h: 0 * g},
    "means_of_the_sample": {"groups": lambda dy, c: 1},  # right for one group
    "means_of_the_channel": {"groups": lambda dy, c: dy.shape[1]},  # right for C groups
    "groups_taken_for_their_size": {"groups": lambda dy, c: dy.shape[1] // c.groups},
    "means_over_the_batch": {
        "mean": lambda g: g.mean(axis=(0, 2), keepdims=True),
        "along": lambda g, h: h * (g * h).mean(axis=(0, 2), keepdims=True),
    },
    "sums_for_means": {
        "mean": lambda g: g.sum(axis=2, keepdims=True),
        "along": lambda g, h: h * (g * h).sum(axis=2, keepdims=True),
    },
    "divided_by_the_batch": {
        "mean": lambda g: g.sum(axis=2, keepdims=True) / len(g),
        "along": lambda g, h: h * (g * h).sum(axis=2, keepdims=True) / len(g),
    },
    "divided_by_the_groups": {
        "mean": lambda g: g.sum(axis=2, keepdims=True) / g.shape[1],
        "along": lambda g, h: h * (g * h).sum(axis=2, keepdims=True) / g.shape[1],
    },
    "unbiased_variance": {
        "along": lambda g, h: h * (g * h).sum(axis=2, keepdims=True) / max(g.shape[2] - 1, 1)
    },
    "along_not_multiplied": {"along": lambda g, h: (g * h).mean(axis=2, keepdims=True)},
    "along_added": {"along": lambda g, h: -h * (g * h).mean(axis=2, keepdims=True)},
    "along_doubled": {"along": lambda g, h: 2 * h * (g * h).mean(axis=2, keepdims=True)},
    "gamma_forgotten_in_dx": {"scale": lambda gamma, dy: 1},
    "gamma_squared": {"scale": lambda gamma, dy: per_channel(gamma, dy) ** 2},
    "mean_gamma": {"scale": lambda gamma, dy: gamma.mean()},
    "gamma_backwards": {"scale": lambda gamma, dy: per_channel(gamma[::-1], dy)},
    "gamma_taken_out_of_the_means": {
        "scale": lambda gamma, dy: 1,
        "divide": lambda r, c: per_channel(c.gamma, c.x) * (r / c.std).reshape(c.x.shape),
    },
    "division_forgotten": {"divide": lambda r, c: r},
    "divided_by_the_variance": {"divide": lambda r, c: r / (c.var + c.eps)},
    "eps_forgotten": {"divide": lambda r, c: r / np.sqrt(np.maximum(c.var, 1e-30))},
    "multiplied_by_the_deviation": {"divide": lambda r, c: r * c.std},
    "dgamma_of_the_raw_input": {
        "dgamma": lambda dy, c: (dy * c.x).sum(axis=(0, *range(2, dy.ndim)))
    },
    "dgamma_without_the_input": {"dgamma": lambda dy, c: sums(dy, c)[1]},
    "dgamma_with_gamma": {"dgamma": lambda dy, c: sums(dy, c)[0] * c.gamma},
    "dgamma_averaged": {"dgamma": lambda dy, c: sums(dy, c)[0] * dy.shape[1] / dy.size},
    "dgamma_averaged_over_samples": {"dgamma": lambda dy, c: sums(dy, c)[0] / len(dy)},
    "dgamma_summed_over_samples_only": {"dgamma": lambda dy, c: (dy * c.x_hat).sum(axis=0)},
    "dgamma_for_each_sample": {"dgamma": lambda dy, c: (dy * c.x_hat).sum(all_but_first(dy))},
    "dgamma_of_a_group": {
        "dgamma": lambda dy, c: np.repeat(
            sums(dy, c)[0].reshape(c.groups, -1).sum(axis=1), dy.shape[1] // c.groups
        )
    },
    "dbeta_averaged": {"dbeta": lambda dy, c: sums(dy, c)[1] * dy.shape[1] / dy.size},
    "dbeta_summed_over_samples_only": {"dbeta": lambda dy, c: dy.sum(axis=0)},
    "dbeta_of_a_group": {
        "dbeta": lambda dy, c: np.repeat(
            sums(dy, c)[1].reshape(c.groups, -1).sum(axis=1), dy.shape[1] // c.groups
        )
    },
    "dbeta_with_gamma": {"dbeta": lambda dy, c: sums(dy, c)[1] * c.gamma},
    "dbeta_one_number": {"dbeta": lambda dy, c: dy.sum()},
}.items():
    WRONG[name] = (groupnorm_forward, functools.partial(variant, **spoilt))


@wrong
def dgamma_and_dbeta_swapped(dy, c):
    dx, dgamma, dbeta = textbook(dy, c)
    return dx, dbeta, dgamma


@wrong
def images_only(dy, c):
    N, C, H, W = dy.shape
    return textbook(dy, c)


@wrong
def dx_in_groups(dy, c):
    dx, dgamma, dbeta = textbook(dy, c)
    return dx.reshape(len(dy), c.groups, -1), dgamma, dbeta


# Shows where two forwards come before a backward, as in a network that uses a layer twice.
@own(WRONG)
def last_call_remembered():
    kept = {}

    def forward(x, gamma, beta, *, groups, eps):
        y, kept["c"] = groupnorm_forward(x, gamma, beta, groups=groups, eps=eps)
        return y, None

    return forward, lambda dy, cache: textbook(dy, kept["c"])


more: Any = carried(RIGHT["textbook"], n=3)
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
