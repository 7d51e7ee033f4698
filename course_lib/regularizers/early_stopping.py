"""Stop when the validation loss has not improved for a while (S0, S3, S4)."""


class EarlyStopping:
    """Decide when to stop training, from one value per epoch; lower is better.

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
        if not min_delta >= 0.0:
            raise ValueError(f"EarlyStopping: min_delta is {min_delta}, expected 0 or more")
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
