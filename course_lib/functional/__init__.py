"""Pure functions, arrays in and arrays out, forward and backward: a file for each family."""

from course_lib.functional.activations import elu_backward as elu_backward
from course_lib.functional.activations import elu_forward as elu_forward
from course_lib.functional.activations import leaky_relu_backward as leaky_relu_backward
from course_lib.functional.activations import leaky_relu_forward as leaky_relu_forward
from course_lib.functional.activations import relu_backward as relu_backward
from course_lib.functional.activations import relu_forward as relu_forward
from course_lib.functional.activations import sigmoid_backward as sigmoid_backward
from course_lib.functional.activations import sigmoid_forward as sigmoid_forward
from course_lib.functional.activations import tanh_backward as tanh_backward
from course_lib.functional.activations import tanh_forward as tanh_forward
from course_lib.functional.avg_pool2d import avg_pool2d_backward as avg_pool2d_backward
from course_lib.functional.avg_pool2d import avg_pool2d_forward as avg_pool2d_forward
from course_lib.functional.avg_pool2d import (
    global_avg_pool_backward as global_avg_pool_backward,
)
from course_lib.functional.avg_pool2d import (
    global_avg_pool_forward as global_avg_pool_forward,
)
from course_lib.functional.batchnorm import batchnorm_backward as batchnorm_backward
from course_lib.functional.batchnorm import batchnorm_forward as batchnorm_forward
from course_lib.functional.batchnorm import (
    spatial_batchnorm_backward as spatial_batchnorm_backward,
)
from course_lib.functional.batchnorm import (
    spatial_batchnorm_forward as spatial_batchnorm_forward,
)
from course_lib.functional.conv2d import conv2d_backward as conv2d_backward
from course_lib.functional.conv2d import conv2d_forward as conv2d_forward
from course_lib.functional.dropout import dropconnect_backward as dropconnect_backward
from course_lib.functional.dropout import dropconnect_forward as dropconnect_forward
from course_lib.functional.dropout import dropout_backward as dropout_backward
from course_lib.functional.dropout import dropout_forward as dropout_forward
from course_lib.functional.dropout import (
    vanilla_dropout_backward as vanilla_dropout_backward,
)
from course_lib.functional.dropout import (
    vanilla_dropout_forward as vanilla_dropout_forward,
)
from course_lib.functional.flatten import flatten_backward as flatten_backward
from course_lib.functional.flatten import flatten_forward as flatten_forward
from course_lib.functional.fold_batchnorm import fold_batchnorm as fold_batchnorm
from course_lib.functional.linear import linear_backward as linear_backward
from course_lib.functional.linear import linear_forward as linear_forward
from course_lib.functional.max_pool2d import max_pool2d_backward as max_pool2d_backward
from course_lib.functional.max_pool2d import max_pool2d_forward as max_pool2d_forward
from course_lib.functional.mlp import mlp_backward as mlp_backward
from course_lib.functional.mlp import mlp_forward as mlp_forward
from course_lib.functional.norms import groupnorm_backward as groupnorm_backward
from course_lib.functional.norms import groupnorm_forward as groupnorm_forward
from course_lib.functional.norms import layernorm_backward as layernorm_backward
from course_lib.functional.norms import layernorm_forward as layernorm_forward
from course_lib.functional.norms import rmsnorm_backward as rmsnorm_backward
from course_lib.functional.norms import rmsnorm_forward as rmsnorm_forward
from course_lib.functional.residual import residual_backward as residual_backward
from course_lib.functional.residual import residual_forward as residual_forward
from course_lib.functional.shared_chain import shared_chain_backward as shared_chain_backward
from course_lib.functional.shared_chain import shared_chain_forward as shared_chain_forward
from course_lib.functional.smooth_rectifiers import gelu_backward as gelu_backward
from course_lib.functional.smooth_rectifiers import gelu_erf_backward as gelu_erf_backward
from course_lib.functional.smooth_rectifiers import gelu_erf_forward as gelu_erf_forward
from course_lib.functional.smooth_rectifiers import gelu_forward as gelu_forward
from course_lib.functional.smooth_rectifiers import softplus_backward as softplus_backward
from course_lib.functional.smooth_rectifiers import softplus_forward as softplus_forward
from course_lib.functional.softmax import log_softmax as log_softmax
from course_lib.functional.softmax import softmax as softmax
