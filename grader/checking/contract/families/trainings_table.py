"""Numbers of trainings as a small file: whole multiples of 10⁻⁴, two bytes each."""

from pathlib import Path

import numpy as np

STEP = 1e-4


def read_table(file: Path, name: str, shape: tuple[int, ...]) -> np.ndarray:
    """The numbers of a table in a file."""
    if not file.is_file():
        raise FileNotFoundError(f"{file}: run python -m grader.exercises.trainings {name}")
    found = np.load(file, allow_pickle=False)
    if found.shape != shape or found.dtype != np.uint16:
        raise ValueError(
            f"{file} has shape {found.shape} and dtype {found.dtype}, expected {shape} and uint16; "
            f"run python -m grader.exercises.trainings {name}"
        )
    return np.asarray(found * STEP)


def as_table(numbers: np.ndarray) -> np.ndarray:
    """The numbers as they are kept in a file: whole multiples of 10⁻⁴.

    Raises
    ------
    ValueError
        One of them is not from 0 to 6.5535.
    """
    whole = np.round(np.asarray(numbers) / STEP)
    if not np.all((whole >= 0) & (whole < 2**16)):
        raise ValueError("a training gave a number that is not from 0 to 6.5535")
    return whole.astype(np.uint16)
