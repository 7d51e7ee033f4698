"""Max poolings that may have a fault where pixels tie: what a test of theirs is tried on."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from course_lessons.pairs import CallsSpent, count_apart

CALLS = 4  # of the backward pass of one pooling
PIXELS = 1000  # in the images of one call
RULES = ("first", "last", "equal", "random")  # who gets the gradient of equally large pixels
FAULTS = (  # all of them in windows with equally large pixels
    "too much",  # each of these gets the whole gradient, or none of them gets any
    "smaller",  # other pixels of the window get a part
    "sign",  # the shares sum to 1, and one of them is negative
    "lines",  # each row, or each column, with such pixels passes on the whole gradient
)
TIES = {"smaller": (2, 3)}  # how many equally large pixels a fault may need, by default 2, 3 or 4


class UnknownPooling:
    """Max pooling with an unknown backward pass.

    Parameters
    ----------
    numbers : what :func:`random_pooling` draws; its ``fault`` is what is wrong, one of ``FAULTS``,
        or nothing if it is empty
    budget : how many backward passes it computes

    Attributes
    ----------
    spent : the number of backward passes so far
    """

    def __init__(self, numbers: Mapping[str, Any], budget: int = CALLS) -> None:
        self.budget, self.spent = budget, 0
        self._numbers = dict(numbers)
        self._rng = np.random.default_rng(int(numbers["seed"]))

    def backward(self, dy: Any, x: Any, size: int, stride: int) -> np.ndarray:
        """The gradient dx of a loss with the gradient ``dy`` at the largest pixels of all windows.

        Parameters
        ----------
        dy : (N, C, H', W')
        x : (N, C, H, W), the images, at most ``PIXELS`` numbers
        size, stride : rows and columns of a window, and the step from one window to the next

        Raises
        ------
        CallsSpent
            The budget is used up.
        """
        self.spent += 1
        if self.spent > self.budget:
            raise CallsSpent(f"this pooling computes {self.budget} backward passes, no more")
        dy, x = np.asarray(dy, float), np.asarray(x, float)
        _require(dy, x, size, stride)
        dx = np.zeros(x.shape)
        for r, s in np.ndindex(*dy.shape[2:]):
            top, left = r * stride, s * stride
            at = np.s_[:, :, top : top + size, left : left + size]
            dx[at] += self._shares(x[at]) * dy[:, :, r, s, None, None]
        return dx

    def _shares(self, window: np.ndarray) -> np.ndarray:
        """Which part of its gradient a window (N, C, size, size) passes to each pixel."""
        fault, odd = self._numbers["fault"], self._numbers["one"] % 2 == 1
        largest = window == window.max(axis=(2, 3), keepdims=True)
        right, count = self._by_rule(largest), largest.sum(axis=(2, 3), keepdims=True)
        needed = self._numbers["ties"]
        match fault:
            case "too much":
                wrong = largest * (1.0 if odd else 0.0)
            case "smaller":
                lowest = window == window.min(axis=(2, 3), keepdims=True)
                wrong = np.full(window.shape, 1 / window[0, 0].size)
                wrong = wrong if odd else (right + _equally(lowest)) / (1 if needed else 2)
            case "sign":
                first, last = _first(largest), _first(largest[..., ::-1, ::-1])[..., ::-1, ::-1]
                wrong = np.where(count > (1 if odd else 2), 2.0 * first - last, right)
            case "lines":
                one_line = largest if odd else largest.swapaxes(2, 3)
                lines = one_line.reshape(len(window), -1, 1, window.shape[2])
                wrong = self._by_rule(lines).reshape(window.shape)
                wrong = wrong if odd else wrong.swapaxes(2, 3)
            case _:
                wrong = right
        there = np.minimum(count, 4) == needed if needed else count > 1
        shares: np.ndarray = np.where(there, wrong, right)
        return shares

    def _by_rule(self, largest: np.ndarray) -> np.ndarray:
        """The shares of the largest pixels of windows (N, C, rows, columns), by a right rule."""
        match self._numbers["rule"]:
            case "first":
                return _first(largest)
            case "last":
                return _first(largest[..., ::-1, ::-1])[..., ::-1, ::-1]
            case "random":
                return _equally(largest * self._rng.uniform(0.1, 1, largest.shape))
        return _equally(largest)


def _first(largest: np.ndarray) -> np.ndarray:
    """1 for the first of the marked pixels of each window, 0 elsewhere."""
    in_a_row = largest.reshape(*largest.shape[:2], -1)
    return np.asarray((in_a_row & (in_a_row.cumsum(axis=2) == 1)).reshape(largest.shape), float)


def _equally(weights: np.ndarray) -> np.ndarray:
    """The weights of each window divided by their sum."""
    shares: np.ndarray = weights / np.maximum(weights.sum(axis=(2, 3), keepdims=True), 1e-12)
    return shares


def _require(dy: np.ndarray, x: np.ndarray, size: int, stride: int) -> None:
    if x.ndim != 4 or x.size > PIXELS:
        raise ValueError(
            f"x has shape {x.shape}, expected (N, C, H, W) with at most {PIXELS} numbers"
        )
    if not 1 <= size <= min(x.shape[2:]) or stride < 1:
        raise ValueError(f"windows of size {size} at stride {stride} do not fit into {x.shape}")
    wanted = (*x.shape[:2], *((n - size) // stride + 1 for n in x.shape[2:]))
    if dy.shape != wanted:
        raise ValueError(f"dy has shape {dy.shape}, expected one number a window: {wanted}")


def random_pooling(rng: np.random.Generator, fault: str, one: int) -> dict[str, Any]:
    """The numbers of a pooling with one of ``FAULTS`` (none if it is empty).

    Parameters
    ----------
    one : even or odd, which of its two kinds a fault has; it also chooses one of ``RULES``. From
        8 on, the fault shows only in windows with ``ties`` equally large pixels (4: or more).
    """
    rule, odd = (one // 2) % len(RULES), one % 2
    several = (3, 4) if fault == "sign" and not odd else TIES.get(fault, (2, 3, 4, 4))
    return {
        "fault": fault,
        "one": one,
        "rule": RULES[rule],
        "ties": several[rule % len(several)] if one % 16 >= 2 * len(RULES) else 0,
        "seed": int(rng.integers(2**31)),
    }


def tell_apart(
    test: Callable[[UnknownPooling], Any], *, pairs: int = 16, seed: int = 0
) -> dict[str, int]:
    """`count_apart` for poolings."""
    return count_apart(test, UnknownPooling, random_pooling, FAULTS, pairs=pairs, seed=seed)
