"""Solutions of ``perceptron_loss(f, t) -> (value, gradient)`` with targets -1 and +1.

Where ``f = 0`` any number between 0 and -t/N is right in the gradient.
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


@put(RIGHT)
def textbook(f, t):
    N = len(f)
    losses = np.maximum(0, -t * f)
    return losses.sum() / N, np.where(t * f <= 0, -t, 0).astype(f.dtype) / N


@put(RIGHT)
def nothing_at_the_kink(f, t):
    wrong = (t * f < 0).astype(f.dtype)
    return np.sum(-t * f * wrong) / f.shape[0], (-t * wrong).astype(f.dtype) / f.shape[0]


@put(RIGHT)
def half_at_the_kink(f, t):
    # -t (1 - sign(t f)) / 2
    grad = (np.sign(f) - t) / 2 / len(f)
    return (np.abs(f) - t * f).sum() / 2 / len(f), grad.astype(f.dtype)


@put(RIGHT)
def signs_compared(f, t):
    grad = np.where(np.sign(f) != np.sign(t), -t, 0) / len(t)
    value = np.abs(f[np.sign(f) != t]).sum() / len(t)
    return value, grad.astype(f.dtype)


@put(RIGHT)
def classes_apart(f, t):
    N, grad = len(f), np.zeros_like(f)
    missed, false_alarm = (t > 0) & (f < 0), (t < 0) & (f >= 0)
    grad[missed], grad[false_alarm] = -1 / N, 1 / N
    return (f[false_alarm].sum() - f[missed].sum()) / N, grad


@put(RIGHT)
def entry_by_entry(f, t):
    total, grad = [], np.zeros_like(f)
    for i, v in np.ndenumerate(f):
        if t[i] * v <= 0:
            total.append(-float(t[i]) * float(v))
            grad[i] = -t[i] / f.shape[0]
    return math.fsum(total) / f.shape[0], grad


@put(RIGHT)
def clipped_margin(f, t):
    m = np.clip(t * f, None, 0)
    return -m.reshape(len(f), -1).sum(axis=1).mean(), (-t * (m < 0) / len(f)).astype(f.dtype)


@put(RIGHT)
def linear_in_the_outputs(f, t):
    # The loss is homogeneous: its value is the scalar product of gradient and outputs.
    grad = (np.heaviside(-t * f, 0.25) * -t).astype(f.dtype) / len(f)
    return float(np.vdot(grad, f)), grad


@put(RIGHT)
def integral_of_a_step(f, t):
    wrong = np.less_equal(t * f, 0)
    value = np.sum(np.abs(f), where=wrong) / len(f)
    return np.array(value), np.where(wrong, -1.0, 0.0).astype(f.dtype) * t.astype(f.dtype) / len(f)


@put(RIGHT)
def sample_by_sample(f, t):
    values = [np.maximum(-b * a, 0).sum() for a, b in zip(f, t, strict=True)]
    grad = np.array([-b * (b * a <= 0) for a, b in zip(f, t, strict=True)], dtype=f.dtype)
    return sum(values) / len(values), grad / len(values)


@put(RIGHT)
def relu_of_the_negative_margin(f, t):
    a = np.array(-t * f, dtype=f.dtype)
    grad = np.array(-t, dtype=f.dtype)
    grad[a < 0] = 0
    a[a < 0] = 0
    return a.sum() / len(a), np.divide(grad, len(a))


@put(RIGHT)
def difference_of_positive_parts(f, t):
    positive, negative = (1 + t) / 2, (1 - t) / 2
    value = (positive * np.maximum(-f, 0) + negative * np.maximum(f, 0)).sum() / len(f)
    grad = (negative * (f > 0) - positive * (f < 0)) / len(f)
    return value, grad.astype(f.dtype)


@put(RIGHT)
def margin_argument(f, t, margin=0.0):
    short = margin - t * f
    N = np.shape(t)[0]
    return np.maximum(short, 0).sum() / N, (-t * (short >= 0) / N).astype(f.dtype)


RIGHT["partially_applied"] = (functools.partial(margin_argument, margin=0),)


@put(RIGHT)
def list_instead_of_tuple(f, t):
    return list(textbook(f, t))


# --- right values in a deviating form ---------------------------------------------------------


@put(FORM)
def nested_lists(f, t):  # lists
    value, grad = textbook(f, t)
    return value, grad.tolist()


@put(FORM)
def value_of_shape_one(f, t):  # value of shape (1,)
    value, grad = textbook(f, t)
    return np.array([value]), grad


@put(FORM)
def leading_axis(f, t):  # gradient of shape (1, N, ...)
    value, grad = textbook(f, t)
    return value, grad[None]


@put(FORM)
def outputs_overwritten(f, t):  # f becomes the margin
    f *= t
    return np.maximum(0, -f).sum() / len(f), (-t * (f <= 0)).astype(f.dtype) / len(f)


@put(FORM)
def targets_overwritten(f, t):  # t is changed
    result = textbook(f, t)
    t[...] = 1
    return result


# Whether a loss keeps float32 is not judged: its value is a number for people.
@put(EITHER)
def double_precision(f, t):  # float64 from float32
    return textbook(f.astype(np.float64), t)


# With targets of whole numbers the gradient of float32 outputs becomes float64.
@put(EITHER)
def targets_of_their_own_type(f, t):
    return np.maximum(0, -t * f).sum() / len(f), -t * (t * f <= 0) / len(f)


# --- wrong ------------------------------------------------------------------------------------


def variant(
    f,
    t,
    *,
    loss=lambda m: np.maximum(0, -m),
    slope=lambda m: -1.0 * (m <= 0),
    by=len,
    gradient_by=len,
    factor=lambda t: t,
):
    """The loss with places to go wrong, as a function of ``m = t f``."""
    m = t * f
    return np.sum(loss(m)) / by(f), factor(t) * slope(m) / gradient_by(f)


for name, spoilt in {
    "sum_over_the_batch": {"by": lambda f: 1, "gradient_by": lambda f: 1},
    "gradient_not_averaged": {"gradient_by": lambda f: 1},
    "value_not_averaged": {"by": lambda f: 1},
    "halved": {"by": lambda f: 2 * len(f), "gradient_by": lambda f: 2 * len(f)},
    "sign_of_the_gradient": {"slope": lambda m: 1.0 * (m <= 0)},
    "sign_of_the_value": {"loss": lambda m: np.minimum(0, m)},
    "minus_forgotten": {"loss": lambda m: np.maximum(0, m), "slope": lambda m: 1.0 * (m > 0)},
    "minus_forgotten_in_the_value": {"loss": lambda m: np.maximum(0, m)},
    "margin_of_one": {"loss": lambda m: np.maximum(0, 1 - m), "slope": lambda m: -1.0 * (m < 1)},
    "margin_of_one_in_the_gradient": {"slope": lambda m: -1.0 * (m < 1)},
    "margin_of_one_in_the_value": {"loss": lambda m: np.maximum(0, 1 - m)},
    "small_margin": {
        "loss": lambda m: np.maximum(0, 0.1 - m),
        "slope": lambda m: -1.0 * (m < 0.1),
    },
    "maximum_forgotten": {"loss": lambda m: -m, "slope": lambda m: -np.ones_like(m)},
    "maximum_forgotten_in_the_value": {"loss": lambda m: -m},
    "maximum_forgotten_in_the_gradient": {"slope": lambda m: -np.ones_like(m)},
    "condition_turned_round": {"slope": lambda m: -1.0 * (m > 0)},
    "number_of_mistakes": {"loss": lambda m: 1.0 * (m <= 0)},
    "absolute_value": {"loss": np.abs, "slope": np.sign},
    "squared": {"loss": lambda m: np.minimum(0, m) ** 2, "slope": lambda m: 2 * np.minimum(0, m)},
    "gradient_is_the_loss": {"slope": lambda m: np.minimum(0, m)},
    "softplus": {
        "loss": lambda m: np.logaddexp(0, -m),
        "slope": lambda m: -np.exp(-np.logaddexp(0, m)),
    },
    "leaky": {
        "loss": lambda m: np.where(m > 0, -0.1 * m, -m),
        "slope": lambda m: np.where(m > 0, -0.1, -1),
    },
    "target_forgotten_in_the_gradient": {"factor": np.ones_like},
    "target_zero_or_one_in_the_gradient": {"factor": lambda t: (t > 0).astype(float)},
    "outputs_left_alone_unless_far_off": {"slope": lambda m: -1.0 * (m < -1)},
    "too_steep_at_the_kink": {"slope": lambda m: np.where(m == 0, -2.0, -1.0 * (m < 0))},
    "wrong_way_at_the_kink": {"slope": lambda m: np.where(m == 0, 1.0, -1.0 * (m < 0))},
    "largest_mistake_only": {"loss": lambda m: np.max(np.maximum(0, -m))},
    "mean_margin": {"loss": lambda m: np.maximum(0, -m.mean()) * len(m)},
    "two_mistakes": {"loss": lambda m: np.maximum(0, m), "gradient_by": lambda f: 1},
}.items():
    WRONG[name] = (functools.partial(variant, **spoilt),)  # type: ignore[arg-type]


# Right for outputs of shape (N,) or (N, 1): the loss sums over the outputs.
@put(WRONG)
def averaged_over_outputs_too(f, t):
    return np.maximum(-t * f, 0).mean(), -t * (t * f <= 0) / f.size


@put(WRONG)
def averaged_over_mistakes(f, t):
    # Right where all are wrong.
    wrong = t * f <= 0
    count = max(int(wrong.sum()), 1)
    return np.maximum(-t * f, 0).sum() / count, -t * wrong / count


@put(WRONG)
def first_mistake_only(f, t):
    # Rosenblatt's rule sample by sample stops at the first mistake.
    grad = np.zeros_like(f)
    for i in np.ndindex(f.shape):
        if t[i] * f[i] <= 0:
            grad[i] = -t[i] / len(f)
            return -t[i] * f[i] / len(f), grad
    return 0.0, grad


@put(WRONG)
def outputs_for_the_gradient(f, t):
    return textbook(f, t)[0], np.where(t * f <= 0, -f, 0) / len(f)


@put(WRONG)
def predicted_sign_as_gradient(f, t):
    # sign(f) - t is twice too large where it is wrong.
    return textbook(f, t)[0], (np.sign(f) - t) / len(f)


@put(WRONG)
def difference_in_place_of_the_product(f, t):
    r = t - f
    return np.maximum(0, r).sum() / len(f), -1.0 * (r >= 0) / len(f)


@put(WRONG)
def targets_zero_and_one_made_signs(f, t):
    return textbook(f, 2 * t - 1)


@put(WRONG)
def negative_class_ignored(f, t):
    return textbook(f, np.maximum(t, 0))


@put(WRONG)
def thresholded_output(f, t):
    return textbook(np.sign(f), t)


@put(WRONG)
def positive_outputs_only(f, t):
    # A threshold at 0 before the loss: mistakes below zero are overlooked.
    return textbook(np.maximum(f, 0), t)


@put(WRONG)
def every_output_with_every_target(f, t):
    # Columns against rows: right for one output in all.
    m = f.reshape(-1, 1) * t.reshape(1, -1)
    grad = np.where(m <= 0, -t.reshape(1, -1), 0).sum(axis=1).reshape(f.shape)
    return np.maximum(0, -m).sum() / len(f), grad / len(f)


@put(WRONG)
def first_target_for_all(f, t):
    # Right for N = 1.
    return textbook(f, np.broadcast_to(t[:1], t.shape))


@put(WRONG)
def one_mistake_moves_all(f, t):
    # Right for one output in all.
    grad = -t / len(f) if np.any(t * f < 0) else np.zeros_like(f)
    return textbook(f, t)[0], grad


@put(WRONG)
def losses_not_reduced(f, t):
    return np.maximum(0, -t * f), textbook(f, t)[1]


@put(WRONG)
def gradient_summed_over_the_batch(f, t):
    value, grad = textbook(f, t)
    return value, grad.sum(axis=0)


@put(WRONG)
def random_mistake(f, t):
    # A single sample, drawn anew each time: right on average.
    grad, n = np.zeros_like(f), np.random.default_rng().integers(len(f))
    grad[n] = np.where(t[n] * f[n] <= 0, -t[n], 0)
    return np.maximum(0, -t[n] * f[n]).sum(), grad


@put(WRONG)
def value_only(f, t):
    return textbook(f, t)[0]


@put(WRONG)
def gradient_before_value(f, t):
    return textbook(f, t)[::-1]


more: Any = carried(RIGHT["textbook"], n=2)
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
