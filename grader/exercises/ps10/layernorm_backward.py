"""``layernorm_backward(dy, cache) -> (dx, dgamma, dbeta)``: means along each row."""

from typing import Any, NamedTuple

import numpy as np

from course_lib.functional import layernorm_backward, layernorm_forward
from grader.checking import (
    Case,
    Exercise,
    Mistake,
    _,
    dtype,
    shapes,
    unchanged_inputs,
    values,
)
from grader.exercises.ps10.layernorm_forward import batch, cases
from grader.exercises.shared_cache import shared_cache


def run(layernorm_forward: Any, layernorm_backward: Any, case: Case) -> dict[str, Any]:
    x, gamma, beta, eps = case["x"], case["gamma"], case["beta"], case["eps"]
    # A whole pass before and a forward pass in between: what is kept outside of the calls shows.
    _y, earlier = layernorm_forward(x * x, gamma + 1, beta - 1, eps=eps)
    layernorm_backward(case["dy"] + 1, earlier)
    _y, cache = layernorm_forward(x, gamma, beta, eps=eps)
    layernorm_forward(2 * x[:, ::-1] * x + 1, gamma - 1, beta, eps=eps)
    dx, dgamma, dbeta = layernorm_backward(case["dy"], cache)
    return {"dx": dx, "dgamma": dgamma, "dbeta": dbeta}


class Pass(NamedTuple):
    """What a forward pass knows, for the wrong ways back to build on."""

    x: Any
    eps: float
    gamma: Any

    @property
    def centred(self) -> Any:
        return self.x - self.x.mean(axis=1, keepdims=True)

    @property
    def var(self) -> Any:
        return self.x.var(axis=1, keepdims=True)

    @property
    def inv_std(self) -> Any:
        return 1 / np.sqrt(self.var + self.eps)

    @property
    def x_hat(self) -> Any:
        return self.centred * self.inv_std


def forward(x: Any, gamma: Any, beta: Any, *, eps: float) -> Any:
    cache = Pass(x, eps, gamma)
    return gamma * cache.x_hat + beta, cache


def mean(a: Any) -> Any:
    return a.mean(axis=1, keepdims=True)


def right(dy: Any, p: Pass) -> Any:
    d = p.gamma * dy
    dx = p.inv_std * (d - mean(d) - p.x_hat * mean(d * p.x_hat))
    return dx, (dy * p.x_hat).sum(axis=0), dy.sum(axis=0)


def wrong_dx(name: str, dx: Any, hint: str) -> Mistake:
    """A wrong ``dx(dy, d, p)``, where d = gamma·dy, behind a right forward."""
    return after_right_forward(
        name, lambda dy, p: (dx(dy, p.gamma * dy, p), *right(dy, p)[1:]), hint
    )


def after_right_forward(name: str, wrong: Any, hint: str) -> Mistake:
    def layernorm_forward(x: Any, gamma: Any, beta: Any, *, eps: float) -> Any:
        return forward(x, gamma, beta, eps=eps)

    def layernorm_backward(dy: Any, cache: Any) -> Any:
        return wrong(dy, cache)

    return Mistake((layernorm_forward, layernorm_backward), hint, name=name)


def centred(d: Any, p: Pass) -> Any:
    """The bracket of dx."""
    return d - mean(d) - p.x_hat * mean(d * p.x_hat)


exercise = Exercise(
    name="layernorm_backward",
    takes=("layernorm_forward", "layernorm_backward"),
    points=3,
    reference=(layernorm_forward, layernorm_backward),
    cases=cases,
    run=run,
    judge=[
        values("dx", weight=6),
        values("dgamma", weight=2),
        values("dbeta", weight=2),
        shapes(),
        dtype("dx", cases="float32"),
        unchanged_inputs(),
    ],
    mistakes=[
        wrong_dx(
            "gamma outside of the means",
            lambda dy, d, p: p.gamma * p.inv_std * centred(dy, p),
            _(
                "This is the formula of batch normalisation with the axis changed. There gamma is "
                "the same for all that a mean runs over; along a row it is not. Where must it be "
                "multiplied, before the means or after?"
            ),
        ),
        wrong_dx(
            "both constant",
            lambda dy, d, p: p.inv_std * d,
            _(
                "Mean and variance are treated as constants. They are computed from the row: "
                "moving one entry of x moves every y of its row. Follow these two ways, too."
            ),
        ),
        wrong_dx(
            "variance constant",
            lambda dy, d, p: p.inv_std * (d - mean(d)),
            _("The way through the mean is there; the variance depends on x as well."),
        ),
        wrong_dx(
            "mean constant",
            lambda dy, d, p: p.inv_std * (d - p.x_hat * mean(d * p.x_hat)),
            _("The way through the variance is there; the mean depends on x as well."),
        ),
        wrong_dx(
            "no gamma",
            lambda dy, d, p: p.inv_std * centred(dy, p),
            _("`gamma` is not in dx, although the normalised x was multiplied by it."),
        ),
        wrong_dx(
            "gamma in one part",
            lambda dy, d, p: p.inv_std * (d - mean(dy) - p.x_hat * mean(dy * p.x_hat)),
            _("Only one of the three parts of dx has `gamma`. The means are means of gamma·dy."),
        ),
        wrong_dx(
            "means of columns",
            lambda dy, d, p: (
                p.inv_std * (d - d.mean(axis=0) - p.x_hat * (d * p.x_hat).mean(axis=0))
            ),
            _(
                "The means inside dx run down the columns. Statistics were taken along each row, "
                "so the way back stays in the row."
            ),
        ),
        wrong_dx(
            "without keepdims",
            lambda dy, d, p: (
                p.inv_std * (d - d.mean(axis=1) - p.x_hat * (d * p.x_hat).mean(axis=1))
            ),
            _(
                "The means of the rows have shape (N,) and meet the D columns: either the shapes "
                "clash or, where N = D, they are taken for means of columns."
            ),
        ),
        wrong_dx(
            "no eps",
            lambda dy, d, p: centred(d, p) / np.sqrt(np.where(p.var > 0, p.var, 1)),
            _("The way back divides by another number than the way forward: eps is missing."),
        ),
        wrong_dx(
            "eps outside the root",
            lambda dy, d, p: centred(d, p) / (np.sqrt(p.var) + p.eps),
            _("On the way back eps stands outside the root, on the way forward inside."),
        ),
        wrong_dx(
            "not divided",
            lambda dy, d, p: centred(d, p),
            _("dx lacks the division by the standard deviation that x went through."),
        ),
        wrong_dx(
            "divided by the variance",
            lambda dy, d, p: centred(d, p) * p.inv_std**2,
            _("dx is divided by the standard deviation twice."),
        ),
        wrong_dx(
            "unbiased",
            lambda dy, d, p: (
                p.inv_std
                * (d - mean(d) - p.x_hat * mean(d * p.x_hat) * d.shape[1] / max(d.shape[1] - 1, 1))
            ),
            _(
                "The part through the variance is divided by D − 1. The forward pass normalised "
                "with the biased variance, so its derivative has D."
            ),
        ),
        wrong_dx(
            "sums for means",
            lambda dy, d, p: p.inv_std * (d - d.shape[1] * (mean(d) + p.x_hat * mean(d * p.x_hat))),
            _(
                "The parts through mean and variance are D times too large: each x has a share of "
                "1/D in a mean."
            ),
        ),
        wrong_dx(
            "divided by N",
            lambda dy, d, p: (
                p.inv_std * (d - d.shape[1] / len(d) * (mean(d) + p.x_hat * mean(d * p.x_hat)))
            ),
            _("The sums along a row are divided by the number of rows. How long is a row?"),
        ),
        wrong_dx(
            "sum for one mean",
            lambda dy, d, p: p.inv_std * (d - mean(d) - p.x_hat * d.shape[1] * mean(d * p.x_hat)),
            _(
                "The part through the variance is D times too large: the variance is a mean, too, "
                "and each x has a share of 1/D in it."
            ),
        ),
        wrong_dx(
            "D times",
            lambda dy, d, p: p.inv_std * d.shape[1] * centred(d, p),
            _("dx is D times too large: a factor 1/D in front was lost."),
        ),
        wrong_dx(
            "plus",
            lambda dy, d, p: p.inv_std * (d - mean(d) + p.x_hat * mean(d * p.x_hat)),
            _("The part through the variance has the wrong sign: it holds x back, like the mean."),
        ),
        after_right_forward(
            "dgamma from x",
            lambda dy, p: (right(dy, p)[0], (dy * p.x).sum(axis=0), dy.sum(axis=0)),
            _("dgamma was computed with x. What exactly did `gamma` multiply?"),
        ),
        after_right_forward(
            "dgamma from centred x",
            lambda dy, p: (right(dy, p)[0], (dy * p.centred).sum(axis=0), dy.sum(axis=0)),
            _("dgamma was computed with x − mean, before the division. What did `gamma` multiply?"),
        ),
        after_right_forward(
            "parameters averaged",
            lambda dy, p: (right(dy, p)[0], right(dy, p)[1] / len(dy), dy.mean(axis=0)),
            _(
                "dgamma and dbeta are means over the rows. The mean over the samples is already in "
                "dy: here the rows are summed."
            ),
        ),
        after_right_forward(
            "parameters of rows",
            lambda dy, p: (right(dy, p)[0], (dy * p.x_hat).sum(axis=1), dy.sum(axis=1)),
            _(
                "dgamma and dbeta are summed along the rows, like the statistics. But gamma and "
                "beta have an entry for every column, which all N rows used."
            ),
        ),
        after_right_forward(
            "parameters not summed",
            lambda dy, p: (right(dy, p)[0], dy * p.x_hat, dy),
            _(
                "dgamma and dbeta have a row for every sample. All rows share one gamma and beta: "
                "what happens to the gradients of a value that is used several times?"
            ),
        ),
        after_right_forward(
            "dbeta before dgamma",
            lambda dy, p: (right(dy, p)[0], *right(dy, p)[:0:-1]),
            _("dgamma and dbeta are in each other's place: return dx, dgamma, dbeta."),
        ),
        shared_cache(layernorm_forward, layernorm_backward),
    ],
    answers=(
        "course_lib.functional.layernorm",
        "course_lib.functional.groupnorm",
        "course_lib.functional.batchnorm",
        "course_lib.functional.spatial_batchnorm",
    ),
    returns="(dx, dgamma, dbeta)",
    hints=(
        _(
            "dgamma and dbeta are those of batch normalisation. For dx, which entries of y does "
            "one entry of x reach, and along which of the three ways?"
        ),
        _(
            "Let d = gamma·dy be the gradient of x_hat. In each row dx is 1/std times (d minus two "
            "parts): one makes the row sum to 0, the other makes it orthogonal to x_hat but for "
            "eps. Which multiples of 1 and of x_hat have to be taken off d for that?"
        ),
        _(
            "Smaller: the row x = [1, 3, 2, 2] with eps = 0 has mean 2, variance ½ and x_hat = "
            "√2·[−1, 1, 0, 0]. With gamma = [1, 2, 1, 1] and dy = [0, 2, 0, 0]: d = [0, 4, 0, 0], "
            "mean(d) = 1 and mean(d·x_hat) = √2. d − 1 − x_hat·√2 = [1, 1, −1, −1], and dx is √2 "
            "times that. dgamma = [0, 2√2, 0, 0] and dbeta = [0, 2, 0, 0]."
        ),
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3),
)
