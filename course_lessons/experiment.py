"""Trainings that a planned experiment may ask for: each different one once, within a budget."""

import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from course_lib.plots import Picture

SEED = "seed"
# Student's t for 95 %, for 1 to 10 degrees of freedom.
FEW = (12.706, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281)


class BudgetSpent(Exception):
    """One different training more than the budget allows was asked for."""


class Trials:
    """``trial(*setting, seed)`` trains once and returns the result.

    The same training again costs nothing: its result is kept.

    Parameters
    ----------
    train : ``train(*setting, seed)`` -> one number, such as the accuracy on new images
    options : what may be varied: name -> the values that it may have, in the order in which
        ``train`` takes them
    budget : how many different trainings may be asked for

    Examples
    --------
    >>> trial = Trials(lambda lr, seed: lr + seed, {"lr": (0.1, 0.5)}, budget=2)
    >>> trial(0.1, 0), trial(0.1, 0), trial(lr=0.5, seed=3)
    (0.1, 0.1, 3.5)
    >>> trial
    2 of 2 trainings are used
    """

    def __init__(
        self,
        train: Callable[..., float],
        options: Mapping[str, Sequence[Any]],
        budget: int,
    ) -> None:
        self._train = train
        self.options = {name: tuple(values) for name, values in options.items()}
        self.budget = budget
        self.spent = 0  # how many different trainings were made
        self.refused = 0
        self._results: dict[tuple[Any, ...], float] = {}
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        names = [*self.options, SEED]
        self.__signature__ = inspect.Signature([inspect.Parameter(n, kind) for n in names])

    def __call__(self, *setting: Any, **by_name: Any) -> float:
        """The result of the training with this setting and seed.

        Raises
        ------
        TypeError
            An option or the seed is missing, or there is one too many.
        ValueError
            An option has a value that is not among those allowed, or the seed is no whole number
            from 0 on.
        BudgetSpent
            The budget is used up and this training has not been made yet.
        """
        if by_name or len(setting) != len(self.options) + 1:
            setting = self._bound(setting, by_name)
        *chosen, seed = setting
        training = (*map(self._option, self.options, chosen), whole_seed(seed))
        if training not in self._results:
            if self.spent == self.budget:
                self.refused += 1
                raise BudgetSpent(
                    f"this would be training {self.spent + 1} of a budget of {self.budget}; "
                    "plan with fewer values or fewer seeds"
                )
            self._results[training] = float(self._train(*training))
            self.spent += 1
        return self._results[training]

    def __repr__(self) -> str:
        return f"{self.spent} of {self.budget} trainings are used"

    def _bound(self, setting: tuple[Any, ...], by_name: dict[str, Any]) -> tuple[Any, ...]:
        try:
            return self.__signature__.bind(*setting, **by_name).args
        except TypeError as error:
            names = ", ".join(self.__signature__.parameters)
            raise TypeError(f"trial({names}): {error}") from None

    def _option(self, name: str, value: Any) -> Any:
        values = self.options[name]
        for one in values:
            if one is value or (type(one) is float and isinstance(value, float) and one == value):
                return one
        if (at := place_of(value, values)) is None:
            allowed = ", ".join(map(repr, values))
            raise ValueError(f"trial: {name} is {value!r}; it may be {allowed}")
        return values[at]


def place_of(value: Any, values: Sequence[Any]) -> int | None:
    """The place of a value among those allowed; None if it is not there.

    A number may differ by rounding, as 0.1 does in float32.
    """
    value = plain_scalar(value)
    if not _is_number(value):
        alike = [type(one) is type(value) and bool(one == value) for one in values]
    else:
        alike = [_is_number(one) and math.isclose(value, one, rel_tol=1e-6) for one in values]
    return alike.index(True) if True in alike else None


def whole_seed(seed: Any) -> int:
    """The seed as an int; ValueError if it is no whole number from 0 on."""
    if type(seed) is int and seed >= 0:
        return seed
    number = plain_scalar(seed)
    if not _is_number(number) or not math.isfinite(number) or number != int(number) or number < 0:
        raise ValueError(f"trial: seed is {seed!r}; it should be a whole number, 0 or more")
    return int(number)


def plain_scalar(value: Any) -> Any:
    """A single value of NumPy's as Python's own; anything else as it is."""
    if isinstance(value, np.generic | np.ndarray) and value.size == 1:
        return value.reshape(()).item()
    return value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def interval(values: Any) -> tuple[float, float]:
    r"""The t interval of 95 % for the mean that the values vary around: ``(low, high)``.

    .. math:: \bar d \pm t_{n-1} \, s / \sqrt n

    with the mean :math:`\bar d` of the n values, their standard deviation s (``ddof=1``), and the
    factor t of Student's distribution, from 12.7 for two values to 1.96 for very many. Compare two
    settings by the differences of their results, seed by seed.

    Parameters
    ----------
    values : (n,), n at least 2, drawn independently of each other

    Raises
    ------
    ValueError
        There are fewer than two values, or one of them is not a finite number.

    Examples
    --------
    >>> low, high = interval([0.4, 0.5, 0.5, 0.6])
    >>> round(low, 2), round(high, 2)
    (0.37, 0.63)
    """
    d = np.asarray(values, dtype=float)
    if d.ndim != 1 or len(d) < 2 or not np.isfinite(d).all():
        raise ValueError(
            f"interval({np.array2string(d, threshold=9)}): two or more finite numbers in one list "
            "are expected"
        )
    half = _students_t(len(d) - 1) * d.std(ddof=1) / math.sqrt(len(d))
    return float(d.mean() - half), float(d.mean() + half)


def _students_t(degrees: int) -> float:
    """The factor of 95 %; beyond the table by Cornish and Fisher's expansion, exact to 0.0002."""
    if degrees <= len(FEW):
        return FEW[degrees - 1]
    z = 1.959964  # of the normal distribution
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    return z + math.fsum(term / degrees**power for power, term in enumerate(terms, start=1))


def draw_intervals(
    intervals: Sequence[tuple[float, float]], truth: float, of: str = "gain"
) -> "Picture":
    """Intervals of repetitions beside each other, and a line at the true value; ``of`` names it."""
    import matplotlib.pyplot as plt

    from course_lib.plots import theme, with_alt

    right = [low <= truth <= high for low, high in intervals]
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 2.8))
        ax.axhline(truth, color=theme.INK, linewidth=1)
        for place, (ends, holds) in enumerate(zip(intervals, right, strict=True)):
            colour, dash = (theme.FORWARD, "-") if holds else (theme.GRADIENT, ":")
            ax.plot([place] * 2, ends, dash, color=colour, linewidth=3)
        ax.set(xlabel="repetition with other seeds", ylabel=of, xticks=[])
        ax.set_title(f"Intervals in repetitions, true {of} as a line (dotted: missed)")
    return with_alt(
        figure,
        f"{len(right)} vertical intervals beside a horizontal line at the true {of}; {sum(right)} "
        "of them cross the line.",
    )
