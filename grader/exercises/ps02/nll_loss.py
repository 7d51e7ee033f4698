"""``nll_loss(log_p, labels) -> (value, dlog_p)``: what the labels' probabilities cost."""

from typing import Any

import numpy as np

from course_lib.functional import log_softmax
from course_lib.losses import nll_loss
from grader.checking import Case, Exercise, Mistake, _, case, shapes, unchanged_inputs, values
from grader.exercises.ps02.squared_error import by_columns, off_scale


def batch(
    rng: np.random.Generator, about: str, n: int, n_classes: int, labels: str = "int64"
) -> Case:
    """Logarithms of probabilities and labels, of which two are the same and two are not."""
    chosen = rng.integers(n_classes, size=n)
    if n > 2:
        chosen[:3] = rng.permutation([chosen[0], chosen[0], (chosen[0] + 1) % n_classes])
    u = 1.5 * rng.normal(size=(n, n_classes))
    if n > 4:
        u[0, chosen[0]] -= 40  # a label that was thought impossible
    return case(about, log_p=log_softmax(u), labels=chosen.astype(labels))


def cases(rng: np.random.Generator) -> list[Case]:
    single = batch(rng, "float32", 3, 4)
    return [
        batch(rng, "one row, two classes", 1, 2),
        batch(rng, "more rows than classes", 6, 3),
        batch(rng, "as many rows as classes", 4, 4, labels="int32"),
        batch(rng, "labels in one byte", 3, 5, labels="uint8"),
        single | {"log_p": single["log_p"].astype(np.float32)},
        by_columns(batch(rng, "stored column by column", 5, 3)),
    ]


def run(nll_loss: Any, case: Case) -> dict[str, Any]:
    # A first call with other numbers: what is kept outside of the call would show.
    nll_loss(case["log_p"] - 1, case["labels"].copy())
    value, dlog_p = nll_loss(case["log_p"], case["labels"])
    return {"value": value, "dlog_p": dlog_p}


def rows(log_p: Any, labels: Any) -> Any:
    """One-hot rows for labels."""
    return np.eye(log_p.shape[1])[labels]


def no_minus(log_p: Any, labels: Any) -> Any:
    t = rows(log_p, labels)
    return np.sum(t * log_p) / len(t), t / len(t)


def gradient_without_minus(log_p: Any, labels: Any) -> Any:
    t = rows(log_p, labels)
    return -np.sum(t * log_p) / len(t), t / len(t)


def value_without_minus(log_p: Any, labels: Any) -> Any:
    t = rows(log_p, labels)
    return np.sum(t * log_p) / len(t), -t / len(t)


def through_the_softmax(log_p: Any, labels: Any) -> Any:
    t = rows(log_p, labels)
    return -np.sum(t * log_p) / len(t), (np.exp(log_p) - t) / len(t)


def with_respect_to_p(log_p: Any, labels: Any) -> Any:
    t = rows(log_p, labels)
    return -np.sum(t * log_p) / len(t), -t / np.exp(log_p) / len(t)


def times_the_probability(log_p: Any, labels: Any) -> Any:
    t = rows(log_p, labels)
    return -np.sum(t * log_p) / len(t), -t * np.exp(log_p) / len(t)


def value_as_gradient(log_p: Any, labels: Any) -> Any:
    t = rows(log_p, labels)
    return -np.sum(t * log_p) / len(t), -t * log_p / len(t)


def mean_of_probabilities(log_p: Any, labels: Any) -> Any:
    t = rows(log_p, labels)
    return -np.log(np.sum(t * np.exp(log_p)) / len(t)), -t / len(t)


def probabilities(log_p: Any, labels: Any) -> Any:
    t = rows(log_p, labels)
    return -np.sum(t * np.exp(log_p)) / len(t), -t / len(t)


def logarithm_again(log_p: Any, labels: Any) -> Any:
    t = rows(log_p, labels)
    return -np.sum(t * np.log(log_p)) / len(t), -t / log_p / len(t)


def whole_columns(log_p: Any, labels: Any) -> Any:
    d = np.zeros(log_p.shape)
    d[:, labels] = -1 / len(labels)
    return -log_p[:, labels].mean(), d


def whole_columns_in_the_value(log_p: Any, labels: Any) -> Any:
    return -log_p[:, labels].mean(), -rows(log_p, labels) / len(labels)


def whole_columns_added(log_p: Any, labels: Any) -> Any:
    return -log_p[:, labels].sum() / len(labels), -rows(log_p, labels) / len(labels)


def whole_columns_added_in_both(log_p: Any, labels: Any) -> Any:
    return -log_p[:, labels].sum() / len(labels), whole_columns(log_p, labels)[1]


def whole_rows(log_p: Any, labels: Any) -> Any:
    return -np.sum(log_p) / len(log_p), -np.ones(log_p.shape) / len(log_p)


def every_entry_pays(log_p: Any, labels: Any) -> Any:
    t = rows(log_p, labels)
    return -np.sum(t * log_p) / len(t), -np.ones(log_p.shape) / len(t)


def one_row_only(log_p: Any, labels: Any) -> Any:
    t = rows(log_p, labels)
    d = np.zeros(log_p.shape)
    d[0] = -t[0] / len(t)
    return -np.sum(t * log_p) / len(t), d


def one_value_per_row(log_p: Any, labels: Any) -> Any:
    t = rows(log_p, labels)
    return -np.sum(t * log_p, axis=1), -t / len(t)


def gradient_of_labels_only(log_p: Any, labels: Any) -> Any:
    t = rows(log_p, labels)
    return -np.sum(t * log_p) / len(t), -np.ones(len(t)) / len(t)


exercise = Exercise(
    name="nll_loss",
    takes=("nll_loss",),
    points=2,
    reference=(nll_loss,),
    cases=cases,
    run=run,
    # The float type of a loss's gradient is not judged: tables of zeros are float64.
    judge=[
        values("value", weight=4, title=_("the value")),
        values("dlog_p", weight=4, title=_("the gradient")),
        shapes(),
        unchanged_inputs(),
    ],
    mistakes=[
        *off_scale(nll_loss, "dlog_p"),
        Mistake(
            no_minus,
            hint=_(
                "Value and gradient have the wrong sign: logarithms of probabilities are negative, "
                "a loss is not."
            ),
        ),
        Mistake(
            value_without_minus,
            hint=_("The value is negative. Logarithms of probabilities are; a loss is not."),
        ),
        Mistake(
            gradient_without_minus,
            hint=_(
                "`dlog_p` has the wrong sign. If the label's log-probability rises, does the loss "
                "rise or fall?"
            ),
        ),
        Mistake(
            through_the_softmax,
            hint=_(
                "This is the gradient with respect to the scores, through the softmax. `dlog_p` "
                "belongs to `log_p` as it was handed over: which entries of it does the value use?"
            ),
        ),
        Mistake(
            with_respect_to_p,
            hint=_(
                "−1/p is the gradient with respect to the probabilities. `dlog_p` belongs to their "
                "logarithms, and the value takes no logarithm of them any more."
            ),
        ),
        Mistake(
            times_the_probability,
            hint=_(
                "`dlog_p` depends on the probabilities. The value is linear in `log_p`: how much "
                "does it change when the label's entry moves by 0.1?"
            ),
        ),
        Mistake(
            value_as_gradient,
            hint=_(
                "`dlog_p` holds the terms of the value. A gradient says how much the value changes "
                "when an entry moves: what multiplies the entry?"
            ),
        ),
        Mistake(
            mean_of_probabilities,
            hint=_(
                "The logarithm of the mean probability is not the mean of the logarithms: take "
                "the entries of `log_p` as they are."
            ),
        ),
        Mistake(
            probabilities,
            hint=_("The value is made of the probabilities. It is made of their logarithms."),
        ),
        Mistake(
            logarithm_again,
            hint=_("The value is nan: a logarithm was taken of `log_p`, which are logarithms."),
        ),
        Mistake(
            whole_columns,
            hint=_(
                "`log_p[:, labels]` takes whole columns, a table of N × N numbers. One entry of "
                "each row is wanted: pair every row number with its label."
            ),
        ),
        Mistake(
            whole_columns_in_the_value,
            hint=_(
                "The value is a mean over all rows of the labels' columns: `log_p[:, labels]` is "
                "an (N, N) array. Each row has one label of its own."
            ),
        ),
        Mistake(
            whole_columns_added,
            hint=_(
                "`log_p[:, labels]` has N columns, and the value adds all of them up. To take one "
                "entry of each row, index with two arrays: the rows and their labels."
            ),
        ),
        Mistake(
            whole_columns_added_in_both,
            hint=_(
                "`[:, labels]` takes whole columns, in the value and in the gradient. To take one "
                "entry of each row, index with two arrays: the rows and their labels."
            ),
        ),
        Mistake(
            whole_rows,
            hint=_("All classes are added up. Only the label's entry of each row counts."),
        ),
        Mistake(
            every_entry_pays,
            hint=_(
                "`dlog_p` is the same everywhere. The value does not change when an entry of "
                "another class moves."
            ),
        ),
        Mistake(
            one_row_only,
            hint=_("Only the first row of `dlog_p` is filled. Each sample has its own label."),
        ),
        Mistake(
            one_value_per_row,
            hint=_("The value is one number per sample. A loss is one number for the batch."),
        ),
        Mistake(
            gradient_of_labels_only,
            hint=_(
                "`dlog_p` has an entry per sample. It needs one for each entry of `log_p`, zeros "
                "included."
            ),
        ),
    ],
    answers=("course_lib.losses.nll_loss",),
    returns="(value, dlog_p)",
    hints=(
        _("Of each row a single number is used. Which one, and how does the value depend on it?"),
        _(
            "L = −(1/N) Σ log_p[n, labels[n]]. To pick one entry of each row, index with two "
            "arrays of length N: the row numbers `np.arange(N)` and the labels."
        ),
        _(
            "Smaller: log_p = [[−0.2, −1.7], [−0.9, −0.5]] and labels = [1, 0] pick −1.7 and −0.9. "
            "The value is 2.6/2 = 1.3 and dlog_p = [[0, −0.5], [−0.5, 0]]."
        ),
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3),
)
