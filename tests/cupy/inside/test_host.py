"""What stands in for the GPU computes what CuPy asks for."""

from typing import Any

import numpy as np
import pytest

from course_lib.backend import to_numpy
from tests.course_lib.libraries.conftest import ON_THE_GPU
from tests.cupy.host.kernels import launches

pytestmark = ON_THE_GPU


@pytest.fixture
def cupy() -> Any:
    import cupy

    return cupy


def test_cupy_is_the_published_one(cupy: Any) -> None:
    assert "/build/cupy/" in cupy.__file__
    x = cupy.asarray(np.ones(3))
    launches.clear()
    assert type(x + x) is cupy.ndarray
    assert launches == {"cupy_add__float64_float64_float64": 1}


@pytest.mark.parametrize("n", [7, 700, 60_000])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_reductions(cupy: Any, n: int, dtype: str) -> None:
    a = np.random.default_rng(0).normal(size=n).astype(dtype)
    b = cupy.asarray(a)
    rtol = 1e-4 if dtype == "float32" else 1e-10  # sums in another order
    for name in ("sum", "mean", "var", "std", "max", "min", "argmax"):
        expected = getattr(a, name)()
        np.testing.assert_allclose(to_numpy(getattr(b, name)()), expected, rtol=rtol, atol=rtol * n)
    np.testing.assert_array_equal(to_numpy(b[b > 0]), a[a > 0])
    np.testing.assert_array_equal(to_numpy(b.argsort()), a.argsort(kind="stable"))


@pytest.mark.parametrize("dtype", ["float32", "float64", "int64"])
@pytest.mark.parametrize(
    ("left", "right"),
    [((3, 4), (4, 5)), ((4,), (4, 5)), ((3, 4), (4,)), ((4,), (4,)), ((2, 3, 4), (2, 4, 5))],
)
def test_products(cupy: Any, dtype: str, left: Any, right: Any) -> None:
    rng = np.random.default_rng(0)
    a, b = ((9.0 * rng.normal(size=shape)).astype(dtype) for shape in (left, right))
    rtol = 1e-4 if dtype == "float32" else 1e-12
    found = cupy.asarray(a) @ cupy.asarray(b)
    np.testing.assert_allclose(to_numpy(found), a @ b, rtol=rtol, atol=50 * rtol)
    # Of a transposed view: another order of the numbers in memory.
    found = cupy.asarray(np.swapaxes(a, 0, -1).copy()).swapaxes(0, -1) @ cupy.asarray(b)
    np.testing.assert_allclose(to_numpy(found), a @ b, rtol=rtol, atol=50 * rtol)


def test_the_generator_is_cupys_and_has_no_other_methods(cupy: Any) -> None:
    rng = cupy.random.default_rng(0)
    real = type(rng).__mro__[1]
    assert (real.__module__, real.__name__) == ("cupy.random._generator_api", "Generator")
    own = {name for name in vars(type(rng)) if not name.startswith("_")}
    assert own <= set(vars(real))
    assert not hasattr(rng, "permutation")
