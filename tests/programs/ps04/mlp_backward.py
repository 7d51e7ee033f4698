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
def index_notation(dy, cache):
    grads = []
    for n in range(len(cache) - 1, -1, -1):
        z, W, u = cache[n]
        if n != len(cache) - 1:
            dy = np.einsum("nd,nd->nd", dy, np.greater_equal(u, 0))
        grads.append((np.einsum("ni,no->io", z, dy), np.einsum("no->o", dy)))
        dy = np.einsum("no,io->ni", dy, W)
    grads.reverse()
    return dy, grads


@right
def sample_by_sample(dy, cache):
    grads = [(np.zeros_like(W), np.zeros_like(W[0])) for _, W, _ in cache]
    dx = np.zeros_like(cache[0][0])
    for n in range(len(dy)):
        delta = dy[n]
        for k in range(len(cache) - 1, -1, -1):
            z, W, u = cache[k]
            if k < len(cache) - 1:
                delta = delta * (u[n] > 0)
            dW, db = grads[k]
            dW += np.outer(z[n], delta)
            db += delta
            delta = W @ delta
        dx[n] = delta
    return dx, grads


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
form.edit("double_precision", textbook, "grads = []", "grads, dy = [], dy.astype(float)")
form.edit(
    "nested_lists",
    textbook,
    "dy, grads",
    "dy.tolist(), [(dW.tolist(), db.tolist()) for dW, db in grads]",
)
form.edit("upstream_in_place", textbook, "grads = []", "dy -= 1\n    grads, dy = [], dy + 1")
form.edit("update_in_the_loop", textbook, "dy = dy @ W.T", "dy = dy @ W.T\n        W *= 0.9")

for name, du in {
    "mask_of_the_input_where_it_fits": "dy * ((z if z.shape == u.shape else u) > 0)",
    "pre_activation_in_place_of_mask": "dy * np.maximum(u, 0)",
    "guided_masks": "dy * (u > 0) * (dy > 0)",
}.items():
    wrong.edit(name, textbook, "dy * (u > 0)", du)

for name, dz in {
    "divided_by_batch_in_every_layer": "dy @ W.T / len(z)",
    "random_feedback": "dy @ (np.random.default_rng(n).normal(size=W.shape) * W.std()).T",
    "weights_untransposed_where_square": "dy @ (W if W.shape[0] == W.shape[1] else W.T)",
    "updated_before_use": "dy @ np.subtract(W, 0.1 * grads[0][0], out=W).T",
}.items():
    wrong.edit(name, textbook, "dy @ W.T", dz)

for name, returned in {
    "first_layer_never_trained": "dy, [(0 * grads[0][0], 0 * grads[0][1]), *grads[1:]]",
    "hidden_biases_forgotten": "dy, [(dW, 0 * db) for dW, db in grads[:-1]] + grads[-1:]",
    "pairs_as_dicts": "dy, [{'dW': dW, 'db': db} for dW, db in grads]",
    "one_flat_list": "dy, [g for pair in grads for g in pair]",
    "last_layer_only": "dy, grads[-1:]",
    "last_layer_missing": "dy, grads[:-1]",
    "mean_of_the_bias_only": "dy, [(dW, db / len(dy)) for dW, db in grads]",
    "weight_decay_on_top": "dy, [(g[0] + 0.01 * c[1], g[1]) for g, c in zip(grads, cache)]",
    "two_mistakes": "dy / len(dy), [(dW / len(dy), db / len(dy)) for dW, db in grads[::-1]]",
    "input_gradient_missing": "None, grads",
    "input_for_its_gradient": "cache[0][0], grads",
    "gradients_alone": "grads",
}.items():
    wrong.edit(name, textbook, "return dy, grads", f"return {returned}")

MASK = "if n < len(cache) - 1:\n            dy = dy * (u > 0)\n"
PAIR = "        grads.insert(0, (z.T @ dy, dy.sum(axis=0)))\n"
wrong.edit("mask_of_the_topmost_layer_alone", textbook, "n < len(cache) - 1", "n == len(cache) - 2")
wrong.edit(
    "mask_of_the_layer_below",
    textbook,
    MASK,
    "if 0 < n < len(cache) - 1:\n            dy = dy * (cache[n - 1][2] > 0)\n",
)
wrong.edit("softmax_delta", textbook, "grads = []", "grads, dy = [], cache[-1][2] - dy")


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

programs.carry(textbook, n=2)
