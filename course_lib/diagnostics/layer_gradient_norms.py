"""The size of the gradient in each layer of a deep sigmoid net (S2, S3)."""

import math
from collections.abc import Sequence

from course_lib.backend import Array, array_namespace
from course_lib.functional.sigmoid import sigmoid_backward, sigmoid_forward
from course_lib.shapes import require_shapes


def layer_gradient_norms(weights: Sequence[Array], x: Array, dy: Array) -> list[float]:
    """Frobenius norm of each layer's dW in the net ``z_l = sigmoid(z_{l-1} @ W_l)``, ``z_0 = x``.

    Each layer multiplies the gradient by ``z (1 - z) <= 1/4`` and by its weights: the norms shrink,
    or with large weights grow, by about the same factor from layer to layer.

    Parameters
    ----------
    weights : [W_1, …, W_L] with W_l (n_{l-1}, n_l), at least one; there are no biases
    x : (N, n_0)
    dy : (N, n_L), gradient of the loss with respect to z_L

    Returns
    -------
    norms : one per layer, the first layer's first

    Raises
    ------
    ValueError
        If there are no weights or the shapes do not fit together.
    """
    if not weights:
        raise ValueError("layer_gradient_norms: weights is empty; give at least one matrix")
    z = x
    steps = []
    for W in weights:
        require_shapes("layer_gradient_norms", z=(z, "N n_in"), W=(W, "n_in n_out"))
        z_in = z
        z, cache = sigmoid_forward(z @ W)
        steps.append((z_in, W, cache))
    require_shapes("layer_gradient_norms", y=(z, "N K"), dy=(dy, "N K"))
    dz = dy
    norms = []
    for z_in, W, cache in reversed(steps):
        du = sigmoid_backward(dz, cache)
        dW = z_in.T @ du
        norms.append(math.sqrt(float(array_namespace(dW).sum(dW * dW))))
        dz = du @ W.T
    return norms[::-1]
