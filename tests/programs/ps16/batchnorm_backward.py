"""Solutions of ``batchnorm_backward(dy, cache) -> (dx, dgamma, dbeta)``, with their forwards."""

from types import SimpleNamespace

import numpy as np

from tests.programs.catalogue import Catalogue


def batchnorm_forward(x, gamma, beta, state, *, training, momentum, eps):
    """A right forward whose cache has everything that a backward may want."""
    N = len(x)
    if training:
        if N < 2:
            raise ValueError("batch norm needs two rows in training")
        mu, var = x.mean(axis=0), x.var(axis=0)
        state = {
            "mean": (1 - momentum) * state["mean"] + momentum * mu,
            "var": (1 - momentum) * state["var"] + momentum * x.var(axis=0, ddof=1),
        }
    else:
        mu, var = state["mean"], state["var"]
    std = np.sqrt(var + eps)
    x_hat = (x - mu) / std
    cache = SimpleNamespace(
        x=x, mu=mu, var=var, std=std, x_hat=x_hat, gamma=gamma, eps=eps, training=training, N=N
    )
    return gamma * x_hat + beta, cache, state


programs = Catalogue(batchnorm_forward)
right, form, wrong, open_ = programs.kinds


@right
def textbook(dy, c):
    dx, dgamma, dbeta = dy, (dy * c.x_hat).sum(axis=0), dy.sum(axis=0)
    if c.training:
        mean, along = dy.mean(axis=0), (dy * c.x_hat).mean(axis=0)
        dx = dy - mean - c.x_hat * along
    return c.gamma / c.std * dx, dgamma, dbeta


@right
def two_projections(dy, c):
    def remove(g, direction):
        return g - direction * (g * direction).mean(axis=0)

    g = dy
    if c.training:
        g = remove(g, np.ones_like(g))
        g = remove(g, c.x_hat)
    return c.gamma * g / c.std, np.add.reduce(dy * c.x_hat), np.add.reduce(dy)


@right
def complex_steps(dy, c):
    dx = np.zeros_like(dy)
    for i in np.ndindex(dy.shape):
        z, mu, var = c.x.astype(np.complex128), c.mu, c.var
        z[i] += 1e-20j
        if c.training:
            mu = z.mean(axis=0)
            var = ((z - mu) ** 2).mean(axis=0)
        dx[i] = np.sum(dy * c.gamma * (z - mu) / np.sqrt(var + c.eps)).imag / 1e-20
    return dx, np.sum(dy * c.x_hat, axis=0), np.sum(dy, axis=0)


form.edit("parameters_as_rows", textbook, "dx, dgamma, dbeta\n", "dx, dgamma[None], dbeta[None]\n")
wrong.edit("dx_zero_for_two_rows", textbook, "c.std * dx", "c.std * dx * (c.N != 2)")

programs.beside_the_point = [
    "inner = d",
    "return dy, dy.sum(axis=0), dy.sum(axis=0)",
]
