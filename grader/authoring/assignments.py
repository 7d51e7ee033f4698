"""Which problem sets a course or a class teaches, without reading any of their notebooks."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

from grader.authoring.settings_at import settings_at
from grader.problems import AuthoringError, Problem
from grader.settings import CHANGES, Settings


def assignments(root: Path) -> list[str]:
    """Names of the problem sets that are taught, in their order.

    Raises
    ------
    AuthoringError
        ``course.toml`` names one that has no source, in the course or in the own folder.
    """
    settings = settings_at(root)
    there = {path.parent.name for one in settings.all_solutions for path in one.glob("*/*.py")}
    chosen = settings.course.notebooks
    if missing := [name for name in chosen if name not in there]:
        near = get_close_matches(missing[0], there, n=3) or sorted(there)
        raise AuthoringError(
            f"course.toml: course.notebooks names {missing[0]!r}, which has no source in "
            f"{named_solutions(settings)}; there are {', '.join(near)}"
        )
    if settings.own is not None:
        for file in settings.own.glob(f"{CHANGES}/*.toml"):
            if file.stem not in there:
                raise AuthoringError(
                    f"{settings.near(file)}: no notebook is called {file.stem!r}; name the file "
                    f"as the notebook that it changes, one of {', '.join(sorted(there))}"
                )
    return list(chosen) or sorted(there)


def named_solutions(settings: Settings) -> str:
    """The folders with sources, as messages name them: ``own/solutions/ and solutions/``."""
    return " and ".join(f"{settings.near(folder)}/" for folder in settings.all_solutions)


def require_known(settings: Settings, assignment: str) -> None:
    """Raise Problem unless there is a source for ``assignment``."""
    known = assignments(settings.root)
    if assignment not in known:
        raise Problem(f"no assignment {assignment!r}; there are: {', '.join(known) or 'none'}")
