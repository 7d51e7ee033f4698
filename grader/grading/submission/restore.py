"""Find the graded cells of a submission again, and put back those that are gone.

What nbgrader knows of a cell travels in metadata that students, Colab and other programs change,
copy and strip. The gradebook knows better: each of its cells is looked for by name, then by
content; its metadata are written anew; a graded cell that is nowhere is put back in its place.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from grader.grading.submission.source_names import defined, guessed

MOST_PARSED = 1_000_000  # letters of one notebook: a second or two, and a hundred times the memory
BEGIN, END = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"


@dataclass(frozen=True)
class NotedCell:
    """A cell as the gradebook knows it."""

    name: str
    cell_type: str
    source: str
    locked: bool
    grade: bool
    solution: bool
    task: bool
    points: float | None = None
    checksum: str | None = None

    def metadata(self) -> dict[str, Any]:
        metadata: dict[str, Any] = {
            "schema_version": 3,
            "grade_id": self.name,
            "grade": self.grade,
            "solution": self.solution,
            "locked": self.locked,
            "task": self.task,
            "cell_type": self.cell_type,
        }
        if self.points is not None:
            metadata["points"] = self.points
        if self.checksum is not None:
            metadata["checksum"] = self.checksum
        return metadata


def has_hidden(source: str) -> bool:
    return BEGIN in source


def visible(source: str) -> str:
    """The source as students were given it."""
    kept, hidden = [], False
    for line in source.split("\n"):  # as nbgrader does when it releases the cell
        if BEGIN in line:
            hidden = True
        elif END in line:
            hidden = False
        elif not hidden:
            kept.append(line)
    return "\n".join(kept)


def restore_cells(
    notebook: NotebookNode,
    known: list[NotedCell],
    released: Collection[str] = (),
    *,
    search: bool = True,
) -> list[str]:
    """Name, complete and order the graded cells of ``notebook``; returns what was repaired.

    Parameters
    ----------
    released : texts of the cells that students were given, by which theirs are told apart
    search : look for cells by their content, too
    """
    repairs: list[str] = []
    found = _by_name(notebook, known, repairs)
    if search:
        _search(notebook, known, found, released, repairs)
    _put_in_place(notebook, known, found, repairs)
    if search and released:
        _take_from_near(notebook, known, released, repairs)
    for one in known:
        if one.name in found:
            _retype(found[one.name], one, repairs)
            if one.locked:
                found[one.name].source = one.source
    return repairs


def _search(
    notebook: NotebookNode,
    known: list[NotedCell],
    found: dict[str, NotebookNode],
    released: Collection[str],
    repairs: list[str],
) -> None:
    """Add to ``found`` the cells that have lost their names."""
    nameless = [one for one in known if one.name not in found]
    definitions = _definitions(notebook) if nameless else {}
    # Those with a text of their own first: they show where to look for the others.
    for one in sorted(nameless, key=lambda one: not one.locked):
        cell = _by_content(notebook, one, known, found, released, definitions, repairs)
        if cell is not None:
            found[one.name] = cell
            cell.metadata["nbgrader"] = one.metadata()
    if again := [one.name for one in nameless if one.name in found]:
        repairs.append(f"names of cells were lost and found by content: {', '.join(again)}")


def _put_in_place(
    notebook: NotebookNode,
    known: list[NotedCell],
    found: dict[str, NotebookNode],
    repairs: list[str],
) -> None:
    """Move down the checks that stand before what they check; put back what is gone."""
    at_the_end_of = -1
    for one in known:
        if one.name in found:
            cell = found[one.name]
            cell.metadata["nbgrader"] = one.metadata()
            place = _position(notebook, cell)
            if place < at_the_end_of and one.locked:
                notebook.cells.insert(at_the_end_of, notebook.cells.pop(place))
                repairs.append(f"the cell {one.name} stood too early and was moved down")
            at_the_end_of = max(at_the_end_of, place)
        elif one.grade or one.task:
            cell = _new(one)
            place = at_the_end_of if at_the_end_of >= 0 else len(notebook.cells) - 1
            notebook.cells.insert(place + 1, cell)
            at_the_end_of = place + 1
            repairs.append(
                f"the cell {one.name} was missing and was put back"
                + (" without an answer" if one.solution else "")
            )


def _new(one: NotedCell) -> NotebookNode:
    new: Any = new_code_cell if one.cell_type == "code" else new_markdown_cell
    cell: NotebookNode = new(one.source, metadata={"nbgrader": one.metadata()})
    return cell


def _retype(cell: NotebookNode, one: NotedCell, repairs: list[str]) -> None:
    if cell.cell_type == one.cell_type:
        return
    repairs.append(f"the cell {one.name} was {cell.cell_type} and is {one.cell_type} again")
    cell.cell_type = one.cell_type
    if one.cell_type == "code":
        cell.outputs, cell.execution_count = [], None
        cell.pop("attachments", None)
    else:
        cell.pop("outputs", None)
        cell.pop("execution_count", None)


def written_answer(
    cells: Sequence[NotebookNode], one: NotedCell, released: Collection[str], repairs: list[str]
) -> NotebookNode | None:
    """The written answer among ``cells``: a text that was not given.

    If there are several, the answer is all of them, for a person to read.
    """
    free = [
        cell
        for cell in cells
        if cell.cell_type != "code" and "nbgrader" not in cell.metadata and cell.source.strip()
    ]
    written = [cell for cell in free if cell.source.strip() not in released]
    chosen = written or [cell for cell in free if cell.source.strip() == one.source.strip()]
    if len(chosen) > 1:
        repairs.append(
            f"the answer {one.name} is one of {len(chosen)} texts, and was made of all of them: "
            "to be looked at by a person"
        )
        put_text(chosen[0], chosen)
    return chosen[0] if chosen else None


def put_text(target: NotebookNode, cells: Sequence[NotebookNode]) -> None:
    """Make the text of ``target`` that of all ``cells``, with their pictures."""
    texts, pictures = [], NotebookNode()
    for number, cell in enumerate(cells):
        text = cell.source
        for name, picture in cell.get("attachments", {}).items():
            own = f"{number}-{name}" if name in pictures else name
            text = text.replace(f"attachment:{name}", f"attachment:{own}")
            pictures[own] = picture
        texts.append(text)
    target.source = "\n\n".join(texts)
    if pictures:
        target.attachments = pictures


def _take_from_near(
    notebook: NotebookNode, known: list[NotedCell], released: Collection[str], repairs: list[str]
) -> None:
    """Put what was written beside an unanswered question into its cell, for a person to read.

    That is each text that was not given, between the graded cells before and after it.
    """
    by_name = {one.name: one for one in known}
    named = [
        (place, one)
        for place, cell in enumerate(notebook.cells)
        if (one := by_name.get(cell.metadata.get("nbgrader", {}).get("grade_id")))
    ]
    for number, (place, one) in enumerate(named):
        cell = notebook.cells[place]
        if not (one.grade and one.solution) or one.cell_type == "code" or not _as_given(cell, one):
            continue
        begin = named[number - 1][0] + 1 if number else 0
        end = named[number + 1][0] if number + 1 < len(named) else len(notebook.cells)
        near = [other for other in notebook.cells[begin:end] if other is not cell]
        written = [other for other in near if _is_text(other) and _is_own(other, released)]
        if written:
            put_text(cell, written)
            repairs.append(
                f"{one.name} was not answered in its cell; what stands near it was put there, to "
                "be read by a person"
            )


def _as_given(cell: NotebookNode, one: NotedCell) -> bool:
    return cell.source.strip() in ("", one.source.strip()) and not cell.get("attachments")


def _is_own(cell: NotebookNode, released: Collection[str]) -> bool:
    text = cell.source.strip()
    return bool(cell.get("attachments")) or bool(text and text not in released)


def _is_text(cell: NotebookNode) -> bool:
    """Whether it is read by people: a text, or a code cell with nothing but comments and texts."""
    if cell.cell_type != "code":
        return True
    try:
        body = ast.parse(cell.source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return not guessed(cell.source)
    return all(isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant) for s in body)


def _position(notebook: NotebookNode, cell: NotebookNode) -> int:
    return next(i for i, other in enumerate(notebook.cells) if other is cell)


def _by_name(
    notebook: NotebookNode, known: list[NotedCell], repairs: list[str]
) -> dict[str, NotebookNode]:
    """Cells that carry a known name, as a cell that is split or copied in two does twice.

    Of a check the first counts. A copy that is as it was given is left out where another is
    filled in. The texts of an answer in words are joined; of code all cells run, the last counts.
    """
    there: dict[str, list[NotebookNode]] = {one.name: [] for one in known}
    for cell in notebook.cells:
        name = cell.metadata.pop("nbgrader", {}).get("grade_id")
        if name in there:
            there[name].append(cell)
    found: dict[str, NotebookNode] = {}
    for one in known:
        if cells := there[one.name]:
            found[one.name] = cells[0]
        if len(cells) > 1:
            said = "the first one counts"
            if not one.locked:
                written = [cell for cell in cells if not _as_given(cell, one)] or cells[:1]
                found[one.name] = written[-1]
                if one.cell_type != "code":
                    found[one.name] = written[0]
                    put_text(written[0], written)
                left = [c for c in cells if c is not found[one.name]]
                if one.cell_type == "code":  # all that is written runs
                    left = [c for c in left if not any(c is w for w in written)]
                notebook.cells = [c for c in notebook.cells if not any(c is x for x in left)]
                said = "what is written in them counts together"
                if one.cell_type == "code":
                    said = "the last one counts"
            repairs.append(f"the cell {one.name} was there more than once; {said}")
    return found


def _by_content(
    notebook: NotebookNode,
    one: NotedCell,
    known: list[NotedCell],
    found: dict[str, NotebookNode],
    released: Collection[str],
    definitions: dict[str, set[str]],
    repairs: list[str],
) -> NotebookNode | None:
    """A nameless cell: a check by its text, an answer by what it defines or where it stands."""
    cells, place = notebook.cells, known.index(one)
    free = [cell for cell in cells if "nbgrader" not in cell.metadata]
    if one.locked:
        text = visible(one.source).strip()
        return next((cell for cell in free if cell.source.strip() == text), None)
    before = [_position(notebook, found[k.name]) for k in known[:place] if k.name in found]
    after = [_position(notebook, found[k.name]) for k in known[place:] if k.name in found]
    end = min(after, default=len(cells))
    if one.cell_type != "code":
        return written_answer(cells[max(before, default=-1) + 1 : end], one, released, repairs)
    wanted = defined(one.source)
    defining = [c for c in free if c.cell_type == "code" and wanted <= definitions[c.source]]
    in_time = [cell for cell in defining if _position(notebook, cell) < end]
    return (in_time or defining or [None])[-1] if wanted else None


def _definitions(notebook: NotebookNode) -> dict[str, set[str]]:
    """Source of each code cell -> names it defines; each source is parsed once."""
    left = MOST_PARSED
    found: dict[str, set[str]] = {}
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.source not in found:
            left -= len(cell.source)
            found[cell.source] = defined(cell.source) if left >= 0 else guessed(cell.source)
    return found
