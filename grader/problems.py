"""What ends a command, said so that somebody can put it right."""

from __future__ import annotations


class Problem(Exception):
    """Something that the person at the keyboard can put right; the text is one line."""


class Stopped(Problem):
    """Somebody pressed Ctrl-C; the text says how to go on."""


class AuthoringError(Exception):
    """One or more things to repair before a notebook can be built.

    Attributes
    ----------
    problems : every problem found, one line each; ``str`` of the error lists them all
    """

    def __init__(self, problems: list[str] | str) -> None:
        self.problems = [problems] if isinstance(problems, str) else list(problems)
        super().__init__("\n".join(self.problems))
