"""The array libraries that the same code has to run on, and inputs to run it with.

array_api_strict knows nothing beyond the array API standard. Its arrays are made on a device that
is not its default one: such arrays refuse to become NumPy arrays by the way, to meet NumPy arrays,
and to meet arrays that somebody forgot to make on their device. So they catch on every machine
most of what fails on a GPU only.
"""

import warnings
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeVar

import numpy as np

from course_lib.backend import array_namespace, to_numpy
from course_lib.layers import Layer
from course_lib.tree import map_arrays

L = TypeVar("L", bound=Layer)


@dataclass(frozen=True)
class Library:
    """Where arrays are made."""

    name: str
    xp: Any
    device: Any

    def __str__(self) -> str:
        return self.name

    def array(self, values: Any) -> Any:
        """The values as an array of this library, with the data type they have."""
        return self.xp.asarray(np.asarray(values), device=self.device)

    def owns(self, x: Any) -> bool:
        """Whether x is one of its arrays, and where it should be."""
        return type(x) is type(self.array(0.0)) and (self.device is None or x.device == self.device)

    def generator(self, seed: int = 0) -> Any:
        """A random generator: the library's own, or NumPy's where it has none."""
        if self.name == "cupy":
            return import_module("cupy").random.default_rng(seed)
        return np.random.default_rng(seed)


NUMPY = Library("numpy", np, None)


def find_library(name: str) -> Library:
    """The library of this name, ``"array_api_strict"`` or ``"cupy"``."""
    if name == "array_api_strict":
        strict = import_module(name)
        return Library(name, strict, strict.Device("device1"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # CuPy warns of what it looks for on a machine
        cupy = import_module(name)
    return Library(name, array_namespace(cupy.zeros(1)), cupy.cuda.Device())


def moved_to(library: Library, layer: L) -> L:
    """The layer with arrays of this library, as `Layer.to` moves it to a GPU."""
    map_arrays(layer, lambda array: library.array(to_numpy(array)))
    return layer


@dataclass(frozen=True)
class Kit:
    """Inputs for a case: the same numbers in every library.

    Settings go through `number` and `whole`, which may make NumPy numbers of them.
    """

    library: Library
    dtype: str = "float64"
    numpy_numbers: bool = False

    def number(self, value: float) -> Any:
        return np.float64(value) if self.numpy_numbers else value

    def whole(self, value: int) -> Any:
        return np.int64(value) if self.numpy_numbers else value

    def rng(self, seed: int = 0) -> np.random.Generator:
        return np.random.default_rng(seed)

    def array(self, values: Any) -> Any:
        """Floating-point values in the kit's precision, integers and truth values as they are."""
        values = np.asarray(values)
        return self.library.array(values.astype(self.dtype) if values.dtype == float else values)

    def normal(self, *shape: int, seed: int = 0) -> Any:
        return self.array(self.rng(seed + 1).normal(size=shape))

    def positive(self, *shape: int, seed: int = 0) -> Any:
        return self.array(self.rng(seed + 1).uniform(0.3, 1.5, size=shape))

    def labels(self, N: int, K: int) -> Any:
        return self.array(self.rng().integers(0, K, N))
