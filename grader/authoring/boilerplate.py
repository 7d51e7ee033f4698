"""What all notebooks have alike, put into each of them: badge, setup, overview, last section.

Sources hold only what is their own; nothing is copied from notebook to notebook.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from grader.authoring.opening import opening_cell, with_picture, words_of
from grader.authoring.rules import points_of
from grader.authoring.setup import RELEASE, TITLE, setup_cell, with_names
from grader.authoring.source import FOLD, SourceCell
from grader.authoring.tasks import Task, headings_of, tasks, with_headings
from grader.authoring.times import is_experiment, minutes_by_section, span
from grader.authoring.waiting import waits_of
from grader.checking.contract.registry import find
from grader.settings import Course

HOW_IT_WORKS = """\
Tasks and guesses have a blue band. Run folded cells (`•••`), too. {first}
says how guesses, checks and points work; the [glossary]({glossary}) (`docs/glossary.md`) explains
terms. S0, S1, … are lecture texts, listed at the end.
"""
FIRST = "ps00/ps00_arrays.ipynb"  # says how a notebook works
GLOSSARY = "docs/glossary.md"

ENDING = """\
## Before you hand in

Save the notebook, remove the `#` before `submit_check()` and run the cell. It runs the saved file
in a new process and reports which checks pass there. (On Colab and in the browser it says what to
do instead.) It sends nothing: your instructor tells you where to hand in the file.
"""

BADGE = "[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({url})"
COLAB = "https://colab.research.google.com/github/{repository}/blob/{release}/{path}"


def complete(cells: Sequence[SourceCell], course: Course, source: Path) -> list[SourceCell]:
    """The cells of a source with all that is the same everywhere.

    Parameters
    ----------
    source : ``solutions/psNN/psNN_topic.py``; its names go into the badge and the last section
    """
    opening = opening_cell(cells)
    cells = [cell for cell in cells if cell.kind != "opening"]
    these = tasks(cells)
    if not any(cell.kind == "setup" for cell in cells):
        return with_headings(cells, these)
    done: list[SourceCell] = []
    for cell in with_headings(cells, these):
        if cell.kind != "setup":
            done.append(cell)
            continue
        waits = waits_of(cells)
        needed = ["setup_done", *(["ready"] if any(one.functions for one in waits) else [])]
        needed += ["revealed"] if any(one.guesses for one in waits) else []
        needed += ["keep"] if any(cell.kind == "check" for cell in cells) else []
        text = setup_cell(with_names(cell.text, needed), course.repository)
        done.append(replace(cell, text=text, options={FOLD: TITLE}))
        if table := overview(cells, these):
            done.append(
                _made("text", f"{how_it_works(course.repository, source)}\n{table}", "how it works")
            )
    if opening is not None:
        done[0] = replace(done[0], text=with_picture(done[0].text, words_of(opening), source))
    if badge := colab_badge(course.repository, source):
        title, _, rest = done[0].text.partition("\n")
        done[0] = replace(done[0], text=f"{title}\n\n{badge}\n{rest}")
    done.append(_made("text", ENDING.strip(), "before you hand in"))
    # A blank after "#" would stay behind and be an IndentationError.
    code = "from grader.checking import submit_check\n\n#submit_check()"
    done.append(_made("practice", code, "submit check"))
    points = _made("practice", show_points(source.parent.name, cells), "your points")
    done.append(replace(points, options={FOLD: "Show your points"}))
    return done


def _made(kind: str, text: str, where: str) -> SourceCell:
    return SourceCell(kind, "", {}, text, kind == "text", f"the cell “{where}” made for all")


def colab_badge(repository: str, source: Path) -> str:
    """A link that opens the released notebook in Colab; empty where Colab cannot reach it."""
    on_github = re.fullmatch(r"https://github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?/?", repository)
    if on_github is None:
        return ""
    path = f"notebooks/{source.parent.name}/{source.stem}.ipynb"
    return BADGE.format(url=COLAB.format(repository=on_github[1], release=RELEASE, path=path))


def graded(cells: Sequence[SourceCell]) -> list[tuple[str, str, str, float]]:
    """Section, name, kind and points of all that has points, in the order of the notebook."""
    found, section = [], ""
    for cell in cells:
        section = next((text for depth, text in headings_of(cell) if depth == 2), section)
        if cell.kind in ("check", "choice", "manual") and (points := points_of(cell)):
            found.append((section, cell.name, cell.kind, points))
    return found


def show_points(assignment: str, cells: Sequence[SourceCell]) -> str:
    """Code that shows the points reached so far, in the order of the notebook."""
    lines = []
    for *words, points in graded(cells):
        listed = json.dumps(words, ensure_ascii=False)[1:-1]
        lines.append(f"    ({listed}, {points:g}),\n")
    imports = "from grader.checking import progress\n\n"
    if not lines:
        return f'{imports}progress("{assignment}")'
    return f'{imports}GRADED = [\n{"".join(lines)}]\nprogress("{assignment}", GRADED)'


def how_it_works(repository: str, source: Path) -> str:
    """The frame in two lines, with links to the glossary and to the notebook that says the rest.

    Where the course has an address, the glossary is its page there: Colab opens a notebook alone,
    without the files beside it.
    """
    first = f"[Notebook 00](../{FIRST})"
    if source.parent.name == FIRST.partition("/")[0]:
        first = "Section 5"
    glossary = f"../../{GLOSSARY}"
    if re.match("https?://", repository):
        glossary = f"{repository.removesuffix('/').removesuffix('.git')}/blob/{RELEASE}/{GLOSSARY}"
    return HOW_IT_WORKS.format(first=first, glossary=glossary)


def overview(cells: Sequence[SourceCell], these: Sequence[Task]) -> str:
    """A table of the sections with minutes and points; empty without points.

    A planned experiment is a sitting of its own, so what stands before its section is added up.
    """
    total = sum(task.points for task in these)
    if not total:
        return ""
    minutes = minutes_by_section(cells)
    times = {one.number: one for one in minutes}
    sections = [text for cell in cells for depth, text in headings_of(cell) if depth == 2]
    lines = ["| section | minutes | points |", "|:---|---:|---:|"]
    checked = {cell.name for cell in cells if cell.kind == "check"}
    planned = [
        task.section
        for task in these
        if any(is_experiment(find(name)) for name in checked.intersection(task.names))
    ]
    low = high = before = 0.0
    for section in dict.fromkeys([*sections, *(task.section for task in these)]):
        if section in planned:
            lines.append(f"| *so far* | *{low:g}–{high:g}* | *{before:g}* |")
        points = sum(task.points for task in these if task.section == section)
        time = times.get(section.split(" ")[0])
        if points or time:
            worth = f"{points:g}" if points else ""
            lines.append(f"| {section} | {f'{time.low}–{time.high}' if time else ''} | {worth} |")
        low, high = (low + time.low, high + time.high) if time else (low, high)
        before += points
    lines.append(f"| **together** | **{span(minutes)}** | **{total:g}** |")
    return "\n".join(lines)
