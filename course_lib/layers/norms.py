"""Normalisations that look at one sample at a time, as layers."""

from typing import ClassVar

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
from course_lib.settings import require_counts, require_number, require_positive, require_precision


class SampleNorm(Layer):
    """Base class of all: normalise, scale by gamma, at first ones, and shift by beta, zeros."""

    default: ClassVar[Op]
    shifts: ClassVar[bool] = True

    def __init__(
        self, n: int, *, eps: float, op: Op | None, dtype: str | type, **settings: int
    ) -> None:
        name = type(self).__name__
        dtype = require_precision(name, dtype)
        require_positive(name, eps=eps)
        self.gamma = Parameter(cast(np.ones(n), dtype))
        if self.shifts:
            self.beta = Parameter(cast(np.zeros(n), dtype))
        self.settings: dict[str, float] = {"eps": eps, **settings}
        self.op = require_op(name, op or self.default)

    def forward(self, x: Array, *, training: bool = True) -> tuple[Array, Backward]:
        """Output of the shape of x, the same in training or not, and the backward function."""
        learned = (self.gamma, self.beta) if self.shifts else (self.gamma,)
        y, cache = self.op.forward(x, *(p.data for p in learned), **self.settings)

        def backward(dy: Array) -> Array:
            dx: Array
            dx, *gradients = self.op.backward(dy, cache)
            for parameter, gradient in zip(learned, gradients, strict=True):
                parameter.add_grad(gradient)
            return dx

        return y, Backward(backward)


class RowNorm(SampleNorm):
    """Base class of those that normalise rows of ``normalized_shape`` numbers."""

    def __init__(
        self,
        normalized_shape: int,
        *,
        eps: float = 1e-5,
        op: Op | None = None,
        dtype: str | type = "float32",
    ) -> None:
        require_counts(type(self).__name__, normalized_shape=normalized_shape)
        super().__init__(normalized_shape, eps=eps, op=op, dtype=dtype)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.gamma.data.shape[0]})"


class LayerNorm(RowNorm):
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

    default = Op(layernorm_forward, layernorm_backward)


class RMSNorm(RowNorm):
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

    default = Op(rmsnorm_forward, rmsnorm_backward)
    shifts = False


class GroupNorm(SampleNorm):
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

    default = Op(groupnorm_forward, groupnorm_backward)

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
        super().__init__(num_channels, eps=eps, op=op, dtype=dtype, groups=num_groups)

    def __repr__(self) -> str:
        return f"GroupNorm({self.settings['groups']}, {self.gamma.data.shape[0]})"
