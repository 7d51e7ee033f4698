"""The hyperbolic tangent ``z = tanh(u)`` (S0, S2)."""

from course_lib.backend import Array, array_namespace
from course_lib.shapes import require_shapes

Cache = Array  # z


def tanh_forward(u: Array) -> tuple[Array, Cache]:
    """Hyperbolic tangent, element by element: ``z = tanh(u)``.

    Parameters
    ----------
    u : any shape

    Returns
    -------
    z : shape of u, in [-1, 1]
    cache : passed unchanged to :func:`tanh_backward`
    """
    require_shapes("tanh_forward", u=(u, "..."))
    z = array_namespace(u).tanh(u)
    return z, z


def tanh_backward(dz: Array, cache: Cache) -> Array:
    """Gradient of :func:`tanh_forward`: ``du = dz * (1 - z**2)``.

    Parameters
    ----------
    dz : shape of z
    cache : from :func:`tanh_forward`

    Returns
    -------
    du : shape of z

    Raises
    ------
    ValueError
        If dz does not have the shape of z.
    """
    z = cache
    require_shapes("tanh_backward", z=(z, "..."), dz=(dz, "..."))
    return dz * (1.0 - z * z)
