"""Solutions of ``bce_with_logits(u, t) -> (value, gradient)``, targets 0 and 1.

The sum over the outputs, the mean over the N samples, for scores of any size.
"""

import functools
import math
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


def sigmoid(u):
    e = np.exp(-np.abs(u))
    return np.where(u >= 0, 1 / (1 + e), e / (1 + e))


@put(RIGHT)
def textbook(u, t):
    N = len(u)
    losses = np.maximum(u, 0) - u * t + np.log1p(np.exp(-np.abs(u)))
    return losses.sum() / N, (sigmoid(u) - t) / N


@put(RIGHT)
def logaddexp(u, t):
    N = u.shape[0]
    return np.sum(np.logaddexp(0, u) - t * u) / N, (np.exp(-np.logaddexp(0, -u)) - t) / N


@put(RIGHT)
def two_log_sigmoids(u, t):
    log_y, log_not_y = -np.logaddexp(0, -u), -np.logaddexp(0, u)
    return -(t * log_y + (1 - t) * log_not_y).sum() / len(u), (np.exp(log_y) - t) / len(u)


@put(RIGHT)
def sigmoid_by_tanh(u, t):
    y = (np.tanh(u / 2) + 1) / 2
    losses = np.maximum(u, 0) - t * u + np.log1p(np.exp(-np.absolute(u)))
    return losses.reshape(len(u), -1).sum(axis=1).mean(), (y - t) / len(u)


@put(RIGHT)
def overflow_to_one_over_infinity(u, t):
    with np.errstate(over="ignore"):
        y = 1 / (1 + np.exp(-u))
    # max(-u, 0) + log(exp(-max) + exp(-u - max)) + (1 - t) u
    top = np.clip(-u, 0, None)
    losses = (1 - t) * u + top + np.log(np.exp(-top) + np.exp(-u - top))
    return np.mean(losses) * u.size / len(u), (y - t) / len(u)


@put(RIGHT)
def entry_by_entry(u, t):
    N, value, grad = len(u), 0.0, np.empty_like(u)
    for i, v in np.ndenumerate(u):
        v, target = float(v), float(t[i])
        if v >= 0:
            e = math.exp(-v)
            value += v * (1 - target) + math.log1p(e)
            y = 1 / (1 + e)
        else:
            e = math.exp(v)
            value += -v * target + math.log1p(e)
            y = e / (1 + e)
        grad[i] = (y - target) / N
    return value / N, grad


@put(RIGHT)
def as_two_classes(u, t):
    # Softmax of the scores (0, u), target (1 - t, t).
    both = np.stack([np.zeros_like(u), u], axis=-1)
    log_p = both - np.logaddexp.reduce(both, axis=-1, keepdims=True)
    value = -((1 - t) * log_p[..., 0] + t * log_p[..., 1]).sum() / len(u)
    return float(value), (np.exp(log_p[..., 1]) - t) / len(u)


@put(RIGHT)
def masks(u, t):
    positive = u > 0
    e = np.empty_like(u)
    e[positive], e[~positive] = np.exp(-u[positive]), np.exp(u[~positive])
    y = np.where(positive, 1, e) / (1 + e)
    losses = np.log(1 + e) + np.where(positive, u * (1 - t), -u * t)
    return np.sum(losses) / len(u), np.divide(y - t, len(u)).astype(u.dtype)


@put(RIGHT)
def gradient_by_parts(u, t):
    y, not_y = sigmoid(u), sigmoid(-u)
    value = (np.logaddexp(u, 0) - t * u).sum() / u.shape[0]
    return value, ((1 - t) * y - t * not_y) / u.shape[0]


@put(RIGHT)
def sample_by_sample(u, t):
    pairs = [(np.logaddexp(0, a).sum() - np.vdot(b, a), sigmoid(a) - b) for a, b in zip(u, t)]  # noqa: B905
    values, grads = zip(*pairs, strict=True)
    return math.fsum(values) / len(values), (np.stack(grads) / len(grads)).astype(u.dtype)


@put(RIGHT)
def softplus_of_signed_scores(u, t):
    # For t = 1 the loss is softplus(-u), for t = 0 softplus(u), between them the mixture.
    def softplus(a):
        return np.maximum(a, 0) + np.log1p(np.exp(-np.abs(a)))

    value = (t * softplus(-u) + (1 - t) * softplus(u)).sum() / len(t)
    return value, (sigmoid(u) - t) / len(t)


@put(RIGHT)
def clipped_exponent_for_the_gradient(u, t):
    # exp(-80) is below the rounding of 1 in both precisions.
    y = 1 / (1 + np.exp(-np.clip(u, -80, 80)))
    return np.array((np.logaddexp(0, u) - u * t).sum() / len(u)), (y - t) / len(u)


@put(RIGHT)
def infinite_on_saturated_scores(u, t):
    # log 0 = -inf is the loss where the sigmoid rounds to 0 for a target of 1; 1 - y is computed
    # as sigmoid(-u), so the other side is the same. The gradient is right.
    y, not_y = sigmoid(u), sigmoid(-u)
    with np.errstate(divide="ignore", invalid="ignore"):
        losses = np.where(t > 0, -t * np.log(y), 0) + np.where(t < 1, -(1 - t) * np.log(not_y), 0)
    return losses.sum() / len(u), (y - t) / len(u)


@put(RIGHT)
def reduction_argument(u, t, *, reduction="mean", pos_weight=1.0):
    losses = np.logaddexp(0, u) * (1 + (pos_weight - 1) * t) - pos_weight * t * u
    scale = u.shape[0] if reduction == "mean" else 1
    return losses.sum() / scale, (sigmoid(u) - t) / scale


RIGHT["partially_applied"] = (functools.partial(reduction_argument, pos_weight=1.0),)


@put(RIGHT)
def list_instead_of_tuple(u, t):
    return list(textbook(u, t))


# --- right values in a deviating form ---------------------------------------------------------


@put(FORM)
def nested_lists(u, t):  # lists
    value, grad = textbook(u, t)
    return value, grad.tolist()


@put(FORM)
def value_of_shape_one(u, t):  # value of shape (1,)
    value, grad = textbook(u, t)
    return np.array([value]), grad


@put(FORM)
def leading_axis(u, t):  # gradient of shape (1, N, ...)
    value, grad = textbook(u, t)
    return value, grad[None]


@put(FORM)
def scores_overwritten(u, t):  # u becomes the gradient
    value, grad = textbook(u, t)
    u[...] = grad
    return value, u


@put(FORM)
def targets_overwritten(u, t):  # t is changed
    result = textbook(u, t)
    t *= 0
    return result


# Whether a loss keeps float32 is not judged: its value is a number for people.
@put(EITHER)
def double_precision(u, t):  # float64 from float32
    return textbook(u.astype(np.float64), t.astype(np.float64))


# Whether targets may lie between 0 and 1 is not said, only that they are 0 and 1.
@put(EITHER)
def hard_targets_only(u, t):
    signed = np.where(t == 1, u, -u)
    value = np.logaddexp(0, -signed).sum() / len(u)
    return value, (sigmoid(u) - (t == 1)).astype(u.dtype) / len(u)


# Scores are (N, n_out) in the table of letters; the library takes (N,) as well.
@put(EITHER)
def two_axes_only(u, t):
    losses = np.logaddexp(0, u) - t * u
    return losses.sum(axis=1).mean(), (sigmoid(u) - t) / len(u)


# Right losses for ordinary scores, capped or not a number for saturated ones; the gradient is
# right everywhere. With softmax the same is left open.
@put(EITHER)
def tiny_number_in_the_log(u, t):
    y = sigmoid(u)
    losses = -t * np.log(y + 1e-12) - (1 - t) * np.log(1 - y + 1e-12)
    return losses.sum() / len(u), (y - t) / len(u)


@put(EITHER)
def clipped_probabilities(u, t):
    y = sigmoid(u)
    p = np.clip(y, 1e-12, 1 - 1e-12)
    return -(t * np.log(p) + (1 - t) * np.log(1 - p)).sum() / len(u), (y - t) / len(u)


@put(EITHER)
def zero_times_minus_infinity(u, t):
    y = sigmoid(u)
    return -(t * np.log(y) + (1 - t) * np.log(1 - y)).sum() / len(u), (y - t) / len(u)


# --- wrong ------------------------------------------------------------------------------------


def variant(
    u,
    t,
    *,
    loss=lambda u, t: np.logaddexp(0, u) - t * u,
    slope=lambda u, t: sigmoid(u) - t,
    by=len,
    gradient_by=len,
):
    """The loss with places to go wrong."""
    return np.sum(loss(u, t)) / by(u), slope(u, t) / gradient_by(u)


for name, spoilt in {
    "sum_over_the_batch": {"by": lambda u: 1, "gradient_by": lambda u: 1},
    "gradient_not_averaged": {"gradient_by": lambda u: 1},
    "value_not_averaged": {"by": lambda u: 1},
    "averaged_over_outputs_too": {"by": np.size, "gradient_by": np.size},
    "value_averaged_over_outputs_too": {"by": np.size},
    "gradient_averaged_over_outputs_too": {"gradient_by": np.size},
    "divided_by_the_last_axis": {"by": lambda u: u.shape[-1], "gradient_by": lambda u: u.shape[-1]},
    "sign_of_the_value": {"loss": lambda u, t: t * u - np.logaddexp(0, u)},
    "sign_of_the_gradient": {"slope": lambda u, t: t - sigmoid(u)},
    "gradient_of_the_probabilities": {
        "slope": lambda u, t: -t / (sigmoid(u) + 1e-12) + (1 - t) / (sigmoid(-u) + 1e-12)
    },
    "sigmoid_derivative_once_more": {
        "slope": lambda u, t: (sigmoid(u) - t) * sigmoid(u) * sigmoid(-u)
    },
    "scores_for_probabilities_in_the_gradient": {"slope": lambda u, t: u - t},
    "gradient_of_positive_targets_only": {"slope": lambda u, t: -t * sigmoid(-u)},
    "gradient_thresholded": {"slope": lambda u, t: (u > 0) - t},
    "positive_targets_only": {"loss": lambda u, t: t * np.logaddexp(0, -u)},
    "negative_targets_only": {"loss": lambda u, t: (1 - t) * np.logaddexp(0, u)},
    "score_times_target_forgotten": {"loss": lambda u, t: np.logaddexp(0, u)},
    "plus_for_minus": {"loss": lambda u, t: np.logaddexp(0, u) + t * u},
    "absolute_value_forgotten": {
        "loss": lambda u, t: np.maximum(u, 0) - t * u + np.log1p(np.exp(-u))
    },
    "logarithm_forgotten": {"loss": lambda u, t: np.maximum(u, 0) - t * u + np.exp(-np.abs(u))},
    "correction_forgotten": {"loss": lambda u, t: np.maximum(u, 0) - t * u},
    "one_forgotten_in_the_log": {
        "loss": lambda u, t: np.maximum(u, 0) - t * u - np.abs(u) + np.log(2)
    },
    "overflowing_softplus": {"loss": lambda u, t: np.log(1 + np.exp(u)) - t * u},
    "overflowing_sigmoid": {"slope": lambda u, t: np.exp(u) / (1 + np.exp(u)) - t},
    "base_two": {"loss": lambda u, t: (np.logaddexp(0, u) - t * u) / np.log(2)},
    "targets_exchanged": {
        "loss": lambda u, t: np.logaddexp(0, u) - (1 - t) * u,
        "slope": lambda u, t: sigmoid(u) - (1 - t),
    },
    "sign_targets_expected": {
        "loss": lambda u, t: np.logaddexp(0, -t * u),
        "slope": lambda u, t: -t * sigmoid(-t * u),
    },
    "squared_error_of_the_sigmoid": {
        "loss": lambda u, t: (sigmoid(u) - t) ** 2 / 2,
        "slope": lambda u, t: (sigmoid(u) - t) * sigmoid(u) * sigmoid(-u),
    },
    "scores_are_probabilities": {
        "loss": lambda u, t: (
            -t * np.log(np.clip(u, 1e-6, 1)) - (1 - t) * np.log(np.clip(1 - u, 1e-6, 1))
        ),
        "slope": lambda u, t: u - t,
    },
    "sigmoid_twice": {
        "loss": lambda u, t: np.logaddexp(0, sigmoid(u)) - t * sigmoid(u),
        "slope": lambda u, t: sigmoid(sigmoid(u)) - t,
    },
    "softmax_over_the_outputs": {
        "loss": lambda u, t: -t * (u - np.logaddexp.reduce(u, axis=-1, keepdims=True)),
        "slope": lambda u, t: np.exp(u - np.logaddexp.reduce(u, axis=-1, keepdims=True)) - t,
    },
    "clipped_scores": {
        "loss": lambda u, t: np.logaddexp(0, np.clip(u, -5, 5)) - t * np.clip(u, -5, 5),
        "slope": lambda u, t: sigmoid(np.clip(u, -5, 5)) - t,
    },
    "large_number_in_the_log": {
        "loss": lambda u, t: -t * np.log(sigmoid(u) + 1e-2) - (1 - t) * np.log(sigmoid(-u) + 1e-2)
    },
    "hard_sigmoid": {"slope": lambda u, t: np.clip(0.2 * u + 0.5, 0, 1) - t},
    "smoothed_targets": {
        "loss": lambda u, t: np.logaddexp(0, u) - (0.9 * t + 0.05) * u,
        "slope": lambda u, t: sigmoid(u) - (0.9 * t + 0.05),
    },
    "hinge": {
        "loss": lambda u, t: np.maximum(0, 1 - (2 * t - 1) * u),
        "slope": lambda u, t: -(2 * t - 1) * ((2 * t - 1) * u < 1),
    },
    "entropy_of_the_output": {
        "loss": lambda u, t: np.logaddexp(0, u) - sigmoid(u) * u,
    },
    "roles_exchanged": {
        "loss": lambda u, t: np.logaddexp(0, t) - t * u,
        "slope": lambda u, t: sigmoid(t) - u,
    },
    "two_mistakes": {"by": np.size, "slope": lambda u, t: t - sigmoid(u)},
}.items():
    WRONG[name] = (functools.partial(variant, **spoilt),)  # type: ignore[arg-type]


@put(WRONG)
def losses_not_reduced(u, t):
    return np.logaddexp(0, u) - t * u, textbook(u, t)[1]


@put(WRONG)
def every_score_with_every_target(u, t):
    # Columns against rows: right for N = K = 1.
    a, b = u.reshape(-1, 1), t.reshape(1, -1)
    grad = (sigmoid(a) - b).sum(axis=1).reshape(u.shape)
    return (np.logaddexp(0, a) - a * b).sum() / len(u), grad / len(u)


@put(WRONG)
def first_target_for_all(u, t):
    # Right for N = 1.
    return textbook(u, np.broadcast_to(t[:1], t.shape))


@put(WRONG)
def predictions_for_targets(u, t):
    return textbook(u, (u > 0).astype(u.dtype))


@put(WRONG)
def positive_class_weighted(u, t):
    # Balanced: right where both targets occur equally often.
    share = np.clip(np.mean(t), 0.1, 0.9)
    weight = t / (2 * share) + (1 - t) / (2 * (1 - share))
    losses = np.logaddexp(0, u) - t * u
    return (weight * losses).sum() / len(u), weight * (sigmoid(u) - t) / len(u)


@put(WRONG)
def single_row_forgotten(u, t):
    # Wrong for N = 1 only.
    value, grad = textbook(u, t)
    return value, grad if len(u) > 1 else np.zeros_like(grad)


@put(WRONG)
def kept_from_the_first_call(u, t, results={}):  # noqa: B006
    return results.setdefault(u.shape, textbook(u, t))


@put(WRONG)
def value_only(u, t):
    return textbook(u, t)[0]


@put(WRONG)
def gradient_before_value(u, t):
    return textbook(u, t)[::-1]


more: Any = carried(RIGHT["textbook"], n=2)
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
