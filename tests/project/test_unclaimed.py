"""Every number that a notebook's text states of a result is held by a claim."""

import pytest

from grader.authoring.assignments import assignments
from grader.authoring.unclaimed import unclaimed
from tests.project import ROOT


@pytest.mark.parametrize("name", assignments(ROOT))
def test_no_notebook_states_a_number_without_a_claim(name: str) -> None:
    assert unclaimed(name, ROOT) == []
