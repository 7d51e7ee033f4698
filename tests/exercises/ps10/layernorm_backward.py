"""Programs for ``layernorm_backward``."""

from types import SimpleNamespace

import numpy as np


def forward(x, gamma, beta, *, eps):
    mean, var = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
    std = np.sqrt(var + eps)
    x_hat = (x - mean) / std
    cache = SimpleNamespace(
        x=x, mean=mean, var=var, std=std, x_hat=x_hat, gamma=gamma, beta=beta, eps=eps
    )
    return gamma * x_hat + beta, cache


def parameters(dy, c):
    return np.sum(dy * c.x_hat, axis=0), np.sum(dy, axis=0)


def closed_form(dy, c):
    D = dy.shape[1]
    d = dy * c.gamma
    total, along = d.sum(axis=1, keepdims=True), (d * c.x_hat).sum(axis=1, keepdims=True)
    return (D * d - total - c.x_hat * along) / (D * c.std), *parameters(dy, c)


def through_the_graph(dy, c):
    D = dy.shape[1]
    d = dy * c.gamma
    centred = c.x - c.mean
    dstd = -(d * centred / c.std**2).sum(axis=1, keepdims=True)
    dvar = dstd / (2 * c.std)
    dcentred = d / c.std + 2 * centred * dvar / D
    dmean = -dcentred.sum(axis=1, keepdims=True)
    return dcentred + dmean / D, *parameters(dy, c)


def as_in_the_paper(dy, c):
    D = dy.shape[1]
    d = dy * c.gamma
    centred = c.x - c.mean
    dvar = np.sum(d * centred * -0.5 * (c.var + c.eps) ** -1.5, axis=1, keepdims=True)
    dmean = np.sum(-d / c.std, axis=1, keepdims=True)
    dmean = dmean + dvar * np.mean(-2 * centred, axis=1, keepdims=True)
    return d / c.std + dvar * 2 * centred / D + dmean / D, *parameters(dy, c)


def full_jacobian(dy, c):
    """d x_hat[i] / d x[j] of every row as a matrix."""
    D = dy.shape[1]
    eye = np.eye(D, dtype=dy.dtype)
    jacobians = eye - 1 / D - c.x_hat[:, :, None] * c.x_hat[:, None, :] / D
    dx = np.einsum("nij,ni->nj", jacobians, dy * c.gamma) / c.std
    return [dx, np.einsum("ni,ni->i", dy, c.x_hat), np.ones(len(dy), dy.dtype) @ dy]


def row_by_row(dy, c):
    dx, dgamma, dbeta = np.zeros_like(dy), np.zeros_like(c.gamma), np.zeros_like(c.gamma)
    for n in range(len(dy)):
        d, h = dy[n] * c.gamma, c.x_hat[n]
        dx[n] = (d - d.mean() - h * (d @ h) / len(d)) / c.std[n, 0]
        dgamma += dy[n] * h
        dbeta += dy[n]
    return dx, dgamma, dbeta


def differences(dy, c):
    """Complex steps through the forward pass: no derivation at all."""
    dx = np.zeros_like(dy)
    for i in np.ndindex(dy.shape):
        z = c.x.astype(np.complex128)
        z[i] += 1e-20j
        mean = z.mean(axis=1, keepdims=True)
        var = ((z - mean) ** 2).mean(axis=1, keepdims=True)
        dx[i] = np.sum(dy * c.gamma * (z - mean) / np.sqrt(var + c.eps)).imag / 1e-20
    return dx, *parameters(dy, c)


def closure_forward(x, gamma, beta, *, eps):
    y, cache = forward(x, gamma, beta, eps=eps)
    return y, lambda dy: closed_form(dy, cache)


def closure(dy, cache):
    return cache(dy)


def turned_forward(x, gamma, beta, *, eps):
    """The cache holds columns."""
    y, c = forward(x, gamma, beta, eps=eps)
    return y, (c.x_hat.T, gamma, c.std.T)


def turned(dy, cache):
    h, gamma, std = cache
    d = (dy * gamma).T
    dx = (d - d.mean(axis=0) - h * (d * h).mean(axis=0)) / std
    return dx.T, (dy.T * h).sum(axis=1), dy.sum(axis=0)


VARIANTS = [
    *(
        (f.__name__, (forward, f))
        for f in (
            closed_form,
            through_the_graph,
            as_in_the_paper,
            full_jacobian,
            row_by_row,
            differences,
        )
    ),
    ("closure", (closure_forward, closure)),
    ("turned", (turned_forward, turned)),
]


def parameters_as_rows(dy, c):
    dx, dgamma, dbeta = closed_form(dy, c)
    return dx, dgamma[None], dbeta[None]


def always_double(dy, c):
    return tuple(g.astype(np.float64) for g in closed_form(dy, c))


def scales_dy(dy, c):
    gradients = closed_form(dy, c)
    dy *= c.gamma
    return gradients


DRESSED = [(f.__name__, (forward, f)) for f in (parameters_as_rows, always_double, scales_dy)]


def gamma_squared(dy, c):
    dx, dgamma, dbeta = closed_form(dy * c.gamma, c)
    return dx, *parameters(dy, c)


def divided_by_gamma(dy, c):
    return closed_form(dy / c.gamma, c)[0], *parameters(dy, c)


def one_mean_over_all(dy, c):
    d = dy * c.gamma
    return (d - d.mean() - c.x_hat * (d * c.x_hat).mean()) / c.std, *parameters(dy, c)


def variance_half(dy, c):
    d = dy * c.gamma
    along = (d * c.x_hat).mean(axis=1, keepdims=True)
    return (d - d.mean(axis=1, keepdims=True) - 0.5 * c.x_hat * along) / c.std, *parameters(dy, c)


def x_for_x_hat(dy, c):
    d = dy * c.gamma
    along = (d * c.x).mean(axis=1, keepdims=True)
    return (d - d.mean(axis=1, keepdims=True) - c.x * along) / c.std, *parameters(dy, c)


def y_for_x_hat(dy, c):
    dx, _dgamma, dbeta = closed_form(dy, c)
    return dx, np.sum(dy * (c.gamma * c.x_hat + c.beta), axis=0), dbeta


def dgamma_with_gamma(dy, c):
    dx, dgamma, dbeta = closed_form(dy, c)
    return dx, dgamma * c.gamma, dbeta


def forgets_upstream(dy, c):
    return closed_form(np.ones_like(dy), c)


def std_of_first_row(dy, c):
    dx, dgamma, dbeta = closed_form(dy, c)
    return dx * c.std / c.std[:1], dgamma, dbeta


WRONG = [
    (f.__name__, (forward, f))
    for f in (
        gamma_squared,
        divided_by_gamma,
        one_mean_over_all,
        variance_half,
        x_for_x_hat,
        y_for_x_hat,
        dgamma_with_gamma,
        forgets_upstream,
        std_of_first_row,
    )
]
