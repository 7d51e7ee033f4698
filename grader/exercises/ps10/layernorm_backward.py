"""``layernorm_backward(dy, cache) -> (dx, dgamma, dbeta)``: means along each row."""

from grader.checking.contract import pair, step, values
from grader.exercises.normalisation import NORMALISATIONS, backward_mistakes, form
from grader.exercises.ps10.layernorm_forward import batch, cases, layernorm_forward


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
            weight=4,
            cases="sequences",
            title="dx of sequences (N, T, D)",
            help="""Every step of every sequence is a row with its own two means. Which axis do its
            values lie along, in (N, D) and in (N, T, D)?""",
        ),
        values(
            "dx",
            weight=4,
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
    answers=("course_lib.functional.layernorm", *NORMALISATIONS),
    hints=(
        step(
            """gamma and beta have one entry per column; they scale and shift x_hat as in batch
            normalisation. Which entries of y depend on one of them?""",
            "values of dgamma",
            "values of dbeta",
        ),
        """Smaller: the row x = [1, 3, 2, 2] with eps = 0 has mean 2, variance ½ and x_hat = √2·[−1,
        1, 0, 0]. With gamma = [1, 2, 1, 1] and dy = [0, 2, 0, 0]: d = [0, 4, 0, 0], mean(d) = 1 and
        mean(d·x_hat) = √2. d − 1 − x_hat·√2 = [1, 1, −1, −1], and dx is √2 times that. dgamma = [0,
        2√2, 0, 0] and dbeta = [0, 2, 0, 0].""",
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3),
)

exercise.slips("""
d = dy
dx = gamma * inner / std
    This is the formula of batch normalisation with the axis changed. There gamma is the same for
    all entries of a mean; along a row it is not. Do you have to multiply by gamma before or after
    the means?
mean = dy.mean(axis=-1, keepdims=True)
along = (dy * x_hat).mean(axis=-1, keepdims=True)
    Only one of the three parts of dx has `gamma`. The means are means of gamma·dy.
""")
backward_mistakes(exercise, unit="row", letter="D", axis=-1, summed="axes")
exercise.slips("""
mean = d.mean(axis=0)
along = (d * x_hat).mean(axis=0)
    The means inside dx run down the columns. The statistics are those of each row, so the means of
    the backward pass run along the rows, too.
mean = d.mean(axis=-1)
along = (d * x_hat).mean(axis=-1)
    The means of the rows have shape (N,) and are broadcast along the D columns: the shapes do not
    fit or, for N = D, they are used as means of columns.
dx = gamma * inner / std
    dx has the factor `gamma` twice, before the means and after them. How often does the forward
    pass multiply x_hat by it?
dgamma = (dy * x_hat * std).sum(axis=0)
    You compute dgamma with x − mean, before the division. What does the forward pass multiply by
    `gamma`?
dgamma = (dy * x_hat).sum(axis=-1)
dbeta = dy.sum(axis=-1)
    You sum dgamma and dbeta along the rows, like the statistics. But gamma and beta have one entry
    per column, which all N rows use.
dgamma = dy * x_hat
dbeta = dy
    dgamma and dbeta have a row for every sample. All rows share one gamma and beta. How does the
    chain rule combine the gradients of a value that is used several times?
""")
