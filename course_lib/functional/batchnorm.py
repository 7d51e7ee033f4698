"""Batch normalisation of the columns of a matrix, and of the channels of images (S2, S3, S4)."""

from course_lib.backend import Array, array_namespace
from course_lib.functional.rows import channels_to_columns, column_sums, columns_to_channels
from course_lib.shapes import require_shapes

State = dict[str, Array]
"""Running statistics: ``{"mean": (D,), "var": (D,)}``."""

BatchNormCache = tuple[Array, Array, Array, bool]  # x - mean, gamma, inv_std, training


def batchnorm_forward(
    x: Array,
    gamma: Array,
    beta: Array,
    state: State,
    *,
    training: bool,
    momentum: float,
    eps: float,
) -> tuple[Array, BatchNormCache, State]:
    """Normalise every column: ``y = gamma * (x - mean) / sqrt(var + eps) + beta``.

    In training, mean and (biased) variance are those of the batch, and the running statistics move
    by ``running = (1 - momentum) * running + momentum * batch``, with the unbiased variance, as in
    PyTorch.  Otherwise mean and variance are the running ones (Ioffe and Szegedy 2015).

    Parameters
    ----------
    x : (N, D), in training N >= 2
    gamma, beta : (D,)
    state : ``{"mean": (D,), "var": (D,)}``
    training : whether to use, and to learn from, the statistics of this batch
    momentum : weight of the new batch in the running statistics, in [0, 1]
    eps : added to the variance, positive

    Returns
    -------
    y : (N, D)
    cache : passed unchanged to :func:`batchnorm_backward`
    state : a new one in training, else the one given

    Raises
    ------
    ValueError
        If there is only one row to train on, or if the shapes do not fit together.
    """
    mean, var = state["mean"], state["var"]
    vectors = {"gamma": gamma, "beta": beta, "mean": mean, "var": var}
    of_columns = {name: (vector, "D") for name, vector in vectors.items()}
    require_shapes("batchnorm_forward", x=(x, "N D"), **of_columns)
    xp = array_namespace(x, gamma, beta, mean, var)
    momentum, eps = float(momentum), float(eps)
    if training:
        N = x.shape[0]
        if N < 2:
            raise ValueError(
                f"batchnorm_forward: the batch has {N} row(s), and one value per column has no "
                "variance; train on batches of at least 2 rows, or pass training=False"
            )
        mean = column_sums(x) / N
        centred = x - mean
        var = column_sums(centred * centred) / N
        state = {
            "mean": (1.0 - momentum) * state["mean"] + momentum * mean,
            "var": (1.0 - momentum) * state["var"] + momentum * (N / (N - 1)) * var,
        }
    else:
        centred = x - mean
    inv_std = 1.0 / xp.sqrt(var + eps)
    y = centred * (gamma * inv_std)
    y += beta
    return y, (centred, gamma, inv_std, training), state


def batchnorm_backward(dy: Array, cache: BatchNormCache) -> tuple[Array, Array, Array]:
    """Gradients of :func:`batchnorm_forward`.

    With ``x_hat`` the normalised input and means over the batch,
    ``dbeta = sum_n dy``, ``dgamma = sum_n dy * x_hat``, and in training
    ``dx = gamma / std * (dy - mean(dy) - x_hat * mean(dy * x_hat))``: the two means come from the
    batch's mean and variance, which depend on x as well.  After an evaluation forward those are
    constants and ``dx = gamma / std * dy``.

    Parameters
    ----------
    dy : (N, D), gradient of the loss with respect to y
    cache : from :func:`batchnorm_forward`

    Returns
    -------
    dx : (N, D)
    dgamma, dbeta : (D,)

    Raises
    ------
    ValueError
        If dy does not have the shape of y.
    """
    centred, gamma, inv_std, training = cache
    require_shapes("batchnorm_backward", x=(centred, "N D"), dy=(dy, "N D"))
    dbeta = column_sums(dy)
    dgamma = column_sums(dy * centred) * inv_std
    if not training:
        return gamma * inv_std * dy, dgamma, dbeta
    N = dy.shape[0]
    dx = dy - dbeta / N
    dx -= centred * (inv_std * dgamma / N)
    dx *= gamma * inv_std
    return dx, dgamma, dbeta


SpatialBatchNormCache = tuple[Array, BatchNormCache]  # y, and what batchnorm_backward needs


def spatial_batchnorm_forward(
    x: Array,
    gamma: Array,
    beta: Array,
    state: State,
    *,
    training: bool,
    momentum: float,
    eps: float,
) -> tuple[Array, SpatialBatchNormCache, State]:
    """Batch norm with every position of every image as a sample: statistics over N, H and W.

    All positions of a channel share the same statistics, as they share the filters of a
    convolution. Everything else is as in :func:`batchnorm_forward` (S4; Ioffe and Szegedy 2015,
    section 3.2).

    Parameters
    ----------
    x : (N, C, H, W), in training N * H * W >= 2
    gamma, beta : (C,)
    state : ``{"mean": (C,), "var": (C,)}``
    training, momentum, eps : as in :func:`batchnorm_forward`

    Returns
    -------
    y : (N, C, H, W)
    cache : passed unchanged to :func:`spatial_batchnorm_backward`
    state : a new one in training, else the one given

    Raises
    ------
    ValueError
        If there is only one value per channel to train on, or if the shapes do not fit together.
    """
    require_shapes(
        "spatial_batchnorm_forward", x=(x, "N C H W"), gamma=(gamma, "C"), beta=(beta, "C")
    )
    y, cache, state = batchnorm_forward(
        channels_to_columns(x), gamma, beta, state, training=training, momentum=momentum, eps=eps
    )
    y = columns_to_channels(y, x.shape)
    return y, (y, cache), state


def spatial_batchnorm_backward(
    dy: Array, cache: SpatialBatchNormCache
) -> tuple[Array, Array, Array]:
    """Gradients of :func:`spatial_batchnorm_forward`: those of batch norm, over all positions.

    Parameters
    ----------
    dy : (N, C, H, W), gradient of the loss with respect to y
    cache : from :func:`spatial_batchnorm_forward`

    Returns
    -------
    dx : (N, C, H, W)
    dgamma, dbeta : (C,)

    Raises
    ------
    ValueError
        If dy does not have the shape of y.
    """
    y, batchnorm_cache = cache
    require_shapes("spatial_batchnorm_backward", y=(y, "N C H W"), dy=(dy, "N C H W"))
    dx, dgamma, dbeta = batchnorm_backward(channels_to_columns(dy), batchnorm_cache)
    return columns_to_channels(dx, dy.shape), dgamma, dbeta
