"""``batchnorm_backward(dy, cache) -> (dx, dgamma, dbeta)``, in training and in test mode."""

from typing import Any, NamedTuple

import numpy as np

from course_lib.functional import batchnorm_backward, batchnorm_forward
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
from grader.exercises.ps10.batchnorm_forward import REFUSED, TEST, TRAINING, batch
from grader.exercises.ps10.batchnorm_forward import cases as forward_cases
from grader.exercises.shared_cache import shared_cache


def cases(rng: np.random.Generator) -> list[Case]:
    return [case for case in forward_cases(rng) if case["about"] != REFUSED]


def run(batchnorm_forward: Any, batchnorm_backward: Any, case: Case) -> dict[str, Any]:
    x, gamma, beta = case["x"], case["gamma"], case["beta"]
    settings = {name: case[name] for name in ("training", "momentum", "eps")}

    def state() -> Any:  # copies, so that this exercise judges the way back only
        return {name: value.copy() for name, value in case["state"].items()}

    # A whole pass before and a forward pass in between: what is kept outside of the calls shows.
    _y, earlier, _state = batchnorm_forward(x * x, gamma + 1, beta - 1, state(), **settings)
    batchnorm_backward(case["dy"] + 1, earlier)
    _y, cache, _state = batchnorm_forward(x, gamma, beta, state(), **settings)
    batchnorm_forward(2 * x[::-1] + 1, gamma - 1, beta, state(), **settings)
    dx, dgamma, dbeta = batchnorm_backward(case["dy"], cache)
    return {"dx": dx, "dgamma": dgamma, "dbeta": dbeta}


class Pass(NamedTuple):
    """What a forward pass knows, for the wrong ways back to build on."""

    x: Any
    mean: Any
    var: Any
    eps: float
    gamma: Any
    training: bool

    @property
    def x_hat(self) -> Any:
        return (self.x - self.mean) * self.inv_std

    @property
    def inv_std(self) -> Any:
        return 1 / np.sqrt(self.var + self.eps)


def known(x: Any, gamma: Any, beta: Any, state: Any, training: bool, eps: float) -> Any:
    mean, var = (x.mean(axis=0), x.var(axis=0)) if training else (state["mean"], state["var"])
    cache = Pass(x, mean, var, eps, gamma, training)
    return gamma * cache.x_hat + beta, cache


def after_right_forward(wrong: Any, hint: str) -> Mistake:
    """The mistake ``wrong`` on the way back, behind a right forward whose cache is a Pass."""

    def batchnorm_forward(
        x: Any, gamma: Any, beta: Any, state: Any, *, training: bool, momentum: float, eps: float
    ) -> Any:
        return *known(x, gamma, beta, state, training, eps), state

    def batchnorm_backward(dy: Any, cache: Any) -> Any:
        return wrong(dy, cache)

    return Mistake((batchnorm_forward, batchnorm_backward), hint, name=wrong.__name__)


def right(dy: Any, p: Pass) -> Any:
    dx = dy - dy.mean(axis=0) - p.x_hat * (dy * p.x_hat).mean(axis=0) if p.training else dy
    return p.gamma * p.inv_std * dx, (dy * p.x_hat).sum(axis=0), dy.sum(axis=0)


def wrong_dx(dy: Any, p: Pass, dx: Any) -> Any:
    """``dx`` in training, all else as it should be."""
    return (dx if p.training else right(dy, p)[0]), *right(dy, p)[1:]


def both_constant(dy: Any, p: Pass) -> Any:
    return wrong_dx(dy, p, p.gamma * p.inv_std * dy)


def variance_constant(dy: Any, p: Pass) -> Any:
    return wrong_dx(dy, p, p.gamma * p.inv_std * (dy - dy.mean(axis=0)))


def mean_constant(dy: Any, p: Pass) -> Any:
    return wrong_dx(dy, p, p.gamma * p.inv_std * (dy - p.x_hat * (dy * p.x_hat).mean(axis=0)))


def never_constant(dy: Any, p: Pass) -> Any:
    return right(dy, p._replace(training=True))


def no_eps(dy: Any, p: Pass) -> Any:
    return wrong_dx(dy, p, right(dy, p)[0] / p.inv_std / np.sqrt(p.var))


def eps_outside(dy: Any, p: Pass) -> Any:
    return wrong_dx(dy, p, right(dy, p)[0] / p.inv_std / (np.sqrt(p.var) + p.eps))


def not_divided(dy: Any, p: Pass) -> Any:
    return wrong_dx(dy, p, right(dy, p)[0] / p.inv_std)


def no_gamma(dy: Any, p: Pass) -> Any:
    return wrong_dx(dy, p, right(dy, p._replace(gamma=1))[0])


def test_mode_unscaled(dy: Any, p: Pass) -> Any:
    return (right(dy, p)[0] if p.training else dy * p.gamma), *right(dy, p)[1:]


def nothing_in_test_mode(dy: Any, p: Pass) -> Any:
    dx, dgamma, dbeta = right(dy, p)
    return (dx, dgamma, dbeta) if p.training else (dx, dgamma * 0, dbeta * 0)


def gamma_late(dy: Any, p: Pass) -> Any:
    means = dy.mean(axis=0) + p.x_hat * (dy * p.x_hat).mean(axis=0)
    return wrong_dx(dy, p, p.inv_std * (p.gamma * dy - means))


def unbiased(dy: Any, p: Pass) -> Any:
    slope = (dy * p.x_hat).sum(axis=0) / max(len(dy) - 1, 1)
    return wrong_dx(dy, p, p.gamma * p.inv_std * (dy - dy.mean(axis=0) - p.x_hat * slope))


def sums_for_means(dy: Any, p: Pass) -> Any:
    dx = dy - dy.sum(axis=0) - p.x_hat * (dy * p.x_hat).sum(axis=0)
    return wrong_dx(dy, p, p.gamma * p.inv_std * dx)


def sum_for_one_mean(dy: Any, p: Pass) -> Any:
    dx = dy - dy.mean(axis=0) - p.x_hat * (dy * p.x_hat).sum(axis=0)
    return wrong_dx(dy, p, p.gamma * p.inv_std * dx)


def n_times(dy: Any, p: Pass) -> Any:
    return wrong_dx(dy, p, len(dy) * right(dy, p)[0])


def means_of_rows(dy: Any, p: Pass) -> Any:
    dx = dy - dy.mean(axis=1, keepdims=True)
    dx = dx - p.x_hat * (dy * p.x_hat).mean(axis=1, keepdims=True)
    return wrong_dx(dy, p, p.gamma * p.inv_std * dx)


def plus(dy: Any, p: Pass) -> Any:
    dx = dy - dy.mean(axis=0) + p.x_hat * (dy * p.x_hat).mean(axis=0)
    return wrong_dx(dy, p, p.gamma * p.inv_std * dx)


def dgamma_from_x(dy: Any, p: Pass) -> Any:
    return right(dy, p)[0], (dy * p.x).sum(axis=0), right(dy, p)[2]


def dgamma_from_centred_x(dy: Any, p: Pass) -> Any:
    return right(dy, p)[0], (dy * (p.x - p.mean)).sum(axis=0), right(dy, p)[2]


def parameters_averaged(dy: Any, p: Pass) -> Any:
    dx, dgamma, dbeta = right(dy, p)
    return dx, dgamma / len(dy), dbeta / len(dy)


def parameters_of_rows(dy: Any, p: Pass) -> Any:
    return right(dy, p)[0], (dy * p.x_hat).sum(axis=1), dy.sum(axis=1)


def parameters_not_summed(dy: Any, p: Pass) -> Any:
    return right(dy, p)[0], dy * p.x_hat, dy


def dbeta_before_dgamma(dy: Any, p: Pass) -> Any:
    dx, dgamma, dbeta = right(dy, p)
    return dx, dbeta, dgamma


exercise = Exercise(
    name="batchnorm_backward",
    takes=("batchnorm_forward", "batchnorm_backward"),
    points=3,
    reference=(batchnorm_forward, batchnorm_backward),
    cases=cases,
    run=run,
    judge=[
        values("dx", weight=6, cases=TRAINING, title=_("dx after a training pass")),
        values("dx", weight=2, cases=TEST, title=_("dx after a pass in test mode")),
        values("dgamma", weight=2),
        values("dbeta", weight=2),
        shapes(),
        dtype("dx", cases="float32"),
        unchanged_inputs(),
    ],
    mistakes=[
        after_right_forward(
            both_constant,
            _(
                "Mean and variance are treated as constants. In training they are computed from x: "
                "moving one x[n] moves every y of its column. Follow these two ways, too."
            ),
        ),
        after_right_forward(
            variance_constant,
            _("The way through the mean is there; the variance depends on x as well."),
        ),
        after_right_forward(
            mean_constant,
            _("The way through the variance is there; the mean depends on x as well."),
        ),
        after_right_forward(
            never_constant,
            _(
                "After a pass in test mode the running statistics are constants: they do not "
                "depend on this x. What is dx then?"
            ),
        ),
        after_right_forward(
            no_eps,
            _("The way back divides by another number than the way forward: eps is missing."),
        ),
        after_right_forward(
            eps_outside,
            _("On the way back eps stands outside the root, on the way forward inside."),
        ),
        after_right_forward(
            not_divided,
            _("dx lacks the division by the standard deviation that x went through."),
        ),
        after_right_forward(
            no_gamma,
            _("`gamma` is not in dx, although the normalised x was multiplied by it."),
        ),
        after_right_forward(
            test_mode_unscaled,
            _(
                "After a pass in test mode dx lacks the division by the running standard deviation "
                "that x went through."
            ),
        ),
        after_right_forward(
            nothing_in_test_mode,
            _(
                "After a pass in test mode dgamma and dbeta are 0. gamma and beta took part in y "
                "there, too; only mean and variance are constants."
            ),
        ),
        after_right_forward(
            gamma_late,
            _(
                "Only one of the three parts of dx has `gamma`. Multiply dy by it first, then take "
                "the means: they are means of gamma·dy."
            ),
        ),
        after_right_forward(
            unbiased,
            _(
                "The part through the variance is divided by N − 1. The forward pass normalised "
                "with the biased variance, so its derivative has N."
            ),
        ),
        after_right_forward(
            sums_for_means,
            _(
                "The parts through mean and variance are N times too large: each x has a share of "
                "1/N in a mean."
            ),
        ),
        after_right_forward(
            sum_for_one_mean,
            _(
                "The part through the variance is N times too large: the variance is a mean, too, "
                "and each x has a share of 1/N in it."
            ),
        ),
        after_right_forward(
            n_times,
            _("dx is N times too large: a factor 1/N in front was lost."),
        ),
        after_right_forward(
            means_of_rows,
            _(
                "The means inside dx run along the rows. Statistics were taken down each column, "
                "so the way back sums down the columns."
            ),
        ),
        after_right_forward(
            plus,
            _("The part through the variance has the wrong sign: it holds x back, like the mean."),
        ),
        after_right_forward(
            dgamma_from_x,
            _("dgamma was computed with x. What exactly did `gamma` multiply?"),
        ),
        after_right_forward(
            dgamma_from_centred_x,
            _("dgamma was computed with x − mean, before the division. What did `gamma` multiply?"),
        ),
        after_right_forward(
            parameters_averaged,
            _(
                "dgamma and dbeta are means over the rows. The mean over the samples is already in "
                "dy: here the rows are summed."
            ),
        ),
        after_right_forward(
            parameters_of_rows,
            _("dgamma and dbeta are sums along the rows; there is one of each for every column."),
        ),
        after_right_forward(
            parameters_not_summed,
            _(
                "dgamma and dbeta have a row for every sample. All rows share one gamma and beta: "
                "what happens to the gradients of a value that is used several times?"
            ),
        ),
        after_right_forward(
            dbeta_before_dgamma,
            _("dgamma and dbeta are in each other's place: return dx, dgamma, dbeta."),
        ),
        shared_cache(batchnorm_forward, batchnorm_backward),
    ],
    answers=(
        "course_lib.functional.batchnorm",
        "course_lib.functional.spatial_batchnorm",
        "course_lib.functional.layernorm",
        "course_lib.functional.groupnorm",
    ),
    returns="(dx, dgamma, dbeta)",
    hints=(
        _(
            "Begin with dgamma and dbeta: y = gamma·x_hat + beta, with one gamma and one beta for "
            "all rows of a column. Then the gradient of x_hat is gamma·dy."
        ),
        _(
            "x reaches x_hat three ways: directly, through the mean, through the variance. Draw "
            "the graph of one column, and sum what comes back along each."
        ),
        _(
            "In training the three ways add up to gamma/std times (dy minus two parts). One part "
            "makes dx sum to 0, the other makes it orthogonal to x_hat (but for eps). Which "
            "multiples of 1 and of x_hat have to be taken off dy for that?"
        ),
        _(
            "Smaller: x = [1, 3, 2, 2] with eps = 0 has mean 2, variance ½ and x_hat = "
            "√2·[−1, 1, 0, 0]. With gamma = 1 and dy = [0, 4, 0, 0]: dbeta = 4, dgamma = 4√2, "
            "mean(dy) = 1 and mean(dy·x_hat) = √2. dy − 1 − x_hat·√2 = [1, 1, −1, −1], and dx is "
            "√2 times that."
        ),
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3),
)
