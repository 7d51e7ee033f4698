"""What is aimed at the grading side itself earns what its functions do, within the limits."""

from collections.abc import Iterator

import pytest

from tests.hostile.by_request import Grader, honest_is_graded
from tests.hostile.grading_side import CELLS, FILES, SHOWN, TEXTS
from tests.hostile.kinds import Kind, tried

KINDS = {"cells": CELLS, "files": FILES, "shown": SHOWN, "texts": TEXTS}


@pytest.fixture(scope="module")
def patient(grader: Grader) -> Iterator[Grader]:
    """The grader of every kind; after all of them the next submission is graded right."""
    yield grader
    assert honest_is_graded(grader)


@pytest.mark.parametrize(
    "kind",
    [tried(kind, of) for of, kinds in KINDS.items() for kind in kinds],
)
def test_a_kind_earns_what_it_must_and_can_be_shown(kind: Kind, patient: Grader) -> None:
    patient.require_and_show(kind)
