"""The class's folder, which only its owner can read."""

from __future__ import annotations

from pathlib import Path

from grader.problems import Problem


def make_private(classroom: Path) -> None:
    """The class's folder, readable by its owner only, also if it was there before."""
    try:
        classroom.mkdir(mode=0o700, parents=True, exist_ok=True)
        if classroom.stat().st_mode & 0o077:
            classroom.chmod(0o700)
    except OSError as error:
        raise Problem(
            f"{classroom} can be read by others and that cannot be changed ({error.strerror}); "
            "make it yours, then: chmod 700"
        ) from None
