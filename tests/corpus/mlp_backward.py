"""Solutions of ``mlp_backward(dy, cache) -> (dx, [(dW, db), ...])``, each with its forward."""

from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, own, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


def mlp_forward(x, params):
    """Cache: for each layer its input, its weights, its pre-activation."""
    cache = []
    for n, (W, b) in enumerate(params):
        u = x @ W + b
        cache.append((x, W, u))
        x = np.maximum(u, 0) if n < len(params) - 1 else u
    return x, cache


right, form, wrong = (put(table, mlp_forward) for table in (RIGHT, FORM, WRONG))


@right
def textbook(dy, cache):
    grads = []
    delta = dy
    for n in reversed(range(len(cache))):
        z, W, u = cache[n]
        if n < len(cache) - 1:
            delta = delta * (u > 0)
        grads.append((z.T @ delta, delta.sum(axis=0)))
        delta = delta @ W.T
    return delta, grads[::-1]


@right
def insert_at_the_front(dy, cache):
    x, W, _ = cache[-1]
    grads = [(x.T.dot(dy), np.sum(dy, axis=0))]
    d = dy.dot(W.T)
    for x, W, u in cache[-2::-1]:
        d = np.where(u > 0, d, 0)
        grads.insert(0, (x.T.dot(d), np.sum(d, axis=0)))
        d = d.dot(W.T)
    return d, grads


@right
def deltas_first(dy, cache):
    L = len(cache)
    deltas: list[Any] = [None] * L
    deltas[L - 1] = dy
    for k in range(L - 2, -1, -1):
        deltas[k] = (deltas[k + 1] @ cache[k + 1][1].T) * (cache[k][2] > 0)
    dx = deltas[0] @ cache[0][1].T
    grads = [(cache[k][0].T @ deltas[k], deltas[k].sum(0)) for k in range(L)]
    return dx, grads


@right
def recursive(dy, cache):
    *below, (x, W, _) = cache
    dx = dy @ W.T
    grads = [(x.T @ dy, dy.sum(axis=0))]
    if not below:
        return dx, grads
    first, others = recursive(dx * (below[-1][2] > 0), below)
    return first, others + grads


@right
def mask_from_the_input_of_the_layer_above(dy, cache):
    grads = []
    for n, (z, W, _) in reversed(list(enumerate(cache))):
        grads = [(z.T @ dy, dy.sum(axis=0)), *grads]
        dy = dy @ W.T
        if n:
            dy = dy * np.sign(z)
    return dy, grads


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


@own(RIGHT)
def from_the_parts():
    def linear_backward(du, cache):
        x, W = cache
        return du @ W.T, x.T @ du, du.sum(axis=0)

    def relu_backward(dz, u):
        return dz * (u > 0)

    def forward(x, params):
        caches = []
        for W, b in params[:-1]:
            u = x @ W + b
            caches.append(((x, W), u))
            x = np.maximum(u, 0)
        W, b = params[-1]
        return x @ W + b, (caches, (x, W))

    def backward(dy, cache):
        hidden, last = cache
        dz, dW, db = linear_backward(dy, last)
        grads = [(dW, db)]
        for linear_cache, relu_cache in reversed(hidden):
            du = relu_backward(dz, relu_cache)
            dz, dW, db = linear_backward(du, linear_cache)
            grads.append((dW, db))
        return dz, list(reversed(grads))

    return forward, backward


@own(RIGHT)
def list_of_closures():
    def forward(x, params):
        tape = []

        def linear(x, W, b):
            def back(du):
                return du @ W.T, (x.T @ du, du.sum(axis=0))

            tape.append(back)
            return x @ W + b

        def relu(u):
            tape.append(lambda dz: (dz * (u > 0), None))
            return np.maximum(u, 0)

        for W, b in params[:-1]:
            x = relu(linear(x, W, b))
        return linear(x, *params[-1]), tape

    def backward(dy, tape):
        grads = []
        for back in reversed(tape):
            dy, grad = back(dy)
            if grad is not None:
                grads.insert(0, grad)
        return dy, grads

    return forward, backward


@own(RIGHT)
def numbered_dictionary():
    def forward(x, params):
        c: dict[str, Any] = {"A0": x, "L": len(params)}
        for k, (W, b) in enumerate(params, start=1):
            c[f"W{k}"] = W
            c[f"Z{k}"] = c[f"A{k - 1}"] @ W + b
            c[f"A{k}"] = np.maximum(0, c[f"Z{k}"])
        return c[f"Z{len(params)}"], c

    def backward(dy, c):
        dZ, g = dy, {}
        for k in range(c["L"], 0, -1):
            g[f"dW{k}"] = np.dot(c[f"A{k - 1}"].T, dZ)
            g[f"db{k}"] = np.sum(dZ, axis=0)
            dA = np.dot(dZ, c[f"W{k}"].T)
            if k > 1:
                dZ = np.array(dA, copy=True)
                dZ[c[f"Z{k - 1}"] <= 0] = 0
        return dA, [(g[f"dW{k}"], g[f"db{k}"]) for k in range(1, c["L"] + 1)]

    return forward, backward


@own(RIGHT)
def recomputed_from_the_inputs():
    def forward(x, params):
        y, _ = mlp_forward(x, params)
        return y, (x, params)

    def backward(dy, cache):
        return textbook(dy, mlp_forward(*cache)[1])

    return forward, backward


@own(RIGHT)
def object_with_state():
    class Net:
        def __init__(self, params):
            self.params = params
            self.inputs: list[Any] = []

        def run(self, x):
            for n, (W, b) in enumerate(self.params):
                self.inputs.append(x)
                x = x @ W + b
                if n + 1 < len(self.params):
                    x = x * (x > 0)
            return x

        def back(self, dy):
            grads: list[Any] = []
            for (W, _), z in zip(reversed(self.params), reversed(self.inputs), strict=True):
                grads = [(z.T @ dy, dy.sum(0)), *grads]
                dy = dy @ W.T
                if len(grads) < len(self.params):
                    dy = dy * (z > 0)
            return dy, grads

    def forward(x, params):
        net = Net(params)
        return net.run(x), net

    def backward(dy, cache):
        return cache.back(dy)

    return forward, backward


@right
def pairs_as_a_tuple_of_lists(dy, cache):
    dx, grads = textbook(dy, cache)
    return dx, tuple([dW, db] for dW, db in grads)


# Right once: a second backward with the same cache finds it empty.
@put(EITHER, mlp_forward)
def cache_popped(dy, cache):
    grads = []
    x, W, _ = cache.pop()
    while True:
        grads.append((x.T @ dy, dy.sum(axis=0)))
        dy = dy @ W.T
        if not cache:
            return dy, grads[::-1]
        x, W, u = cache.pop()
        dy = dy * (u > 0)


@put(WRONG, mlp_forward)
def pairs_as_dicts(dy, cache):
    dx, grads = textbook(dy, cache)
    return dx, [{"dW": dW, "db": db} for dW, db in grads]


@put(EITHER, mlp_forward)
def gradients_in_a_generator(dy, cache):
    dx, grads = textbook(dy, cache)
    return dx, (pair for pair in grads)


@put(EITHER, mlp_forward)
def gradients_in_reversed(dy, cache):
    dx, grads = textbook(dy, cache)
    grads.reverse()
    return dx, reversed(grads)


@form
def rows_of_bias_gradients(dy, cache):  # db of shape (1, M)
    dx, grads = textbook(dy, cache)
    return dx, [(dW, db[None]) for dW, db in grads]


@form
def nested_lists(dy, cache):  # lists
    dx, grads = textbook(dy, cache)
    return dx.tolist(), [(dW.tolist(), db.tolist()) for dW, db in grads]


@form
def upstream_in_place(dy, cache):  # dy is changed
    result = textbook(dy.copy(), cache)
    dy *= 0
    return result


@form
def update_while_going_back(dy, cache):  # W is changed after its use
    result = textbook(dy, cache)
    for (_, W, _), (dW, _) in zip(cache, result[1], strict=True):
        W -= 0.1 * dW
    return result


@form
def double_precision_zeros(dy, cache):  # float64 from float32
    dx, grads = textbook(dy, cache)
    return dx + np.zeros(dx.shape), [(dW + np.zeros(dW.shape), db * 1.0) for dW, db in grads]


@wrong
def mask_forgotten(dy, cache):
    # Right for one layer.
    grads = []
    for z, W, _ in reversed(cache):
        grads.append((z.T @ dy, dy.sum(axis=0)))
        dy = dy @ W.T
    return dy, grads[::-1]


@wrong
def mask_on_the_last_layer_too(dy, cache):
    grads = []
    for z, W, u in reversed(cache):
        dy = dy * (u > 0)
        grads.append((z.T @ dy, dy.sum(axis=0)))
        dy = dy @ W.T
    return dy, grads[::-1]


@wrong
def mask_of_the_network_input_too(dy, cache):
    # Only dx is wrong.
    dx, grads = textbook(dy, cache)
    return dx * (cache[0][0] > 0), grads


@wrong
def gradients_last_layer_first(dy, cache):
    # Right for one layer.
    dx, grads = textbook(dy, cache)
    return dx, grads[::-1]


@wrong
def mask_missing_from_depth_three_on(dy, cache):
    # Right for one and two layers.
    grads = []
    for n in reversed(range(len(cache))):
        z, W, u = cache[n]
        if n == len(cache) - 2:
            dy = dy * (u > 0)
        grads.insert(0, (z.T @ dy, dy.sum(axis=0)))
        dy = dy @ W.T
    return dy, grads


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


@wrong
def mask_from_the_wrong_layer(dy, cache):
    # The mask of the layer's input where the widths agree.
    grads = []
    for n in reversed(range(len(cache))):
        z, W, u = cache[n]
        if n < len(cache) - 1:
            dy = dy * ((z > 0) if z.shape == u.shape else (u > 0))
        grads.insert(0, (z.T @ dy, dy.sum(axis=0)))
        dy = dy @ W.T
    return dy, grads


@wrong
def pre_activation_in_place_of_mask(dy, cache):
    grads = []
    for n in reversed(range(len(cache))):
        z, W, u = cache[n]
        if n < len(cache) - 1:
            dy = dy * np.maximum(u, 0)
        grads.insert(0, (z.T @ dy, dy.sum(axis=0)))
        dy = dy @ W.T
    return dy, grads


@wrong
def guided_masks(dy, cache):
    grads = []
    for n in reversed(range(len(cache))):
        z, W, u = cache[n]
        if n < len(cache) - 1:
            dy = dy * (u > 0) * (dy > 0)
        grads.insert(0, (z.T @ dy, dy.sum(axis=0)))
        dy = dy @ W.T
    return dy, grads


@wrong
def means_over_the_batch(dy, cache):
    # Right for N = 1.
    dx, grads = textbook(dy, cache)
    return dx, [(dW / len(dy), db / len(dy)) for dW, db in grads]


@wrong
def mean_of_the_bias_only(dy, cache):
    dx, grads = textbook(dy, cache)
    return dx, [(dW, db / len(dy)) for dW, db in grads]


@wrong
def divided_by_batch_in_every_layer(dy, cache):
    grads = []
    for n in reversed(range(len(cache))):
        z, W, u = cache[n]
        if n < len(cache) - 1:
            dy = dy * (u > 0)
        grads.insert(0, (z.T @ dy, dy.sum(axis=0)))
        dy = dy @ W.T / len(z)
    return dy, grads


@wrong
def random_feedback(dy, cache):
    # Feedback alignment: trains, but is no gradient.
    grads = []
    for n in reversed(range(len(cache))):
        z, W, u = cache[n]
        if n < len(cache) - 1:
            dy = dy * (u > 0)
        grads.insert(0, (z.T @ dy, dy.sum(axis=0)))
        B = np.random.default_rng(n).normal(size=W.shape) * W.std()
        dy = dy @ B.T
    return dy, grads


@wrong
def weights_untransposed_where_square(dy, cache):
    grads = []
    for n in reversed(range(len(cache))):
        z, W, u = cache[n]
        if n < len(cache) - 1:
            dy = dy * (u > 0)
        grads.insert(0, (z.T @ dy, dy.sum(axis=0)))
        dy = dy @ (W if W.shape[0] == W.shape[1] else W.T)
    return dy, grads


@wrong
def first_layer_never_trained(dy, cache):
    dx, grads = textbook(dy, cache)
    dW, db = grads[0]
    return dx, [(np.zeros_like(dW), np.zeros_like(db)), *grads[1:]]


@wrong
def hidden_biases_forgotten(dy, cache):
    dx, grads = textbook(dy, cache)
    return dx, [(dW, np.zeros_like(db)) for dW, db in grads[:-1]] + [grads[-1]]


@wrong
def bias_before_weights(dy, cache):
    dx, grads = textbook(dy, cache)
    return dx, [(db, dW) for dW, db in grads]


@wrong
def input_gradient_missing(dy, cache):
    _, grads = textbook(dy, cache)
    return None, grads


@wrong
def input_gradient_one_layer_too_high(dy, cache):
    # Stops before the first weights. Wrong wherever that has another shape or value.
    grads = []
    for n in reversed(range(len(cache))):
        z, W, u = cache[n]
        if n < len(cache) - 1:
            dy = dy * (u > 0)
        grads.insert(0, (z.T @ dy, dy.sum(axis=0)))
        if n:
            dy = dy @ W.T
    return dy, grads


@wrong
def last_layer_only(dy, cache):
    dx, grads = textbook(dy, cache)
    return dx, grads[-1:]


@wrong
def one_flat_list(dy, cache):
    dx, grads = textbook(dy, cache)
    return dx, [g for pair in grads for g in pair]


@wrong
def updated_before_use(dy, cache):
    # The weights are updated before the delta goes through them; they are changed, too.
    grads = []
    for n in reversed(range(len(cache))):
        z, W, u = cache[n]
        if n < len(cache) - 1:
            dy = dy * (u > 0)
        dW = z.T @ dy
        grads.insert(0, (dW, dy.sum(axis=0)))
        W -= 0.1 * dW
        dy = dy @ W.T
    return dy, grads


@wrong
def weight_decay_on_top(dy, cache):
    dx, grads = textbook(dy, cache)
    return dx, [(dW + 1e-2 * W, db) for (dW, db), (_, W, _) in zip(grads, cache, strict=True)]


@wrong
def softmax_delta_from_habit(dy, cache):
    return textbook(cache[-1][2] - dy, cache)


@wrong
def two_mistakes(dy, cache):
    dx, grads = textbook(dy / len(dy), cache)
    return dx, grads[::-1]


@own(WRONG)
def global_cache():
    saved: dict[str, Any] = {}

    def forward(x, params):
        y, saved["cache"] = mlp_forward(x, params)
        return y, None

    def backward(dy, cache):
        return textbook(dy, saved["cache"])

    return forward, backward


@own(WRONG)
def inputs_cached_after_relu_of_the_last():
    # Forward rectifies its output as well: consistent with the mask, but another net.
    def forward(x, params):
        y, cache = mlp_forward(x, params)
        return np.maximum(y, 0), cache

    return forward, mask_on_the_last_layer_too


@own(WRONG)
def cache_list_shared_by_all_calls():
    tape: list[Any] = []

    def forward(x, params):
        y, cache = mlp_forward(x, params)
        tape.extend(cache)
        return y, len(params)

    def backward(dy, depth):
        return textbook(dy, tape[-depth:])

    return forward, backward


@own(WRONG)
def default_cache_grows():
    # The mutable default: the second forward appends to the first one's cache.
    def forward(x, params, cache=[]):  # noqa: B006
        y, new = mlp_forward(x, params)
        cache += new
        return y, cache

    return forward, textbook


more: Any = carried(RIGHT["textbook"], n=2)
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
