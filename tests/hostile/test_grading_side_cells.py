"""What is aimed at the grading side itself earns what its functions do, within the limits."""

import pytest

from tests.hostile.by_request import Grader, honest_is_graded
from tests.hostile.grading_side import CELLS as KINDS
from tests.hostile.kinds import Kind

pytestmark = pytest.mark.sandbox


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_kind_earns_what_it_must_and_can_be_shown(kind: Kind, grader: Grader) -> None:
    grader.require_and_show(kind)


def test_the_next_submission_is_graded_right(grader: Grader) -> None:
    """After all of them."""
    assert honest_is_graded(grader)
