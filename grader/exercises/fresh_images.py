"""Images that the judge draws, with their labels, and how many of them a network gets right.

Neither travels to a submission. So nothing that it does can be fitted to them, and no file holds
them: they exist from the moment at which a check draws them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from grader.checking.contract.properties import Held, PartialCredit, earns
from grader.checking.contract.wire import Kept


@dataclass(frozen=True, repr=False)
class Fresh(Kept):
    """Fresh images, a row each, and their labels."""

    what: str = "kept by the judge"
    x: np.ndarray = field(default_factory=lambda: np.empty(0), compare=False)
    t: np.ndarray = field(default_factory=lambda: np.empty(0, int), compare=False)


def answers_of(parameters: Sequence[np.ndarray], x: np.ndarray) -> np.ndarray:
    """The labels that a network with the parameters W1, b1, W2, b2, … and the ReLU gives to x."""
    z = x
    with np.errstate(all="ignore"):
        for k in range(0, len(parameters), 2):
            u = z @ parameters[k] + parameters[k + 1]
            z = np.maximum(u, 0)
    labels: np.ndarray = u.argmax(axis=1)
    return labels


def share_earns(
    share: float, lower: float, upper: float, of: str, more: str = ""
) -> PartialCredit | Held:
    """Points for a share of fresh images: none up to ``lower``, all from ``upper`` on.

    ``of`` says what the share is one of, and ``more`` follows the limits.
    """
    limits = f"points begin at {lower:.2f} and are full from {upper:.2f} on"
    return earns((share - lower) / (upper - lower), f"{share:.3f} of {of}; {limits}.{more}")


def problem_of(found: Any, widths: Sequence[int]) -> str:
    """What keeps ``found`` from being the parameters of a network of these widths, or ""."""
    expected = [s for n, m in pairwise(widths) for s in ((n, m), (m,))]
    if not isinstance(found, list) or len(found) != len(expected):
        given = f"{len(found)} entries" if isinstance(found, list) else f"{found!r}"
        return f"It returned {given}; expected the {len(expected)} arrays of `network.parameters`."
    shapes = [np.shape(p) if isinstance(p, np.ndarray) else repr(p) for p in found]
    if shapes != expected or any(p.dtype.kind not in "iuf" for p in found):
        said = ", ".join(map(str, shapes))
        return f"It returned arrays of the shapes {said}; expected {expected}."
    return ""
