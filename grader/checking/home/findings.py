"""The findings of a clean run of a notebook, as lines for the student."""

import ast
import json
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from grader.checking.contract.registry import find, names, problem_set
from grader.checking.home.check import is_option
from grader.checking.home.clean_run import source_of
from grader.checking.judging.render import number
from grader.checking.language import _

UNANSWERED = "*Write your answer here.*"
FIRST_WORDS = 60
CodeCells = list[tuple[int, dict[str, Any], str]]  # as code_cells() gives them


@dataclass
class CleanRun:
    """What the run recorded for each cell and each choice, and how it ended."""

    scores: dict[int, float | None] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    errors: dict[int, dict[str, Any]] = field(default_factory=dict)
    last: int = 0
    ending: str = ""  # why it did not reach the end


def read_report(lines: list[str], ending: str) -> CleanRun:
    """The lines that the run wrote before it ended."""
    run = CleanRun(ending=ending)
    for line in lines:
        try:
            entry = json.loads(line)
        except ValueError:  # the process was stopped while it wrote
            continue
        if "begun" in entry:
            run.last = entry["begun"]
        else:
            run.scores[entry["cell"]] = entry["score"]
            if "question" in entry:
                run.answers[entry["question"]] = entry["answer"]
            if entry["error"]:
                run.errors[entry["cell"]] = entry["error"]
    return run


def findings(notebook: dict[str, Any], cells: CodeCells, run: CleanRun) -> Iterator[str]:
    """Checks, errors and open questions, a line each."""
    yield from _checks(notebook, cells, run)
    yield from _errors(notebook, run)
    yield from _questions(notebook, run)


def check_of_cell(source: str) -> tuple[str, bool]:
    """The exercise that a cell's last line checks ("" if none), and whether it is as it was given.

    Comments and blanks do not count.
    """
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return "", False
    match body[-1:]:
        case [ast.Expr(ast.Call(ast.Name("check"), [ast.Constant(str(name)), *_], []))]:
            pass
        case _:
            return "", False
    try:
        given = f'check("{name}", {", ".join(find(name).takes)})'
    except LookupError:
        return "", False
    return name, ast.dump(ast.parse(source)) == ast.dump(ast.parse(given))


def _checks(notebook: dict[str, Any], cells: CodeCells, run: CleanRun) -> Iterator[str]:
    at: dict[str, list[int]] = {}  # by exercise the cells that check it; a given one is the last
    sound: set[str] = set()
    named: dict[str, int] = {}
    for cell_number, cell, source in cells:
        name, as_given = check_of_cell(source)
        grade_id = str(cell.get("metadata", {}).get("nbgrader", {}).get("grade_id", ""))
        if grade_id.startswith("check_"):
            named[grade_id.removeprefix("check_")] = cell_number
        if not name:
            continue
        places = at.setdefault(name, [])
        places.insert(len(places) if as_given else 0, cell_number)
        if as_given:
            sound.add(name)
    sets = {problem_set(name) for name in at}
    wanted = [name for one in sorted(sets) for name in names(one)]
    wanted.sort(key=lambda name: at.get(name, [len(cells) + 10**6])[-1])
    if not wanted:
        yield _("The notebook has no check cell. Is it a notebook of the course?")
    changed = _(
        "   ! its check cell was changed: {place}; restore it from a fresh copy of the notebook"
    )
    total = of = 0.0
    for name in wanted:
        points = find(name).points
        places = at.get(name, [])
        score = min(points, max([run.scores.get(n) or 0.0 for n in places[-1:]], default=0.0))
        total, of = total + score, of + points
        mark = "✓" if score == points else "✗"
        line = f"  {mark} {name:24} " + _("{score} of {points}").format(
            score=number(score), points=number(points)
        )
        if not places and name in named:
            line += changed.format(place=place_of(notebook, named[name]))
        elif not places:
            line += _("   ! its check cell is missing; copy it from a fresh copy of the notebook")
        elif name not in sound:
            line += changed.format(place=place_of(notebook, places[-1]))
        yield line
    if wanted:
        yield _("  {total} of {of} points from the checks").format(
            total=number(total), of=number(of)
        )


def _errors(notebook: dict[str, Any], run: CleanRun) -> Iterator[str]:
    for cell, error in run.errors.items():
        kind, words = error["kind"], error["words"].partition("\n")[0]
        text = _("  ! {place} raises {kind}: {words}")
        line = text.format(place=place_of(notebook, cell), kind=kind, words=words)
        yield line + (_(" (line {line})").format(line=error["line"]) if error["line"] else "")
        if kind == "NameError":
            yield _("      Is that name defined in a cell below, or in one that you deleted?")
    if run.ending:
        at = _(" at {place}").format(place=place_of(notebook, run.last)) if run.last else ""
        yield _("  ! The run stopped{at}: {why}").format(at=at, why=run.ending)
    elif not run.errors:
        yield _("  Every cell runs without an error.")


def _questions(notebook: dict[str, Any], run: CleanRun) -> Iterator[str]:
    """Choices without a letter, and written answers that are still the placeholder."""
    for question, answer in run.answers.items():
        if not answer:
            yield _("  ! The question {name} is not answered yet.").format(name=question)
        elif not is_option(answer):
            text = _("  ! The question {name} is answered with “{answer}”, which is not an option.")
            yield text.format(name=question, answer=answer)
    for before, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] == "markdown" and source_of(cell).strip() == UNANSWERED:
            asked = max(before, 1)  # the question is in the cell above, counted from 1
            text = _("  ! Not answered yet: the question in {place}")
            yield text.format(place=place_of(notebook, asked))


def place_of(notebook: dict[str, Any], number: int) -> str:
    """A cell by its section and its first words, because pages show no cell numbers."""
    section = ""
    for cell in notebook["cells"][:number]:
        if cell["cell_type"] == "markdown":
            section = [section, *re.findall(r"^##? +(.+)$", source_of(cell), re.M)][-1].strip()
    cell = notebook["cells"][number - 1]
    lines = [line.strip() for line in source_of(cell).splitlines() if line.strip()]
    if cell["cell_type"] == "markdown":
        lines = [line for line in lines if not line.startswith("#")]
    begins = lines[0] if lines else ""
    shown = textwrap.shorten(begins, FIRST_WORDS, placeholder=" …")
    place = _("the cell that begins with “{words}”").format(words=shown)
    return _("“{section}”, {place}").format(section=section, place=place) if section else place
