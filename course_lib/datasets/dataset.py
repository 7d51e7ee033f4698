"""What a loader returns, and how its file is read."""

from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.settings import require_precision

Floats = NDArray[np.float32] | NDArray[np.float64]


@dataclass(frozen=True)
class Dataset:
    """Inputs, targets and their names.

    Attributes
    ----------
    x : (N, D) inputs, one sample a row
    t : (N,) targets: integer labels, or numbers to predict
    names : names of the D columns of x
    classes : names of the labels 0, 1, …; empty for numbers
    description : one paragraph, with units and origin
    """

    x: Floats
    t: NDArray[np.int64] | Floats
    names: tuple[str, ...]
    classes: tuple[str, ...]
    description: str

    def __repr__(self) -> str:
        N, D = self.x.shape
        aim = f"{len(self.classes)} classes" if self.classes else "one number to predict"
        return f"Dataset({N} samples, {D} inputs, {aim})"


def load_arrays(name: str) -> dict[str, NDArray[Any]]:
    """Arrays of an npz file of this folder."""
    path = files("course_lib.datasets") / f"{name}.npz"
    with path.open("rb") as file, np.load(file) as arrays:
        return {key: arrays[key] for key in arrays.files}


def float_type(dtype: str | type) -> Any:
    """The data type of this precision."""
    return np.dtype(require_precision("Dataset", dtype))


def pixel_names(height: int, width: int, colour: str = "pixel") -> tuple[str, ...]:
    """Names of the columns of an image: ``pixel_0_0``, ``pixel_0_1``, …, row by row."""
    return tuple(f"{colour}_{row}_{column}" for row in range(height) for column in range(width))


def colour_names(side: int) -> tuple[str, ...]:
    """The same for the red pixels of a square image, then its green, then its blue ones."""
    return sum((pixel_names(side, side, colour) for colour in ("red", "green", "blue")), ())
