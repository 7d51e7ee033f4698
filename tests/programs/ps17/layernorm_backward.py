"""Solutions of ``layernorm_backward(dy, cache) -> (dx, dgamma, dbeta)``, with their forwards."""

from types import SimpleNamespace

import numpy as np

from tests.programs.catalogue import Catalogue


def layernorm_forward(x, gamma, beta, *, eps):
    """A right forward whose cache has everything that a backward may want."""
    mu, var = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
    std = np.sqrt(var + eps)
    x_hat = (x - mu) / std
    cache = SimpleNamespace(
        x=x,
        mu=mu,
        var=var,
        std=std,
        x_hat=x_hat,
        gamma=gamma,
        beta=beta,
        eps=eps,
        D=x.shape[-1],
    )
    return gamma * x_hat + beta, cache


programs = Catalogue(layernorm_forward)
right, form, wrong, open_ = programs.kinds


def sums(dy, c):
    axes = (0, 1)[: dy.ndim - 1]
    return (dy * c.x_hat).sum(axis=axes), dy.sum(axis=axes)


@right
def textbook(dy, c):
    g = dy * c.gamma
    mean = g.mean(axis=-1, keepdims=True)
    along = (g * c.x_hat).mean(axis=-1, keepdims=True)
    dx = (g - mean - c.x_hat * along) / c.std
    return dx, *sums(dy, c)


@right
def graph_step_by_step(dy, c):
    # Backwards through scale, division, root, variance and centring.
    dx_hat = dy * c.gamma
    r = c.x - c.mu
    dvar = np.sum(dx_hat * r, axis=-1, keepdims=True) * -0.5 * (c.var + c.eps) ** -1.5
    dr = dx_hat / c.std + dvar * 2 * r / c.D
    dmu = -dr.sum(axis=-1, keepdims=True)
    ones = np.ones(dy.size // c.D, dtype=dy.dtype)
    return [dr + dmu / c.D, ones @ (dy * c.x_hat).reshape(-1, c.D), ones @ dy.reshape(-1, c.D)]


@right
def full_jacobians(dy, c):
    dx = np.empty_like(dy)
    for n in np.ndindex(dy.shape[:-1]):
        h = c.x_hat[n]
        J = np.eye(c.D, dtype=dy.dtype) - 1 / c.D - np.outer(h, h) / c.D
        dx[n] = J @ (dy[n] * c.gamma) / c.std[n]
    return dx, *sums(dy, c)


form.edit("parameters_as_rows", textbook, "*sums(dy, c)", "*(d[None] for d in sums(dy, c))")

programs.beside_the_point = [
    "inner = d",
]
