"""Solutions of ``binary_hinge(f, t) -> (value, gradient)`` with targets -1 and +1.

Where ``t f = 1`` any number between 0 and -t/N is right in the gradient.
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
    losses = np.maximum(0, 1 - t * f)
    return losses.sum() / N, np.where(t * f < 1, -t, 0).astype(f.dtype) / N


@put(RIGHT)
def full_slope_at_the_kink(f, t):
    short = 1 - t * f
    inside = (short >= 0).astype(f.dtype)
    return np.sum(short * inside) / len(f), (-t * inside).astype(f.dtype) / len(f)


@put(RIGHT)
def half_slope_at_the_kink(f, t):
    short = 1 - f * t
    step = np.heaviside(short, 0.5)
    value = np.clip(short, 0, None).reshape(len(f), -1).sum(axis=1).mean()
    return value, (-t * step / len(f)).astype(f.dtype)


@put(RIGHT)
def absolute_value(f, t):
    # max(0, a) = (a + |a|) / 2
    a = 1 - t * f
    grad = -t * (1 + np.sign(a)) / 2 / f.shape[0]
    return (a + np.abs(a)).sum() / 2 / f.shape[0], grad.astype(f.dtype)


@put(RIGHT)
def both_classes_apart(f, t):
    N = f.shape[0]
    grad = np.zeros_like(f)
    grad[(t == 1) & (f < 1)] = -1 / N
    grad[(t == -1) & (f > -1)] = 1 / N
    value = np.maximum(1 - f[t == 1], 0).sum() + np.maximum(1 + f[t == -1], 0).sum()
    return value / N, grad


@put(RIGHT)
def entry_by_entry(f, t):
    value, grad = 0.0, np.zeros_like(f)
    for i in np.ndindex(f.shape):
        short = 1 - float(t[i]) * float(f[i])
        if short > 0:
            value += short
            grad[i] = -t[i] / len(f)
    return value / len(f), grad


@put(RIGHT)
def boolean_assignment(f, t):
    losses = np.array(1 - t * f, dtype=f.dtype)
    grad = np.array(-t, dtype=f.dtype) / len(f)
    grad[losses <= 0] = 0
    losses[losses < 0] = 0
    return float(losses.sum()) / len(losses), grad


@put(RIGHT)
def sample_by_sample(f, t):
    values, grads = [], []
    for a, b in zip(f, t, strict=True):
        short = np.maximum(1 - a * b, 0)
        values.append(float(np.sum(short)))
        grads.append(-b * (short > 0))
    return math.fsum(values) / len(f), (np.array(grads) / len(f)).astype(f.dtype)


@put(RIGHT)
def relu_and_its_derivative(f, t):
    def relu(a):
        return a * (a > 0)

    def drelu(a):
        return np.greater(a, 0).astype(f.dtype)

    margin = (t * f).astype(f.dtype)
    d_margin = -drelu(1 - margin) / len(f)
    return np.array(relu(1 - margin).sum() / len(f)), (d_margin * t).astype(f.dtype)


@put(RIGHT)
def clipped_margin(f, t):
    # 1 - min(1, t f)
    margin = np.minimum(1, t * f)
    return (f.size - margin.sum()) / len(f), (-t * (margin < 1) / len(f)).astype(f.dtype)


@put(RIGHT)
def value_from_the_gradient(f, t):
    # The loss is linear where the gradient is not 0: sum of g (f - t).
    grad = np.where(np.sign(t * f - 1) < 0, -t, np.zeros_like(f)).astype(f.dtype) / f.shape[0]
    return np.vdot(grad, (f - t).astype(f.dtype)), grad


@put(RIGHT)
def margin_argument(f, t, *, margin=1.0):
    short = margin - np.multiply(t, f)
    n = np.shape(f)[0]
    return np.sum(short, where=short > 0) / n, np.select([short > 0], [-t / n], 0).astype(f.dtype)


RIGHT["partially_applied"] = (functools.partial(margin_argument, margin=1),)


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
    return np.maximum(0, 1 - f).sum() / len(f), (-t * (f < 1)).astype(f.dtype) / len(f)


@put(FORM)
def targets_overwritten(f, t):  # t is changed
    result = textbook(f, t)
    t *= -1
    return result


# Whether a loss keeps float32 is not judged: its value is a number for people.
@put(EITHER)
def double_precision(f, t):  # float64 from float32
    return textbook(f.astype(np.float64), t)


# With targets of whole numbers the gradient of float32 outputs becomes float64.
@put(EITHER)
def targets_of_their_own_type(f, t):
    return np.maximum(0, 1 - t * f).sum() / len(f), -t * (t * f < 1) / len(f)


# --- wrong ------------------------------------------------------------------------------------


def variant(
    f,
    t,
    *,
    loss=lambda m: np.maximum(0, 1 - m),
    slope=lambda m: -1.0 * (m < 1),
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
    "averaged_over_the_wrong_ones_only": {
        "by": lambda f: max(np.sum(np.abs(f) < 1), 1),
    },
    "sign_of_the_gradient": {"slope": lambda m: 1.0 * (m < 1)},
    "sign_of_the_value": {"loss": lambda m: -np.maximum(0, 1 - m)},
    "no_margin": {"loss": lambda m: np.maximum(0, -m), "slope": lambda m: -1.0 * (m < 0)},
    "no_margin_in_the_gradient": {"slope": lambda m: -1.0 * (m < 0)},
    "no_margin_in_the_value": {"loss": lambda m: np.maximum(0, -m)},
    "margin_of_two": {"loss": lambda m: np.maximum(0, 2 - m), "slope": lambda m: -1.0 * (m < 2)},
    "margin_of_one_half": {
        "loss": lambda m: np.maximum(0, 0.5 - m),
        "slope": lambda m: -1.0 * (m < 0.5),
    },
    "plus_for_minus": {"loss": lambda m: np.maximum(0, 1 + m), "slope": lambda m: 1.0 * (m > -1)},
    "maximum_forgotten": {"loss": lambda m: 1 - m, "slope": lambda m: -np.ones_like(m)},
    "maximum_forgotten_in_the_value": {"loss": lambda m: 1 - m},
    "maximum_forgotten_in_the_gradient": {"slope": lambda m: -np.ones_like(m)},
    "minimum_for_maximum": {"loss": lambda m: np.minimum(0, 1 - m)},
    "condition_turned_round": {"slope": lambda m: -1.0 * (m > 1)},
    "absolute_value": {"loss": lambda m: np.abs(1 - m), "slope": lambda m: -np.sign(1 - m)},
    "squared_hinge": {
        "loss": lambda m: np.maximum(0, 1 - m) ** 2,
        "slope": lambda m: -2 * np.maximum(0, 1 - m),
    },
    "gradient_of_the_squared_hinge": {"slope": lambda m: -np.maximum(0, 1 - m)},
    "logistic": {
        "loss": lambda m: np.logaddexp(0, -m),
        "slope": lambda m: -np.exp(-np.logaddexp(0, m)),
    },
    "zero_one_loss": {"loss": lambda m: 1.0 * (m <= 0)},
    "target_forgotten_in_the_gradient": {"factor": np.ones_like},
    "target_zero_or_one_in_the_gradient": {"factor": lambda t: (t > 0).astype(float)},
    "too_steep_at_the_kink": {"slope": lambda m: np.where(m == 1, -5.0, -1.0 * (m < 1))},
    "wrong_way_at_the_kink": {"slope": lambda m: np.where(m == 1, 0.5, -1.0 * (m < 1))},
    "smoothed_at_the_kink": {"slope": lambda m: -np.clip((1 - m) * 2, 0, 1)},
    "loss_of_the_mean_margin": {"loss": lambda m: np.maximum(0, 1 - m.mean()) * len(m)},
    "largest_loss_only": {"loss": lambda m: np.max(np.maximum(0, 1 - m))},
    "two_mistakes": {"by": lambda f: 1, "slope": lambda m: 1.0 * (m < 1)},
}.items():
    WRONG[name] = (functools.partial(variant, **spoilt),)  # type: ignore[arg-type]


# Right for outputs of shape (N,) or (N, 1): the loss sums over the outputs.
@put(WRONG)
def averaged_over_outputs_too(f, t):
    short = 1 - t * f
    return np.maximum(short, 0).mean(), -t * (short > 0) / f.size


@put(WRONG)
def outputs_for_the_gradient(f, t):
    # The gradient with respect to t.
    value, _ = textbook(f, t)
    return value, np.where(t * f < 1, -f, 0) / len(f)


@put(WRONG)
def difference_in_place_of_the_product(f, t):
    # The hinge as a function of t - f, as a slide suggests.
    r = 1 - (f - t)
    return np.maximum(0, r).sum() / len(f), -1.0 * (r > 0) / len(f)


@put(WRONG)
def targets_zero_and_one_made_signs(f, t):
    # 2 t - 1 of targets that are signs already: -3 and 1.
    return textbook(f, 2 * t - 1)


@put(WRONG)
def negative_class_ignored(f, t):
    return textbook(f, np.maximum(t, 0))


@put(WRONG)
def every_output_with_every_target(f, t):
    # Columns against rows: right for one output in all.
    m = f.reshape(-1, 1) * t.reshape(1, -1)
    grad = np.where(m < 1, -t.reshape(1, -1), 0).sum(axis=1).reshape(f.shape)
    return np.maximum(0, 1 - m).sum() / len(f), grad / len(f)


@put(WRONG)
def sign_of_the_output(f, t):
    return textbook(np.sign(f), t)


@put(WRONG)
def squashed_output(f, t):
    return textbook(np.tanh(f), t)


@put(WRONG)
def first_target_for_all(f, t):
    # Right for N = 1.
    return textbook(f, np.broadcast_to(t[:1], t.shape))


@put(WRONG)
def one_bad_sample_makes_all_bad(f, t):
    # `if any` in place of a mask; right for one output in all.
    grad = -t / len(f) if np.any(t * f < 1) else np.zeros_like(f)
    return textbook(f, t)[0], grad


@put(WRONG)
def losses_not_reduced(f, t):
    return np.maximum(0, 1 - t * f), textbook(f, t)[1]


@put(WRONG)
def gradient_summed_over_the_batch(f, t):
    value, grad = textbook(f, t)
    return value, grad.sum(axis=0)


@put(WRONG)
def divided_as_whole_numbers(f, t):
    # -1 // N is -1 and 1 // N is 0 for N > 1.
    return textbook(f, t)[0], np.where(t * f < 1, -t, 0) // len(f)


@put(WRONG)
def average_over_all_calls(f, t, seen=[0, 0.0]):  # noqa: B006
    value, grad = textbook(f, t)
    seen[0], seen[1] = seen[0] + 1, seen[1] + value
    return seen[1] / seen[0], grad


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
