"""The saved notebook: where it lies, its cells, and which written questions are answered."""

import json
import os
import re
import sys
import textwrap
from pathlib import Path
from typing import Any

from grader.checking.home.local_store import ipython

UNANSWERED = "*Write your answer here.*"
MANUAL = "manual_"  # how the names of cells with written answers begin
QUESTIONS = ("choice_", MANUAL)
BAND = re.compile(r"^#+ ✍ (.+)$", re.M)  # the heading of a task, a guess or a question
IN_BAND = re.compile(r"[^:]+: (.+?),? [\d.]+ \w+")  # "Question: A lost velocity, 1 point"
FIRST_WORDS = 60
COLAB = (
    "On Colab this cell cannot read the notebook file. Choose “Runtime → Restart session and run "
    "all”, read the results of the checks, then choose “File → Download → Download .ipynb” and "
    "hand in that file."
)
CodeCells = list[tuple[int, dict[str, Any], str]]


def find_notebook() -> Path | str:
    """The notebook that this code runs in, or a message: why it is unknown and what to do."""
    shell = ipython()
    candidates = [os.environ.get("JPY_SESSION_NAME")]
    candidates.append(shell.user_ns.get("__vsc_ipynb_file__") if shell else None)
    for path in candidates:
        if isinstance(path, str) and path.endswith(".ipynb") and Path(path).is_file():
            return Path(path)
    if "google.colab" in sys.modules:
        return COLAB
    here = sorted(Path.cwd().glob("*.ipynb"))
    if len(here) == 1:
        return here[0]
    listed = ", ".join(path.name for path in here[:8])
    return (
        f"This folder has several notebooks: {listed}."
        if here
        else "There is no notebook in this folder."
    ) + ' Name the file: `submit_check("ps06_….ipynb")`'


def code_cells(notebook: dict[str, Any]) -> CodeCells:
    """(number among all cells, from 1; the cell; its source) of every code cell."""
    return [
        (number, cell, source_of(cell))
        for number, cell in enumerate(notebook["cells"], 1)
        if cell["cell_type"] == "code"
    ]


def source_of(cell: dict[str, Any]) -> str:
    """A cell's text, which the format keeps as one string or as a list of lines."""
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def written_answers() -> dict[str, str]:
    """Name of a question -> the answer to it in the saved notebook, "" for none.

    Empty where the file is not known or cannot be read.
    """
    try:
        file = find_notebook()
    except OSError:
        return {}
    return {} if isinstance(file, str) else written_in(file)


def written_in(file: Path) -> dict[str, str]:
    """Name of a question -> the answer to it in a notebook; empty where it cannot be read."""
    try:
        found: dict[str, list[str]] = {}
        for cell in json.loads(file.read_text("utf-8"))["cells"]:
            name = str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))
            if name.startswith(MANUAL):
                text = source_of(cell).strip()
                written = found.setdefault(name.removeprefix(MANUAL), [])
                written += [text] * (text not in ("", UNANSWERED))
        return {name: "\n\n".join(texts) for name, texts in found.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def titles() -> dict[str, str]:
    """As :func:`titles_in`, of the saved notebook; empty where it cannot be read."""
    try:
        file = find_notebook()
        return {} if isinstance(file, str) else titles_in(json.loads(file.read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def titles_in(notebook: dict[str, Any]) -> dict[str, str]:
    """Name of a question -> its title in the blue band above it; one without a band is absent."""
    found: dict[str, str] = {}
    title = ""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown" and (bands := BAND.findall(source_of(cell))):
            words = IN_BAND.fullmatch(bands[-1].strip())
            title = words[1] if words else ""
        if title and (name := question_of(cell)):
            found[name], title = title, ""
    return found


def question_of(cell: dict[str, Any]) -> str:
    """The name of the question that a cell answers; "" for any other cell."""
    grade_id = str(cell.get("metadata", {}).get("nbgrader", {}).get("grade_id", ""))
    for kind in QUESTIONS:
        if grade_id.startswith(kind):
            return grade_id.removeprefix(kind)
    return ""


def place_of(notebook: dict[str, Any], number: int) -> str:
    """A cell by its section and its first words, because pages show no cell numbers."""
    section = ""
    for cell in notebook["cells"][:number]:
        if cell["cell_type"] == "markdown":
            section = [section, *re.findall(r"^##? +(.+)$", source_of(cell), re.M)][-1].strip()
    cell = notebook["cells"][number - 1]
    place = begins_with(source_of(cell), code=cell["cell_type"] != "markdown")
    return f"“{section}”, {place}" if section else place


def begins_with(source: str, *, code: bool = True) -> str:
    """A cell by its first words."""
    return f"the cell that begins with “{_first_words(source, code)}”"


def _first_words(source: str, code: bool) -> str:
    """The first line of code, or of a text its bold beginning, without the signs of markdown."""
    lines = [line.strip() for line in source.splitlines() if line.strip()]
    if code:
        return textwrap.shorten(lines[0] if lines else "", FIRST_WORDS, placeholder=" …")
    lines = [line for line in lines if not line.startswith(("#", "<"))]
    begins = lines[0] if lines else ""
    if bold := re.match(r"\*\*(.+?)\*\*", begins):
        begins = bold[1]
    plain = re.sub(r"[*`$]|\[([^\]]*)\]\([^)]*\)", r"\1", begins)
    return textwrap.shorten(plain, FIRST_WORDS, placeholder=" …")
