"""One submitted notebook: what is wrong with it, and the same one with what was given put back.

The cells are found and put back as in grading (:mod:`grader.grading.submission.restore`). Here
everything else in the file stays: outputs, further cells, and all that the student wrote.
"""

from __future__ import annotations

import copy
import hashlib
import itertools
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import nbformat
import nbformat.reader
from nbformat import NotebookNode

from grader.classroom.collect.reading import READ_MEMORY, READ_SECONDS, Mended, too_large
from grader.classroom.collect.released import (
    Released,
    ReleasedNotebooks,
    parsed,
    released_of,
)
from grader.grading.process.limited_process import Answer
from grader.grading.process.limits import TimeLimit, limited_memory, time_limit
from grader.grading.submission.given_cells import restored, running
from grader.grading.submission.grade_notebook import version_gap
from grader.grading.submission.handed_in import NoNotebook
from grader.grading.submission.practice import not_there
from grader.grading.submission.read import decoded
from grader.wording import first_of

LARGE = 10 << 20  # bytes of a file that is worth a word
MARKS = ("### BEGIN SOLUTION", "### END SOLUTION", "### BEGIN HIDDEN TESTS")  # of sources only
MOST_NAMED = 5
VALID_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
KNOWN_TYPES = ("code", "markdown", "raw")


def answer_mended(request: Mapping[str, Any]) -> Answer:
    """In the limited process: what is wrong with the file ``path``."""
    released = released_of(request)
    (given,) = [one for one in released.of_assignment if one.name == request["name"]]
    content = Path(request["path"]).read_bytes()
    try:
        with time_limit(READ_SECONDS), limited_memory(READ_MEMORY):
            made = mend(content, given, released, misnamed=request["misnamed"])
    except (TimeLimit, MemoryError):
        made = too_large()
    return {"repairs": made.repairs, "look": made.look, "refused": made.refused}, made.content


def mend(
    content: bytes, given: Released, released: ReleasedNotebooks, *, misnamed: bool = False
) -> Mended:
    """What is wrong with the file ``content``, which should be ``given`` with answers.

    Parameters
    ----------
    misnamed : it is to be written anew even if nothing in it has to be repaired
    """
    try:
        read = parsed(content)
    except NoNotebook as error:
        return Mended(refused=f"it is {error}")
    of, _ = released.which(read)
    if of not in ("", given.assignment):
        return Mended(
            refused=f"it is a notebook of {of}, not of {given.assignment}; ask for the right one"
        )
    try:
        return _mended(content, given, misnamed=misnamed)
    except RecursionError:
        return Mended(look=["its outputs are nested too deeply to repair it; it can be graded"])


def _mended(content: bytes, given: Released, *, misnamed: bool) -> Mended:
    notebook = _whole(content)
    before = copy.deepcopy(notebook)
    made = Mended(look=_to_look_at(before, content, given))
    made.repairs += _edited_checks(before, given)
    made.repairs += restored(notebook, given.cells, given.texts, running(given.notebook.cells))
    made.repairs += _put_back_metadata(notebook, before, given)
    made.repairs += _put_back_ids(notebook, given)
    made.repairs = list(dict.fromkeys(made.repairs))
    made.look += not_there(notebook.cells)
    if made.repairs or misnamed:
        if why := _why_not_to_write(before, notebook, given):
            made.look.append(f"{why}; it is not repaired here, and can be graded")
            made.repairs = []
        else:
            made.content = nbformat.writes(notebook).encode("utf-8")
    return made


def _why_not_to_write(before: NotebookNode, after: NotebookNode, given: Released) -> str:
    if not _keeps_code(before, after, given):
        return "to repair it would change the student's own code"
    try:
        nbformat.validate(after)
        nbformat.writes(after).encode("utf-8")
    except nbformat.ValidationError as error:
        return f"not valid as a notebook ({str(error).splitlines()[0][:200]})"
    except UnicodeEncodeError:
        return "it has characters that are none"
    return ""


def _whole(content: bytes) -> NotebookNode:
    """The notebook with everything in it, in the current format as far as its cells go."""
    data = nbformat.from_dict(json.loads(decoded(content)))
    if "cells" not in data:
        data = nbformat.convert(nbformat.reader.reads(decoded(content)), 4)
    data.nbformat, data.nbformat_minor = 4, max(_number(data.get("nbformat_minor")), 4)
    data.metadata = _mapping(data.get("metadata"))
    data.cells = [cell for cell in data.cells if isinstance(cell, dict)]
    for cell in data.cells:
        source = cell.get("source", "")
        if isinstance(source, list):
            source = "".join(part for part in source if isinstance(part, str))
        cell.source = source
        cell.metadata = _mapping(cell.get("metadata"))
        about = cell.metadata.get("nbgrader")
        if not (isinstance(about, dict) and isinstance(about.get("grade_id"), str)):
            cell.metadata.pop("nbgrader", None)
        if cell.get("cell_type") not in KNOWN_TYPES:
            cell.cell_type = "raw"
        if cell.cell_type == "code":
            cell.setdefault("outputs", [])
            cell.setdefault("execution_count", None)
    return data  # type: ignore[no-any-return]


def _number(value: Any) -> int:
    return value if type(value) is int else 0


def _mapping(value: Any) -> NotebookNode:
    return value if isinstance(value, NotebookNode) else NotebookNode()


def _name_of(cell: NotebookNode) -> str:
    name: str = cell.metadata.get("nbgrader", {}).get("grade_id", "")
    return name


def _edited_checks(before: NotebookNode, given: Released) -> list[str]:
    """Checks, and other cells that students do not write, whose text is another one."""
    text = {cell.name: cell.source.strip() for cell in given.cells if cell.locked}
    edited = [
        name
        for cell in before.cells
        if (name := _name_of(cell)) in text and cell.source.strip() != text[name]
    ]
    return [f"cells that were given were edited: {_listed(edited)}"] if edited else []


def _to_look_at(before: NotebookNode, content: bytes, given: Released) -> list[str]:
    """What a person should know of a notebook, though it can be graded."""
    known = {cell.name: cell for cell in given.cells}
    cells = [(cell, name) for cell in before.cells if (name := _name_of(cell))]
    look = []
    other = [
        name
        for cell, name in cells
        if name in known
        and (noted := cell.metadata.nbgrader.get("checksum"))
        and noted != known[name].checksum
    ]
    unknown = [name for _, name in cells if name not in known]
    if other or unknown:
        look.append(
            "another version of the notebook was given out, or the notebook was changed since "
            f"(other cells: {_listed(dict.fromkeys([*other, *unknown]))}); it is graded as of now"
        )
    marked = [
        name or "a cell without a name"
        for cell in before.cells
        if any(mark in cell.source for mark in MARKS)
        for name in [_name_of(cell)]
    ]
    if marked:
        look.append(
            f"marks that only the instructor's source has ({MARKS[0]}): {_listed(marked)}; "
            "where is this from?"
        )
    answers = {cell.name: cell.source for cell in given.cells if cell.solution}
    own = {name: cell.source for cell, name in cells if name in answers}
    if own and own == {name: answers[name] for name in own} and len(own) == len(answers):
        look.append("no answer was changed: it is as it was given")
    if newer := version_gap(before):
        look.append(f"{newer}; what only the newer one has fails here")
    if len(content) > LARGE:
        outputs = sum(len(json.dumps(cell.get("outputs", []))) for cell in before.cells)
        look.append(
            f"{len(content) / (1 << 20):.0f} MB, of which outputs have {outputs / (1 << 20):.0f}"
        )
    return look


def _put_back_metadata(notebook: NotebookNode, before: NotebookNode, given: Released) -> list[str]:
    """Give cells what they had when they were given out: nbgrader's notes, locks, tags."""
    by_name = {name: cell for cell in given.notebook.cells if (name := _name_of(cell))}
    by_text = {cell.source.strip(): cell for cell in given.notebook.cells if not _name_of(cell)}
    were = {_name_of(cell): cell.metadata for cell in before.cells}
    graded, others = [], 0
    for cell in notebook.cells:
        name = _name_of(cell)
        like = by_name.get(name) if name else by_text.get(cell.source.strip())
        had = were.get(name) if name else cell.metadata
        if like is None:
            continue
        if had is not None and any(had.get(key) != value for key, value in like.metadata.items()):
            graded += [name] if name else []
            others += not name
        cell.metadata.update(copy.deepcopy(like.metadata))
    said = [f"metadata of graded cells were changed: {_listed(graded)}"] if graded else []
    return [*said, *([f"tags of {others} given cells were lost"] if others else [])]


def _put_back_ids(notebook: NotebookNode, given: Released) -> list[str]:
    """Give each cell an id of its own, as format 4.5 wants it; a graded cell has the given one."""
    ids = {name: cell.id for cell in given.notebook.cells if (name := _name_of(cell))}
    new = 0
    taken: set[str] = set()
    for cell in sorted(notebook.cells, key=lambda cell: _name_of(cell) not in ids):
        had = cell.get("id")
        wanted = ids.get(_name_of(cell), had)
        if not (isinstance(wanted, str) and VALID_ID.fullmatch(wanted)) or wanted in taken:
            wanted = _new_id(cell.source, taken)
        new += not isinstance(had, str) or (had != wanted and _name_of(cell) not in ids)
        cell.id = wanted
        taken.add(wanted)
    notebook.nbformat_minor = max(notebook.nbformat_minor, 5)
    return [f"ids of {new} cells were missing or there twice"] if new else []


def _new_id(source: str, taken: set[str]) -> str:
    """The same id for the same notebook, however often it is repaired."""
    for number in itertools.count():
        made = hashlib.sha256(f"{number} {source}".encode("utf-8", "surrogatepass")).hexdigest()[
            :12
        ]
        if made not in taken:
            return made
    raise AssertionError


def _keeps_code(before: NotebookNode, after: NotebookNode, given: Released) -> bool:
    """Whether all code that the student may write is still there, letter by letter."""
    locked = {cell.name for cell in given.cells if cell.locked}
    own = Counter(
        cell.source
        for cell in before.cells
        if cell.cell_type == "code" and _name_of(cell) not in locked
    )
    return not own - Counter(cell.source for cell in after.cells)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(first_of(list(names), MOST_NAMED))
