"""``my_library.py``: the student's own file, with functions that have passed their checks.

``keep`` writes it and ``mine`` reads it. It lies where all notebooks find it. Where submissions are
graded or run by a program, there is none: nothing is written, and nothing of it is read.
"""

import os
import sys
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from grader.checking.contract.registry import available
from grader.checking.home.local_store import is_interactive_session
from grader.checking.home.notebook_file import find_notebook

VARIABLE = "COURSE_LIBRARY"  # names another file; empty: there is none
FILE = "my_library.py"
DRIVE = Path("/content/drive/MyDrive")  # the student's, on Colab, where it is mounted
LARGEST = 1_000_000  # letters; a course's functions have 50,000
SECONDS = 0.3  # for which a file that was read is taken as it was


class UnusableFile(Exception):
    """The student's file cannot be used; the message says where, why and what to do."""


def library_file() -> Path | None:
    """Where the file lies or would lie; None where there is none."""
    chosen = os.environ.get(VARIABLE)
    if not available() or chosen == "":
        return None
    if chosen:
        return Path(chosen)
    if sys.platform != "emscripten" and not is_interactive_session():
        return None
    if on_colab() and DRIVE.is_dir():
        return DRIVE / FILE
    return _beside_the_notebooks() / FILE


def on_colab() -> bool:
    """Whether this is Colab, where the disk is deleted but for a mounted Drive."""
    return "google.colab" in sys.modules


@cache
def _beside_the_notebooks() -> Path:
    """The folder above that of a problem set; of a notebook elsewhere, its own folder."""
    notebook = find_notebook()
    folder = notebook.resolve().parent if isinstance(notebook, Path) else Path.cwd()
    in_a_set = folder.name.startswith("ps") and folder.name[2:].isdigit()
    return folder.parent if in_a_set else folder


def text_of(file: Path) -> str:
    """The file's text; "" if it is not there."""
    try:
        text = file.read_text("utf-8") if file.exists() else ""
    except OSError as error:
        raise UnusableFile(f"{file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise UnusableFile(f"{file} is not a text in UTF-8. Save it as one.") from None
    if len(text) > LARGEST:
        raise UnusableFile(f"{file} has {len(text):,} letters; {LARGEST:,} are allowed.")
    return text


def executed(text: str, file: Path, names: dict[str, Any] | None = None) -> dict[str, Any]:
    """What the text of a file defines, put into ``names``.

    Raises
    ------
    UnusableFile
        It stops with an error.
    """
    names = {} if names is None else names
    names |= {"__name__": file.stem, "__file__": str(file)}
    try:
        exec(compile(text, str(file), "exec"), names)
    except (Exception, SystemExit) as error:
        line = error.lineno if isinstance(error, SyntaxError) else _line(error, file)
        why = error.msg if isinstance(error, SyntaxError) else str(error)
        raise UnusableFile(
            f"{file}, line {line}: {type(error).__name__}: {why}. Open the file and repair that "
            "line. Or rename the file: then `mine` has the course's functions."
        ) from None
    return names


def _line(error: BaseException, file: Path) -> int:
    """The last line of the file in the traceback."""
    line, traceback = 0, error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == str(file):
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


_read: tuple[object, dict[str, Any]] = (None, {})  # which version of which file; what it defines
_until = 0.0  # when to look again: a training step calls ``mine`` ten times


def kept() -> Mapping[str, Any]:
    """What the student's file defines now; nothing where there is none."""
    global _read, _until
    if time.monotonic() < _until:
        return _read[1]
    file = library_file()
    version = file and _version(file)
    if version != _read[0]:
        before, _read = _read, (version, {})  # the file may use ``mine`` while it is executed
        try:
            if file and version:
                executed(text_of(file), file, _read[1])
        except BaseException:
            _read = before
            raise
    _until = time.monotonic() + SECONDS
    return _read[1]


def look_again() -> None:
    """Have the file looked at the next time: it may have changed, or be another one."""
    global _until
    _until = 0.0


def _version(file: Path) -> object:
    try:
        state = file.stat()
    except OSError:
        return None
    return file, state.st_mtime_ns, state.st_size
