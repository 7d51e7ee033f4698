"""What every kind of dropout asks of its probability."""


def require_drop_prob(where: str, drop_prob: float) -> None:
    """Raise unless ``0 <= drop_prob < 1``.

    Raises
    ------
    ValueError
        With a message that begins with ``where``, the function that was called.
    """
    if not 0.0 <= drop_prob < 1.0:
        raise ValueError(
            f"{where}: drop_prob is {drop_prob}, expected 0 <= drop_prob < 1; it is the "
            "probability of dropping an element, not of keeping it"
        )
