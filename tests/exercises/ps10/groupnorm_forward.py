"""Programs for ``groupnorm_forward``."""

import numpy as np


def textbook(x, gamma, beta, *, groups, eps):
    N, C = x.shape[:2]
    g = x.reshape(N, groups, -1)
    x_hat = (g - g.mean(axis=-1, keepdims=True)) / np.sqrt(g.var(axis=-1, keepdims=True) + eps)
    x_hat = x_hat.reshape(x.shape)
    one_each = (1, C) + (1,) * (x.ndim - 2)
    return gamma.reshape(one_each) * x_hat + beta.reshape(one_each), (x_hat, gamma, groups)


def all_axes(x, gamma, beta, *, groups, eps):
    """The axis of channels split, all others kept."""
    shape = x.shape
    split = x.reshape(shape[0], groups, shape[1] // groups, *shape[2:])
    axes = tuple(range(2, split.ndim))
    mean = split.mean(axis=axes, keepdims=True)
    var = ((split - mean) ** 2).mean(axis=axes, keepdims=True)
    y = ((split - mean) * (var + eps) ** -0.5).reshape(shape)
    moved = np.moveaxis(y, 1, -1) * gamma + beta
    return np.moveaxis(moved, -1, 1), None


def channel_by_channel(x, gamma, beta, *, groups, eps):
    size = x.shape[1] // groups
    y = np.zeros(x.shape, x.dtype)
    for n in range(len(x)):
        for g in range(groups):
            block = x[n, g * size : (g + 1) * size]
            mean, std = np.mean(block), np.sqrt(np.var(block) + eps)
            for c in range(g * size, (g + 1) * size):
                y[n, c] = gamma[c] * (x[n, c] - mean) / std + beta[c]
    return y, [x]


def slices(x, gamma, beta, *, groups, eps):
    parts = []
    for block in np.split(x, groups, axis=1):
        axes = tuple(range(1, x.ndim))
        parts.append(
            (block - block.mean(axis=axes, keepdims=True))
            / np.sqrt(block.var(axis=axes, keepdims=True) + eps)
        )
    y = np.concatenate(parts, axis=1)
    y = np.swapaxes(np.swapaxes(y, 1, -1) * gamma + beta, 1, -1)
    return y, {"parts": parts}


def rows_of_groups(x, gamma, beta, *, groups, eps):
    """Every group of every sample as one row, moments in double precision."""
    rows = x.reshape(len(x) * groups, -1).astype(np.float64)
    mean = rows.mean(axis=1)
    var = (rows * rows).mean(axis=1) - mean * mean
    x_hat = ((rows.T - mean) / np.sqrt(var + eps)).T.astype(x.dtype).reshape(x.shape)
    n = x[0, 0].size
    flat = x_hat.reshape(len(x), -1) * np.repeat(gamma, n) + np.repeat(beta, n)
    return flat.reshape(x.shape), None


VARIANTS = [
    (f.__name__, (f,)) for f in (textbook, all_axes, channel_by_channel, slices, rows_of_groups)
]


def always_double(x, gamma, beta, *, groups, eps):
    return textbook(x.astype(np.float64), gamma, beta, groups=groups, eps=eps)


def overwrites_x(x, gamma, beta, *, groups, eps):
    y, cache = textbook(x, gamma, beta, groups=groups, eps=eps)
    x[...] = y
    return y, cache


def with_an_axis(x, gamma, beta, *, groups, eps):
    y, cache = textbook(x, gamma, beta, groups=groups, eps=eps)
    return y[None], cache


DRESSED = [(f.__name__, (f,)) for f in (always_double, overwrites_x, with_an_axis)]


def matrices_only(x, gamma, beta, *, groups, eps):
    g = x.reshape(len(x), groups, x.shape[1] // groups)
    x_hat = (g - g.mean(axis=2, keepdims=True)) / np.sqrt(g.var(axis=2, keepdims=True) + eps)
    return gamma * x_hat.reshape(x.shape) + beta, None


def images_only(x, gamma, beta, *, groups, eps):
    N, C, H, W = x.shape
    return textbook(x.reshape(N, C, H * W), gamma, beta, groups=groups, eps=eps)[0].reshape(
        N, C, H, W
    ), None


def groups_of_samples(x, gamma, beta, *, groups, eps):
    if len(x) % groups:
        return textbook(x, gamma, beta, groups=groups, eps=eps)
    g = x.reshape(groups, -1)
    x_hat = (g - g.mean(axis=1, keepdims=True)) / np.sqrt(g.var(axis=1, keepdims=True) + eps)
    one_each = (1, -1) + (1,) * (x.ndim - 2)
    return gamma.reshape(one_each) * x_hat.reshape(x.shape) + beta.reshape(one_each), None


def gamma_of_the_group(x, gamma, beta, *, groups, eps):
    size = x.shape[1] // groups
    return textbook(x, np.repeat(gamma[::size], size), beta, groups=groups, eps=eps)


def unit_length(x, gamma, beta, *, groups, eps):
    n = x[0].size // groups
    return textbook(x, gamma / np.sqrt(n), beta, groups=groups, eps=eps)


def mean_of_the_sample(x, gamma, beta, *, groups, eps):
    axes = tuple(range(1, x.ndim))
    g = (x - x.mean(axis=axes, keepdims=True)).reshape(len(x), groups, -1)
    x_hat = (g / np.sqrt(g.var(axis=2, keepdims=True) + eps)).reshape(x.shape)
    one_each = (1, -1) + (1,) * (x.ndim - 2)
    return gamma.reshape(one_each) * x_hat + beta.reshape(one_each), None


def channels_last(x, gamma, beta, *, groups, eps):
    """Takes the last axis for the channels' one."""
    moved = np.moveaxis(x, -1, 1)
    y = textbook(moved, gamma, beta, groups=groups, eps=eps)[0]
    return np.moveaxis(y, 1, -1), None


WRONG = [
    (f.__name__, (f,))
    for f in (
        matrices_only,
        images_only,
        groups_of_samples,
        gamma_of_the_group,
        unit_length,
        mean_of_the_sample,
        channels_last,
    )
]
