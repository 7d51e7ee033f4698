"""An operation: a forward function and its backward function."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

Cache: TypeAlias = Any
"""What a forward function passes to its backward function; no other code reads it."""


@dataclass(frozen=True)
class Op:
    """A pair of functions that belong together, yours or the library's.

    Wherever a layer computes something it takes such a pair:
    ``Linear(64, 10, rng=rng, op=Op(linear_forward, linear_backward))``.

    Parameters
    ----------
    forward : ``forward(x, …) -> (y, cache)``; with state (batch norm) ``-> (y, cache, state)``
    backward : ``backward(dy, cache)`` -> the gradients with respect to the arrays that forward
        took, in their order; that of a residual also takes the backward function of its block
    parameter_gradients : ``parameter_gradients(dy, cache)`` -> the same without the first one, for
        the first layer of a network, whose dx nobody needs; backward is called where it is None
    """

    forward: Callable[..., Any]
    backward: Callable[..., Any]
    parameter_gradients: Callable[..., Any] | None = None


def require_op(where: str, op: Op) -> Op:
    """The pair itself; TypeError if it is something else, for instance a single function."""
    if not (hasattr(op, "forward") and hasattr(op, "backward")):
        raise TypeError(f"{where}: op is {op!r}, expected a pair, Op(forward, backward)")
    return op
