"""Rescaled ReLU units."""

from course_lib.backend import Array, array_namespace
from course_lib.shapes import require_shapes

Params = list[tuple[Array, Array]]
"""[(W1, b1), (W2, b2)] of a network with one hidden layer."""


def rescale_relu_units(params: Params, scales: Array) -> Params:
    """Parameters of the same network with hidden units that are larger or smaller.

    Because ``relu(c * u) = c * relu(u)`` for c > 0, the output of a unit is multiplied by c if its
    column of W1 and its bias are. Dividing its row of W2 by c leaves the network's output
    unchanged.

    Parameters
    ----------
    params : [(W1, b1), (W2, b2)] with W1 (n_in, m), b1 (m,), W2 (m, n_out), b2 (n_out,)
    scales : (m,) numbers c > 0, one for each unit, of the float type of params

    Returns
    -------
    params : new arrays; with ReLU between the layers the network computes the same

    Raises
    ------
    ValueError
        If the shapes do not fit together or a scale is not above 0.
    """
    (W1, b1), (W2, b2) = params
    require_shapes(
        "rescale_relu_units",
        W1=(W1, "n_in m"),
        b1=(b1, "m"),
        W2=(W2, "m n_out"),
        b2=(b2, "n_out"),
        scales=(scales, "m"),
    )
    xp = array_namespace(W1, b1, W2, b2, scales)
    if not bool(xp.all(scales > 0)):
        raise ValueError(
            "rescale_relu_units: expected scales above 0, because relu(c u) = c relu(u)"
        )
    return [(W1 * scales, b1 * scales), (W2 / scales[:, None], xp.asarray(b2, copy=True))]
