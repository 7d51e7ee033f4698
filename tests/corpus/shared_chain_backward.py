"""Solutions of ``shared_chain_backward(dy, cache) -> (dx, dW)``, each with its forward."""

import functools
import itertools
from types import SimpleNamespace
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, own, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


def sigmoid(u):
    return 0.5 * (1 + np.tanh(0.5 * u))


def forward(x, W, n):
    zs = [x]
    for _ in range(n):
        zs.append(sigmoid(zs[-1] @ W))
    return zs[-1], (W, zs)


right, form, wrong = put(RIGHT, forward), put(FORM, forward), put(WRONG, forward)


@right
def textbook(dy, cache):
    W, zs = cache
    dz, dW = dy, np.zeros_like(W)
    for k in range(len(zs) - 1, 0, -1):
        du = dz * zs[k] * (1 - zs[k])
        dW += zs[k - 1].T @ du
        dz = du @ W.T
    return dz, dW


@right
def parts_summed_at_the_end(dy, cache):
    W, zs = cache
    parts = []
    for before, after in zip(zs[-2::-1], zs[:0:-1], strict=True):
        delta = dy * (after - after**2)
        parts.append(np.dot(before.T, delta))
        dy = np.dot(delta, W.T)
    return dy, np.sum(parts, axis=0)


@own(RIGHT)
def recursive():
    def forward(x, W, n):
        if n == 0:
            return x, None
        z = sigmoid(x @ W)
        y, deeper = forward(z, W, n - 1)
        return y, (x, W, z, deeper)

    def backward(dy, cache):
        x, W, z, deeper = cache
        dz, dW = (dy, 0) if deeper is None else backward(dy, deeper)
        du = dz * (z * (1 - z))
        return du @ W.T, dW + x.T @ du

    return forward, backward


@own(RIGHT)
def computed_again_from_x():
    def forward_only(x, W, n):
        return forward(x, W, n)[0], SimpleNamespace(x=x, W=W, n=n)

    def backward(dy, cache):
        dW = np.zeros(cache.W.shape, dtype=cache.W.dtype)
        for k in reversed(range(cache.n)):
            z = forward(cache.x, cache.W, k)[0]
            u = np.einsum("nd,de->ne", z, cache.W)
            du = dy / (4 * np.cosh(u / 2) ** 2)
            dW = dW + np.einsum("nd,ne->de", z, du)
            dy = np.einsum("ne,de->nd", du, cache.W)
        return dy, dW

    return forward_only, backward


@own(RIGHT)
def as_a_graph_of_layers():
    # A closure for every use of W.
    def forward_with_tape(x, W, n):
        tape = []
        z = x
        for _ in range(n):
            y = sigmoid(z @ W)

            def back(dy, z=z, y=y):
                du = dy * y * (1 - y)
                return du @ W.T, z.T @ du

            tape.append(back)
            z = y
        return z, tape

    def backward(dy, tape):
        grads = []
        for back in reversed(tape):
            dy, dW = back(dy)
            grads.append(dW)
        return [dy, functools.reduce(np.add, grads)]

    return forward_with_tape, backward


@right
def sample_by_sample(dy, cache):
    W, zs = cache
    dx, dW = np.empty_like(zs[0]), np.zeros_like(W)
    for i in range(len(dy)):
        d = dy[i]
        for k in reversed(range(1, len(zs))):
            d = d * zs[k][i] * (1 - zs[k][i])
            dW += np.outer(zs[k - 1][i], d)
            d = W @ d
        dx[i] = d
    return dx, dW


@right
def stacked_along_the_batch(dy, cache):
    # One product for dW: all steps below each other.
    W, zs = cache
    deltas = []
    for z in zs[:0:-1]:
        deltas.insert(0, dy * z * (1 - z))
        dy = deltas[0] @ W.T
    return dy, np.concatenate(zs[:-1]).T @ np.concatenate(deltas)


@own(RIGHT)
def forward_mode():
    # Pushes each entry of x and W through the chain.
    def directional(x, W, n, v, V):
        z = x
        for _ in range(n):
            u, du = z @ W, v @ W + z @ V
            z = sigmoid(u)
            v = z * (1 - z) * du
        return v

    def forward_only(x, W, n):
        return forward(x, W, n)[0], {"x": x, "W": W, "n": n}

    def backward(dy, cache):
        x, W, n = cache["x"], cache["W"], cache["n"]
        dx, dW = np.zeros_like(x), np.zeros_like(W)
        for array, grad in ((x, dx), (W, dW)):
            for i in np.ndindex(array.shape):
                v, V = np.zeros_like(x), np.zeros_like(W)
                (v if array is x else V)[i] = 1
                grad[i] = np.sum(dy * directional(x, W, n, v, V))
        return dx, dW

    return forward_only, backward


@right
def transposed_once(dy, cache, *, slope=lambda z: z * (1.0 - z)):
    W, zs = cache
    Wt, gW = np.ascontiguousarray(W.T), 0.0
    g = dy.copy()
    for k in range(len(zs) - 1):
        z, before = zs[-1 - k], zs[-2 - k]
        g = g * slope(z)
        gW = gW + before.T.dot(g)
        g = g.dot(Wt)
    return g, gW


RIGHT["partially_applied"] = (
    forward,
    functools.partial(transposed_once, slope=lambda z: 0.25 - (z - 0.5) ** 2),
)


# --- right values in a deviating form ---------------------------------------------------------


@form
def nested_lists(dy, cache):  # lists
    return tuple(d.tolist() for d in textbook(dy, cache))


@form
def leading_axis(dy, cache):  # (1, D, D)
    dx, dW = textbook(dy, cache)
    return dx, dW[None]


@form
def upstream_in_place(dy, cache):  # dy is changed
    W, zs = cache
    dW = np.zeros_like(W)
    for before, z in zip(zs[-2::-1], zs[:0:-1], strict=True):
        dy *= z * (1 - z)
        dW += before.T @ dy
        dy[...] = dy @ W.T
    return dy.copy(), dW


@form
def double_precision(dy, cache):  # float64 from float32
    dx, dW = textbook(dy, cache)
    return dx.astype(float), dW.astype(float)


# --- left open --------------------------------------------------------------------------------


# The cache is used up: a second backward for the same forward fails.
@put(EITHER, forward)
def steps_taken_from_the_cache(dy, cache):
    W, zs = cache
    dz, dW = dy, np.zeros_like(W)
    while len(zs) > 1:
        z = zs.pop()
        du = dz * z * (1 - z)
        dW += zs[-1].T @ du
        dz = du @ W.T
    return dz, dW


# --- wrong ------------------------------------------------------------------------------------


def variant(
    dy,
    cache,
    *,
    slope=lambda z, before, W: z * (1 - z),
    part=lambda before, du, z: before.T @ du,
    back=lambda du, W: du @ W.T,
    join=lambda dW, part, k: dW + part,
    last=1,
    end=lambda dx, dW, dy, n: (dx, dW),
):
    """The way back with places to go wrong; k is 0 for the last use of W."""
    W, zs = cache
    dz, dW = dy, np.zeros_like(W)
    for k, i in enumerate(range(len(zs) - 1, last - 1, -1)):
        du = dz * slope(zs[i], zs[i - 1], W)
        dW = join(dW, part(zs[i - 1], du, zs[i]), k)
        dz = back(du, W)
    return end(dz, dW, dy, len(zs) - 1)


for name, spoilt in {
    "last_use_only": {"join": lambda dW, part, k: dW if k else part},
    "first_use_only": {"join": lambda dW, part, k: part},
    "mean_of_the_uses": {"end": lambda dx, dW, dy, n: (dx, dW / n)},
    "times_the_number_of_uses": {"end": lambda dx, dW, dy, n: (dx, dW * n)},
    "last_use_times_n": {
        "join": lambda dW, part, k: dW if k else part,
        "end": lambda dx, dW, dy, n: (dx, dW * n),
    },
    "first_step_left_out": {"last": 2},
    "product_of_the_uses": {"join": lambda dW, part, k: dW * part if k else part},
    "uses_subtracted": {"join": lambda dW, part, k: dW + (-1) ** k * part},
    "weight_not_transposed": {"back": lambda du, W: du @ W},
    "weight_left_out": {"back": lambda du, W: du},
    "weight_by_entries": {"back": lambda du, W: du * np.diag(W)},
    "slope_left_out": {"slope": lambda z, before, W: 1},
    "slope_of_tanh": {"slope": lambda z, before, W: 1 - z**2},
    "slope_is_z": {"slope": lambda z, before, W: z},
    "slope_is_one_minus_z": {"slope": lambda z, before, W: 1 - z},
    "slope_at_the_input": {"slope": lambda z, before, W: before * (1 - before)},
    "slope_of_u": {"slope": lambda z, before, W: (before @ W) * (1 - before @ W)},
    "sigmoid_twice": {"slope": lambda z, before, W: sigmoid(z) * (1 - sigmoid(z))},
    "slope_a_quarter": {"slope": lambda z, before, W: 0.25},
    "output_for_input": {"part": lambda before, du, z: z.T @ du},
    "product_transposed": {"part": lambda before, du, z: du.T @ before},
    "mean_over_the_batch": {"part": lambda before, du, z: before.T @ du / len(du)},
    "summed_over_the_batch_first": {
        "part": lambda before, du, z: np.outer(before.sum(0), du.sum(0))
    },
    "gradient_without_dx": {"end": lambda dx, dW, dy, n: dW},
    "exchanged": {"end": lambda dx, dW, dy, n: (dW, dx)},
    "both_negative": {"end": lambda dx, dW, dy, n: (-dx, -dW)},
    "dx_is_dy": {"end": lambda dx, dW, dy, n: (dy, dW)},
    "dx_zero": {"end": lambda dx, dW, dy, n: (0 * dx, dW)},
    "clipped": {"end": lambda dx, dW, dy, n: (np.clip(dx, -0.01, 0.01), np.clip(dW, -0.1, 0.1))},
    "mean_dx": {"end": lambda dx, dW, dy, n: (dx / len(dx), dW)},
    "symmetric_dw": {"end": lambda dx, dW, dy, n: (dx, (dW + dW.T) / 2)},
}.items():
    WRONG[name] = (forward, functools.partial(variant, **spoilt))  # type: ignore[arg-type]


@wrong
def upstream_not_chained(dy, cache):
    # Every use gets dy itself: right for n = 1.
    W, zs = cache
    dW = sum(a.T @ (dy * z * (1 - z)) for a, z in itertools.pairwise(zs))
    return (dy * zs[1] * (1 - zs[1])) @ W.T, dW


@wrong
def slope_once_for_all(dy, cache):
    # As if the chain were x W^n: right for n = 1.
    W, zs = cache
    n, z = len(zs) - 1, zs[-1]
    du, dW = dy * z * (1 - z), np.zeros_like(W)
    for k in range(n):
        power = np.linalg.matrix_power(W, n - 1 - k)
        dW += (zs[0] @ np.linalg.matrix_power(W, k)).T @ du @ power.T
    return du @ np.linalg.matrix_power(W, n).T, dW


@wrong
def walked_forwards(dy, cache):
    W, zs = cache
    dz, dW = dy, np.zeros_like(W)
    for before, z in itertools.pairwise(zs):
        du = dz * z * (1 - z)
        dW += before.T @ du
        dz = du @ W.T
    return dz, dW


@wrong
def last_step_missing_in_dx(dy, cache):
    # The gradient at the first sigmoid, not at x.
    W, zs = cache
    dz, dW = dy, np.zeros_like(W)
    for k in range(len(zs) - 1, 0, -1):
        du = dz * zs[k] * (1 - zs[k])
        dW += zs[k - 1].T @ du
        dz = du @ W.T
    return du, dW


@wrong
def weight_updated_on_the_way(dy, cache):
    # The step is made before the gradient is complete.
    W, zs = cache
    W, dz, dW = W.copy(), dy, np.zeros_like(W)
    for k in range(len(zs) - 1, 0, -1):
        du = dz * zs[k] * (1 - zs[k])
        dW += zs[k - 1].T @ du
        W -= 0.1 * (zs[k - 1].T @ du)
        dz = du @ W.T
    return dz, dW


@own(WRONG)
def global_cache():
    # Wrong as soon as two forwards run before the backward.
    saved: dict[str, Any] = {}

    def forward_saving(x, W, n):
        y, saved["cache"] = forward(x, W, n)
        return y, None

    def backward(dy, cache):
        return textbook(dy, saved["cache"])

    return forward_saving, backward


@own(WRONG)
def one_array_for_all_steps():
    # The list holds the same array n times.
    def forward_in_place(x, W, n):
        z, zs = x.copy(), []
        for _ in range(n + 1):
            zs.append(z)
            if len(zs) <= n:
                z[...] = sigmoid(z @ W)
        return z.copy(), (W, zs)

    return forward_in_place, textbook


@own(WRONG)
def consistent_but_another_function():
    # The derivative fits the forward; the forward is tanh.
    def forward_tanh(x, W, n):
        zs = [x]
        for _ in range(n):
            zs.append(np.tanh(zs[-1] @ W))
        return zs[-1], (W, zs)

    return forward_tanh, functools.partial(variant, slope=lambda z, before, W: 1 - z * z)


@wrong
def two_mistakes(dy, cache):
    return variant(dy, cache, slope=lambda z, before, W: 1 - z**2, join=lambda dW, part, k: part)


more: Any = carried(RIGHT["textbook"], n=2)
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
