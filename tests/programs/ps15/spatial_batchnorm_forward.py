"""Solutions of ``spatial_batchnorm_forward(x, …) -> (y, cache, state)`` for x (N, C, H, W)."""

import numpy as np

from tests.programs.catalogue import Catalogue
from tests.programs.ps15.batchnorm_forward import textbook as batchnorm_forward

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(x, gamma, beta, state, *, training, momentum, eps):
    axes, n = (0, 2, 3), x.size // x.shape[1]
    mean, var = state["mean"], state["var"]
    if training:
        if n < 2:
            raise ValueError(f"{n} value to a channel has no variance")
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        state = {
            "mean": (1 - momentum) * state["mean"] + momentum * mean,
            "var": (1 - momentum) * state["var"] + momentum * var * n / (n - 1),
        }
    x_hat = (x - mean[:, None, None]) / np.sqrt(var + eps)[:, None, None]
    return gamma[:, None, None] * x_hat + beta[:, None, None], (x_hat, var, gamma), state


@right
def own_batchnorm_of_pixels(x, gamma, beta, state, **settings):
    N, C, H, W = x.shape
    rows = np.transpose(x, (0, 2, 3, 1)).reshape((-1, C))
    y, cache, state = batchnorm_forward(rows, gamma, beta, state, **settings)
    return y.reshape(N, H, W, C).transpose(0, 3, 1, 2), cache, state


@right
def columns_in_another_order(x, gamma, beta, state, **settings):
    # Which position a row belongs to makes no difference to the statistics.
    columns = x.swapaxes(0, 1).reshape(x.shape[1], -1)
    y, cache, state = batchnorm_forward(columns.T, gamma, beta, state, **settings)
    shape = (x.shape[1], x.shape[0], *x.shape[2:])
    return np.ascontiguousarray(y.T).reshape(shape).swapaxes(0, 1), cache, state


@right
def channel_by_channel(x, gamma, beta, state, *, training, momentum, eps):
    y, new = np.empty_like(x), {"mean": state["mean"].copy(), "var": state["var"].copy()}
    for c in range(x.shape[1]):
        values, mean, var = x[:, c].ravel(), state["mean"][c], state["var"][c]
        if training:
            if len(values) == 1:
                raise ValueError("no variance")
            mean, var = values.mean(), values.var()
            new["mean"][c] += momentum * (mean - new["mean"][c])
            new["var"][c] += momentum * (values.var(ddof=1) - new["var"][c])
        y[:, c] = gamma[c] * (x[:, c] - mean) / np.sqrt(var + eps) + beta[c]
    return y, None, new if training else state


@right
def sums_by_einsum(x, gamma, beta, state, *, training, momentum, eps):
    if not training:
        scale = gamma / np.sqrt(state["var"] + eps)
        shift = beta - state["mean"] * scale
        return np.einsum("nchw,c->nchw", x, scale) + shift.reshape(1, -1, 1, 1), scale, state
    n = x[:, 0].size
    if n <= 1:
        raise ValueError("at least two values to a channel")
    mean = np.einsum("nchw->c", x) / n
    r = x - mean.reshape(-1, 1, 1)
    squares = np.einsum("nchw,nchw->c", r, r)
    old, m = state, momentum
    state = {
        "mean": m * mean + (1 - m) * old["mean"],
        "var": m * squares / (n - 1) + (1 - m) * old["var"],
    }
    y = np.einsum("nchw,c->nchw", r, gamma / np.sqrt(squares / n + eps))
    return y + beta.reshape(-1, 1, 1), [r], state


@form
def state_of_shape_1_c_1_1(x, gamma, beta, state, **settings):
    y, cache, state = textbook(x, gamma, beta, state, **settings)
    if settings["training"]:
        state = {name: value.reshape(1, -1, 1, 1) for name, value in state.items()}
    return y, cache, state


@form
def state_changed_in_place(x, gamma, beta, state, **settings):
    y, cache, new = textbook(x, gamma, beta, state, **settings)
    for name in state:
        state[name][...] = new[name]
    return y, cache, state


@wrong
def a_single_image_is_refused(x, gamma, beta, state, **settings):
    if settings["training"] and len(x) == 1:
        raise ValueError("a single image")
    return textbook(x, gamma, beta, state, **settings)
