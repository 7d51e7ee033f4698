"""Keep a model in a file."""

from pathlib import Path

from course_lib.layers.layer import Layer
from course_lib.training.archive import read_archive, write_archive
from course_lib.training.state import arrays_of, require_same_arrays


def save(model: Layer, path: str | Path) -> None:
    """Write a model's parameters and running statistics to an npz file.

    The layers themselves are not written: make the same model before you load the file. The file
    contains no pickle, so loading a file from somebody else cannot run code.

    Parameters
    ----------
    model : any layer
    path : for instance ``"model.npz"``; an older file of that name is replaced
    """
    arrays = {name: slot.get() for name, slot in arrays_of(model).items()}
    write_archive(path, arrays, {"kind": "model", "model": repr(model)})


def load(model: Layer, path: str | Path) -> Layer:
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
    found = arrays_of(model)
    require_same_arrays(
        where,
        {name: tuple(slot.get().shape) for name, slot in found.items()},
        {name: array.shape for name, array in arrays.items()},
    )
    for name, slot in found.items():
        slot.put(arrays[name])
    return model
