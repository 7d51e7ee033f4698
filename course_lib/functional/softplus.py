"""Softplus, a rectifier without a kink: ``z = log(1 + exp(u))`` (Dugas et al. 2001)."""

from course_lib.backend import Array, array_namespace
from course_lib.shapes import require_shapes

Cache = Array  # z


def softplus_forward(u: Array) -> tuple[Array, Cache]:
    """Softplus, element by element: ``z = log(1 + exp(u))``.

    Parameters
    ----------
    u : any shape

    Returns
    -------
    z : shape of u, not negative
    cache : passed unchanged to :func:`softplus_backward`
    """
    require_shapes("softplus_forward", u=(u, "..."))
    xp = array_namespace(u)
    # The same number, without overflow where u is large: log(1 + e^u) = u + log(1 + e^-u).
    z = xp.maximum(u, 0.0) + xp.log1p(xp.exp(-xp.abs(u)))
    return z, z


def softplus_backward(dz: Array, cache: Cache) -> Array:
    """Gradient of :func:`softplus_forward`: ``du = dz / (1 + exp(-u))``, a sigmoid.

    Parameters
    ----------
    dz : shape of z
    cache : from :func:`softplus_forward`

    Returns
    -------
    du : shape of z

    Raises
    ------
    ValueError
        If dz does not have the shape of z.
    """
    z = cache
    require_shapes("softplus_backward", z=(z, "..."), dz=(dz, "..."))
    # exp(-z) = 1 / (1 + exp(u)), so the sigmoid of u is 1 - exp(-z).
    return dz * -array_namespace(dz, z).expm1(-z)
