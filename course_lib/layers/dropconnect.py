"""DropConnect as a layer."""

from course_lib.backend import Array, Generator
from course_lib.layers.initial_parameters import Init
from course_lib.layers.layer import Backward, library_op
from course_lib.layers.linear import Linear
from course_lib.op import Op
from course_lib.requirements import require_drop_prob


class DropConnect(Linear):
    """Fully connected layer that leaves out weights at random in training.

    Parameters
    ----------
    n_in, n_out : numbers of inputs and outputs
    drop_prob : probability of dropping a weight, in [0, 1)
    rng : source of the initial weights and of the masks; every call in training draws from it
    init, dtype : as in `Linear`
    op : pair to use instead of `dropconnect_forward` and `dropconnect_backward`

    Attributes
    ----------
    W : Parameter, (n_in, n_out)
    b : Parameter, (n_out,)
    """

    def __init__(
        self,
        n_in: int,
        n_out: int,
        drop_prob: float,
        *,
        rng: Generator,
        init: Init | None = None,
        op: Op | None = None,
        dtype: str = "float32",
    ) -> None:
        require_drop_prob("DropConnect", drop_prob)
        op = op or library_op("dropconnect")
        super().__init__(n_in, n_out, rng=rng, init=init, op=op, dtype=dtype)
        self.drop_prob = drop_prob
        self.rng = rng

    def forward(self, x: Array, *, training: bool) -> tuple[Array, Backward]:
        """Output (N, n_out) for x (N, n_in), and the backward function with the same mask."""
        y, cache = self.op.forward(
            x, self.W.data, self.b.data, self.drop_prob, self.rng, training=training
        )
        return y, self.backward_of(cache)

    def __repr__(self) -> str:
        n_in, n_out = self.W.data.shape
        return f"DropConnect({n_in}, {n_out}, {self.drop_prob})"
