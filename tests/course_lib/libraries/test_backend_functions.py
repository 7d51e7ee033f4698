"""What the standard lacks, on every array library."""

from typing import Any

import numpy as np
import pytest

from course_lib import backend
from tests.course_lib.libraries.library import Library


def test_the_namespace_has_the_standard_functions(library: Library) -> None:
    ones = library.array(np.ones(2))
    assert float(backend.array_namespace(ones, ones).sum(ones)) == 2.0
    with pytest.raises(TypeError, match="expected arrays of one library"):
        backend.array_namespace(np.ones(2), ones)


@pytest.mark.parametrize("dtype", ["float32", "int64", "bool"])
@pytest.mark.parametrize("shape", [(), (0, 2), (3, 2)])
def test_to_numpy_brings_arrays_home(library: Library, dtype: str, shape: tuple[int, ...]) -> None:
    x = np.asarray(10 * np.random.default_rng(0).random(shape)).astype(dtype)
    home = backend.to_numpy(library.array(x))
    assert type(home) is np.ndarray
    assert home.dtype == x.dtype
    np.testing.assert_array_equal(home, x)


@pytest.mark.parametrize("draw", [backend.uniform, backend.normal])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_numpy_draws_the_same_numbers_for_every_library(
    draw: Any, dtype: str, library: Library
) -> None:
    like = np.zeros(1, dtype=dtype)
    drawn = draw(np.random.default_rng(0), (100, 3), library.array(like))
    assert library.owns(drawn)
    assert drawn.dtype == getattr(library.xp, dtype)
    expected = draw(np.random.default_rng(0), (100, 3), like)
    np.testing.assert_array_equal(backend.to_numpy(drawn), expected)


@pytest.mark.parametrize("there", [False, True])
def test_permutation_is_one(library: Library, there: bool) -> None:
    like = library.array(np.ones(1)) if there else None
    order = backend.permutation(library.generator(), 50, like)
    assert library.owns(order) or not there
    order = backend.to_numpy(order)
    assert sorted(order.tolist()) == list(range(50))
    assert not np.array_equal(order, np.arange(50))


def test_cast_keeps_the_values(library: Library) -> None:
    x = backend.cast(library.array([1.0, 2.0]), "float32")
    assert x.dtype == library.xp.float32
    np.testing.assert_array_equal(backend.to_numpy(x), [1.0, 2.0])


@pytest.mark.parametrize("stride", [(1, 1), (2, 3), (3, 1)])
@pytest.mark.parametrize(("kh", "kw"), [(1, 1), (3, 2), (6, 5)])
def test_windows_are_those_of_numpy(library: Library, kh: int, kw: int, stride: Any) -> None:
    x = np.random.default_rng(0).normal(size=(2, 6, 5, 3))
    windows = backend.windows(library.array(x), (kh, kw), stride)
    assert library.owns(windows)
    expected = backend.windows(x, (kh, kw), stride)
    np.testing.assert_array_equal(backend.to_numpy(windows), expected)


@pytest.mark.parametrize("shape", [(), (0,), (7,), (3, 5)])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_erf_keeps_shape_and_precision(
    library: Library, shape: tuple[int, ...], dtype: str
) -> None:
    x = np.asarray(2.0 * np.random.default_rng(0).normal(size=shape)).astype(dtype)
    y = backend.erf(library.array(x))
    assert library.owns(y)
    assert y.dtype == getattr(library.xp, dtype)
    # Two implementations, some units in the last place apart.
    rtol = 1e-6 if dtype == "float32" else 1e-14
    np.testing.assert_allclose(backend.to_numpy(y), backend.erf(x), rtol=rtol)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_clip_and_sign_are_those_of_numpy(library: Library, dtype: str) -> None:
    values = np.array([[-np.inf, -3.0, -0.5, -0.0], [np.nan, 1e-30, 2.0, np.inf]], dtype)
    for function, expected in (
        (lambda x: backend.clip(x, -0.7, 1.5), np.clip(values, np.array(-0.7, dtype), 1.5)),
        (backend.sign, np.sign(values)),
    ):
        found = function(library.array(values))
        assert library.owns(found)
        assert found.dtype == getattr(library.xp, dtype)
        np.testing.assert_array_equal(backend.to_numpy(found), expected)
    places = backend.clip(library.array(np.arange(-3, 4)), -1, 2)
    assert places.dtype == library.xp.int64
    assert backend.to_numpy(places).tolist() == [-1, -1, -1, 0, 1, 2, 2]
