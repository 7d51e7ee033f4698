"""Batch normalisation as a layer."""

import numpy as np

from course_lib.backend import Array, cast, in_precision_of
from course_lib.functional.batchnorm import batchnorm_backward, batchnorm_forward
from course_lib.functional.rows import channels_to_columns, columns_to_channels
from course_lib.layers.layer import Backward, Layer
from course_lib.op import Op, require_op
from course_lib.parameter import Parameter
from course_lib.settings import require_counts, require_number, require_positive, require_precision


class BatchNorm(Layer):
    """Normalise each column over the batch, then scale by gamma and shift by beta.

    Of images (N, C, H, W) it normalises each channel: every position of every image is a row.

    gamma is initialised with ones and beta with zeros. The running statistics are initialised with
    mean 0 and variance 1, and are updated by every call in training.

    Parameters
    ----------
    num_features : D, number of columns, or of channels
    eps, momentum : as in `batchnorm_forward`
    op : pair to use instead of `batchnorm_forward` and `batchnorm_backward`
    dtype : precision of parameters and statistics

    Attributes
    ----------
    gamma, beta : Parameter, (D,)
    running_mean, running_var : (D,), the ``state`` of `batchnorm_forward`
    """

    def __init__(
        self,
        num_features: int,
        *,
        eps: float = 1e-5,
        momentum: float = 0.1,
        op: Op | None = None,
        dtype: str | type = "float32",
    ) -> None:
        require_counts("BatchNorm", num_features=num_features)
        dtype = require_precision("BatchNorm", dtype)
        require_positive("BatchNorm", eps=eps)
        require_number("BatchNorm", momentum=momentum)
        if not 0.0 <= momentum <= 1.0:
            raise ValueError(
                f"BatchNorm: momentum is {momentum}, expected 0 <= momentum <= 1; it is the weight "
                "of the new batch in the running statistics"
            )
        # Four separate arrays: if a function changes one in place, the others must stay the same.
        self.gamma = Parameter(cast(np.ones(num_features), dtype))
        self.beta = Parameter(cast(np.zeros(num_features), dtype))
        self.running_mean = cast(np.zeros(num_features), dtype)
        self.running_var = cast(np.ones(num_features), dtype)
        self.momentum = momentum
        self.eps = eps
        self.op = require_op("BatchNorm", op or Op(batchnorm_forward, batchnorm_backward))

    def forward(self, x: Array, *, training: bool) -> tuple[Array, Backward]:
        """Output of the shape of x, (N, D) or (N, D, H, W), and the backward function."""
        if x.ndim == 4:
            return self._of_images(x, training=training)
        arrays = x, self.gamma.data, self.beta.data
        state = {"mean": self.running_mean, "var": self.running_var}
        settings = {"momentum": self.momentum, "eps": self.eps}
        y, cache, state = self.op.forward(*arrays, state, training=training, **settings)
        self.running_mean = in_precision_of(self.running_mean, state["mean"])
        self.running_var = in_precision_of(self.running_var, state["var"])

        def backward(dy: Array) -> Array:
            dx: Array
            dx, dgamma, dbeta = self.op.backward(dy, cache)
            self.gamma.add_grad(dgamma)
            self.beta.add_grad(dbeta)
            return dx

        return y, Backward(backward)

    def _of_images(self, x: Array, *, training: bool) -> tuple[Array, Backward]:
        y, back = self.forward(channels_to_columns(x), training=training)

        def backward(dy: Array) -> Array:
            return columns_to_channels(back(channels_to_columns(dy)), x.shape)

        return columns_to_channels(y, x.shape), Backward(backward)

    def __repr__(self) -> str:
        return f"BatchNorm({self.gamma.data.shape[0]})"
