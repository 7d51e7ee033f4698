"""Where early stopping leaves a weight (S4; Goodfellow et al. 2016, section 7.8)."""


def stopped_minimum(a: float, h: float, lr: float, t: int) -> float:
    """The weight after t steps of gradient descent on a parabola: ``a * (1 - (1 - lr * h)**t)``.

    The loss is ``1/2 * h * (w - a)**2``, and w starts at 0. Each step multiplies the distance from
    the minimum a by ``1 - lr * h``.

    An L2 penalty moves the minimum to ``a * h / (h + 2 * lam)``. With ``lam = 1 / (2 * lr * t)``,
    both are nearly ``a * t * lr * h`` as long as this product is small against a: few steps act
    like a strong penalty. With a large curvature they differ, and above ``lr * h = 2`` the steps
    diverge.

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
