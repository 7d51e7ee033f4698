"""Layers: parameters tied to a pair of functions, the library's or your own."""

from typing import TYPE_CHECKING

from course_lib.lazy import lazily

if TYPE_CHECKING:
    from course_lib.layers.activations import ELU as ELU
    from course_lib.layers.activations import GELU as GELU
    from course_lib.layers.activations import LeakyReLU as LeakyReLU
    from course_lib.layers.activations import ReLU as ReLU
    from course_lib.layers.activations import Sigmoid as Sigmoid
    from course_lib.layers.activations import Softplus as Softplus
    from course_lib.layers.activations import Tanh as Tanh
    from course_lib.layers.batchnorm import BatchNorm as BatchNorm
    from course_lib.layers.conv2d import Conv2d as Conv2d
    from course_lib.layers.dropconnect import DropConnect as DropConnect
    from course_lib.layers.dropout import Dropout as Dropout
    from course_lib.layers.flatten import Flatten as Flatten
    from course_lib.layers.layer import Layer as Layer
    from course_lib.layers.linear import Linear as Linear
    from course_lib.layers.norms import GroupNorm as GroupNorm
    from course_lib.layers.norms import LayerNorm as LayerNorm
    from course_lib.layers.pooling import AvgPool2d as AvgPool2d
    from course_lib.layers.pooling import MaxPool2d as MaxPool2d
else:
    __getattr__, __dir__, __all__ = lazily(
        __name__,
        {
            "activations": ["ELU", "GELU", "LeakyReLU", "ReLU", "Sigmoid", "Softplus", "Tanh"],
            "batchnorm": ["BatchNorm"],
            "conv2d": ["Conv2d"],
            "dropconnect": ["DropConnect"],
            "dropout": ["Dropout"],
            "flatten": ["Flatten"],
            "layer": ["Layer"],
            "linear": ["Linear"],
            "norms": ["GroupNorm", "LayerNorm"],
            "pooling": ["AvgPool2d", "MaxPool2d"],
        },
    )
