"""``vanilla_dropout_forward(x, drop_prob, rng, *, training) -> (y, cache)``."""

from grader.checking.contract import dtype, random, shapes, slips, step, unchanged_inputs, values
from grader.exercises.dropout_masks import (
    FACTOR,
    MODULES,
    NO_DROPS,
    SAMPLE_MISTAKES,
    TEST,
    TEST_MODE,
    TRAINING,
    UNIFORM,
    cases,
    mask_mistakes,
    observe,
    of_the_mask,
    run,
)


def vanilla_dropout_forward(x, drop_prob, rng, *, training):
    mean = x * (1 - drop_prob)
    if not training:
        return mean, None
    kept = rng.random(x.shape) >= drop_prob
    y = x * kept
    return y, None


exercise = random(
    vanilla_dropout_forward,
    returns="y, cache",
    points=2,
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        *of_the_mask(weight=2),
        values(
            FACTOR,
            weight=2,
            cases=TRAINING,
            title="kept values are unchanged",
            help="In training y = m·x with m = 0 or 1. Which of the two modes may scale?",
        ),
        values(
            TEST,
            "y",
            weight=2,
            cases=TEST_MODE,
            title="test mode gives the mean",
            help="""If a value is dropped with probability p and otherwise unchanged, what is its
            mean? Test mode returns this mean, and a cache.""",
        ),
        # A function that returns x satisfies this one.
        values(
            NO_DROPS,
            "y",
            cases="drop_prob = 0 changes nothing",
            alone=False,
            help="With drop_prob = 0 nothing is dropped. What does your comparison give then?",
        ),
    ],
    form=(shapes("y"), dtype("y"), unchanged_inputs()),
    answers=MODULES,
    hints=(
        UNIFORM,
        step(
            "A smaller example: x = [10, 10], p = 0.2. In training, drawn 0.1 and 0.7: the first "
            "number is below p, so its value is dropped: y = [0, 10]. In test mode always y = [8, "
            "8].",
            "the share drop_prob is dropped",
            "kept values are unchanged",
            "every value is dropped independently",
            "test mode gives the mean",
        ),
    ),
    mistakes=(
        *slips("""
mean = x
y = x * kept / (1 - drop_prob)
    This is inverted dropout: you scale the kept values in training, and test mode returns x. In
    vanilla dropout, which of the two modes scales?
mean = x
    Test mode returns x. In training, only the share 1 − drop_prob of all values is kept, so in test
    mode the next layer gets larger sums. By which factor do you have to scale x?
y = x * kept / (1 - drop_prob)
    You scale in both modes: up in training and down in test mode. Compare the mean of y in the two
    modes. Which of the two factors is too many here?
y = x * kept * (1 - drop_prob)
    You scale the kept values down in training, as in test mode. In training, the zeros already
    reduce the mean, so do not scale there.
mean = x * drop_prob
    In test mode you multiply x by drop_prob. If 20 % are dropped in training, which share is kept
    on average?
mean = x / (1 - drop_prob)
    In test mode you scale x up. In training some values are missing, so the sum is smaller than
    that of all of x. Does test mode have to scale up or down?
mean = x * 0.5
    In test mode you always multiply x by ½. That is right only for drop_prob = 0.5. Which share is
    kept on average for another drop_prob?
y = x * 1.0
    You drop nothing in training: no number of y is 0. Each value has to be dropped with probability
    drop_prob, using `rng`.
mean = x * drop_prob
kept = rng.random(x.shape) < drop_prob
    You use `drop_prob` as the probability of keeping, in both modes. In this course it is always
    the probability of dropping.
"""),
        *slips(
            """
kept = rng.random(x.shape) < drop_prob
    Test mode is right, but in training you keep the share drop_prob. Which of the two does
    `rng.random(…) < drop_prob` mark?
""",
            needs=("test mode gives the mean",),
        ),
        *slips("""
kept = rng.random(x.shape)
    Each value of y has its own factor, but it should be 0 or x itself. How do you turn a random
    number between 0 and 1 into a decision, dropped or kept?
if False:
    `training` is not used, so you drop values in test mode, too. Test mode keeps all values, and
    the same input always gives the same output.
mean = x * (rng.random(x.shape) >= drop_prob) * (1 - drop_prob)
    Test mode scales and also drops, so the mean is reduced twice. Draw a mask only in training.
if training:
    Training and test mode are exchanged: drop values in training.
"""),
        *mask_mistakes(),
        *SAMPLE_MISTAKES,
    ),
)
