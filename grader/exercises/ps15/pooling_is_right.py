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
    several = 2, 3
    low, high = 6, 10
    overlapping = (*several, low, high), 3, 2
    apart = (*several, high, low), 2, 3
    plans = overlapping, apart
    for shape, size, stride in plans:
        x = rng.normal(size=shape)
        y, cache = max_pool2d_forward(x, size=size, stride=stride)
        dy = rng.normal(size=y.shape)
        wanted = max_pool2d_backward(dy, cache)
        found = pooling.backward(dy, x, size, stride)
        if not np.allclose(found, wanted):
            return False
    x = np.round(rng.uniform(size=(2, 3, 8, 8)))
    dy = rng.normal(size=(2, 3, 4, 4))
    dx = pooling.backward(dy, x, 2, 2)
    windows = dx.reshape(2, 3, 4, 2, 4, 2)
    got = windows.sum(axis=(3, 5))
    return bool(np.allclose(got, dy))


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


def nothing_is_rejected(pooling):
    """You accept every pooling. Which of your calls shows a fault, and where is a False?"""
    pooling.backward(np.ones((1, 1, 1, 1)), np.zeros((1, 1, 2, 2)), 2, 2)
    return True


exercise = hidden_faults(
    pooling_is_right,
    unknown=UnknownPooling,
    thing="pooling",
    faults=FAULTS,
    draw=random_pooling,
    pairs=4 * len(RULES),  # for each fault: both kinds with each rule for ties, twice
    budget=CALLS,
    computes="backward passes",
    compare="Compare what `pooling.backward` returns with what it should be.",
    points=5,
    uses=("max_pool2d_backward",),
    weights=(2, 2, 2, 2, 2, 4),  # where several answers are right, a comparison is not enough
    help=(
        """The right poolings differ in one thing: who gets the gradient of equally large
        pixels. On which of your images does more than one result count as right?""",
        "Which of your calls has pixels that lie in several windows?",
        "Can the stride be smaller than the size, equal to it, and larger? Which do you call?",
        "Do your windows cover the image exactly? What would be different if they did not?",
        "Which of your images have more columns than rows, or more rows?",
        "How many images and channels have your calls?",
        """How often do normal random numbers give two largest pixels in one window? Where they
        do, what can you say about dx without knowing who gets the gradient?""",
    ),
    hints="""
    List what can differ between two calls: the numbers of images, channels, rows and columns, size
    and stride, the pixels. For each of them ask: with which value could a wrong program be right?

    Four calls have to show everything, so let each call show several things at once. Two properties
    that exclude each other, such as windows that overlap and windows with gaps, need two calls.

    Compare with your own `max_pool2d_backward` where all pixels differ. On images with equally
    large pixels, choose windows that do not overlap, and add up dx within each window.
    """,
    mistakes=(
        mistake(nothing_is_rejected),
        *slips("""
plans = (apart,)
    In none of your calls do windows overlap. Which fault shows only where a pixel lies in two of
    them?
plans = (overlapping,)
    You never compare with your own function on windows with gaps, nor on an image that is higher
    than wide. Which faults show only there?
apart = (*several, low, high), 2, 3
    None of your images is higher than wide. Which rows could a program forget?
overlapping = (*several, high, low), 3, 2
    None of your images is wider than high. Which columns could a program forget?
overlapping = (*several, 7, 11), 3, 2
apart = (*several, 11, 5), 2, 3
    Your windows cover each image to the last pixel. What could a program count from the wrong end
    without a difference here?
overlapping = (*several, 7, 7), 3, 2
apart = (*several, 8, 8), 2, 3
    All your images are square, and your windows cover them to the last pixel. What could a program
    confuse, or count from the wrong end, without a difference here?
several = 1, 1
    You compare single images with one channel. Which mistake needs a second image or a second
    channel to show?
several = 2, 1
    You compare images with one channel. Which mistake needs a second channel to show?
several = 1, 2
    You compare single images. Which mistake needs a second image to show?
got = dy
    You do not look at images with equally large pixels, or you do not judge what they get. Normal
    random numbers are never equal.
"""),
        mistake(as_the_first),
        mistake(in_equal_shares),
        mistake(no_shares),
    ),
)
