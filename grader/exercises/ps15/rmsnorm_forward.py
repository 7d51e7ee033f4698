"""``rmsnorm_forward(x, gamma, *, eps) -> (y, cache)``: every row by its root mean square."""

import numpy as np

from grader.checking.contract import Case, function, slips, values
from grader.exercises.normalisation import NORMALISATIONS, form
from grader.exercises.ps15 import layernorm_forward as layernorm


def rmsnorm_forward(x, gamma, *, eps):
    square = (x * x).mean(axis=-1, keepdims=True)
    rms = np.sqrt(square + eps)
    x_hat = x / rms
    y = gamma * x_hat
    return y, (x_hat, gamma, rms)


def batch(rng: np.random.Generator, about: str, *shape: int) -> Case:
    """Rows whose mean is far from 0, and no beta."""
    return _without_beta(layernorm.batch(rng, about, *shape))


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    groups = layernorm.cases(rng)
    for one in (one for group in groups.values() for one in group):
        if one["about"] == "a nearly constant row":  # here, a row of small numbers
            one["x"][..., 0, :] = rng.uniform(0.03, 0.06, size=4) * rng.choice([-1, 1], size=4)
    return {name: [_without_beta(one) for one in group] for name, group in groups.items()}


def _without_beta(one: Case) -> Case:
    return {name: value for name, value in one.items() if name != "beta"}


exercise = function(
    rmsnorm_forward,
    returns="y, cache",
    points=1,
    cases=cases,
    judge=[
        values(
            "y",
            weight=4,
            cases="matrix",
            title="y of a matrix (N, D)",
            help="""The root mean square of a row is what its name says: square, take the mean, take
            the root. Where does eps belong?""",
        ),
        values(
            "y",
            weight=3,
            cases="sequences",
            title="y of sequences (N, T, D)",
            help="""Every step of every sequence is a row of D values. Which axis of x do these
            values lie along, in (N, D) and in (N, T, D)?""",
        ),
    ],
    form=form("y"),
    answers=("course_lib.functional.rmsnorm", *NORMALISATIONS),
    hints="""
    Take a single row: the mean of its squares, eps, the root. Then divide the row by it.

    A smaller example: the row x = [1, 7] with eps = 0 has the mean square 25, so its root mean
    square is 5. With gamma = [5, 10]: y = [1, 14].
    """,
    grows=lambda rng, n: batch(rng, "growing", n, 3),
    mistakes=slips("""
x_hat = (x - x.mean(axis=-1, keepdims=True)) / rms
    You subtract the mean of the row. RMS normalisation only divides: the mean stays in.
x_hat = (x - x.mean(axis=-1, keepdims=True)) / np.sqrt(x.var(axis=-1, keepdims=True) + eps)
    This is layer normalisation without beta. RMS normalisation subtracts no mean, in the numerator
    and in what it divides by.
square = x.var(axis=-1, keepdims=True)
    You divide by the standard deviation, which measures the distance from the mean. The root mean
    square measures the distance from 0.
rms = np.sqrt(square) + eps
    You add eps to the root. Add it to the mean square, below the root.
rms = np.sqrt(np.where(square > 0, square, 1))
    `eps` is not used: a row of zeros would be divided by 0.
rms = np.sqrt(square + 1e-5)
    You use a number of your own instead of the argument `eps`, which the caller chooses.
rms = np.sqrt(square + eps**2)
    You square eps before you add it to the mean square. Add eps itself.
rms = square + eps
    You divide by the mean square, so y has the unit 1/x. Which operation gives the unit of x?
rms = np.sqrt(np.sqrt(square) + eps)
    You take two roots. To which quantity do you have to add `eps`?
square = (x * x).sum(axis=-1, keepdims=True)
    You divide by the length of the row, because you add up the squares. Take their mean.
square = (x * x).sum(axis=-1, keepdims=True) / max(x.shape[-1] - 1, 1)
    You divide the sum of the squares by D − 1. A mean of D squares divides by D.
square = (x * x).sum(axis=-1, keepdims=True) / x.shape[1]
    You divide the sum of the squares by `x.shape[1]`. Of x (N, D) this is D; what is it of x
    (N, T, D)?
square = (x * x).sum(axis=-1, keepdims=True) / len(x)
    You divide the sum of the squares of a row by the number of samples. How many values does a row
    have?
square = x.mean(axis=-1, keepdims=True) ** 2
    You square the mean. Take the mean of the squares.
rms = np.abs(x).mean(axis=-1, keepdims=True) + eps
    You divide by the mean of the absolute values. Where is the root of the mean square?
rms = np.sqrt(np.abs(x).mean(axis=-1, keepdims=True) + eps)
    You average the absolute values below the root. Which power of x belongs there?
rms = np.abs(x).max(axis=-1, keepdims=True) + eps
    You divide by the largest value of a row. Divide by its root mean square.
square = (x * x).mean(axis=0)
    You take the mean square of each column over the rows, so a row depends on the other rows. Here
    every row is divided by its own.
square = (x * x).mean(axis=tuple(range(x.ndim - 1)))
    You take the mean square of each column over all rows, so a row depends on the other rows. Here
    every row is divided by its own.
square = (x * x).mean(axis=1, keepdims=True)
    You take the mean square over axis 1. Of x (N, D) this is the last axis; of x (N, T, D) it is
    the axis of the steps, and the D values of a step lie along another one.
square = (x * x).mean(axis=tuple(range(1, x.ndim)), keepdims=True)
    Of x (N, T, D) you take one mean square for a whole sequence. Here every step has its own, over
    its D values.
square = (x * x).mean(axis=-1)
    The mean squares of the rows are broadcast along the last axis of x. The shapes do not fit or,
    for N = D, a column is divided by the root of a row. Which shape do they need?
square = (x * x).mean()
    You use one mean square for the whole array. Without `axis`, NumPy averages over all entries.
x_hat = x * rms
    You multiply by the root mean square. Which operation makes the mean square of a row 1?
x_hat = x
    The root mean square is not used.
y = x_hat
    y is only normalised. `gamma` then scales each column.
y = gamma + x_hat
    You add `gamma`. It scales the normalised values.
y = (1 + gamma) * x_hat
    You multiply by 1 + gamma, as some libraries do whose gamma begins at 0. Here the factor is
    gamma itself.
y = x_hat / gamma
    You divide by `gamma`. Multiply the normalised values by it.
y = gamma[:, None] * x_hat
    You use gamma as if there were one per row. It has length D: one for each column, the same for
    all rows.
"""),
)
