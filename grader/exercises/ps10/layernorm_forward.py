"""``layernorm_forward(x, gamma, beta, *, eps) -> (y, cache)``: every row by itself."""

from typing import Any

import numpy as np

from course_lib.functional import layernorm_forward
from grader.checking import (
    Case,
    Exercise,
    Mistake,
    _,
    case,
    dtype,
    shapes,
    unchanged_inputs,
    values,
)


def batch(rng: np.random.Generator, about: str, n: int, d: int) -> Case:
    """Rows of different mean and spread, none of them close to constant."""
    ramp = np.linspace(-1, 1, d) if d > 1 else np.zeros(1)
    shape = rng.permuted(np.tile(ramp, (n, 1)), axis=1) + rng.uniform(-0.2, 0.2, size=(n, d))
    return case(
        about,
        x=shape * rng.uniform(0.7, 2, size=(n, 1)) + rng.normal(size=(n, 1)),
        gamma=rng.uniform(0.5, 2, size=d) * rng.choice([-1.0, 1.0], size=d),
        beta=rng.normal(size=d) + 0.5,
        eps=float(rng.uniform(0.01, 0.05)),
        dy=rng.normal(size=(n, d)),
    )


def cases(rng: np.random.Generator) -> list[Case]:
    flat = batch(rng, "a nearly constant row", 3, 4)  # where eps, and any other eps, shows
    flat["x"][0] = rng.normal() + rng.uniform(0.03, 0.06, size=4) * [1, -1, 1, -1]
    turned = batch(rng, "columns first in memory", 3, 5)
    turned["x"], turned["dy"] = np.asfortranarray(turned["x"]), np.asfortranarray(turned["dy"])
    single = batch(rng, "float32", 6, 4)
    for name in ("x", "gamma", "beta", "dy"):
        single[name] = single[name].astype(np.float32)
    return [
        batch(rng, "one row", 1, 3),
        batch(rng, "more columns than rows", 2, 5),
        batch(rng, "more rows than columns", 5, 3),
        batch(rng, "as many rows as columns", 4, 4),
        batch(rng, "one column", 3, 1),
        flat,
        turned,
        single,
    ]


def run(layernorm_forward: Any, case: Case) -> dict[str, Any]:
    arrays = case["x"], case["gamma"], case["beta"]
    y, _cache = layernorm_forward(*arrays, eps=case["eps"])
    return {"y": y}


def statistics(x: Any) -> Any:
    return x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)


def normalised(x: Any, mean: Any, var: Any, eps: float) -> Any:
    return (x - mean) / np.sqrt(var + eps)


def wrong(
    name: str,
    hint: str,
    *,
    statistics: Any = statistics,
    normalised: Any = normalised,
    scaled: Any = lambda x_hat, gamma, beta: gamma * x_hat + beta,
) -> Mistake:
    """Layer normalisation with one of its three parts replaced by a wrong one."""

    def layernorm_forward(x: Any, gamma: Any, beta: Any, *, eps: float) -> Any:
        return scaled(normalised(x, *statistics(x), eps), gamma, beta), None

    return Mistake(layernorm_forward, hint, name=name)


def in_place(x: Any, gamma: Any, beta: Any, *, eps: float) -> Any:
    x -= x.mean(axis=1, keepdims=True)
    return gamma * x / np.sqrt(x.var(axis=1, keepdims=True) + eps) + beta, None


exercise = Exercise(
    name="layernorm_forward",
    takes=("layernorm_forward",),
    points=2,
    reference=(layernorm_forward,),
    cases=cases,
    run=run,
    judge=[
        values("y", weight=6),
        shapes(),
        dtype("y", cases="float32"),
        unchanged_inputs(),
    ],
    mistakes=[
        wrong(
            "down the columns",
            _(
                "Each column is normalised over the rows: that is batch normalisation, and a row "
                "then depends on its neighbours. Here every row has a mean of its own."
            ),
            statistics=lambda x: (x.mean(axis=0), x.var(axis=0)),
        ),
        wrong(
            "without keepdims",
            _(
                "The N means of the rows meet the D columns of x: NumPy lines up the last axes. "
                "Either the shapes clash or, where N = D, a row's mean goes to a column. Which "
                "shape do the means need to stand beside the rows?"
            ),
            statistics=lambda x: (x.mean(axis=1), x.var(axis=1)),
        ),
        wrong(
            "over everything",
            _("One mean and variance for the whole table: without `axis`, NumPy takes all of it."),
            statistics=lambda x: (x.mean(), x.var()),
        ),
        wrong(
            "variance of the columns",
            _("The means are those of the rows, the variances those of the columns."),
            statistics=lambda x: (x.mean(axis=1, keepdims=True), x.var(axis=0)),
        ),
        wrong(
            "unbiased variance",
            _("The variance is divided by D − 1. Take the mean of the squares: over D."),
            statistics=lambda x: (
                x.mean(axis=1, keepdims=True),
                x.var(axis=1, keepdims=True) * x.shape[1] / max(x.shape[1] - 1, 1),
            ),
        ),
        wrong(
            "eps outside the root",
            _("eps is added to the standard deviation. It belongs to the variance."),
            normalised=lambda x, mean, var, eps: (x - mean) / (np.sqrt(var) + eps),
        ),
        wrong(
            "eps squared",
            _("eps has been squared on its way to the variance: it is added there as it is."),
            normalised=lambda x, mean, var, eps: (x - mean) / np.sqrt(var + eps**2),
        ),
        wrong(
            "no eps",
            _("`eps` is not used: a row of equal values would be divided by 0."),
            normalised=lambda x, mean, var, eps: (x - mean) / np.sqrt(np.where(var > 0, var, 1)),
        ),
        wrong(
            "own eps",
            _(
                "A number of your own stands where `eps` belongs. Use the argument: whoever calls "
                "the function chooses it."
            ),
            normalised=lambda x, mean, var, eps: (x - mean) / np.sqrt(var + 1e-5),
        ),
        wrong(
            "divided by the variance",
            _("Divided by the variance, y has the unit 1/x. Which measure of spread has x's unit?"),
            normalised=lambda x, mean, var, eps: (x - mean) / (var + eps),
        ),
        wrong(
            "not centred",
            _("The mean is not taken off: a normalised row has mean 0 before gamma and beta."),
            normalised=lambda x, mean, var, eps: x / np.sqrt(var + eps),
        ),
        wrong(
            "root mean square",
            _(
                "You divide by the root of the mean square and take no mean off. That is RMS "
                "normalisation, a relative; here the mean goes first, then the spread about it."
            ),
            statistics=lambda x: (0 * x, (x * x).mean(axis=1, keepdims=True)),
        ),
        wrong(
            "gamma and beta missing",
            _("y is only normalised. `gamma` and `beta` give each column its own scale and place."),
            scaled=lambda x_hat, gamma, beta: x_hat,
        ),
        wrong(
            "beta missing",
            _("`beta` is missing: it is added last, to every row."),
            scaled=lambda x_hat, gamma, beta: gamma * x_hat,
        ),
        wrong(
            "gamma missing",
            _("`gamma` is missing: it multiplies the normalised rows, entry by entry."),
            scaled=lambda x_hat, gamma, beta: x_hat + beta,
        ),
        wrong(
            "gamma and beta swapped",
            _("gamma and beta are in each other's place: gamma scales, beta shifts."),
            scaled=lambda x_hat, gamma, beta: beta * x_hat + gamma,
        ),
        wrong(
            "beta scaled, too",
            _("gamma also scales beta. Multiply first, then add beta."),
            scaled=lambda x_hat, gamma, beta: gamma * (x_hat + beta),
        ),
        wrong(
            "gamma for the rows",
            _(
                "gamma and beta are laid out along the rows, one for each sample. They have length "
                "D: one for each column, the same for all samples."
            ),
            scaled=lambda x_hat, gamma, beta: gamma[:, None] * x_hat + beta[:, None],
        ),
        Mistake(
            in_place,
            _("The values are right, but x was centred in place, and it belongs to your caller."),
        ),
    ],
    answers=(
        "course_lib.functional.layernorm",
        "course_lib.functional.groupnorm",
        "course_lib.functional.batchnorm",
        "course_lib.functional.spatial_batchnorm",
    ),
    returns="(y, cache)",
    hints=(
        _("How many means are there for x of shape (N, D), and along which axis is each taken?"),
        _(
            "y = gamma·(x − mean)/√(var + eps) + beta with mean and var of shape (N, 1), gamma and "
            "beta of shape (D,). The variance is the mean of the squared deviations."
        ),
        _(
            "Smaller: the row x = [1, 3, 5, 7] with eps = 4 has mean 4 and variance 5, so √(5 + 4) "
            "= 3 and x_hat = [−1, −⅓, ⅓, 1]. With gamma = [3, 3, 3, 6] and beta = [1, 1, 1, 0]: "
            "y = [−2, 0, 2, 6]. Another row beside it would change nothing."
        ),
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3),
)
