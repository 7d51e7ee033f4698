"""The Gaussian error linear unit, exactly: ``z = u * Phi(u)`` (Hendrycks and Gimpel 2016).

Phi needs the error function, which NumPy does not have: on the CPU it comes from a table.
:func:`gelu_forward` approximates it by tanh.
"""

import math

from course_lib.backend import Array, array_namespace, clip, erf
from course_lib.shapes import require_shapes

Cache = tuple[Array, Array]  # u, Phi


def gelu_erf_forward(u: Array) -> tuple[Array, Cache]:
    """Exact GELU, element by element: ``z = u * Phi(u)``, ``Phi(u) = (1 + erf(u/sqrt(2))) / 2``.

    Parameters
    ----------
    u : any shape

    Returns
    -------
    z : shape of u
    cache : passed unchanged to :func:`gelu_erf_backward`
    """
    require_shapes("gelu_erf_forward", u=(u, "..."))
    Phi = 0.5 * (1.0 + erf(u * math.sqrt(0.5)))
    return u * Phi, (u, Phi)


def gelu_erf_backward(dz: Array, cache: Cache) -> Array:
    """Gradient of :func:`gelu_erf_forward`: ``du = dz * (Phi(u) + u * phi(u))``.

    The density ``phi(u) = exp(-u**2/2) / sqrt(2 pi)`` is the derivative of Phi.

    Parameters
    ----------
    dz : shape of z
    cache : from :func:`gelu_erf_forward`

    Returns
    -------
    du : shape of z

    Raises
    ------
    ValueError
        If dz does not have the shape of z.
    """
    u, Phi = cache
    require_shapes("gelu_erf_backward", u=(u, "..."), dz=(dz, "..."))
    xp = array_namespace(dz, u)
    v = clip(u, -40.0, 40.0)  # beyond, phi is rounded to 0, and u**2 might overflow
    phi = xp.exp(-0.5 * v * v) / math.sqrt(2.0 * math.pi)
    return dz * (Phi + v * phi)
