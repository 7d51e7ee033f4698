"""Large arrays are updated block by block: the same numbers, and nobody else's array changes."""

import numpy as np
import pytest

from course_lib.fast.in_blocks import LARGEST_BLOCK as BLOCK
from course_lib.fast.table import COMPILED, TABLE
from course_lib.optimizers import SGD, Adadelta, Adagrad, Adam, AdamW, RMSprop
from course_lib.optimizers.adam import adam_step
from course_lib.parameter import Parameter

N = 3 * BLOCK + 17
OPTIMIZERS = {
    "SGD": lambda p, **more: SGD(p, lr=0.1, **more),
    "SGD with momentum": lambda p, **more: SGD(p, lr=0.1, momentum=0.9, **more),
    "Adam": Adam,
    "AdamW": AdamW,
    "RMSprop": RMSprop,
    "Adagrad": Adagrad,
    "Adadelta": Adadelta,
}


def drawn(shape, dtype, seed):
    return np.random.default_rng(seed).normal(size=shape).astype(dtype)


def trained(make, shape, dtype, order="C"):
    """The parameter after three steps."""
    p = Parameter(np.asarray(drawn(shape, dtype, 0), order=order))
    optimizer = make([p])
    for seed in range(1, 4):
        p.grad = drawn(shape, dtype, seed)
        optimizer.step()
    return p.data


def whole(make):
    """The optimizer with a step function from elsewhere, which gets whole arrays."""
    rule = make([Parameter(np.ones(1))])

    def with_rule(params):
        optimizer = make(params)
        own = optimizer.rule or default(rule)
        optimizer.rule = lambda *arrays, **settings: own(*arrays, **settings)
        return optimizer

    return with_rule


def default(optimizer):
    from course_lib.optimizers.momentum import momentum_step
    from course_lib.optimizers.sgd import sgd_step

    return momentum_step if optimizer.groups[0].settings["momentum"] else sgd_step


def same(found, expected, name):
    """Bit for bit, but Adam, whose passes over large arrays are other ones, up to rounding."""
    if name not in ("Adam", "AdamW"):
        return np.array_equal(found, expected)
    return np.allclose(found, expected, 0, 10 * np.finfo(found.dtype).eps)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_results_are_the_same(name, dtype):
    make = OPTIMIZERS[name]
    assert same(trained(make, N, dtype), trained(whole(make), N, dtype), name)


@pytest.mark.parametrize("name", ["SGD", "SGD with momentum", "Adam", "AdamW"])
def test_numpy_numbers_as_settings_change_nothing(name):
    def make(params, number):
        optimizer = OPTIMIZERS[name](params)
        optimizer.lr = number(0.1)
        settings = optimizer.groups[0].settings
        if "momentum" in settings:
            settings["momentum"] = number(settings["momentum"])
        if "betas" in settings:
            settings["betas"] = tuple(map(number, settings["betas"]))
        return optimizer

    python = trained(lambda p: make(p, float), N, "float32")
    assert np.array_equal(trained(lambda p: make(p, np.float64), N, "float32"), python)


def test_the_formulas_with_a_faster_version():
    rows = [row for row in TABLE if not row.module.startswith(COMPILED)]
    steps = {row.place[1] for row in rows if row.module == "formulas.in_place"}
    assert steps == {"sgd_step", "momentum_step", "adam_step", "adamw_step"}


def test_matrices_in_any_order_of_storage():
    shape = (300, 500)
    for order in "CF":
        found = trained(Adam, shape, "float32", order)
        assert same(found, trained(whole(Adam), shape, "float32", order), "Adam")


def test_an_array_that_somebody_holds_is_left_as_it_was():
    p = Parameter(drawn(N, "float32", 0))
    held, before = p.data, p.data.copy()
    view = p.data[: BLOCK // 2]
    optimizer = SGD([p], lr=0.1, momentum=0.9)
    velocity = optimizer.v[0]
    p.grad = drawn(N, "float32", 1)
    optimizer.step()
    assert np.array_equal(held, before) and np.array_equal(view, before[: BLOCK // 2])
    assert not velocity.any() and not np.array_equal(p.data, before)


def test_an_array_that_nobody_holds_is_written_over():
    p = Parameter(drawn(N, "float32", 0))
    optimizer = SGD([p], lr=0.1, momentum=0.9)
    p.grad = drawn(N, "float32", 1)
    places = id(p.data), id(optimizer.v[0])
    optimizer.step()
    assert places == (id(p.data), id(optimizer.v[0]))


def test_a_view_held_elsewhere_counts():
    p = Parameter(drawn(N, "float32", 0))
    view, before = p.data[::7], p.data[::7].copy()
    optimizer = SGD([p], lr=0.1)
    p.grad = drawn(N, "float32", 1)
    optimizer.step()
    assert np.array_equal(view, before)


def test_a_step_function_from_elsewhere_gets_whole_arrays():
    sizes = []

    def noted(w, *more, **settings):
        sizes.append(w.size)
        return adam_step(w, *more, **settings)

    p = Parameter(drawn(N, "float32", 0), drawn(N, "float32", 1))
    Adam([p], step=noted).step()
    assert sizes == [N]
