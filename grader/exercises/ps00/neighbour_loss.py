"""``neighbour_loss(x, t, known, t_known) -> (p, loss)``: a given function, repaired."""

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
from grader.checking.contract.texts import paragraphs


def neighbour_loss(x, t, known, t_known):
    mean = known.mean(axis=0)
    std = known.std(axis=0)
    a, b = (x - mean) / std, (known - mean) / std
    d = ((a[:, None, :] - b) ** 2).sum(axis=2)
    e = np.exp(-d)
    p = e / e.sum(axis=1, keepdims=True)
    y = p @ t_known[:, None]
    loss = np.mean((y[:, 0] - t) ** 2)
    return p, loss


def points(rng: np.random.Generator, about: str, n: int, m: int, d: int) -> Case:
    """Points all over the same box, whose sides differ, in both sets."""

    def spread(count: int) -> np.ndarray:
        places = np.linspace(-1.2, 1.2, count) + rng.uniform(-0.1, 0.1, size=(d, count))
        return np.array(centre + scale * rng.permuted(places, axis=1).T)

    # Features far apart: the standard deviation of a row, a mistake, is then never close to 0.
    scale, centre = rng.uniform(0.5, 1.5, size=d), 3 * rng.permutation(d) + rng.uniform(1, 2)
    t, t_known = (np.resize([3, -2], k) + rng.normal(size=k) for k in (n, m))
    return case(about, x=spread(n), t=t, known=spread(m), t_known=t_known)


DIFFERENT = "N, M and D differ"
SQUARE = "as many rows of x as known ones"

exercise = function(
    neighbour_loss,
    returns="p, loss",
    points=2,
    cases=lambda rng: {
        DIFFERENT: [
            points(rng, "more known rows", 2, 5, 3),
            points(rng, "more rows of x", 6, 4, 2),
            points(rng, "as many known rows as features", 5, 3, 3),
        ],
        SQUARE: [
            points(rng, "N = M", 5, 5, 2),
            points(rng, "N = M = D", 3, 3, 3),
        ],
    },
    judge=[
        values("p", weight=3, cases=DIFFERENT, title=f"weights p: {DIFFERENT}"),
        values("p", weight=3, cases=SQUARE, title=f"weights p: {SQUARE}"),
        values("loss", weight=4, cases=DIFFERENT, title=f"loss: {DIFFERENT}"),
        values("loss", weight=4, cases=SQUARE, title=f"loss: {SQUARE}"),
    ],
    form=(shapes("p"), unchanged_inputs()),
    answers=("grader.exercises.ps00.neighbour_loss",),  # it teaches nothing that a library needs
    hints=tuple(
        step(text)
        for text in paragraphs("""
        Write the shape of the result beside each line, with N = 6, M = 4 and D = 2. Which shape
        does its comment in words ask for?

        One line gives an error if M and D differ. The other two are silent for some shapes: one
        whenever N = M, the other always. Print the sums of the rows of p, and the shape of what is
        averaged in the loss.

        A smaller example: in [[1, 3], [2, 2]] the rows sum to 4 and 4, and the first row divided by
        its sum is [0.25, 0.75]. For y = [[1], [2]] and t = [1, 2], the loss is 0.
        """)
    ),
    mistakes=slips("""
std = known.std(axis=1)
    The standard deviation is taken over the features of each known row. Every feature needs one
    standard deviation, over the rows. Which axis has to disappear?
p = e / e.sum(axis=1)
    The rows of p do not sum to 1: the sums of the rows have the shape (N,) and are aligned with the
    columns. Which argument gives them the shape (N, 1)?
loss = np.mean((y - t) ** 2)
    The loss compares the prediction for each row with the targets of all rows, because (N, 1) minus
    (N,) is (N, N). Give both the same shape.
p = e / e.sum(axis=0, keepdims=True)
    The columns of p sum to 1, not the rows. Row n holds the weights of all known rows for row n of
    x. Along which axis do you add them up?
p = e / e.sum()
    All weights together sum to 1. Each row should sum to 1.
p = e
    The rows of p do not sum to 1: by what should each row be divided?
std = known.std()
    All features are divided by the same number. Each feature has its own standard deviation.
std = known.std(axis=1, keepdims=True)
    The standard deviation is still taken over the features of each known row; `keepdims` only keeps
    that axis with length 1. Over which axis does the standard deviation of a feature run?
a, b = (x - x.mean(axis=0)) / x.std(axis=0), (known - mean) / std
    You standardise `x` with its own mean and standard deviation. Then the same point has other
    numbers in `x` and in `known`. Lines 1 and 2 compute mean and standard deviation for both.
a, b = x, known
    Nothing is standardised. Line 3 was right.
d = ((a[:, None, :] - b) ** 2).sum(axis=1)
    The squared differences (N, M, D) are added up over the known rows. A distance is a sum over the
    features. Line 4 was right.
e = np.exp(d)
    The farthest known row gets the largest weight. Line 5 was right.
loss = (y.mean() - t.mean()) ** 2
    You compare the mean prediction with the mean target. The loss is the mean over the rows of
    (prediction − target)².
loss = np.sum((y[:, 0] - t) ** 2)
    The loss is the sum over the rows of x. It should be their mean.
loss = (y[0, 0] - t[0]) ** 2
    The loss is that of the first row alone. It should be the mean over all rows of x.
std = known.std(axis=1)
p = e / e.sum(axis=1)
loss = np.mean((y - t) ** 2)
    This is the given function: it still has all three faults. One of them gives an error if M and D
    differ. Which shape does its line make, and which one is meant?
p = e / e.sum(axis=1)
loss = np.mean((y - t) ** 2)
    The fault that gives an error is repaired, and two silent ones are left. Print the sums of the
    rows of `p` for N = M, and the shape of what the last line averages.
std = known.std(axis=1)
loss = np.mean((y - t) ** 2)
    The sums of the rows are repaired, and two faults are left. One line makes another shape than
    (D,), and another one averages (N, N) numbers.
std = known.std(axis=1)
p = e / e.sum(axis=1)
    The loss is repaired, and two faults are left. One line makes another shape than (D,), and the
    rows of `p` do not sum to 1.
"""),
)
