"""What a clean run of a notebook found, as a report: first what to do before handing in."""

import ast
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from grader.checking.contract.registry import counts_here, find, is_exercise, names, problem_set
from grader.checking.home.check import is_option
from grader.checking.home.notebook_file import (
    UNANSWERED,
    CodeCells,
    place_of,
    question_of,
    source_of,
    titles_in,
)
from grader.checking.report.blocks import (
    HOLDS,
    URGENT,
    WRONG,
    Block,
    Fold,
    Item,
    Items,
    Report,
    Row,
    Table,
    Text,
    number,
)
from grader.checking.report.blocks import points as badge
from grader.checking.report.of_choice import in_words


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


class Check(NamedTuple):
    """What a check earned in the run, and what is wrong with its cell."""

    name: str
    score: float
    points: float
    missing: bool = False
    changed: str = ""  # where the cell stands that was changed


def report_on_run(
    notebook: dict[str, Any], cells: CodeCells, run: CleanRun, saved: Block
) -> Report:
    """What to do before handing in, and what each check earns.

    Parameters
    ----------
    saved : what is said of the file
    """
    checks = _checks(notebook, cells, run)
    to_do = [
        *_errors(notebook, run),
        *_cells_of_checks(checks),
        *_questions(notebook, run),
        *_points_left(checks),
    ]
    got, of = sum(one.score for one in checks), sum(one.points for one in checks)
    blocks: list[Block] = [Items(tuple(Item(URGENT, words) for words in to_do))] if to_do else []
    blocks.append(saved)
    if not run.errors and not run.ending:
        blocks.append(Text("Every cell runs without an error."))
    if checks:
        table = _table(checks)
        blocks.append(Fold("All checks", (table,), in_text=(table,)))
    blocks.append(Text("Nothing was sent anywhere: you still have to hand in the notebook."))
    says = "ready to hand in"
    if to_do:
        says = f"{len(to_do)} things to look at before you hand in"
        says = "one thing to look at before you hand in" if len(to_do) == 1 else says
    # Questions have points, too, which the last cell of the notebook adds up.
    earned = f"checks: {badge(got, of)}"
    return Report("wrong" if to_do else "good", "", earned, _upper(says), tuple(blocks))


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def check_of_cell(source: str) -> tuple[str, bool]:
    """The exercise that a cell's last line checks ("" if none), and whether it is as it was given.

    Comments and blanks do not count, and the points neither: the list of what is graded has them.
    """
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return "", False
    match body[-1:]:
        case [ast.Expr(ast.Call(ast.Name("check"), [ast.Constant(str(name)), *_], more))]:
            pass
        case _:
            return "", False
    try:
        points = "".join(f", {ast.unparse(one)}" for one in more if is_points(one))
        given = f'check("{name}", {", ".join(find(name).takes)}{points})'
    except LookupError:
        return "", False
    return name, ast.dump(ast.parse(source)) == ast.dump(ast.parse(given))


def is_points(argument: ast.keyword) -> bool:
    """Whether it is the ``points=5`` of a class that gives an exercise other points, or none."""
    match argument:
        case ast.keyword("points", ast.Constant(int() | float())):
            return True
    return False


def _checks(notebook: dict[str, Any], cells: CodeCells, run: CleanRun) -> list[Check]:
    """All checks that the notebook has points for, in its order.

    Its last cell lists them. Where that is gone, they are those of the problem sets that it has
    checks of.
    """
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
    worth = _listed(cells) or {
        name: find(name).points
        for one in sorted({problem_set(name) for name in at})
        for name in names(one)
    }
    wanted = [name for name in worth if counts_here(name)]
    wanted.sort(key=lambda name: at.get(name, [len(cells) + 10**6])[-1])
    checks = []
    for name in wanted:
        points = worth[name]
        places = at.get(name, [])
        score = min(points, max([run.scores.get(n) or 0.0 for n in places[-1:]], default=0.0))
        changed = named.get(name, 0) if not places else 0 if name in sound else places[-1]
        where = place_of(notebook, changed) if changed else ""
        checks.append(Check(name, score, points, not places and not changed, where))
    return checks


def _listed(cells: CodeCells) -> dict[str, float]:
    """Points by check in the list of what is graded, ``GRADED = [("3 …", "relu", "check", 2)]``."""
    found: dict[str, float] = {}
    for _number, _cell, source in cells:
        try:
            body = ast.parse(source).body
        except (SyntaxError, ValueError):
            continue
        for node in body:
            match node:
                case ast.Assign([ast.Name("GRADED")], ast.List(rows)):
                    found |= dict(filter(None, map(_check_in, rows)))
    return found


def _check_in(row: ast.expr) -> tuple[str, float] | None:
    match row:
        case ast.Tuple(
            [
                _,
                ast.Constant(str(name)),
                ast.Constant("check"),
                ast.Constant(int() | float() as points),
            ]
        ):
            return (name, float(points)) if is_exercise(name) else None
    return None


def _table(checks: list[Check]) -> Table:
    rows = []
    for one in checks:
        mark = HOLDS if one.score == one.points else WRONG
        points = f"{number(one.score)} of {number(one.points)}"
        about = "its check cell is missing" if one.missing else ""
        if one.changed:
            about = f"its check cell was changed: {one.changed}"
        rows.append(Row((f"{mark} `{one.name}`", points, about)))
    return Table(("check", "points", "remark"), tuple(rows), numbers=False)


def _cells_of_checks(checks: list[Check]) -> Iterator[str]:
    """What to do about check cells that are missing or changed."""
    if not checks:
        yield "The notebook has no check cell. Is it a notebook of the course?"
    if missing := ", ".join(f"`{one.name}`" for one in checks if one.missing):
        yield f"Check cells are missing: {missing}. Copy them from a fresh copy of the notebook."
    for one in checks:
        if one.changed:
            yield (
                f"The check cell of `{one.name}` was changed: {one.changed}. Restore it from a "
                "fresh copy of the notebook."
            )


def _points_left(checks: list[Check]) -> Iterator[str]:
    left = [one for one in checks if one.score < one.points and not (one.missing or one.changed)]
    if left:
        listed = ", ".join(
            f"`{one.name}` ({number(one.score)} of {number(one.points)})" for one in left
        )
        yield f"Some checks do not earn all points: {listed}."


def _errors(notebook: dict[str, Any], run: CleanRun) -> Iterator[str]:
    for cell, error in run.errors.items():
        kind, words = error["kind"], error["words"].partition("\n")[0]
        text = "{place} raises {kind}: {words}"
        line = _upper(text.format(place=place_of(notebook, cell), kind=kind, words=words))
        line += f" (line {error['line']})" if error["line"] else ""
        if kind == "NameError":
            asked = "Is that name defined in a cell below, or in one that you deleted?"
            line += f". {asked}"
        yield line
    if run.ending:
        at = f" at {place_of(notebook, run.last)}" if run.last else ""
        yield f"The run stopped{at}: {run.ending}"


def _questions(notebook: dict[str, Any], run: CleanRun) -> Iterator[str]:
    """Choices without a letter, and written answers that are still the placeholder."""
    called = titles_in(notebook)
    for question, answer in run.answers.items():
        name = called.get(question) or in_words(question)
        if not answer:
            yield f"The question “{name}” is not answered yet."
        elif not is_option(answer):
            text = "The question “{name}” is answered with “{answer}”, which is not an option."
            yield text.format(name=name, answer=answer)
    for before, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] != "markdown" or source_of(cell).strip() != UNANSWERED:
            continue
        if title := called.get(question_of(cell)):
            yield f"The question “{title}” is not answered yet."
        else:
            asked = max(before, 1)  # the question is in the cell above, counted from 1
            text = "Not answered yet: the question in {place}"
            yield text.format(place=place_of(notebook, asked))
