"""What is wrong with a source, said so that its author can repair it."""

from __future__ import annotations


class AuthoringError(Exception):
    """One or more things to repair before a notebook can be built.

    Attributes
    ----------
    problems : every problem found, one line each; ``str`` of the error lists them all
    """

    def __init__(self, problems: list[str] | str) -> None:
        self.problems = [problems] if isinstance(problems, str) else list(problems)
        super().__init__("\n".join(self.problems))
