"""``layernorm_backward(dy, cache) -> (dx, dgamma, dbeta)``: means along each row."""

from grader.checking.contract import loop, pair, slips, step, values
from grader.exercises.normalisation import backward_mistakes, dgamma_from_x, form
from grader.exercises.ps17.layernorm_forward import batch, cases, layernorm_forward


def layernorm_backward(dy, cache):
    x_hat, gamma, std = cache
    axes = tuple(range(dy.ndim - 1))
    dgamma = (dy * x_hat).sum(axis=axes)
    dbeta = dy.sum(axis=axes)
    d = gamma * dy
    mean = d.mean(axis=-1, keepdims=True)
    along = (d * x_hat).mean(axis=-1, keepdims=True)
    inner = d - mean - x_hat * along
    dx = inner / std
    return dx, dgamma, dbeta


exercise = pair(
    layernorm_forward,
    layernorm_backward,
    returns="dx, dgamma, dbeta",
    points=3,
    cases=cases,
    judge=[
        values(
            "dx",
            weight=5,
            cases="sequences",
            title="dx of sequences (N, T, D)",
            help="""Every position of every sequence is a row with its own two means. Which axis
            do its values lie along, in (N, D) and in (N, T, D)?""",
        ),
        values(
            "dx",
            weight=6,
            cases="matrix",
            title="dx of a matrix (N, D)",
            help=(
                """Which entries of y depend on one entry of x: directly, through the mean, and
                through the variance? Draw the graph of one row and add up the gradients along the
                paths.""",
                """Let d = gamma·dy be the gradient of x_hat. In each row dx is 1/std times (d minus
                two parts): one makes the row sum to 0, the other makes it orthogonal to x_hat
                (except for eps). Which multiples of 1 and of x_hat do you have to subtract from
                d?""",
            ),
        ),
        values("dgamma", weight=2),
        values("dbeta", weight=2),
    ],
    form=form("dx"),
    answers=("course_lib.functional.norms", "course_lib.functional.batchnorm"),
    hints=(
        step(
            """gamma and beta have one entry per column; they scale and shift x_hat as in batch
            normalisation. Which entries of y depend on one of them?""",
            "values of dgamma",
            "values of dbeta",
        ),
        """A smaller example: the row x = [1, 3, 2, 2] with eps = 0 has mean 2, variance ½ and
        x_hat = √2·[−1, 1, 0, 0]. With gamma = [1, 2, 1, 1] and dy = [0, 2, 0, 0]: d = [0, 4, 0,
        0], mean(d) = 1 and mean(d·x_hat) = √2. d − 1 − x_hat·√2 = [1, 1, −1, −1], and dx is √2
        times that. dgamma = [0, 2√2, 0, 0] and dbeta = [0, 2, 0, 0].""",
        loop("""
            for n in range(N):  # of dy (N, D); a row of (N, T, D) is dy[n, t]
                dh = [gamma[d] * dy[n, d] for d in range(D)]
                mean = sum(dh) / D
                along = sum(dh[d] * x_hat[n, d] for d in range(D)) / D
                for d in range(D):
                    dx[n, d] = inv_std[n, 0] * (dh[d] - mean - x_hat[n, d] * along)
                    dgamma[d] += dy[n, d] * x_hat[n, d]
                    dbeta[d] += dy[n, d]
        """),
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3),
    mistakes=(
        *slips("""
d = dy
dx = gamma * inner / std
    This is the formula of batch normalisation with the axis changed. There gamma is the same for
    all entries of a mean; along a row it is not. Do you have to multiply by gamma before or after
    the means?
mean = dy.mean(axis=-1, keepdims=True)
along = (dy * x_hat).mean(axis=-1, keepdims=True)
    Only one of the three parts of dx has `gamma`. The means are means of gamma·dy.
"""),
        *backward_mistakes(unit="row", letter="D", axis=-1, summed="axes"),
        dgamma_from_x(layernorm_forward, layernorm_backward, last=True),
        *slips("""
mean = d.mean(axis=0)
along = (d * x_hat).mean(axis=0)
    The means inside dx run down the columns. The statistics are those of each row, so the means of
    the backward pass run along the rows, too.
mean = d.mean(axis=axes)
along = (d * x_hat).mean(axis=axes)
    The means inside dx run over all rows. The statistics are those of each row, so the means of the
    backward pass run along the rows, too.
mean = d.mean(axis=1, keepdims=True)
along = (d * x_hat).mean(axis=1, keepdims=True)
    You take the means inside dx over axis 1. Of dy (N, D) this is the last axis; of dy (N, T, D) it
    is the axis of the positions.
mean = d.mean(axis=tuple(range(1, d.ndim)), keepdims=True)
along = (d * x_hat).mean(axis=tuple(range(1, d.ndim)), keepdims=True)
    Of dy (N, T, D) you take the means inside dx over a whole sequence. Every position has its own
    statistics, and so its own two means.
mean = d.mean(axis=-1)
along = (d * x_hat).mean(axis=-1)
    The means of the rows have shape (N,) and are broadcast along the D columns: the shapes do not
    fit or, for N = D, they are used as means of columns.
inner = d - d.shape[-1] / d.shape[1] * (mean + x_hat * along)
    You divide the sums over a row by `dy.shape[1]`. Of dy (N, D) this is D; what is it of dy
    (N, T, D)?
dx = gamma * inner / std
    dx has the factor `gamma` twice, before the means and after them. How often does the forward
    pass multiply x_hat by it?
dgamma = (dy * x_hat * std).sum(axis=axes)
    You compute dgamma with x − mean, before the division. What does the forward pass multiply by
    `gamma`?
axes = 0
    For dy (N, T, D) your dgamma and dbeta have shape (T, D): you add up over N only. All
    positions of all sequences share one gamma and one beta.
axes = tuple(range(1, dy.ndim)) if dy.ndim == 3 else 0
    For dy (N, T, D) your dgamma and dbeta have an entry for each sequence. gamma and beta have one
    entry per column, which all positions of all sequences use.
axes = 1 if dy.ndim == 3 else 0
    For dy (N, T, D) your dgamma and dbeta have shape (N, D): you add up over the positions only.
    All sequences share one gamma and one beta.
axes = -1
    You sum dgamma and dbeta along the rows, like the statistics. But gamma and beta have one entry
    per column, which all rows use.
axes = None
    dgamma and dbeta are single numbers: without `axis`, NumPy adds up all entries. Every column has
    its own gamma and beta.
dgamma = dy * x_hat
dbeta = dy
    dgamma and dbeta have a row for every sample. All rows share one gamma and beta. How does the
    chain rule combine the gradients of a value that is used several times?
dgamma = (dy * x_hat).sum(axis=axes) * dy.shape[-1] / dy.size
dbeta = dy.sum(axis=axes) * dy.shape[-1] / dy.size
    dgamma and dbeta are means over the rows. The gradients along several paths have to be added.
"""),
    ),
)
