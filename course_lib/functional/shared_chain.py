"""One weight matrix used several times in a row (S3, "shared W")."""

from course_lib.backend import Array, array_namespace
from course_lib.functional.activations import SigmoidCache, sigmoid_backward, sigmoid_forward
from course_lib.shapes import require_shapes

Cache = tuple[
    Array, list[tuple[Array, SigmoidCache]]
]  # W, and z before the step with its sigmoid's cache


def shared_chain_forward(x: Array, W: Array, n: int) -> tuple[Array, Cache]:
    """Start with ``z = x`` and repeat ``z = sigmoid(z @ W)`` n times, with the same W.

    Parameters
    ----------
    x : (N, D)
    W : (D, D)
    n : how many times, 1 or more

    Returns
    -------
    y : (N, D), the last z
    cache : passed unchanged to :func:`shared_chain_backward`

    Raises
    ------
    ValueError
        If n is less than 1, or if the shapes do not fit together.
    """
    require_shapes("shared_chain_forward", x=(x, "N D"), W=(W, "D D"))
    if n < 1:
        raise ValueError(f"shared_chain_forward: n is {n}, expected 1 or more")
    steps = []
    z = x
    for _ in range(n):
        z_before = z
        z, sigmoid_cache = sigmoid_forward(z_before @ W)
        steps.append((z_before, sigmoid_cache))
    return z, (W, steps)


def shared_chain_backward(dy: Array, cache: Cache) -> tuple[Array, Array]:
    """Gradients of :func:`shared_chain_forward`: dW is the sum over all uses of W.

    Backwards through the steps, ``du = dz * z * (1 - z)``, then ``dW += z_before^T du`` and
    ``dz = du W^T`` for the step before.

    Parameters
    ----------
    dy : (N, D), gradient of the loss with respect to y
    cache : from :func:`shared_chain_forward`

    Returns
    -------
    dx : (N, D)
    dW : (D, D)

    Raises
    ------
    ValueError
        If dy does not have the shape of y.
    """
    W, steps = cache
    require_shapes("shared_chain_backward", x=(steps[0][0], "N D"), dy=(dy, "N D"))
    dz = dy
    dW = array_namespace(dy, W).zeros_like(W)
    for z_before, sigmoid_cache in reversed(steps):
        du = sigmoid_backward(dz, sigmoid_cache)
        dW = dW + z_before.T @ du
        dz = du @ W.T
    return dz, dW
