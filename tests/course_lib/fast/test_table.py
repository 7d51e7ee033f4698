"""A faster version computes where it suits and nowhere else, and bad input meets the definition."""

import copy
import functools
import pickle
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest

from course_lib import functional as F
from course_lib.fast import table
from course_lib.fast.conditions import LARGE, WIDE, in_blocks
from course_lib.functional.conv2d import conv2d_parameter_gradients
from course_lib.layers import Conv2d, Linear, MaxPool2d
from course_lib.op import Op
from course_lib.optimizers import SGD
from course_lib.parameter import Parameter
from grader.checking.home.blocked_library import library_blocked

CONV = Op(F.conv2d_forward, F.conv2d_backward, conv2d_parameter_gradients)


def normal(*shape: int, seed: int = 0) -> Any:
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def conv(**more: Any) -> Conv2d:
    return Conv2d(4, 4, 3, rng=np.random.default_rng(0), **more)


@pytest.fixture
def graded(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As where submissions are graded."""
    table.may_be_faster.cache_clear()
    monkeypatch.setattr(table, "find_spec", lambda name: None)
    yield
    table.may_be_faster.cache_clear()


def test_every_faster_version_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    called = set()

    def noted(row: table.Faster, function: Any) -> Any:
        def version(*args: Any, **settings: Any) -> Any:
            called.add(row.definition)
            return function(*args, **settings)

        return version

    for row in table.TABLE:
        assert row.version.__name__ == row.definition.__name__
        monkeypatch.setitem(vars(row), "version", noted(row, row.version))
    monkeypatch.setattr(table, "in_browser", lambda: True)
    rng, images = np.random.default_rng(0), normal(1, 4, 4, 4)
    for layer, x in (
        (conv(), images),
        (MaxPool2d(2), images.transpose(0, 3, 1, 2)),
        (Linear(2, WIDE, rng=rng), normal(3, 2)),
    ):
        y, backward = layer.forward(x, training=True)
        backward(y)
        backward.without_dx(y)
    assert called == {row.definition for row in table.TABLE}


def test_only_numpy_arrays_of_one_precision_are_given_to_a_faster_version() -> None:
    strict: Any = pytest.importorskip("array_api_strict")
    arrays = normal(1, 4, 4, 4), normal(4, 4, 3, 3), normal(4)
    assert in_blocks(*arrays)
    for change in (
        lambda a: a.astype(np.float16),
        lambda a: a.astype(">f4"),
        lambda a: a[:0],
        strict.asarray,
        lambda a: a.view(np.recarray),
        lambda a: a.astype(np.float64),
    ):
        for i in range(3):
            assert not in_blocks(*arrays[:i], change(arrays[i]), *arrays[i + 1 :])


def test_only_pairs_of_the_table_are_replaced() -> None:
    assert isinstance(conv(op=CONV).op.forward, table.Faster)
    assert isinstance(conv(op=Op(CONV.forward, CONV.backward)).op.backward, table.Faster)

    def conv2d_forward(x: Any, W: Any, b: Any, **_: Any) -> tuple[str, None]:
        return "mine", None

    class Mine:
        __hash__ = None  # such a function can be in no table

        def __call__(self, x: Any) -> Any:
            return x

    wrapped = functools.wraps(F.conv2d_forward)(conv2d_forward)
    for function in (conv2d_forward, wrapped, partial(conv2d_forward), Mine()):
        own = Op(function, CONV.backward, CONV.parameter_gradients)
        assert table.faster(own) is own
    # The faster version's cache would be nothing for this backward function.
    own = Op(CONV.forward, lambda dy, cache: F.conv2d_backward(dy, cache))
    assert conv(op=own).op is own
    own = Op(CONV.forward, CONV.backward, lambda dy, cache: F.conv2d_backward(dy, cache)[1:])
    assert conv(op=own).op is own


def test_a_layer_with_faster_versions_can_be_copied_and_pickled() -> None:
    layer, x = conv(), normal(2, 4, 5, 5)
    for again in (copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
        assert isinstance(again.op.forward, table.Faster)
        np.testing.assert_array_equal(again(x), layer(x))


def test_bad_input_gets_the_error_of_the_definition() -> None:
    with pytest.raises(ValueError, match="conv2d_forward: C_in is 3 in x"):
        conv()(normal(1, 3, 5, 5))
    _, backward = MaxPool2d(2).forward(normal(1, 4, 4, 4))
    with pytest.raises(ValueError, match="max_pool2d_backward"):
        backward(normal(1, 4, 4, 4))


@pytest.mark.usefixtures("graded")
def test_where_submissions_are_graded_only_definitions_state_a_formula() -> None:
    assert conv().op == CONV
    w = Parameter(normal(2 * LARGE), normal(2 * LARGE))
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(__import__("sys").modules, "course_lib.fast.formulas.steps", None)
        SGD([w], lr=0.1, momentum=0.9).step()


def test_at_home_a_faster_version_of_an_answer_raises_as_the_answer_does() -> None:
    layer, p = conv(), Parameter(normal(2 * LARGE))
    with library_blocked(), pytest.raises(NotImplementedError, match="write conv2d_forward your"):
        layer(normal(1, 4, 5, 5))
    optimizer = SGD([p], lr=0.1, momentum=0.9)
    with library_blocked(), pytest.raises(NotImplementedError, match="write momentum_step your"):
        optimizer.step()
