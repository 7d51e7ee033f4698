"""Normalisations that look at one sample at a time, as layers."""

import numpy as np

from course_lib.backend import Array, cast
from course_lib.layers.layer import Backward, Layer, library_op
from course_lib.op import Op
from course_lib.parameter import Parameter


class SampleNorm(Layer):
    """Base class of layer norm and group norm: gamma is initialised with ones, beta with zeros."""

    def __init__(self, n_features: int, *, eps: float, op: Op, dtype: str) -> None:
        self.gamma = Parameter(cast(np.ones(n_features), dtype))
        self.beta = Parameter(cast(np.zeros(n_features), dtype))
        self.settings: dict[str, float] = {"eps": eps}
        self.op = op

    def forward(self, x: Array, *, training: bool) -> tuple[Array, Backward]:
        """Output of the shape of x, the same in training or not, and the backward function."""
        y, cache = self.op.forward(x, self.gamma.data, self.beta.data, **self.settings)

        def backward(dy: Array) -> Array:
            dx, dgamma, dbeta = self.op.backward(dy, cache)
            self.gamma.add_grad(dgamma)
            self.beta.add_grad(dbeta)
            return dx

        return y, backward

    def parameters(self) -> list[Parameter]:
        """[gamma, beta]."""
        return [self.gamma, self.beta]


class LayerNorm(SampleNorm):
    """Normalise each row of (N, D), then scale by gamma and shift by beta.

    Parameters
    ----------
    n_features : D, number of columns
    eps : as in `layernorm_forward`
    op : pair to use instead of `layernorm_forward` and `layernorm_backward`
    dtype : precision of the parameters

    Attributes
    ----------
    gamma, beta : Parameter, (D,)
    """

    def __init__(
        self, n_features: int, *, eps: float = 1e-5, op: Op | None = None, dtype: str = "float32"
    ) -> None:
        super().__init__(n_features, eps=eps, op=op or library_op("layernorm"), dtype=dtype)

    def __repr__(self) -> str:
        return f"LayerNorm({self.gamma.data.shape[0]})"


class GroupNorm(SampleNorm):
    """Normalise the channels of each sample of (N, C, …) in groups, then scale and shift each.

    Parameters
    ----------
    n_channels : C, number of channels
    groups : a divisor of C
    eps : as in `groupnorm_forward`
    op : pair to use instead of `groupnorm_forward` and `groupnorm_backward`
    dtype : precision of the parameters

    Attributes
    ----------
    gamma, beta : Parameter, (C,)

    Raises
    ------
    ValueError
        If groups does not divide n_channels.
    """

    def __init__(
        self,
        n_channels: int,
        *,
        groups: int,
        eps: float = 1e-5,
        op: Op | None = None,
        dtype: str = "float32",
    ) -> None:
        if groups < 1 or n_channels % groups:
            raise ValueError(
                f"GroupNorm: groups is {groups}, expected a divisor of n_channels = {n_channels}"
            )
        super().__init__(n_channels, eps=eps, op=op or library_op("groupnorm"), dtype=dtype)
        self.settings["groups"] = groups

    def __repr__(self) -> str:
        return f"GroupNorm({self.gamma.data.shape[0]}, groups={self.settings['groups']})"
