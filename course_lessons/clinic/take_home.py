"""Write the instruments of the clinic and one's own functions into one file."""

import inspect
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from course_lessons.clinic import instruments


def take_home(functions: Sequence[Callable[..., Any]], path: str | Path = "clinic.py") -> Path:
    """Write a module that needs only NumPy: the given instruments, then the sources of functions.

    Parameters
    ----------
    functions : functions of a notebook, each after those that it calls; they may use ``np``, each
        other, and the instruments as ``clinic.first_loss`` or ``first_loss``
    path : the file, which is replaced

    Returns
    -------
    path : of the file

    Raises
    ------
    OSError
        If the source of a function is not known, because its cell has not run in this session.
    """
    sources = [inspect.getsource(function).replace("clinic.", "") for function in functions]
    text = "\n\n".join([inspect.getsource(instruments), *sources])
    path = Path(path)
    path.write_text(text, "utf-8")
    return path
