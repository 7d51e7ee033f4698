"""Pure functions, arrays in and arrays out: one operation a file, forward and backward."""

from typing import TYPE_CHECKING

from course_lib.lazy import lazily

if TYPE_CHECKING:
    from course_lib.functional.avg_pool2d import avg_pool2d_backward as avg_pool2d_backward
    from course_lib.functional.avg_pool2d import avg_pool2d_forward as avg_pool2d_forward
    from course_lib.functional.batchnorm import batchnorm_backward as batchnorm_backward
    from course_lib.functional.batchnorm import batchnorm_forward as batchnorm_forward
    from course_lib.functional.conv2d import conv2d_backward as conv2d_backward
    from course_lib.functional.conv2d import conv2d_forward as conv2d_forward
    from course_lib.functional.dropconnect import dropconnect_backward as dropconnect_backward
    from course_lib.functional.dropconnect import dropconnect_forward as dropconnect_forward
    from course_lib.functional.dropout import dropout_backward as dropout_backward
    from course_lib.functional.dropout import dropout_forward as dropout_forward
    from course_lib.functional.elu import elu_backward as elu_backward
    from course_lib.functional.elu import elu_forward as elu_forward
    from course_lib.functional.flatten import flatten_backward as flatten_backward
    from course_lib.functional.flatten import flatten_forward as flatten_forward
    from course_lib.functional.folding import fold_batchnorm as fold_batchnorm
    from course_lib.functional.gelu import gelu_backward as gelu_backward
    from course_lib.functional.gelu import gelu_forward as gelu_forward
    from course_lib.functional.gelu_erf import gelu_erf_backward as gelu_erf_backward
    from course_lib.functional.gelu_erf import gelu_erf_forward as gelu_erf_forward
    from course_lib.functional.groupnorm import groupnorm_backward as groupnorm_backward
    from course_lib.functional.groupnorm import groupnorm_forward as groupnorm_forward
    from course_lib.functional.layernorm import layernorm_backward as layernorm_backward
    from course_lib.functional.layernorm import layernorm_forward as layernorm_forward
    from course_lib.functional.leaky_relu import leaky_relu_backward as leaky_relu_backward
    from course_lib.functional.leaky_relu import leaky_relu_forward as leaky_relu_forward
    from course_lib.functional.linear import linear_backward as linear_backward
    from course_lib.functional.linear import linear_forward as linear_forward
    from course_lib.functional.max_pool2d import max_pool2d_backward as max_pool2d_backward
    from course_lib.functional.max_pool2d import max_pool2d_forward as max_pool2d_forward
    from course_lib.functional.mlp import mlp_backward as mlp_backward
    from course_lib.functional.mlp import mlp_forward as mlp_forward
    from course_lib.functional.probabilities import log_softmax as log_softmax
    from course_lib.functional.probabilities import softmax as softmax
    from course_lib.functional.relu import relu_backward as relu_backward
    from course_lib.functional.relu import relu_forward as relu_forward
    from course_lib.functional.shared_chain import shared_chain_backward as shared_chain_backward
    from course_lib.functional.shared_chain import shared_chain_forward as shared_chain_forward
    from course_lib.functional.sigmoid import sigmoid_backward as sigmoid_backward
    from course_lib.functional.sigmoid import sigmoid_forward as sigmoid_forward
    from course_lib.functional.softplus import softplus_backward as softplus_backward
    from course_lib.functional.softplus import softplus_forward as softplus_forward
    from course_lib.functional.spatial_batchnorm import (
        spatial_batchnorm_backward as spatial_batchnorm_backward,
    )
    from course_lib.functional.spatial_batchnorm import (
        spatial_batchnorm_forward as spatial_batchnorm_forward,
    )
    from course_lib.functional.tanh import tanh_backward as tanh_backward
    from course_lib.functional.tanh import tanh_forward as tanh_forward
    from course_lib.functional.vanilla_dropout import (
        vanilla_dropout_backward as vanilla_dropout_backward,
    )
    from course_lib.functional.vanilla_dropout import (
        vanilla_dropout_forward as vanilla_dropout_forward,
    )
else:
    __getattr__, __dir__, __all__ = lazily(
        __name__,
        {
            "avg_pool2d": ["avg_pool2d_forward", "avg_pool2d_backward"],
            "batchnorm": ["batchnorm_forward", "batchnorm_backward"],
            "conv2d": ["conv2d_forward", "conv2d_backward"],
            "dropconnect": ["dropconnect_forward", "dropconnect_backward"],
            "dropout": ["dropout_forward", "dropout_backward"],
            "elu": ["elu_forward", "elu_backward"],
            "flatten": ["flatten_forward", "flatten_backward"],
            "folding": ["fold_batchnorm"],
            "gelu": ["gelu_forward", "gelu_backward"],
            "gelu_erf": ["gelu_erf_forward", "gelu_erf_backward"],
            "groupnorm": ["groupnorm_forward", "groupnorm_backward"],
            "layernorm": ["layernorm_forward", "layernorm_backward"],
            "leaky_relu": ["leaky_relu_forward", "leaky_relu_backward"],
            "linear": ["linear_forward", "linear_backward"],
            "max_pool2d": ["max_pool2d_forward", "max_pool2d_backward"],
            "mlp": ["mlp_forward", "mlp_backward"],
            "probabilities": ["log_softmax", "softmax"],
            "relu": ["relu_forward", "relu_backward"],
            "shared_chain": ["shared_chain_forward", "shared_chain_backward"],
            "sigmoid": ["sigmoid_forward", "sigmoid_backward"],
            "softplus": ["softplus_forward", "softplus_backward"],
            "spatial_batchnorm": ["spatial_batchnorm_forward", "spatial_batchnorm_backward"],
            "tanh": ["tanh_forward", "tanh_backward"],
            "vanilla_dropout": ["vanilla_dropout_forward", "vanilla_dropout_backward"],
        },
    )
