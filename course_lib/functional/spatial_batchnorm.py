"""Batch normalisation of images, channel by channel (S4; Ioffe and Szegedy 2015, section 3.2)."""

from course_lib.backend import Array
from course_lib.functional.batchnorm import Cache as BatchNormCache
from course_lib.functional.batchnorm import State, batchnorm_backward, batchnorm_forward
from course_lib.functional.channels_to_columns import channels_to_columns, columns_to_channels
from course_lib.shapes import require_shapes

Cache = tuple[Array, BatchNormCache]  # y, and what batchnorm_backward needs


def spatial_batchnorm_forward(
    x: Array,
    gamma: Array,
    beta: Array,
    state: State,
    *,
    training: bool,
    momentum: float,
    eps: float,
) -> tuple[Array, Cache, State]:
    """Batch norm with every position of every image as a sample: statistics over N, H and W.

    All positions of a channel share the same statistics, as they share the filters of a
    convolution. Everything else is as in :func:`batchnorm_forward`.

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


def spatial_batchnorm_backward(dy: Array, cache: Cache) -> tuple[Array, Array, Array]:
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
