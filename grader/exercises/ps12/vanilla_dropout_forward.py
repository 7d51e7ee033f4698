"""``vanilla_dropout_forward(x, drop_prob, rng, *, training) -> (y, cache)``."""

from typing import Any

import numpy as np

from course_lib.functional import vanilla_dropout_forward
from grader.checking import (
    Exercise,
    Mistake,
    _,
    dtype,
    shapes,
    unchanged_inputs,
    values,
)
from grader.exercises.ps12.dropout_forward import (
    DRAWS,
    FACTOR,
    MASK,
    SHARE,
    TEST,
    TRAINING,
    cases,
    observe,
    run,
)


def inverted(x: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    if not training:
        return x * 1.0, None
    return x * (rng.random(x.shape) >= drop_prob) / (1 - drop_prob), None


def never_scaled(x: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    return (x * (rng.random(x.shape) >= drop_prob) if training else x * 1.0), None


def scaled_both(x: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    if not training:
        return x * (1 - drop_prob), None
    return x * (rng.random(x.shape) >= drop_prob) / (1 - drop_prob), None


def shrunk_both(x: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    mask = rng.random(x.shape) >= drop_prob if training else True
    return x * mask * (1 - drop_prob), None


def times_drop(x: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    return (x * (rng.random(x.shape) >= drop_prob) if training else x * drop_prob), None


def divided_at_test(x: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    return (x * (rng.random(x.shape) >= drop_prob) if training else x / (1 - drop_prob)), None


def halved(x: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    return (x * (rng.random(x.shape) >= drop_prob) if training else x * 0.5), None


def nothing_dropped(x: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    return (x * 1.0 if training else x * (1 - drop_prob)), None


def drop_for_keep(x: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    return x * (rng.random(x.shape) < drop_prob if training else drop_prob), None


def kept_drop_share(x: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    return x * (rng.random(x.shape) < drop_prob if training else 1 - drop_prob), None


def normal_for_uniform(x: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    return x * (rng.standard_normal(x.shape) >= drop_prob if training else 1 - drop_prob), None


def ignores_training(x: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    return x * (rng.random(x.shape) >= drop_prob), None


def drops_at_test_too(x: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    y = x * (rng.random(x.shape) >= drop_prob)
    return (y if training else y * (1 - drop_prob)), None


def turned_round(x: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    return x * (1 - drop_prob if training else rng.random(x.shape) >= drop_prob), None


def one_mask_for_all_rows(x: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    return x * (rng.random(x.shape[1:]) >= drop_prob if training else 1 - drop_prob), None


def whole_rows(x: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    return x * (rng.random((len(x), 1)) >= drop_prob if training else 1 - drop_prob), None


def own_generator(x: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    mask = np.random.default_rng().random(x.shape) >= drop_prob
    return x * (mask if training else 1 - drop_prob), None


def fixed_seed(x: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    mask = np.random.default_rng(0).random(x.shape) >= drop_prob
    return x * (mask if training else 1 - drop_prob), None


exercise = Exercise(
    name="vanilla_dropout_forward",
    takes=("vanilla_dropout_forward",),
    points=2,
    reference=(vanilla_dropout_forward,),
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        values(SHARE, weight=3, cases=TRAINING, title=_("the share drop_prob is dropped")),
        values(FACTOR, weight=2, cases=TRAINING, title=_("what is kept stays as it was")),
        values(MASK, weight=3, cases=TRAINING, title=_("every value is dropped on its own")),
        values(DRAWS, weight=3, cases=TRAINING, title=_("randomness comes from rng")),
        values(TEST, "y", weight=4, cases="test mode", title=_("test mode gives the mean")),
        # Form: handing back x meets this one.
        values("y", cases="drop_prob = 0", form=True, title=_("drop_prob = 0 changes nothing")),
        shapes("y"),
        dtype("y"),
        unchanged_inputs(),
    ],
    mistakes=[
        Mistake(
            inverted,
            hint=_(
                "This is inverted dropout: what is kept grows while training and test mode hands x "
                "through. The vanilla form does it the other way round. Which of the two modes "
                "scales there?"
            ),
        ),
        Mistake(
            never_scaled,
            hint=_(
                "Test mode hands x through. While training only the share 1 − drop_prob of all "
                "values arrived, so the next layer now gets more than it is used to. How much more?"
            ),
        ),
        Mistake(
            scaled_both,
            hint=_(
                "You scale in both modes: up while training and down at test time. Compare the "
                "mean of y in the two modes: one of the factors is one too many here."
            ),
        ),
        Mistake(
            shrunk_both,
            hint=_(
                "What is kept shrinks while training, as it does at test time. Training has the "
                "shrinking in its zeros already: nothing else changes there."
            ),
        ),
        Mistake(
            times_drop,
            hint=_(
                "At test time x is multiplied by drop_prob. If 20 % are dropped, what share of x "
                "arrives on average?"
            ),
        ),
        Mistake(
            divided_at_test,
            hint=_(
                "At test time x grows. While training some values were missing, so the sum was "
                "smaller than that of all of x. In which direction must test mode follow?"
            ),
        ),
        Mistake(
            halved,
            hint=_(
                "At test time x is halved, whatever drop_prob is. Half is what arrives on average "
                "when half is dropped. What arrives for another drop_prob?"
            ),
        ),
        Mistake(
            nothing_dropped,
            hint=_(
                "Nothing is dropped while training: no number of y is 0. With probability "
                "drop_prob each one has to be, and `rng` draws which."
            ),
        ),
        Mistake(
            drop_for_keep,
            hint=_(
                "`drop_prob` is read as the probability of keeping, in both modes. In this course "
                "it is always the probability of dropping."
            ),
        ),
        Mistake(
            kept_drop_share,
            hint=_(
                "Test mode is right, but the share that stays in training is drop_prob. Which of "
                "the two does `rng.random(…) < drop_prob` mark?"
            ),
        ),
        Mistake(
            normal_for_uniform,
            hint=_(
                "The mask is drawn from a normal distribution. `rng.random` is uniform on [0, 1), "
                "which makes `rng.random(…) < p` true with probability p."
            ),
        ),
        Mistake(
            ignores_training,
            hint=_(
                "`training` is not looked at: values are dropped in test mode too. There all of "
                "them are there, and the same input always gives the same output."
            ),
        ),
        Mistake(
            drops_at_test_too,
            hint=_(
                "Test mode scales, but drops as well, so the shrinking happens twice on average. "
                "Draw a mask only while training."
            ),
        ),
        Mistake(
            turned_round,
            hint=_("Training and test mode are exchanged: values are dropped while training."),
        ),
        Mistake(
            one_mask_for_all_rows,
            hint=_("All samples share one mask. Draw it in the full shape of `x`."),
        ),
        Mistake(
            whole_rows,
            hint=_("Whole samples are dropped. Draw the mask in the full shape of `x`."),
        ),
        Mistake(
            own_generator,
            hint=_(
                "The mask does not come from `rng`: with the same seed it must be the same again, "
                "or no experiment can be repeated."
            ),
        ),
        Mistake(
            fixed_seed,
            hint=_(
                "Every call draws the same mask, because the generator starts anew inside the "
                "function. Draw from the `rng` you are given."
            ),
        ),
    ],
    answers=(
        "course_lib.functional.vanilla_dropout",
        "course_lib.functional.dropout",
        "course_lib.functional.dropconnect",
    ),
    returns="(y, cache)",
    hints=(
        _("If a value is dropped with probability p and else left alone, what is its mean?"),
        _(
            "In training y = m·x with m = 0 or 1 and nothing else. In test mode y is the mean "
            "E[m]·x, and nothing is drawn."
        ),
        _(
            "Smaller: x = [10, 10], p = 0.2. In training, drawn 0.1 and 0.7: the first is below p "
            "and dropped, y = [0, 10]. In test mode y = [8, 8], every time."
        ),
    ),
)
