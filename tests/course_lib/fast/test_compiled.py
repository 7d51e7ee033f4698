"""The compiled functions agree with the definitions, and are used only after `enable`.

In these tests every function of `functional`, and the loss, is called as layers and training call
them (`compute`).
"""

import functools
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from importlib import import_module
from inspect import isfunction
from typing import Any

import numpy as np
import pytest

from course_lib import fast, losses
from course_lib import functional as F
from course_lib.fast import compute, table
from course_lib.fast.conditions import LARGE as BLOCK
from course_lib.fast.conditions import TOGETHER, WIDE
from course_lib.layers import BatchNorm, Conv2d, LayerNorm, Linear
from course_lib.models import small_cnn
from course_lib.optimizers import SGD, Adam, AdamW
from course_lib.parameter import Parameter
from course_lib.training.train_step import train_step
from grader.checking.home.blocked_library import library_blocked
from tests.catalogue import PAIRS, Pair
from tests.course_lib import test_operations as of_every_operation
from tests.course_lib.libraries.cases import CASES, leaves
from tests.course_lib.libraries.library import NUMPY, Kit

DEFINITIONS: dict[str, Any] = dict(vars(F))
DTYPES = ["float32", "float64"]
# Sums in another order, and a product and a sum rounded together.
ROUNDING = {"float32": 2e-5, "float64": 1e-12}


@pytest.fixture(autouse=True)
def as_layers_call_them(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for module in (F, losses):
        for name, function in list(vars(module).items()):
            if isfunction(function):
                monkeypatch.setattr(module, name, partial(compute, function))
    yield
    fast.disable()


def softmax_cross_entropy(u: Any, target: Any) -> Any:
    return losses.softmax_cross_entropy(u, target)


def both(function: Any) -> tuple[list[Any], list[Any]]:
    """What a function returns without and with the compiled functions."""
    fast.disable()
    expected = leaves(function())
    fast.enable()
    return expected, leaves(function())


def assert_agree(function: Any, factor: float = 1.0) -> None:
    expected, found = both(function)
    assert len(found) == len(expected)
    for a, b in zip(found, expected, strict=True):
        if isinstance(b, np.ndarray) and b.dtype.kind == "f":
            assert (a.dtype, a.shape) == (b.dtype, b.shape)
            scale = max(1.0, float(np.max(np.abs(b), initial=0.0)))
            np.testing.assert_allclose(a, b, rtol=0, atol=factor * ROUNDING[str(b.dtype)] * scale)
        elif isinstance(b, float):
            assert a == pytest.approx(b, rel=1e-5)
        else:
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("name", CASES)
def test_every_function_of_the_library_gives_the_same(name: str) -> None:
    # Some steps of training enlarge the rounding of the first one.
    assert_agree(lambda: CASES[name](Kit(NUMPY)), factor=1e3)


def normal(*shape: int, dtype: str, seed: int = 0) -> Any:
    return np.random.default_rng(seed).normal(size=shape).astype(dtype)


def forward_and_backward(name: str, *inputs: Any, **settings: Any) -> Any:
    y, cache, *state = getattr(F, f"{name}_forward")(*inputs, **settings)
    dy = normal(*y.shape, dtype=y.dtype.name, seed=9)
    return y, state, getattr(F, f"{name}_backward")(dy, cache)


SHAPES = [(2, 1), (3, 64), (5, 65), (130, 200)]
dtypes = pytest.mark.parametrize("dtype", DTYPES)


@dtypes
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_norms(shape: tuple[int, int], dtype: str) -> None:
    x = 100.0 + normal(*shape, dtype=dtype)
    gamma, beta = normal(shape[1], dtype=dtype, seed=1), normal(shape[1], dtype=dtype, seed=2)
    state = {"mean": gamma.copy(), "var": beta**2}
    # A mean of 100 costs two digits.
    assert_agree(lambda: forward_and_backward("layernorm", x, gamma, beta, eps=1e-3), factor=100.0)
    how = {"training": True, "momentum": 0.1, "eps": 1e-3}
    assert_agree(
        lambda: forward_and_backward("batchnorm", x, gamma, beta, state, **how), factor=100.0
    )


@dtypes
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_softmax_cross_entropy(shape: tuple[int, int], dtype: str) -> None:
    u = 30.0 * normal(*shape, dtype=dtype)
    labels = np.random.default_rng(0).integers(0, shape[1], shape[0])
    for t in (labels, labels.astype(np.uint8), np.eye(shape[1], dtype=dtype)[labels]):
        assert_agree(lambda t=t: softmax_cross_entropy(u, t))
        assert_agree(lambda t=t: softmax_cross_entropy(u[::-1], t[::-1]))


@dtypes
@pytest.mark.parametrize("settings", [{"size": 2}, {"size": (3, 2), "stride": (1, 2)}], ids=str)
def test_images(settings: Any, dtype: str) -> None:
    x = np.round(normal(2, 5, 7, 6, dtype=dtype), 1)  # equal values occur
    x[0, 0, 0, 0] = -np.inf
    for layout in (x, np.asfortranarray(x), x.transpose(0, 2, 3, 1).copy().transpose(0, 3, 1, 2)):
        assert_agree(lambda x=layout: forward_and_backward("max_pool2d", x, **settings))
        assert_agree(lambda x=layout: forward_and_backward("max_pool2d", x[:, ::2], **settings))


def steps(shape: tuple[int, ...], dtype: str) -> list[Any]:
    """A parameter and the states after two steps."""
    moved = []
    for make in (lambda p: SGD(p, lr=0.1, momentum=0.9), Adam, AdamW):
        arrays = (np.asarray(normal(*shape, dtype=dtype, seed=k)).astype(dtype) for k in range(2))
        p = Parameter(*arrays)
        optimizer = make([p])
        for _ in range(2):
            optimizer.step()
        moved += [p.data, *optimizer.state_dict().values()]
    return moved


@dtypes
@pytest.mark.parametrize("shape", [(40, 50), (BLOCK // 300 + 1, 301)], ids=str)
def test_steps(shape: tuple[int, ...], dtype: str) -> None:
    assert_agree(lambda: steps(shape, dtype))


COMPILED = {"batchnorm in training", "layernorm", "max_pool2d"}


@pytest.mark.parametrize("row", [row for row in PAIRS if row.name in COMPILED], ids=str)
def test_what_holds_for_every_pair(row: Pair) -> None:
    fast.enable()
    of_every_operation.test_gradients_agree_with_differences(row)
    of_every_operation.test_memory_layout_does_not_matter(row, np.asfortranarray)
    of_every_operation.test_memory_layout_does_not_matter(row, lambda a: a[::-1].copy()[::-1])
    of_every_operation.test_single_precision_stays_single_precision(row)
    of_every_operation.test_arguments_are_not_changed_and_results_share_no_memory(row)
    of_every_operation.test_two_calls_can_be_undone_in_any_order_and_twice(row)


def test_training_gives_the_same_and_may_be_switched_in_the_middle() -> None:
    x, t = normal(8, 1, 12, 12, dtype="float32"), np.arange(8) % 3

    def train(switch: bool) -> Any:
        rng = np.random.default_rng(0)
        model = small_cnn((1, 12, 12), 3, rng=rng, channels=(16, 16), norm=BatchNorm, drop_prob=0.2)
        optimizer = SGD(model.parameters(), lr=0.05, momentum=0.9)
        for _ in range(2):
            train_step(model, x, t, loss=softmax_cross_entropy, optimizer=optimizer)
        y, backward = model.forward(x, training=True)
        if switch:
            (fast.disable if table._compiled else fast.enable)()
        return (
            y,
            backward(y),
            [p.data for p in model.parameters()],
            [p.grad for p in optimizer.params],
        )

    assert_agree(lambda: train(switch=False), factor=10.0)
    assert_agree(lambda: train(switch=True), factor=10.0)


@dtypes
def test_nan_is_not_hidden(dtype: str) -> None:
    fast.enable()
    x = normal(4, 6, dtype=dtype)
    x[1, 2] = np.nan
    assert np.isnan(F.layernorm_forward(x, x[0], x[0], eps=1e-5)[0][1]).all()
    assert np.isnan(softmax_cross_entropy(x, np.zeros(4, int))[0])
    pixels = x.reshape(1, 1, 4, 6)
    assert np.isnan(F.max_pool2d_forward(pixels, size=2)[0][0, 0, 0, 1])
    state = {"mean": x[0], "var": x[0] ** 2}
    y, _, _ = F.batchnorm_forward(x, x[0], x[0], state, training=True, momentum=0.1, eps=1e-5)
    assert np.isnan(y[:, 2]).all()


def test_only_numpy_arrays_of_one_precision_are_given_to_compiled_functions() -> None:
    x, strict = normal(2, 3, dtype="float32"), pytest.importorskip("array_api_strict")
    forward = DEFINITIONS["layernorm_forward"]

    def found(*arrays: Any) -> Any:
        return table.faster(forward, *arrays, eps=1e-3)

    gamma = x[0]
    assert found(x, gamma, gamma) is None  # not enabled
    fast.enable()
    assert found(x, gamma, gamma) is not None
    for change in (
        lambda a: a.astype(np.float16),
        lambda a: a.astype(">f4"),
        lambda a: a[:0],
        strict.asarray,
        lambda a: a.view(np.recarray),
        lambda a: a.astype(np.float64),
    ):
        assert found(change(x), gamma, gamma) is None
        assert found(x, change(gamma), gamma) is None
        assert found(x, gamma, change(gamma)) is None


def test_another_function_of_the_same_name_is_called_itself() -> None:
    fast.enable()
    x = normal(2, 3, dtype="float32")

    def layernorm_forward(x: Any, gamma: Any, beta: Any, *, eps: float) -> tuple[str, None]:
        return "mine", None

    mine = functools.wraps(DEFINITIONS["layernorm_forward"])(layernorm_forward)
    for function in (layernorm_forward, mine, partial(layernorm_forward)):
        assert compute(function, x, x[0], x[0], eps=0.1)[0] == "mine"

    class Mine:
        __hash__ = None  # such a function can be in no table

        def __call__(self, x: Any) -> Any:
            return x

    assert compute(Mine(), x) is x


def test_bad_input_gets_the_same_error() -> None:
    x = normal(2, 3, dtype="float32")
    fast.enable()
    for labels in ([5, 5], [-1, 0]):
        with pytest.raises(ValueError, match=f"labels run from {labels[0]} to {labels[1]}"):
            softmax_cross_entropy(x, np.asarray(labels))
    with pytest.raises(ValueError, match="but 3 in target"):
        softmax_cross_entropy(x, np.asarray([0, 1, 2]))
    state = {"mean": x[0], "var": x[0]}
    how: Any = {"training": True, "momentum": 0.1, "eps": 1e-5}
    with pytest.raises(ValueError, match="train on batches of at least 2 rows"):
        F.batchnorm_forward(x[:1], x[0], x[0], state, **how)
    with pytest.raises(ValueError, match="D is 3 in x"):
        F.batchnorm_forward(x, x[0, :2], x[0], state, **how)
    _, cache, _ = F.batchnorm_forward(x, x[0], x[0], state, **how)
    with pytest.raises(ValueError, match="batchnorm_backward"):
        F.batchnorm_backward(x[:1], cache)
    with pytest.raises(ValueError, match="layernorm_forward"):
        F.layernorm_forward(x, x[0, :2], x[0], eps=1e-5)
    with pytest.raises(ValueError, match="layernorm_backward"):
        F.layernorm_backward(x[:1], F.layernorm_forward(x, x[0], x[0], eps=1e-5)[1])
    with pytest.raises(ValueError, match="max_pool2d_forward: x has shape"):
        F.max_pool2d_forward(x, size=2)
    images = x[None, None]
    with pytest.raises(ValueError, match="the images, with their padding, are only 2 x 3"):
        F.max_pool2d_forward(images, size=3)
    with pytest.raises(ValueError, match="max_pool2d_backward"):
        F.max_pool2d_backward(images, F.max_pool2d_forward(images, size=2)[1])


def test_nothing_is_compiled_unless_somebody_asks() -> None:
    source = (
        "import sys, numpy as np, course_lib.fast, course_lib.layers as layers\n"
        "norm = layers.LayerNorm(3)\nx = np.ones((2, 3), 'float32')\n"
        "norm(x)\nassert 'numba' not in sys.modules\n"
        "course_lib.fast.enable()\nnorm(x)\nassert 'numba' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", source], check=True, timeout=60)


def test_without_numba_the_message_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "find_spec", lambda name: None if name == "numba" else "found")
    with pytest.raises(
        ModuleNotFoundError, match=r'pip install "training-neural-networks\[fast\]"'
    ):
        fast.enable()


def test_where_submissions_are_graded_only_definitions_state_a_formula(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert table._rows_for.__wrapped__(True, True)
    monkeypatch.setattr(table, "find_spec", lambda name: None)
    assert table._rows_for.__wrapped__(True, True) == {}


def test_every_row_names_a_definition_and_a_version_of_its_own() -> None:
    for row in table.TABLE:
        module, name = row.place
        assert getattr(import_module(module), name).__module__ == module
        assert callable(row.function)
    rows = [(row.definition, row.module) for row in table.TABLE]
    assert len(set(rows)) == len(rows)


def test_at_home_a_faster_version_of_an_answer_raises_as_the_answer_does() -> None:
    fast.enable()
    norm = LayerNorm(3)
    with library_blocked(), pytest.raises(NotImplementedError, match="write layernorm_forward"):
        norm(normal(2, 3, dtype="float32"))
    p = Parameter(normal(2 * BLOCK, dtype="float32"))
    optimizer = SGD([p], lr=0.1, momentum=0.9)
    with library_blocked(), pytest.raises(NotImplementedError, match="write momentum_step your"):
        optimizer.step()


def test_every_faster_version_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    called = set()

    def noted(row: table.Faster, function: Any) -> Any:
        def version(*args: Any, **settings: Any) -> Any:
            called.add(id(row))
            return function(*args, **settings)

        return version

    for row in table.TABLE:
        monkeypatch.setitem(vars(row), "function", noted(row, row.function))
    for choose in (fast.enable, fast.disable):
        choose()
        for name in COMPILED:
            CASES[name](Kit(NUMPY))
        for norm in (LayerNorm(TOGETHER), BatchNorm(TOGETHER)):
            y, backward = norm.forward(normal(2, TOGETHER, dtype="float32"), training=True)
            backward(y)
        layer = Conv2d(4, 4, 3, rng=np.random.default_rng(0))
        y, backward = layer.forward(normal(1, 4, 4, 4, dtype="float32"))
        backward(y)
        backward.without_dx(y)
        softmax_cross_entropy(np.ones((2, 3)), np.asarray([0, 1]))
        steps((BLOCK // 300 + 1, 301), "float32")
    monkeypatch.setattr(table, "in_browser", lambda: True)
    monkeypatch.setattr(table, "_rows", {})
    wide = Linear(2, WIDE, rng=np.random.default_rng(0))
    u, backward = wide.forward(normal(3, 2, dtype="float32"))
    backward(u)
    backward.without_dx(u)
    assert called == {id(row) for row in table.TABLE}
