"""``vanilla_dropout_forward(x, drop_prob, rng, *, training) -> (y, cache)``."""

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


def vanilla_dropout_forward(x, drop_prob, rng, *, training):
    if not training:
        return x * (1 - drop_prob), None
    return x * (rng.random(x.shape) >= drop_prob), None


exercise = random(
    vanilla_dropout_forward,
    returns="y, cache",
    points=2,
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        values(SHARE, weight=3, cases=TRAINING, title="the share drop_prob is dropped"),
        values(FACTOR, weight=2, cases=TRAINING, title="what is kept stays as it was"),
        values(MASK, weight=3, cases=TRAINING, title="every value is dropped on its own"),
        values(DRAWS, weight=3, cases=TRAINING, title="randomness comes from rng"),
        values(TEST, "y", weight=4, cases="test mode", title="test mode gives the mean"),
        # Form: handing back x meets this one.
        values(
            NO_DROPS,
            "y",
            cases="drop_prob = 0",
            form=True,
            title="drop_prob = 0 changes nothing",
        ),
    ],
    form=(shapes("y"), dtype("y"), unchanged_inputs()),
    answers=(
        "course_lib.functional.vanilla_dropout",
        "course_lib.functional.dropout",
        "course_lib.functional.dropconnect",
    ),
    hints=(
        step(
            "`rng.random(x.shape)` is an array of numbers in [0, 1). How often is one below 0.2?",
            "the share drop_prob is dropped",
            "every value is dropped on its own",
        ),
        step(
            "In training y = m·x with m = 0 or 1. Which of the two modes may scale?",
            "what is kept stays as it was",
        ),
        step(
            "If a value is dropped with probability p and else left alone, what is its mean? Test "
            "mode returns it, and a cache.",
            "test mode gives the mean",
        ),
        FROM_RNG,
        step(
            "With drop_prob = 0 nothing is dropped. What does your comparison become?",
            "drop_prob = 0 changes nothing",
        ),
        step(
            "Smaller: x = [10, 10], p = 0.2. In training, drawn 0.1 and 0.7: the first is below p "
            "and dropped, y = [0, 10]. In test mode y = [8, 8], every time.",
            "the share drop_prob is dropped",
            "what is kept stays as it was",
            "every value is dropped on its own",
            "test mode gives the mean",
        ),
    ),
)

TEST_MODE, DROPPED = "x * (1 - drop_prob)", "(rng.random(x.shape) >= drop_prob)"
BOTH = f"{TEST_MODE}, None\n    return x * {DROPPED}"

exercise.slip(
    BOTH,
    f"x, None\n    return x * {DROPPED} / (1 - drop_prob)",
    "This is inverted dropout: what is kept grows while training and test mode hands x through. "
    "The vanilla form does it the other way round. Which of the two modes scales there?",
)
exercise.slip(
    TEST_MODE,
    "x",
    "Test mode hands x through. While training only the share 1 − drop_prob of all values arrived, "
    "so the next layer now gets more than it is used to. How much more?",
)
exercise.slip(
    DROPPED,
    f"{DROPPED} / (1 - drop_prob)",
    "You scale in both modes: up while training and down at test time. Compare the mean of y in "
    "the two modes: one of the factors is one too many here.",
)
exercise.slip(
    DROPPED,
    f"{DROPPED} * (1 - drop_prob)",
    "What is kept shrinks while training, as it does at test time. Training has the shrinking in "
    "its zeros already: nothing else changes there.",
)
exercise.slip(
    TEST_MODE,
    "x * drop_prob",
    "At test time x is multiplied by drop_prob. If 20 % are dropped, what share of x arrives on "
    "average?",
)
exercise.slip(
    TEST_MODE,
    "x / (1 - drop_prob)",
    "At test time x grows. While training some values were missing, so the sum was smaller than "
    "that of all of x. In which direction must test mode follow?",
)
exercise.slip(
    TEST_MODE,
    "x * 0.5",
    "At test time x is halved, whatever drop_prob is. Half is what arrives on average when half is "
    "dropped. What arrives for another drop_prob?",
)
exercise.slip(
    DROPPED,
    "1.0",
    "Nothing is dropped while training: no number of y is 0. With probability drop_prob each one "
    "has to be, and `rng` draws which.",
)
exercise.slip(
    BOTH,
    "x * drop_prob, None\n    return x * (rng.random(x.shape) < drop_prob)",
    "`drop_prob` is read as the probability of keeping, in both modes. In this course it is always "
    "the probability of dropping.",
)
exercise.slip(
    ">= drop_prob",
    "< drop_prob",
    "Test mode is right, but the share that stays in training is drop_prob. Which of the two does "
    "`rng.random(…) < drop_prob` mark?",
    needs=("test mode gives the mean",),
)
exercise.slip(
    DROPPED,
    "rng.random(x.shape)",
    "What comes back is not 0 or x itself: each value has a factor of its own. How does a number "
    "between 0 and 1 become a decision, dropped or kept?",
)
exercise.slip(
    "if not training",
    "if False",
    "`training` is not looked at: values are dropped in test mode too. There all of them are "
    "there, and the same input always gives the same output.",
)
exercise.slip(
    TEST_MODE,
    f"x * {DROPPED} * (1 - drop_prob)",
    "Test mode scales, but drops as well, so the shrinking happens twice on average. Draw a mask "
    "only while training.",
)
exercise.slip(
    "if not training",
    "if training",
    "Training and test mode are exchanged: values are dropped while training.",
)

mask_mistakes(exercise)
