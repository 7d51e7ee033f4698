"""The multilayer perceptron."""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from course_lib.backend import Array, Generator
from course_lib.habits import helpful
from course_lib.layers.activations import ReLU
from course_lib.layers.dropout import Dropout
from course_lib.layers.layer import Layer
from course_lib.layers.linear import Linear
from course_lib.models.require_makers import require_makers
from course_lib.models.sequential import Sequential
from course_lib.op import Op


@helpful
def mlp(
    sizes: Sequence[int],
    *,
    rng: Generator,
    activation: Callable[[], Layer] = ReLU,
    init: Callable[[tuple[int, ...], Generator], Array] | None = None,
    op: Op | None = None,
    norm: Callable[[int], Layer] | None = None,
    drop_prob: float = 0.0,
    dtype: str | type = "float32",
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
    TypeError
        If sizes is not a list, or activation or norm is a layer instead of what makes one.
    ValueError
        If sizes has fewer than two entries.
    """
    if not isinstance(sizes, Iterable):
        raise TypeError(f"mlp: sizes is {sizes!r}, expected a list such as [784, 100, 10]")
    require_makers("mlp", activation=activation, norm=norm)
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
