"""How every kernel is compiled."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np

Function = TypeVar("Function", bound=Callable[..., Any])


def kernel(function: Function) -> Function:
    """Compile at the first call and keep the result on disk.

    A sum may be divided among the lanes of a vector, and a product and a sum may be rounded once
    together; nan and infinity stay what they are. One thread, which does not hold Python's lock.
    """
    import numba

    compiler = numba.njit(
        cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "contract", "nsz"}
    )
    return cast(Function, compiler(function))


def c(x: Any) -> Any:
    """The array in C order, the only one that the kernels are compiled for."""
    return np.ascontiguousarray(x)
