"""Solutions of ``groupnorm_forward(x, gamma, beta, *, groups, eps) -> (y, cache)``, x (N, C, …)."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


def per_channel(gamma, x):
    return gamma.reshape(-1, *[1] * (x.ndim - 2))


@right
def textbook(x, gamma, beta, *, groups, eps):
    r = x.reshape(len(x), groups, -1)
    mu = r.mean(axis=2, keepdims=True)
    var = r.var(axis=2, keepdims=True)
    x_hat = ((r - mu) / np.sqrt(var + eps)).reshape(x.shape)
    g, b = per_channel(gamma, x), per_channel(beta, x)
    return g * x_hat + b, (x_hat, var, groups)


@right
def own_axis_for_the_groups(x, gamma, beta, *, groups, eps):
    N, C, *rest = x.shape
    r = x.reshape(N, groups, C // groups, *rest)
    axes = tuple(range(2, r.ndim))
    r = r - np.mean(r, axis=axes, keepdims=True)
    r = r * (np.mean(np.square(r), axis=axes, keepdims=True) + eps) ** -0.5
    shape = (1, C) + (1,) * len(rest)
    y = np.reshape(gamma, shape) * r.reshape(x.shape) + np.reshape(beta, shape)
    return y, {"r": r, "groups": groups}


@right
def channels_last(x, gamma, beta, *, groups, eps=1e-5):
    # gamma and beta meet the last axis by themselves.
    y = np.moveaxis(x, 1, -1).copy()
    size = y.shape[-1] // groups
    for sample in y:
        for start in range(0, y.shape[-1], size):
            part = sample[..., start : start + size]
            part[...] = (part - part.mean()) / np.sqrt(part.var() + eps)
    return np.moveaxis(y * gamma + beta, -1, 1), object()


@right
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


@right
def rows_of_groups(x, gamma, beta, *, groups, eps):
    # Every group of every sample as one row, E[x²] − E[x]² in double precision.
    rows = x.reshape(len(x) * groups, -1).astype(np.float64)
    mean = rows.mean(axis=1)
    var = (rows * rows).mean(axis=1) - mean * mean
    x_hat = ((rows.T - mean) / np.sqrt(var + eps)).T.astype(x.dtype)
    n = x[0, 0].size
    flat = x_hat.reshape(len(x), -1) * np.repeat(gamma, n) + np.repeat(beta, n)
    return flat.reshape(x.shape), None
