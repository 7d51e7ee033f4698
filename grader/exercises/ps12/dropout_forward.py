"""``dropout_forward(x, drop_prob, rng, *, training) -> (y, cache)``: inverted dropout."""

import numpy as np

from grader.checking.contract import dtype, random, shapes, step, unchanged_inputs, values
from grader.exercises.dropout_masks import (
    DRAWS,
    FACTOR,
    FROM_RNG,
    MASK,
    NO_DROPS,
    SHARE,
    TEST,
    TRAINING,
    cases,
    mask_mistakes,
    observe,
    run,
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
        values(SHARE, weight=3, cases=TRAINING, title="the share drop_prob is dropped"),
        values(FACTOR, weight=3, cases=TRAINING, title="what is kept grows by the right factor"),
        values(MASK, weight=3, cases=TRAINING, title="every value is dropped on its own"),
        values(DRAWS, weight=3, cases=TRAINING, title="randomness comes from rng"),
        # Form: handing back x meets these two.
        values(
            NO_DROPS,
            "y",
            cases="drop_prob = 0",
            form=True,
            title="drop_prob = 0 changes nothing",
        ),
        values(
            TEST, "y", weight=3, cases="test mode", form=True, title="test mode is the identity"
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
            "every value is dropped on its own",
        ),
        step(
            "If 20 % of the values are dropped, how much of the sum is left on average? By what "
            "must the others be multiplied, so that the mean of y is x?",
            "what is kept grows by the right factor",
        ),
        FROM_RNG,
        step(
            "With training=False nothing is drawn. The mean of y was x while training: so what "
            "is y here? And are y and a cache returned in this mode, too?",
            "test mode is the identity",
        ),
        step(
            "With drop_prob = 0 nothing is dropped. What do your comparison and your factor "
            "become?",
            "drop_prob = 0 changes nothing",
        ),
        step(
            "Smaller: x = [3, 3], p = 0.5, drawn 0.1 and 0.8: the first is below p and dropped, "
            "the second is kept and doubled: y = [0, 6]. Cache the mask with its factor.",
            "the share drop_prob is dropped",
            "what is kept grows by the right factor",
            "every value is dropped on its own",
        ),
    ),
)

KEPT, SCALED = ">= drop_prob", " / (1 - drop_prob)"
DRAWN = "rng.random(x.shape) >= drop_prob"

exercise.slip(
    SCALED,
    "",
    "Nothing makes up for the dropped values: their sum shrinks by 1 − drop_prob. Divide what is "
    "kept by 1 − drop_prob while training.",
)


@exercise.mistake
def scaled_at_test(x, drop_prob, rng, *, training):
    """You scale at test time (vanilla dropout). Here dropout is inverted: scale up while training,
    so that test mode hands `x` through.
    """
    mask = rng.random(x.shape) >= drop_prob
    return x * (mask if training else 1 - drop_prob), mask


exercise.slip(
    "np.ones_like(x)",
    "np.full_like(x, 1 - drop_prob)",
    "You scale twice: up while training and down at test time. Each alone would keep the mean; "
    "here it is done while training, and test mode hands `x` through.",
)
exercise.slip(
    "if training",
    "if False",
    "Nothing is dropped while training: no number of y is 0. With probability drop_prob each one "
    "has to be, and `rng` draws which.",
)
exercise.slip(
    ">= drop_prob).astype(x.dtype) / (1 - drop_prob)",
    "< drop_prob).astype(x.dtype) / drop_prob if drop_prob else mask",
    "`drop_prob` is read as the probability of keeping. In this course it is always the "
    "probability of dropping.",
)
exercise.slip(
    KEPT,
    "< drop_prob",
    "The comparison is turned: `rng.random(…) < drop_prob` marks what is DROPPED.",
)
exercise.slip(
    SCALED,
    " / np.float64(drop_prob)",
    "You divide by drop_prob; divide by the probability of keeping, 1 − drop_prob.",
)
exercise.slip(
    SCALED,
    " / (1 - drop_prob) ** 2",
    "The factor 1/(1 − drop_prob) is applied twice: once in the mask is enough.",
)
exercise.slip(
    SCALED,
    " * (1 - drop_prob)",
    "What is kept shrinks to the share 1 − drop_prob. The sum is too small already, because values "
    "are missing: in which direction must the others follow?",
)
exercise.slip(
    f"({DRAWN})",
    "rng.random(x.shape)",
    "What comes back is not 0 or x times one number: each value has a factor of its own. How does "
    "a number between 0 and 1 become a decision, dropped or kept?",
)
exercise.slip(
    "if training",
    "if True",
    "`training` is not looked at: values are dropped in test mode, too. With `training=False`, "
    "hand `x` through.",
)
exercise.slip(
    "if training",
    "if not training",
    "Training and test mode are exchanged: values are dropped while training.",
)

mask_mistakes(exercise)
