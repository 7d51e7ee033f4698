"""What is aimed at the grading side itself earns what its functions do, within the limits."""

from collections.abc import Iterator

import pytest

from grader.grading.sanitize import safe_markdown
from grader.grading.time_limit import time_limit
from tests.hostile.by_request import Grader, grader_in, honest_is_graded
from tests.hostile.grading_side import SHOWN as KINDS
from tests.hostile.kinds import Kind

pytestmark = pytest.mark.sandbox


@pytest.fixture(scope="module")
def grader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grader]:
    with grader_in(tmp_path_factory.mktemp("course")) as made:
        yield made


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_kind_earns_what_it_must_and_can_be_shown(kind: Kind, grader: Grader) -> None:
    notebook = grader.require(kind)
    texts = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    with time_limit(60):  # formgrader shows the notebook without a process of its own
        for text in texts:
            safe_markdown({}, text)


def test_the_next_submission_is_graded_right(grader: Grader) -> None:
    """After all of them."""
    assert honest_is_graded(grader)
