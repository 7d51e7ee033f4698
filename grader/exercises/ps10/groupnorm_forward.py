"""``groupnorm_forward(x, gamma, beta, *, groups, eps) -> (y, cache)`` for x (N, C, …)."""

from typing import Any

import numpy as np

from course_lib.functional import groupnorm_forward
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


def batch(rng: np.random.Generator, about: str, shape: tuple[int, ...], groups: int) -> Case:
    """Samples whose channels differ in mean and spread, as they do behind a convolution."""
    own = (*shape[:2], *(1 for _axis in shape[2:]))
    size = int(np.prod(shape))
    spread = rng.permutation(np.linspace(-1, 1, size)).reshape(shape)
    C = shape[1]
    # Neighbouring channels lie apart, so that no group's spread is small.
    place = np.where(np.arange(C) % 2, 1.0, -1.0).reshape(1, C, *(1 for _axis in shape[2:]))
    return case(
        about,
        x=spread * rng.uniform(0.7, 2, size=own) + place + rng.uniform(-0.4, 0.4, size=own),
        gamma=rng.uniform(0.5, 2, size=C) * rng.choice([-1.0, 1.0], size=C),
        beta=rng.normal(size=C) + 0.5,
        groups=groups,
        eps=float(rng.uniform(0.01, 0.05)),
        dy=rng.normal(size=shape),
    )


def cases(rng: np.random.Generator) -> list[Case]:
    flat = batch(rng, "a nearly constant group", (2, 4, 2), 2)  # where eps, and any other, shows
    signs = np.array([[1.0, -1.0], [-1.0, 1.0]])
    flat["x"][0, :2] = rng.normal() + rng.uniform(0.03, 0.06, size=(2, 2)) * signs
    turned = batch(rng, "channels last in memory", (2, 4, 3, 2), 2)
    for name in ("x", "dy"):
        last = np.ascontiguousarray(np.moveaxis(turned[name], 1, -1))
        turned[name] = np.moveaxis(last, -1, 1)
    single = batch(rng, "float32", (2, 4, 2, 3), 2)
    for name in ("x", "gamma", "beta", "dy"):
        single[name] = single[name].astype(np.float32)
    return [
        batch(rng, "a matrix, one group", (2, 4), 1),
        batch(rng, "a matrix, two groups", (3, 6), 2),
        batch(rng, "sequences, two groups", (2, 4, 3), 2),
        batch(rng, "images, three groups", (2, 6, 2, 3), 3),
        batch(rng, "images, one group", (2, 3, 2, 2), 1),
        batch(rng, "images, a group for each channel", (2, 3, 2, 3), 3),
        batch(rng, "one image, two groups", (1, 4, 2, 2), 2),
        batch(rng, "as many samples as channels", (4, 4, 4), 2),
        flat,
        turned,
        single,
    ]


def run(groupnorm_forward: Any, case: Case) -> dict[str, Any]:
    arrays = case["x"], case["gamma"], case["beta"]
    y, _cache = groupnorm_forward(*arrays, groups=case["groups"], eps=case["eps"])
    return {"y": y}


def in_groups(x: Any, groups: int) -> Any:
    """(N, groups, values of a group)."""
    return x.reshape(len(x), groups, -1)


def per_channel(a: Any, x: Any) -> Any:
    return a.reshape(1, -1, *(1 for _axis in x.shape[2:]))


def over_group(x: Any, groups: int) -> Any:
    """Mean and variance, in the shape of x."""
    g = in_groups(x, groups)
    mean, var = g.mean(axis=2, keepdims=True), g.var(axis=2, keepdims=True)
    return (mean + 0 * g).reshape(x.shape), (var + 0 * g).reshape(x.shape)


def normalised(x: Any, mean: Any, var: Any, eps: float) -> Any:
    return (x - mean) / np.sqrt(var + eps)


def scaled(x_hat: Any, gamma: Any, beta: Any) -> Any:
    return per_channel(gamma, x_hat) * x_hat + per_channel(beta, x_hat)


def wrong(
    name: str,
    hint: str,
    *,
    statistics: Any = over_group,
    normalised: Any = normalised,
    scaled: Any = scaled,
) -> Mistake:
    """Group normalisation with one of its three parts replaced by a wrong one."""

    def groupnorm_forward(x: Any, gamma: Any, beta: Any, *, groups: int, eps: float) -> Any:
        return scaled(normalised(x, *statistics(x, groups), eps), gamma, beta), None

    return Mistake(groupnorm_forward, hint, name=name)


def interleaved(x: Any, groups: int) -> Any:
    """Channels c, c + groups, … in one group."""
    split = x.reshape(len(x), -1, groups, *x.shape[2:])
    axes = (1, *range(3, split.ndim))
    return tuple(
        (value + 0 * split).reshape(x.shape)
        for value in (split.mean(axis=axes, keepdims=True), split.var(axis=axes, keepdims=True))
    )


def each_position(x: Any, groups: int) -> Any:
    """Over the channels of a group, but at every position by itself."""
    split = x.reshape(len(x), groups, -1, *x.shape[2:])
    return tuple(
        (value + 0 * split).reshape(x.shape)
        for value in (split.mean(axis=2, keepdims=True), split.var(axis=2, keepdims=True))
    )


def also_over_samples(x: Any, groups: int) -> Any:
    g = in_groups(x, groups)
    mean, var = g.mean(axis=(0, 2), keepdims=True), g.var(axis=(0, 2), keepdims=True)
    return (mean + 0 * g).reshape(x.shape), (var + 0 * g).reshape(x.shape)


def as_batchnorm(x: Any, groups: int) -> Any:
    axes = (0, *range(2, x.ndim))
    return x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)


def unbiased(x: Any, groups: int) -> Any:
    mean, var = over_group(x, groups)
    n = x[0].size // groups
    return mean, var * n / (n - 1)


def in_place(x: Any, gamma: Any, beta: Any, *, groups: int, eps: float) -> Any:
    mean, var = over_group(x, groups)
    x -= mean
    return scaled(x / np.sqrt(var + eps), gamma, beta), None


exercise = Exercise(
    name="groupnorm_forward",
    takes=("groupnorm_forward",),
    points=2,
    reference=(groupnorm_forward,),
    cases=cases,
    run=run,
    judge=[
        values(
            "y",
            weight=3,
            cases=("a matrix, one group", "a matrix, two groups"),
            title=_("y of a matrix"),
        ),
        values("y", weight=4, title=_("y of everything, images too")),
        shapes(),
        dtype("y", cases="float32"),
        unchanged_inputs(),
    ],
    mistakes=[
        wrong(
            "groups ignored",
            _(
                "All channels of a sample are normalised together, whatever `groups` says. That is "
                "the case of one group."
            ),
            statistics=lambda x, groups: over_group(x, 1),
        ),
        wrong(
            "each channel",
            _(
                "Each channel is normalised by itself, whatever `groups` says. That is the case of "
                "as many groups as channels."
            ),
            statistics=lambda x, groups: over_group(x, x.shape[1]),
        ),
        wrong(
            "groups is their size",
            _("`groups` was taken for the size of a group. It is how many groups there are."),
            statistics=lambda x, groups: over_group(x, x.shape[1] // groups),
        ),
        wrong(
            "interleaved",
            _(
                "Channels that lie apart share a group: the axis of channels was split the other "
                "way round. The first C/groups neighbours are the first group; which of the two "
                "new axes comes first then?"
            ),
            statistics=interleaved,
        ),
        wrong(
            "each position",
            _(
                "The statistics are taken at every position by itself. A group has one mean, over "
                "its channels and over all positions."
            ),
            statistics=each_position,
        ),
        wrong(
            "over the samples, too",
            _(
                "The statistics run over the samples as well, so a sample's output depends on its "
                "neighbours. Each sample has its own."
            ),
            statistics=also_over_samples,
        ),
        wrong(
            "as batch normalisation",
            _(
                "Each channel is normalised over all samples and positions. That is batch "
                "normalisation of images; here no sample sees another one."
            ),
            statistics=as_batchnorm,
        ),
        wrong(
            "unbiased variance",
            _("The variance is divided by one less than there are values. Take their plain mean."),
            statistics=unbiased,
        ),
        wrong(
            "eps outside the root",
            _("eps is added to the standard deviation. It belongs to the variance."),
            normalised=lambda x, mean, var, eps: (x - mean) / (np.sqrt(var) + eps),
        ),
        wrong(
            "no eps",
            _("`eps` is not used: a group of equal values would be divided by 0."),
            normalised=lambda x, mean, var, eps: (x - mean) / np.sqrt(var),
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
            _("The mean is not taken off: a normalised group has mean 0 before gamma and beta."),
            normalised=lambda x, mean, var, eps: x / np.sqrt(var + eps),
        ),
        wrong(
            "gamma along the last axis",
            _(
                "gamma and beta of shape (C,) meet the last axis of x. They belong to axis 1, the "
                "channels: which shape puts them there when x has more axes?"
            ),
            scaled=lambda x_hat, gamma, beta: gamma * x_hat + beta,
        ),
        wrong(
            "gamma and beta missing",
            _("y is only normalised. `gamma` then scales each channel, and `beta` shifts it."),
            scaled=lambda x_hat, gamma, beta: x_hat,
        ),
        wrong(
            "beta missing",
            _("`beta` is missing: it is added last, to every value of its channel."),
            scaled=lambda x_hat, gamma, beta: scaled(x_hat, gamma, 0 * beta),
        ),
        wrong(
            "gamma missing",
            _("`gamma` is missing: it multiplies what was normalised, channel by channel."),
            scaled=lambda x_hat, gamma, beta: scaled(x_hat, gamma**0, beta),
        ),
        wrong(
            "gamma and beta swapped",
            _("gamma and beta are in each other's place: gamma scales, beta shifts."),
            scaled=lambda x_hat, gamma, beta: scaled(x_hat, beta, gamma),
        ),
        wrong(
            "beta scaled, too",
            _("gamma also scales beta. Multiply first, then add beta."),
            scaled=lambda x_hat, gamma, beta: scaled(x_hat, gamma, gamma * beta),
        ),
        Mistake(
            in_place,
            _("The values are right, but x was centred in place, and it belongs to your caller."),
        ),
    ],
    answers=(
        "course_lib.functional.groupnorm",
        "course_lib.functional.layernorm",
        "course_lib.functional.batchnorm",
        "course_lib.functional.spatial_batchnorm",
    ),
    returns="(y, cache)",
    hints=(
        _("How many means does a batch of N samples have here? On what does it not depend?"),
        _(
            "`x.reshape(N, groups, -1)` puts the values of a group into one row, because channels "
            "that are neighbours lie beside each other. Normalise that along its last axis, give "
            "it the shape of x again, then scale each channel."
        ),
        _(
            "Smaller: one sample with four channels, x = [[1, 3, 10, 16]], groups = 2, eps = 0. "
            "The means are 2 and 13, the standard deviations 1 and 3: x_hat = [[−1, 1, −1, 1]]. "
            "With gamma = [1, 2, 3, 4] and beta = 0: y = [[−1, 2, −3, 4]]. For images gamma needs "
            "the shape (1, C, 1, 1)."
        ),
    ),
    grows=lambda rng, n: batch(rng, "growing", (n, 4, 2), 2),
)
