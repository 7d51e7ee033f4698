"""The leaky rectifier ``z = max(u, 0) + slope * min(u, 0)`` (S2, S3; Maas et al. 2013)."""

from course_lib.backend import Array, array_namespace
from course_lib.shapes import require_shapes

Cache = tuple[Array, float]  # u, slope


def leaky_relu_forward(u: Array, slope: float) -> tuple[Array, Cache]:
    """Leaky rectifier, element by element: ``z = u`` where ``u > 0``, else ``slope * u``.

    Parameters
    ----------
    u : any shape
    slope : factor for negative u, usually 0.01; 0 gives ReLU and 1 the identity

    Returns
    -------
    z : shape of u
    cache : passed unchanged to :func:`leaky_relu_backward`
    """
    require_shapes("leaky_relu_forward", u=(u, "..."))
    xp = array_namespace(u)
    slope = float(slope)
    return xp.maximum(u, 0.0) + slope * xp.minimum(u, 0.0), (u, slope)


def leaky_relu_backward(dz: Array, cache: Cache) -> Array:
    """Gradient of :func:`leaky_relu_forward`: ``du = dz`` where ``u > 0``, else ``slope * dz``.

    At the kink ``u = 0`` any factor between slope and 1 is a subgradient; this one takes slope.

    Parameters
    ----------
    dz : shape of z
    cache : from :func:`leaky_relu_forward`

    Returns
    -------
    du : shape of z

    Raises
    ------
    ValueError
        If dz does not have the shape of z.
    """
    u, slope = cache
    require_shapes("leaky_relu_backward", u=(u, "..."), dz=(dz, "..."))
    xp = array_namespace(dz, u)
    positive = xp.astype(u > 0, dz.dtype)
    return dz * (positive + slope * (1.0 - positive))
