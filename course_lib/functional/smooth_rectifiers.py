"""Smooth rectifiers: softplus, and the Gaussian error linear unit in its tanh form and exactly.

GELU is ``u * Phi(u)`` with Phi the distribution function of a standard normal variable. The tanh
form approximates Phi to 5e-4 with functions that every array library has. In the course, GELU means
this form. Exactly, Phi needs the error function, which NumPy does not have: on the CPU it comes
from a table.
"""

import math

from course_lib.backend import Array, array_namespace, clip, erf
from course_lib.shapes import require_shapes

SoftplusCache = Array  # z


def softplus_forward(u: Array) -> tuple[Array, SoftplusCache]:
    """Softplus, element by element: ``z = log(1 + exp(u))`` (Dugas et al. 2001).

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


def softplus_backward(dz: Array, cache: SoftplusCache) -> Array:
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


SCALE = math.sqrt(2.0 / math.pi)
CUBIC = 0.044715

GELUCache = tuple[Array, Array]  # v, a


def gelu_forward(u: Array) -> tuple[Array, GELUCache]:
    """GELU, element by element: ``z = u/2 * (1 + tanh(sqrt(2/pi) * (u + 0.044715 * u**3)))``.

    Source: Hendrycks and Gimpel 2016.

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


def gelu_backward(dz: Array, cache: GELUCache) -> Array:
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


GELUErfCache = tuple[Array, Array]  # u, Phi


def gelu_erf_forward(u: Array) -> tuple[Array, GELUErfCache]:
    """Exact GELU, element by element: ``z = u * Phi(u)``, ``Phi(u) = (1 + erf(u/sqrt(2))) / 2``.

    Source: Hendrycks and Gimpel 2016.

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


def gelu_erf_backward(dz: Array, cache: GELUErfCache) -> Array:
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
