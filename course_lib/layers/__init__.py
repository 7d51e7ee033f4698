"""Layers: parameters tied to a pair of functions, the library's or your own."""

from typing import TYPE_CHECKING

from course_lib.lazy import lazily

if TYPE_CHECKING:
    from course_lib.layers.activations import ReLU as ReLU
    from course_lib.layers.activations import Sigmoid as Sigmoid
    from course_lib.layers.activations import Tanh as Tanh
    from course_lib.layers.batchnorm import BatchNorm as BatchNorm
    from course_lib.layers.dropout import Dropout as Dropout
    from course_lib.layers.layer import Layer as Layer
    from course_lib.layers.linear import Linear as Linear
else:
    __getattr__, __dir__, __all__ = lazily(
        __name__,
        {
            "activations": ["ReLU", "Sigmoid", "Tanh"],
            "batchnorm": ["BatchNorm"],
            "dropout": ["Dropout"],
            "layer": ["Layer"],
            "linear": ["Linear"],
        },
    )
