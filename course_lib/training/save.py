"""Keep a model in a file."""

from pathlib import Path
from typing import TypeVar

from course_lib.habits import helpful
from course_lib.layers.layer import Layer
from course_lib.training.archive import read_archive, write_archive

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
