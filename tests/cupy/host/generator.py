"""CuPy's random generator: NumPy draws the numbers, because CuPy's kernels for them are compiled.

It is CuPy's class with another source of numbers. The methods that the library calls are replaced;
they check what CuPy's check. It cannot be copied, as CuPy's cannot.
"""

import threading
from typing import Any

import numpy as np

from tests.cupy.host.memory import uncounted


class BitGenerator:
    """Holds a lock, as CuPy's does."""

    def __init__(self) -> None:
        self.lock = threading.Lock()


def install(cupy: Any) -> None:
    """Replace ``cupy.random.default_rng``."""

    class Generator(cupy.random.Generator):  # type: ignore[misc]
        def __init__(self, seed: Any) -> None:
            super().__init__(BitGenerator())
            self._numpy = np.random.default_rng(seed)

        def random(self, size: Any = None, dtype: Any = np.float64, out: Any = None) -> Any:
            return self._drawn("random", size, dtype)

        def standard_normal(
            self, size: Any = None, dtype: Any = np.float64, out: Any = None
        ) -> Any:
            return self._drawn("standard_normal", size, dtype)

        def _drawn(self, method: str, size: Any, dtype: Any) -> Any:
            if np.dtype(dtype).char not in "fd":
                raise TypeError(f"Unsupported dtype {np.dtype(dtype).name} for {method}")
            return _there(cupy, getattr(self._numpy, method)(size, dtype))

        def integers(
            self, low: Any, high: Any = None, size: Any = None, dtype: Any = np.int64,
            endpoint: bool = False,
        ) -> Any:  # fmt: skip
            return _there(cupy, self._numpy.integers(low, high, size, dtype, endpoint))

        def beta(self, a: Any, b: Any, size: Any = None, dtype: Any = np.float64) -> Any:
            return _there(cupy, self._numpy.beta(a, b, size))

    Generator.__module__ = cupy.random.Generator.__module__
    cupy.random.default_rng = lambda seed=None: Generator(seed)


def _there(cupy: Any, drawn: Any) -> Any:
    """The numbers as if the GPU had drawn them."""
    with uncounted():
        return cupy.asarray(drawn)
