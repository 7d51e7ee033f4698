"""Normalisations that look at one sample at a time, as layers."""

import numpy as np

from course_lib.backend import Array, cast
from course_lib.functional.norms import (
    groupnorm_backward,
    groupnorm_forward,
    layernorm_backward,
    layernorm_forward,
    rmsnorm_backward,
    rmsnorm_forward,
)
from course_lib.layers.layer import Backward, Layer
from course_lib.op import Op, require_op
from course_lib.parameter import Parameter
from course_lib.settings import (
    require_counts,
    require_number,
    require_positive,
    require_precision,
)


class SampleNorm(Layer):
    """Base class of all: normalise, then scale by gamma, which is initialised with ones."""

    def __init__(self, n: int, *, eps: float, op: Op, dtype: str | type) -> None:
        dtype = require_precision(type(self).__name__, dtype)
        require_positive(type(self).__name__, eps=eps)
        self.gamma = Parameter(cast(np.ones(n), dtype))
        self.settings: dict[str, float] = {"eps": eps}
        self.op = require_op(type(self).__name__, op)

    def forward(self, x: Array, *, training: bool = True) -> tuple[Array, Backward]:
        """Output of the shape of x, the same in training or not, and the backward function."""
        learned = self._learned()
        y, cache = self.op.forward(x, *(p.data for p in learned), **self.settings)

        def backward(dy: Array) -> Array:
            dx: Array
            dx, *gradients = self.op.backward(dy, cache)
            for parameter, gradient in zip(learned, gradients, strict=True):
                parameter.add_grad(gradient)
            return dx

        return y, Backward(backward)

    def _learned(self) -> tuple[Parameter, ...]:
        """The parameters in the order in which the functions take and return them."""
        return (self.gamma,)


class ShiftedNorm(SampleNorm):
    """Base class of layer norm and group norm: they add beta, which is initialised with zeros."""

    def __init__(self, n: int, *, eps: float, op: Op, dtype: str | type) -> None:
        super().__init__(n, eps=eps, op=op, dtype=dtype)
        self.beta = Parameter(np.zeros_like(self.gamma.data))

    def _learned(self) -> tuple[Parameter, ...]:
        return self.gamma, self.beta


class LayerNorm(ShiftedNorm):
    """Normalise each row of (N, …, D), then scale by gamma and shift by beta.

    Parameters
    ----------
    normalized_shape : D, number of columns
    eps : as in `layernorm_forward`
    op : pair to use instead of `layernorm_forward` and `layernorm_backward`
    dtype : precision of the parameters

    Attributes
    ----------
    gamma, beta : Parameter, (D,)
    """

    def __init__(
        self,
        normalized_shape: int,
        *,
        eps: float = 1e-5,
        op: Op | None = None,
        dtype: str | type = "float32",
    ) -> None:
        require_counts("LayerNorm", normalized_shape=normalized_shape)
        op = op or Op(layernorm_forward, layernorm_backward)
        super().__init__(normalized_shape, eps=eps, op=op, dtype=dtype)

    def __repr__(self) -> str:
        return f"LayerNorm({self.gamma.data.shape[0]})"


class RMSNorm(SampleNorm):
    """Divide each row of (N, …, D) by its root mean square, then scale by gamma.

    gamma is initialised with ones.

    Parameters
    ----------
    normalized_shape : D, number of columns
    eps : as in `rmsnorm_forward`
    op : pair to use instead of `rmsnorm_forward` and `rmsnorm_backward`
    dtype : precision of the parameter

    Attributes
    ----------
    gamma : Parameter, (D,)
    """

    def __init__(
        self,
        normalized_shape: int,
        *,
        eps: float = 1e-5,
        op: Op | None = None,
        dtype: str | type = "float32",
    ) -> None:
        require_counts("RMSNorm", normalized_shape=normalized_shape)
        op = op or Op(rmsnorm_forward, rmsnorm_backward)
        super().__init__(normalized_shape, eps=eps, op=op, dtype=dtype)

    def __repr__(self) -> str:
        return f"RMSNorm({self.gamma.data.shape[0]})"


class GroupNorm(ShiftedNorm):
    """Normalise the channels of each sample of (N, C, …) in groups, then scale and shift each.

    Parameters
    ----------
    num_groups : a divisor of C
    num_channels : C
    eps : as in `groupnorm_forward`
    op : pair to use instead of `groupnorm_forward` and `groupnorm_backward`
    dtype : precision of the parameters

    Attributes
    ----------
    gamma, beta : Parameter, (C,)

    Raises
    ------
    ValueError
        If num_groups does not divide num_channels.
    """

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        *,
        eps: float = 1e-5,
        op: Op | None = None,
        dtype: str | type = "float32",
    ) -> None:
        require_counts("GroupNorm", num_channels=num_channels)
        require_number("GroupNorm", num_groups=num_groups)
        if num_groups < 1 or num_channels % num_groups:
            raise ValueError(
                f"GroupNorm: num_groups is {num_groups}, expected a divisor of "
                f"num_channels = {num_channels}"
            )
        op = op or Op(groupnorm_forward, groupnorm_backward)
        super().__init__(num_channels, eps=eps, op=op, dtype=dtype)
        self.settings["groups"] = num_groups

    def __repr__(self) -> str:
        return f"GroupNorm({self.settings['groups']}, {self.gamma.data.shape[0]})"
