"""A multilayer perceptron as one function: affine maps with ReLU between them (S0, S1, S3, S4)."""

from collections.abc import Sequence

from course_lib.backend import Array
from course_lib.functional.activations import ReLUCache, relu_backward, relu_forward
from course_lib.functional.linear import Cache as LinearCache
from course_lib.functional.linear import linear_backward, linear_forward

Cache = list[tuple[LinearCache, ReLUCache | None]]  # one pair per layer; the last has no ReLU


def mlp_forward(x: Array, params: Sequence[tuple[Array, Array]]) -> tuple[Array, Cache]:
    """Output ``y = relu(… relu(x @ W1 + b1) …) @ WL + bL``: the last layer is linear.

    Parameters
    ----------
    x : (N, n_0)
    params : [(W1, b1), …, (WL, bL)] with W_l (n_{l-1}, n_l) and b_l (n_l,), at least one pair

    Returns
    -------
    y : (N, n_L)
    cache : passed unchanged to :func:`mlp_backward`

    Raises
    ------
    ValueError
        If there are no parameters, or if the shapes do not fit together.
    """
    if not params:
        raise ValueError("mlp_forward: params is empty; give at least one pair (W, b)")
    cache: Cache = []
    z = x
    for W, b in params[:-1]:
        u, linear_cache = linear_forward(z, W, b)
        z, relu_cache = relu_forward(u)
        cache.append((linear_cache, relu_cache))
    W, b = params[-1]
    y, linear_cache = linear_forward(z, W, b)
    cache.append((linear_cache, None))
    return y, cache


def mlp_backward(dy: Array, cache: Cache) -> tuple[Array, list[tuple[Array, Array]]]:
    """Gradients of :func:`mlp_forward`: the layers' own backward passes, last layer first.

    Parameters
    ----------
    dy : (N, n_L), gradient of the loss with respect to y
    cache : from :func:`mlp_forward`

    Returns
    -------
    dx : (N, n_0)
    dparams : [(dW1, db1), …, (dWL, dbL)], in the order of params

    Raises
    ------
    ValueError
        If dy does not have the shape of y.
    """
    dz = dy
    dparams = []
    for linear_cache, relu_cache in reversed(cache):
        du = dz if relu_cache is None else relu_backward(dz, relu_cache)
        dz, dW, db = linear_backward(du, linear_cache)
        dparams.append((dW, db))
    return dz, dparams[::-1]
