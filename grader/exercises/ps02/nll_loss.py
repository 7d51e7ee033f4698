"""``nll_loss(log_p, labels) -> (value, dlog_p)``: the negative log-likelihood of the labels."""

import numpy as np

from grader.checking.contract import Case, case, slips
from grader.exercises.losses import label_cases, loss, some_labels
from grader.exercises.ps02.log_softmax import log_softmax


def nll_loss(log_p, labels):
    t = np.eye(log_p.shape[1], dtype=log_p.dtype)[labels]
    value = -float(np.sum(t * log_p)) / len(t)
    dlog_p = -t / len(t)
    return value, dlog_p


def batch(
    rng: np.random.Generator, about: str, shape: tuple[int, int], labels: str = "int64"
) -> Case:
    """Logarithms of probabilities and labels, of which two are the same and two are not."""
    chosen = some_labels(rng, *shape)
    u = 1.5 * rng.normal(size=shape)
    if len(u) > 4:
        u[0, chosen[0]] -= 40  # a label with a very small probability
    return case(about, log_p=log_softmax(u), labels=chosen.astype(labels))


exercise = loss(
    nll_loss,
    points=1,
    draw=batch,
    batches=label_cases,
    gradient="""Which entries of `log_p` does the value not use? What is the derivative there, and
    what is it for an entry that is used?""",
    answers=("course_lib.losses.nll_loss",),
    hints="""
    The value uses a single number of each row. Which one, and how does the value depend on it?

    L = −(1/N) Σ log_p[n, labels[n]]. To pick one entry of each row, index with two arrays of length
    N: the row numbers `np.arange(N)` and the labels.

    A smaller example: log_p = [[−0.2, −1.7], [−0.9, −0.5]] and labels = [1, 0] pick −1.7 and −0.9.
    The value is 2.6/2 = 1.3 and dlog_p = [[0, −0.5], [−0.5, 0]].
    """,
    mistakes=slips("""
value = float(np.sum(t * log_p)) / len(t)
dlog_p = t / len(t)
    Value and gradient have the wrong sign: logarithms of probabilities are negative, a loss is not.
value = float(np.sum(t * log_p)) / len(t)
    The value is negative. Logarithms of probabilities are; a loss is not.
dlog_p = (np.exp(log_p) - t) / len(t)
    This is the gradient with respect to the scores, through the softmax. `dlog_p` belongs to the
    argument `log_p`: which entries of it does the value use?
dlog_p = -t / np.exp(log_p) / len(t)
    −1/p is the gradient with respect to the probabilities. `dlog_p` belongs to their logarithms,
    and the value contains no further logarithm.
dlog_p = -t * np.exp(log_p) / len(t)
    `dlog_p` depends on the probabilities. The value is linear in `log_p`: how much does it change
    when the label's entry changes by 0.1?
dlog_p = -t * log_p / len(t)
    `dlog_p` holds the terms of the value. The gradient says how much the value changes when an
    entry changes. Which factor multiplies each entry?
value = -np.log(np.sum(t * np.exp(log_p)) / len(t))
    The logarithm of the mean probability is not the mean of the logarithms. Average the entries of
    `log_p` themselves.
value = -float(np.sum(t * np.exp(log_p))) / len(t)
    You compute the value from the probabilities. Use their logarithms, which `log_p` holds.
value = -float(np.sum(t * np.log(log_p))) / len(t)
    The value is nan, because you take the logarithm of `log_p`, which already holds logarithms.
dlog_p = -t / log_p / len(t)
    `dlog_p` is the derivative of a logarithm of `log_p`. The value contains no further logarithm.
    How much does it change when the label's entry changes by 0.1?
dlog_p = -np.ones_like(t) * t.max(axis=0) / len(t)
    You fill whole columns of `dlog_p`, because you index with `[:, labels]`. Each row has its own
    label. Which two index arrays pick one entry of each row?
value = -np.mean(log_p[labels])
    The value is a mean over whole rows, because `log_p[labels]` picks rows. The labels are column
    numbers. To which row does each label belong?
value = -float(np.mean(log_p[:, labels]))
dlog_p = -np.ones_like(t) * t.max(axis=0) / len(t)
    `log_p[:, labels]` takes whole columns, a table of N × N numbers. You need one entry of each
    row: pair every row number with its label.
value = -float(np.mean(log_p[:, labels]))
    The value is a mean over all rows of the labels' columns: `log_p[:, labels]` is an (N, N) array.
    Each row has its own label.
value = -float(np.sum(log_p[:, labels])) / len(t)
    `log_p[:, labels]` has N columns, and the value adds all of them up. To take one entry of each
    row, index with two arrays: the rows and their labels.
value = -float(np.sum(log_p[:, labels])) / len(t)
dlog_p = -np.ones_like(t) * t.max(axis=0) / len(t)
    `[:, labels]` takes whole columns, in the value and in the gradient. To take one entry of each
    row, index with two arrays: the rows and their labels.
value = -float(np.sum(log_p)) / len(t)
dlog_p = -np.ones_like(t) / len(t)
    All classes are added up. Only the label's entry of each row counts.
dlog_p = -np.ones_like(t) / len(t)
    All entries of `dlog_p` are equal. The value does not change when an entry of another class
    changes.
dlog_p = -t * (np.arange(len(t)) == 0)[:, None] / len(t)
    Only the first row of `dlog_p` is filled. Each sample has its own label.
dlog_p = -np.ones(len(t)) / len(t)
    `dlog_p` has one entry per sample. It needs one for each entry of `log_p`, including the zeros.
"""),
)
