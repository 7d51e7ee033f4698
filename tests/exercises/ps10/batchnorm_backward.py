"""Programs for ``batchnorm_backward``."""

from types import SimpleNamespace

import numpy as np


def forward(x, gamma, beta, state, *, training, momentum, eps):
    if training:
        if len(x) < 2:
            raise ValueError("one row")
        mean, var = x.mean(axis=0), x.var(axis=0)
        rate, unbiased = momentum, x.var(axis=0, ddof=1)
        state = {
            "mean": (1 - rate) * state["mean"] + rate * mean,
            "var": (1 - rate) * state["var"] + rate * unbiased,
        }
    else:
        mean, var = state["mean"], state["var"]
    std = np.sqrt(var + eps)
    x_hat = (x - mean) / std
    cache = SimpleNamespace(
        x=x, mean=mean, var=var, std=std, x_hat=x_hat, gamma=gamma, eps=eps, training=training
    )
    return gamma * x_hat + beta, cache, state


def parameters(dy, c):
    return np.sum(dy * c.x_hat, axis=0), np.sum(dy, axis=0)


def closed_form(dy, c):
    dgamma, dbeta = parameters(dy, c)
    if not c.training:
        return dy * c.gamma / c.std, dgamma, dbeta
    N = len(dy)
    return c.gamma / (N * c.std) * (N * dy - dbeta - c.x_hat * dgamma), dgamma, dbeta


def through_the_graph(dy, c):
    """One operation of the forward pass at a time."""
    N = dy.shape[0]
    dx_hat = dy * c.gamma
    if not c.training:
        return dx_hat / c.std, *parameters(dy, c)
    centred = c.x - c.mean
    dinv_std = np.sum(dx_hat * centred, axis=0)
    dcentred = dx_hat / c.std
    dstd = -dinv_std / c.std**2
    dvar = 0.5 * dstd / np.sqrt(c.var + c.eps)
    dsquares = dvar / N * np.ones_like(dy)
    dcentred = dcentred + 2 * centred * dsquares
    dmean = -dcentred.sum(axis=0)
    return dcentred + dmean / N, *parameters(dy, c)


def as_in_the_paper(dy, c):
    if not c.training:
        return dy * c.gamma / c.std, *parameters(dy, c)
    N = dy.shape[0]
    dx_hat = dy * c.gamma
    centred = c.x - c.mean
    dvar = np.sum(dx_hat * centred * -0.5 * (c.var + c.eps) ** -1.5, axis=0)
    dmean = np.sum(-dx_hat / c.std, axis=0) + dvar * np.mean(-2 * centred, axis=0)
    return dx_hat / c.std + dvar * 2 * centred / N + dmean / N, *parameters(dy, c)


def full_jacobian(dy, c):
    """d x_hat[n] / d x[k] of one column as a matrix."""
    N, D = dy.shape
    dx = np.zeros_like(dy)
    for d in range(D):
        h = c.x_hat[:, d]
        jacobian = np.eye(N, dtype=dy.dtype)
        if c.training:
            jacobian = jacobian - 1 / N - np.outer(h, h) / N
        dx[:, d] = jacobian.T @ (dy[:, d] * c.gamma[d]) / c.std[d]
    return [dx, np.einsum("ni,ni->i", dy, c.x_hat), np.ones(N, dy.dtype) @ dy]


def closure_forward(x, gamma, beta, state, **settings):
    y, cache, state = forward(x, gamma, beta, state, **settings)
    return y, lambda dy: closed_form(dy, cache), state


def closure(dy, cache):
    return cache(dy)


def differences(dy, c):
    """Complex steps through the forward pass: no derivation at all."""
    dx = np.zeros_like(dy)
    for i in np.ndindex(dy.shape):
        z = c.x.astype(np.complex128)
        z[i] += 1e-20j
        mean, var = c.mean, c.var
        if c.training:
            mean = z.mean(axis=0)
            var = ((z - mean) ** 2).mean(axis=0)
        y = c.gamma * (z - mean) / np.sqrt(var + c.eps)
        dx[i] = np.sum(dy * y).imag / 1e-20
    return dx, *parameters(dy, c)


VARIANTS = [
    *(
        (f.__name__, (forward, f))
        for f in (closed_form, through_the_graph, as_in_the_paper, full_jacobian, differences)
    ),
    ("closure", (closure_forward, closure)),
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


def constants_at_last(dy, c):
    dx, dgamma, dbeta = closed_form(dy, c)
    dx[-1] = (c.gamma * dy / c.std)[-1]
    return dx, dgamma, dbeta


def gamma_squared(dy, c):
    dx, dgamma, dbeta = closed_form(dy, c)
    return dx * c.gamma, dgamma, dbeta


def never_training(dy, c):
    return c.gamma * dy / c.std, np.sum(dy * c.x_hat, axis=0), np.sum(dy, axis=0) / len(dy)


def std_twice(dy, c):
    dx, dgamma, dbeta = closed_form(dy, c)
    return dx / c.std, dgamma, dbeta


def dy_without_mean_for_dgamma(dy, c):
    dx, dgamma, dbeta = closed_form(dy, c)
    return dx, ((dy + 1) * c.x_hat).sum(axis=0), dbeta


def exact_zero_for_two(dy, c):
    dx, dgamma, dbeta = closed_form(dy, c)
    return dx * (len(dy) != 2), dgamma, dbeta


def variance_half(dy, c):
    dgamma, dbeta = parameters(dy, c)
    N = len(dy)
    dx = dy - dbeta / N - 0.5 * c.x_hat * dgamma / N if c.training else dy
    return c.gamma / c.std * dx, dgamma, dbeta


def dgamma_from_y(dy, c):
    dx, _dgamma, dbeta = closed_form(dy, c)
    return dx, np.sum(dy * c.gamma * c.x_hat, axis=0), dbeta


WRONG = [
    (f.__name__, (forward, f))
    for f in (
        constants_at_last,
        gamma_squared,
        never_training,
        std_twice,
        dy_without_mean_for_dgamma,
        exact_zero_for_two,
        variance_half,
        dgamma_from_y,
    )
]
