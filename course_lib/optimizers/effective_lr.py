"""The effective learning rate of momentum (S1, S4)."""


def effective_lr(lr: float, mu: float) -> float:
    """Learning rate at which plain gradient descent moves equally fast: ``lr / (1 - mu)``.

    Under a constant gradient, the size of a step with momentum converges to this rate times the
    gradient, because it is the sum ``lr * (1 + mu + mu**2 + …)`` times the gradient.

    Parameters
    ----------
    lr : learning rate
    mu : share of the last step that is kept, in [0, 1)

    Returns
    -------
    rate : float

    Raises
    ------
    ValueError
        If mu is not in [0, 1): then the sum diverges or has negative terms.
    """
    if not 0.0 <= mu < 1.0:
        raise ValueError(f"effective_lr: mu is {mu}, expected 0 <= mu < 1")
    return float(lr / (1.0 - mu))
