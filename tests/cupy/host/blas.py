"""cuBLAS: NumPy computes the matrix products.

A matrix is an address and the distance of its columns, because cuBLAS stores columns one after the
other. `alpha` and `beta` are addresses of numbers.
"""

import ctypes
from importlib import import_module
from typing import Any

import numpy as np

from tests.cupy.host.c_functions import replace

SINGLE, DOUBLE = np.dtype("float32"), np.dtype("float64")
PRECISIONS = {0: SINGLE, 1: DOUBLE}  # cudaDataType


def install() -> None:
    """Replace the two functions of cuBLAS that CuPy 14 uses for real numbers."""
    replace(
        import_module("cupy_backends.cuda.libs.cublas"),
        {
            "create": lambda: 1,
            "getVersion": lambda handle: 12000,
            "gemmEx": _gemm_of_kind,
            "gemmStridedBatchedEx": _gemm_of_stacks,
        },
        without_effect={
            "destroy", "setStream", "getPointerMode", "setPointerMode",
            "getMathMode", "setMathMode",
        },
    )  # fmt: skip


def numbers(address: int, shape: tuple[int, ...], dtype: np.dtype[Any], *strides: int) -> Any:
    """The array at this address; strides are counted in elements."""
    strides = strides or tuple(int(np.prod(shape[k + 1 :])) for k in range(len(shape)))
    size = 1 + sum((n - 1) * stride for n, stride in zip(shape, strides, strict=True))
    held = (ctypes.c_byte * (size * dtype.itemsize)).from_address(address)
    flat = np.frombuffer(held, dtype)
    steps = [stride * dtype.itemsize for stride in strides]
    return np.lib.stride_tricks.as_strided(flat, shape, steps)


def _matrix(
    address: int, rows: int, columns: int, distance: int, dtype: Any, transposed: int = 0
) -> Any:
    """A matrix of so many rows and columns, stored transposed or not."""
    if transposed:
        return numbers(address, (columns, rows), dtype, 1, distance).T
    return numbers(address, (rows, columns), dtype, 1, distance)


def _store(result: Any, where: Any, dtype: Any, alpha: int, beta: int) -> None:
    a, b = (numbers(address, (1,), dtype)[0] for address in (alpha, beta))
    where[...] = a * result + b * where if b else a * result  # what is there may be nan if b is 0


def _gemm(
    dtype: Any, ta: int, tb: int, m: int, n: int, k: int,
    alpha: int, A: int, lda: int, B: int, ldb: int, beta: int, C: int, ldc: int,
) -> None:  # fmt: skip
    """``C = alpha A B + beta C``, C being (m, n)."""
    product = _matrix(A, m, k, lda, dtype, ta) @ _matrix(B, k, n, ldb, dtype, tb)
    _store(product, _matrix(C, m, n, ldc, dtype), dtype, alpha, beta)


def _gemm_of_kind(
    handle: int, ta: int, tb: int, m: int, n: int, k: int,
    alpha: int, A: int, kind: int, lda: int, B: int, kind_b: int, ldb: int,
    beta: int, C: int, kind_c: int, ldc: int, *_: int,
) -> None:  # fmt: skip
    assert kind == kind_b == kind_c
    _gemm(PRECISIONS[kind], ta, tb, m, n, k, alpha, A, lda, B, ldb, beta, C, ldc)


def _gemm_of_stacks(
    handle: int, ta: int, tb: int, m: int, n: int, k: int,
    alpha: int, A: int, kind: int, lda: int, next_A: int,
    B: int, kind_b: int, ldb: int, next_B: int,
    beta: int, C: int, kind_c: int, ldc: int, next_C: int, count: int, *_: int,
) -> None:  # fmt: skip
    assert kind == kind_b == kind_c
    dtype = PRECISIONS[kind]
    for i in range(count):
        a, b, c = (start + i * step * dtype.itemsize
                   for start, step in ((A, next_A), (B, next_B), (C, next_C)))  # fmt: skip
        _gemm(dtype, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
