"""What is aimed at the grading side itself earns what its functions do, within the limits."""

from collections.abc import Iterator

import pytest

from tests.hostile.by_request import Grader, honest_is_graded
from tests.hostile.grading_side import CELLS, FILES, SHOWN, TEXTS
from tests.hostile.kinds import Kind

KINDS = {"cells": CELLS, "files": FILES, "shown": SHOWN, "texts": TEXTS}


def shared_out() -> list[object]:
    return [
        pytest.param(
            kind,
            id=f"{group}-{kind.name}",
            marks=[pytest.mark.sandbox, pytest.mark.xdist_group(f"grading side {group}")],
        )
        for group, kinds in KINDS.items()
        for kind in kinds
    ]


@pytest.fixture(scope="module")
def patient(grader: Grader) -> Iterator[Grader]:
    """The grader of every kind; after all of them the next submission is graded right."""
    yield grader
    assert honest_is_graded(grader)


@pytest.mark.parametrize("kind", shared_out())
def test_a_kind_earns_what_it_must_and_can_be_shown(kind: Kind, patient: Grader) -> None:
    patient.require_and_show(kind)
