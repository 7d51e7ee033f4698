"""Products in another order, for the browser, agree with the definitions."""

from typing import Any

import numpy as np
import pytest

from course_lib import functional as F
from course_lib.fast import table
from course_lib.fast.conditions import WIDE, wide, wide_backward
from course_lib.fast.formulas import without_blas
from course_lib.layers import Linear
from course_lib.op import Op

ROUNDING = {"float32": 2e-5, "float64": 1e-12}


@pytest.fixture
def in_a_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "in_browser", lambda: True)


def arrays(N: int, n_in: int, n_out: int, dtype: str) -> tuple[Any, ...]:
    rng = np.random.default_rng(0)
    shapes = (N, n_in), (n_in, n_out), (n_out,), (N, n_out)
    return tuple(rng.normal(size=shape).astype(dtype) for shape in shapes)


@pytest.mark.parametrize("dtype", ROUNDING)
@pytest.mark.parametrize("shape", [(1, 1, WIDE), (7, 300, 256), (64, 5, 120)], ids=str)
@pytest.mark.parametrize("order", "CF")
def test_they_agree_with_the_definitions(
    shape: tuple[int, int, int], dtype: str, order: Any
) -> None:
    x, W, b, du = (np.asarray(a, order=order) for a in arrays(*shape, dtype))
    u, cache = without_blas.linear_forward(x, W, b)
    expected, expected_cache = F.linear_forward(x, W, b)
    found = u, *without_blas.linear_backward(du, cache)
    wanted = expected, *F.linear_backward(du, expected_cache)
    for a, b_ in zip(found, wanted, strict=True):
        assert a.dtype == b_.dtype and a.shape == b_.shape
        np.testing.assert_allclose(a, b_, rtol=0, atol=ROUNDING[dtype] * np.abs(b_).max())
    alone = without_blas.linear_parameter_gradients(du, cache)
    for a, b_ in zip(alone, found[2:], strict=True):
        assert np.array_equal(a, b_)


def test_only_wide_products_that_fit_are_computed_so() -> None:
    x, W, b, du = arrays(3, 4, WIDE, "float32")
    assert wide(x, W, b) and wide_backward(du, (x, W))
    for bad in (
        (x, W[:, :-1], b[:-1]),
        (x[:, 1:], W, b),
        (x, W, b[1:]),
        (x[0], W, b),
        (x.astype("float64"), W, b),
    ):
        assert not wide(*bad)
    assert not wide_backward(du[:, 1:], (x, W)) and not wide_backward(du[1:], (x, W))


@pytest.mark.usefixtures("in_a_browser")
def test_a_layer_of_the_library_uses_them_and_one_of_a_student_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    used = []

    def noted(name: str) -> Any:
        function = getattr(without_blas, name)

        def version(*args: Any) -> Any:
            used.append(name)
            return function(*args)

        return version

    for row in table.TABLE:
        if row.module == table.WITHOUT_BLAS:
            monkeypatch.setitem(vars(row), "version", noted(row.definition.__name__))
    x, *_, du = arrays(3, 4, WIDE, "float32")
    rng = np.random.default_rng(0)
    Linear(4, WIDE, rng=rng).forward(x)[1](du)
    assert used == ["linear_forward", "linear_backward"]
    Linear(4, WIDE, rng=rng, op=Op(own_forward, own_backward)).forward(x)[1](du)
    assert used == ["linear_forward", "linear_backward"]


def own_forward(x: Any, W: Any, b: Any) -> Any:
    return x @ W + b, (x, W)


def own_backward(du: Any, cache: Any) -> Any:
    x, W = cache
    return du @ W.T, x.T @ du, du.sum(axis=0)


own_forward.__name__, own_backward.__name__ = "linear_forward", "linear_backward"


def test_elsewhere_the_definitions_compute() -> None:
    definitions = Op(F.linear_forward, F.linear_backward)
    assert Linear(4, WIDE, rng=np.random.default_rng(0), op=definitions).op is definitions
