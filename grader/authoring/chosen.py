"""The choice of exercises: ``exercises = […]`` in ``[problem_sets.ps06]`` of ``course.toml``.

The others stay in the notebook as practice. Their cells, hints and reports are the same, and they
are worth 0 points. So the gradebook has the same cells with every choice, and an exercise can be
left out, or counted again, after students have handed in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches

from grader.authoring.source import SourceCell
from grader.checking.contract.registry import find
from grader.problems import AuthoringError
from grader.settings import FILE

GRADED = ("check", "choice", "manual")  # kinds of cells that have points


def with_chosen(
    cells: Sequence[SourceCell], names: Sequence[str], assignment: str
) -> list[SourceCell]:
    """The cells, in which only the checks of the exercises ``names`` have points; all without any.

    Raises
    ------
    AuthoringError
        The notebook has no check of that name.
    """
    there = [cell.name for cell in cells if cell.kind == "check"]
    if unknown := [name for name in names if name not in there]:
        raise AuthoringError([_no_check(name, there, assignment) for name in unknown])
    return [
        _practice(cell) if names and cell.kind == "check" and cell.name not in names else cell
        for cell in cells
    ]


def with_points(
    cells: Sequence[SourceCell], points: Mapping[str, float], assignment: str
) -> list[SourceCell]:
    """The cells with the points that the class gives for exercises and questions.

    Raises
    ------
    AuthoringError
        The notebook has no exercise or question of that name, or it does not count.
    """
    there = {cell.name: cell for cell in cells if cell.kind in GRADED}
    problems = [
        _no_check(name, [*there], assignment, "points") for name in points if name not in there
    ]
    problems += [
        f"{FILE}: points of [problem_sets.{assignment}] names {name!r}, which its list exercises "
        "leaves out; add it there, or take its points away"
        for name in points
        if name in there and there[name].options.get("points") == 0
    ]
    if problems:
        raise AuthoringError(problems)
    return [
        _worth(cell, points[cell.name]) if cell.kind in GRADED and cell.name in points else cell
        for cell in cells
    ]


def _worth(cell: SourceCell, points: float) -> SourceCell:
    options = {**cell.options, "points": points}
    if cell.kind != "check":
        return replace(cell, options=options)
    call = cell.text.rstrip().removesuffix(")").rstrip().removesuffix(",")
    return replace(cell, text=f"{call}, points={points:g})", options=options)


def about_choice(names: Sequence[str]) -> Iterator[str]:
    """What an instructor has to know of a choice: what counts, and what is needed all the same."""
    total = sum(find(name).points for name in names)
    yield f"exercises with points: {', '.join(names)} ({total:g} together, besides the questions)"
    needed: dict[str, list[str]] = {}
    for name in names:
        for lower in find(name).foundations:
            if lower not in names:
                needed.setdefault(lower, []).append(name)
    for lower, uses in needed.items():
        yield f"{lower} has no points, but students have to write it for {', '.join(uses)}"


def _practice(check: SourceCell) -> SourceCell:
    call = check.text.rstrip().removesuffix(")").rstrip().removesuffix(",")
    return replace(check, text=f"{call}, points=0)", options={**check.options, "points": 0})


def _no_check(name: str, there: Sequence[str], assignment: str, entry: str = "exercises") -> str:
    near = get_close_matches(name, there, n=1, cutoff=0.5)
    meant = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(there) or 'none'}"
    return (
        f"{FILE}: {entry} of [problem_sets.{assignment}] names {name!r}, which the notebook does "
        f"not check; {meant}"
    )
