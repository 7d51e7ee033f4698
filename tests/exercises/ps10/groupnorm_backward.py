"""Programs for ``groupnorm_backward``."""

from types import SimpleNamespace

import numpy as np


def forward(x, gamma, beta, *, groups, eps):
    rows = x.reshape(len(x), groups, -1)
    mean, var = rows.mean(axis=2, keepdims=True), rows.var(axis=2, keepdims=True)
    std = np.sqrt(var + eps)
    x_hat = ((rows - mean) / std).reshape(x.shape)
    one_each = (1, len(gamma)) + (1,) * (x.ndim - 2)
    cache = SimpleNamespace(
        rows=rows,
        mean=mean,
        var=var,
        std=std,
        x_hat=x_hat,
        gamma=gamma.reshape(one_each),
        eps=eps,
        groups=groups,
    )
    return cache.gamma * x_hat + beta.reshape(one_each), cache


def parameters(dy, c):
    axes = (0, *range(2, dy.ndim))
    return np.sum(dy * c.x_hat, axis=axes), np.sum(dy, axis=axes)


def closed_form(dy, c):
    d = (dy * c.gamma).reshape(c.rows.shape)
    h = c.x_hat.reshape(c.rows.shape)
    n = d.shape[2]
    total, along = d.sum(axis=2, keepdims=True), (d * h).sum(axis=2, keepdims=True)
    return ((n * d - total - h * along) / (n * c.std)).reshape(dy.shape), *parameters(dy, c)


def through_the_graph(dy, c):
    d = (dy * c.gamma).reshape(c.rows.shape)
    n = d.shape[2]
    centred = c.rows - c.mean
    dvar = np.sum(d * centred, axis=2, keepdims=True) * -0.5 * (c.var + c.eps) ** -1.5
    dcentred = d / c.std + 2 / n * centred * dvar
    dx = dcentred - dcentred.mean(axis=2, keepdims=True)
    return dx.reshape(dy.shape), *parameters(dy, c)


def group_by_group(dy, c):
    N, C = dy.shape[:2]
    size = C // c.groups
    dx = np.zeros_like(dy)
    for n in range(N):
        for g in range(c.groups):
            part = slice(g * size, (g + 1) * size)
            d, h = dy[n, part] * c.gamma[0, part], c.x_hat[n, part]
            dx[n, part] = (d - d.mean() - h * (d * h).mean()) / c.std[n, g, 0]
    dgamma = np.array([(dy[:, k] * c.x_hat[:, k]).sum() for k in range(C)], dy.dtype)
    return dx, dgamma, np.array([dy[:, k].sum() for k in range(C)], dy.dtype)


def all_axes(dy, c):
    """The axis of channels split, and nothing flattened."""
    split = (len(dy), c.groups, dy.shape[1] // c.groups, *dy.shape[2:])
    axes = tuple(range(2, len(split)))
    d, h = (dy * c.gamma).reshape(split), c.x_hat.reshape(split)
    std = c.std.reshape(len(dy), c.groups, *(1 for _ in axes))
    dx = (d - d.mean(axis=axes, keepdims=True) - h * (d * h).mean(axis=axes, keepdims=True)) / std
    N, C = dy.shape[:2]
    dgamma = np.einsum("ncp,ncp->c", dy.reshape(N, C, -1), c.x_hat.reshape(N, C, -1))
    return [dx.reshape(dy.shape), dgamma, dy.reshape(N, C, -1).sum(axis=2).sum(axis=0)]


def closure_forward(x, gamma, beta, *, groups, eps):
    y, cache = forward(x, gamma, beta, groups=groups, eps=eps)
    return y, lambda dy: closed_form(dy, cache)


def closure(dy, cache):
    return cache(dy)


def differences(dy, c):
    """Complex steps through the forward pass: no derivation at all."""
    x = c.rows.reshape(dy.shape)
    dx = np.zeros_like(dy)
    for i in np.ndindex(dy.shape):
        z = x.astype(np.complex128)
        z[i] += 1e-20j
        rows = z.reshape(c.rows.shape)
        mean = rows.mean(axis=2, keepdims=True)
        var = ((rows - mean) ** 2).mean(axis=2, keepdims=True)
        x_hat = ((rows - mean) / np.sqrt(var + c.eps)).reshape(dy.shape)
        dx[i] = np.sum(dy * c.gamma * x_hat).imag / 1e-20
    return dx, *parameters(dy, c)


VARIANTS = [
    *(
        (f.__name__, (forward, f))
        for f in (closed_form, through_the_graph, group_by_group, all_axes, differences)
    ),
    ("closure", (closure_forward, closure)),
]


def parameters_as_rows(dy, c):
    dx, dgamma, dbeta = closed_form(dy, c)
    return dx, dgamma[None], dbeta[None]


def parameters_keep_their_axes(dy, c):
    dx, dgamma, dbeta = closed_form(dy, c)
    return dx, dgamma.reshape(c.gamma.shape), dbeta.reshape(c.gamma.shape)


def always_double(dy, c):
    return tuple(g.astype(np.float64) for g in closed_form(dy, c))


def scales_dy(dy, c):
    gradients = closed_form(dy, c)
    dy *= c.gamma
    return gradients


DRESSED = [
    (f.__name__, (forward, f))
    for f in (parameters_as_rows, parameters_keep_their_axes, always_double, scales_dy)
]


def gamma_squared(dy, c):
    return closed_form(dy * c.gamma, c)[0], *parameters(dy, c)


def gammas_mean(dy, c):
    dx, dgamma, dbeta = closed_form(dy / c.gamma * c.gamma.mean(), c)
    return dx, *parameters(dy, c)


def one_group(dy, c):
    d = dy * c.gamma
    axes = tuple(range(1, d.ndim))
    along = (d * c.x_hat).mean(axis=axes, keepdims=True)
    inner = (d - d.mean(axis=axes, keepdims=True) - c.x_hat * along).reshape(c.rows.shape)
    return (inner / c.std).reshape(dy.shape), *parameters(dy, c)


def std_twice(dy, c):
    dx, dgamma, dbeta = closed_form(dy, c)
    return (dx.reshape(c.rows.shape) / c.std).reshape(dy.shape), dgamma, dbeta


def variance_half(dy, c):
    d, h = (dy * c.gamma).reshape(c.rows.shape), c.x_hat.reshape(c.rows.shape)
    along = (d * h).mean(axis=2, keepdims=True)
    dx = (d - d.mean(axis=2, keepdims=True) - 0.5 * h * along) / c.std
    return dx.reshape(dy.shape), *parameters(dy, c)


def dgamma_with_gamma(dy, c):
    dx, dgamma, dbeta = closed_form(dy, c)
    return dx, dgamma * c.gamma.ravel(), dbeta


def first_position(dy, c):
    N, C = dy.shape[:2]
    dx = closed_form(dy, c)[0]
    here, h = dy.reshape(N, C, -1)[:, :, 0], c.x_hat.reshape(N, C, -1)[:, :, 0]
    return dx, (here * h).sum(axis=0), here.sum(axis=0)


def forgets_upstream(dy, c):
    return closed_form(np.ones_like(dy), c)


WRONG = [
    (f.__name__, (forward, f))
    for f in (
        gamma_squared,
        gammas_mean,
        one_group,
        std_twice,
        variance_half,
        dgamma_with_gamma,
        first_position,
        forgets_upstream,
    )
]
