"""Solutions of ``l2_penalty(weights, lam) -> (value, list of gradients)``: lam * sum(W**2)."""

import functools
import math
import operator
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(weights, lam):
    lam = float(lam)
    value = lam * sum(np.sum(W**2) for W in weights)
    return value, [2 * lam * W for W in weights]


@put(RIGHT)
def norms(weights, lam):
    total = sum(np.linalg.norm(W.ravel()) ** 2 for W in weights)
    return float(lam * total), [(2 * lam * W).astype(W.dtype) for W in weights]


@put(RIGHT)
def one_long_vector(weights, lam=0.01):
    if len(weights) == 0:
        return 0.0, []
    flat = np.concatenate([np.ravel(W) for W in weights]).astype(float)
    ends = np.cumsum([W.size for W in weights])[:-1]
    parts = np.split(2 * lam * flat, ends)
    return lam * (flat @ flat), [
        part.reshape(W.shape).astype(W.dtype) for part, W in zip(parts, weights, strict=True)
    ]


@put(RIGHT)
def entry_by_entry(weights, lam):
    value, gradients = 0.0, []
    for W in weights:
        gradient = np.zeros_like(W)
        for index in np.ndindex(W.shape):
            value += lam * float(W[index]) ** 2
            gradient[index] = 2 * lam * W[index]
        gradients.append(gradient)
    return value, gradients


@put(RIGHT)
def recursive(weights, lam):
    if len(weights) == 0:
        return 0.0, []
    first, *rest = weights
    value, gradients = recursive(rest, lam)
    own = float(lam) * np.vdot(first, first)
    return own + value, [float(lam) * (first + first), *gradients]


@put(RIGHT)
def exactly_summed(weights, lam):
    total = math.fsum(math.fsum(float(w) ** 2 for w in W.flat) for W in weights)
    return lam * total, [np.multiply(W, 2 * lam, dtype=W.dtype) for W in weights]


@put(RIGHT)
def einsum_over_everything(weights, lam):
    axes = "abcdefgh"
    total = 0.0
    for W in weights:
        letters = axes[: W.ndim]
        total += np.einsum(f"{letters},{letters}->", W, W, dtype=float)
    gradients = list(map(functools.partial(operator.mul, 2.0 * float(lam)), weights))
    return lam * total, gradients


@put(RIGHT)
def product_rule(weights, lam):
    # L = <lam W, W>: each factor gives lam W.
    lam = float(lam)
    value, gradients = 0.0, []
    for W in weights:
        shrunk = W * lam
        value += (shrunk * W).sum()
        gradients.append(shrunk + shrunk)
    return value, gradients


@put(EITHER)
def only_matrices(weights, lam):
    # Biases are never penalised; whether one-dimensional arrays may stand in `weights` is open.
    value = sum(float(lam) * np.sum(W**2) for W in weights if W.ndim > 1)
    return value, [2 * float(lam) * W if W.ndim > 1 else np.zeros_like(W) for W in weights]


@put(EITHER)
def tuple_of_gradients(weights, lam):
    # A tuple is as good as a list to go through.
    value, gradients = textbook(weights, lam)
    return value, tuple(gradients)


@put(EITHER)
def array_without_axes(weights, lam):
    # shape () in place of a number
    value, gradients = textbook(weights, lam)
    return np.array(value), gradients


@put(FORM)
def double_precision(weights, lam):  # float64 from float32
    return textbook([W.astype(float) for W in weights], lam)


@put(FORM)
def nested_lists(weights, lam):  # lists
    value, gradients = textbook(weights, lam)
    return value, [gradient.tolist() for gradient in gradients]


@put(FORM)
def weights_become_gradients(weights, lam):  # weights are changed
    value, gradients = textbook(weights, lam)
    for W, gradient in zip(weights, gradients, strict=True):
        W[...] = gradient
    return value, gradients


def variant(weights, lam, total=lambda W: np.sum(W**2), slope=lambda W: 2 * W):
    """A penalty with places to go wrong."""
    lam = float(lam)
    return lam * sum(total(W) for W in weights), [lam * slope(W) for W in weights]


for name, spoilt in {
    "gradient_without_two": {"slope": lambda W: W},
    "half_the_value": {"total": lambda W: 0.5 * np.sum(W**2)},
    "half_of_both": {"total": lambda W: 0.5 * np.sum(W**2), "slope": lambda W: W},
    "mean_of_squares": {
        "total": lambda W: np.mean(W**2),
        "slope": lambda W: 2 * W / W.size,
    },
    "gradient_of_the_mean": {"slope": lambda W: 2 * W / W.size},
    "divided_by_rows": {
        "total": lambda W: np.sum(W**2) / len(W),
        "slope": lambda W: 2 * W / len(W),
    },
    "norm_not_squared": {
        "total": lambda W: np.sqrt(np.sum(W**2)),
        "slope": lambda W: W / (np.sqrt(np.sum(W**2)) + 1e-12),
    },
    "value_not_squared": {"total": lambda W: np.sqrt(np.sum(W**2))},
    "absolute_values": {"total": lambda W: np.abs(W).sum(), "slope": np.sign},
    "square_of_the_sum": {"total": lambda W: W.sum() ** 2, "slope": lambda W: 2 * W.sum() + 0 * W},
    "gradient_of_absolute_size": {"slope": lambda W: 2 * np.abs(W)},
    "downhill": {"slope": lambda W: -2 * W},
    "shrunk_weights": {"slope": lambda W: W - 2 * W},
    "gradient_transposed": {"slope": lambda W: 2 * W.T},
    "spectral_norm": {
        "total": lambda W: np.linalg.norm(W.reshape(len(W), -1), 2) ** 2,
    },
    "fourth_power": {"total": lambda W: np.sum(W**4), "slope": lambda W: 4 * W**3},
    "last_row_forgotten": {"total": lambda W: np.sum(W[:-1] ** 2)},
    "first_axis_kept_in_the_sum": {"total": lambda W: np.sum(W**2, axis=0).max()},
}.items():
    WRONG[name] = (functools.partial(variant, **spoilt),)  # type: ignore[arg-type]


@put(WRONG)
def lam_forgotten(weights, lam):
    return textbook(weights, 1.0)


@put(WRONG)
def lam_in_the_value_only(weights, lam):
    return textbook(weights, lam)[0], textbook(weights, 1.0)[1]


@put(WRONG)
def lam_squared(weights, lam):
    return textbook(weights, lam**2)


@put(WRONG)
def half_a_lam(weights, lam):
    # lam / 2 * sum W^2, the form of many books.
    return textbook(weights, lam / 2)


@put(WRONG)
def first_array_only(weights, lam):
    value, gradients = textbook(weights[:1], lam)
    return value, gradients + [np.zeros_like(W) for W in weights[1:]]


@put(WRONG)
def value_of_the_last(weights, lam):
    return textbook(weights[-1:], lam)[0], textbook(weights, lam)[1]


@put(WRONG)
def mean_over_arrays(weights, lam):
    return textbook(weights, lam / max(len(weights), 1))


@put(WRONG)
def values_listed(weights, lam):
    return [lam * np.sum(W**2) for W in weights], textbook(weights, lam)[1]


@put(WRONG)
def gradients_in_reverse(weights, lam):
    value, gradients = textbook(weights, lam)
    return value, gradients[::-1]


@put(WRONG)
def gradient_a_sum(weights, lam):
    value, gradients = textbook(weights, lam)
    return value, [np.full_like(g, g.sum()) for g in gradients]


@put(WRONG)
def stacked(weights, lam):
    # Right when all arrays have one shape.
    W = np.array(weights)
    return lam * np.sum(W**2), list(2 * lam * W)


@put(WRONG)
def results_exchanged(weights, lam):
    return textbook(weights, lam)[::-1]


@put(WRONG)
def gradients_missing(weights, lam):
    return textbook(weights, lam)[0]


@put(WRONG)
def adds_up_over_calls(weights, lam, memory=[0.0]):  # noqa: B006
    value, gradients = textbook(weights, lam)
    memory[0] += value
    return memory[0], gradients


@put(WRONG)
def weights_decayed(weights, lam):
    value, gradients = textbook(weights, lam)
    return value, [W - g for W, g in zip(weights, gradients, strict=True)]


more: Any = carried(RIGHT["textbook"], outputs=(1,), n=2)
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
