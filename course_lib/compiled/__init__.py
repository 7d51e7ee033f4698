"""Functions that numba compiles, called by the definitions after `course_lib.fast.enable`."""

from collections.abc import Callable
from typing import Any

from course_lib.compiled.batchnorm import batchnorm_backward, batchnorm_forward
from course_lib.compiled.elementwise import dropout_forward, relu_backward, relu_forward
from course_lib.compiled.layernorm import layernorm_backward, layernorm_forward
from course_lib.compiled.max_pool2d import max_pool2d_backward, max_pool2d_forward
from course_lib.compiled.softmax_cross_entropy import softmax_cross_entropy
from course_lib.compiled.steps import adam_step, momentum_step
from course_lib.compiled.winograd import gradient_tiles, input_tiles, outputs

FUNCTIONS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        adam_step,
        batchnorm_backward,
        batchnorm_forward,
        dropout_forward,
        gradient_tiles,
        input_tiles,
        layernorm_backward,
        layernorm_forward,
        max_pool2d_backward,
        max_pool2d_forward,
        momentum_step,
        outputs,
        relu_backward,
        relu_forward,
        softmax_cross_entropy,
    )
}
FUNCTIONS["adamw_step"] = adam_step
