"""Functions that numba compiles, called by the definitions after `course_lib.fast.enable`."""

from collections.abc import Callable
from typing import Any

from course_lib.compiled import (
    batchnorm,
    elementwise,
    layernorm,
    max_pool2d,
    softmax_cross_entropy,
    steps,
    winograd,
)

FUNCTIONS: dict[str, Callable[..., Any]] = {  # name of the definition -> its compiled version
    "adam_in_place": steps.adam_in_place,
    "adam_step": steps.adam_step,
    "adamw_in_place": steps.adam_in_place,
    "adamw_step": steps.adam_step,
    "batchnorm_backward": batchnorm.batchnorm_backward,
    "batchnorm_forward": batchnorm.batchnorm_forward,
    "dropout_forward": elementwise.dropout_forward,
    "gradient_tiles": winograd.gradient_tiles,
    "input_tiles": winograd.input_tiles,
    "layernorm_backward": layernorm.layernorm_backward,
    "layernorm_forward": layernorm.layernorm_forward,
    "max_pool2d_backward": max_pool2d.max_pool2d_backward,
    "max_pool2d_forward": max_pool2d.max_pool2d_forward,
    "momentum_in_place": steps.momentum_in_place,
    "momentum_step": steps.momentum_step,
    "outputs": winograd.outputs,
    "relu_backward": elementwise.relu_backward,
    "relu_forward": elementwise.relu_forward,
    "softmax_cross_entropy": softmax_cross_entropy.softmax_cross_entropy,
}
