"""Every notebook keeps the budget of one evening."""

import pytest

from grader.authoring.budget import budget
from grader.authoring.build import assignments
from tests.project import ROOT


@pytest.mark.parametrize("assignment", assignments(ROOT))
def test_it_keeps_the_budget(assignment: str) -> None:
    assert not [str(row) for row in budget(assignment, ROOT) if not row.kept]
