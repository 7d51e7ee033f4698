"""The fully connected layer."""

from course_lib.backend import Array, Generator
from course_lib.functional.linear import linear_backward, linear_forward
from course_lib.layers.affine import Affine, Init
from course_lib.layers.layer import Backward
from course_lib.op import Op


class Linear(Affine):
    """Fully connected layer ``u = x @ W + b``; b is initialised with zeros.

    Parameters
    ----------
    in_features, out_features : n_in and n_out, numbers of inputs and outputs
    bias : whether to add b
    rng : source of the initial weights
    init : ``init((n_in, n_out), rng)`` -> initial weights; `he_normal` if left out
    op : pair to use instead of `linear_forward` and `linear_backward`
    dtype : precision of the parameters

    Attributes
    ----------
    W : Parameter, (n_in, n_out)
    b : Parameter, (n_out,), or None without bias

    Raises
    ------
    ValueError
        If init returns another shape than it was asked for.
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        *,
        bias: bool = True,
        rng: Generator,
        init: Init | None = None,
        op: Op | None = None,
        dtype: str = "float32",
    ) -> None:
        super().__init__(
            {"n_in": in_features, "n_out": out_features},
            out_features,
            bias=bias,
            rng=rng,
            init=init,
            op=op or Op(linear_forward, linear_backward),
            dtype=dtype,
        )

    def forward(self, x: Array, *, training: bool = True) -> tuple[Array, Backward]:
        """Output (N, n_out) for x (N, n_in), and the backward function."""
        u, cache = self.op.forward(x, *self.arrays())
        return u, self.backward_of(cache)

    def __repr__(self) -> str:
        n_in, n_out = self.W.data.shape
        return f"Linear({n_in}, {n_out}{'' if self.b else ', bias=False'})"
