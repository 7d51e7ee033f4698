"""Large arrays are updated block by block: the same numbers, and no value that somebody holds."""

import numpy as np
import pytest

from course_lib.fast.conditions import LARGE as BLOCK
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
    from course_lib.optimizers.sgd import momentum_step, sgd_step

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


def test_matrices_in_any_order_of_storage():
    shape = (300, 500)
    for order in "CF":
        found = trained(Adam, shape, "float32", order)
        assert same(found, trained(whole(Adam), shape, "float32", order), "Adam")


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_values_that_somebody_holds_are_left_as_they_were(name):
    p = Parameter(drawn(N, "float32", 0), drawn(N, "float32", 1))
    held, view, before = p.data, p.data[::7], p.data.copy()
    gradient = p.grad.copy()
    OPTIMIZERS[name]([p]).step()
    assert np.array_equal(held, before) and np.array_equal(view, before[::7])
    assert np.array_equal(p.grad, gradient) and not np.array_equal(p.data, before)


@pytest.mark.parametrize("name", ["SGD with momentum", "Adam", "AdamW"])
def test_a_parameter_that_nobody_holds_keeps_its_memory(name):
    p = Parameter(drawn(N, "float32", 0), drawn(N, "float32", 1))
    optimizer, expected = OPTIMIZERS[name]([p]), Parameter(p.data.copy(), p.grad)
    other = OPTIMIZERS[name]([expected])
    place = p.data.ctypes.data
    for held in (False, True, False):
        kept = p.data if held else None
        before = p.data.copy()
        optimizer.step()
        somebody_holds = expected.data
        other.step()
        assert np.array_equal(p.data, expected.data) and somebody_holds is not expected.data
        assert (p.data.ctypes.data == place) is not held
        assert kept is None or np.array_equal(kept, before)
        place = p.data.ctypes.data


@pytest.mark.parametrize("hold", [
    lambda p: p.data, lambda p: p.data[:3], lambda p: p.data.reshape(-1, 1), lambda p: [p.data],
    lambda p: memoryview(p.data), lambda p: {"kept": p.data.T},
    lambda p: (lambda data=p.data: data),
])  # fmt: skip
def test_however_somebody_holds_an_array_it_keeps_its_values(hold):
    p = Parameter(drawn(N, "float32", 0), drawn(N, "float32", 1))
    optimizer, place = Adam([p]), p.data.ctypes.data
    kept = hold(p)
    optimizer.step()
    assert p.data.ctypes.data != place
    del kept


def test_states_are_the_optimizers_own_and_written_over_but_views_and_read_only_ones_are_not():
    p = Parameter(drawn(N, "float32", 0), drawn(N, "float32", 1))
    optimizer = SGD([p], lr=0.1, momentum=0.9)
    kept, copied = optimizer.v[0], optimizer.state_dict()["v.0"]
    optimizer.step()
    assert optimizer.v[0] is kept and kept.any() and not copied.any()
    for given in (np.zeros(2 * N, "float32")[::2], np.zeros(2 * N, "float32")[:N]):
        optimizer.v[0] = given
        optimizer.step()
        assert not given.any() and optimizer.v[0].any()
    optimizer.v[0] = np.zeros(N, "float32")
    optimizer.v[0].flags.writeable = False
    optimizer.step()
    assert optimizer.v[0].any()


def test_a_step_function_from_elsewhere_gets_whole_arrays():
    sizes = []

    def noted(w, *more, **settings):
        sizes.append(w.size)
        return adam_step(w, *more, **settings)

    p = Parameter(drawn(N, "float32", 0), drawn(N, "float32", 1))
    Adam([p], step=noted).step()
    assert sizes == [N]
