"""Check a forward and backward pair, for all its inputs."""

from collections.abc import Sequence
from typing import Any

from course_lib.backend import Array, Generator, array_namespace, normal
from course_lib.gradient_check.check_gradient import GradientCheck, check_gradient
from course_lib.op import Op


def check_op(
    op: Op, inputs: Sequence[Array], rng: Generator, **settings: Any
) -> tuple[GradientCheck, ...]:
    """Check every gradient of a pair against differences of its forward function.

    The loss is ``sum(dy * y)`` with a random dy: its gradient with respect to y is exactly dy, and
    no symmetry of the function hides a mistake. A dy of ones could hide one.

    Parameters
    ----------
    op : pair with ``forward(*inputs) -> (y, cache)`` and ``backward(dy, cache)`` -> one gradient
        or a tuple of them. Wrap what takes more: ``lambda x: dropout_forward(x, 0.5,
        default_rng(0), training=True)`` drops the same elements in every call.
    inputs : the arrays that forward takes, double precision
    rng : source of dy and of the directions
    settings : as in `check_gradient`

    Returns
    -------
    checks : one per input; each is true if it passed, and prints as a sentence

    Raises
    ------
    ValueError
        If backward does not return one gradient per input.
    """
    y, cache = op.forward(*inputs)
    xp = array_namespace(y, *inputs)
    dy = normal(rng, tuple(y.shape), like=y)
    gradients = op.backward(dy, cache)
    if not isinstance(gradients, tuple | list):
        gradients = (gradients,)
    if len(gradients) != len(inputs):
        raise ValueError(
            f"check_op: backward returned {len(gradients)} gradient(s) for {len(inputs)} input(s)"
        )

    def check(i: int) -> GradientCheck:
        def f(a: Array) -> float:
            moved = [*inputs[:i], a, *inputs[i + 1 :]]
            return float(xp.sum(dy * op.forward(*moved)[0]))

        return check_gradient(f, inputs[i], gradients[i], rng, **settings)

    return tuple(check(i) for i in range(len(inputs)))
