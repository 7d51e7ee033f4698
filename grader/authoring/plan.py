"""The plan of a class: its notebooks in their order, how long each takes, when it is handed in."""

from __future__ import annotations

from pathlib import Path

from grader.authoring.assignments import assignments
from grader.authoring.cells import source_cells, source_of
from grader.authoring.settings_at import settings_at
from grader.authoring.tasks import headings_of
from grader.authoring.times import minutes_by_section, span


def plan(root: Path, *, notebooks: str = "notebooks/") -> str:
    """A table with number, title and time of each notebook; with weeks, if there are deadlines.

    The first week is that of the first deadline.

    Parameters
    ----------
    notebooks : where the notebooks lie, as seen from the page with the table
    """
    settings = settings_at(root)
    due = {name: settings.problem_set(name).due for name in assignments(root)}
    first = min((day.date() for day in due.values() if day), default=None)
    lines = ["| | notebook | time |", "|---|---|---|"]
    if first is not None:
        lines = [f"{lines[0]} week | hand in by |", f"{lines[1]}---|---|"]
    for name, day in due.items():
        cells = source_cells(name, root)
        title = next(text for cell in cells for _depth, text in headings_of(cell))
        file = f"{notebooks}{name}/{source_of(name, root).stem}.ipynb"
        minutes = minutes_by_section(cells)
        time = span(minutes) if any(section.high for section in minutes) else ""
        line = f"| {name.removeprefix('ps')} | [{title}]({file}) | {time} |"
        if first is not None:
            week = f"{1 + (day.date() - first).days // 7} | {day:%Y-%m-%d %H:%M}" if day else " | "
            line = f"{line} {week} |"
        lines.append(line)
    return "\n".join(lines)
