"""``start_over``: a task, or all tasks of a notebook, as they were before anybody wrote an answer.

The released notebook notes in each cell that is filled in how it looked. The saved file is changed;
the file as it was is kept beside it.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

from grader import OLD_ANSWERS
from grader.checking.contract.registry import available
from grader.checking.home.local_store import write_whole
from grader.checking.home.notebook_file import find_notebook, source_of
from grader.checking.home.show import show
from grader.checking.report.blocks import Report, Text

BLANK = "blank"  # in a cell's metadata: its source as it was released
SECONDS = 60.0  # the file has to be saved as freshly: what is not in it could not be kept
COLAB = (
    "On Colab this cell cannot change the notebook. Choose “File → Save a copy in Drive” to keep "
    "your answers, then open the notebook anew from where you got it."
)


class NotChanged(Exception):
    """Nothing was changed; the message says why and what to do."""


def start_over(task: str = "", *, notebook: str | Path | None = None) -> None:
    """Put a task back as it was before you wrote your answer, in the saved notebook.

    Your answers are kept, in the folder ``old_answers`` beside the notebook. Your points are kept
    as well; ``progress(forget=True)`` deletes them. What you have kept for later notebooks stays in
    ``my_library.py``; ``keep("…", remove=True)`` takes it out.

    Parameters
    ----------
    task : the name of a function, a question or a guess; without it every task of the notebook
    notebook : the file; without it the one you are in, or the only one in this folder
    """
    if not available():
        return
    try:
        file = _file(notebook)
        blanked, kept = rewrite(file, task)
    except NotChanged as error:
        show(Report("waiting", "", "", "Nothing was changed", (Text(str(error)),)))
        return
    said = (
        f"Empty again: {', '.join(f'`{name}`' for name in blanked)}. Your answers are kept in "
        f"`{kept}`, and what you have kept for later notebooks stays. Now choose “File → Reload "
        "Notebook from Disk” and do not save before: what you see still has your answers."
    )
    show(Report("news", "", "", "You start over", (Text(said),)))


def _file(notebook: str | Path | None) -> Path:
    if notebook is None:
        if "google.colab" in sys.modules:
            raise NotChanged(COLAB)
        found = find_notebook()
        if isinstance(found, str):
            raise NotChanged(found.replace("submit_check(", "start_over(notebook="))
        return found
    return Path(notebook)


def rewrite(file: Path, task: str) -> tuple[list[str], Path]:
    """Empty the cells of a task, "" for all; returns their names, and where the old file lies.

    Raises
    ------
    NotChanged
        The file cannot be read or written, was not saved just now, has no such task, or nothing in
        it is filled in.
    """
    try:
        text, saved = file.read_bytes(), file.stat().st_mtime
        content = json.loads(text)
        cells = [cell for cell in content["cells"] if BLANK in cell["metadata"]]
    except OSError as error:
        raise NotChanged(f"{file} cannot be read: {error.strerror}.") from None
    except (ValueError, KeyError, TypeError):
        raise NotChanged(f"{file.name} is not a notebook.") from None
    # The browser version saves every ten seconds, and its files have no reliable time.
    if sys.platform != "emscripten" and time.time() - saved > SECONDS:
        raise NotChanged("Save the notebook (Ctrl+S) and run this cell again within a minute.")
    named = {name_of(cell): cell for cell in cells}
    if task and task not in named:
        there = ", ".join(named) or "none; get the notebook anew from where you got it"
        raise NotChanged(f"{file.name} has no task {task!r}. Its tasks: {there}.")
    chosen = {task: named[task]} if task else named
    changed = [name for name, cell in chosen.items() if source_of(cell) != cell["metadata"][BLANK]]
    if not changed:
        raise NotChanged("There is nothing to empty: no answer was written.")
    for name in changed:
        cell = named[name]
        cell["source"] = cell["metadata"][BLANK].splitlines(keepends=True)
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
    try:
        kept = _keep(file, text)
        mode = file.stat().st_mode
        write_whole(file, json.dumps(content, indent=1, ensure_ascii=False) + "\n")
        file.chmod(mode)
    except OSError as error:
        raise NotChanged(f"{file.parent} cannot be written to: {error.strerror}.") from None
    return changed, kept


def name_of(cell: dict[str, Any]) -> str:
    """The task's name as the notebook's calls have it: "softmax", "ps06_bugs"."""
    grade_id = str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))
    if grade_id:
        return grade_id.removeprefix("manual_").removeprefix("answer_")
    blank = str(cell["metadata"][BLANK])
    return blank.split('"')[1] if '"' in blank else blank  # guess("ps06_bugs", None)


def _keep(file: Path, text: bytes) -> Path:
    folder = file.parent / OLD_ANSWERS
    folder.mkdir(exist_ok=True)
    when = time.strftime("%Y-%m-%d_%H-%M-%S")
    number = len(list(folder.glob(f"{file.stem}_{when}*")))
    kept = folder / f"{file.stem}_{when}{f'_{number}' if number else ''}{file.suffix}"
    with kept.open("xb") as new:
        new.write(text)
    return kept
