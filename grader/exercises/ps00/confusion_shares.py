"""``confusion_shares(y, labels) -> (shares, accuracy)``: a given function, repaired."""

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


def confusion_shares(y, labels):
    n_classes = y.shape[1]
    answers = y.argmax(axis=1)
    d, a = np.eye(n_classes)[labels], np.eye(n_classes)[answers]
    counts = d.T @ a
    shares = counts / counts.sum(axis=1, keepdims=True)
    accuracy = np.mean(answers == labels)
    return shares, accuracy


def scores(rng: np.random.Generator, about: str, n: int, k: int) -> Case:
    """Labels that all occur, unequally often, and scores of which most are highest there."""
    more = np.minimum(np.arange(n - k) // 2, k - 1)
    labels = rng.permutation(np.concatenate([np.arange(k), more]))
    right = rng.random(n) < 0.6
    best = np.where(right, labels, (labels + rng.integers(1, k, n)) % k)
    y = rng.uniform(0, 1, size=(n, k))
    y[np.arange(n), best] += rng.uniform(1, 2, size=n)
    return case(about, y=y, labels=labels)


DIFFERENT = "N and K differ"
SQUARE = "as many images as classes"
OF_SHARES = (f"shares: {DIFFERENT}", f"shares: {SQUARE}")

exercise = function(
    confusion_shares,
    returns="shares, accuracy",
    points=5,
    cases=lambda rng: {
        DIFFERENT: [
            scores(rng, "eleven images, three classes", 11, 3),
            scores(rng, "seventeen images, five classes", 17, 5),
            scores(rng, "thirty images, four classes", 30, 4),
            scores(rng, "six hundred images, twelve classes", 600, 12),
        ],
        SQUARE: [
            scores(rng, "N = K = 6", 6, 6),
            scores(rng, "N = K = 9", 9, 9),
        ],
    },
    judge=[
        values("shares", weight=6, cases=DIFFERENT, title=OF_SHARES[0]),
        # Each class occurs once there: counts that nobody divides satisfy it.
        values("shares", cases=SQUARE, alone=False, title=OF_SHARES[1]),
        # A share of few images is often the same in two draws: only all of them together count.
        values("accuracy", weight=6),
    ],
    form=(shapes("shares"), unchanged_inputs()),
    answers=("grader.exercises.ps00.confusion_shares",),  # course_lib.plots draws the counts alone
    hints=(
        """Write the shape of the result beside each line, with N = 360 and K = 10. Which shape does
        its comment in words ask for? One line leads to an error. The other two are silent.""",
        step(
            """Print the sums of the rows of `shares`. A table that is square hides which of its
            axes was summed. A smaller example: the rows of [[1, 3], [2, 2]] sum to 4 and 4. Divided
            by its sum, the first row is [0.25, 0.75].""",
            *OF_SHARES,
        ),
        step(
            """Print the shape of what is averaged in the accuracy. A smaller example: for the
            answers [1, 0] and the labels [1, 1] the accuracy is 0.5.""",
            "values of accuracy",
        ),
    ),
    mistakes=slips("""
answers = y.argmax(axis=0)
    You have one answer for each class and not for each image. Which axis of (N, K) has to
    disappear?
shares = counts / counts.sum(axis=1)
    The rows of `shares` do not sum to 1: the sums have the shape (K,) and are aligned with the
    columns. Which argument gives them the shape (K, 1)?
accuracy = np.mean(answers[:, None] == labels)
    The accuracy compares the answer for each image with the labels of all images, because (N, 1)
    and (N,) broadcast to (N, N). Give both the same shape.
counts = a.T @ d
    Rows and columns of the table are exchanged: your rows are the answers. Line 3 was right.
shares = counts / counts.sum(axis=0)
    The columns of `shares` sum to 1. They say which digit an answer stood for. Each row should sum
    to 1.
shares = counts / counts.sum()
    These are shares of all images: together they sum to 1. Each row should sum to 1.
shares = counts
    These are counts. Line 4 divides each row by its sum.
accuracy = np.sum(answers == labels)
    This is a number of images. The accuracy is a share of them.
accuracy = np.mean(answers != labels)
    This is the share of wrong answers.
accuracy = np.diag(shares).mean()
    This is the mean of the accuracies of the classes, in which a rare class counts as much as a
    frequent one. The accuracy is a mean over images.
accuracy = answers == labels
    These are True or False for each image. The accuracy is one number: their mean.
shares = counts / counts.sum(axis=1)
accuracy = np.mean(answers[:, None] == labels)
    The fault that gives an error is repaired, and two silent ones are left. Print the sums of the
    rows of `shares`, and the shape of what the accuracy averages.
"""),
)
