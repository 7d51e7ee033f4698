"""Solutions of ``mean_absolute_error(y, t) -> (value, gradient)``: sum over K, mean over N.

Where ``y = t`` any number between -1/N and 1/N is right in the gradient.
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
def textbook(y, t):
    N = len(y)
    return np.abs(y - t).sum() / N, np.sign(y - t) / N


@put(RIGHT)
def plus_one_at_the_kink(y, t):
    N = y.shape[0]
    grad = np.where(y >= t, 1, -1).astype(y.dtype) / N
    return np.sum(np.absolute(t - y)) / N, grad


@put(RIGHT)
def minus_one_at_the_kink(y, t):
    N = y.shape[0]
    grad = np.full_like(y, -1 / N)
    grad[y > t] = 1 / N
    return float(np.linalg.norm((y - t).ravel(), 1)) / N, grad


@put(RIGHT)
def two_positive_parts(y, t):
    above, below = np.maximum(y - t, 0), np.maximum(t - y, 0)
    grad = ((above > 0).astype(y.dtype) - (below > 0)).astype(y.dtype)
    return (above + below).sum() / len(y), grad / len(y)


@put(RIGHT)
def comparison_minus_comparison(y, t):
    N = len(t)
    signs = (y > t).astype(np.int8) - (y < t).astype(np.int8)
    return sum(abs(y - t).ravel().tolist()) / N, (signs / N).astype(y.dtype)


@put(RIGHT)
def sample_by_sample(y, t):
    N = len(y)
    total, grad = 0.0, np.zeros_like(y)
    for n in range(N):
        total += math.fsum(np.abs(y[n] - t[n]).ravel())
        grad[n] = np.sign(y[n] - t[n]) / N
    return total / N, grad


@put(RIGHT)
def entry_by_entry(y, t):
    N, value, grad = len(y), 0.0, y.copy()
    for i, a in np.ndenumerate(y):
        if a > t[i]:
            value, grad[i] = value + (a - t[i]) / N, 1 / N
        elif a < t[i]:
            value, grad[i] = value + (t[i] - a) / N, -1 / N
        else:
            grad[i] = 0.5 / N
    return value, grad


@put(RIGHT)
def root_of_the_square(y, t):
    r = y - t
    size = np.sqrt(r * r)
    slope = np.divide(r, size, out=np.zeros_like(size), where=size > 0)
    return size.reshape(len(r), -1).sum(1).mean(), slope / len(r)


@put(RIGHT)
def larger_minus_smaller(y, t):
    value = (np.maximum(y, t) - np.minimum(y, t)).sum() / y.shape[0]
    return value, (np.copysign(1, y - t) / y.shape[0]).astype(y.dtype)


@put(RIGHT)
def signs_times_residuals(y, t):
    r = y - t
    s = np.sign(r)
    return np.vdot(s, r) / len(r), s / len(r)


@put(RIGHT)
def divided_where_not_zero(y, t):
    r = np.array(y - t)
    grad = r / np.maximum(np.abs(r), np.finfo(r.dtype).tiny) / len(r)
    return np.array(np.mean(np.abs(r)) * r.size / len(r)), grad


@put(RIGHT)
def limit_of_clipping(y, t):
    # np.heaviside gives the value at the kink; -1/3 lies between -1 and 1.
    grad = (2 * np.heaviside(y - t, 1 / 3) - 1) / len(y)
    return np.average(np.abs(y - t).reshape(len(y), -1).sum(axis=-1)), grad.astype(y.dtype)


@put(RIGHT)
def reduction_argument(y, t, reduction="mean"):
    diff = y - t
    per_sample = np.abs(diff).sum(axis=tuple(range(1, diff.ndim)))
    scale = len(diff) if reduction == "mean" else 1
    return per_sample.sum() / scale, np.sign(diff) / scale


RIGHT["partially_applied"] = (functools.partial(reduction_argument, reduction="mean"),)


@put(RIGHT)
def list_instead_of_tuple(y, t):
    return [*textbook(y, t)]


# --- right values in a deviating form ---------------------------------------------------------


@put(FORM)
def nested_lists(y, t):  # lists
    value, grad = textbook(y, t)
    return value, grad.tolist()


@put(FORM)
def value_of_shape_one(y, t):  # value of shape (1,)
    value, grad = textbook(y, t)
    return np.reshape(value, 1), grad


@put(FORM)
def leading_axis(y, t):  # gradient of shape (1, N, ...)
    value, grad = textbook(y, t)
    return value, np.expand_dims(grad, 0)


@put(FORM)
def outputs_overwritten(y, t):  # y becomes the gradient
    y -= t
    value = np.abs(y).sum() / len(y)
    np.sign(y, out=y)
    y /= len(y)
    return value, y


@put(FORM)
def targets_overwritten(y, t):  # t is changed
    result = textbook(y, t)
    t[...] = 0
    return result


# Whether a loss keeps float32 is not judged: its value is a number for people.
@put(EITHER)
def double_precision(y, t):  # float64 from float32
    value, grad = textbook(y, t)
    return value, np.float64(1) * grad


# Outputs are (N, K) in the table of letters; the library takes (N,) and images as well.
@put(EITHER)
def two_axes_only(y, t):
    N, K = y.shape
    return np.abs(y - t).sum(axis=1).mean(), np.sign(y - t) / N


# --- wrong ------------------------------------------------------------------------------------


def variant(y, t, *, loss=np.abs, slope=np.sign, by=len, gradient_by=len):
    """The absolute error with places to go wrong; ``by`` gives what is divided by."""
    r = y - t
    return np.sum(loss(r)) / by(y), slope(r) / gradient_by(y)


for name, spoilt in {
    "sum_over_the_batch": {"by": lambda y: 1, "gradient_by": lambda y: 1},
    "gradient_not_averaged": {"gradient_by": lambda y: 1},
    "value_not_averaged": {"by": lambda y: 1},
    "averaged_over_outputs_too": {"by": np.size, "gradient_by": np.size},
    "value_averaged_over_outputs_too": {"by": np.size},
    "gradient_averaged_over_outputs_too": {"gradient_by": np.size},
    "divided_by_the_last_axis": {"by": lambda y: y.shape[-1], "gradient_by": lambda y: y.shape[-1]},
    "divided_by_two_n": {"by": lambda y: 2 * len(y), "gradient_by": lambda y: 2 * len(y)},
    "sign_of_the_gradient": {"slope": lambda r: -np.sign(r)},
    "sign_of_the_value": {"loss": lambda r: -np.abs(r)},
    "absolute_value_forgotten": {"loss": lambda r: r},
    "absolute_value_of_the_sum": {"loss": lambda r: np.abs(np.sum(r))},
    "absolute_value_of_row_sums": {"loss": lambda r: np.abs(np.sum(r, axis=-1))},
    "gradient_of_the_square": {"slope": lambda r: r},
    "half_the_square": {"loss": lambda r: r * r / 2, "slope": lambda r: r},
    "value_squared": {"loss": np.square},
    "gradient_always_positive": {"slope": np.ones_like},
    "absolute_value_as_gradient": {"slope": np.abs},
    "zero_and_one": {"slope": lambda r: (r > 0).astype(r.dtype)},
    "nan_at_the_kink": {"slope": lambda r: r / np.abs(r)},
    "too_steep_at_the_kink": {"slope": lambda r: np.where(r == 0, 3.0, np.sign(r))},
    "smoothed": {
        "loss": lambda r: np.sqrt(r * r + 0.01),
        "slope": lambda r: r / np.sqrt(r * r + 0.01),
    },
    "huber": {
        "loss": lambda r: np.where(np.abs(r) < 1, r * r / 2, np.abs(r) - 0.5),
        "slope": lambda r: np.clip(r, -1, 1),
    },
    "hyperbolic_tangent": {"slope": np.tanh},
    "tolerance_of_a_tenth": {"slope": lambda r: np.sign(r) * (np.abs(r) > 0.1)},
    "euclidean_length": {
        "loss": lambda r: np.sqrt(np.sum(r * r, axis=-1)),
        "slope": lambda r: r / (np.sqrt(np.sum(r * r, axis=-1, keepdims=True)) + 1e-12),
    },
    "largest_error": {"loss": lambda r: np.max(np.abs(r), axis=-1)},
    "first_sample_for_all": {"slope": lambda r: np.sign(np.broadcast_to(r[:1], r.shape))},
    "two_mistakes": {"by": np.size, "slope": lambda r: -np.sign(r)},
}.items():
    WRONG[name] = (functools.partial(variant, **spoilt),)  # type: ignore[arg-type]


@put(WRONG)
def median_for_mean(y, t):
    # Right for N = 1 and N = 2.
    losses = np.abs(y - t).reshape(len(y), -1).sum(axis=1)
    return np.median(losses), np.sign(y - t) / len(y)


@put(WRONG)
def absolute_values_subtracted(y, t):
    # Right where y and t are both positive.
    r = np.abs(y) - np.abs(t)
    return np.abs(r).sum() / len(y), np.sign(r) / len(y)


@put(WRONG)
def losses_not_reduced(y, t):
    return np.abs(y - t).reshape(len(y), -1).sum(axis=1), np.sign(y - t) / len(y)


@put(WRONG)
def every_output_with_every_target(y, t):
    # Columns against rows: right for N = K = 1.
    r = y.reshape(-1, 1) - t.reshape(1, -1)
    return np.abs(r).sum() / len(y), np.sign(r).sum(axis=1).reshape(y.shape) / len(y)


@put(WRONG)
def inputs_for_outputs(y, t):
    # |t - x| as a slide prints it: the targets against themselves, in another order.
    return textbook(y, t[::-1])


@put(WRONG)
def whole_numbers(y, t):
    return textbook(np.rint(y), np.rint(t))


@put(WRONG)
def signs_of_whole_numbers(y, t):
    # The fraction is cut off before the sign is taken.
    return textbook(y, t)[0], np.sign((y - t).astype(int)) / len(y)


@put(WRONG)
def divided_as_whole_numbers(y, t):
    # Right for N = 1.
    return textbook(y, t)[0], np.sign(y - t) // len(y)


@put(WRONG)
def gradient_summed_over_the_batch(y, t):
    value, grad = textbook(y, t)
    return value, grad.sum(axis=0)


@put(WRONG)
def relative_error(y, t):
    scale = np.abs(t) + 1e-6
    return (np.abs(y - t) / scale).sum() / len(y), np.sign(y - t) / scale / len(y)


@put(WRONG)
def gradient_of_the_call_before(y, t, memory={}):  # noqa: B006
    value, grad = textbook(y, t)
    old = memory.get(y.shape, np.zeros_like(y))
    memory[y.shape] = grad
    return value, old


@put(WRONG)
def value_only(y, t):
    return textbook(y, t)[0]


@put(WRONG)
def gradient_before_value(y, t):
    value, grad = textbook(y, t)
    return grad, value


@put(WRONG)
def gradients_of_both(y, t):
    value, grad = textbook(y, t)
    return value, (grad, -grad)


more: Any = carried(RIGHT["textbook"], n=2)
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
