"""Saving a model in a file: an npz file without pickle, written completely or not at all."""

import json
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from course_lib.backend import Array, to_numpy
from course_lib.habits import helpful
from course_lib.layers.layer import Layer

Model = TypeVar("Model", bound=Layer)


@helpful
def save(model: Layer, path: str | Path) -> None:
    """Write a model's `state_dict`, its parameters and running statistics, to an npz file.

    The layers themselves are not written: make the same model before you load the file. The file
    contains no pickle, so loading a file from somebody else cannot run code.

    Parameters
    ----------
    model : any layer
    path : for instance ``"model.npz"``; an older file of that name is replaced

    Raises
    ------
    TypeError
        If model is something else, for instance its `state_dict`.
    """
    if not isinstance(model, Layer):
        raise TypeError(
            f"save: model is a {type(model).__name__}, expected a layer; pass the model itself"
        )
    write_archive(path, model.state_dict(), {"kind": "model", "model": repr(model)})


@helpful
def load(model: Model, path: str | Path) -> Model:
    """Give a model the parameters and running statistics of a file that `save` wrote.

    Parameters
    ----------
    model : made with the same layers and sizes as the one that was saved; its values are replaced;
        they keep their precision and device
    path : the file

    Returns
    -------
    model : the same one

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If names or shapes differ (nothing is changed then), or if it is another kind of file.
    """
    arrays, notes = read_archive(path)
    where = f"load: {Path(path).name}"
    if notes.get("kind") != "model":
        raise ValueError(f"{where} is not a saved model but a {notes.get('kind')}")
    try:
        model.load_state_dict(arrays)
    except ValueError as problem:
        raise ValueError(f"{where}: {problem}") from None
    return model


# --- Arrays and text in an npz file ---------------------------------------------------------------

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
