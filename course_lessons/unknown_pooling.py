"""Max poolings whose backward pass may hold a fault: what a test of theirs is tried on."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from course_lessons.pairs import CallsSpent, count_apart

CALLS = 4  # of the backward pass of one pooling
PIXELS = 1000  # in the images of one call
RULES = ("first", "last", "equal", "random")  # who gets the gradient of equally large pixels
FAULTS = (
    "overlap",  # a window overwrites what another one left
    "gaps",  # windows farther apart than their size are taken to lie side by side
    "left over",  # windows are counted from the last pixel instead of the first
    "one side",  # of images that are wider than high, or higher than wide, a part is forgotten
    "first of all",  # the place in the first image, or in the first channel, is used for all
    "ties",  # equally large pixels get the whole gradient each, or nothing
)


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
        fault, odd = self._numbers["fault"], self._numbers["one"] % 2 == 1
        step = min(size, stride) if fault == "gaps" else stride
        rows, columns = dy.shape[2:]
        skipped = [(n - size) % stride if fault == "left over" else 0 for n in x.shape[2:]]
        if fault == "one side":
            least = min(rows, columns)
            rows, columns = (rows, least) if odd else (least, columns)
        dx = np.zeros(x.shape)
        for r, s in np.ndindex(rows, columns):
            top, left = r * step + skipped[0], s * step + skipped[1]
            at = np.s_[:, :, top : top + size, left : left + size]
            given = self._shares(x[at], fault, odd) * dy[:, :, r, s, None, None]
            if fault != "overlap":
                dx[at] += given
            else:
                dx[at] = given if odd else np.where(given == 0, dx[at], given)
        return dx

    def _shares(self, window: np.ndarray, fault: str, odd: bool) -> np.ndarray:
        """Which part of its gradient a window (N, C, size, size) passes to each pixel."""
        if fault == "first of all":
            window = np.broadcast_to(window[:1] if odd else window[:, :1], window.shape)
        largest = (window == window.max(axis=(2, 3), keepdims=True)).reshape(*window.shape[:2], -1)
        if fault == "ties":
            alone = largest.sum(axis=2, keepdims=True) == 1
            largest = largest if odd else largest & alone
            return np.asarray(largest.reshape(window.shape), float)
        match self._numbers["rule"]:
            case "first":
                largest = largest & (np.cumsum(largest, axis=2) == 1)
            case "last":
                largest = largest & (np.cumsum(largest[..., ::-1], axis=2)[..., ::-1] == 1)
        random = self._numbers["rule"] == "random"
        weights = largest * (self._rng.uniform(0.1, 1, largest.shape) if random else 1.0)
        shares: np.ndarray = weights / np.maximum(weights.sum(axis=2, keepdims=True), 1e-12)
        return shares.reshape(window.shape)


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
    one : even or odd, which of its two kinds a fault has; it also chooses one of ``RULES``
    """
    return {
        "fault": fault,
        "one": one,
        "rule": RULES[(one // 2) % len(RULES)],
        "seed": int(rng.integers(2**31)),
    }


def tell_apart(
    test: Callable[[UnknownPooling], Any], *, pairs: int = 16, seed: int = 0
) -> dict[str, int]:
    """`count_apart` for poolings."""
    return count_apart(test, UnknownPooling, random_pooling, FAULTS, pairs=pairs, seed=seed)
