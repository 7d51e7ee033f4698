import math
import sys
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from course_lib import backend


def test_namespace_of_numpy_computes_with_numpy() -> None:
    xp = backend.array_namespace(np.ones(2), np.float32(1))
    assert xp.sum is np.sum
    assert xp.astype(np.ones(2), xp.float32).dtype == np.float32


def test_lists_are_refused() -> None:
    with pytest.raises(TypeError, match=r"expected arrays of one library, got builtins\.list"):
        backend.array_namespace([1, 2])


def test_to_numpy_does_not_copy_its_own() -> None:
    x = np.arange(3.0)
    assert backend.to_numpy(x) is x


def broken(*_: object) -> Any:
    raise RuntimeError("CUDA driver version is insufficient\nsecond line")


def pretended_cupy(**changes: Any) -> Any:
    """As much of CuPy as the choice of a device touches, computing with NumPy."""
    parts = {
        "cuda": SimpleNamespace(is_available=lambda: True),
        "ones": np.ones,
        "sum": np.sum,
        "asarray": np.asarray,
    }
    return SimpleNamespace(**{**parts, **changes})


@pytest.mark.parametrize(
    ("cupy", "line"),
    [
        (None, "device: cpu (CuPy is not installed)"),
        (
            pretended_cupy(cuda=SimpleNamespace(is_available=lambda: False)),
            "device: cpu (CuPy finds no GPU)",
        ),
        # CuPy 13 raises where CuPy 14 returns False.
        (
            pretended_cupy(cuda=SimpleNamespace(is_available=broken)),
            "device: cpu (CuPy finds no GPU)",
        ),
        (
            pretended_cupy(ones=broken),
            "device: cpu (CuPy fails with RuntimeError: CUDA driver version is insufficient)",
        ),
        (pretended_cupy(sum=lambda x: 7.0), "device: cpu (CuPy computes wrong results)"),
        (pretended_cupy(), "device: cuda (a test on the GPU succeeded)"),
    ],
    ids=["absent", "no GPU", "no driver", "broken driver", "wrong results", "works"],
)
def test_auto_tries_the_gpu_and_says_what_came_of_it(
    cupy: Any, line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "cupy", cupy)
    device = backend.choose_device("auto")
    out, err = capsys.readouterr()
    assert out == line + "\n"
    assert err == ""
    assert device in line
    if device == "cpu":
        with pytest.raises(RuntimeError, match="GPU cannot be used"):
            backend.to_device(np.ones(2), "cuda")


def test_a_device_that_was_given_is_not_announced(capsys: pytest.CaptureFixture[str]) -> None:
    assert backend.choose_device("cpu") == "cpu"
    assert capsys.readouterr().out == ""


def test_an_unknown_device_is_refused() -> None:
    with pytest.raises(ValueError, match="choose 'auto', 'cpu' or 'cuda'"):
        backend.choose_device("gpu")


@pytest.mark.parametrize("draw", [backend.uniform, backend.normal])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_draws_have_the_precision_of_the_example(draw: Any, dtype: str) -> None:
    like = np.zeros(1, dtype=dtype)
    drawn = draw(np.random.default_rng(0), (100, 3), like)
    assert drawn.shape == (100, 3)
    assert drawn.dtype == dtype


def test_cast_keeps_the_values() -> None:
    x = backend.cast(np.asarray([1.0, 2.0]), "float32")
    assert x.dtype == np.float32
    np.testing.assert_array_equal(x, [1.0, 2.0])


@pytest.mark.parametrize(("down", "right"), [(1, 1), (2, 2), (3, 1), (2, 3)])
@pytest.mark.parametrize(("kh", "kw"), [(1, 1), (3, 2), (6, 5)])
@pytest.mark.parametrize("asarray", [np.asarray, np.asfortranarray])
def test_windows_are_slices_of_the_images(
    asarray: Any, kh: int, kw: int, down: int, right: int
) -> None:
    x = np.random.default_rng(0).normal(size=(2, 6, 5, 3))
    windows = np.asarray(backend.windows(asarray(x), (kh, kw), (down, right)))
    assert windows.shape == (2, (6 - kh) // down + 1, (5 - kw) // right + 1, kh, kw, 3)
    for r, s in np.ndindex(*windows.shape[1:3]):
        i, j = r * down, s * right
        np.testing.assert_array_equal(windows[:, r, s], x[:, i : i + kh, j : j + kw])


def test_windows_are_not_copied_where_that_can_be_avoided() -> None:
    x = np.zeros((1, 6, 5, 1))
    assert np.shares_memory(backend.windows(x, (3, 3), (1, 1)), x)


@pytest.mark.parametrize("shape", [(), (0,), (7,), (3, 5)])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_erf_is_right_and_keeps_shape_and_precision(shape: tuple[int, ...], dtype: str) -> None:
    x = 2.0 * np.random.default_rng(0).normal(size=shape)
    x = np.asarray(x, dtype=dtype)
    y = backend.erf(x)
    assert (y.shape, y.dtype) == (x.shape, x.dtype)
    for i in np.ndindex(*shape):
        # One rounding to the precision of x.
        assert y[i] == pytest.approx(math.erf(x[i]), rel=1e-7 if dtype == "float32" else 1e-15)


def test_erf_of_cupy_arrays_is_left_to_cupy(monkeypatch: pytest.MonkeyPatch) -> None:
    special = SimpleNamespace(erf=lambda x: "computed on the GPU")
    monkeypatch.setitem(sys.modules, "cupyx.scipy.special", special)
    array = type("ndarray", (), {"__module__": "cupy"})()
    assert backend.erf(array) == "computed on the GPU"
