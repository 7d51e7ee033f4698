"""How strongly the steps of momentum fluctuate under noisy gradients."""


def velocity_variance(lr: float, mu: float, var_dw: float) -> float:
    """Variance of v in the long run, without curvature: ``lr**2 * var_dw / (1 - mu**2)``.

    The gradients are independent random numbers of variance var_dw. In ``v = mu * v - lr * dw``
    both terms are then independent, so the variance that no longer changes solves
    ``var_v = mu**2 * var_v + lr**2 * var_dw``. The mean step grows by ``1 / (1 - mu)``, see
    :func:`effective_lr`, and its standard deviation only by ``1 / sqrt(1 - mu**2)``: momentum
    averages the gradients of several minibatches.

    Parameters
    ----------
    lr : learning rate
    mu : share of the last step that is kept, in [0, 1)
    var_dw : variance of the gradient of a minibatch, not negative

    Returns
    -------
    var_v : float

    Raises
    ------
    ValueError
        If mu is not in [0, 1), because then the variance grows without limit, or if var_dw is
        negative.
    """
    if not 0.0 <= mu < 1.0 or not var_dw >= 0.0:
        raise ValueError(
            f"velocity_variance: mu is {mu} and var_dw {var_dw}, expected 0 <= mu < 1 and var_dw "
            "of 0 or more"
        )
    return float(lr**2 * var_dw / (1.0 - mu**2))
