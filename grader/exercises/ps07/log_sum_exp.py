"""``log_sum_exp(u) -> (y, pass_back)``: an operation, with its rule of the backward pass."""

import numpy as np

from grader.checking.contract import Case, case, function, shapes, slips, unchanged_inputs, values


def log_sum_exp(u):
    top = u.max(axis=1, keepdims=True)
    y = top + np.log(np.exp(u - top).sum(axis=1, keepdims=True))

    def pass_back(dy):
        du = dy * np.exp(u - y)
        return du

    return y, pass_back


def scores(
    rng: np.random.Generator, about: str, shape: tuple[int, int], *, large: float = 0.0
) -> Case:
    """Scores and an upstream gradient; ``large`` is added to the scores, with either sign."""
    u = rng.uniform(0.3, 1.5, size=shape) * rng.choice([-1.0, 1.0], size=shape)
    dy = rng.uniform(0.5, 2, size=(shape[0], 1)) * rng.choice([-1.0, 1.0], size=(shape[0], 1))
    return case(about, u=u + large * rng.uniform(0.9, 1.1, size=(shape[0], 1)), dy=dy)


ORDINARY, LARGE = "scores of ordinary size", "scores of a thousand, and of minus a thousand"


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    mixed = scores(rng, "rows of very different size", (2, 3), large=1000.0)
    mixed["u"][0] -= 2000
    apart = scores(rng, "scores far apart in a row", (2, 3), large=1000.0)
    apart["u"][:, 0] -= 1500
    above = scores(rng, "one score far above the others", (2, 4), large=-1000.0)
    above["u"][:, 1] += 3000
    single = scores(rng, "float32", (3, 2))
    return {
        ORDINARY: [
            scores(rng, "one sample", (1, 3)),
            scores(rng, "more samples than scores", (4, 2)),
            scores(rng, "as many samples as scores", (3, 3)),
        ],
        LARGE: [
            scores(rng, "large scores", (2, 4), large=1000.0),
            scores(rng, "large negative scores", (2, 4), large=-1000.0),
            mixed,
            apart,
            above,
        ],
        "float32, by value": [single | {n: single[n].astype(np.float32) for n in ("u", "dy")}],
    }


def run(log_sum_exp, case):
    y, pass_back = log_sum_exp(case["u"])
    # Another call before the backward pass shows what is kept outside of pass_back.
    log_sum_exp(case["u"][::-1, ::-1] / 2 - 1)
    first = np.array(pass_back(case["dy"]))
    return {"y": y, "du": first, "du again": pass_back(case["dy"])}


exercise = function(
    log_sum_exp,
    returns="y, pass_back",
    points=2,
    cases=cases,
    run=run,
    judge=[
        values("y", weight=2, cases=ORDINARY, title=f"y: {ORDINARY}"),
        values(
            "du",
            weight=3,
            cases=ORDINARY,
            title=f"du: {ORDINARY}",
            help="""How does y of a row react to one of its scores? Differentiate log of a sum of
            exponentials with respect to one score.""",
        ),
        values(
            "y",
            weight=4,
            cases=LARGE,
            title=f"y: {LARGE}",
            help="""exp(1000) overflows, and so does a ratio of two such numbers. Which number can
            you take out of the sum first?""",
        ),
        values(
            "du",
            weight=4,
            cases=LARGE,
            title=f"du: {LARGE}",
            help="""A quotient of two exponentials is the exponential of a difference. Which
            difference is never positive here?""",
        ),
        values("du again", cases=ORDINARY, title="a second backward pass", alone=False),
        values("y", "du", cases="float32, by value"),
    ],
    form=(shapes("y", "du"), unchanged_inputs()),
    answers=("grader.exercises.ps07.log_sum_exp",),
    hints="""
    Begin with y of one row. Subtract its largest score from all scores, and say what this does to
    the sum of exponentials and to its logarithm.

    `keepdims=True` keeps the shape (N, 1), so that NumPy broadcasts y and dy over the scores of a
    row.

    A smaller example: the row [0, log 3] has y = log(1 + 3) = log 4. If the first score grows by a
    small number, the sum 4 grows by 1 times it, and its logarithm by 1/4 of it. So for dy = 2 the
    row of du is [2/4, 2·3/4].
    """,
    mistakes=slips("""
top = 0
    The exponentials overflow if the scores are large. Which number can you take out of the sum of
    each row?
top = u.min(axis=1, keepdims=True)
    You subtract the smallest score of each row. If the others are much larger, their exponentials
    still overflow.
top = u.max()
    You subtract one maximum from all rows. In a row with much smaller scores every exponential then
    underflows to 0.
y = np.log(np.exp(u - top).sum(axis=1, keepdims=True))
du = dy * np.exp(u - top - y)
    You subtract the maximum from the scores, but y must not change by this. What is missing in y at
    the end?
y = np.log(np.exp(u - top).sum(axis=1, keepdims=True))
    You subtract the maximum, but y must not change by this. What do you have to add at the end?
y = top + np.log(np.exp(u - top).mean(axis=1, keepdims=True))
    y is the logarithm of a sum, not of a mean.
y = top + np.log(np.exp(u - top).sum(axis=0, keepdims=True))
    You add over the samples. Each row is a sample of its own: add over its scores.
y = top + np.exp(u - top).sum(axis=1, keepdims=True)
    The logarithm is missing.
du = np.exp(u - y)
    The upstream gradient is missing: your du is the gradient for dy = 1.
du = dy * np.exp(u)
    You differentiate the sum of the exponentials, but not its logarithm. What is the derivative of
    log s with respect to s?
du = dy / np.exp(y - top)
    You differentiate the logarithm, but not the exponentials inside the sum.
du = dy * np.ones_like(u)
    Every score of a row gets the same gradient. But a large score affects the sum more than a small
    one.
du = dy * np.exp(u - y) * (1 - np.exp(u - y))
    This is the derivative of the softmax. Here y is the logarithm of the sum.
du = dy * np.exp(u - y) / len(u)
    You divide by the number of samples. If the loss is a mean, dy already contains this factor.
du = dy * (np.exp(u - y) - 1 / u.shape[1])
    You subtract a constant from the derivative. The derivatives of a row add up to 1, not to 0.
du = dy * (u - y)
    You pass on the logarithm of the derivative.
"""),
)
