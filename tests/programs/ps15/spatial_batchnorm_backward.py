"""Solutions of ``spatial_batchnorm_backward(dy, cache) -> (dx, dgamma, dbeta)``."""

from types import SimpleNamespace

import numpy as np

from tests.programs.catalogue import Catalogue
from tests.programs.ps15.batchnorm_backward import batchnorm_forward
from tests.programs.ps15.batchnorm_backward import textbook as batchnorm_backward


def to_rows(x):
    return x.transpose(0, 2, 3, 1).reshape(-1, x.shape[1])


def to_images(rows, shape):
    N, C, H, W = shape
    return rows.reshape(N, H, W, C).transpose(0, 3, 1, 2)


def spatial_batchnorm_forward(x, gamma, beta, state, *, training, momentum, eps):
    """A right forward whose cache has everything that a backward may want."""
    settings = {"training": training, "momentum": momentum, "eps": eps}
    y, of_rows, new = batchnorm_forward(to_rows(x), gamma, beta, state, **settings)
    mean, var = state["mean"], state["var"]
    if training:
        mean, var = x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3))
    shape = (1, -1, 1, 1)
    std = np.sqrt(var + eps).reshape(shape)
    cache = SimpleNamespace(
        of_rows=of_rows,
        x=x,
        mean=mean.reshape(shape),
        var=var.reshape(shape),
        std=std,
        x_hat=(x - mean.reshape(shape)) / std,
        gamma=gamma.reshape(shape),
        eps=eps,
        training=training,
        n=x[:, 0].size,
    )
    return to_images(y, x.shape), cache, new


programs = Catalogue(spatial_batchnorm_forward)
right, form, wrong, open_ = programs.kinds
AXES = (0, 2, 3)


def sums(dy, c):
    return (dy * c.x_hat).sum(axis=AXES), dy.sum(axis=AXES)


@right
def textbook(dy, c):
    if not c.training:
        return c.gamma / c.std * dy, *sums(dy, c)
    mean = dy.mean(axis=AXES, keepdims=True)
    along = (dy * c.x_hat).mean(axis=AXES, keepdims=True)
    return c.gamma / c.std * (dy - mean - c.x_hat * along), *sums(dy, c)


@right
def own_batchnorm_of_pixels(dy, c):
    dx, dgamma, dbeta = batchnorm_backward(to_rows(dy), c.of_rows)
    return to_images(dx, dy.shape), dgamma, dbeta


@right
def from_the_sums_of_the_parameters(dy, c):
    dgamma, dbeta = sums(dy, c)
    dx = dy * c.n
    if c.training:
        dx = dx - dbeta[:, None, None] - c.x_hat * dgamma[:, None, None]
    else:
        dx = dx + 0
    return [c.gamma * dx / (c.n * c.std), dgamma, dbeta]


@form
def parameters_keep_their_axes(dy, c):  # dgamma and dbeta of shape (1, C, 1, 1)
    dx, dgamma, dbeta = textbook(dy, c)
    return dx, dgamma.reshape(1, -1, 1, 1), dbeta.reshape(1, -1, 1, 1)
