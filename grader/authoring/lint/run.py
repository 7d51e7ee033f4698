"""What must hold in every notebook of the course, beyond what it needs to be built."""

from __future__ import annotations

from pathlib import Path

from grader.authoring.lint import code, figures, layout, own_exercises, predictions, release, text
from grader.authoring.lint.draft import Draft, Rule, draft_of

RULES: tuple[Rule, ...] = (
    *layout.RULES,
    *text.RULES,
    *figures.RULES,
    *code.RULES,
    *own_exercises.RULES,
    *predictions.RULES,
    *release.RULES,
)


def lint(assignment: str, root: Path) -> list[str]:
    """What is to repair in ``assignment``, a line each with the place; empty if nothing.

    Raises
    ------
    AuthoringError
        It cannot even be built.
    """
    return lint_draft(draft_of(assignment, root))


def lint_draft(draft: Draft) -> list[str]:
    """The same for a notebook that is in memory."""
    return [
        f"{cell.where}: {problem}" if cell is not None else f"{draft.assignment}: {problem}"
        for rule in RULES
        for cell, problem in rule(draft)
    ]
