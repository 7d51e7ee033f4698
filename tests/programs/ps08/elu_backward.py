"""Solutions of ``elu_backward(dz, cache) -> du``, each with its forward."""

import numpy as np

from tests.programs.catalogue import Catalogue


def forward(u, alpha):
    alpha = float(alpha)
    return np.maximum(u, 0) + alpha * np.expm1(np.minimum(u, 0)), (u, alpha)


programs = Catalogue(forward)
right, form, wrong, open_ = programs.kinds


@right
def textbook(dz, cache):
    u, alpha = cache
    slope = alpha * np.exp(np.minimum(u, 0))
    return np.where(u > 0, dz, dz * slope)


@right
def one_at_the_kink(dz, cache):
    u, alpha = cache
    du = np.array(dz)
    negative = u < 0
    du[negative] = du[negative] * alpha * np.exp(u[negative])
    return du


@right
def half_way_at_zero(dz, cache):
    u, alpha = cache
    left = dz * alpha * np.exp(np.minimum(u, 0))
    return np.where(u > 0, dz, np.where(u < 0, left, dz * (1 + alpha) / 2))


@right
def central_difference(dz, cache):
    u, alpha = cache
    u, h = u.astype(float), 1e-5
    return (dz * (forward(u + h, alpha)[0] - forward(u - h, alpha)[0]) / (2 * h)).astype(dz.dtype)
