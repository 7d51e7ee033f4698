"""Solutions of ``nll_loss(log_p, labels) -> (value, gradient)``, mean over the N samples."""

import functools
import math
from types import SimpleNamespace
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(log_p, labels):
    N = len(log_p)
    rows = np.arange(N)
    grad = np.zeros_like(log_p)
    grad[rows, labels] = -1 / N
    return -log_p[rows, labels].mean(), grad


@put(RIGHT)
def sample_by_sample(log_p, labels):
    N, K = log_p.shape
    value, grad = 0.0, np.zeros((N, K), dtype=log_p.dtype)
    for n in range(N):
        value -= log_p[n, labels[n]] / N
        grad[n, labels[n]] = -1 / N
    return value, grad


@put(RIGHT)
def entry_by_entry(log_p, labels):
    grad, total = np.empty_like(log_p), []
    for (n, k), v in np.ndenumerate(log_p):
        chosen = k == labels[n]
        grad[n, k] = -1 / len(labels) if chosen else 0
        if chosen:
            total.append(-v)
    return math.fsum(total) / len(total), grad


@put(RIGHT)
def comparison_with_a_range(log_p, labels):
    chosen = labels[:, None] == np.arange(log_p.shape[1])
    value = -np.where(chosen, log_p, 0).sum() / len(labels)
    return value, np.where(chosen, -1 / len(labels), 0).astype(log_p.dtype)


@put(RIGHT)
def take_along_axis(log_p, labels):
    index = labels.reshape(-1, 1)
    grad = np.zeros(log_p.shape, log_p.dtype)
    np.put_along_axis(grad, index, -1 / len(index), axis=1)
    return -np.mean(np.take_along_axis(log_p, index, axis=1)), grad


@put(RIGHT)
def boolean_mask(log_p, labels):
    mask = np.zeros(log_p.shape, dtype=bool)
    mask[range(len(labels)), labels] = True
    return float(-log_p[mask].sum() / len(labels)), -mask.astype(log_p.dtype) / len(labels)


@put(RIGHT)
def flat_positions(log_p, labels):
    N, K = log_p.shape
    flat = np.arange(N) * K + labels
    grad = np.zeros(N * K, dtype=log_p.dtype)
    grad[flat] -= 1.0 / N
    return -np.take(log_p, flat).sum() / N, grad.reshape(N, K)


@put(RIGHT)
def added_at(log_p, labels):
    grad = np.zeros_like(log_p)
    np.add.at(grad, (np.arange(len(labels)), labels), -1)
    grad /= len(labels)
    return np.average([-row[k] for row, k in zip(log_p, labels, strict=True)]), grad


@put(RIGHT)
def chosen_by_class(log_p, labels):
    value, grad = 0.0, np.zeros_like(log_p)
    for k in np.unique(labels):
        members = labels == k
        value += np.sum(log_p[members, k])
        grad[members, k] = -1 / labels.size
    return -value / labels.size, grad


@put(RIGHT)
def diagonal_of_the_columns(log_p, labels):
    # log_p[:, labels] is (N, N); its diagonal holds what was asked for.
    return -np.mean(np.diag(log_p[:, labels])), np.divide(
        -np.eye(log_p.shape[1], dtype=log_p.dtype)[labels], len(labels)
    )


@put(RIGHT)
def trace(log_p, labels):
    N, K = log_p.shape
    return -log_p[:, labels].trace() / N, -np.identity(K, dtype=log_p.dtype).take(labels, 0) / N


@put(RIGHT)
def logarithm_of_the_likelihood(log_p, labels):
    # The likelihood of all samples is a product, its logarithm a sum; it is built in logarithms.
    log_likelihood = functools.reduce(lambda a, nk: a + log_p[nk], enumerate(labels.tolist()), 0.0)
    grad = np.stack([np.bincount([k], minlength=log_p.shape[1]) for k in labels])
    return -log_likelihood / len(labels), (grad * (-1 / len(labels))).astype(log_p.dtype)


@put(RIGHT)
def reduction_argument(log_p, labels, *, reduction="mean", weight=1.0):
    scale = weight / (len(labels) if reduction == "mean" else 1)
    result = SimpleNamespace(grad=np.zeros_like(log_p))
    result.grad[np.arange(len(labels)), labels] = -scale
    return np.array(-scale * log_p[np.arange(len(labels)), labels].sum()), result.grad


RIGHT["partially_applied"] = (functools.partial(reduction_argument, reduction="mean"),)


@put(RIGHT)
def list_instead_of_tuple(log_p, labels):
    return list(textbook(log_p, labels))


# --- right values in a deviating form ---------------------------------------------------------


@put(FORM)
def nested_lists(log_p, labels):  # lists
    value, grad = textbook(log_p, labels)
    return value, grad.tolist()


@put(FORM)
def value_of_shape_one(log_p, labels):  # value of shape (1,)
    value, grad = textbook(log_p, labels)
    return np.array([value]), grad


@put(FORM)
def leading_axis(log_p, labels):  # gradient of shape (1, N, K)
    value, grad = textbook(log_p, labels)
    return value, grad[None]


@put(FORM)
def logarithms_overwritten(log_p, labels):  # log_p becomes the gradient
    value, grad = textbook(log_p, labels)
    log_p[...] = grad
    return value, log_p


@put(FORM)
def labels_turned_into_columns(log_p, labels):  # labels are changed
    labels += np.arange(len(labels), dtype=labels.dtype)
    return textbook(log_p, labels - np.arange(len(labels)))


# Whether a loss keeps float32 is not judged: its value is a number for people.
@put(EITHER)
def filled_zeros(log_p, labels):  # float64 from float32
    value, _ = textbook(log_p, labels)
    grad = np.zeros(log_p.shape)
    grad[np.arange(len(labels)), labels] = -1 / len(labels)
    return value, grad


# One-hot rows are float64 in this course, and so is then -t / N. Where a probability is 0 in a
# place that is not the label's, 0 * -inf is not a number; whether that may happen is not said.
@put(EITHER)
def double_precision_one_hot(log_p, labels):
    t = np.eye(log_p.shape[1])[labels]
    return -(t * log_p).sum() / len(labels), -t / len(labels)


@put(EITHER)
def one_hot_product(log_p, labels):
    t = np.zeros_like(log_p)
    t[np.arange(len(t)), labels] = 1
    return -np.einsum("nk,nk->", t, log_p) / len(t), -t / len(t)


# --- wrong ------------------------------------------------------------------------------------


def variant(
    log_p,
    labels,
    *,
    value=lambda p: -p,
    slope=lambda p: -np.ones_like(p),
    by=lambda p: len(p),
    gradient_by=lambda p: len(p),
    others=lambda log_p: np.zeros_like(log_p),
):
    """The loss with places to go wrong."""
    rows = np.arange(len(log_p))
    chosen = log_p[rows, labels]
    grad = others(log_p)
    grad[rows, labels] += slope(chosen)
    return value(chosen).sum() / by(log_p), grad / gradient_by(log_p)


for name, spoilt in {
    "sum_over_the_batch": {"by": lambda p: 1, "gradient_by": lambda p: 1},
    "gradient_not_averaged": {"gradient_by": lambda p: 1},
    "value_not_averaged": {"by": lambda p: 1},
    "averaged_over_classes_too": {"by": np.size, "gradient_by": np.size},
    "gradient_averaged_over_classes_too": {"gradient_by": np.size},
    "value_averaged_over_classes_too": {"by": np.size},
    "divided_by_the_classes": {"by": lambda p: p.shape[1], "gradient_by": lambda p: p.shape[1]},
    "halved": {"by": lambda p: 2 * len(p), "gradient_by": lambda p: 2 * len(p)},
    "sign_of_the_value": {"value": lambda p: p},
    "sign_of_the_gradient": {"slope": np.ones_like},
    "logarithm_taken_again": {"value": lambda p: -np.log(np.abs(p) + 1e-12)},
    "logarithm_of_probabilities_plus_one": {"value": lambda p: -np.log1p(np.exp(p))},
    "probabilities_for_logarithms": {"value": lambda p: -np.exp(p)},
    "gradient_of_the_probabilities": {"slope": lambda p: -np.exp(-p)},
    "gradient_of_the_scores": {"others": np.exp},
    "gradient_of_the_scores_wrong_sign": {
        "others": lambda p: -np.exp(p),
        "slope": np.ones_like,
    },
    "gradient_is_the_logarithm": {"slope": lambda p: p},
    "gradient_only_where_likely": {"slope": lambda p: -np.where(p > -5, 1.0, 0.0)},
    "others_pushed_away": {"others": lambda p: np.full_like(p, 1 / p.shape[1])},
    "gradient_of_ones": {"others": lambda p: -np.ones_like(p), "slope": np.zeros_like},
    "base_two": {"value": lambda p: -p / np.log(2)},
    "clipped_loss": {"value": lambda p: np.minimum(-p, 5.0)},
    "squared_loss": {"value": np.square, "slope": lambda p: 2 * p},
    "focal_loss": {"value": lambda p: -p * (1 - np.exp(p)) ** 2},
    "two_mistakes": {"by": lambda p: 1, "slope": np.ones_like},
}.items():
    WRONG[name] = (functools.partial(variant, **spoilt),)  # type: ignore[arg-type]


@put(WRONG)
def all_classes_of_the_label(log_p, labels):
    # log_p[:, labels] is (N, N): right for N = 1.
    N = len(labels)
    grad = np.zeros_like(log_p)
    grad[:, labels] = -1 / N
    return -log_p[:, labels].mean(), grad


@put(WRONG)
def rows_of_the_labels(log_p, labels):
    # log_p[labels]: the label is taken for a row.
    chosen = log_p[np.minimum(labels, len(log_p) - 1)]
    return -chosen.sum() / len(labels), textbook(log_p, labels)[1]


@put(WRONG)
def value_of_the_likeliest_class(log_p, labels):
    # Right where all predictions are right.
    return -log_p.max(axis=1).mean(), textbook(log_p, labels)[1]


@put(WRONG)
def predictions_for_labels(log_p, labels):
    return textbook(log_p, log_p.argmax(axis=1))


@put(WRONG)
def least_likely_class(log_p, labels):
    return -log_p.min(axis=1).mean(), textbook(log_p, labels)[1]


@put(WRONG)
def labels_from_one(log_p, labels):
    return textbook(log_p, labels - 1)


@put(WRONG)
def first_label_for_all(log_p, labels):
    # Right for N = 1.
    return textbook(log_p, np.full_like(labels, labels[0]))


@put(WRONG)
def labels_turned_round(log_p, labels):
    return textbook(log_p, labels[::-1])


@put(WRONG)
def sorted_labels(log_p, labels):
    return textbook(log_p, np.sort(labels))


@put(WRONG)
def normalised_again_with_its_gradient(log_p, labels):
    # softmax_cross_entropy: the value is right for logarithms of probabilities, the gradient is
    # that of the scores.
    lse = np.logaddexp.reduce(log_p, axis=1, keepdims=True)
    grad = np.exp(log_p - lse)
    grad[np.arange(len(labels)), labels] -= 1
    return textbook(log_p - lse, labels)[0], grad / len(labels)


@put(WRONG)
def losses_not_reduced(log_p, labels):
    return -log_p[np.arange(len(labels)), labels], textbook(log_p, labels)[1]


@put(WRONG)
def all_entries_in_the_value(log_p, labels):
    return -log_p.sum() / len(labels), textbook(log_p, labels)[1]


@put(WRONG)
def gradient_summed_over_the_batch(log_p, labels):
    value, grad = textbook(log_p, labels)
    return value, grad.sum(axis=0)


@put(WRONG)
def gradient_of_chosen_only(log_p, labels):
    # (N,) in place of (N, K).
    return textbook(log_p, labels)[0], np.full(len(labels), -1 / len(labels))


@put(WRONG)
def gradient_transposed(log_p, labels):
    value, grad = textbook(log_p, labels)
    return value, grad.T


@put(WRONG)
def each_class_counts_the_same(log_p, labels):
    # Classes are balanced: right where each label occurs equally often.
    counts = np.bincount(labels, minlength=log_p.shape[1])[labels]
    weight = 1 / counts / len(np.unique(labels))
    grad = np.zeros_like(log_p)
    grad[np.arange(len(labels)), labels] = -weight
    return -(weight * log_p[np.arange(len(labels)), labels]).sum(), grad


@put(WRONG)
def each_label_once(log_p, labels):
    # Repeated pairs are fine, repeated labels are not: a set of labels.
    seen, first = np.unique(labels, return_index=True)
    grad = np.zeros_like(log_p)
    grad[first, seen] = -1 / len(labels)
    return -log_p[first, seen].sum() / len(labels), grad


@put(WRONG)
def last_sample_left_out(log_p, labels):
    rows = np.arange(len(labels) - 1)
    grad = np.zeros_like(log_p)
    grad[rows, labels[:-1]] = -1 / len(labels)
    return -log_p[rows, labels[:-1]].sum() / len(labels), grad


@put(WRONG)
def smoothed_labels(log_p, labels):
    t = 0.9 * np.eye(log_p.shape[1])[labels] + 0.1 / log_p.shape[1]
    return -(t * log_p).sum() / len(labels), -t / len(labels)


@put(WRONG)
def class_zero_ignored(log_p, labels):
    # Zero is taken for padding.
    kept = labels > 0
    value = -(kept * log_p[np.arange(len(labels)), labels]).sum() / max(kept.sum(), 1)
    return value, textbook(log_p, labels)[1] * kept[:, None]


@put(WRONG)
def perplexity(log_p, labels):
    value, grad = textbook(log_p, labels)
    return math.exp(value), grad


@put(WRONG)
def gradient_added_up_over_calls(log_p, labels, sums={}):  # noqa: B006
    value, grad = textbook(log_p, labels)
    sums[grad.shape] = sums.get(grad.shape, 0) + grad
    return value, sums[grad.shape]


@put(WRONG)
def value_only(log_p, labels):
    return textbook(log_p, labels)[0]


@put(WRONG)
def gradient_before_value(log_p, labels):
    return textbook(log_p, labels)[::-1]


more: Any = carried(RIGHT["textbook"], n=2)
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
