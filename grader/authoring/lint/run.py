"""What must hold in every notebook, beyond what it needs to be built."""

from __future__ import annotations

from pathlib import Path

from grader.authoring.lint import code, figures, layout, own_exercises, predictions, release, text
from grader.authoring.lint.draft import Draft, Rule, draft_of
from grader.authoring.settings_at import settings_at

RULES: tuple[Rule, ...] = (
    *layout.RULES,
    *text.RULES,
    *figures.RULES,
    *code.RULES,
    *own_exercises.RULES,
    *predictions.RULES,
    *release.RULES,
)
# What protects marks: all that is asked of a notebook that a class has written itself.
OF_MARKS: tuple[Rule, ...] = (
    text.finished,
    *code.RULES,
    *own_exercises.RULES,
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
    rules = OF_MARKS if settings_at(draft.root).is_own(draft.assignment) else RULES
    return [
        f"{cell.where}: {problem}" if cell is not None else f"{draft.assignment}: {problem}"
        for rule in rules
        for cell, problem in rule(draft)
    ]
