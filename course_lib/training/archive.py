"""An npz file with arrays and text, read without pickle, and written completely or not at all."""

import json
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from course_lib.backend import Array, to_numpy

NOTES = "notes.json"


def write_archive(path: str | Path, arrays: Mapping[str, Array], notes: Mapping[str, Any]) -> None:
    """Write arrays, and notes as JSON; an older file stays until the new one is complete.

    Parameters
    ----------
    path : where to; the folder must exist
    arrays : name -> array
    notes : what JSON can hold; arrays in it become lists
    """
    path = Path(path)
    # In the same folder, because only there is replacing a file a single step.
    part = path.with_name(f"{path.name}.part")
    text = json.dumps(notes, default=lambda value: to_numpy(value).tolist())
    contents: dict[str, Any] = {name: to_numpy(array) for name, array in arrays.items()}
    contents[NOTES] = np.array(text)
    try:
        with part.open("wb") as file:
            np.savez(file, **contents)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def read_archive(path: str | Path) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Arrays and notes of a file that `write_archive` wrote.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is something else.
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        notes = json.loads(str(arrays.pop(NOTES)))
    except (ValueError, KeyError, EOFError, TypeError, zipfile.BadZipFile) as problem:
        raise ValueError(
            f"{Path(path).name} is not a file that course_lib.training has saved, or it is damaged "
            f"({problem})"
        ) from None
    return arrays, notes
