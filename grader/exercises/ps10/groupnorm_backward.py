"""``groupnorm_backward(dy, cache) -> (dx, dgamma, dbeta)``: means over each group."""

from grader.checking.contract import pair, step, values
from grader.exercises.normalisation import NORMALISATIONS, backward_mistakes, form
from grader.exercises.ps10.groupnorm_forward import batch, cases, groupnorm_forward


def groupnorm_backward(dy, cache):
    x_hat, gamma, std, groups = cache
    axes = (0, *range(2, dy.ndim))
    dgamma = (dy * x_hat).sum(axis=axes)
    dbeta = dy.sum(axis=axes)
    d = gamma * dy
    rows = (len(dy), groups, -1)
    d, x_hat = d.reshape(rows), x_hat.reshape(rows)
    mean = d.mean(axis=2, keepdims=True)
    along = (d * x_hat).mean(axis=2, keepdims=True)
    inner = d - mean - x_hat * along
    dx = inner / std
    return dx.reshape(dy.shape), dgamma, dbeta


exercise = pair(
    groupnorm_forward,
    groupnorm_backward,
    returns="dx, dgamma, dbeta",
    points=3,
    cases=cases,
    judge=[
        values(
            "dx",
            weight=8,
            help=(
                """Which entries of y depend on one entry of x: directly, through the mean, and
                through the variance of its group?""",
                """Let d = gamma·dy. Put d and x_hat into groups as in the forward pass: then every
                group is a row of layer normalisation, with the same dx. Give it the shape of x
                again.""",
            ),
        ),
        values("dgamma", weight=2),
        values("dbeta", weight=2),
    ],
    form=form("dx"),
    answers=("course_lib.functional.groupnorm", *NORMALISATIONS),
    hints=(
        step(
            """gamma and beta have one entry per channel. Over which axes is each entry used, and
            how does the chain rule combine the gradients of a value that is used several times?""",
            "values of dgamma",
            "values of dbeta",
        ),
        """Smaller: one sample, four channels in one group, x = [[1, 3, 2, 2]] with eps = 0:
        variance ½, x_hat = √2·[−1, 1, 0, 0]. With gamma = [1, 2, 1, 1] and dy = [[0, 2, 0, 0]]: d =
        [0, 4, 0, 0], mean(d) = 1, mean(d·x_hat) = √2, and dx = √2·[1, 1, −1, −1]. dgamma = [0, 2√2,
        0, 0] and dbeta = [0, 2, 0, 0].""",
    ),
    grows=lambda rng, n: batch(rng, "growing", (n, 4, 2), 2),
)

exercise.slips("""
d = dy
return gamma * dx.reshape(dy.shape), dgamma, dbeta
    You multiply by gamma after the means. The channels of a group have different gammas, so
    multiply dy by them before you take the means.
mean = dy.reshape(rows).mean(axis=2, keepdims=True)
along = (dy.reshape(rows) * x_hat).mean(axis=2, keepdims=True)
    Only one of the three parts of dx has `gamma`. The means are means of gamma·dy.
""")
backward_mistakes(exercise, unit="group", letter="n", axis=2, summed="axes")

MEANS = """mean = d.mean(axis=2, keepdims=True)
    along = (d * x_hat).mean(axis=2, keepdims=True)"""


def means_over(shape, axes, hint):
    """Add a mistake: the two means are taken over other axes of ``d`` in another shape."""
    other = f"a.reshape({shape})"
    mean = f"(0 * {other} + {other}.mean(axis={axes}, keepdims=True)).reshape(d.shape)"
    exercise.slip(MEANS, f"mean, along = ({mean} for a in (d, d * x_hat))", hint)


means_over(
    "len(dy), 1, -1",
    2,
    "The means inside dx run over whole samples. The forward pass takes the statistics of each "
    "group, so the backward pass takes the means over each group, too.",
)
means_over(
    "*dy.shape[:2], -1",
    2,
    "The means inside dx are those of single channels. The statistics of a group run over all "
    "its channels, and so do these means.",
)
means_over(
    "len(dy), groups, dy.shape[1] // groups, -1",
    2,
    "You take the means inside dx at every position separately. The statistics run over all "
    "positions, and so do these means.",
)
means_over(
    "*dy.shape[:2], -1",
    (0, 2),
    "The means inside dx run over the samples, as in batch normalisation. Here the y of a sample "
    "does not depend on the x of other samples.",
)
means_over(
    "rows",
    (0, 2),
    "The means inside dx run over the samples, too. In the forward pass, the groups of each "
    "sample have their own statistics.",
)
exercise.slips("""
inner = d - d.shape[2] * groups / dy.shape[1] * (mean + x_hat * along)
    You divide the sums over a group by its number of channels. How many values does a group have
    when x has positions, too? (For a matrix this makes no difference.)
dgamma = (dy * (x_hat.reshape(len(dy), groups, -1) * std).reshape(dy.shape)).sum(axis=axes)
    You compute dgamma with x − mean, before the division. What does the forward pass multiply by
    `gamma`?
axes = 0
    dgamma and dbeta still have an entry for every position. A channel's gamma is used at all of its
    positions: sum over these, too. (For a matrix this makes no difference.)
axes = tuple(range(2, dy.ndim))
    dgamma and dbeta have a row for every sample. All samples share one gamma and beta. How does the
    chain rule combine the gradients of a value that is used several times?
dgamma = (dy * x_hat).reshape(len(dy), groups, -1).sum(axis=(0, 2))
dbeta = dy.reshape(len(dy), groups, -1).sum(axis=(0, 2))
    dgamma and dbeta have an entry for every group; gamma and beta are per channel.
dgamma = (dy * x_hat).reshape(*dy.shape[:2], -1).mean(axis=2).sum(axis=0)
dbeta = dy.reshape(*dy.shape[:2], -1).mean(axis=2).sum(axis=0)
    dgamma and dbeta are means over the positions. A channel's gamma is used at all of them. How
    does the chain rule combine the gradients of a value that is used several times?
dgamma = (dy * x_hat).mean(axis=axes)
dbeta = dy.mean(axis=axes)
    dgamma and dbeta are means over samples and positions. The gradients along several paths have to
    be added.
""")
