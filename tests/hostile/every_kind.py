"""All kinds of submissions together."""

from functools import partial

from tests.hostile.attacks import EMPTY
from tests.hostile.broken import BROKEN
from tests.hostile.course import Course, with_cell
from tests.hostile.harms import FIRST, HARMS
from tests.hostile.honest import HONEST
from tests.hostile.kinds import Kind


def _attack(source: str, course: Course) -> bytes:
    """The attack instead of answers: their cells, which would define the functions, are emptied."""
    notebook = course.untouched()
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = ""
    return with_cell(notebook, _with_names(source, course))


def _harm(source: str, course: Course) -> bytes:
    return with_cell(course.perfect(), source)


def _first(source: str, course: Course) -> bytes:
    return with_cell(course.perfect(), source, 0)


def _with_names(source: str, course: Course) -> str:
    given = f"FUNCTIONS = {course.functions!r}\n"
    return given + source if "FUNCTIONS" in source else source


KINDS = [
    *(Kind(n, "hostile", partial(_attack, s), "nothing") for n, s in EMPTY.items()),
    *(Kind(n, "harmful", partial(_harm, s), "everything") for n, s in HARMS.items()),
    *(Kind(n, "harmful", partial(_first, s), "everything") for n, s in FIRST.items()),
    *BROKEN,
    *HONEST,
]
