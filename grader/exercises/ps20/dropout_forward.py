"""``dropout_forward(x, drop_prob, rng, *, training) -> (y, cache)``: inverted dropout."""

import numpy as np

from grader.checking.contract import (
    dtype,
    loop,
    random,
    shapes,
    slips,
    step,
    unchanged_inputs,
    values,
)
from grader.exercises.dropout_masks import (
    DRAWN,
    FACTOR,
    NO_DROPS,
    SAMPLE_MISTAKES,
    TEST,
    TEST_MODE,
    TRAINING,
    UNIFORM,
    cases,
    inverted_mistakes,
    mask_mistakes,
    observe,
    of_the_mask,
    run,
)


def dropout_forward(x, drop_prob, rng, *, training):
    mask = np.ones_like(x)
    if training:
        kept = rng.random(x.shape) >= drop_prob
        factor = 1 / (1 - drop_prob)
        mask = kept.astype(x.dtype) * factor
    y = x * mask
    return y, mask


exercise = random(
    dropout_forward,
    returns="y, cache",
    points=2,
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        *of_the_mask(weight=3),
        values(
            FACTOR,
            weight=4,
            cases=TRAINING,
            title="kept values are scaled by the right factor",
            help="""If 20 % of the values are dropped, which share of the sum remains on average? By
            what do you have to multiply the others so that the mean of y is x?""",
        ),
        # A function that returns x satisfies these two.
        values(
            NO_DROPS,
            "y",
            cases="drop_prob = 0 changes nothing",
            alone=False,
            help="""With drop_prob = 0 nothing is dropped. What do your comparison and your factor
            give then?""",
        ),
        values(
            TEST,
            "y",
            weight=3,
            cases=TEST_MODE,
            alone=False,
            spoils=0.5,
            title="test mode is the identity",
            help="""In training the mean of y is x. What is y in test mode?""",
        ),
        values(
            DRAWN,
            cases=TEST_MODE,
            alone=False,
            title="test mode draws nothing",
            help="""With training=False you draw nothing, so rng may be None. In which modes does
            your code call `rng`?""",
        ),
    ],
    form=(shapes("y"), dtype("y"), unchanged_inputs()),
    answers=("course_lib.functional.dropout",),
    hints=(
        UNIFORM,
        step(
            "A smaller example: x = [3, 3], p = 0.5, drawn 0.1 and 0.8: the first number is below "
            "p, so its value is dropped; the second value is kept and doubled: y = [0, 6]. Cache "
            "the mask with its factor.",
            "the share drop_prob is dropped",
            "kept values are scaled by the right factor",
            "every value is dropped independently",
        ),
        loop(
            """
            y = np.zeros_like(x)
            for place, value in np.ndenumerate(x):  # every number of x by itself
                if rng.random() >= drop_prob:  # happens with probability 1 - drop_prob
                    y[place] = value / (1 - drop_prob)
            """,
            "the share drop_prob is dropped",
            "kept values are scaled by the right factor",
            "every value is dropped independently",
        ),
    ),
    mistakes=(
        *slips("""
factor = 1
    You do not compensate for the dropped values, so the mean shrinks by 1 − drop_prob. Which factor
    of the kept values restores it?
factor = 1
y = x * (mask if training else 1 - drop_prob)
    You scale in test mode (vanilla dropout). Here dropout is inverted: scale up in training, so
    that test mode returns `x`.
y = x * (mask if training else 1 - drop_prob)
    Test mode scales `x` by 1 − drop_prob. Here the kept values are scaled up in training, and test
    mode returns `x`.
if False:
    You drop nothing in training: no number of y is 0. Each value has to be dropped with probability
    drop_prob, using `rng`.
kept = rng.random(x.shape) < drop_prob
    Your comparison is inverted: `rng.random(…) < drop_prob` marks the DROPPED values.
kept = rng.random(x.shape)
    Each value of y has its own factor, but it should be 0 or x times one fixed number. How do you
    turn a random number between 0 and 1 into a decision, dropped or kept?
if True:
    `training` is not used, so you drop values in test mode, too. With `training=False`, return `x`.
if True:
kept = rng.random(x.shape) >= (drop_prob if training else 0)
factor = 1 / (1 - (drop_prob if training else 0))
    In test mode you draw random numbers that you do not use, and there rng may be None. In which
    mode is a mask needed?
"""),
        *inverted_mistakes(),
        *mask_mistakes(),
        *SAMPLE_MISTAKES,
    ),
)
