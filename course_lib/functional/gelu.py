"""The Gaussian error linear unit in its tanh form (Hendrycks and Gimpel 2016).

GELU is ``u * Phi(u)`` with Phi the distribution function of a standard normal variable. The tanh
form approximates Phi to 5e-4 with functions that every array library has. In the course, GELU means
this form. :func:`gelu_erf_forward` is the exact one.
"""

import math

from course_lib.backend import Array, array_namespace, clip
from course_lib.shapes import require_shapes

SCALE = math.sqrt(2.0 / math.pi)
CUBIC = 0.044715

Cache = tuple[Array, Array]  # v, a


def gelu_forward(u: Array) -> tuple[Array, Cache]:
    """GELU, element by element: ``z = u/2 * (1 + tanh(sqrt(2/pi) * (u + 0.044715 * u**3)))``.

    Parameters
    ----------
    u : any shape

    Returns
    -------
    z : shape of u
    cache : passed unchanged to :func:`gelu_backward`
    """
    require_shapes("gelu_forward", u=(u, "..."))
    xp = array_namespace(u)
    v = clip(u, -10.0, 10.0)  # beyond, tanh is exactly -1 or 1, and u**3 might overflow
    a = xp.tanh(SCALE * (v + CUBIC * v * v * v))
    return 0.5 * u * (1.0 + a), (v, a)


def gelu_backward(dz: Array, cache: Cache) -> Array:
    """Gradient of :func:`gelu_forward`, by the product and the chain rule.

    With ``a`` the hyperbolic tangent,
    ``du = dz/2 * (1 + a + u * (1 - a**2) * sqrt(2/pi) * (1 + 3 * 0.044715 * u**2))``.

    Parameters
    ----------
    dz : shape of z
    cache : from :func:`gelu_forward`

    Returns
    -------
    du : shape of z

    Raises
    ------
    ValueError
        If dz does not have the shape of z.
    """
    v, a = cache
    require_shapes("gelu_backward", z=(a, "..."), dz=(dz, "..."))
    slope = SCALE * (1.0 + 3.0 * CUBIC * v * v)
    return 0.5 * dz * (1.0 + a + v * (1.0 - a * a) * slope)
