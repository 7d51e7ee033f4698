"""``mean_over_masks(f, z, drop_prob) -> mean``: of all networks that dropout of z can make."""

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    function,
    shapes,
    slips,
    step,
    unchanged_inputs,
    values,
)


def mean_over_masks(f, z, drop_prob):
    mean, n = 0, len(z)
    for mask in np.ndindex(*[2] * n):
        kept = np.array(mask)
        chance = np.prod(np.where(kept == 1, 1 - drop_prob, drop_prob))
        thinned = z * kept / (1 - drop_prob)
        mean = mean + chance * f(thinned)
    return mean


def layer(rng: np.random.Generator, about: str, n: int, drop_prob: float, *, bent: bool) -> Case:
    """Values of n hidden units and the layer that they go to: tanh of it if it is ``bent``."""
    return case(
        about,
        z=rng.uniform(0.5, 1.5, size=n) * rng.choice([-1, 1], size=n),
        W=rng.normal(size=(n, 3)),
        b=rng.normal(size=3),
        drop_prob=drop_prob,
        bent=bent,
    )


def run(mean_over_masks, case):
    def averaged(W, b, z):
        def f(values):
            u = values @ W + b
            return np.tanh(u) if case["bent"] else u

        return mean_over_masks(f, z, case["drop_prob"])

    averaged(case["W"][:3] + 1, case["b"], case["z"][:3] - 1)  # shows what is kept between calls
    return {"mean": averaged(case["W"], case["b"], case["z"])}


def rectified(rng: np.random.Generator, about: str, n: int, drop_prob: float) -> Case:
    """Some values are 0, as after a ReLU: not every 0 behind a mask was dropped."""
    drawn = layer(rng, about, n, drop_prob, bent=True)
    drawn["z"][: n // 2] = 0
    return drawn


BENT, LINEAR, NONE = "f is not linear", "f is linear", "drop_prob = 0"

exercise = function(
    mean_over_masks,
    returns="mean",
    points=2,
    cases=lambda rng: {
        BENT: [
            layer(rng, "one unit", 1, 0.23, bent=True),
            layer(rng, "two units, mostly dropped", 2, 0.88, bent=True),
            rectified(rng, "three units, one of them with the value 0", 3, 0.68),
            layer(rng, "twelve units", 12, 0.37, bent=True),
        ],
        LINEAR: [layer(rng, "", 4, 0.34, bent=False)],
        NONE: [layer(rng, "", 3, 0.0, bent=True)],
    },
    run=run,
    judge=[
        values(
            "mean",
            weight=6,
            cases=BENT,
            help="Two units have four masks: which, and what is the probability of each of them?",
        ),
        # The network in test mode satisfies these two.
        values("mean", cases=LINEAR, alone=False),
        values("mean", cases=NONE, alone=False),
    ],
    form=(shapes("mean"), unchanged_inputs()),
    answers=("grader.exercises.ps20.mean_over_masks",),  # 2^n terms are nothing for a library
    hints=(
        "Add up, over all masks, the probability of the mask times f(values with this mask).",
        step(
            "The units are dropped independently, so the probability of a mask is a product: 1 − "
            "p for each unit that is kept, p for each that is dropped. The kept values are divided "
            "by 1 − p, as in training.",
            BENT,
        ),
        "A smaller example: z = [4], f(z) = z², p = 0.2. The value is 0 with probability 0.2, and "
        "4/0.8 = 5 with probability 0.8. The mean of f is 0.8 · 25 = 20, and f(z) is 16.",
    ),
    mistakes=slips("""
chance = 0.5**n
    Every mask counts the same. If a unit is dropped with probability 0.2, which of its two values
    is more frequent?
chance = np.prod(np.where(kept == 1, drop_prob, 1 - drop_prob))
    The probabilities are exchanged: each kept unit counts with drop_prob. In this course
    `drop_prob` is the probability of dropping.
chance = np.sum(np.where(kept == 1, 1 - drop_prob, drop_prob))
    You add up the probabilities of the units. They are dropped independently: what is the
    probability that all of this happens at once?
chance = (1 - drop_prob) ** kept.sum()
    The dropped units are missing in the probability of a mask. Add up your probabilities over all
    masks: they should give 1.
chance = drop_prob ** (n - kept.sum())
    The kept units are missing in the probability of a mask. Add up your probabilities over all
    masks: they should give 1.
chance = 1
    This is a sum over the masks, without their probabilities. How often does each mask occur?
thinned = z * kept
    The kept values are not scaled. In training, inverted dropout divides them by 1 − drop_prob.
thinned = z * kept * (1 - drop_prob)
    You scale the kept values down. In training, inverted dropout scales them up, because others are
    missing.
thinned = z * kept / (drop_prob or 1)
    You divide the kept values by drop_prob. Which probability makes up for the values that are
    missing?
mean = mean + chance * thinned
return f(mean)
    You take the mean of the values and then f: this is the network in test mode. Here every masked
    network gives its own output, and the mean is taken of these outputs.
return mean / 2**n
    You divide by the number of masks. The probabilities already add up to 1.
for mask in list(np.ndindex(*[2] * n))[1:]:
    One mask is missing: the one that drops all units. It, too, has a probability.
for mask in list(np.ndindex(*[2] * n))[:-1]:
    One mask is missing: the one that keeps all units. It, too, has a probability.
for mask in np.eye(n):
    You take only masks that keep one unit. Each unit is kept or dropped independently of the
    others: n units have 2^n masks.
"""),
)
