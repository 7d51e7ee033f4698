"""The exponential linear unit (S2, S3; Clevert et al. 2016)."""

from course_lib.backend import Array, array_namespace
from course_lib.shapes import require_shapes

Cache = tuple[Array, float]  # u, alpha


def elu_forward(u: Array, alpha: float) -> tuple[Array, Cache]:
    """ELU, element by element: ``z = u`` where ``u > 0``, else ``alpha * (exp(u) - 1)``.

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


def elu_backward(dz: Array, cache: Cache) -> Array:
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
