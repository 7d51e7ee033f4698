"""Regularisation against overfitting: penalties, soft thresholding and early stopping."""

from collections.abc import Sequence

from course_lib.backend import Array, array_namespace, sign
from course_lib.requirements import require_floating
from course_lib.settings import require_not_negative
from course_lib.shapes import require_shapes
from course_lib.transfers import Number, number


class EarlyStopping:
    """Decide when to stop training, from one value per epoch; lower is better (S0, S3, S4).

    A value improves if it is below the best one so far by more than ``min_delta``.

    Parameters
    ----------
    patience : after how many values in a row without improvement to stop, at least 1
    min_delta : what counts as an improvement, not negative

    Attributes
    ----------
    best_step : int or None
        Which value was the best, counted from 0; None before the first one.

    Raises
    ------
    ValueError
        If patience or min_delta is out of its range.
    """

    def __init__(self, patience: int, min_delta: float) -> None:
        if patience < 1:
            raise ValueError(f"EarlyStopping: patience is {patience}, expected 1 or more")
        require_not_negative("EarlyStopping", min_delta=min_delta)
        self.patience = patience
        self.min_delta = min_delta
        self.best_step: int | None = None
        self._best = float("inf")
        self._seen = 0
        self._failed = 0

    def update(self, value: float) -> bool:
        """Take the next value; True once ``patience`` values in a row have not improved."""
        if value < self._best - self.min_delta:
            self._best = value
            self.best_step = self._seen
            self._failed = 0
        else:
            self._failed += 1
        self._seen += 1
        return self._failed >= self.patience


def elastic_net_penalty(
    weights: Sequence[Array], lam: float, beta: float
) -> tuple[Number, list[Array]]:
    """Penalty ``lam * (beta * sum(W**2) + sum(|W|))`` over all weights (S2; Zou and Hastie 2005).

    Its gradient is ``lam * (2 * beta * W + sign(W))``, with sign(0) = 0.

    Parameters
    ----------
    weights : arrays of any shapes; leave out biases, gamma and beta of normalising layers
    lam : strength of the whole, not negative
    beta : weight of the squares, relative to the absolute values, not negative; 0 for L1 alone

    Returns
    -------
    value : float
    gradients : one per array, each of its shape

    Raises
    ------
    ValueError
        If lam or beta is negative.
    """
    require_not_negative("elastic_net_penalty", lam=lam, beta=beta)
    lam, beta = float(lam), float(beta)
    value, gradients = 0.0, []
    for W in weights:
        xp = array_namespace(W)
        value += number(xp.sum(beta * W * W + xp.abs(W)))
        gradients.append(lam * (2.0 * beta * W + sign(W)))
    return lam * value, gradients


def l1_penalty(weights: Sequence[Array], lam: float) -> tuple[Number, list[Array]]:
    """Penalty ``lam * sum(|W|)`` over all weights; its gradient is ``lam * sign(W)``, 0 at 0.

    Source: S2, S3.

    Parameters
    ----------
    weights : arrays of any shapes; leave out biases, gamma and beta
    lam : strength, not negative

    Returns
    -------
    value : float
    gradients : one per array, each of its shape

    Raises
    ------
    ValueError
        If lam is negative.
    """
    require_not_negative("l1_penalty", lam=lam)
    lam = float(lam)
    value, gradients = 0.0, []
    for W in weights:
        xp = array_namespace(W)
        value += number(xp.sum(xp.abs(W)))
        gradients.append(lam * sign(W))
    return lam * value, gradients


def l2_penalty(weights: Sequence[Array], lam: float) -> tuple[Number, list[Array]]:
    """Penalty ``lam * sum(W**2)`` over all weights; its gradient is ``2 * lam * W`` (S2, S3, S4).

    Parameters
    ----------
    weights : arrays of any shapes; leave out biases, gamma and beta
    lam : strength, not negative. The loss must be a mean over samples: with a sum over N samples
        the same lam would be N times weaker.

    Returns
    -------
    value : float
    gradients : one per array, each of its shape

    Raises
    ------
    ValueError
        If lam is negative.
    """
    require_not_negative("l2_penalty", lam=lam)
    lam = float(lam)
    value = sum((number(array_namespace(W).sum(W * W)) for W in weights), 0.0)
    return lam * value, [2.0 * lam * W for W in weights]


def soft_threshold(w: Array, amount: float) -> Array:
    """Move every weight towards 0 by amount, but not past it: ``sign(w) * max(|w| - amount, 0)``.

    It is the proximal map of the L1 norm: the result is the z that minimises
    ``1/2 (z - w)**2 + amount * |z|``. In training, take the gradient step on the loss without the
    penalty, then this step with ``amount = lr * lam``. Weights become exactly 0, which steps with
    the gradient of :func:`l1_penalty` do not achieve: they jump over 0 (S2; Daubechies et al.
    2004).

    Parameters
    ----------
    w : any shape
    amount : how far to move, in the unit of w, not negative

    Returns
    -------
    z : shape of w

    Raises
    ------
    ValueError
        If amount is negative.
    TypeError
        If w is not floating point.
    """
    require_shapes("soft_threshold", w=(w, "..."))
    require_floating("soft_threshold", w=w)
    require_not_negative("soft_threshold", amount=amount)
    xp = array_namespace(w)
    return sign(w) * xp.maximum(xp.abs(w) - float(amount), 0.0)


def stopped_minimum(a: float, h: float, lr: float, t: int) -> float:
    """The weight after t steps of gradient descent on a parabola: ``a * (1 - (1 - lr * h)**t)``.

    The loss is ``1/2 * h * (w - a)**2``, and w starts at 0. Each step multiplies the distance from
    the minimum a by ``1 - lr * h``.

    An L2 penalty moves the minimum to ``a * h / (h + 2 * lam)``. With ``lam = 1 / (2 * lr * t)``,
    both are nearly ``a * t * lr * h`` as long as this product is small against a: few steps act
    like a strong penalty. With a large curvature they differ, and above ``lr * h = 2`` the steps
    diverge (S4; Goodfellow et al. 2016, section 7.8).

    Parameters
    ----------
    a : the minimum of the loss
    h : curvature of the loss, its second derivative
    lr : learning rate
    t : number of steps, 0 or more

    Returns
    -------
    w : float

    Raises
    ------
    ValueError
        If t is negative.
    """
    if not t >= 0:
        raise ValueError(f"stopped_minimum: t is {t}, expected 0 or more")
    return float(a * (1.0 - (1.0 - lr * h) ** t))
