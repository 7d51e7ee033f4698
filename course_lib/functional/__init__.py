"""Pure functions, arrays in and arrays out: one operation a file, forward and backward."""

from typing import TYPE_CHECKING

from course_lib.lazy import lazily

if TYPE_CHECKING:
    from course_lib.functional.batchnorm import batchnorm_backward as batchnorm_backward
    from course_lib.functional.batchnorm import batchnorm_forward as batchnorm_forward
    from course_lib.functional.dropout import dropout_backward as dropout_backward
    from course_lib.functional.dropout import dropout_forward as dropout_forward
    from course_lib.functional.linear import linear_backward as linear_backward
    from course_lib.functional.linear import linear_forward as linear_forward
    from course_lib.functional.mlp import mlp_backward as mlp_backward
    from course_lib.functional.mlp import mlp_forward as mlp_forward
    from course_lib.functional.probabilities import log_softmax as log_softmax
    from course_lib.functional.probabilities import softmax as softmax
    from course_lib.functional.relu import relu_backward as relu_backward
    from course_lib.functional.relu import relu_forward as relu_forward
    from course_lib.functional.sigmoid import sigmoid_backward as sigmoid_backward
    from course_lib.functional.sigmoid import sigmoid_forward as sigmoid_forward
    from course_lib.functional.tanh import tanh_backward as tanh_backward
    from course_lib.functional.tanh import tanh_forward as tanh_forward
else:
    __getattr__, __dir__, __all__ = lazily(
        __name__,
        {
            "batchnorm": ["batchnorm_forward", "batchnorm_backward"],
            "dropout": ["dropout_forward", "dropout_backward"],
            "linear": ["linear_forward", "linear_backward"],
            "mlp": ["mlp_forward", "mlp_backward"],
            "probabilities": ["log_softmax", "softmax"],
            "relu": ["relu_forward", "relu_backward"],
            "sigmoid": ["sigmoid_forward", "sigmoid_backward"],
            "tanh": ["tanh_forward", "tanh_backward"],
        },
    )
