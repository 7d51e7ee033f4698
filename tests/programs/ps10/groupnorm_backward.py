"""Solutions of ``groupnorm_backward(dy, cache) -> (dx, dgamma, dbeta)``, with their forwards."""

from types import SimpleNamespace

import numpy as np

from tests.programs.catalogue import Catalogue
from tests.programs.normalisation import forms_of_backward


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


programs = Catalogue(groupnorm_forward)
right, form, wrong, open_ = programs.kinds


def sums(dy, c):
    axes = (0, *range(2, dy.ndim))
    return (dy * c.x_hat).sum(axis=axes), dy.sum(axis=axes)


@right
def textbook(dy, c):
    dgamma, dbeta = sums(dy, c)
    g = per_channel(c.gamma, dy) * dy
    shape = (len(dy), c.groups, -1)
    g, h = g.reshape(shape), c.x_hat.reshape(shape)
    mean = g.mean(axis=2, keepdims=True)
    along = (g * h).mean(axis=2, keepdims=True)
    dx = ((g - mean - h * along) / c.std).reshape(dy.shape)
    return dx, dgamma, dbeta


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


@form
def parameters_keep_their_axes(dy, c):  # dgamma and dbeta of shape (C, 1, …)
    dx, dgamma, dbeta = textbook(dy, c)
    return dx, per_channel(dgamma, dy), per_channel(dbeta, dy)


forms_of_backward(programs, textbook)
