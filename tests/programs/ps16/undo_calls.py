"""Solutions of ``undo_calls(layers, images, calls, momentum) -> layers``."""

import numpy as np

from course_lessons.batch_normalisation import outputs
from course_lib.functional.batchnorm import batchnorm_forward
from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def with_functions_of_the_notebook(layers, images, calls, momentum):
    """With momentum 1, the state that comes back is the batch's part."""
    q, x, found = (1 - momentum) ** calls, images, []
    for layer in layers:
        if layer[0] == "norm":
            _, gamma, beta, mean, var, eps = layer
            now = {"mean": mean, "var": var}
            last, settings = np.moveaxis(x, 1, -1), {"training": True, "momentum": 1, "eps": eps}
            columns = last.reshape(-1, x.shape[1])
            y, _, batch = batchnorm_forward(columns, gamma, beta, now, **settings)
            x = np.moveaxis(y.reshape(last.shape), -1, 1)
            old = [(now[name] - (1 - q) * batch[name]) / q for name in ("mean", "var")]
            layer = ("norm", gamma, beta, *old, eps)
        else:
            x = outputs([layer], x)
        found.append(layer)
    return found


def in_columns(x):
    return np.moveaxis(x, 1, -1).reshape(-1, x.shape[1])


@right
def call_by_call_backwards(layers, images, calls, momentum):
    found, passed = [], []
    for kind, *values in layers:
        columns = in_columns(outputs(passed, images)) if kind == "norm" else None
        if columns is not None:
            gamma, beta, mean, var, eps = values
            for _ in range(calls):
                mean = (mean - momentum * columns.mean(axis=0)) / (1 - momentum)
                var = (var - momentum * columns.var(axis=0, ddof=1)) / (1 - momentum)
            values = [gamma, beta, columns.mean(axis=0), columns.var(axis=0), eps]
            found.append((kind, gamma, beta, mean, var, eps))
        else:
            found.append((kind, *values))
        passed.append((kind, *values))
    return found


def called(layers, x, momentum):
    """The layers after a call in training mode."""
    after = []
    for layer in layers:
        if layer[0] == "norm":
            _, gamma, beta, mean, var, eps = layer
            columns = in_columns(x)
            batch = columns.mean(axis=0), columns.var(axis=0, ddof=1)
            x = outputs([("norm", gamma, beta, batch[0], columns.var(axis=0), eps)], x)
            moved = [
                (1 - momentum) * a + momentum * b for a, b in zip((mean, var), batch, strict=True)
            ]
            after.append(("norm", gamma, beta, *moved, eps))
        else:
            x = outputs([layer], x)
            after.append(layer)
    return after


@right
def from_a_network_whose_statistics_are_zero(layers, images, calls, momentum):
    """The calls are linear in the running statistics, so the rest of the present ones is q·old."""
    made = [
        (*one[:3], 0 * one[3], 0 * one[4], one[5]) if one[0] == "norm" else one for one in layers
    ]
    for _ in range(calls):
        made = called(made, images, momentum)
    found = []
    for now, of_calls in zip(layers, made, strict=True):
        if now[0] == "norm":
            old = [(now[k] - of_calls[k]) / (1 - momentum) ** calls for k in (3, 4)]
            now = [*now[:3], *old, now[5]]
        found.append(now)
    return found


@right
def by_one_more_call(layers, images, calls, momentum):
    """A further call moves a value by momentum·(batch − now), which says what the batch is."""
    found = []
    for now, later in zip(layers, called(layers, images, momentum), strict=True):
        if now[0] == "norm":
            grown = (1 - momentum) ** -calls - 1
            old = [now[k] - grown * (later[k] - now[k]) / momentum for k in (3, 4)]
            now = ("norm", *now[1:3], *old, now[5])
        found.append(now)
    return found


@wrong
def layers_of_the_first_call(layers, images, calls, momentum, kept=[]):  # noqa: B006
    kept.append(by_one_more_call(layers, images, calls, momentum))
    return kept[0]


@form
def in_the_given_list(layers, images, calls, momentum):
    layers[:] = by_one_more_call(layers, images, calls, momentum)
    return layers


programs.equivalent = changes("""
N = x.size // x.shape[1] -> N = x.size / x.shape[1]
    The size is a multiple of the number of columns.
""")
programs.beside_the_point = [
    "return layers",
    "return right(layers, images, 1, momentum)",
    'passed = ("norm", gamma, beta, mean, var, eps)',
]
