"""The initial weights of a layer, and its bias of zeros."""

from collections.abc import Callable
from typing import TypeAlias

from course_lib.backend import Array, Generator, array_namespace, cast
from course_lib.parameter import Parameter
from course_lib.requirements import require_generator

Init: TypeAlias = Callable[[tuple[int, ...], Generator], Array]
"""``init(shape, rng)`` -> initial weights of that shape."""


def initial_parameters(
    layer: str, shape: dict[str, int], n_out: int, rng: Generator, init: Init | None, dtype: str
) -> tuple[Parameter, Parameter]:
    """Weights from init (`he_normal` if it is None), and zeros for the bias.

    Parameters
    ----------
    layer : name of the layer, first word of the message
    shape : of the weights, each length with its name
    n_out : length of the bias
    rng, init, dtype : as the layer was given them

    Raises
    ------
    ValueError
        If init returns another shape than it was asked for.
    TypeError
        If rng is not a generator.
    """
    require_generator(layer, rng)
    if init is None:
        from course_lib import initializers

        init = initializers.he_normal
    lengths = tuple(shape.values())
    W = init(lengths, rng)
    if tuple(W.shape) != lengths:
        raise ValueError(
            f"{layer}: init returned weights of shape {tuple(W.shape)}, expected "
            f"({', '.join(shape)}) = {lengths}"
        )
    W = cast(W, dtype)
    zeros = array_namespace(W).zeros(n_out, dtype=W.dtype, device=W.device)
    return Parameter(W), Parameter(zeros)
