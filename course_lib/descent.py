"""Gradient descent on functions and on samples; learning rates and momentum on a quadratic."""

import math
from collections.abc import Callable, Iterable

from course_lib.backend import Array, array_namespace
from course_lib.requirements import require_floating, require_samples
from course_lib.shapes import require_shapes

# --- The eigenvalues of a Hessian, which are the curvatures along its eigenvectors ----------------


def symmetric_eigenvalues(where: str, H: Array) -> Array:
    """Eigenvalues (D,) of H (D, D) in ascending order; raise unless H is a symmetric matrix.

    ``where`` is the function that was called, the first word of the messages.
    """
    require_shapes(where, H=(H, "D D"))
    require_floating(where, H=H)
    xp = array_namespace(H)
    skew = float(xp.max(xp.abs(H - H.T)))
    if skew > 100.0 * float(xp.finfo(H.dtype).eps) * float(xp.max(xp.abs(H))):
        raise ValueError(
            f"{where}: H differs from its transpose by {skew:g}; second derivatives are symmetric"
        )
    return xp.linalg.eigvalsh(H)


# --- The gradient of a large batch, computed in parts that fit into memory ------------------------


def accumulated_gradient(
    w: Array, parts: Iterable[tuple[Array, Array]], gradient: Callable[[Array, Array, Array], Array]
) -> Array:
    """Mean gradient over the samples of all parts, whatever their sizes.

    With the sizes ``n_k`` of the parts and the means ``g_k`` of their gradients::

        dw = sum_k n_k g_k / sum_k n_k

    The mean of the ``g_k`` is the same only if all parts have the same size.

    Parameters
    ----------
    w : any shape, the weights
    parts : pairs of x (n_k, …) and t (n_k, …); no part is empty
    gradient : ``gradient(w, x, t)`` -> shape of w, the mean over the samples of a part

    Returns
    -------
    dw : shape of w

    Raises
    ------
    ValueError
        If there is no part, a part is empty, its x and t differ in length, or a gradient has
        another shape than w.
    """
    require_shapes("accumulated_gradient", w=(w, "..."))
    total: Array | None = None
    count = 0
    for x, t in parts:
        n = x.shape[0]
        if n == 0 or t.shape[0] != n:
            raise ValueError(
                f"accumulated_gradient: a part has {n} inputs and {t.shape[0]} targets, expected "
                "as many of both, 1 or more"
            )
        dw = gradient(w, x, t)
        require_shapes("accumulated_gradient", w=(w, "..."), dw=(dw, "..."))
        total = n * dw if total is None else total + n * dw
        count += n
    if total is None:
        raise ValueError("accumulated_gradient: there is no part, so there is no mean")
    return total / count


def best_lr(H: Array) -> float:
    """Learning rate ``2 / (lambda_min + lambda_max)``, which minimises the slowest factor.

    On ``L(w) = 1/2 w^T H w`` a step multiplies w by ``1 - lr * lambda`` along each eigenvector. At
    this rate the factors of the smallest and of the largest eigenvalue have the same size,
    ``(kappa - 1) / (kappa + 1)`` with the condition number ``kappa = lambda_max / lambda_min``, and
    every other rate makes one of the two larger (Polyak 1964).

    Parameters
    ----------
    H : (D, D), the second derivatives: symmetric and positive definite

    Returns
    -------
    lr : float

    Raises
    ------
    ValueError
        If H is not square or not symmetric, or has an eigenvalue that is negative, or zero up to
        rounding: along its eigenvector gradient descent does not converge to 0 at any rate.
    TypeError
        If H is not floating point.
    """
    lam = symmetric_eigenvalues("best_lr", H)
    lowest, highest = float(lam[0]), float(lam[-1])
    rounding = H.shape[0] * float(array_namespace(H).finfo(H.dtype).eps) * abs(highest)
    if lowest <= rounding:
        raise ValueError(
            f"best_lr: the smallest eigenvalue of H is {lowest:g}, expected a positive one; along "
            "a direction without positive curvature no rate is best"
        )
    return 2.0 / (lowest + highest)


def gradient_descent(grad: Callable[[Array], Array], w0: Array, lr: float, steps: int) -> Array:
    """Follow the negative gradient: ``w_{k+1} = w_k - lr * grad(w_k)`` (S0, S1, S3, S4).

    Parameters
    ----------
    grad : (D,) -> (D,), gradient of the function to minimise
    w0 : (D,), initial point
    lr : learning rate, the length of a step for a gradient of length 1
    steps : how many steps to take, 0 or more

    Returns
    -------
    path : (steps + 1, D), w0 first

    Raises
    ------
    ValueError
        If steps is negative, or if grad returns another shape than it was given.
    """
    require_shapes("gradient_descent", w0=(w0, "D"))
    if steps < 0:
        raise ValueError(f"gradient_descent: steps is {steps}, expected 0 or more")
    w = w0
    path = [w0]
    for _ in range(steps):
        dw = grad(w)
        require_shapes("gradient_descent", w=(w, "D"), dw=(dw, "D"))
        w = w - float(lr) * dw
        path.append(w)
    return array_namespace(w0, w).stack(path)


def growth(lr: float, mu: float, curvature: float) -> float:
    """Factor by which a step of momentum multiplies the distance in the long run (Polyak 1964).

    On the loss ``1/2 * curvature * w**2`` momentum is ``w_next = c * w - mu * w_before`` with
    ``c = 1 + mu - lr * curvature``. The factor is the largest absolute value of the two roots of
    ``r**2 - c * r + mu = 0``. Below 1 the iteration converges, above 1 it diverges; with a negative
    curvature it is above 1, and w leaves the maximum.

    If ``(1 - sqrt(mu))**2 < lr * curvature < (1 + sqrt(mu))**2``, the roots are complex and both
    have the absolute value ``sqrt(mu)``: w oscillates. Otherwise they are real, and the larger one
    in size is at least ``sqrt(mu)``. At the ends of that interval the root is double, so a relative
    error of 1e-16 in an argument changes it by about 1e-8.

    Parameters
    ----------
    lr : learning rate
    mu : share of the last step that is kept, in [0, 1)
    curvature : the second derivative; an eigenvalue of the Hessian, along its eigenvector

    Returns
    -------
    factor : float

    Raises
    ------
    ValueError
        If mu is not in [0, 1).
    """
    if not 0.0 <= mu < 1.0:
        raise ValueError(f"growth: mu is {mu}, expected 0 <= mu < 1")
    decrease, root_mu = float(lr) * float(curvature), math.sqrt(mu)
    # The discriminant (1 + mu - lr c)^2 - 4 mu as a product, which keeps its digits near 0.
    discriminant = ((1.0 - root_mu) ** 2 - decrease) * ((1.0 + root_mu) ** 2 - decrease)
    if discriminant < 0.0:
        return root_mu
    return (abs(1.0 + float(mu) - decrease) + math.sqrt(discriminant)) / 2.0


def max_stable_lr(H: Array) -> float:
    """Learning rate ``2 / lambda_max`` up to which gradient descent on a quadratic converges.

    On ``L(w) = 1/2 w^T H w`` a step multiplies w by ``1 - lr * lambda`` along each eigenvector;
    below this rate none of the factors exceeds 1 in size, above it the component along the
    eigenvector of the largest eigenvalue grows. S1 sets no limit.

    Parameters
    ----------
    H : (D, D), the second derivatives: symmetric, without negative eigenvalues

    Returns
    -------
    lr : float; infinite if H is zero

    Raises
    ------
    ValueError
        If H is not square or not symmetric, or has a negative eigenvalue: along its eigenvector the
        loss has no minimum, so gradient descent diverges at every rate.
    TypeError
        If H is not floating point.
    """
    lam = symmetric_eigenvalues("max_stable_lr", H)
    lowest, highest = float(lam[0]), float(lam[-1])
    rounding = 100.0 * float(array_namespace(H).finfo(H.dtype).eps) * H.shape[0]
    if lowest < -rounding * max(-lowest, highest):
        raise ValueError(
            f"max_stable_lr: H has the negative eigenvalue {lowest:g}; along its eigenvector the "
            "loss has no minimum, so no rate is stable"
        )
    return 2.0 / highest if highest > 0.0 else math.inf


def mean_gradient(w: Array, x: Array, t: Array) -> Array:
    """Gradient of the linear model ``y = x @ w``, mean over samples: ``x.T @ (x @ w - t) / N``.

    It belongs to the loss ``L = (1/N) sum_n 1/2 (x_n w - t_n)**2``. Sample n contributes its
    residual times its inputs; the matrix product adds up all samples without a loop (S0, S1, S3).

    Parameters
    ----------
    w : (D,) weights
    x : (N, D) inputs, one sample per row
    t : (N,) targets

    Returns
    -------
    dw : (D,)

    Raises
    ------
    ValueError
        If the batch is empty or the shapes do not fit: t of shape (N, 1) would broadcast.
    TypeError
        If x is not floating point.
    """
    require_shapes("mean_gradient", w=(w, "D"), x=(x, "N D"), t=(t, "N"))
    require_samples("mean_gradient", x=x)
    xp = array_namespace(w, x, t)
    w, t = (xp.astype(a, x.dtype, copy=False) for a in (w, t))
    return x.T @ (x @ w - t) / x.shape[0]


def taylor_change(g: Array, H: Array, lr: float) -> float:
    """Change of the loss in one step, to second order: ``-lr g^T g + 1/2 lr**2 g^T H g`` (S1).

    The first term is negative: gradient descent lowers the loss. The second term is positive where
    the curvature is, and dominates at large rates. On a quadratic the sum is exact.

    Parameters
    ----------
    g : (D,), gradient of the loss where the step begins
    H : (D, D), second derivatives there
    lr : learning rate

    Returns
    -------
    change : float, negative when the loss falls

    Raises
    ------
    ValueError
        If the shapes do not fit together.
    """
    require_shapes("taylor_change", g=(g, "D"), H=(H, "D D"))
    lr = float(lr)
    return float(-lr * (g @ g) + 0.5 * lr**2 * (g @ (H @ g)))
