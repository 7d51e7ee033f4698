"""Files that were damaged, converted or edited on their way, by accident or to gain by it."""

import copy
import io
import json
import re
import zipfile
from collections.abc import Callable
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from grader.classroom.sample_class import as_from_colab
from tests.hostile.course import Course, is_locked, to_bytes
from tests.hostile.kinds import Kind

EVERYTHING, NOTHING, REFUSED = "everything", "nothing", "refused"
Edit = Callable[[NotebookNode], None]


def edited(edit: Edit) -> Callable[[Course], bytes]:
    def make(course: Course) -> bytes:
        notebook = course.perfect()
        edit(notebook)
        return to_bytes(notebook)

    return make


def edited_without_answers(edit: Edit) -> Callable[[Course], bytes]:
    def make(course: Course) -> bytes:
        notebook = course.untouched()
        edit(notebook)
        return to_bytes(notebook)

    return make


def as_data(change: Callable[[Any], Any]) -> Callable[[Course], bytes]:
    """Of the notebook as JSON, because nbformat would refuse to write it."""

    def make(course: Course) -> bytes:
        data = json.loads(to_bytes(course.perfect()))
        changed = change(data)
        return json.dumps(data if changed is None else changed).encode()

    return make


def as_text(change: Callable[[str], str | bytes]) -> Callable[[Course], bytes]:
    def make(course: Course) -> bytes:
        changed = change(to_bytes(course.perfect()).decode())
        return changed if isinstance(changed, bytes) else changed.encode()

    return make


def locked(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if is_locked(cell)]


def without(notebook: NotebookNode, gone: list[NotebookNode]) -> None:
    notebook.cells = [cell for cell in notebook.cells if not any(cell is one for one in gone)]


def delete_checks(notebook: NotebookNode) -> None:
    without(notebook, locked(notebook))


def check_to_text(notebook: NotebookNode) -> None:
    for cell in locked(notebook):
        new = new_markdown_cell(cell.source, metadata=cell.metadata)
        notebook.cells[next(i for i, c in enumerate(notebook.cells) if c is cell)] = new


def edit_checks(notebook: NotebookNode) -> None:
    for cell in locked(notebook):
        cell.source = "100.0"


def comment_checks(notebook: NotebookNode) -> None:
    for cell in locked(notebook):
        cell.source = "# " + cell.source.replace("\n", "\n# ")


def copy_checks(notebook: NotebookNode) -> None:
    for cell in locked(notebook):
        notebook.cells += [copy.deepcopy(cell), copy.deepcopy(cell)]


def copy_answers(notebook: NotebookNode) -> None:
    cells = []
    for cell in notebook.cells:
        cells.append(cell)
        if cell.metadata.get("nbgrader", {}).get("solution") and cell.cell_type == "code":
            cells.append(copy.deepcopy(cell))
    notebook.cells = cells


def checks_first(notebook: NotebookNode) -> None:
    checks = locked(notebook)
    without(notebook, checks)
    notebook.cells = [*checks, *notebook.cells]


def checks_last(notebook: NotebookNode) -> None:
    checks = locked(notebook)
    without(notebook, checks)
    notebook.cells += checks[::-1]


def forge_points(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader.update(points=1000, grade=True, solution=True, locked=False)


def not_graded(notebook: NotebookNode) -> None:
    for cell in locked(notebook):
        cell.metadata.nbgrader.update(grade=False, solution=False, locked=False, points=0)


def everything_graded(notebook: NotebookNode) -> None:
    for number, cell in enumerate(notebook.cells):
        about = {"grade_id": f"mine-{number}", "grade": True, "points": 100, "locked": True}
        cell.metadata.setdefault("nbgrader", about | {"solution": False, "schema_version": 3})


def stolen_names(notebook: NotebookNode) -> None:
    """Cells of one's own carry the names of checks, and say 100."""
    for cell in locked(notebook):
        notebook.cells.insert(0, new_code_cell("100.0", metadata=copy.deepcopy(cell.metadata)))


def same_name_everywhere(notebook: NotebookNode) -> None:
    name = locked(notebook)[0].metadata.nbgrader.grade_id
    for cell in notebook.cells:
        cell.metadata.setdefault("nbgrader", {}).update(grade_id=name)


def strip(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({})


def strip_and_delete(notebook: NotebookNode) -> None:
    delete_checks(notebook)
    strip(notebook)


def hide(notebook: NotebookNode) -> None:
    for cell in locked(notebook):
        cell.metadata.update(tags=["practice", "remove_cell", "skip-execution"], collapsed=True)
        cell.metadata["jupyter"] = {"source_hidden": True, "outputs_hidden": True}


def forge_outputs(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            full = nbformat.v4.new_output("execute_result", data={"text/plain": "100.0"})
            cell.outputs = [full]


def all_practice(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.metadata["tags"] = ["practice"]


def odd_kernel(notebook: NotebookNode) -> None:
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"name": "../../sh", "display_name": "<script>", "language": "R"},
            "language_info": {"name": "R", "pygments_lexer": "<script>"},
            "jupytext": {"formats": "ipynb,/tmp/x.py", "cell_metadata_filter": "all"},
            "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {}}},
            "title": "</title><script>alert(1)</script>",
        }
    )


def attach(notebook: NotebookNode) -> None:
    bundle = {"image/svg+xml": "<svg onload=alert(1)>", "image/png": "not base 64!", "x": 3}
    cell = new_markdown_cell("![a](attachment:a.png)")
    cell.attachments = nbformat.from_dict({"a.png": bundle, "b": {}})
    notebook.cells.insert(0, cell)


def active_texts(notebook: NotebookNode) -> None:
    texts = ["<script>alert(1)</script>", "[x](javascript:alert(1))", "$\\href{javascript:1}{x}$"]
    notebook.cells = [*map(new_markdown_cell, texts), *notebook.cells]


def odd_metadata(data: Any) -> None:
    data["metadata"]["rubbish"] = "x" * (5 << 20)
    for number, cell in enumerate(data["cells"]):
        cell["metadata"]["rubbish"] = [[[number]] * 20] * 20
        cell["id"] = "x" * 500 if number % 2 else "same"
        cell["execution_count"] = "3"


def no_ids(data: Any) -> None:
    for cell in data["cells"]:
        cell.pop("id", None)
    data["nbformat_minor"] = 0


def odd_cells(data: Any) -> None:
    data["cells"] += [None, 3, "cell", [], {}, {"cell_type": "code"}, {"cell_type": "heading"}]
    data["cells"] += [{"cell_type": "code", "source": ["x = ", "1\n", None, 3], "metadata": 3}]
    data["cells"] += [{"cell_type": "widget", "source": "", "outputs": [[]]}]


def source_as_lines(data: Any) -> None:
    for cell in data["cells"]:
        if isinstance(cell["source"], str):
            cell["source"] = cell["source"].splitlines(keepends=True)


def version_3(data: Any) -> Any:
    return nbformat.convert(nbformat.reads(json.dumps(data), 4), 3)


def many_cells(data: Any) -> None:
    data["cells"] += [{"cell_type": "code", "source": "1", "metadata": {}, "outputs": []}] * 100_000


def zipped(text: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("notebook.ipynb", text)
    return buffer.getvalue()


def double_keys(text: str) -> str:
    return text.replace('"cells":', '"cells": [], "cells":', 1)


def not_numbers(text: str) -> str:
    return re.sub(r'"nbformat": 4', '"nbformat": 4, "x": NaN, "y": -Infinity', text)


def kind(name: str, make: Callable[[Course], bytes], earns: str, says: str = "") -> Kind:
    return Kind(name, "broken", make, earns, says)


BROKEN = [
    kind("checks deleted", edited(delete_checks), EVERYTHING, "put back"),
    kind("checks deleted, no answers", edited_without_answers(delete_checks), NOTHING, "put back"),
    kind("checks made text", edited(check_to_text), EVERYTHING, "again"),
    kind("checks edited", edited(edit_checks), EVERYTHING),
    kind("checks edited, no answers", edited_without_answers(edit_checks), NOTHING),
    kind("checks commented out", edited_without_answers(comment_checks), NOTHING),
    kind("checks copied", edited(copy_checks), EVERYTHING, "more than once"),
    kind("checks copied, no answers", edited_without_answers(copy_checks), NOTHING),
    kind("answers copied", edited(copy_answers), EVERYTHING, "more than once"),
    kind("checks moved to the top", edited(checks_first), EVERYTHING, "moved down"),
    kind("checks moved to the end", edited(checks_last), EVERYTHING),
    kind("points forged", edited(forge_points), EVERYTHING),
    kind("points forged, no answers", edited_without_answers(forge_points), NOTHING),
    kind("checks said not to be graded", edited_without_answers(not_graded), NOTHING),
    kind("graded cells of one's own", edited_without_answers(everything_graded), NOTHING),
    kind("names of checks stolen", edited_without_answers(stolen_names), NOTHING),
    kind("one name for all cells", edited(same_name_everywhere), EVERYTHING),
    kind("checks hidden and tagged", edited(hide), EVERYTHING),
    kind("checks hidden, no answers", edited_without_answers(hide), NOTHING),
    kind("outputs forged", edited_without_answers(forge_outputs), NOTHING),
    kind("all tagged as practice", edited_without_answers(all_practice), NOTHING),
    kind("metadata stripped", edited(strip), EVERYTHING, "found by content"),
    kind("metadata stripped, checks deleted", edited(strip_and_delete), EVERYTHING, "put back"),
    kind("from Colab", edited(as_from_colab), EVERYTHING),
    kind("an odd kernel", edited(odd_kernel), EVERYTHING),
    kind("odd attachments", edited(attach), EVERYTHING),
    kind("active texts", edited(active_texts), EVERYTHING),
    kind("odd metadata", as_data(odd_metadata), EVERYTHING),
    kind("no ids", as_data(no_ids), EVERYTHING),
    kind("odd cells", as_data(odd_cells), EVERYTHING),
    kind("sources as lines", as_data(source_as_lines), EVERYTHING),
    kind("format 3", as_data(version_3), EVERYTHING),
    kind("100,000 cells", as_data(many_cells), REFUSED, "cells"),
    kind("keys twice", as_text(double_keys), EVERYTHING),
    kind("NaN and Infinity", as_text(not_numbers), EVERYTHING),
    kind("a byte order mark", as_text(lambda text: text.encode("utf-8-sig")), EVERYTHING),
    kind("UTF-16", as_text(lambda text: text.encode("utf-16")), EVERYTHING),
    kind("UTF-16 without mark", as_text(lambda text: text.encode("utf-16-le")), EVERYTHING),
    kind("Latin-1", as_text(lambda text: text.encode("latin-1", "replace")), EVERYTHING),
    kind("lines of Windows", as_text(lambda text: text.replace("\n", "\r\n")), EVERYTHING),
    kind("truncated", as_text(lambda text: text[: len(text) // 2]), REFUSED, "incomplete"),
    kind(
        "merge conflicts",
        as_text(lambda text: f"<<<<<<< HEAD\n{text}=======\n{text}>>>>>>> other\n"),
        REFUSED,
        "merge conflicts",
    ),
    kind("a web page", lambda course: b"<!DOCTYPE html><html>", REFUSED, "web page"),
    kind("a zip file", as_text(zipped), REFUSED, "zip"),
    kind("an empty file", lambda course: b"", REFUSED, "empty"),
    kind("a list", lambda course: b"[1, 2]", REFUSED, "no notebook"),
    kind("nested JSON", lambda course: b'{"cells":' + b"[" * 10**5, REFUSED, "damaged"),
    kind("a picture", lambda course: b"\x89PNG\r\n\x1a\n" + bytes(99), REFUSED, "no notebook"),
]
