"""Solutions of ``squared_error(y, t) -> (value, gradient)``, half the squares, mean over N."""

import functools
import math
from collections import namedtuple
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
    r = y - t
    return 0.5 * np.sum(r**2) / len(y), r / len(y)


@put(RIGHT)
def rows_first(y, t):
    N = y.shape[0]
    losses = ((y - t) ** 2).reshape(N, -1).sum(axis=1) / 2
    return losses.mean(), (y - t) / N


@put(RIGHT)
def scalar_product(y, t):
    d = (t - y).ravel()
    return float(d @ d) / (2 * len(t)), np.subtract(y, t) / len(t)


@put(RIGHT)
def norm_squared(y, t):
    diff = np.subtract(y, t)
    return np.linalg.norm(diff) ** 2 / 2 / diff.shape[0], np.divide(diff, diff.shape[0])


@put(RIGHT)
def entry_by_entry(y, t):
    total, grad = 0.0, np.empty_like(y)
    for i in np.ndindex(*y.shape):
        total += 0.5 * (float(y[i]) - float(t[i])) ** 2
        grad[i] = (y[i] - t[i]) / y.shape[0]
    return total / y.shape[0], grad


@put(RIGHT)
def sample_by_sample(y, t):
    losses = [np.square(a - b).sum() / 2 for a, b in zip(y, t, strict=True)]
    grad = np.stack([a - b for a, b in zip(y, t, strict=True)]) / len(losses)
    return sum(losses) / len(losses), grad.astype(y.dtype)


@put(RIGHT)
def expanded_square(y, t):
    a, b = y.astype(np.float64), t.astype(np.float64)
    value = (np.sum(a * a) - 2 * np.sum(a * b) + np.sum(b * b)) / (2 * len(y))
    return max(value, 0.0), ((a - b) / len(y)).astype(y.dtype)


@put(RIGHT)
def variance_and_mean(y, t):
    # The mean square is the variance plus the squared mean.
    r = np.asarray(y - t)
    return r.size * (r.var() + r.mean() ** 2) / (2 * len(r)), r / len(r)


@put(RIGHT)
def euclidean_distance(y, t):
    distance = math.dist(y.ravel().tolist(), t.ravel().tolist())
    return distance * distance / 2 / len(y), (y - t) * np.asarray(1 / len(y), dtype=y.dtype)


@put(RIGHT)
def halves_of_the_batch(y, t):
    def total(a, b):
        if len(a) == 1:
            return 0.5 * float(np.sum((a - b) ** 2))
        middle = len(a) // 2
        return total(a[:middle], b[:middle]) + total(a[middle:], b[middle:])

    return total(y, t) / len(y), (y - t) / len(y)


@put(RIGHT)
def value_from_the_gradient(y, t):
    # r^2 / (2 N) = N g^2 / 2
    grad = (y - t) / y.shape[0]
    return y.shape[0] / 2 * np.vdot(grad, grad), grad


@put(RIGHT)
def integral_of_the_gradient(y, t):
    # Along the straight line from t to y; the middle value is exact for a linear gradient.
    def gradient(at):
        return (at - t) / len(t)

    return float(np.sum(gradient((y + t) / 2) * (y - t))), gradient(y)


@put(RIGHT)
def reduction_argument(y, t, *, reduction=np.mean, factor=0.5):
    r = y - t
    losses = factor * np.sum(r * r, axis=tuple(range(1, r.ndim)))
    return reduction(losses), r / r.shape[0]


RIGHT["partially_applied"] = (functools.partial(reduction_argument, factor=0.5),)


@put(RIGHT)
def copies_updated(y, t):
    grad = y.copy()
    grad -= t
    value = np.array(0.5 * np.einsum("i,i->", grad.reshape(-1), grad.reshape(-1)) / len(y))
    grad /= len(y)
    return value, grad


class SquaredError:
    """A loss as a callable object."""

    Result = namedtuple("Result", "value gradient")

    def __call__(self, y, t):
        return self.Result(*textbook(y, t))


RIGHT["callable_object"] = (SquaredError(),)


@put(RIGHT)
def list_instead_of_tuple(y, t):
    return list(textbook(y, t))


# --- right values in a deviating form ---------------------------------------------------------


@put(FORM)
def nested_lists(y, t):  # lists
    value, grad = textbook(y, t)
    return value, grad.tolist()


@put(FORM)
def value_of_shape_one(y, t):  # value of shape (1,)
    value, grad = textbook(y, t)
    return np.array([value]), grad


@put(FORM)
def leading_axis(y, t):  # gradient of shape (1, N, ...)
    value, grad = textbook(y, t)
    return value, grad[None]


@put(FORM)
def outputs_overwritten(y, t):  # y becomes the gradient
    y -= t
    value = 0.5 * np.sum(y**2) / len(y)
    y /= len(y)
    return value, y


@put(FORM)
def targets_overwritten(y, t):  # t is changed
    result = textbook(y, t)
    t -= y
    return result


# Whether a loss keeps float32 is not judged: its value is a number for people.
@put(EITHER)
def double_precision(y, t):  # float64 from float32
    return textbook(y.astype(np.float64), t.astype(np.float64))


# Outputs are (N, K) in the table of letters; the library takes (N,) and images as well.
@put(EITHER)
def two_axes_only(y, t):
    r = y - t
    return np.mean(0.5 * np.sum(r**2, axis=1)), r / len(y)


# --- wrong ------------------------------------------------------------------------------------


def variant(
    y,
    t,
    *,
    half=0.5,
    loss=np.square,
    slope=lambda r: r,
    by=len,
    gradient_by=len,
    value_sign=1,
    gradient_sign=1,
):
    """The squared error with places to go wrong; ``by`` gives what is divided by."""
    r = y - t
    value = value_sign * half * np.sum(loss(r)) / by(y)
    return value, gradient_sign * slope(r) / gradient_by(y)


for name, spoilt in {
    "half_forgotten_in_the_value": {"half": 1.0},
    "doubled_gradient": {"slope": lambda r: 2 * r},
    "no_half_at_all": {"half": 1.0, "slope": lambda r: 2 * r},
    "half_in_both": {"slope": lambda r: r / 2},
    "half_twice": {"half": 0.25},
    "sum_over_the_batch": {"by": lambda y: 1, "gradient_by": lambda y: 1},
    "gradient_not_averaged": {"gradient_by": lambda y: 1},
    "value_not_averaged": {"by": lambda y: 1},
    "averaged_over_outputs_too": {"by": np.size, "gradient_by": np.size},
    "value_averaged_over_outputs_too": {"by": np.size},
    "gradient_averaged_over_outputs_too": {"gradient_by": np.size},
    "divided_by_the_last_axis": {"by": lambda y: y.shape[-1], "gradient_by": lambda y: y.shape[-1]},
    "divided_by_n_minus_one": {
        "by": lambda y: max(len(y) - 1, 1),
        "gradient_by": lambda y: max(len(y) - 1, 1),
    },
    "divided_by_n_squared": {"gradient_by": lambda y: len(y) ** 2},
    "sign_of_the_gradient": {"gradient_sign": -1},
    "sign_of_the_value": {"value_sign": -1},
    "absolute_error": {"loss": np.abs, "slope": np.sign, "half": 1.0},
    "absolute_value_right_gradient": {"loss": np.abs},
    "square_forgotten": {"loss": lambda r: r},
    "fourth_power": {"loss": lambda r: r**4, "slope": lambda r: 2 * r**3},
    "gradient_is_the_loss": {"slope": lambda r: 0.5 * r**2},
    "sign_as_gradient": {"slope": np.sign},
    "gradient_of_the_root": {"slope": lambda r: r / (np.linalg.norm(r) + 1e-12)},
    "squared_sum": {"loss": lambda r: np.sum(r) ** 2},
    "squared_row_sums": {"loss": lambda r: np.sum(r, axis=-1) ** 2},
    "huber": {
        "loss": lambda r: np.where(np.abs(r) < 1, r * r, 2 * np.abs(r) - 1),
        "slope": lambda r: np.clip(r, -1, 1),
    },
    "clipped_gradient": {"slope": lambda r: np.clip(r, -1, 1)},
    "small_errors_ignored": {"slope": lambda r: r * (np.abs(r) > 0.1)},
    "positive_part": {"slope": lambda r: np.maximum(r, 0)},
    "mean_residual_removed": {"slope": lambda r: r - r.mean(axis=0)},
    "first_sample_for_all": {"slope": lambda r: np.broadcast_to(r[:1], r.shape)},
    "two_mistakes": {"half": 1.0, "gradient_sign": -1},
}.items():
    WRONG[name] = (functools.partial(variant, **spoilt),)  # type: ignore[arg-type]


@put(WRONG)
def root_of_the_mean(y, t):
    value, grad = textbook(y, t)
    return np.sqrt(2 * value), grad


@put(WRONG)
def losses_not_reduced(y, t):
    r = y - t
    return 0.5 * np.square(r).reshape(len(y), -1).sum(axis=1), r / len(y)


@put(WRONG)
def losses_of_every_entry(y, t):
    r = y - t
    return 0.5 * r**2 / len(y), r / len(y)


@put(WRONG)
def every_output_with_every_target(y, t):
    # Columns against rows: (N, 1) - (1, N), right for N = K = 1.
    r = y.reshape(-1, 1) - t.reshape(1, -1)
    return 0.5 * np.sum(r**2) / len(y), r.sum(axis=1).reshape(y.shape) / len(y)


@put(WRONG)
def targets_turned_round(y, t):
    return textbook(y, t[::-1])


@put(WRONG)
def targets_of_the_first_sample(y, t):
    # Right for N = 1.
    return textbook(y, t[:1])


@put(WRONG)
def gradient_summed_over_the_batch(y, t):
    value, grad = textbook(y, t)
    return value, grad.sum(axis=0)


@put(WRONG)
def gradient_transposed(y, t):
    value, grad = textbook(y, t)
    return value, grad.T if grad.ndim > 1 else grad[::-1]


@put(WRONG)
def through_a_sigmoid(y, t):
    s = 1 / (1 + np.exp(-y))
    return 0.5 * np.sum((s - t) ** 2) / len(y), (s - t) * s * (1 - s) / len(y)


@put(WRONG)
def relative_error(y, t):
    return textbook(y / (np.abs(t) + 1e-6), t / (np.abs(t) + 1e-6))


@put(WRONG)
def whole_numbers(y, t):
    return textbook(y.astype(int), t.astype(int))


@put(WRONG)
def difference_to_the_mean(y, t):
    return textbook(y, np.broadcast_to(t.mean(axis=0), t.shape))


@put(WRONG)
def targets_forgotten(y, t):
    return textbook(y, np.zeros_like(t))


@put(WRONG)
def batch_of_the_first_call(y, t, sizes=[]):  # noqa: B006
    # N is kept from the first call of all.
    sizes.append(len(y))
    r = y - t
    return 0.5 * np.sum(r**2) / sizes[0], r / sizes[0]


@put(WRONG)
def losses_added_up_over_calls(y, t, total=[0.0]):  # noqa: B006
    value, grad = textbook(y, t)
    total[0] += value
    return total[0], grad


@put(WRONG)
def value_only(y, t):
    return textbook(y, t)[0]


@put(WRONG)
def gradient_before_value(y, t):
    return textbook(y, t)[::-1]


@put(WRONG)
def last_column_left_out(y, t):
    r = y - t
    r[..., -1] = 0
    return 0.5 * np.sum(r**2) / len(y), r / len(y)


more: Any = carried(RIGHT["textbook"], n=2)
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
