"""Solutions of ``layernorm_backward(dy, cache) -> (dx, dgamma, dbeta)``, with their forwards."""

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


def layernorm_forward(x, gamma, beta, *, eps):
    """A right forward whose cache has everything that a backward may want."""
    mu, var = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
    std = np.sqrt(var + eps)
    x_hat = (x - mu) / std
    cache = SimpleNamespace(
        x=x, mu=mu, var=var, std=std, x_hat=x_hat, gamma=gamma, eps=eps, N=x.shape[0], D=x.shape[1]
    )
    return gamma * x_hat + beta, cache


right, form, wrong = (put(table, layernorm_forward) for table in (RIGHT, FORM, WRONG))


@right
def textbook(dy, c):
    g = dy * c.gamma
    dx = g - g.mean(axis=1, keepdims=True) - c.x_hat * (g * c.x_hat).mean(axis=1, keepdims=True)
    return dx / c.std, (dy * c.x_hat).sum(axis=0), dy.sum(axis=0)


@right
def one_line_times_d(dy, c):
    g = c.gamma * dy
    total, along = g.sum(1)[:, None], np.einsum("nd,nd->n", g, c.x_hat)[:, None]
    dx = (c.D * g - total - c.x_hat * along) / (c.D * c.std)
    return dx, np.einsum("nd,nd->d", dy, c.x_hat), np.einsum("nd->d", dy)


@right
def graph_step_by_step(dy, c):
    # Backwards through scale, division, root, variance and centring.
    dx_hat = dy * c.gamma
    r = c.x - c.mu
    dvar = np.sum(dx_hat * r, axis=1, keepdims=True) * -0.5 * (c.var + c.eps) ** -1.5
    dr = dx_hat / c.std + dvar * 2 * r / c.D
    dmu = -dr.sum(axis=1, keepdims=True)
    return [dr + dmu / c.D, np.sum(dy * c.x_hat, axis=0), np.sum(dy, axis=0)]


@right
def full_jacobians(dy, c):
    dx = np.empty_like(dy)
    for n in range(c.N):
        h = c.x_hat[n]
        J = np.eye(c.D, dtype=dy.dtype) - 1 / c.D - np.outer(h, h) / c.D
        dx[n] = J @ (dy[n] * c.gamma) / c.std[n]
    return dx, (dy * c.x_hat).sum(axis=0), dy.sum(axis=0)


@right
def transposed_batch_norm(dy, c):
    h, g = c.x_hat.T, (dy * c.gamma).T
    dx = (g - g.mean(0) - h * (g * h).mean(0)) / c.std.T
    return dx.T, np.add.reduce(dy * c.x_hat), np.add.reduce(dy)


@right
def loops(dy, c):
    dx, dgamma, dbeta = np.zeros_like(dy), np.zeros_like(dy[0]), np.zeros_like(dy[0])
    for n in range(c.N):
        total = along = 0
        for d in range(c.D):
            dbeta[d] += dy[n, d]
            dgamma[d] += dy[n, d] * c.x_hat[n, d]
            total += dy[n, d] * c.gamma[d]
            along += dy[n, d] * c.gamma[d] * c.x_hat[n, d]
        for d in range(c.D):
            dx[n, d] = dy[n, d] * c.gamma[d] - (total + c.x_hat[n, d] * along) / c.D
            dx[n, d] /= c.std[n, 0]
    return dx, dgamma, dbeta


@own(RIGHT)
def closure_cache():
    def forward(x, gamma, beta, *, eps):
        y, c = layernorm_forward(x, gamma, beta, eps=eps)
        return y, lambda dy: textbook(dy, c)

    return forward, lambda dy, cache: cache(dy)


@own(RIGHT)
def recomputed_from_the_input():
    def forward(x, gamma, beta, *, eps):
        y, _ = layernorm_forward(x, gamma, beta, eps=eps)
        return y, {"x": x.copy(), "gamma": gamma, "eps": eps}

    def backward(dy, cache):
        _, c = layernorm_forward(cache["x"], cache["gamma"], 0 * cache["gamma"], eps=cache["eps"])
        return one_line_times_d(dy, c)

    return forward, backward


# --- right values in a deviating form ---------------------------------------------------------


@form
def rows(dy, c):  # dgamma and dbeta of shape (1, D)
    dx, dgamma, dbeta = textbook(dy, c)
    return dx, dgamma[None], dbeta[None]


@form
def nested_lists(dy, c):  # lists
    return tuple(g.tolist() for g in textbook(dy, c))


@form
def upstream_scaled_in_place(dy, c):  # dy is changed
    result = textbook(dy, c)
    dy *= c.gamma
    return result


@form
def double_precision(dy, c):  # float64 from float32
    return tuple(g.astype(float) for g in textbook(dy, c))


# --- wrong ------------------------------------------------------------------------------------


def variant(
    dy,
    c,
    *,
    g=lambda dy, c: dy * c.gamma,
    mean=lambda g, c: g.mean(axis=1, keepdims=True),
    along=lambda g, c: c.x_hat * (g * c.x_hat).mean(axis=1, keepdims=True),
    divide=lambda r, c: r / c.std,
    dgamma=lambda dy, c: (dy * c.x_hat).sum(axis=0),
    dbeta=lambda dy, c: dy.sum(axis=0),
):
    """With places to go wrong."""
    h = g(dy, c)
    r = h - mean(h, c) - along(h, c)
    return divide(r, c), dgamma(dy, c), dbeta(dy, c)


for name, spoilt in {
    "mean_over_the_batch": {"mean": lambda g, c: g.mean(axis=0)},
    "batch_norm": {
        "mean": lambda g, c: g.mean(axis=0),
        "along": lambda g, c: c.x_hat * (g * c.x_hat).mean(axis=0),
    },
    "mean_as_a_constant": {"mean": lambda g, c: 0 * g},
    "variance_as_a_constant": {"along": lambda g, c: 0 * g},
    "both_as_constants": {"mean": lambda g, c: 0 * g, "along": lambda g, c: 0 * g},
    "sums_for_means": {
        "mean": lambda g, c: g.sum(axis=1, keepdims=True),
        "along": lambda g, c: c.x_hat * (g * c.x_hat).sum(axis=1, keepdims=True),
    },
    "divided_by_the_batch": {
        "mean": lambda g, c: g.sum(axis=1, keepdims=True) / c.N,
        "along": lambda g, c: c.x_hat * (g * c.x_hat).sum(axis=1, keepdims=True) / c.N,
    },
    "unbiased_variance": {
        "along": lambda g, c: c.x_hat * (g * c.x_hat).sum(axis=1, keepdims=True) / max(c.D - 1, 1)
    },
    "mean_of_everything": {"mean": lambda g, c: g.mean()},
    "along_not_multiplied": {"along": lambda g, c: (g * c.x_hat).mean(axis=1, keepdims=True)},
    "along_doubled": {"along": lambda g, c: 2 * c.x_hat * (g * c.x_hat).mean(1, keepdims=True)},
    "along_added": {"along": lambda g, c: -c.x_hat * (g * c.x_hat).mean(1, keepdims=True)},
    "mean_added": {"mean": lambda g, c: -g.mean(axis=1, keepdims=True)},
    "gamma_forgotten_in_dx": {"g": lambda dy, c: dy},
    "gamma_taken_out_of_the_means": {
        "g": lambda dy, c: dy,
        "divide": lambda r, c: c.gamma * r / c.std,
    },
    "gamma_twice": {"g": lambda dy, c: dy * c.gamma**2},
    "divided_by_gamma": {"g": lambda dy, c: dy / c.gamma},
    "division_forgotten": {"divide": lambda r, c: r},
    "divided_by_the_variance": {"divide": lambda r, c: r / (c.var + c.eps)},
    "eps_forgotten": {"divide": lambda r, c: r / np.sqrt(np.maximum(c.var, 1e-30))},
    "multiplied_by_the_deviation": {"divide": lambda r, c: r * c.std},
    "dgamma_of_the_raw_input": {"dgamma": lambda dy, c: (dy * c.x).sum(axis=0)},
    "dgamma_of_the_centred_input": {"dgamma": lambda dy, c: (dy * (c.x - c.mu)).sum(axis=0)},
    "dgamma_without_the_input": {"dgamma": lambda dy, c: dy.sum(axis=0)},
    "dgamma_of_the_output": {"dgamma": lambda dy, c: (dy * c.gamma * c.x_hat).sum(axis=0)},
    "dgamma_averaged": {"dgamma": lambda dy, c: (dy * c.x_hat).mean(axis=0)},
    "dgamma_over_the_row": {"dgamma": lambda dy, c: (dy * c.x_hat).sum(axis=1)},
    "dgamma_not_summed": {"dgamma": lambda dy, c: dy * c.x_hat},
    "dbeta_averaged": {"dbeta": lambda dy, c: dy.mean(axis=0)},
    "dbeta_over_the_row": {"dbeta": lambda dy, c: dy.sum(axis=1)},
    "dbeta_one_number": {"dbeta": lambda dy, c: dy.sum()},
    "dbeta_with_gamma": {"dbeta": lambda dy, c: (dy * c.gamma).sum(axis=0)},
}.items():
    WRONG[name] = (layernorm_forward, functools.partial(variant, **spoilt))


@wrong
def dgamma_and_dbeta_swapped(dy, c):
    dx, dgamma, dbeta = textbook(dy, c)
    return dx, dbeta, dgamma


@wrong
def dx_only(dy, c):
    return textbook(dy, c)[0]


# Shows where two forwards come before a backward, as in a network that uses a layer twice.
@own(WRONG)
def last_call_remembered():
    kept = {}

    def forward(x, gamma, beta, *, eps):
        y, kept["c"] = layernorm_forward(x, gamma, beta, eps=eps)
        return y, None

    return forward, lambda dy, cache: textbook(dy, kept["c"])


more: Any = carried(RIGHT["textbook"], n=3)
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
