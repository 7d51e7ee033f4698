"""The affine map ``u = x @ W + b`` (S0, S1, S3, S4; there written ``u = W z + b`` for a column)."""

from course_lib.backend import Array, array_namespace
from course_lib.shapes import require_shapes

Cache = tuple[Array, Array]  # x, W


def linear_forward(x: Array, W: Array, b: Array) -> tuple[Array, Cache]:
    """Affine map ``u = x @ W + b``.

    Parameters
    ----------
    x : (N, n_in)
    W : (n_in, n_out)
    b : (n_out,)

    Returns
    -------
    u : (N, n_out)
    cache : passed unchanged to :func:`linear_backward`

    Raises
    ------
    ValueError
        If the shapes do not fit together.
    """
    require_shapes("linear_forward", x=(x, "N n_in"), W=(W, "n_in n_out"), b=(b, "n_out"))
    return x @ W + b, (x, W)


def linear_backward(du: Array, cache: Cache) -> tuple[Array, Array, Array]:
    """Gradients of :func:`linear_forward`: ``dx = du W^T``, ``dW = x^T du``, ``db = sum_n du_n``.

    Parameters
    ----------
    du : (N, n_out), gradient of the loss with respect to u
    cache : from :func:`linear_forward`

    Returns
    -------
    dx : (N, n_in)
    dW : (n_in, n_out)
    db : (n_out,)

    Raises
    ------
    ValueError
        If du does not have the shape of u.
    """
    dW, db = linear_parameter_gradients(du, cache)
    _, W = cache
    return du @ W.T, dW, db


def linear_parameter_gradients(du: Array, cache: Cache) -> tuple[Array, Array]:
    """dW and db of :func:`linear_backward`: all that the first layer of a network needs."""
    x, W = cache
    require_shapes("linear_backward", x=(x, "N n_in"), W=(W, "n_in n_out"), du=(du, "N n_out"))
    xp = array_namespace(du, x, W)
    return x.T @ du, xp.sum(du, axis=0)
