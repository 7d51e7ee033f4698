"""``softmax_cross_entropy(u, target) -> (value, du)``: a classifier's loss and its gradient."""

import numpy as np

from grader.checking.contract import Case, case, mistake, slips, step, values
from grader.exercises.losses import LIMITS, label_cases, loss, some_labels, sure_answers
from grader.exercises.scores import log_softmax as log_softmax  # in slips, too
from grader.exercises.scores import softmax as softmax  # in slips

VALUE, GRADIENT = "the value, for labels", "the gradient, for labels"
SOFT_VALUE = "the value, for rows of probabilities"
SOFT_GRADIENT = "the gradient, for rows of probabilities"
FAR_TOO_LOW = "a label whose score is 2000 too low costs 2000"


def softmax_cross_entropy(u, target):
    t = np.eye(u.shape[1], dtype=u.dtype)[target] if target.ndim == 1 else target
    log_y = log_softmax(u)
    y = np.exp(log_y)
    value = -float(np.sum(t * log_y)) / len(u)
    du = (y - t) / len(u)
    return value, du


def batch(
    rng: np.random.Generator, about: str, shape: tuple[int, int], labels: str = "int64"
) -> Case:
    """Scores of moderate size, and labels; in bytes one is 0, below which comes 255."""
    target = some_labels(rng, *shape).astype(labels)
    if labels == "uint8":
        target[0] = 0
    return case(about, u=1.5 * rng.normal(size=shape), target=target)


def soft(rng: np.random.Generator, about: str, shape: tuple[int, int]) -> Case:
    return batch(rng, about, shape) | {"target": rng.dirichlet(np.ones(shape[1]), size=shape[0])}


def one_hot(rng: np.random.Generator, about: str, shape: tuple[int, int]) -> Case:
    """Rows of whole numbers, a 1 in the place of each label."""
    made = batch(rng, about, shape)
    return made | {"target": np.eye(shape[1], dtype=int)[made["target"]]}


def far_apart(rng: np.random.Generator, about: str, heights: list[float]) -> Case:
    """A row of scores around each height; in two rows one score's exponential underflows to 0.

    In a fourth row it is the only one that does not.
    """
    u = np.array(heights)[:, None] + rng.normal(size=(len(heights), 3))
    u[[0, 1], [1, 2]] -= 2000
    u[3:, 1] += 2000
    return case(about, u=u, target=np.array([1, 0, 2, 2][: len(heights)]))


def smoothed(rng: np.random.Generator, about: str, shape: tuple[int, int]) -> Case:
    """Rows with almost all of the probability at one class."""
    made = one_hot(rng, about, shape)
    return made | {"target": 0.97 * made["target"] + 0.03 / shape[1]}


def special(rng: np.random.Generator) -> dict[str, list[Case]]:
    return {
        "rows of probabilities": [
            soft(rng, "rows of two probabilities", (2, 2)),
            soft(rng, "rows of three probabilities", (4, 3)),
            one_hot(rng, "rows of zeros and a 1, in whole numbers", (5, 3)),
            smoothed(rng, "rows that are almost one-hot", (4, 3)),
        ],
        FAR_TOO_LOW: [
            far_apart(rng, "large scores", [1000.0, 1000.0, 1000.0]),
            far_apart(rng, "rows far apart", [1000.0, -1000.0, 0.0, -1000.0]),
        ],
    }


def the_logarithm_of_a_rounded_probability(u, target):
    """Where the label's score is 2000 too low, your value is infinite: y is rounded to 0 before the
    logarithm is taken. Which expression with the scores is log y?
    """
    t = np.eye(u.shape[1], dtype=u.dtype)[target] if target.ndim == 1 else target
    y = softmax(u)
    with np.errstate(all="ignore"):
        costs = np.where(t > 0, -t * np.log(y), 0)
    return float(np.sum(costs)) / len(u), (y - t) / len(u)


exercise = loss(
    softmax_cross_entropy,
    points=4,
    draw=batch,
    batches=label_cases,
    weights=(3, 3),
    of=", for labels",
    special=special,
    judge=[
        values("value", weight=2, cases="rows of probabilities", title=SOFT_VALUE),
        values("du", weight=2, cases="rows of probabilities", title=SOFT_GRADIENT),
        # rtol: the very small scores set the scale, and errors in the others have to count, too
        sure_answers(FAR_TOO_LOW, VALUE, rtol=1e-8, weight=6),
        values(
            "du",
            weight=3,
            cases="large scores",
            title="large scores keep their gradient",
            after=GRADIENT,
        ),
        values(
            "du",
            weight=2,
            cases="rows far apart",
            title="also in each row of a batch",
            after=GRADIENT,
        ),
    ],
    answers=("course_lib.losses.classification", "course_lib.functional.softmax"),
    hints=(
        step(
            "Three steps: probabilities y of each row, the value from their logarithms, then `du`. "
            "A label k stands for the row t with a 1 in place k.",
            VALUE,
            GRADIENT,
        ),
        step(
            "A target row such as [0.7, 0.3] is used as it is: all its entries count, and the "
            "mean is over the N samples, as with labels. What does your code do differently for "
            "such rows?",
            SOFT_VALUE,
            SOFT_GRADIENT,
        ),
        step(
            "What do `np.exp(1000)` and `np.exp(-1000)` give, and what are their quotients? Only "
            "differences of scores within a row matter.",
            "large scores keep their gradient",
            "also in each row of a batch",
        ),
        "For one row, L = −Σ t·log y. In its derivative through the softmax, everything cancels "
        "except y − t. What does the mean over N rows add?",
        "A smaller example: u = [[0, log 3]] has exp(u) = [1, 3], so y = [1/4, 3/4]. With label 0 "
        "the value is −log(1/4) = 1.386 and du = [[1/4 − 1, 3/4]] = [[−0.75, 0.75]]. Two such rows "
        "have the same value, and each row of du is half of this.",
    ),
    mistakes=(
        mistake(the_logarithm_of_a_rounded_probability),
        *slips("""
value = float(np.sum(t * log_y)) / len(u)
    The value is negative. Logarithms of probabilities are; a loss is not.
du = y / len(u)
    `du` does not depend on the target. What has to be subtracted from `y`?
du = -t / y / len(u)
    `-t / y` is the gradient with respect to the probabilities y. `du` belongs to the scores: the
    softmax in between has a derivative, too.
du = (y - t) * y * (1 - y) / len(u)
    `y - t` is already the gradient with respect to the scores. The factor y·(1 − y) is the
    sigmoid's, from a squared error.
du = -t * (1 - y) / len(u)
    A score changes all probabilities of its row, not only its own: the softmax has a full Jacobian,
    and you used its diagonal. Wrong classes get a gradient as well.
log_y = log_softmax(u.T).T
    The softmax is taken down the columns. The probabilities of one sample, which is a row, sum to
    1. Which axis is that?
log_y = np.log(np.exp(u - u.max()) / np.exp(u - u.max()).sum())
    All N·K probabilities together sum to 1. Each row has to sum to 1: sum over axis 1 and keep the
    axis (`keepdims=True`) so that the shapes broadcast.
log_y = log_softmax(softmax(u))
    The softmax is applied twice. `u` holds scores, so apply the softmax once.
log_y = np.log(np.exp(u) / np.exp(u).sum(axis=0))
    The exponentials are summed over axis 0, and those of scores of 1000 overflow. Repair the sum
    first: which exponentials belong to one sample, whose probabilities sum to 1?
log_y = np.log(np.exp(u - u.max(axis=1)[:, None]) / np.exp(u - u.max(axis=1)[:, None]).sum(axis=0))
    The exponentials are summed over axis 0. Which exponentials belong to one sample, whose
    probabilities sum to 1?
t = np.eye(u.shape[1], dtype=u.dtype)[target if target.ndim == 1 else target.argmax(axis=1)]
    Rows of probabilities are reduced to their largest entry. In a target such as [0.7, 0.3], all
    entries count, not only the largest.
du = (y - (t if target.ndim == 2 else target[:, None])) / len(u)
    The label itself is subtracted from the whole row. Label 2 is a name, not the amount 2: it
    stands for the row [0, 0, 1].
value = -np.mean(log_y[:, target]) if target.ndim == 1 else -np.sum(t * log_y) / len(u)
    For labels the value is a mean over whole columns, which `[:, target]` picks. Each row has its
    own label. Which two index arrays pick one entry of each row?
value = -np.sum(log_y[:, target] if target.ndim == 1 else t * log_y) / len(u)
    For labels the value adds up whole columns, which `[:, target]` picks. Each row has its own
    label. Which two index arrays pick one entry of each row?
du = (y - (t if target.ndim == 2 else t.max(axis=0))) / len(u)
    For labels you subtract 1 in whole columns of `du`, which `[:, target]` picks. Each row has its
    own label. Which two index arrays pick one entry of each row?
du = np.where(t == 1, -1, y - t) / len(u)
    The label's entry of `du` is always −1/N. It depends on the probability of the label: if that is
    almost 1, the entry should be almost 0. What is missing in this entry?
du = -t / len(u)
    `du` is the gradient with respect to log y. The scores come before the softmax, and a score
    changes all probabilities of its row.
du = (log_y - t) / len(u)
    `du` is computed from the logarithms. If you differentiate −Σ t·log y with respect to the
    scores, do probabilities or their logarithms remain?
du = (u - t) / len(u)
    `du` is computed from the scores themselves. Which of them have to become probabilities?
value = -float(np.sum(t * y)) / len(u)
    You compute the value from the probabilities. Which function of them does the cross-entropy use?
"""),
        *slips(
            """
log_y = np.log(np.exp(u) / np.exp(u).sum(axis=1, keepdims=True))
    Scores of 1000 give nan, since `np.exp(1000)` is infinite. Which number may you subtract from
    all scores of a row without changing its softmax?
log_y = np.log(np.exp(u - u.max()) / np.exp(u - u.max()).sum(axis=1, keepdims=True))
    One shift is used for the whole batch. A row far below the largest score becomes 0/0, so shift
    each row by its own maximum.
log_y = u - np.log(np.exp(u).sum(axis=1, keepdims=True))
    Scores of 1000 overflow in `np.exp` before you take the logarithm. Which number may you subtract
    from all scores of a row first, without changing its softmax?
log_y = u - u.max() - np.log(np.exp(u - u.max()).sum(axis=1, keepdims=True))
    One shift is used for the whole batch. In a row far below the largest score all exponentials are
    0, and so is their sum. Shift each row by its own maximum.
""",
            needs=(VALUE, GRADIENT),
        ),
        *slips(
            """
log_y = np.log(softmax(u))
    The value is nan where scores are large or far apart, while `du` is right there. A logarithm is
    −inf where a probability is rounded to 0 or an exponential overflows, and 0·(−inf) is nan. Can
    you write log y with u, without computing y first?
""",
            needs=(VALUE, "large scores keep their gradient", "also in each row of a batch"),
        ),
        *slips(
            """
value = -np.sum(t * log_y) / len(u) if target.ndim == 1 else -np.mean(t * log_y)
    For rows of probabilities the value is K times too small, while it is right for labels. By which
    number do you divide the sum in each of the two cases?
""",
            needs=(VALUE,),
        ),
        *slips(
            "".join(
                f"""
log_y = np.log(np.maximum(softmax(u), {eps}))
    The loss has an upper limit: if the label's score is 2000 too low, it is {-np.log(eps):.1f},
    which is −log {eps}. A clip or a small number inside the logarithm does that. Write log y with
    u; then you need neither of them.
"""
                for eps in LIMITS
            ),
            needs=(VALUE,),
        ),
    ),
)
