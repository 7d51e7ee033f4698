"""Every notebook of the third edition keeps the budget of one evening."""

import pytest

from grader.authoring.budget import budget
from grader.authoring.build import assignments
from tests.project import ROOT

# Still in the second edition, which had no budget. The list only gets shorter.
SECOND: set[str] = set()


@pytest.mark.parametrize("assignment", assignments(ROOT))
def test_it_keeps_the_budget(assignment: str) -> None:
    broken = [str(row) for row in budget(assignment, ROOT) if not row.kept]
    assert (assignment in SECOND) == bool(broken), broken
