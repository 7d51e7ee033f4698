"""``batch_error(each, B, replace) -> error``: the error of a minibatch's gradient."""

import numpy as np

from grader.checking.contract import Case, case, function, shapes, slips, unchanged_inputs, values


def batch_error(each, B, replace):
    N = len(each)
    errors = each - each.mean(axis=0)
    sigma2 = np.sum(errors**2, axis=1).mean()
    square = sigma2 / B
    factor = 1 if replace else (N - B) / (N - 1)
    error = np.sqrt(square * factor)
    return error


WITH, WITHOUT = "samples drawn with replacement", "samples drawn without replacement"
ALL = "all samples, without replacement"


def drawn(rng: np.random.Generator, about: str, N: int, D: int, B: int, replace: bool) -> Case:
    return case(
        about,
        each=rng.normal(rng.uniform(1, 2, size=D), rng.uniform(0.5, 2, size=D), size=(N, D)),
        B=B,
        replace=replace,
    )


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    return {
        WITH: [
            drawn(rng, "one of four samples", 4, 1, 1, True),
            drawn(rng, "three of five", 5, 3, 3, True),
            drawn(rng, "more draws than samples", 4, 2, 6, True),
            drawn(rng, "the only sample, drawn twice", 1, 3, 2, True),
        ],
        WITHOUT: [
            drawn(rng, "one of two samples", 2, 1, 1, False),
            drawn(rng, "two of four samples", 4, 1, 2, False),
            drawn(rng, "three of a hundred", 100, 2, 3, False),
            drawn(rng, "three of five, no number twice", 5, 3, 3, False),
            drawn(rng, "seven of nine", 9, 2, 7, False),
        ],
        ALL: [drawn(rng, "six of six", 6, 2, 6, False)],
    }


exercise = function(
    batch_error,
    returns="error",
    points=3,
    cases=cases,
    judge=[
        values(
            "error",
            weight=3,
            cases=WITH,
            help="""For a batch of one the mean squared length of the error is the mean over the
            samples. By which number is it divided for a batch of B?""",
        ),
        values(
            "error",
            weight=4,
            cases=WITHOUT,
            help="""The B(B − 1) products of two different samples are not 0 here. What is the mean
            of such a product, and by which factor does it change σ²/B?""",
        ),
        values(
            "error",
            weight=1,
            cases=ALL,
            alone=False,
            atol=1e-7,
            help="All samples in one batch give the full gradient. What is its error?",
        ),
    ],
    form=(shapes("error"), unchanged_inputs()),
    answers=("grader.exercises.ps05.batch_error",),
    hints="""
    First σ²: the errors are `each - each.mean(axis=0)`. Square them, add up along each row (that is
    the squared length), then take the mean over the rows.

    All N errors add up to 0, so the N(N − 1) products of two different ones add up to −Nσ². A
    single product is therefore −σ²/(N − 1) on average. Insert this into the double sum.

    A smaller example: the gradients 1, 2, 3, 6 have the mean 3 and the errors −2, −1, 0, 3, so σ² =
    14/4 = 3.5. For B = 2 with replacement: √(3.5/2) = 1.32. Without: √(3.5/2 · 2/3) = 1.08.
    """,
    mistakes=slips("""
errors = each
    You take the length of the gradients themselves. The error of a gradient is its difference from
    the full one.
sigma2 = np.mean(errors**2)
    You take the mean over all entries. The squared length of a vector is the sum of its squared
    entries; only over the samples you take a mean.
sigma2 = np.sum(errors**2)
    You add up over all samples, too. σ² is the mean over the samples.
sigma2 = np.sum(errors**2, axis=1).sum() / (N - 1)
    You divide by N − 1, as for an estimate from a few samples. Here `each` holds all samples, so σ²
    is their plain mean.
sigma2 = np.sum(errors**2, axis=0).mean()
    You add up over the samples and take the mean over the weights. Which axis belongs to the
    samples?
square = sigma2 / B**2
    You divide by B². The double sum has B terms with n = m, so one B is left.
square = sigma2 / np.sqrt(B)
    You divide the square by √B. It is the error, its root, that falls with √B.
square = sigma2
    The batch size is missing: a mean of B gradients has a smaller error than one of them.
error = square * factor
    You return the mean squared length. The typical error is its root.
factor = 1 if replace else (N - B) / N
    (N − B)/N is not 1 for B = 1, but a batch of one sample has the same error in both ways. By what
    do you divide N − B?
factor = 1 if replace else (1 - B / N) ** 2
    The factor is not 1 for B = 1, and its root is taken twice. Work out the double sum: B terms
    with n = m, and B(B − 1) others.
factor = 1 if replace else N - B
    The factor has to be 1 for B = 1. What is missing below it?
factor = 1 if not replace else (N - B) / (N - 1)
    The two ways are exchanged: without replacement the error is the smaller one.
factor = 1
    Both ways give the same. Without replacement no sample comes twice, and a batch of all samples
    has no error.
error = np.sqrt(square) * factor
    The factor belongs to the mean square, so it stands below the root.
"""),
)
