"""``pooling_is_right(pooling) -> bool``: a test of max pooling, judged on right and faulty ones."""

import numpy as np

from course_lessons.unknown_pooling import (
    CALLS,
    FAULTS,
    RULES,
    UnknownPooling,
    random_pooling,
)
from grader.checking.contract import hidden_faults, mistake, slips
from grader.exercises.ps15.max_pool2d_backward import max_pool2d_backward, max_pool2d_forward


def pooling_is_right(pooling):
    rng = np.random.default_rng(0)
    x = rng.integers(0, 2, size=(2, 3, 8, 8)) / 2
    dy = rng.uniform(1, 2, size=(2, 3, 4, 4))
    dx = pooling.backward(dy, x, 2, 2)
    windows = x.reshape(2, 3, 4, 2, 4, 2)
    given = dx.reshape(2, 3, 4, 2, 4, 2)
    smaller = windows < windows.max(axis=(3, 5), keepdims=True)
    whole = np.allclose(given.sum(axis=(3, 5)), dy)
    above_zero = given.min() > -1e-9
    others_get_nothing = np.allclose(given[smaller], 0)
    return bool(whole and above_zero and others_get_nothing)


def as_the_first(pooling, share=False):
    """You compare with your own function on images with equally large pixels. There another result
    is allowed, too. What have all allowed results in common?
    """
    x = np.random.default_rng(0).integers(0, 2, size=(2, 3, 8, 8)).astype(float)
    y, cache = max_pool2d_forward(x, size=2, stride=2)
    dx = max_pool2d_backward(np.ones(y.shape), cache)
    if share:
        largest = (x == y.repeat(2, axis=2).repeat(2, axis=3)).reshape(2, 3, 4, 2, 4, 2)
        dx = (largest / largest.sum(axis=(3, 5), keepdims=True)).reshape(x.shape)
    found = pooling.backward(np.ones(y.shape), x, 2, 2)
    return bool(np.allclose(found, dx)) and pooling_is_right(pooling)


def in_equal_shares(pooling):
    """Your own function divides the gradient among equally large pixels, and you compare with it on
    such images. One of them may also get all. What have all allowed results in common?
    """
    return as_the_first(pooling, share=True)


def no_shares(pooling):
    """You reject poolings that divide the gradient among equally large pixels. Shares are allowed.
    Does your test ask for one pixel, or compare sums of shares by `==`, without room for rounding?
    """
    x = np.zeros((1, 1, 2, 2))
    dx = pooling.backward(np.ones((1, 1, 1, 1)), x, 2, 2)
    return np.count_nonzero(dx) == 1 and pooling_is_right(pooling)


exercise = hidden_faults(
    pooling_is_right,
    unknown=UnknownPooling,
    thing="pooling",
    faults=FAULTS,
    draw=random_pooling,
    pairs=4 * len(RULES),  # for each fault: both kinds with each rule, in all ties or in some
    budget=CALLS,
    computes="backward passes",
    compare="Examine what `pooling.backward` returns for an image with equally large pixels.",
    points=5,
    uses=("max_pool2d_backward",),
    help=(
        """The right poolings differ in one thing: who gets the gradient of equally large
        pixels. On which of your images does more than one result count as right?""",
        """Without knowing who gets the gradient of a window: what is the sum of all that its pixels
        get? Do your images have windows with two, with three and with four equally large
        pixels?""",
        """Which pixels of a window may get nothing at all? Does your image have such pixels, beside
        equally large ones?""",
        """A sum can be right although its terms are wrong. Which numbers may a share be? Do your
        images have windows with more than two equally large pixels?""",
        """Where in a window do your equally large pixels lie: in one row, in one column, or in
        several?""",
    ),
    hints="""
    Give each window of an image its own dy, and choose windows that do not overlap. Then what the
    pixels of a window get belongs to this window alone.

    Section 4 has the right rules: one of the largest pixels gets all, or they share it. Write down
    what is true of the shares of a window by every one of these rules: of their sum, of each share,
    of the pixels that are not the largest.

    An image of random integers from 0 to 1 has windows with two, three and four equally large
    pixels, in rows and in columns, and most of these windows have a smaller pixel, too.
    """,
    mistakes=(
        *slips("""
x = rng.normal(size=(2, 3, 8, 8))
    You accept all poolings. Which of your windows have several largest pixels, and what must dx be
    there? (Normal random numbers are never equal.)
whole = True
    You do not judge what a window gives in all. Add up dx within each window: what is the sum?
above_zero = True
    You accept shares such as 2 and −1, which add up to 1. Which numbers may a share be?
others_get_nothing = True
    You accept poolings that give a part to smaller pixels. Does your image have smaller pixels in
    windows with equally large ones, and do you look at what they get?
x = rng.normal(size=(2, 3, 8, 4)).repeat(2, axis=3)
    In your windows, always two pixels are equally large. Which wrong program would be right for two
    pixels? And which one in a single row?
x = rng.normal(size=(2, 3, 4, 8)).repeat(2, axis=2)
    In your windows, always two pixels are equally large. Which wrong program would be right for two
    pixels? And which one in a single column?
"""),
        mistake(as_the_first),
        mistake(in_equal_shares),
        mistake(no_shares),
    ),
)
