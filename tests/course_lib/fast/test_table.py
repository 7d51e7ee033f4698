"""A faster version computes where it suits and nowhere else, and bad input meets the definition."""

import functools
from collections.abc import Iterator
from functools import partial
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from course_lib import functional as F
from course_lib.fast import compute, table
from course_lib.fast.conditions import LARGE, TOGETHER, WIDE
from course_lib.layers import BatchNorm, Conv2d, LayerNorm, Linear, MaxPool2d
from course_lib.op import Op
from course_lib.optimizers import SGD, Adam, AdamW
from course_lib.parameter import Parameter
from grader.checking.home.blocked_library import library_blocked

N, D = TOGETHER // 50 + 1, 50  # rows that do not stay in the cache together


def normal(*shape: int, seed: int = 0) -> Any:
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


@pytest.fixture
def rows_chosen_anew() -> Iterator[None]:
    table._rows.cache_clear()
    yield
    table._rows.cache_clear()


def test_every_row_names_a_definition_and_a_version_of_its_own() -> None:
    for row in table.TABLE:
        module, name = row.place
        assert getattr(import_module(module), name).__module__ == module
        assert row.function.__name__ == name
    assert len({row.definition for row in table.TABLE}) == len(table.TABLE)


@pytest.mark.usefixtures("rows_chosen_anew")
def test_every_faster_version_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    called = set()

    def noted(row: table.Faster, function: Any) -> Any:
        def version(*args: Any, **settings: Any) -> Any:
            called.add(row.definition)
            return function(*args, **settings)

        return version

    for row in table.TABLE:
        monkeypatch.setitem(vars(row), "function", noted(row, row.function))
    monkeypatch.setattr(table, "in_browser", lambda: True)
    rng, images = np.random.default_rng(0), normal(1, 4, 4, 4)
    for layer, x in (
        (LayerNorm(D), normal(N, D)),
        (BatchNorm(D), normal(N, D)),
        (Conv2d(4, 4, 3, rng=rng), images),
        (MaxPool2d(2), images.transpose(0, 3, 1, 2)),
        (Linear(2, WIDE, rng=rng), normal(3, 2)),
    ):
        y, backward = layer.forward(x, training=True)
        backward(y)
        backward.without_dx(y)
    for make in (partial(SGD, lr=0.1, momentum=0.9), Adam, AdamW):
        make([Parameter(normal(2 * LARGE), normal(2 * LARGE))]).step()
    assert called == {row.definition for row in table.TABLE}


def test_only_numpy_arrays_of_one_precision_are_given_to_a_faster_version() -> None:
    strict: Any = pytest.importorskip("array_api_strict")
    x_hat, gamma, inv_std = normal(N, D), normal(D), normal(N, 1)

    def found(dy: Any, *cache: Any) -> Any:
        return table.faster(F.layernorm_backward, dy, cache)

    assert found(x_hat, x_hat, gamma, inv_std) is not None
    for change in (
        lambda a: a.astype(np.float16),
        lambda a: a.astype(">f4"),
        lambda a: a[:0],
        strict.asarray,
        lambda a: a.view(np.recarray),
        lambda a: a.astype(np.float64),
    ):
        assert found(change(x_hat), x_hat, gamma, inv_std) is None
        assert found(x_hat, change(x_hat), gamma, inv_std) is None
        assert found(x_hat, x_hat, change(gamma), inv_std) is None


def test_another_function_of_the_same_name_is_called_itself() -> None:
    def conv2d_forward(x: Any, W: Any, b: Any, **_: Any) -> tuple[str, None]:
        return "mine", None

    x, W, b = normal(1, 4, 4, 4), normal(4, 4, 3, 3), normal(4)
    assert table.faster(F.conv2d_forward, x, W, b) is not None
    mine = functools.wraps(F.conv2d_forward)(conv2d_forward)
    for function in (conv2d_forward, mine, partial(conv2d_forward)):
        assert compute(function, x, W, b)[0] == "mine"
    # The faster version's cache would be nothing for this backward function.
    own = Op(F.conv2d_forward, lambda dy, cache: F.conv2d_backward(dy, cache))
    u, cache = table.forward(own, x, W, b, stride=1, padding=0)
    assert len(own.backward(u, cache)) == 3

    class Mine:
        __hash__ = None  # such a function can be in no table

        def __call__(self, x: Any) -> Any:
            return x

    assert compute(Mine(), x) is x


def test_bad_input_gets_the_error_of_the_definition() -> None:
    x = normal(N, D)
    batch, layer = BatchNorm(D), LayerNorm(D)
    with pytest.raises(ValueError, match="train on batches of at least 2 rows"):
        BatchNorm(2 * TOGETHER).forward(normal(1, 2 * TOGETHER), training=True)
    for norm, name in ((batch, "batchnorm"), (layer, "layernorm")):
        with pytest.raises(ValueError, match=f"{name}_forward"):
            norm.forward(x[:, 1:], training=True)
        _, backward = norm.forward(x, training=True)
        with pytest.raises(ValueError, match=f"{name}_backward"):
            backward(np.concatenate([x, x]))


def test_nan_is_not_hidden() -> None:
    x = normal(N, D)
    x[1, 2] = np.nan
    y, _ = BatchNorm(D).forward(x, training=True)
    assert np.isnan(y[:, 2]).all() and not np.isnan(y[:, 3]).any()
    _, backward = LayerNorm(D).forward(normal(N, D))
    assert np.isnan(backward(x)[1]).all()


@pytest.mark.usefixtures("rows_chosen_anew")
def test_where_submissions_are_graded_only_definitions_state_a_formula(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(table, "find_spec", lambda name: None)
    assert table._rows(True) == {} == table._rows(False)


def test_at_home_a_faster_version_of_an_answer_raises_as_the_answer_does() -> None:
    x, norm, p = normal(N, D), LayerNorm(D), Parameter(normal(2 * LARGE))
    _, backward = norm.forward(x)
    with library_blocked(), pytest.raises(NotImplementedError, match="write layernorm_backward"):
        backward(x)
    optimizer = SGD([p], lr=0.1, momentum=0.9)
    with library_blocked(), pytest.raises(NotImplementedError, match="write momentum_step your"):
        optimizer.step()
