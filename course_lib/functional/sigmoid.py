"""The logistic sigmoid ``z = 1 / (1 + exp(-u))`` (S0, S2)."""

from course_lib.backend import Array, array_namespace
from course_lib.shapes import require_shapes

Cache = Array  # z


def sigmoid_forward(u: Array) -> tuple[Array, Cache]:
    """Logistic sigmoid, element by element: ``z = 1 / (1 + exp(-u))``.

    Parameters
    ----------
    u : any shape

    Returns
    -------
    z : shape of u, in [0, 1]
    cache : passed unchanged to :func:`sigmoid_backward`
    """
    require_shapes("sigmoid_forward", u=(u, "..."))
    xp = array_namespace(u)
    # exp(-|u|) never overflows, and for u < 0 the same fraction is exp(u) / (1 + exp(u)).
    e = xp.exp(-xp.abs(u))
    z = 1.0 / (1.0 + e)
    z = xp.where(u >= 0, z, e * z)
    return z, z


def sigmoid_backward(dz: Array, cache: Cache) -> Array:
    """Gradient of :func:`sigmoid_forward`: ``du = dz * z * (1 - z)``.

    Parameters
    ----------
    dz : shape of z
    cache : from :func:`sigmoid_forward`

    Returns
    -------
    du : shape of z

    Raises
    ------
    ValueError
        If dz does not have the shape of z.
    """
    z = cache
    require_shapes("sigmoid_backward", z=(z, "..."), dz=(dz, "..."))
    return dz * z * (1.0 - z)
