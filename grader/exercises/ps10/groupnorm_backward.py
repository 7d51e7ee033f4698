"""``groupnorm_backward(dy, cache) -> (dx, dgamma, dbeta)``: means over each group."""

from typing import Any, NamedTuple

import numpy as np

from course_lib.functional import groupnorm_backward, groupnorm_forward
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
from grader.exercises.ps10.groupnorm_forward import (
    as_batchnorm,
    batch,
    cases,
    each_position,
    in_groups,
    over_group,
    per_channel,
    scaled,
)
from grader.exercises.shared_cache import shared_cache


def run(groupnorm_forward: Any, groupnorm_backward: Any, case: Case) -> dict[str, Any]:
    x, gamma, beta = case["x"], case["gamma"], case["beta"]
    settings = {"groups": case["groups"], "eps": case["eps"]}
    # A whole pass before and a forward pass in between: what is kept outside of the calls shows.
    _y, earlier = groupnorm_forward(x * x, gamma + 1, beta - 1, **settings)
    groupnorm_backward(case["dy"] + 1, earlier)
    _y, cache = groupnorm_forward(x, gamma, beta, **settings)
    groupnorm_forward(2 * x[:, ::-1] * x + 1, gamma - 1, beta, **settings)
    dx, dgamma, dbeta = groupnorm_backward(case["dy"], cache)
    return {"dx": dx, "dgamma": dgamma, "dbeta": dbeta}


class Pass(NamedTuple):
    """What a forward pass knows, for the wrong ways back to build on."""

    x: Any
    gamma: Any
    groups: int
    eps: float

    @property
    def n(self) -> int:
        """How many values a group has."""
        return int(self.x[0].size // self.groups)

    @property
    def var(self) -> Any:
        return over_group(self.x, self.groups)[1]

    @property
    def centred(self) -> Any:
        return self.x - over_group(self.x, self.groups)[0]

    @property
    def inv_std(self) -> Any:
        return 1 / np.sqrt(self.var + self.eps)

    @property
    def x_hat(self) -> Any:
        return self.centred * self.inv_std

    def mean(self, a: Any) -> Any:
        """The mean over each group, in the shape of x."""
        return over_group(a, self.groups)[0]

    def parts(self, d: Any) -> tuple[Any, Any]:
        """What goes through the mean, and what goes through the variance."""
        return self.mean(d), self.x_hat * self.mean(d * self.x_hat)

    def per_channel(self, a: Any) -> Any:
        """The sum of a over samples and positions."""
        return a.sum(axis=(0, *range(2, a.ndim)))


def forward(x: Any, gamma: Any, beta: Any, *, groups: int, eps: float) -> Any:
    cache = Pass(x, gamma, groups, eps)
    return scaled(cache.x_hat, gamma, beta), cache


def right(dy: Any, p: Pass) -> Any:
    d = per_channel(p.gamma, dy) * dy
    mean, along = p.parts(d)
    return p.inv_std * (d - mean - along), p.per_channel(dy * p.x_hat), p.per_channel(dy)


def wrong_dx(name: str, dx: Any, hint: str) -> Mistake:
    """A wrong ``dx(dy, d, p)``, where d = gamma·dy, behind a right forward."""

    def wrong(dy: Any, p: Pass) -> Any:
        return dx(dy, per_channel(p.gamma, dy) * dy, p), *right(dy, p)[1:]

    return after_right_forward(name, wrong, hint)


def after_right_forward(name: str, wrong: Any, hint: str) -> Mistake:
    def groupnorm_forward(x: Any, gamma: Any, beta: Any, *, groups: int, eps: float) -> Any:
        return forward(x, gamma, beta, groups=groups, eps=eps)

    def groupnorm_backward(dy: Any, cache: Any) -> Any:
        return wrong(dy, cache)

    return Mistake((groupnorm_forward, groupnorm_backward), hint, name=name)


def means_from(statistics: Any) -> Any:
    """dx with means over something else than the groups."""

    def dx(dy: Any, d: Any, p: Pass) -> Any:
        mean, along = statistics(d, p.groups)[0], statistics(d * p.x_hat, p.groups)[0]
        return p.inv_std * (d - mean - p.x_hat * along)

    return dx


def gamma_late(dy: Any, d: Any, p: Pass) -> Any:
    mean, along = p.parts(dy)
    return per_channel(p.gamma, dy) * p.inv_std * (dy - mean - along)


def n_without_positions(dy: Any, d: Any, p: Pass) -> Any:
    """Sums over the group, divided by its number of channels."""
    mean, along = p.parts(d)
    return p.inv_std * (d - p.n * p.groups / dy.shape[1] * (mean + along))


def summed_over_samples(dy: Any, p: Pass) -> Any:
    return right(dy, p)[0], (dy * p.x_hat).sum(axis=0), dy.sum(axis=0)


def summed_over_positions(dy: Any, p: Pass) -> Any:
    axes = tuple(range(2, dy.ndim))
    return right(dy, p)[0], (dy * p.x_hat).sum(axis=axes), dy.sum(axis=axes)


def summed_over_group(dy: Any, p: Pass) -> Any:
    dgamma, dbeta = (in_groups(a, p.groups).sum(axis=(0, 2)) for a in (dy * p.x_hat, dy))
    return right(dy, p)[0], dgamma, dbeta


exercise = Exercise(
    name="groupnorm_backward",
    takes=("groupnorm_forward", "groupnorm_backward"),
    points=3,
    reference=(groupnorm_forward, groupnorm_backward),
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
            gamma_late,
            _(
                "gamma stands in front of the means. The channels of a group have different "
                "gammas: multiply dy by them before you take the means."
            ),
        ),
        wrong_dx(
            "both constant",
            lambda dy, d, p: p.inv_std * d,
            _(
                "Mean and variance are treated as constants. They are computed from the group: "
                "moving one of its x moves all of its y. Follow these two ways, too."
            ),
        ),
        wrong_dx(
            "variance constant",
            lambda dy, d, p: p.inv_std * (d - p.parts(d)[0]),
            _("The way through the mean is there; the variance depends on x as well."),
        ),
        wrong_dx(
            "mean constant",
            lambda dy, d, p: p.inv_std * (d - p.parts(d)[1]),
            _("The way through the variance is there; the mean depends on x as well."),
        ),
        wrong_dx(
            "no gamma",
            lambda dy, d, p: p.inv_std * (dy - sum(p.parts(dy))),
            _("`gamma` is not in dx, although the normalised x was multiplied by it."),
        ),
        wrong_dx(
            "gamma in one part",
            lambda dy, d, p: p.inv_std * (d - sum(p.parts(dy))),
            _("Only one of the three parts of dx has `gamma`. The means are means of gamma·dy."),
        ),
        wrong_dx(
            "means over the sample",
            means_from(lambda a, groups: over_group(a, 1)),
            _(
                "The means inside dx run over whole samples. Forward, the statistics were taken "
                "group by group: in which group does an x take part?"
            ),
        ),
        wrong_dx(
            "means of each channel",
            means_from(lambda a, groups: over_group(a, a.shape[1])),
            _(
                "The means inside dx are those of single channels. A group's statistics run over "
                "all of its channels, and so does the way back."
            ),
        ),
        wrong_dx(
            "means at each position",
            means_from(each_position),
            _(
                "The means inside dx are taken at every position by itself. The statistics were "
                "taken over all positions, and so is the way back."
            ),
        ),
        wrong_dx(
            "means as batch normalisation",
            means_from(as_batchnorm),
            _(
                "The means inside dx run over the samples, as in batch normalisation. Here no "
                "sample's x reaches another sample's y."
            ),
        ),
        wrong_dx(
            "no eps",
            lambda dy, d, p: (d - sum(p.parts(d))) / np.sqrt(p.var),
            _("The way back divides by another number than the way forward: eps is missing."),
        ),
        wrong_dx(
            "eps outside the root",
            lambda dy, d, p: (d - sum(p.parts(d))) / (np.sqrt(p.var) + p.eps),
            _("On the way back eps stands outside the root, on the way forward inside."),
        ),
        wrong_dx(
            "not divided",
            lambda dy, d, p: d - sum(p.parts(d)),
            _("dx lacks the division by the standard deviation that x went through."),
        ),
        wrong_dx(
            "unbiased",
            lambda dy, d, p: p.inv_std * (d - p.parts(d)[0] - p.parts(d)[1] * p.n / (p.n - 1)),
            _(
                "The part through the variance is divided by one less than there are values. The "
                "forward pass normalised with the biased variance."
            ),
        ),
        wrong_dx(
            "sums for means",
            lambda dy, d, p: p.inv_std * (d - p.n * sum(p.parts(d))),
            _(
                "The parts through mean and variance are as many times too large as a group has "
                "values: in a mean of n values each has a share of 1/n."
            ),
        ),
        wrong_dx(
            "divided by the channels alone",
            n_without_positions,
            _(
                "The sums over a group are divided by its number of channels. How many values has "
                "a group when x has positions, too? For a matrix it comes out right."
            ),
        ),
        wrong_dx(
            "plus",
            lambda dy, d, p: p.inv_std * (d - p.parts(d)[0] + p.parts(d)[1]),
            _("The part through the variance has the wrong sign: it holds x back, like the mean."),
        ),
        after_right_forward(
            "dgamma from x",
            lambda dy, p: (right(dy, p)[0], p.per_channel(dy * p.x), right(dy, p)[2]),
            _("dgamma was computed with x. What exactly did `gamma` multiply?"),
        ),
        after_right_forward(
            "dgamma from centred x",
            lambda dy, p: (right(dy, p)[0], p.per_channel(dy * p.centred), right(dy, p)[2]),
            _("dgamma was computed with x − mean, before the division. What did `gamma` multiply?"),
        ),
        after_right_forward(
            "parameters summed over samples alone",
            summed_over_samples,
            _(
                "dgamma and dbeta still have an entry for every position. A channel's gamma is "
                "used at all of its positions: sum over these, too. For a matrix it is right."
            ),
        ),
        after_right_forward(
            "parameters summed over positions alone",
            summed_over_positions,
            _(
                "dgamma and dbeta have a row for every sample. All samples share one gamma and "
                "beta: what happens to the gradients of a value that is used several times?"
            ),
        ),
        after_right_forward(
            "parameters of groups",
            summed_over_group,
            _("dgamma and dbeta have an entry for every group; gamma and beta are per channel."),
        ),
        after_right_forward(
            "parameters averaged over samples",
            lambda dy, p: (right(dy, p)[0], *(a / len(dy) for a in right(dy, p)[1:])),
            _(
                "dgamma and dbeta are means over the samples. The mean over the samples is already "
                "in dy: here they are summed."
            ),
        ),
        after_right_forward(
            "parameters averaged",
            lambda dy, p: (
                right(dy, p)[0],
                *(a * dy.shape[1] / dy.size for a in right(dy, p)[1:]),
            ),
            _(
                "dgamma and dbeta are means over samples and positions. Gradients along several "
                "paths are added."
            ),
        ),
        after_right_forward(
            "dbeta before dgamma",
            lambda dy, p: (right(dy, p)[0], *right(dy, p)[:0:-1]),
            _("dgamma and dbeta are in each other's place: return dx, dgamma, dbeta."),
        ),
        shared_cache(groupnorm_forward, groupnorm_backward),
    ],
    answers=(
        "course_lib.functional.groupnorm",
        "course_lib.functional.layernorm",
        "course_lib.functional.batchnorm",
        "course_lib.functional.spatial_batchnorm",
    ),
    returns="(dx, dgamma, dbeta)",
    hints=(
        _(
            "Begin with dgamma and dbeta. gamma has one entry per channel: over which axes was "
            "each of them used, and what happens to the gradients of a value used several times?"
        ),
        _(
            "Let d = gamma·dy. Put d and x_hat into groups as on the way forward: then every group "
            "is a row of layer normalisation, with the same dx. Give it the shape of x again."
        ),
        _(
            "Smaller: one sample, four channels in one group, x = [[1, 3, 2, 2]] with eps = 0: "
            "variance ½, x_hat = √2·[−1, 1, 0, 0]. With gamma = [1, 2, 1, 1] and dy = "
            "[[0, 2, 0, 0]]: d = [0, 4, 0, 0], mean(d) = 1, mean(d·x_hat) = √2, and dx = "
            "√2·[1, 1, −1, −1]. dgamma = [0, 2√2, 0, 0] and dbeta = [0, 2, 0, 0]."
        ),
    ),
    grows=lambda rng, n: batch(rng, "growing", (n, 4, 2), 2),
)
