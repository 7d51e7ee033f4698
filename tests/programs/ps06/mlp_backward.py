"""Solutions of ``mlp_backward(dy, cache) -> (dx, [(dW, db), ...])``, each with its forward."""

import numpy as np

from tests.programs.catalogue import Catalogue


def mlp_forward(x, params):
    """Cache: for each layer its input, its weights, its pre-activation."""
    cache = []
    for n, (W, b) in enumerate(params):
        u = x @ W + b
        cache.append((x, W, u))
        x = np.maximum(u, 0) if n < len(params) - 1 else u
    return x, cache


programs = Catalogue(mlp_forward)
right, form, wrong, open_ = programs.kinds


@right
def textbook(dy, cache):
    grads = []
    for n in reversed(range(len(cache))):
        z, W, u = cache[n]
        if n < len(cache) - 1:
            dy = dy * (u > 0)
        grads.insert(0, (z.T @ dy, dy.sum(axis=0)))
        dy = dy @ W.T
    return dy, grads


right.edit("gradients_in_a_generator", textbook, "dy, grads", "dy, (pair for pair in grads)")
right.edit("pairs_as_lists", textbook, "dy, grads", "dy, tuple([dW, db] for dW, db in grads)")


@right
def columns(dy, cache):
    delta, grads = dy.T, []
    for n, (z, W, _u) in reversed(list(enumerate(cache))):
        grads.append(((delta @ z).T, delta.sum(axis=1)))
        delta = W @ delta
        if n > 0:
            delta = delta * (z.T > 0)
    return delta.T, list(reversed(grads))


@right.together
def bias_as_weight():
    def forward(x, params):
        kept = []
        for W, b in params:
            z = np.maximum(x, 0) if kept else x
            z1 = np.hstack([z, np.ones((len(z), 1), z.dtype)])
            kept.append((z1, np.vstack([W, b]), x))
            x = z1 @ kept[-1][1]
        return x, kept

    def backward(dy, cache):
        grads = []
        for n in range(len(cache))[::-1]:
            z1, W1, u = cache[n]
            dW1 = z1.T @ dy
            grads = [(dW1[:-1], dW1[-1]), *grads]
            dy = (dy @ W1.T)[:, :-1]
            if n:
                dy = dy * np.heaviside(u, np.array(0.5, dy.dtype))
        return dy, grads

    return forward, backward


@open_
def cache_popped(dy, cache):
    # A second backward pass with the same cache would find it empty.
    grads = []
    x, W, _ = cache.pop()
    while True:
        grads.append((x.T @ dy, dy.sum(axis=0)))
        dy = dy @ W.T
        if not cache:
            return dy, grads[::-1]
        x, W, u = cache.pop()
        dy = dy * (u > 0)


form.edit("rows_of_bias_gradients", textbook, "axis=0", "axis=0, keepdims=True")
form.edit("update_in_the_loop", textbook, "dy = dy @ W.T", "dy = dy @ W.T\n        W *= 0.9")


@wrong
def deltas_not_chained_beyond_two(dy, cache):
    # Each hidden layer gets the output's delta through its own weights: right to depth two.
    grads = []
    delta = dy
    for n in reversed(range(len(cache))):
        z, W, u = cache[n]
        if n < len(cache) - 1:
            above = cache[n + 1][1]
            source = dy if dy.shape[1] == above.shape[1] else delta
            delta = (source @ above.T) * (u > 0)
        grads.insert(0, (z.T @ delta, delta.sum(axis=0)))
    return delta @ cache[0][1].T, grads


def growing_cache(x, params, cache=[]):  # noqa: B006
    y, new = mlp_forward(x, params)
    cache += new
    return y, cache


wrong.add("cache_grows", growing_cache, textbook)
wrong.add("popped_from_a_cache_that_grows", growing_cache, cache_popped)
