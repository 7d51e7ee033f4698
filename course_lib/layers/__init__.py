"""Layers: parameters tied to a pair of functions, the library's or your own."""

from course_lib.habits import missing_name
from course_lib.layers.activations import ELU as ELU
from course_lib.layers.activations import GELU as GELU
from course_lib.layers.activations import LeakyReLU as LeakyReLU
from course_lib.layers.activations import ReLU as ReLU
from course_lib.layers.activations import Sigmoid as Sigmoid
from course_lib.layers.activations import Softplus as Softplus
from course_lib.layers.activations import Tanh as Tanh
from course_lib.layers.batchnorm import BatchNorm as BatchNorm
from course_lib.layers.convolutional import AvgPool2d as AvgPool2d
from course_lib.layers.convolutional import Conv2d as Conv2d
from course_lib.layers.convolutional import Flatten as Flatten
from course_lib.layers.convolutional import GlobalAvgPool as GlobalAvgPool
from course_lib.layers.convolutional import MaxPool2d as MaxPool2d
from course_lib.layers.dropout import DropConnect as DropConnect
from course_lib.layers.dropout import Dropout as Dropout
from course_lib.layers.layer import Layer as Layer
from course_lib.layers.linear import Linear as Linear
from course_lib.layers.norms import GroupNorm as GroupNorm
from course_lib.layers.norms import LayerNorm as LayerNorm
from course_lib.layers.norms import RMSNorm as RMSNorm
from course_lib.layers.residual import Residual as Residual

__getattr__ = missing_name("course_lib.layers")
