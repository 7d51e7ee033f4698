"""Batch normalisation as a layer."""

import numpy as np

from course_lib.backend import Array, cast, to_device
from course_lib.layers.layer import Backward, Layer, library_op
from course_lib.op import Op
from course_lib.parameter import Parameter


class BatchNorm(Layer):
    """Normalise each column over the batch, then scale by gamma and shift by beta.

    gamma starts at one, beta at zero; the running statistics start at mean 0 and variance 1 and
    move with every call in training.

    Parameters
    ----------
    n_features : D, number of columns
    momentum, eps : as in `batchnorm_forward`
    op : pair to use instead of `batchnorm_forward` and `batchnorm_backward`
    dtype : precision of parameters and statistics

    Attributes
    ----------
    gamma, beta : Parameter, (D,)
    state : running statistics ``{"mean": (D,), "var": (D,)}``
    """

    def __init__(
        self,
        n_features: int,
        *,
        momentum: float = 0.1,
        eps: float = 1e-5,
        op: Op | None = None,
        dtype: str = "float32",
    ) -> None:
        zeros, ones = cast(np.zeros(n_features), dtype), cast(np.ones(n_features), dtype)
        self.gamma = Parameter(ones)
        self.beta = Parameter(zeros)
        self.state: dict[str, Array] = {"mean": zeros, "var": ones}
        self.momentum = momentum
        self.eps = eps
        self.op = op or library_op("batchnorm")

    def forward(self, x: Array, *, training: bool) -> tuple[Array, Backward]:
        """Output (N, D) for x (N, D), and the way back."""
        y, cache, self.state = self.op.forward(
            x,
            self.gamma.data,
            self.beta.data,
            self.state,
            training=training,
            momentum=self.momentum,
            eps=self.eps,
        )

        def backward(dy: Array) -> Array:
            dx, dgamma, dbeta = self.op.backward(dy, cache)
            self.gamma.add_grad(dgamma)
            self.beta.add_grad(dbeta)
            return dx

        return y, backward

    def parameters(self) -> list[Parameter]:
        """[gamma, beta]."""
        return [self.gamma, self.beta]

    def _to(self, device: str) -> None:
        super()._to(device)
        self.state = {name: to_device(value, device) for name, value in self.state.items()}

    def __repr__(self) -> str:
        return f"BatchNorm({self.gamma.data.shape[0]})"
