"""Best scores, guesses and answered questions, in one small file on the student's own disk.

Nothing of it leaves the machine. A tree for self-study has the file at its top. Where nothing can
be kept (a read-only home, a browser without storage) it lasts as long as the kernel; where
submissions are graded nothing is noted at all.
"""

import json
import math
import os
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.checking.contract.registry import available
from grader.checking.home import self_study

VARIABLE = "COURSE_PROGRESS"  # names another file; empty: keep nothing on disk
FILE = "course_progress.json"


@dataclass
class Guess:
    """A guess, and whether the result has been shown since."""

    value: Any
    revealed: bool = False


@dataclass
class Notes:
    """What is kept.

    Attributes
    ----------
    best : points by exercise, of those that the course gives: a class may give others
    guesses : by name
    answered : which questions have a letter as answer
    first : in self-study the first letter that each question was answered with
    tried : in self-study the exercises whose check was run on something of one's own
    """

    best: dict[str, float] = field(default_factory=dict)
    guesses: dict[str, Guess] = field(default_factory=dict)
    answered: dict[str, bool] = field(default_factory=dict)
    first: dict[str, str] = field(default_factory=dict)
    tried: list[str] = field(default_factory=list)


_unsaved: Notes | None = None  # what could not be written down


def progress_file() -> Path | None:
    """The file, or None where nothing is to be kept on disk."""
    chosen = os.environ.get(VARIABLE)
    if not available() or chosen == "":
        return None
    if chosen:
        return Path(chosen)
    if sys.platform == "emscripten":  # JupyterLite: only the notebook's folder outlives a reload
        return Path(FILE)
    if not is_interactive_session():
        return None
    top = self_study.top()
    return top / FILE if top else _data_folder() / "training-neural-networks" / FILE


def _data_folder() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")


def is_interactive_session() -> bool:
    """Whether a person works in this process: not so when nbgrader or a test runs the notebook."""
    if "NBGRADER_EXECUTION" in os.environ:  # also where nbgrader was started from a notebook
        return False
    if "google.colab" in sys.modules or "JPY_SESSION_NAME" in os.environ:
        return True
    shell = ipython()
    if shell is None:
        return False
    return "__vsc_ipynb_file__" in shell.user_ns or "Terminal" in type(shell).__name__


def ipython() -> Any:
    """The IPython shell that runs this code, or None."""
    if "IPython" not in sys.modules:  # code that runs in IPython has it loaded
        return None
    from IPython import get_ipython

    return get_ipython()


def read() -> Notes:
    """The stored notes; an unreadable file is renamed and a new one started. Never raises."""
    if _unsaved is not None:
        return _unsaved
    try:
        file = progress_file()
        if file is None or not file.is_file():
            return Notes()
        try:
            return _understood(json.loads(file.read_text("utf-8")))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            os.replace(file, file.with_suffix(".broken.json"))
    except Exception:
        pass
    return Notes()


def _understood(data: dict[str, Any]) -> Notes:
    best = {str(name): float(score) for name, score in data["best"].items()}
    if not all(math.isfinite(score) for score in best.values()):
        raise ValueError("a score that is not finite")
    guesses = {
        str(name): Guess(kept["value"], bool(kept["revealed"]))
        for name, kept in data["guesses"].items()
    }
    answered = {str(name): bool(there) for name, there in data.get("answered", {}).items()}
    first = {str(name): str(letter) for name, letter in data.get("first", {}).items()}
    return Notes(best, guesses, answered, first, [str(name) for name in data.get("tried", [])])


def write(notes: Notes) -> bool:
    """Store ``notes``; return whether they are on disk now. Never raises."""
    global _unsaved
    _unsaved = notes
    try:
        file = progress_file()
        if file is None:
            return False
        write_whole(file, json.dumps(_as_data(notes), indent=1))
    except Exception:
        return False
    _unsaved = None
    return True


def _as_data(notes: Notes) -> dict[str, Any]:
    guesses = {name: vars(guess) for name, guess in notes.guesses.items()}
    return {**vars(notes), "guesses": guesses}


def write_whole(file: Path, text: str) -> None:
    """Write the file in one step: readers see the old file or the new one, never half of it."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=".progress-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as half:
            half.write(text)
        os.replace(temporary, file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def on_disk() -> bool:
    """Whether everything that was noted could be written."""
    return _unsaved is None


def note_score(name: str, score: float) -> None:
    """Keep ``score`` if it is the best so far. Never raises; writes only if it is."""
    notes = read()
    if math.isfinite(score) and score > notes.best.get(name, 0.0):
        notes.best[name] = score
        write(notes)


def note_answer(question: str, there: bool) -> None:
    """Keep whether a question is answered. Never raises; writes only what is new."""
    notes = read()
    if there != notes.answered.get(question, False):
        notes.answered[question] = there
        write(notes)


def note_first(question: str, letter: str) -> None:
    """Keep the first letter that a question was answered with. Never raises."""
    notes = read()
    if question not in notes.first:
        notes.first[question] = letter
        write(notes)


def note_tried(exercise: str) -> None:
    """Keep that the check of an exercise was run on something of one's own. Never raises."""
    notes = read()
    if exercise not in notes.tried:
        notes.tried.append(exercise)
        write(notes)


def erase() -> Path | None:
    """Delete everything; return the deleted file, or None if there was none."""
    global _unsaved
    _unsaved = None
    file = progress_file()
    try:
        if file is None or not file.exists():
            return None
        file.unlink()
        file.with_suffix(".broken.json").unlink(missing_ok=True)
    except OSError:
        return None
    return file
