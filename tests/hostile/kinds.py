"""A kind of submission: how it is made for any notebook, and what must come of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.hostile.course import Course


def tried(kind: "Kind", of: str) -> Any:
    """The kind as a parameter of a test; one process tries all kinds of ``of``."""
    return pytest.param(kind, id=f"{of}-{kind.name}", marks=pytest.mark.sandbox)


EARNS = ("nothing", "half", "everything", "refused")


@dataclass(frozen=True)
class Kind:
    """One way to hand something in.

    Attributes
    ----------
    make : course -> the bytes of the submitted file
    earns : the honest submission whose score it must get: "nothing" is the release as it was
        given, "everything" the solution, "half" every other answer; "refused" is a reason, and 0
    says : what must be in the repairs or in the reason
    """

    name: str
    group: str
    make: Callable[[Course], bytes]
    earns: str
    says: str = ""
