"""The compiled functions agree with the definitions, and are used only after `enable`."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from course_lib import fast
from course_lib import functional as F
from course_lib.layers import BatchNorm
from course_lib.losses import softmax_cross_entropy
from course_lib.models import small_cnn
from course_lib.optimizers import SGD, Adam, AdamW, adam_step, adamw_step, momentum_step
from course_lib.optimizers.in_blocks import BLOCK
from course_lib.parameter import Parameter
from course_lib.training.train_step import train_step
from tests.course_lib.functional import test_all_pairs as all_pairs
from tests.course_lib.functional import test_winograd as winograd
from tests.course_lib.libraries.cases import CASES, leaves
from tests.course_lib.libraries.library import NUMPY, Kit
from tests.course_lib.pairs import PAIRS, Pair

DTYPES = ["float32", "float64"]
# Sums in another order, and a product and a sum rounded together.
ROUNDING = {"float32": 2e-5, "float64": 1e-12}


@pytest.fixture(autouse=True)
def definitions_again() -> Iterator[None]:
    yield
    fast.disable()


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
        assert_agree(lambda x=layout: forward_and_backward("relu", x))
        assert_agree(lambda x=layout: forward_and_backward("relu", x[:, ::2]))


@dtypes
def test_dropout_draws_the_same_mask(dtype: str) -> None:
    x = normal(5, 7, dtype=dtype)

    def drop() -> Any:
        return forward_and_backward("dropout", x, 0.3, np.random.default_rng(3), training=True)

    assert_agree(drop)


@dtypes
@pytest.mark.parametrize("shape", [(), (3,), (40, 50)], ids=str)
def test_steps(shape: tuple[int, ...], dtype: str) -> None:
    w, dw, m = (normal(*shape, dtype=dtype, seed=k) + np.zeros(shape, dtype) for k in range(3))
    v = m * m
    betas = {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
    assert_agree(lambda: momentum_step(w, dw, m, lr=0.1, mu=0.9))
    assert_agree(lambda: adam_step(w, dw, m, v, 3, lr=0.1, **betas))
    assert_agree(lambda: adamw_step(w, dw, m, v, 3, lr=0.1, weight_decay=0.2, **betas))


def large_steps(dtype: str) -> list[Any]:
    """Parameters so large that the steps are written over them, after two steps."""
    moved = []
    for make in (lambda p: SGD(p, lr=0.1, momentum=0.9), Adam, AdamW):
        p = Parameter(
            normal(BLOCK // 300, 301, dtype=dtype), normal(BLOCK // 300, 301, dtype=dtype)
        )
        optimizer = make([p])
        for _ in range(2):
            optimizer.step()
        moved.append(p.data)
    return moved


@dtypes
def test_steps_of_large_parameters(dtype: str) -> None:
    assert_agree(lambda: large_steps(dtype))


@pytest.mark.parametrize("padding", [0, 1, (2, 0)])
def test_convolution(padding: Any) -> None:
    fast.enable()
    winograd.test_conv2d_takes_the_fast_path_and_agrees(padding)
    assert_agree(
        lambda: forward_and_backward("conv2d", *winograd.data(3, 16, 6, 9, 17), padding=padding)
    )


def test_calls_and_threads_do_not_share_buffers() -> None:
    fast.enable()
    winograd.test_calls_share_nothing_that_their_callers_keep()
    winograd.test_threads_do_not_disturb_each_other()


COMPILED = ("batchnorm in training", "layernorm", "relu", "dropout in training", "max_pool2d")


@pytest.mark.parametrize("pair", [p for p in PAIRS if p.name.startswith(COMPILED)], ids=str)
def test_what_holds_for_every_pair(pair: Pair) -> None:
    fast.enable()
    for seed in range(3):
        all_pairs.test_gradients_agree_with_differences(pair, 5, 4, seed)
    all_pairs.test_memory_layout_does_not_matter(pair, np.asfortranarray)
    all_pairs.test_memory_layout_does_not_matter(pair, lambda a: a[::-1].copy()[::-1])
    all_pairs.test_single_precision_stays_single_precision(pair)
    all_pairs.test_inputs_are_not_changed_and_outputs_share_no_memory_with_them(pair)
    all_pairs.test_two_calls_can_be_undone_in_any_order(pair)


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
            (fast.disable if fast._functions else fast.enable)()
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
    assert np.isnan(F.relu_forward(x)[0][1, 2])
    assert np.isnan(F.layernorm_forward(x, x[0], x[0], eps=1e-5)[0][1]).all()
    assert np.isnan(softmax_cross_entropy(x, np.zeros(4, int))[0])
    pixels = x.reshape(1, 1, 4, 6)
    assert np.isnan(F.max_pool2d_forward(pixels, size=2)[0][0, 0, 0, 1])
    state = {"mean": x[0], "var": x[0] ** 2}
    y, _, _ = F.batchnorm_forward(x, x[0], x[0], state, training=True, momentum=0.1, eps=1e-5)
    assert np.isnan(y[:, 2]).all()


def test_only_numpy_arrays_of_one_precision_are_given_to_compiled_functions() -> None:
    x, strict = normal(2, 3, dtype="float32"), pytest.importorskip("array_api_strict")
    assert fast.compiled(F.relu_forward, x) is None  # not enabled
    fast.enable()
    assert fast.compiled(F.relu_forward, x) is not None
    others = [x.astype(np.float16), x.astype(">f4"), x[:0], strict.asarray(x), x.view(np.recarray)]
    for other in others:
        assert fast.compiled(F.relu_backward, x, other) is None
        assert fast.compiled(F.relu_backward, other, x) is None
    assert fast.compiled(F.relu_backward, x, x.astype(np.float64)) is None


def test_bad_input_gets_the_same_error() -> None:
    x = normal(2, 3, dtype="float32")
    fast.enable()
    with pytest.raises(ValueError, match="labels run from 5 to 5"):
        softmax_cross_entropy(x, np.asarray([5, 5]))
    state = {"mean": x[0], "var": x[0]}
    with pytest.raises(ValueError, match="train on batches of at least 2 rows"):
        F.batchnorm_forward(x[:1], x[0], x[0], state, training=True, momentum=0.1, eps=1e-5)


def test_nothing_is_compiled_unless_somebody_asks() -> None:
    source = (
        "import sys, numpy as np, course_lib.fast, course_lib.layers as layers\n"
        "layers.ReLU()(np.ones(3))\nassert 'numba' not in sys.modules\n"
        "course_lib.fast.enable()\nassert 'numba' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", source], check=True, timeout=60)


def test_without_numba_the_message_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fast, "find_spec", lambda name: None if name == "numba" else "found")
    with pytest.raises(
        ModuleNotFoundError, match=r'pip install "training-neural-networks\[fast\]"'
    ):
        fast.enable()


def test_without_the_compiled_functions_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fast, "find_spec", lambda name: None)  # as in the sandbox
    fast.enable()
    assert fast.compiled(F.relu_forward, np.ones(3)) is None


def test_every_compiled_function_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    fast.enable()
    called = set()

    def noted(name: str) -> Any:
        def function(*args: Any, **settings: Any) -> Any:
            called.add(name)
            return functions[name](*args, **settings)

        return function

    functions = fast._functions
    monkeypatch.setattr(fast, "_functions", {name: noted(name) for name in functions})
    for name in ("batchnorm", "layernorm", "relu", "dropout", "max_pool2d"):
        CASES[name](Kit(NUMPY))
    forward_and_backward("conv2d", *winograd.data(1, 16, 4, 4, 16))
    softmax_cross_entropy(np.ones((2, 3)), np.asarray([0, 1]))
    for name in ("momentum_step", "adam_step", "adamw_step"):
        CASES[name](Kit(NUMPY))
    large_steps("float32")
    assert called == set(functions)
