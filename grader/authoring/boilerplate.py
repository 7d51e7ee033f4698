"""What all notebooks have alike, put into each of them: badge, time, setup, points, last section.

Sources hold only what is their own; nothing is copied from notebook to notebook.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from grader.authoring.rules import Find
from grader.authoring.setup import setup_cell
from grader.authoring.source import SourceCell
from grader.authoring.times import time_paragraph
from grader.settings import Course

HOW_IT_WORKS = """\
**How this notebook works.** Some cells contain a function with the line
`raise NotImplementedError`. Replace this line by your code. Your function must not change its
arguments, unless its task says so. If the function is graded, the cell below calls `check(...)`.
It tests your function on new random inputs. It shows which tests pass, the smallest input for which
a test fails, and your points. Run it as often as you like. A cell that needs a function which you
have not written yet says so. Some cells only draw a figure or define functions that we give you.
You see only their title. Run them like all other cells, and open them if you want to read their
code.

`guess(...)` stores what you expect, and `reveal(...)` shows your guess beside the result. The last
cell calls `progress()`. It shows your points and says where they are kept. Guesses are not graded.
Until you hand in the notebook, nobody else sees your guesses or your points.

Terms are explained in the [glossary]({glossary}).
"""
GLOSSARY = "docs/glossary.md"

ENDING = """\
## Before you hand in

Save the notebook, remove the `#` before `submit_check()` and run the cell. It runs the saved file
in a new process. Then it reports which checks pass there, and whether a cell is missing or stops
with an error. It sends nothing. Your instructor tells you where to hand in the file.
"""

BADGE = "[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({url})"
COLAB = "https://colab.research.google.com/github/{repository}/blob/main/{path}"


def complete(
    cells: Sequence[SourceCell], find: Find, course: Course, source: Path
) -> list[SourceCell]:
    """The cells of a source with all that is the same everywhere.

    Parameters
    ----------
    source : ``solutions/psNN/psNN_topic.py``; its names go into the badge and the last section
    """
    done: list[SourceCell] = []
    for cell in cells:
        if cell.kind != "setup":
            done.append(cell)
            continue
        done.append(replace(cell, text=setup_cell(cell.text, course.repository)))
        if table := points_table(cells, find):
            text = HOW_IT_WORKS.format(glossary=glossary_link(course.repository))
            done.append(_made("text", f"{text}\n{table}", "how it works"))
    if not any(cell.kind == "setup" for cell in cells):
        return done
    if time := time_paragraph(cells, find):
        before, sources, after = done[0].text.partition("**Sources:**")
        text = f"{before}{time}\n\n{sources}{after}" if sources else f"{before}\n\n{time}"
        done[0] = replace(done[0], text=text)
    if badge := colab_badge(course.repository, source):
        title, _, rest = done[0].text.partition("\n")
        done[0] = replace(done[0], text=f"{title}\n\n{badge}\n{rest}")
    done.append(_made("text", ENDING.strip(), "before you hand in"))
    code = (
        "from grader.checking import progress, submit_check\n\n"
        f'progress("{source.parent.name}")\n# submit_check()'
    )
    done.append(_made("practice", code, "submit check"))
    return done


def _made(kind: str, text: str, where: str) -> SourceCell:
    return SourceCell(kind, "", {}, text, kind == "text", f"the cell “{where}” made for all")


def colab_badge(repository: str, source: Path) -> str:
    """A link that opens the released notebook in Colab; empty where Colab cannot reach it."""
    on_github = re.fullmatch(r"https://github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?/?", repository)
    if on_github is None:
        return ""
    path = f"notebooks/{source.parent.name}/{source.stem}.ipynb"
    return BADGE.format(url=COLAB.format(repository=on_github[1], path=path))


def glossary_link(repository: str) -> str:
    """The glossary beside the notebooks, or its page on the web where the course has an address.

    Colab opens a notebook alone, without the files beside it.
    """
    if not re.match("https?://", repository):
        return f"../../{GLOSSARY}"
    return f"{repository.removesuffix('/').removesuffix('.git')}/blob/main/{GLOSSARY}"


def points_table(cells: Sequence[SourceCell], find: Find) -> str:
    """A markdown table: what is graded, for how many points, in which section; empty if nothing."""
    section, total = "", 0.0
    lines = []
    for cell in cells:
        for heading in re.findall(r"^## (.+)$", cell.text, re.M) if cell.is_markdown else []:
            section = heading.strip()
        words = {"choice": " (multiple choice)", "manual": " (graded by a person)"}.get(
            cell.kind, ""
        )
        if cell.kind == "check":
            what, points = f"`{cell.name}`", find(cell.name).points
        elif words:
            what = cell.name.replace("_", " ") + words
            points = cell.options["points"]
        else:
            continue
        total += points
        lines.append(f"| {what} | {points:g} | {section} |")
    if not lines:
        return ""
    head = ["| graded | points | section |", "|---|---|---|"]
    return "\n".join([*head, *lines, f"| **total** | **{total:g}** | |"])
