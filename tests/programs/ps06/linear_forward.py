"""Solutions of ``linear_forward(x, W, b) -> (u, cache)``."""

from types import SimpleNamespace

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(x, W, b):
    return x @ W + b, (x, W, b)


@right
def index_notation(x, W, b):
    return np.einsum("ni,io->no", x, W) + b, SimpleNamespace(x=x, W=W)


@right
def bias_as_weight(x, W, b):
    x1 = np.hstack([x, np.ones((len(x), 1), x.dtype)])
    return x1 @ np.vstack([W, b]), x1


@right
def object_as_cache(x, W, b):
    class Layer:
        def __call__(self, x):
            self.x, self.W = x, W
            return x @ W + b

    layer = Layer()
    return layer(x), layer


for name, u in {
    "broadcast_and_sum": "(x[:, :, None] * W[None, :, :]).sum(axis=1) + b",
    "through_matrix": "np.asarray(np.asmatrix(x) * np.asmatrix(W) + np.asmatrix(b))",
    "row_by_row": "np.array([row @ W + b for row in x])",
    "in_double_precision": "(x.astype(float) @ W.astype(float) + b).astype(x.dtype)",
}.items():
    right.edit(name, textbook, "x @ W + b", u)


@right
def closure_as_cache(x, W, b):
    return x @ W + b, lambda du: (du @ W.T, x.T @ du, du.sum(0))


# --- right values in a deviating form ---------------------------------------------------------

form.edit("trailing_axis", textbook, "x @ W + b", "(x @ W + b)[..., None]")


# --- wrong ------------------------------------------------------------------------------------

for name, u in {
    "bias_only_for_batches": "x @ W + b * (len(x) > 1)",
    "bias_down_the_rows_where_it_fits": "x @ W + (b[:, None] if len(b) == len(x) else b)",
    "mean_weight_for_one_input": "(x @ W if len(W) > 1 else x @ (0 * W + W.mean())) + b",
}.items():
    wrong.edit(name, textbook, "x @ W + b", u)


@wrong
def weights_of_the_first_call(x, W, b, store={}):  # noqa: B006
    W = store.setdefault(W.shape, W.copy())
    return x @ W + b, (x, W)


programs.carry(textbook, outputs=(0,), n=2)

programs.beside_the_point = [
    "return x @ W, (x, W)",
    "return x, (x, W)",
]
