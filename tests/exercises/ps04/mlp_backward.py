"""Programs for ``mlp_backward``."""

from types import SimpleNamespace

import numpy as np


def keeps_all(x, params):
    """A dictionary of numbered pre-activations and activations, and params beside it."""
    zs, us = [x], []
    for W, b in params:
        us.append(zs[-1] @ W + b)
        zs.append(np.maximum(us[-1], 0))
    return us[-1], {"z": zs, "u": us, "params": params}


def counting_down(dy, cache):
    zs, us, params = cache["z"], cache["u"], cache["params"]
    gradients = [None] * len(params)
    delta = dy
    for n in range(len(params) - 1, -1, -1):
        if n < len(params) - 1:
            delta = delta * (us[n] > 0)
        gradients[n] = (zs[n].T @ delta, delta.sum(axis=0))
        delta = delta @ params[n][0].T
    return delta, gradients


def mask_from_activations(dy, cache):
    dWs, dbs, du = [], [], dy
    for k in reversed(range(len(cache["params"]))):
        z, (W, _b) = cache["z"][k], cache["params"][k]
        dWs.insert(0, np.einsum("ni,nj->ij", z, du))
        dbs.insert(0, np.einsum("nj->j", du))
        dz = np.einsum("nj,ij->ni", du, W)
        du = np.where(z > 0, dz, 0) if k else dz
    return du, list(zip(dWs, dbs, strict=True))


def one_at_the_kink(dy, cache):
    factors = [(u >= 0).astype(dy.dtype) for u in cache["u"][:-1]] + [np.ones_like(dy)]
    dz, out = dy, ()
    for z, (W, _b), factor in zip(
        cache["z"][-2::-1], cache["params"][::-1], factors[::-1], strict=True
    ):
        du = np.multiply(dz, factor)
        out = ((np.dot(z.T, du), np.ones(len(du), du.dtype) @ du), *out)
        dz = np.dot(du, W.T)
    return dz, out


def columns(dy, cache):
    delta, gradients = dy.T, []
    for k in reversed(range(len(cache["params"]))):
        gradients.append([(delta @ cache["z"][k]).T, delta.sum(axis=1)])
        delta = cache["params"][k][0] @ delta
        if k > 0:
            delta = delta * (cache["u"][k - 1].T > 0)
    return delta.T, list(reversed(gradients))


def row_by_row(dy, cache):
    grads = [[np.zeros_like(W), np.zeros_like(b)] for W, b in cache["params"]]
    dx = np.zeros_like(cache["z"][0])
    for n in range(len(dy)):
        delta = dy[n]
        for k in reversed(range(len(grads))):
            if k < len(grads) - 1:
                delta = delta * (cache["u"][k][n] > 0)
            grads[k][0] += np.outer(cache["z"][k][n], delta)
            grads[k][1] += delta
            delta = cache["params"][k][0] @ delta
        dx[n] = delta
    return dx, [tuple(pair) for pair in grads]


def recursive_forward(x, params):
    (W, b), *rest = params
    u = x @ W + b
    if not rest:
        return u, lambda dy: (dy @ W.T, [(x.T @ dy, dy.sum(axis=0))])
    y, backward_of_rest = recursive_forward(np.maximum(u, 0), rest)

    def backward(dy):
        dz, gradients = backward_of_rest(dy)
        du = dz * (u > 0)
        return du @ W.T, [(x.T @ du, du.sum(axis=0)), *gradients]

    return y, backward


def closures(dy, cache):
    return cache(dy)


def stacking_forward(x, params):
    stack = []
    for W, b in params:
        if stack:
            stack.append(("relu", x))
            x = np.maximum(x, 0)
        stack.append(("linear", SimpleNamespace(x=x, W=W)))
        x = x @ W + b
    return x, stack


def stack_of_operations(d, cache):
    gradients = []
    while cache:
        operation, kept = cache.pop()
        if operation == "relu":
            d = d * (kept > 0)
        else:
            gradients.append((kept.x.T @ d, d.sum(axis=0)))
            d = d @ kept.W.T
    gradients.reverse()
    return d, gradients


def bias_as_weight_forward(x, params):
    kept = []
    for i, (W, b) in enumerate(params):
        z = x if i == 0 else np.maximum(x, 0)
        z1 = np.hstack([z, np.ones((len(z), 1), z.dtype)])
        kept.append((z1, np.vstack([W, b]), x))
        x = z1 @ kept[-1][1]
    return x, kept


def bias_as_weight(dy, cache):
    d, gradients = dy, []
    for i in range(len(cache))[::-1]:
        z1, W1, before = cache[i]
        dW1 = z1.T @ d
        gradients = [(dW1[:-1], dW1[-1]), *gradients]
        d = (d @ W1.T)[:, :-1]
        if i:
            d = d * np.heaviside(before, np.array(0.5, d.dtype))
    return d, gradients


VARIANTS = [
    *((f.__name__, (keeps_all, f)) for f in (counting_down, mask_from_activations)),
    *((f.__name__, (keeps_all, f)) for f in (one_at_the_kink, columns, row_by_row)),
    ("closures", (recursive_forward, closures)),
    ("stack_of_operations", (stacking_forward, stack_of_operations)),
    ("bias_as_weight", (bias_as_weight_forward, bias_as_weight)),
]


def biases_as_rows(dy, cache):
    dx, gradients = counting_down(dy, cache)
    return dx, [(dW, db[None, :]) for dW, db in gradients]


def always_double(dy, cache):
    return counting_down(dy.astype(np.float64), cache)


def cuts_dy(dy, cache):
    dx, gradients = counting_down(dy, cache)
    dy -= 1
    return dx, gradients


def empties_params(x, params):
    y, cache = keeps_all(x, list(params))
    params.clear()
    return y, cache


DRESSED = [
    *((f.__name__, (keeps_all, f)) for f in (biases_as_rows, always_double, cuts_dy)),
    ("empties_params", (empties_params, counting_down)),
]


def growing_default(x, params, cache=[]):  # noqa: B006 - this is the mistake
    y, kept = stacking_forward(x, params)
    cache.extend(kept)
    return y, cache


def mask_of_the_layer_below(dy, cache):
    params, delta, gradients = cache["params"], dy, []
    for n in reversed(range(len(params))):
        if 0 < n < len(params) - 1:
            delta = delta * (cache["u"][n - 1] > 0)
        gradients.insert(0, (cache["z"][n].T @ delta, delta.sum(axis=0)))
        delta = delta @ params[n][0].T
    return delta, gradients


def mask_after_gradients(dy, cache):
    params, delta, gradients = cache["params"], dy, []
    for n in reversed(range(len(params))):
        gradients.insert(0, (cache["z"][n].T @ delta, delta.sum(axis=0)))
        if n < len(params) - 1:
            delta = delta * (cache["u"][n] > 0)
        delta = delta @ params[n][0].T
    return delta, gradients


def mask_for_the_topmost_only(dy, cache):
    params, delta, gradients = cache["params"], dy, []
    for n in reversed(range(len(params))):
        if n == len(params) - 2:
            delta = delta * (cache["u"][n] > 0)
        gradients.insert(0, (cache["z"][n].T @ delta, delta.sum(axis=0)))
        delta = delta @ params[n][0].T
    return delta, gradients


def changed(change):
    """The right gradients, with ``change`` made to them."""
    return lambda dy, cache: change(*counting_down(dy, cache), dy, cache)


WRONG = [
    ("growing_default", (growing_default, stack_of_operations)),
    ("mask_of_the_layer_below", (keeps_all, mask_of_the_layer_below)),
    ("mask_after_gradients", (keeps_all, mask_after_gradients)),
    ("mask_for_the_topmost_only", (keeps_all, mask_for_the_topmost_only)),
    ("no_dx", (keeps_all, changed(lambda dx, grads, dy, cache: grads))),
    (
        "biases_averaged",
        (keeps_all, changed(lambda dx, g, dy, cache: (dx, [(a, b / len(dx)) for a, b in g]))),
    ),
    ("pairs_swapped", (keeps_all, changed(lambda dx, g, dy, cache: (dx, [(b, a) for a, b in g])))),
    ("last_layer_missing", (keeps_all, changed(lambda dx, g, dy, cache: (dx, g[:-1])))),
    ("minus", (keeps_all, changed(lambda dx, g, dy, cache: (-dx, [(-a, -b) for a, b in g])))),
    ("dx_is_input", (keeps_all, changed(lambda dx, g, dy, cache: (cache["z"][0], g)))),
]
