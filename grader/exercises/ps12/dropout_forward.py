"""``dropout_forward(x, drop_prob, rng, *, training) -> (y, cache)``: inverted dropout."""

import numpy as np

from grader.checking.contract import (
    drawn_anew,
    dtype,
    random,
    shapes,
    step,
    unchanged_inputs,
    values,
)
from grader.exercises.dropout_masks import (
    DRAWS,
    FACTOR,
    FROM_RNG,
    IMAGES,
    MASK,
    NO_DROPS,
    SHARE,
    TEST,
    TRAINING,
    cases,
    mask_mistakes,
    observe,
    run,
    sample_mistakes,
)


def dropout_forward(x, drop_prob, rng, *, training):
    mask = np.ones_like(x)
    if training:
        mask = (rng.random(x.shape) >= drop_prob).astype(x.dtype) / (1 - drop_prob)
    return x * mask, mask


exercise = random(
    dropout_forward,
    returns="y, cache",
    points=2,
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        values(SHARE, weight=2, cases=TRAINING, title="the share drop_prob is dropped"),
        values(
            FACTOR,
            weight=4,
            cases=TRAINING,
            title="kept values are scaled by the right factor",
            help=(
                "If 20 % of the values are dropped, which share of the sum remains on average? By "
                "what do you have to multiply the others so that the mean of y is x?"
            ),
        ),
        values(
            MASK,
            weight=3,
            cases=TRAINING,
            alone=False,
            title="every value is dropped independently",
        ),
        values(SHARE, MASK, cases=IMAGES, alone=False, title="an x with more than two axes"),
        drawn_anew(
            values(DRAWS, weight=3, cases=TRAINING, alone=False, title="randomness comes from rng")
        ),
        # A function that returns x satisfies these two.
        values(
            NO_DROPS,
            "y",
            cases="drop_prob = 0",
            alone=False,
            title="drop_prob = 0 changes nothing",
            help=(
                "With drop_prob = 0 nothing is dropped. What do your comparison and your factor "
                "give "
                "then?"
            ),
        ),
        values(
            TEST,
            "y",
            weight=3,
            cases="test mode",
            alone=False,
            title="test mode is the identity",
            help=(
                "With training=False you draw nothing. In training the mean of y is x. What is y "
                "in "
                "test mode? Do you return y and a cache in this mode, too?"
            ),
        ),
    ],
    form=(shapes("y"), dtype("y"), unchanged_inputs()),
    answers=(
        "course_lib.functional.dropout",
        "course_lib.functional.vanilla_dropout",
        "course_lib.functional.dropconnect",
    ),
    hints=(
        step(
            "`rng.random(x.shape)` is an array of numbers in [0, 1). How often is one below 0.2?",
            "the share drop_prob is dropped",
            "every value is dropped independently",
        ),
        FROM_RNG,
        step(
            "Smaller: x = [3, 3], p = 0.5, drawn 0.1 and 0.8: the first number is below p, so "
            "its value is dropped; the second value is kept and doubled: y = [0, 6]. Cache the "
            "mask with its factor.",
            "the share drop_prob is dropped",
            "kept values are scaled by the right factor",
            "every value is dropped independently",
        ),
    ),
)

KEPT, SCALED = ">= drop_prob", " / (1 - drop_prob)"
DRAWN = "rng.random(x.shape) >= drop_prob"

exercise.slip(
    SCALED,
    "",
    "You do not compensate for the dropped values, so the mean shrinks by 1 − drop_prob. Which "
    "factor of the kept values restores it?",
)


@exercise.mistake
def scaled_at_test(x, drop_prob, rng, *, training):
    """You scale in test mode (vanilla dropout). Here dropout is inverted: scale up in training, so
    that test mode returns `x`.
    """
    mask = rng.random(x.shape) >= drop_prob
    return x * (mask if training else 1 - drop_prob), mask


exercise.slip(
    "np.ones_like(x)",
    "np.full_like(x, 1 - drop_prob)",
    "Test mode scales `x` by 1 − drop_prob. Here the kept values are scaled up in training, and "
    "test mode returns `x`.",
)
exercise.slips("""
if False:
    You drop nothing in training: no number of y is 0. Each value has to be dropped with probability
    drop_prob, using `rng`.
""")
exercise.slip(
    ">= drop_prob).astype(x.dtype) / (1 - drop_prob)",
    "< drop_prob).astype(x.dtype) / drop_prob if drop_prob else mask",
    "You use `drop_prob` as the probability of keeping. In this course it is always the "
    "probability of dropping.",
)
exercise.slip(
    KEPT,
    "< drop_prob",
    "Your comparison is inverted: `rng.random(…) < drop_prob` marks the DROPPED values.",
)
exercise.slip(
    SCALED,
    " / np.float64(drop_prob)",
    "You divide by drop_prob, which is the probability of dropping. By which probability do you "
    "have to divide?",
)
exercise.slip(
    SCALED,
    " / (1 - drop_prob) ** 2",
    "You apply the factor 1/(1 − drop_prob) twice. Once in the mask is enough.",
)
exercise.slip(
    SCALED,
    " * (1 - drop_prob)",
    "You scale the kept values down by 1 − drop_prob. The sum is already too small, because "
    "values are missing. Do you have to scale the others up or down?",
)
exercise.slip(
    f"({DRAWN})",
    "rng.random(x.shape)",
    "Each value of y has its own factor, but it should be 0 or x times one fixed number. How do "
    "you turn a random number between 0 and 1 into a decision, dropped or kept?",
)
exercise.slips("""
if True:
    `training` is not used, so you drop values in test mode, too. With `training=False`, return `x`.
if not training:
    Training and test mode are exchanged: drop values in training.
""")

mask_mistakes(exercise)
sample_mistakes(exercise)
