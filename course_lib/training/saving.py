"""Keep a model in a file."""

from pathlib import Path

from course_lib.layers.layer import Layer
from course_lib.training.archive import read_archive, write_archive
from course_lib.training.state import arrays_of, require_same_arrays


def save(model: Layer, path: str | Path) -> None:
    """Write a model's parameters and running statistics to an npz file.

    The layers themselves are not written: whoever loads the file makes the model first. No pickle
    is involved, so a file from somebody else can do no harm.

    Parameters
    ----------
    model : any layer
    path : for instance ``"model.npz"``; an older file of that name is replaced
    """
    arrays = {name: place.get() for name, place in arrays_of(model).items()}
    write_archive(path, arrays, {"kind": "model", "model": repr(model)})


def load(model: Layer, path: str | Path) -> Layer:
    """Give a model the parameters and running statistics of a file that `save` wrote.

    Parameters
    ----------
    model : made with the same layers and sizes as the one that was saved; its numbers are replaced
        and keep their precision and device
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
        raise ValueError(f"{where} is no saved model but a {notes.get('kind')}")
    found = arrays_of(model)
    require_same_arrays(
        where,
        {name: tuple(place.get().shape) for name, place in found.items()},
        {name: array.shape for name, array in arrays.items()},
    )
    for name, place in found.items():
        place.put(arrays[name])
    return model
