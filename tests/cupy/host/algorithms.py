"""Sorting and eigenvalues: CUDA has them compiled, so NumPy computes them here."""

from typing import Any

import numpy as np

from tests.cupy.host.blas import numbers
from tests.cupy.host.memory import uncounted


def install(cupy: Any) -> None:
    """Replace ``thrust``'s sorting, and the eigenvalues of symmetric matrices."""
    thrust = cupy.cuda.thrust
    thrust.sort = _sort
    thrust.argsort = _argsort
    cupy.linalg.eigh = lambda a, UPLO="L": _eigh(cupy, a, UPLO)
    cupy.linalg.eigvalsh = lambda a, UPLO="L": _eigh(cupy, a, UPLO)[0]


def _sort(dtype: Any, data: int, keys: int, shape: tuple[int, ...]) -> None:
    numbers(data, tuple(shape), np.dtype(dtype)).sort(axis=-1)


def _argsort(dtype: Any, indices: int, data: int, keys: int, shape: tuple[int, ...]) -> None:
    order = numbers(data, tuple(shape), np.dtype(dtype)).argsort(axis=-1, kind="stable")
    numbers(indices, tuple(shape), np.dtype(np.intp))[...] = order


def _eigh(cupy: Any, a: Any, UPLO: str) -> Any:
    with uncounted():
        return tuple(map(cupy.asarray, np.linalg.eigh(a.get(), UPLO)))
