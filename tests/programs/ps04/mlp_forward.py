"""Solutions of ``mlp_forward(x, params) -> (y, cache)``."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(x, params):
    z = x
    for W, b in params[:-1]:
        u = z @ W + b
        z = np.maximum(u, 0)
    W, b = params[-1]
    return z @ W + b, (x, params)


@right
def from_the_parts(x, params):
    def linear_forward(x, W, b):
        return x @ W + b, (x, W)

    def relu_forward(u):
        return np.maximum(u, 0), u

    caches = []
    for W, b in params[:-1]:
        x, linear_cache = linear_forward(x, W, b)
        x, relu_cache = relu_forward(x)
        caches.append((linear_cache, relu_cache))
    x, last = linear_forward(x, *params[-1])
    return x, {"hidden": caches, "last": last}


@right
def relu_everywhere_then_undone(x, params):
    z = x
    for W, b in params:
        u = np.einsum("ni,io->no", z, W) + b
        z = np.maximum(u, 0)
    return u, None


@right
def recursive(x, params):
    (W, b), *rest = params
    u = x @ W + b
    if not rest:
        return u, [(x, W)]
    y, caches = recursive(np.where(u > 0, u, 0), rest)
    return y, [(x, W, u), *caches]


@right
def row_by_row(x, params):
    return np.stack([textbook(row, params)[0] for row in x]), None


@right
def in_double_precision(x, params):
    wide = [(W.astype(float), b.astype(float)) for W, b in params]
    return textbook(x.astype(float), wide)[0].astype(x.dtype), None


form.edit("nested_lists", textbook, "return z @ W + b", "return (z @ W + b).tolist()")
form.edit("double_precision", textbook, "z = x", "z = x.astype(float)")


@form
def weights_changed_afterwards(x, params):
    y, cache = textbook(x, params)
    for W, _ in params:
        W *= 0.5
    return y, cache


@form
def parameters_popped(x, params):
    while len(params) > 1:
        W, b = params.pop(0)
        x = np.maximum(x @ W + b, 0)
    return x @ params[0][0] + params[0][1], None


@form
def input_rectified_afterwards(x, params):
    y, cache = textbook(x, params)
    x[x < 0] = 0
    return y, cache


for name, z in {
    "tanh_for_relu": "np.tanh(u)",
    "residual_where_it_fits": "np.maximum(u, 0) + (z if z.shape == u.shape else 0)",
    "hidden_units_sorted": "np.sort(np.maximum(u, 0), axis=1)",
}.items():
    wrong.edit(name, textbook, "np.maximum(u, 0)", z)

for name, start in {
    "batch_centred": "z = x - x.mean(axis=0)",
    "two_layers_exactly": "z, params = x, [params[0], params[-1]]",
    "two_hidden_at_most": "z, params = x, params[: min(2, len(params) - 1)] + params[-1:]",
    "square_weights_transposed": "z = x\n"
    "    params = [(W.T if len(W) == len(b) else W, b) for W, b in params]",
}.items():
    wrong.edit(name, textbook, "z = x", start)

for name, y in {
    "relu_on_a_single_layer": "np.maximum(z @ W + b, 0 if z is x else -np.inf)",
    "softmax_on_top": "np.exp(z @ W + b) / np.exp(z @ W + b).sum(axis=1, keepdims=True)",
}.items():
    wrong.edit(name, textbook, "return z @ W + b", f"return {y}")


@wrong
def mask_of_the_first_layer_where_it_fits(x, params):
    mask = None
    for W, b in params[:-1]:
        u = x @ W + b
        if mask is None or mask.shape != u.shape:
            mask = u > 0
        x = u * mask
    return x @ params[-1][0] + params[-1][1], None


programs.carry(textbook, outputs=(0,), n=2)
