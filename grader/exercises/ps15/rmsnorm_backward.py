"""``rmsnorm_backward(dy, cache) -> (dx, dgamma)``: one mean along each row."""

from grader.checking.contract import mistake, pair, slip, slips, step, values
from grader.exercises.normalisation import NORMALISATIONS, form
from grader.exercises.ps15.rmsnorm_forward import batch, cases, rmsnorm_forward


def rmsnorm_backward(dy, cache):
    x_hat, gamma, rms = cache
    axes = tuple(range(dy.ndim - 1))
    dgamma = (dy * x_hat).sum(axis=axes)
    d = gamma * dy
    along = (d * x_hat).mean(axis=-1, keepdims=True)
    inner = d - x_hat * along
    dx = inner / rms
    return dx, dgamma


def keeps_y(x, gamma, *, eps):
    y, (_x_hat, *rest) = rmsnorm_forward(x, gamma, eps=eps)
    return y, (y, *rest)


def y_for_x_hat(dy, cache):
    """The backward pass uses y in place of x_hat. They differ by the factor `gamma`."""
    return rmsnorm_backward(dy, cache)


exercise = pair(
    rmsnorm_forward,
    rmsnorm_backward,
    returns="dx, dgamma",
    points=2,
    cases=cases,
    judge=[
        values(
            "dx",
            weight=6,
            cases="matrix",
            title="dx of a matrix (N, D)",
            help=(
                """Each entry of x affects y on two paths: directly, and through the root mean
                square of its row. Draw the graph of one row and add up the gradients.""",
                """Let d = gamma·dy be the gradient of x_hat = x/rms. dx is 1/rms times (d minus one
                part), which makes the row orthogonal to x_hat (except for eps). Which multiple of
                x_hat do you have to subtract?""",
            ),
        ),
        values(
            "dx",
            weight=5,
            cases="sequences",
            title="dx of sequences (N, T, D)",
            help="""Every step of every sequence is a row with its own mean. Which axis do its
            values lie along, in (N, D) and in (N, T, D)?""",
        ),
        values("dgamma", weight=2),
    ],
    form=form("dx"),
    answers=("course_lib.functional.rmsnorm", *NORMALISATIONS),
    hints=(
        step(
            """gamma has one entry per column, which scales x_hat in every row. Which entries of y
            depend on one of them?""",
            "values of dgamma",
        ),
        """A smaller example: the row x = [1, 7] with eps = 0 has the root mean square 5 and x_hat
        = [0.2, 1.4]. With gamma = [5, 10] and dy = [1, 0]: d = [5, 0] and mean(d·x_hat) = 0.5. d −
        0.5·x_hat = [4.9, −0.7], and dx is a fifth of that. dgamma = [0.2, 0].""",
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3),
    mistakes=(
        *slips("""
inner = d
    You treat the root mean square as a constant. It is computed from the row: a change of one x
    changes all y of the row. Follow this path, too.
inner = d - d.mean(axis=-1, keepdims=True) - x_hat * along
    This is dx of layer normalisation. RMS normalisation subtracts no mean in the forward pass, so
    the part through the mean is missing here.
inner = d - d.mean(axis=-1, keepdims=True)
    You subtract the mean of d. That is the part of layer normalisation through its mean. Here only
    the root mean square depends on x.
inner = d + x_hat * along
    The part through the root mean square has the wrong sign. Does x/rms rise or fall when rms
    grows?
inner = d - d.shape[-1] * x_hat * along
    The part through the root mean square is D times too large: each x has a share of 1/D in a mean.
inner = d - x_hat * along / d.shape[-1]
    The part through the root mean square is D times too small. How often do you multiply it by 1/D?
inner = d - d.shape[-1] / len(d) * x_hat * along
    You divide the sum over a row by the number of samples. How many values does a row have?
inner = d - d.shape[-1] / d.shape[1] * x_hat * along
    You divide the sum over a row by `dy.shape[1]`. Of dy (N, D) this is D; what is it of dy
    (N, T, D)?
inner = d - x_hat**2 * d / d.shape[-1]
    In the part through the root mean square, each entry uses only its own dy. A row has a single
    root: how does the chain rule combine the gradients of a value that is used several times?
inner = d - x_hat**2 * d
    You multiply each entry of d by 1 − x_hat². In the part through the root mean square, all dy of
    the row meet, because they all were divided by the same root.
inner = d - x_hat * along / 2
    The part through the root mean square is half of what is expected. Did you include the
    derivative of the square?
inner = d - 2 * x_hat * along
    The part through the root mean square is twice what is expected. Did you include the derivative
    of the root?
inner = d - x_hat * rms * along
    The part through the root mean square contains x in place of x_hat once. Which powers of rms do
    the derivatives of 1/rms and of the root contain?
inner = d - x_hat * rms**2 * along
    The part through the root mean square lacks two divisions by rms. Which power of rms do you get
    when you differentiate 1/rms?
inner = d - x_hat / rms * along
    The part through the root mean square is divided by rms once too often.
inner = d - along
    The part through the root mean square is the same for all x of a row. Which x change the root
    mean square most, and which of them not at all?
along = (d * x_hat).mean(axis=0)
    The mean inside dx runs down the columns. The root mean square is that of a row, so the mean of
    the backward pass runs along the row, too.
along = (d * x_hat).mean(axis=axes)
    The mean inside dx runs over all rows. The root mean square is that of a row, so the mean of the
    backward pass runs along the row, too.
along = (d * x_hat).mean(axis=1, keepdims=True)
    You take the mean inside dx over axis 1. Of dy (N, D) this is the last axis; of dy (N, T, D) it
    is the axis of the steps.
along = (d * x_hat).mean(axis=tuple(range(1, d.ndim)), keepdims=True)
    Of dy (N, T, D) you take the mean inside dx over a whole sequence. Every step has its own root
    mean square, and so its own mean.
along = (d * x_hat).mean(axis=-1)
    The means of the rows are broadcast along the last axis. The shapes do not fit or, for N = D,
    they are used as means of columns.
along = (d * x_hat).mean()
    The mean inside dx runs over all values. Each row has its own root mean square.
d = dy
    dx lacks the factor `gamma`, by which the forward pass multiplies x_hat.
d = dy
dx = gamma * inner / rms
    You multiply by gamma after the mean. Along a row gamma is not the same for all entries, so
    multiply dy by it before you take the mean.
along = (dy * x_hat).mean(axis=-1, keepdims=True)
    The part through the root mean square lacks `gamma`. Which gradient arrives at x_hat, dy or dy
    times gamma?
d = gamma**2 * dy
    dx has the factor `gamma` twice. How often does the forward pass multiply x_hat by it?
dx = gamma * inner / rms
    dx has the factor `gamma` twice, before the mean and after it. How often does the forward pass
    multiply x_hat by it?
dx = inner
    dx lacks the division by the root mean square, by which the forward pass divides x.
dx = inner / rms**2
    You divide dx by the root mean square twice.
dx = inner * rms
    You multiply dx by the root mean square. The forward pass divides x by it. What is the
    derivative of x/rms?
dx = d.shape[-1] * inner / rms
    dx is D times too large: the factor 1/D in front is missing.
dgamma = dy.sum(axis=axes)
    Your dgamma is the sum of dy. What does the forward pass multiply by `gamma`?
dgamma = (dy * x_hat * rms).sum(axis=axes)
    You compute dgamma with x. What exactly does the forward pass multiply by `gamma`?
dgamma = gamma * (dy * x_hat).sum(axis=axes)
    dgamma has the factor `gamma`. What is the derivative of gamma·x_hat with respect to gamma?
dgamma = (dy * x_hat).sum(axis=axes) / len(dy)
    You divide dgamma by the number of samples. dy already contains the mean of the loss over the
    samples, so only add up.
dgamma = (dy * x_hat).sum(axis=axes) * dy.shape[-1] / dy.size
    dgamma is a mean over the rows. The gradients along several paths have to be added.
dgamma = dy * x_hat
    dgamma has a row for every sample. All rows share one gamma. How does the chain rule combine the
    gradients of a value that is used several times?
axes = 0
    For dy (N, T, D) your dgamma has shape (T, D): you add up over N only. All steps of all
    sequences share one gamma.
axes = 1 if dy.ndim == 3 else 0
    For dy (N, T, D) your dgamma has shape (N, D): you add up over the steps only. All sequences
    share one gamma.
axes = -1
    You sum dgamma along the rows, like the mean square. But gamma has one entry per column, which
    all rows use.
axes = None
    dgamma is a single number: without `axis`, NumPy adds up all entries. Every column has its own
    gamma.
"""),
        slip(
            "return y, (x_hat, gamma, rms)",
            "return y, (x_hat, gamma, np.sqrt(np.where(square > 0, square, 1)))",
            "The backward pass divides by another number than the forward pass, because eps "
            "is missing.",
        ),
        slip(
            "return y, (x_hat, gamma, rms)",
            "return y, (x_hat, gamma, np.sqrt(square) + eps)",
            "The backward pass adds eps outside the root, the forward pass inside.",
        ),
        mistake(y_for_x_hat, others={"rmsnorm_forward": keeps_y}),
    ),
)
