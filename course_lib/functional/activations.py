"""Activation functions: sigmoid, tanh, the rectifier, its leaky variant and ELU (S0, S2, S3)."""

from course_lib.backend import Array, array_namespace
from course_lib.shapes import require_shapes

SigmoidCache = Array  # z


def sigmoid_forward(u: Array) -> tuple[Array, SigmoidCache]:
    """Logistic sigmoid, element by element: ``z = 1 / (1 + exp(-u))`` (S0, S2).

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
    # exp(-|u|) never overflows, and for u < 0 the same fraction is exp(u) / (1 + exp(u)). So the
    # numerator is 1 or e, the larger of e and a truth value: three times faster than xp.where.
    e = xp.exp(-xp.abs(u))
    z = xp.maximum(e, xp.astype(u >= 0, e.dtype)) / (1.0 + e)
    return z, z


def sigmoid_backward(dz: Array, cache: SigmoidCache) -> Array:
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


TanhCache = Array  # z


def tanh_forward(u: Array) -> tuple[Array, TanhCache]:
    """Hyperbolic tangent, element by element: ``z = tanh(u)`` (S0, S2).

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


def tanh_backward(dz: Array, cache: TanhCache) -> Array:
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


ReLUCache = Array  # z


def relu_forward(u: Array) -> tuple[Array, ReLUCache]:
    """Rectifier, element by element: ``z = max(u, 0)`` (S0, S2).

    Parameters
    ----------
    u : any shape

    Returns
    -------
    z : shape of u, not negative
    cache : passed unchanged to :func:`relu_backward`
    """
    require_shapes("relu_forward", u=(u, "..."))
    xp = array_namespace(u)
    # Three times faster than with the number 0; for images, the zeros of one image are enough.
    z = xp.maximum(u, xp.zeros_like(u[:1, ...] if u.ndim > 2 else u))
    return z, z


def relu_backward(dz: Array, cache: ReLUCache) -> Array:
    """Gradient of :func:`relu_forward`: ``du = dz`` where ``u > 0``, else 0.

    At the kink ``u = 0`` any factor between 0 and 1 is a subgradient; this one takes 0.

    Parameters
    ----------
    dz : shape of z
    cache : from :func:`relu_forward`

    Returns
    -------
    du : shape of z

    Raises
    ------
    ValueError
        If dz does not have the shape of z.
    """
    z = cache
    require_shapes("relu_backward", z=(z, "..."), dz=(dz, "..."))
    xp = array_namespace(dz, z)
    return dz * xp.astype(z > 0, dz.dtype)  # twelve times faster than xp.where


LeakyReLUCache = Array  # the factor of every element, 1 or slope


def leaky_relu_forward(u: Array, slope: float) -> tuple[Array, LeakyReLUCache]:
    """Leaky rectifier, element by element: ``z = u`` where ``u > 0``, else ``slope * u``.

    Source: S2, S3; Maas et al. 2013.

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
    positive = array_namespace(u).astype(u > 0, u.dtype)
    factor = positive + float(slope) * (1.0 - positive)
    return u * factor, factor


def leaky_relu_backward(dz: Array, cache: LeakyReLUCache) -> Array:
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
    factor = cache
    require_shapes("leaky_relu_backward", z=(factor, "..."), dz=(dz, "..."))
    return dz * factor


ELUCache = tuple[Array, float]  # u, alpha


def elu_forward(u: Array, alpha: float) -> tuple[Array, ELUCache]:
    """ELU, element by element: ``z = u`` where ``u > 0``, else ``alpha * (exp(u) - 1)``.

    Source: S2, S3; Clevert et al. 2016.

    Parameters
    ----------
    u : any shape
    alpha : z tends to ``-alpha`` for u to -infinity; with 1, the usual value, z has no kink

    Returns
    -------
    z : shape of u
    cache : passed unchanged to :func:`elu_backward`
    """
    require_shapes("elu_forward", u=(u, "..."))
    xp = array_namespace(u)
    alpha = float(alpha)
    # xp.where computes both branches; the minimum keeps the unused exponential from overflowing.
    return xp.maximum(u, 0.0) + alpha * xp.expm1(xp.minimum(u, 0.0)), (u, alpha)


def elu_backward(dz: Array, cache: ELUCache) -> Array:
    """Gradient of :func:`elu_forward`: ``du = dz`` where ``u > 0``, else ``dz * alpha * exp(u)``.

    Parameters
    ----------
    dz : shape of z
    cache : from :func:`elu_forward`

    Returns
    -------
    du : shape of z

    Raises
    ------
    ValueError
        If dz does not have the shape of z.
    """
    u, alpha = cache
    require_shapes("elu_backward", u=(u, "..."), dz=(dz, "..."))
    xp = array_namespace(dz, u)
    positive = xp.astype(u > 0, dz.dtype)
    return dz * (positive + (1.0 - positive) * (alpha * xp.exp(xp.minimum(u, 0.0))))
