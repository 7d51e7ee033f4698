"""The multilayer perceptron."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from course_lib.backend import Array, Generator
from course_lib.layers.activations import ReLU
from course_lib.layers.dropout import Dropout
from course_lib.layers.layer import Layer
from course_lib.layers.linear import Linear
from course_lib.models.sequential import Sequential
from course_lib.op import Op


def mlp(
    sizes: Sequence[int],
    *,
    rng: Generator,
    activation: Callable[[], Layer] = ReLU,
    init: Callable[[tuple[int, ...], Generator], Array] | None = None,
    op: Op | None = None,
    norm: Callable[[int], Layer] | None = None,
    drop_prob: float = 0.0,
    dtype: str = "float32",
) -> Sequential:
    """Multilayer perceptron: linear, (norm,) activation, (dropout,) … and a linear layer last.

    Parameters
    ----------
    sizes : numbers of inputs, hidden units and outputs; [64, 32, 10] has one hidden layer
    rng : source of the initial weights, and of dropout
    activation : makes the activation layers: ``Tanh``, or ``lambda: ReLU(op=Op(…))``
    init, op, dtype : for the linear layers, see `Linear`
    norm : makes the normalising layers from their number of columns, for instance ``BatchNorm``
    drop_prob : probability of dropping a hidden unit; no dropout layers if 0

    Raises
    ------
    ValueError
        If sizes has fewer than two entries.
    """
    if len(sizes) < 2:
        raise ValueError(
            f"mlp: sizes is {list(sizes)}, expected at least the numbers of inputs and outputs"
        )
    layers: list[Layer] = []
    for n_in, n_out in pairwise(sizes[:-1]):
        layers.append(Linear(n_in, n_out, rng=rng, init=init, op=op, dtype=dtype))
        if norm is not None:
            layers.append(norm(n_out))
        layers.append(activation())
        if drop_prob > 0.0:
            layers.append(Dropout(drop_prob, rng=rng))
    layers.append(Linear(sizes[-2], sizes[-1], rng=rng, init=init, op=op, dtype=dtype))
    return Sequential(*layers)
