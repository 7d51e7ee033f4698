"""``rmsnorm_backward(dy, cache) -> (dx, dgamma)``: one mean along each row."""

from grader.checking.contract import pair, values
from grader.exercises.normalisation import NORMALISATIONS, form
from grader.exercises.ps10.rmsnorm_forward import batch, cases, rmsnorm_forward


def rmsnorm_backward(dy, cache):
    x_hat, gamma, rms = cache
    axes = tuple(range(dy.ndim - 1))
    dgamma = (dy * x_hat).sum(axis=axes)
    d = gamma * dy
    along = (d * x_hat).mean(axis=-1, keepdims=True)
    inner = d - x_hat * along
    dx = inner / rms
    return dx, dgamma


exercise = pair(
    rmsnorm_forward,
    rmsnorm_backward,
    returns="dx, dgamma",
    points=2,
    cases=cases,
    judge=[
        values("dx", weight=4, cases="matrix"),
        values("dx", weight=4, cases="sequences"),
        values("dgamma", weight=2),
    ],
    form=form("dx"),
    answers=("course_lib.functional.rmsnorm", *NORMALISATIONS),
    hints="""
    Smaller: the row x = [1, 7] with eps = 0 has the root mean square 5. With gamma = [5, 10] and
    dy = [1, 0]: d = [5, 0], x_hat = [0.2, 1.4] and mean(d·x_hat) = 0.5, so dx = [0.98, −0.14].
    """,
    grows=lambda rng, n: batch(rng, "growing", n, 3),
)
