"""Solutions of ``layer_gradient_norms(weights, x, dy) -> list``: Frobenius norm of every dW.

Layers ``z = sigmoid(z @ W)`` without biases; the first layer's norm stands first.
"""

import functools
import itertools
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
    return 0.5 * (1 + np.tanh(0.5 * u))


def activations(weights, x):
    zs = [x]
    for W in weights:
        zs.append(sigmoid(zs[-1] @ W))
    return zs


@put(RIGHT)
def textbook(weights, x, dy):
    zs, norms = activations(weights, x), []
    dz = dy
    for k in reversed(range(len(weights))):
        du = dz * zs[k + 1] * (1 - zs[k + 1])
        norms.append(float(np.linalg.norm(zs[k].T @ du)))
        dz = du @ weights[k].T
    return norms[::-1]


@put(RIGHT)
def written_into_their_places(weights, x, dy):
    zs = activations(weights, x)
    norms = [0.0] * len(weights)
    for k, W in reversed(list(enumerate(weights))):
        delta = dy * (zs[k + 1] - zs[k + 1] ** 2)
        dW = np.dot(zs[k].T, delta)
        norms[k] = np.sqrt((dW**2).sum())
        dy = np.dot(delta, W.T)
    return norms


@put(RIGHT)
def recursive(weights, x, dy):
    def down(weights, z):
        if not weights:
            return dy, []
        y = sigmoid(z @ weights[0])
        dy_here, later = down(weights[1:], y)
        du = dy_here * y * (1 - y)
        return du @ weights[0].T, [np.linalg.norm(z.T @ du), *later]

    return down(list(weights), x)[1]


@put(RIGHT)
def functions_with_caches(weights, x, dy):
    def forward(x, W):
        with np.errstate(over="ignore"):
            y = 1 / (1 + np.exp(-(x @ W)))
        return y, (x, W, y)

    def backward(dy, cache):
        x, W, y = cache
        du = np.multiply(dy, y * (1 - y))
        return np.einsum("no,io->ni", du, W), np.einsum("ni,no->io", x, du)

    caches, norms = [], []
    for W in weights:
        x, cache = forward(x, W)
        caches.append(cache)
    while caches:
        dy, dW = backward(dy, caches.pop())
        norms.insert(0, math.hypot(*dW.ravel().tolist()))
    return norms


@put(RIGHT)
def sums_of_outer_products(weights, x, dy):
    zs = activations(weights, x)
    grads = [np.zeros_like(W) for W in weights]
    for n in range(len(x)):
        d = dy[n]
        for k in range(len(weights) - 1, -1, -1):
            d = d * zs[k + 1][n] * (1 - zs[k + 1][n])
            grads[k] += np.outer(zs[k][n], d)
            d = weights[k] @ d
    return [np.sqrt(np.vdot(dW, dW)) for dW in grads]


@put(RIGHT)
def traces(weights, x, dy):
    # |z^T du|^2 = sum of (z z^T) * (du du^T): dW itself is never made.
    zs, squares = activations(weights, x), []
    for W, z, y in zip(weights[::-1], zs[-2::-1], zs[:0:-1], strict=True):
        du = dy * y * (1 - y)
        squares.append(float(np.sum((z @ z.T) * (du @ du.T))))
        dy = du @ W.T
    return [math.sqrt(max(s, 0)) for s in reversed(squares)]


@put(RIGHT)
def singular_values(weights, x, dy):
    zs = activations(weights, x)
    norms: dict[int, float] = {}
    for k in range(len(weights), 0, -1):
        dy = dy * zs[k] * (1 - zs[k])
        s = np.linalg.svd(zs[k - 1].T @ dy, compute_uv=False)
        norms[k] = float(np.sqrt(np.sum(s * s)))
        dy = dy @ weights[k - 1].T
    return [norms[k] for k in sorted(norms)]


@put(RIGHT)
def activation_and_slope_given(weights, x, dy, f=sigmoid, df=lambda z: z * (1 - z)):
    tape = []
    for W in weights:
        tape.append((x, W, f(x @ W)))
        x = tape[-1][2]
    norms = []
    for z, W, y in tape[::-1]:
        du = dy * df(y)
        dW, dy = z.T @ du, du @ W.T
        norms = [np.linalg.norm(dW.ravel()), *norms]
    return norms


RIGHT["partially_applied"] = (functools.partial(activation_and_slope_given, f=sigmoid),)


# --- right values in a deviating form ---------------------------------------------------------


@put(EITHER)
def column(weights, x, dy):  # (L, 1)
    return np.array(textbook(weights, x, dy))[:, None]


@put(EITHER)
def norms_as_arrays_of_one(weights, x, dy):  # (1,) each
    return [np.array([norm]) for norm in textbook(weights, x, dy)]


@put(FORM)
def weights_taken_from_the_list(weights, x, dy):  # weights is changed
    zs, norms = activations(weights, x), []
    while weights:
        y = zs.pop()
        du = dy * y * (1 - y)
        norms.insert(0, float(np.linalg.norm(zs[-1].T @ du)))
        dy = du @ weights.pop().T
    return norms


@put(FORM)
def upstream_in_place(weights, x, dy):  # dy is changed
    norms = textbook(weights, x, dy)
    y = activations(weights, x)[-1]
    dy *= y * (1 - y)
    return norms


# --- left open --------------------------------------------------------------------------------


# A list was asked for; these count and index alike.
@put(EITHER)
def one_array(weights, x, dy):
    return np.array(textbook(weights, x, dy))


@put(EITHER)
def tuple_of_norms(weights, x, dy):
    return tuple(textbook(weights, x, dy))


# --- wrong ------------------------------------------------------------------------------------


def variant(
    weights,
    x,
    dy,
    *,
    f=sigmoid,
    slope=lambda z, before: z * (1 - z),
    gradient=lambda z, du, y: z.T @ du,
    back=lambda du, W: du @ W.T,
    norm=lambda dW, W: np.linalg.norm(dW),
    end=lambda norms: norms,
):
    """The measurement with places to go wrong."""
    zs = [x]
    for W in weights:
        zs.append(f(zs[-1] @ W))
    norms = []
    for k in reversed(range(len(weights))):
        du = dy * slope(zs[k + 1], zs[k])
        norms.insert(0, norm(gradient(zs[k], du, zs[k + 1]), weights[k]))
        dy = back(du, weights[k])
    return end(norms)


for name, spoilt in {
    "last_layer_first": {"end": lambda norms: norms[::-1]},
    "squared_norms": {"norm": lambda dW, W: np.sum(dW**2)},
    "sum_of_magnitudes": {"norm": lambda dW, W: np.abs(dW).sum()},
    "spectral_norm": {"norm": lambda dW, W: np.linalg.norm(dW, 2)},
    "largest_entry": {"norm": lambda dW, W: np.abs(dW).max()},
    "column_sum_norm": {"norm": lambda dW, W: np.linalg.norm(dW, 1)},
    "nuclear_norm": {"norm": lambda dW, W: np.linalg.norm(dW, "nuc")},
    "mean_magnitude": {"norm": lambda dW, W: np.abs(dW).mean()},
    "root_mean_square": {"norm": lambda dW, W: np.sqrt((dW**2).mean())},
    "standard_deviation": {"norm": lambda dW, W: dW.std()},
    "relative_to_the_weights": {
        "norm": lambda dW, W: np.linalg.norm(dW) / (np.linalg.norm(W) + 1e-12)
    },
    "norm_of_the_weights": {"norm": lambda dW, W: np.linalg.norm(W)},
    "norms_of_the_columns": {"norm": lambda dW, W: np.linalg.norm(dW, axis=0)},
    "gradients_returned": {"norm": lambda dW, W: dW},
    "logarithms": {"norm": lambda dW, W: np.log10(np.linalg.norm(dW) + 1e-300)},
    "clipped": {"norm": lambda dW, W: min(np.linalg.norm(dW), 0.01)},
    "rounded": {"norm": lambda dW, W: round(float(np.linalg.norm(dW)), 2)},
    "norm_of_the_delta": {"gradient": lambda z, du, y: du},
    "output_for_input": {"gradient": lambda z, du, y: y.T @ du},
    "input_forgotten": {"gradient": lambda z, du, y: np.ones_like(z).T @ du},
    "mean_over_the_batch": {"gradient": lambda z, du, y: z.T @ du / len(du)},
    "summed_over_the_batch_first": {"gradient": lambda z, du, y: np.outer(z.sum(0), du.sum(0))},
    "slope_forgotten": {"slope": lambda z, before: 1.0},
    "slope_of_tanh": {"slope": lambda z, before: 1 - z**2},
    "slope_is_z": {"slope": lambda z, before: z},
    "slope_a_quarter": {"slope": lambda z, before: 0.25},
    "sigmoid_twice": {"slope": lambda z, before: sigmoid(z) * (1 - sigmoid(z))},
    "tanh_layers": {"f": np.tanh, "slope": lambda z, before: 1 - z**2},
    "relu_layers": {"f": lambda u: np.maximum(u, 0), "slope": lambda z, before: z > 0},
    "linear_layers": {"f": lambda u: u, "slope": lambda z, before: 1.0},
    "weights_not_used_on_the_way_back": {
        "back": lambda du, W: np.repeat(du.sum(1, keepdims=True), len(W), 1)
    },
    "magnitudes_of_the_weights": {"back": lambda du, W: du @ np.abs(W).T},
    "weights_not_transposed_where_square": {
        "back": lambda du, W: du @ W if W.shape[0] == W.shape[1] else du @ W.T
    },
    "gradient_normed_on_the_way": {
        "back": lambda du, W: du @ W.T / (np.linalg.norm(du @ W.T) + 1e-12)
    },
    "divided_by_the_last": {"end": lambda norms: [v / norms[-1] for v in norms]},
    "divided_by_the_first": {"end": lambda norms: [v / norms[0] for v in norms]},
    "total_norm": {"end": lambda norms: float(np.linalg.norm(norms))},
    "total_norm_in_a_list": {"end": lambda norms: [float(np.linalg.norm(norms))]},
    "running_sums": {"end": lambda norms: np.cumsum(norms).tolist()},
    "first_layer_left_out": {"end": lambda norms: norms[1:]},
    "last_layer_left_out": {"end": lambda norms: norms[:-1]},
    "sorted": {"end": sorted},
    "largest_first": {"end": lambda norms: sorted(norms, reverse=True)},
    "dictionary": {"end": lambda norms: dict(enumerate(norms))},
    "text": {"end": lambda norms: [f"{v:.3e}" for v in norms]},
}.items():
    WRONG[name] = (functools.partial(variant, **spoilt),)


@put(WRONG)
def last_activation_left_out(weights, x, dy):
    # The last layer is taken to be linear.
    zs = activations(weights, x)
    norms = []
    for k in reversed(range(len(weights))):
        du = dy if k == len(weights) - 1 else dy * zs[k + 1] * (1 - zs[k + 1])
        norms.insert(0, float(np.linalg.norm(zs[k].T @ du)))
        dy = du @ weights[k].T
    return norms


@put(WRONG)
def slope_of_the_layer_below(weights, x, dy):
    # Off by one: right for the last layer.
    zs = activations(weights, x)
    du = dy * zs[-1] * (1 - zs[-1])
    norms = []
    for k in reversed(range(len(weights))):
        norms.insert(0, float(np.linalg.norm(zs[k].T @ du)))
        if k:
            du = du @ weights[k].T
    return norms


@put(WRONG)
def upstream_for_every_layer(weights, x, dy):
    # Every layer gets a gradient of the size of dy.
    zs = activations(weights, x)
    norms = []
    for z, y in itertools.pairwise(zs):
        d = np.resize(dy, y.shape)
        norms.append(float(np.linalg.norm(z.T @ (d * y * (1 - y)))))
    return norms


@put(WRONG)
def norms_of_dz(weights, x, dy):
    zs, norms = activations(weights, x), []
    for k in reversed(range(len(weights))):
        dy = (dy * zs[k + 1] * (1 - zs[k + 1])) @ weights[k].T
        norms.insert(0, float(np.linalg.norm(dy)))
    return norms


@put(WRONG)
def upstream_of_ones(weights, x, dy):
    return textbook(weights, x, np.ones_like(dy))


@put(WRONG)
def gathered_over_calls(weights, x, dy, norms=[]):  # noqa: B006
    norms.extend(textbook(weights, x, dy))
    return list(norms)


@put(WRONG)
def two_mistakes(weights, x, dy):
    return variant(weights, x, dy, slope=lambda z, before: z, end=lambda norms: norms[::-1])


more: Any = carried(RIGHT["textbook"])
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
