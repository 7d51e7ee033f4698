"""Norms of each sample by itself: layer norm, RMS norm and group norm (S3)."""

import math

from course_lib.backend import Array, array_namespace
from course_lib.functional.rows import dot_of_rows, require_rows, sum_over_rows
from course_lib.shapes import require_shapes

LayerNormCache = tuple[Array, Array, Array]  # x_hat, gamma, inv_std


def layernorm_forward(
    x: Array, gamma: Array, beta: Array, *, eps: float
) -> tuple[Array, LayerNormCache]:
    """Normalise every row: ``y = gamma * (x - mean) / sqrt(var + eps) + beta``.

    A row lies along the last axis: of sequences (N, T, D), every step of every sequence is one.
    Mean and (biased) variance are those of the row, in training and in evaluation: samples are
    independent of each other, and there are no running statistics (S3; Ba et al. 2016).

    Parameters
    ----------
    x : (N, …, D), D >= 1
    gamma, beta : (D,)
    eps : added to the variance, positive

    Returns
    -------
    y : shape of x
    cache : passed unchanged to :func:`layernorm_backward`

    Raises
    ------
    ValueError
        If there are no columns, or if the shapes do not fit together.
    """
    require_rows("layernorm_forward", x, gamma=gamma, beta=beta)
    xp = array_namespace(x, gamma, beta)
    D = x.shape[-1]
    mean = dot_of_rows(x, xp.ones_like(gamma)) / D  # a product with ones is a faster sum
    x_hat = x - mean[..., None]
    var = xp.vecdot(x_hat, x_hat) / D
    inv_std = 1.0 / xp.sqrt(var + float(eps))[..., None]
    x_hat *= inv_std
    y = gamma * x_hat
    y += beta
    return y, (x_hat, gamma, inv_std)


def layernorm_backward(dy: Array, cache: LayerNormCache) -> tuple[Array, Array, Array]:
    """Gradients of :func:`layernorm_forward`.

    With ``x_hat`` the normalised input, ``dx_hat = gamma * dy`` and means over a row,
    ``dx = (dx_hat - mean(dx_hat) - x_hat * mean(dx_hat * x_hat)) / std``,
    ``dgamma = sum dy * x_hat`` and ``dbeta = sum dy``, sums over all rows. Unlike in batch
    norm, gamma varies over the elements of a mean, so it cannot be factored out.

    Parameters
    ----------
    dy : gradient of the loss with respect to y, of the shape of y
    cache : from :func:`layernorm_forward`

    Returns
    -------
    dx : shape of x
    dgamma, dbeta : (D,)

    Raises
    ------
    ValueError
        If dy does not have the shape of y.
    """
    x_hat, gamma, inv_std = cache
    require_shapes("layernorm_backward", x_hat=(x_hat, "N ... D"), dy=(dy, "N ... D"))
    D = dy.shape[-1]
    product = dy * x_hat
    dx = gamma * dy  # so far dx_hat; its dot product with ones is that of dy with gamma
    dx -= (dot_of_rows(dy, gamma) / D)[..., None]
    dx -= x_hat * (dot_of_rows(product, gamma) / D)[..., None]
    dx *= inv_std
    return dx, sum_over_rows(product), sum_over_rows(dy)


RMSNormCache = tuple[Array, Array, Array]  # x_hat, gamma, inv_rms


def rmsnorm_forward(x: Array, gamma: Array, *, eps: float) -> tuple[Array, RMSNormCache]:
    """Divide every row by its root mean square: ``y = gamma * x / sqrt(mean(x**2) + eps)``.

    Layer norm without the mean and without beta (Zhang and Sennrich 2019). A row lies along the
    last axis, as in :func:`layernorm_forward`.

    Parameters
    ----------
    x : (N, …, D), D >= 1
    gamma : (D,)
    eps : added to the mean square, positive

    Returns
    -------
    y : shape of x
    cache : passed unchanged to :func:`rmsnorm_backward`

    Raises
    ------
    ValueError
        If there are no columns, or if the shapes do not fit together.
    """
    require_rows("rmsnorm_forward", x, gamma=gamma)
    xp = array_namespace(x, gamma)
    mean_square = xp.vecdot(x, x) / x.shape[-1]
    inv_rms = 1.0 / xp.sqrt(mean_square + float(eps))[..., None]
    x_hat = x * inv_rms
    return gamma * x_hat, (x_hat, gamma, inv_rms)


def rmsnorm_backward(dy: Array, cache: RMSNormCache) -> tuple[Array, Array]:
    """Gradients of :func:`rmsnorm_forward`.

    With ``x_hat = x / rms``, ``dx_hat = gamma * dy`` and the mean over a row,
    ``dx = (dx_hat - x_hat * mean(dx_hat * x_hat)) / rms`` and ``dgamma = sum dy * x_hat``, the sum
    over all rows.

    Parameters
    ----------
    dy : gradient of the loss with respect to y, of the shape of y
    cache : from :func:`rmsnorm_forward`

    Returns
    -------
    dx : shape of x
    dgamma : (D,)

    Raises
    ------
    ValueError
        If dy does not have the shape of y.
    """
    x_hat, gamma, inv_rms = cache
    require_shapes("rmsnorm_backward", x_hat=(x_hat, "N ... D"), dy=(dy, "N ... D"))
    product = dy * x_hat
    dx = gamma * dy
    dx -= x_hat * (dot_of_rows(product, gamma) / dy.shape[-1])[..., None]
    dx *= inv_rms
    return dx, sum_over_rows(product)


GroupNormCache = tuple[Array, Array, Array, int]  # x_hat, gamma, inv_std, groups


def groupnorm_forward(
    x: Array, gamma: Array, beta: Array, *, groups: int, eps: float
) -> tuple[Array, GroupNormCache]:
    """Normalise each group of channels of each sample, then scale and shift each channel.

    ``y = gamma * (x - mean) / sqrt(var + eps) + beta`` where mean and (biased) variance are those
    of the ``C / groups`` neighbouring channels of a group, over all positions of one sample. One
    group is layer norm with a gamma per channel; C groups are instance norm (S3; Wu and He 2018).

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


def groupnorm_backward(dy: Array, cache: GroupNormCache) -> tuple[Array, Array, Array]:
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
