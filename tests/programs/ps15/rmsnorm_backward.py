"""Solutions of ``rmsnorm_backward(dy, cache) -> (dx, dgamma)``, with their forwards."""

from types import SimpleNamespace

import numpy as np

from tests.programs.catalogue import Catalogue


def rmsnorm_forward(x, gamma, *, eps):
    """A right forward whose cache has everything that a backward may want."""
    D = x.shape[-1]
    square = (x * x).mean(axis=-1, keepdims=True)
    rms = np.sqrt(square + eps)
    x_hat = x / rms
    return gamma * x_hat, SimpleNamespace(x=x, rms=rms, x_hat=x_hat, gamma=gamma, eps=eps, D=D)


programs = Catalogue(rmsnorm_forward)
right, form, wrong, open_ = programs.kinds


def sums(dy, c):
    return (dy * c.x_hat).reshape(-1, c.D).sum(axis=0)


@right
def textbook(dy, c):
    g = dy * c.gamma
    dx = (g - c.x_hat * (g * c.x_hat).mean(axis=-1, keepdims=True)) / c.rms
    return dx, sums(dy, c)


@right
def graph_step_by_step(dy, c):
    # Backwards through scale, product with the inverse, root, mean and square.
    dx_hat = dy * c.gamma
    drms = -np.sum(dx_hat * c.x, axis=-1, keepdims=True) / c.rms**2
    dsquare = drms / (2 * c.rms)
    return [
        dx_hat / c.rms + dsquare * 2 * c.x / c.D,
        np.einsum("rd,rd->d", dy.reshape(-1, c.D), c.x_hat.reshape(-1, c.D)),
    ]


@right
def from_y(dy, c):
    # The sum over a row of dy·y is D times the mean of d·x_hat.
    y = c.gamma * c.x_hat
    along = np.sum(dy * y, axis=-1, keepdims=True) / c.D
    return (c.gamma * dy * c.rms**2 - along * c.x * c.rms) / c.rms**3, sums(dy, c)


@form
def gamma_as_a_row(dy, c):
    dx, dgamma = textbook(dy, c)
    return dx, dgamma[None]
