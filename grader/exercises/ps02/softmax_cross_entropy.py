"""``softmax_cross_entropy(u, target) -> (value, du)``: a classifier's loss and its gradient."""

from typing import Any

import numpy as np

from course_lib.backend import to_numpy
from course_lib.functional import log_softmax, softmax
from course_lib.losses import softmax_cross_entropy
from grader.checking import Case, Exercise, Mistake, _, case, shapes, unchanged_inputs, values


def batch(
    rng: np.random.Generator, about: str, n: int, n_classes: int, labels: str = "int64"
) -> Case:
    """Scores of moderate size; labels, the last two rows with the same one."""
    target = rng.integers(n_classes, size=n).astype(labels)
    target[-2:] = target[-1]
    return case(about, u=1.5 * rng.normal(size=(n, n_classes)), target=target)


def far_apart(rng: np.random.Generator, about: str, heights: list[float]) -> Case:
    """A row of scores around each height; in two rows one score, a label's and another, is lost."""
    u = np.array(heights)[:, None] + rng.normal(size=(len(heights), 3))
    u[0, 1] -= 2000
    u[1, 2] -= 2000
    return case(about, u=u, target=np.array([1, 0, 2, 2][: len(heights)]))


def cases(rng: np.random.Generator) -> list[Case]:
    soft = batch(rng, "rows of probabilities", 4, 3)
    soft["target"] = rng.dirichlet(np.ones(3), size=4)
    soft_pair = batch(rng, "rows of two probabilities", 2, 2)
    soft_pair["target"] = rng.dirichlet(np.ones(2), size=2)
    bytes_ = batch(rng, "labels in one byte", 3, 5, labels="uint8")
    bytes_["target"][0] = 0  # a label below it would be 255
    single = batch(rng, "float32", 3, 4)
    single["u"] = single["u"].astype(np.float32)
    return [
        batch(rng, "one row, two classes", 1, 2),
        batch(rng, "more rows than classes", 6, 3),
        batch(rng, "as many rows as classes", 4, 4, labels="int32"),
        bytes_,
        single,
        soft_pair,
        soft,
        far_apart(rng, "large scores", [1000.0, 1000.0, 1000.0]),
        far_apart(rng, "rows far apart", [1000.0, -1000.0, 0.0, -1000.0]),
    ]


LABELS = (
    "one row, two classes",
    "more rows than classes",
    "as many rows as classes",
    "labels in one byte",
    "float32",
)
PROBABILITIES = ("rows of two probabilities", "rows of probabilities")


def run(softmax_cross_entropy: Any, case: Case) -> dict[str, Any]:
    value, du = softmax_cross_entropy(case["u"], case["target"])
    return {"value": value, "du": du}


def rows(u: Any, target: Any) -> Any:
    """One-hot rows for labels; rows of probabilities as they are."""
    return np.eye(u.shape[1])[target] if target.ndim == 1 else target


def loss(log_y: Any, t: Any) -> Any:
    return -np.where(t > 0, t * log_y, 0).sum() / len(t)


def both_summed(u: Any, target: Any) -> Any:
    t = rows(u, target)
    return loss(log_softmax(u), t) * len(u), softmax(u) - t


def gradient_of_the_sum(u: Any, target: Any) -> Any:
    t = rows(u, target)
    return loss(log_softmax(u), t), softmax(u) - t


def value_summed(u: Any, target: Any) -> Any:
    t = rows(u, target)
    return loss(log_softmax(u), t) * len(u), (softmax(u) - t) / len(u)


def both_over_outputs(u: Any, target: Any) -> Any:
    t = rows(u, target)
    return loss(log_softmax(u), t) / u.shape[1], (softmax(u) - t) / u.size


def value_over_outputs(u: Any, target: Any) -> Any:
    t = rows(u, target)
    return loss(log_softmax(u), t) / u.shape[1], (softmax(u) - t) / len(u)


def no_minus(u: Any, target: Any) -> Any:
    t = rows(u, target)
    return -loss(log_softmax(u), t), (softmax(u) - t) / len(u)


def t_minus_y(u: Any, target: Any) -> Any:
    t = rows(u, target)
    return loss(log_softmax(u), t), (t - softmax(u)) / len(u)


def only_y(u: Any, target: Any) -> Any:
    return loss(log_softmax(u), rows(u, target)), softmax(u) / len(u)


def with_respect_to_y(u: Any, target: Any) -> Any:
    t, y = rows(u, target), softmax(u)
    return loss(log_softmax(u), t), -t / y / len(u)


def times_own_derivative(u: Any, target: Any) -> Any:
    t, y = rows(u, target), softmax(u)
    return loss(log_softmax(u), t), (y - t) * y * (1 - y) / len(u)


def diagonal_only(u: Any, target: Any) -> Any:
    t, y = rows(u, target), softmax(u)
    return loss(log_softmax(u), t), -t * (1 - y) / len(u)


def over_rows(u: Any, target: Any) -> Any:
    t = rows(u, target)
    return loss(log_softmax(u.T).T, t), (softmax(u.T).T - t) / len(u)


def over_everything(u: Any, target: Any) -> Any:
    t = rows(u, target)
    y = np.exp(u - u.max()) / np.exp(u - u.max()).sum()
    return loss(np.log(y), t), (y - t) / len(u)


def softmax_twice(u: Any, target: Any) -> Any:
    y = softmax(u)
    return loss(log_softmax(y), rows(u, target)), (softmax(y) - rows(u, target)) / len(u)


def not_shifted(u: Any, target: Any) -> Any:
    t, e = rows(u, target), np.exp(u)
    y = e / e.sum(axis=1, keepdims=True)
    return loss(np.log(y), t), (y - t) / len(u)


def one_shift_for_all(u: Any, target: Any) -> Any:
    return not_shifted(u - u.max(), target)


def zero_times_infinity(u: Any, target: Any) -> Any:
    t, y = rows(u, target), to_numpy(softmax(u))
    return -np.sum(t * np.log(y)) / len(u), (y - t) / len(u)


def small_number_in_the_log(u: Any, target: Any) -> Any:
    t, y = rows(u, target), to_numpy(softmax(u))
    return loss(np.log(y + 1e-12), t), (y - t) / len(u)


def probabilities_as_labels(u: Any, target: Any) -> Any:
    t = rows(u, target if target.ndim == 1 else target.argmax(axis=1))
    return loss(log_softmax(u), t), (softmax(u) - t) / len(u)


def labels_as_numbers(u: Any, target: Any) -> Any:
    t = rows(u, target)
    subtracted = t if target.ndim == 2 else target[:, None]
    return loss(log_softmax(u), t), (softmax(u) - subtracted) / len(u)


exercise = Exercise(
    name="softmax_cross_entropy",
    takes=("softmax_cross_entropy",),
    points=2,
    reference=(softmax_cross_entropy,),
    cases=cases,
    run=run,
    # The float type is not judged: one-hot rows are float64 in this course, and so is then y - t.
    judge=[
        values("value", weight=3, cases=LABELS, rtol=1e-4, title=_("the value, for labels")),
        values("du", weight=4, cases=LABELS, title=_("the gradient, for labels")),
        values(
            "value",
            weight=2,
            cases=PROBABILITIES,
            rtol=1e-4,
            title=_("the value, for rows of probabilities"),
        ),
        values(
            "du", weight=2, cases=PROBABILITIES, title=_("the gradient, for rows of probabilities")
        ),
        values(
            "value",
            cases=("large scores", "rows far apart"),
            rtol=1e-8,  # the lost scores of 2000 are most of it, and the others have to show
            infinite_ok=True,
            form=True,  # an infinity for everything meets it
            title=_("the value of large scores is large, or infinite"),
            after=_("the value, for labels"),
        ),
        values("du", weight=2, cases="large scores", title=_("large scores keep their gradient")),
        values("du", cases="rows far apart", title=_("and so does each row beside others")),
        shapes(cases=LABELS),
        unchanged_inputs(cases=(*LABELS, *PROBABILITIES)),
    ],
    mistakes=[
        Mistake(
            gradient_of_the_sum,
            hint=_(
                "`du` is N times too large. The value is a mean over the N rows; of what must the "
                "gradient be the gradient?"
            ),
        ),
        Mistake(
            both_summed,
            hint=_(
                "Value and gradient are sums over the rows. Losses of this course are means over "
                "the samples, so that the batch size does not change what a rate means."
            ),
        ),
        Mistake(
            value_summed,
            hint=_("`du` is that of a mean over the rows, but the value is their sum."),
        ),
        Mistake(
            both_over_outputs,
            hint=_(
                "Value and gradient are K times too small: a loss is summed over the K outputs "
                "and averaged over the N samples only. `np.mean` of a table divides by both."
            ),
        ),
        Mistake(
            value_over_outputs,
            hint=_(
                "The value is K times too small, as `np.mean` over the whole (N, K) table makes "
                "it. By which number should the sum be divided?"
            ),
        ),
        Mistake(
            no_minus,
            hint=_("The value is negative. Logarithms of probabilities are; a loss is not."),
        ),
        Mistake(
            t_minus_y,
            hint=_(
                "`du` points the other way. Raising the score of the right class lowers the loss: "
                "which sign must `du` have there?"
            ),
        ),
        Mistake(
            only_y,
            hint=_("`du` does not depend on the target. What has to be taken from `y`?"),
        ),
        Mistake(
            with_respect_to_y,
            hint=_(
                "`-t / y` is the gradient with respect to the probabilities y. `du` belongs to the "
                "scores: the softmax in between has a derivative, too."
            ),
        ),
        Mistake(
            times_own_derivative,
            hint=_(
                "`y - t` is already the gradient with respect to the scores. The factor y·(1 − y) "
                "is the sigmoid's, from a squared error."
            ),
        ),
        Mistake(
            diagonal_only,
            hint=_(
                "A score changes all probabilities of its row, not only its own: the softmax has a "
                "full Jacobian, and you used its diagonal. Wrong classes get a gradient as well."
            ),
        ),
        Mistake(
            over_rows,
            hint=_(
                "The softmax is taken down the columns. The probabilities of one sample, one row, "
                "sum to 1: which axis is that?"
            ),
        ),
        Mistake(
            over_everything,
            hint=_(
                "All N·K probabilities together sum to 1. Each row has to: sum over axis 1 and "
                "keep the axis (`keepdims=True`) so that the division fits."
            ),
        ),
        Mistake(
            softmax_twice,
            hint=_("The softmax is applied twice. `u` are scores; their softmax is taken once."),
        ),
        Mistake(
            not_shifted,
            hint=_(
                "Scores of 1000 give nan, since `np.exp(1000)` is infinite. Which number may you "
                "take from all scores of a row without changing its softmax?"
            ),
        ),
        Mistake(
            one_shift_for_all,
            hint=_(
                "One shift is used for the whole batch. A row far below the largest score becomes "
                "0/0: let every row have its own maximum."
            ),
        ),
        Mistake(
            zero_times_infinity,
            hint=_(
                "The value is nan where a probability is rounded to 0: there 0·log 0 is 0·(−inf). "
                "Can log y be written with u, without taking y first?"
            ),
        ),
        Mistake(
            small_number_in_the_log,
            hint=_(
                "The small number inside the logarithm puts a lid on the loss: a miss by 2,000 "
                "counts as 27.6. log softmax can be written without the logarithm of a tiny number."
            ),
        ),
        Mistake(
            probabilities_as_labels,
            hint=_(
                "Rows of probabilities are reduced to their largest entry. A target such as "
                "[0.7, 0.3] is more than its label: all its entries take part."
            ),
        ),
        Mistake(
            labels_as_numbers,
            hint=_(
                "The label itself is subtracted from the whole row. Label 2 is a name, not the "
                "amount 2: it stands for the row [0, 0, 1]."
            ),
        ),
    ],
    answers=(
        "course_lib.functional.softmax",
        "course_lib.functional.log_softmax",
        "course_lib.losses.softmax_cross_entropy",
    ),
    returns="(value, du)",
    hints=(
        _(
            "Three steps: probabilities y of each row, the value from their logarithms, then `du`. "
            "A label k stands for the row t with a 1 in place k."
        ),
        _(
            "For one row, L = −Σ t·log y. Differentiated through the softmax everything cancels "
            "but y − t. What does the mean over N rows add?"
        ),
        _(
            "Smaller: u = [[0, log 3]] has exp(u) = [1, 3], so y = [1/4, 3/4]. With label 0 the "
            "value is −log(1/4) = 1.386 and du = [[1/4 − 1, 3/4]] = [[−0.75, 0.75]]. Two such rows "
            "have the same value, and half of that du each."
        ),
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3),
)
