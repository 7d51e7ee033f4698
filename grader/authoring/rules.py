"""What must hold in a source before it becomes a notebook: every rule is one function."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cache

from grader.authoring.marks import BEGIN, END, cleared, in_turn, marks
from grader.authoring.source import REASONS, UNCLAIMED, SourceCell, explanations
from grader.checking.contract.exercise import Exercise
from grader.checking.contract.registry import find
from grader.checking.home.check import OPTIONS, is_option
from grader.checking.judging.judge import make_cases
from grader.problems import AuthoringError


def require(cells: Sequence[SourceCell]) -> None:
    """Raise one AuthoringError that lists all that is wrong with ``cells``."""
    problems = [
        f"{cell.where}: {problem}"
        for rule in (
            _plain_python,
            _claims,
            _unclaimed,
            _regions,
            _solutions,
            _unique,
            _checks,
            _choices,
            _points,
        )
        for cell, problem in rule(cells)
    ]
    if problems:
        raise AuthoringError(problems)


Problems = Iterator[tuple[SourceCell, str]]


def _plain_python(cells: Sequence[SourceCell]) -> Problems:
    for cell in cells:
        if not cell.is_markdown:
            try:
                compile(cell.text, cell.where, "exec", dont_inherit=True)
            except SyntaxError as error:
                yield (
                    cell,
                    f"not plain Python ({error.msg}, line {error.lineno} of the cell); magics, "
                    "shell lines and top-level await do not run everywhere",
                )


def _claims(cells: Sequence[SourceCell]) -> Problems:
    for cell in cells:
        lines = cell.text.strip().splitlines()
        if cell.kind == "claims" and lines and lines[-1].startswith("#"):
            yield (
                cell,
                "ends with a comment, and no notebook shows a claims cell; if that is text, write "
                "# %% [markdown] above it",
            )


def _unclaimed(cells: Sequence[SourceCell]) -> Problems:
    for cell in cells:
        for reason in UNCLAIMED.findall(cell.text):
            if cell.kind != "text" or reason not in REASONS:
                yield (
                    cell,
                    f"<!-- no claim: {reason} -->: stands behind a sentence of a text cell and "
                    f"gives one of the reasons {', '.join(REASONS)}",
                )


def _regions(cells: Sequence[SourceCell]) -> Problems:
    for cell in cells:
        found = marks(cell.text)
        answered = cell.kind in ("solution", "manual")
        if found and not answered:
            yield (
                cell,
                'a solution in a cell that is not marked; write # %% solution="<its name>" above',
            )
        elif answered and not in_turn(found):
            yield (
                cell,
                f"{cell.kind}={cell.name!r} needs '### {BEGIN}' and '### {END}' in turn around the "
                f"answer; found {', '.join(found) or 'neither'}",
            )
        if "BEGIN HIDDEN TESTS" in cell.text:
            yield cell, 'hidden tests are made from # %% choice="..." key="b"; write none by hand'


def _solutions(cells: Sequence[SourceCell]) -> Problems:
    for cell in cells:
        if cell.kind != "solution" or (names := _defined(cell.text)) is None:
            continue
        if cell.name not in names:
            yield (
                cell,
                f"marked solution={cell.name!r} but it defines {', '.join(names) or 'nothing'}",
            )
        if not in_turn(marks(cell.text)):
            continue
        left = cleared(cell.text)
        function = re.search(rf"^(def|class) {cell.name}\b", cell.text, re.MULTILINE)
        if cell.name not in (_defined(left) or ()) or (
            function and "NotImplementedError" not in left
        ):
            yield (
                cell,
                f"without its solution the cell does not define {cell.name} any more; indent the "
                f"'### {BEGIN}' and '### {END}' lines as far as the answer, and leave the "
                "signature, or a first value, above them",
            )


def _unique(cells: Sequence[SourceCell]) -> Problems:
    first: dict[tuple[str, str], SourceCell] = {}
    for cell in cells:
        if not cell.name:
            continue
        earlier = first.setdefault((cell.kind, cell.name), cell)
        if earlier is not cell:
            yield cell, f"{cell.kind}={cell.name!r} is there already in {earlier.where}; rename one"


def _checks(cells: Sequence[SourceCell]) -> Problems:
    solved: set[str] = set()
    for cell in cells:
        if cell.kind in ("solution", "code"):  # a class may give a function
            solved.update(_defined(cell.text) or ())
        if cell.kind != "check":
            continue
        try:
            exercise = find(cell.name)
        except LookupError as error:
            yield cell, f"check={cell.name!r}: {error.args[0] if error.args else error}"
            continue
        given = cell.options.get("points")
        points = "" if given is None else f", points={given:g}"
        wanted = f'check("{cell.name}", {", ".join(exercise.takes)}{points})'
        if not _same_code(cell.text, wanted):
            yield cell, f"expected exactly {wanted}, found {cell.text.strip()!r}"
        if missing := [name for name in exercise.takes if name not in solved]:
            yield (
                cell,
                f"checks {', '.join(missing)}, which no cell above defines; "
                "put the check under the solution",
            )
        if problem := _cases_problem(exercise):
            yield cell, problem


@cache  # a notebook is read more than once on its way
def _cases_problem(exercise: Exercise) -> str:
    """What is wrong with the cases of an exercise: a student would meet it in a check."""
    try:
        cases = make_cases(exercise, seed=0)
    except Exception as error:  # the cases are the author's code: it may raise anything
        return f"{exercise.name}: cases() raises {type(error).__name__}: {error}"
    names = [case["about"] for case in cases]
    if not cases or len(set(names)) < len(names):
        return f"{exercise.name}: expected cases with different names, found {names}"
    try:
        exercise.require_cases(cases)
    except ValueError as error:
        return str(error)
    return ""


def _choices(cells: Sequence[SourceCell]) -> Problems:
    solved: set[str] = set()
    options: list[str] = []
    for cell in cells:
        if cell.is_markdown:
            options = re.findall(r"^- ([a-z]): ", cell.text, re.M)
        if cell.kind == "solution":
            solved.update(_defined(cell.text) or ())
        if cell.kind != "choice":
            continue
        answer = f"answer_{cell.name}"
        key = cell.options["key"]
        if not (isinstance(key, str) and is_option(key)):
            yield cell, f'key={key!r}: expected one letter from a to d as a string, key="b"'
        elif options != list(OPTIONS[: len(options)]) or key not in options:
            yield (
                cell,
                f'key="{key}": the text above lists {", ".join(options) or "no options"}; expected '
                "a line “- a: …” for each option, from a on, the key among them",
            )
        wanted = f'check_choice("{cell.name}", {answer})'
        if not _same_code(cell.text, wanted):
            yield cell, f"expected exactly {wanted}, found {cell.text.strip()!r}"
        explained = sorted(explanations(cell.text))
        if explained != options:
            yield (
                cell,
                f"explains {', '.join(explained) or 'no options'}; expected below the call a "
                f"comment “# a: …” for each option ({', '.join(options)}), shown after grading",
            )
        if answer not in solved:
            yield cell, f'needs a cell # %% solution="{answer}" above it'


def _points(cells: Sequence[SourceCell]) -> Problems:
    for cell in cells:
        points = cell.options.get("points", 1) if cell.kind != "check" else 1
        if isinstance(points, bool) or not isinstance(points, int | float) or not points > 0:
            yield cell, f"points={points!r}: expected a number above 0"


def points_of(cell: SourceCell) -> float:
    """What a check, a choice or an answer in words is worth."""
    if cell.kind == "check" and "points" not in cell.options:
        return find(cell.name).points
    return float(cell.options["points"])


def _defined(source: str) -> list[str] | None:
    """Names that a cell's top level binds by def, class or assignment; None if it is not Python."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return None
    names: list[str] = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.append(node.name)
        targets = node.targets if isinstance(node, ast.Assign) else []
        names += [t.id for t in targets if isinstance(t, ast.Name)]
    return list(dict.fromkeys(names))


def _same_code(found: str, wanted: str) -> bool:
    try:
        return ast.dump(ast.parse(found)) == ast.dump(ast.parse(wanted))
    except SyntaxError:
        return False
