"""How fast momentum really goes (S1, S4)."""


def effective_lr(lr: float, mu: float) -> float:
    """Learning rate of plain descent that goes as far: ``lr / (1 - mu)``.

    Under a constant gradient the velocity of momentum, the sum ``lr * (1 + mu + mu**2 + …)`` times
    the gradient, approaches this.

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
        If mu is not in [0, 1): then the sum is not finite, or no sum of shares.
    """
    if not 0.0 <= mu < 1.0:
        raise ValueError(f"effective_lr: mu is {mu}, expected 0 <= mu < 1")
    return float(lr / (1.0 - mu))
