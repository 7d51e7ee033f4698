"""Group normalisation: the channels of every sample in groups (S3; Wu and He 2018)."""

import math

from course_lib.backend import Array, array_namespace
from course_lib.shapes import require_shapes

Cache = tuple[Array, Array, Array, int]  # x_hat, gamma, inv_std, groups


def groupnorm_forward(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float
) -> tuple[Array, Cache]:
    """Normalise each group of channels of each sample, then scale and shift each channel.

    ``y = gamma * (x - mean) / sqrt(var + eps) + beta`` where mean and (biased) variance are those
    of the ``C / groups`` neighbouring channels of a group, over all positions of one sample. One
    group is layer norm with a gamma per channel; C groups are instance norm.

    Parameters
    ----------
    x : (N, C, …), for instance (N, C) or images (N, C, H, W)
    gamma, beta : (C,)
    groups : a divisor of C
    eps : added to the variance, positive

    Returns
    -------
    y : shape of x
    cache : passed unchanged to :func:`groupnorm_backward`

    Raises
    ------
    ValueError
        If groups does not divide C, if there are no values, or if the shapes do not fit together.
    """
    require_shapes("groupnorm_forward", x=(x, "N C ..."), gamma=(gamma, "C"), beta=(beta, "C"))
    C = x.shape[1]
    if groups < 1 or C % groups:
        raise ValueError(
            f"groupnorm_forward: groups is {groups}, expected a divisor of the {C} channels of x"
        )
    if math.prod(x.shape[1:]) == 0:
        raise ValueError(
            f"groupnorm_forward: x has shape {tuple(x.shape)}, and a group without values has no "
            "mean; every axis after the first must be 1 or more"
        )
    xp = array_namespace(x, gamma, beta)
    grouped = _in_groups(x, groups)
    mean = xp.mean(grouped, axis=2, keepdims=True)
    var = xp.mean((grouped - mean) ** 2, axis=2, keepdims=True)
    inv_std = 1.0 / xp.sqrt(var + float(eps))
    x_hat = xp.reshape((grouped - mean) * inv_std, x.shape)
    y = _per_channel(gamma, x) * x_hat + _per_channel(beta, x)
    return y, (x_hat, gamma, inv_std, groups)


def groupnorm_backward(dy: Array, cache: Cache) -> tuple[Array, Array, Array]:
    """Gradients of :func:`groupnorm_forward`.

    As in layer norm, with means over a group: ``dx_hat = gamma * dy`` and
    ``dx = (dx_hat - mean(dx_hat) - x_hat * mean(dx_hat * x_hat)) / std``. ``dgamma`` and ``dbeta``
    are sums of ``dy * x_hat`` and ``dy`` over samples and positions.

    Parameters
    ----------
    dy : shape of y, gradient of the loss with respect to y
    cache : from :func:`groupnorm_forward`

    Returns
    -------
    dx : shape of x
    dgamma, dbeta : (C,)

    Raises
    ------
    ValueError
        If dy does not have the shape of y.
    """
    x_hat, gamma, inv_std, groups = cache
    require_shapes("groupnorm_backward", x_hat=(x_hat, "..."), dy=(dy, "..."))
    xp = array_namespace(dy, x_hat)
    all_but_channels = (0, *range(2, dy.ndim))
    dgamma = xp.sum(dy * x_hat, axis=all_but_channels)
    dbeta = xp.sum(dy, axis=all_but_channels)
    dx_hat = _in_groups(_per_channel(gamma, dy) * dy, groups)
    grouped = _in_groups(x_hat, groups)
    mean = xp.mean(dx_hat, axis=2, keepdims=True)
    along = xp.mean(dx_hat * grouped, axis=2, keepdims=True)
    dx = (dx_hat - mean - grouped * along) * inv_std
    return xp.reshape(dx, dy.shape), dgamma, dbeta


def _in_groups(x: Array, groups: int) -> Array:
    """All values of a group in one row: (N, groups, values)."""
    values = math.prod(x.shape[1:]) // groups
    return array_namespace(x).reshape(x, (x.shape[0], groups, values))


def _per_channel(gamma: Array, x: Array) -> Array:
    """One number per channel, in a shape that broadcasts with x: (1, C, 1, …)."""
    return array_namespace(gamma).reshape(gamma, (1, gamma.shape[0], *(1 for _ in x.shape[2:])))
