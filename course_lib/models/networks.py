"""Whole networks: the multilayer perceptron, and a small convolutional network."""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any

from course_lib.backend import Array, Generator
from course_lib.habits import helpful
from course_lib.layers.activations import ReLU
from course_lib.layers.convolutional import Conv2d, Flatten, MaxPool2d
from course_lib.layers.dropout import Dropout
from course_lib.layers.layer import Layer
from course_lib.layers.linear import Init, Linear
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


@helpful
def small_cnn(
    image_shape: Sequence[int],
    n_classes: int,
    *,
    rng: Generator,
    channels: Sequence[int] = (8, 16),
    kernel_size: int = 3,
    activation: Callable[[], Layer] = ReLU,
    pooling: Callable[[int], Layer] = MaxPool2d,
    init: Init | None = None,
    conv_op: Op | None = None,
    linear_op: Op | None = None,
    norm: Callable[[int], Layer] | None = None,
    drop_prob: float = 0.0,
    dtype: str | type = "float32",
) -> Sequential:
    """Blocks of convolution, (norm,) activation and pooling, (dropout,) and a linear layer last.

    In every block, the convolution keeps the size of the images and the pooling halves it.

    Parameters
    ----------
    image_shape : (C, H, W) of the images
    n_classes : number of outputs
    rng : source of the initial weights, and of dropout
    channels : numbers of channels after each block; two blocks by default
    kernel_size : height and width of the filters, odd
    activation : makes the activation layers: ``Tanh``, or ``lambda: ReLU(op=Op(…))``
    pooling : makes the pooling layers from the size of their windows, for instance ``AvgPool2d``
    init, dtype : for the convolutions and the linear layer
    conv_op, linear_op : pairs to use instead of the library's
    norm : makes the normalising layers from their number of channels, for instance ``BatchNorm``
    drop_prob : probability of dropping an input of the linear layer; no dropout layer if 0

    Raises
    ------
    TypeError
        If image_shape is not three numbers, or a function is not one.
    ValueError
        If kernel_size is even, or if the images are too small to be halved in every block.
    """
    given: object = image_shape
    if not isinstance(given, Sequence) or len(given) != 3:
        raise TypeError(
            f"small_cnn: image_shape is {image_shape!r}, expected (channels, height, width), for "
            "instance x.shape[1:]"
        )
    require_makers("small_cnn", activation=activation, pooling=pooling, norm=norm)
    n_in, height, width = image_shape
    if kernel_size % 2 == 0:
        raise ValueError(
            f"small_cnn: kernel_size is {kernel_size}, expected an odd number such as 3: only then "
            "can padding keep the size of the images"
        )
    shrunk = 2 ** len(channels)
    if min(height, width) < shrunk:
        raise ValueError(
            f"small_cnn: images of {height} x {width} pixels cannot be halved {len(channels)} "
            f"times; they must be {shrunk} x {shrunk} or larger, or channels shorter"
        )
    layers: list[Layer] = []
    for n_out in channels:
        shape = n_in, n_out, kernel_size, 1, kernel_size // 2
        layers.append(Conv2d(*shape, rng=rng, init=init, op=conv_op, dtype=dtype))
        if norm is not None:
            layers.append(norm(n_out))
        layers += [activation(), pooling(2)]
        n_in = n_out
    layers.append(Flatten())
    if drop_prob > 0.0:
        layers.append(Dropout(drop_prob, rng=rng))
    n_features = n_in * (height // shrunk) * (width // shrunk)
    layers.append(Linear(n_features, n_classes, rng=rng, init=init, op=linear_op, dtype=dtype))
    return Sequential(*layers)


def require_makers(where: str, **makers: Any) -> None:
    """Raise TypeError unless all are functions or classes that make layers, or None."""
    for name, maker in makers.items():
        if isinstance(maker, Layer):
            kind = type(maker).__name__
            raise TypeError(
                f"{where}: {name} is the layer {maker!r}, expected a class or function that makes "
                f"one for each place; write {name}={kind}"
            )
        if maker is not None and not callable(maker):
            raise TypeError(
                f"{where}: {name} is {maker!r}, expected a class or function that makes a layer, "
                "such as ReLU, MaxPool2d or BatchNorm of course_lib.layers"
            )
