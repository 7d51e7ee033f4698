"""Every public function gives the same on every array library, and keeps single precision."""

import functools
import importlib
import inspect
from typing import Any

import numpy as np
import pytest

from course_lib.backend import to_numpy
from tests.course_lib.exports import exports
from tests.course_lib.libraries.cases import CASES, DOUBLE, is_floating, leaves
from tests.course_lib.libraries.library import NUMPY, Kit, Library

every_case = pytest.mark.parametrize("name", CASES)


@every_case
def test_the_same_as_on_numpy(name: str, library: Library) -> None:
    expected, found = leaves(CASES[name](Kit(NUMPY))), leaves(CASES[name](Kit(library)))
    assert len(found) == len(expected)
    for a, b in zip(found, expected, strict=True):
        if not hasattr(b, "dtype"):
            if isinstance(b, float) and hasattr(a, "dtype"):  # a number that stays on its device
                assert library.owns(a)
                a = float(to_numpy(a))
            assert type(a) is type(b)
            assert a == (pytest.approx(b, rel=1e-9, abs=1e-10) if isinstance(b, float) else b)
            continue
        assert library.owns(a)
        assert (tuple(a.shape), str(a.dtype).split(".")[-1]) == (b.shape, str(b.dtype))
        # Sums in another order, exponentials rounded in another way, and some steps of training
        # after that: 1e-9 is a million roundings, another formula is off by far more.
        np.testing.assert_allclose(to_numpy(a), b, rtol=1e-9, atol=1e-10)


@every_case
def test_single_precision_stays_single_precision(name: str, library: Library) -> None:
    for a in leaves(CASES[name](Kit(library, "float32"))):
        if hasattr(a, "dtype") and is_floating(a) and name not in DOUBLE:
            assert a.dtype == library.xp.float32


@every_case
def test_numpy_numbers_as_settings_do_not_make_it_double(name: str) -> None:
    # numpy.float64(0.1) times a float32 array is a float64 array; 0.1 times it is not.
    for a in leaves(CASES[name](Kit(NUMPY, "float32", numpy_numbers=True))):
        if isinstance(a, np.ndarray | np.generic):
            allowed = "float64" if name in DOUBLE else "float32"
            assert not is_floating(a) or a.dtype == allowed
        else:
            assert type(a) in (float, int, bool, str, type(None))


# Packages whose functions take arrays. The others have none: schedules and search work on numbers,
# datasets and plots give and take NumPy arrays (plots bring others home first).
PACKAGES = [
    "augmentation", "descent", "diagnostics", "ensembles", "functional",
    "gradient_check", "graph", "initializers", "losses", "models", "optimizers",
    "preprocessing", "regularizers", "symmetry", "training",
]  # fmt: skip


def public_functions(package: str) -> dict[str, Any]:
    found = exports(importlib.import_module(f"course_lib.{package}"))
    return {name: value for name, value in found.items() if inspect.isfunction(value)}


def test_no_public_function_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    called, public = set(), set()

    def watched(name: str, function: Any) -> Any:
        @functools.wraps(function)
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            called.add(name)
            return function(*args, **kwargs)

        return wrapped

    for package in PACKAGES:
        for name, function in public_functions(package).items():
            full = f"{package}.{name}"
            public.add(full)
            monkeypatch.setattr(f"course_lib.{full}", watched(full, function))
    for case in CASES.values():
        case(Kit(NUMPY))
    assert len(public) > 100
    assert called == public
