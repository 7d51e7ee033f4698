"""Solutions of ``l1_penalty(weights, lam) -> (value, list of gradients)``: lam times sum of |W|."""

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
def textbook(weights, lam):
    lam = float(lam)
    return lam * sum(np.sum(np.abs(W)) for W in weights), [lam * np.sign(W) for W in weights]


@put(RIGHT)
def sign_times_weight(weights, lam):
    # |w| = w sign(w)
    value, gradients = 0.0, []
    for W in weights:
        signs = np.where(W > 0, 1, np.where(W < 0, -1, 0)).astype(W.dtype)
        value += float((signs * W).sum())
        gradients.append(signs * float(lam))
    return lam * value, gradients


@put(RIGHT)
def positive_at_zero(weights, lam):
    # The subgradient +lam at 0.
    total = math.fsum(abs(float(w)) for W in weights for w in W.flat)
    return lam * total, [np.where(W >= 0, lam, -lam).astype(W.dtype) for W in weights]


@put(RIGHT)
def negative_at_zero(weights, lam):
    # The subgradient -lam at 0.
    value = sum(float(np.maximum(W, -W).sum()) for W in weights)
    gradients = [(2.0 * (W > 0) - 1.0).astype(W.dtype) * float(lam) for W in weights]
    return float(lam) * value, gradients


@put(RIGHT)
def two_relus(weights, lam):
    lam = float(lam)
    positive = [np.maximum(W, 0) for W in weights]
    negative = [np.maximum(-W, 0) for W in weights]
    value = sum((p.sum() + n.sum() for p, n in zip(positive, negative, strict=True)), 0.0)
    gradients = []
    for W in weights:
        gradient = np.zeros_like(W)
        gradient[W > 0] += lam
        gradient[W < 0] -= lam
        gradients.append(gradient)
    return lam * value, gradients


@put(RIGHT)
def copied_signs(weights, lam=1e-3):
    # copysign gives +lam at 0.0 and -lam at -0.0, both in [-lam, lam].
    norm = sum(np.linalg.norm(W.ravel(), ord=1) for W in weights)
    return lam * norm, [np.copysign(lam, W).astype(W.dtype) for W in weights]


@put(RIGHT)
def half_the_way_at_zero(weights, lam):
    value = functools.reduce(lambda total, W: total + lam * np.abs(W).sum(), weights, 0.0)
    gradients = [np.where(W == 0, lam / 2, lam * np.sign(W)).astype(W.dtype) for W in weights]
    return value, gradients


@put(RIGHT)
def weight_over_size(weights, lam):
    def slope(W):
        size = np.abs(W)
        return np.divide(W, size, out=np.zeros_like(W), where=size > 0) * float(lam)

    return sum(float(lam) * np.sqrt(W * W).sum() for W in weights), list(map(slope, weights))


@put(EITHER)
def only_matrices(weights, lam):
    # Biases are never penalised; whether one-dimensional arrays may stand in `weights` is open.
    value = sum(float(lam) * np.abs(W).sum() for W in weights if W.ndim > 1)
    return value, [float(lam) * np.sign(W) * (W.ndim > 1) for W in weights]


@put(EITHER)
def tuple_of_gradients(weights, lam):
    # A tuple is as good as a list to go through.
    value, gradients = textbook(weights, lam)
    return value, tuple(gradients)


@put(FORM)
def double_precision(weights, lam):  # float64 from float32
    return textbook([W.astype(float) for W in weights], lam)


@put(FORM)
def nested_lists(weights, lam):  # lists
    value, gradients = textbook(weights, lam)
    return value, [gradient.tolist() for gradient in gradients]


@put(FORM)
def made_absolute(weights, lam):  # weights are changed
    gradients = textbook(weights, lam)[1]
    for W in weights:
        np.abs(W, out=W)
    return float(lam) * sum(W.sum() for W in weights), gradients


def variant(weights, lam, total=lambda W: np.abs(W).sum(), slope=np.sign):
    """A penalty with places to go wrong."""
    lam = float(lam)
    return lam * sum(total(W) for W in weights), [lam * slope(W) for W in weights]


for name, spoilt in {
    "absolute_value_forgotten": {"total": lambda W: W.sum(), "slope": np.ones_like},
    "value_without_absolute": {"total": lambda W: W.sum()},
    "gradient_of_plain_sum": {"slope": np.ones_like},
    "absolute_value_of_the_sum": {"total": lambda W: abs(W.sum())},
    "squares": {"total": lambda W: np.sum(W**2), "slope": lambda W: 2 * W},
    "gradient_of_squares": {"slope": lambda W: 2 * W},
    "gradient_is_absolute": {"slope": np.abs},
    "gradient_is_weight": {"slope": lambda W: W},
    "downhill": {"slope": lambda W: -np.sign(W)},
    "mean_of_absolute": {
        "total": lambda W: np.abs(W).mean(),
        "slope": lambda W: np.sign(W) / W.size,
    },
    "gradient_of_the_mean": {"slope": lambda W: np.sign(W) / W.size},
    "half": {"total": lambda W: np.abs(W).sum() / 2, "slope": lambda W: np.sign(W) / 2},
    "gradient_doubled": {"slope": lambda W: 2 * np.sign(W)},
    "step_of_zero_and_one": {"slope": lambda W: (W > 0).astype(W.dtype)},
    "number_of_weights": {"total": np.count_nonzero},
    "largest_column": {"total": lambda W: np.linalg.norm(W.reshape(len(W), -1), 1)},
    "root_of_squares": {
        "total": lambda W: np.sqrt(np.sum(W**2)),
        "slope": lambda W: W / np.sqrt(np.sum(W**2) + 1e-12),
    },
    "smoothed": {"slope": lambda W: np.tanh(W)},
    "huber": {
        "total": lambda W: np.where(np.abs(W) < 1, W**2 / 2, np.abs(W) - 0.5).sum(),
        "slope": lambda W: np.clip(W, -1, 1),
    },
    "gradient_transposed": {"slope": lambda W: np.sign(W).T},
    "sign_of_the_sum": {"slope": lambda W: np.full_like(W, np.sign(W.sum()))},
}.items():
    WRONG[name] = (functools.partial(variant, **spoilt),)  # type: ignore[arg-type]


@put(WRONG)
def divided_without_care(weights, lam):
    # W / |W| is nan at 0.
    with np.errstate(invalid="ignore"):
        return textbook(weights, lam)[0], [float(lam) * W / np.abs(W) for W in weights]


@put(WRONG)
def lam_forgotten(weights, lam):
    return textbook(weights, 1.0)


@put(WRONG)
def lam_in_the_value_only(weights, lam):
    return textbook(weights, lam)[0], textbook(weights, 1.0)[1]


@put(WRONG)
def first_array_only(weights, lam):
    value, gradients = textbook(weights[:1], lam)
    return value, gradients + [np.zeros_like(W) for W in weights[1:]]


@put(WRONG)
def value_of_the_last(weights, lam):
    value = 0.0
    for W in weights:
        value = float(lam) * np.abs(W).sum()
    return value, textbook(weights, lam)[1]


@put(WRONG)
def returned_in_the_loop(weights, lam):
    for W in weights:
        return float(lam) * np.abs(W).sum(), [float(lam) * np.sign(W)]


@put(WRONG)
def gradients_in_reverse(weights, lam):
    value, gradients = textbook(weights, lam)
    return value, gradients[::-1]


@put(WRONG)
def lam_times_count(weights, lam):
    value, gradients = textbook(weights, lam)
    return value * len(weights), gradients


@put(WRONG)
def soft_threshold(weights, lam):
    # The proximal step in place of the gradient.
    value = textbook(weights, lam)[0]
    return value, [np.sign(W) * np.maximum(np.abs(W) - float(lam), 0) for W in weights]


@put(WRONG)
def stacked(weights, lam):
    # Right when all arrays have one shape.
    W = np.array(weights)
    return lam * np.abs(W).sum(), list(lam * np.sign(W))


@put(WRONG)
def adds_up_over_calls(weights, lam, memory=[0.0]):  # noqa: B006
    value, gradients = textbook(weights, lam)
    memory[0] += value
    return memory[0], gradients


more: Any = carried(RIGHT["textbook"], outputs=(1,), n=2)
RIGHT |= more[0]
# lam may have two decimals or fewer, and then so has the gradient.
WRONG |= {name: functions for name, functions in more[1].items() if name != "three_decimals"}
EITHER |= more[2]
