"""Every kind of submission gets the score of its honest functions, and reaches nothing."""

import os
import secrets
import time
from collections.abc import Iterator

import pytest

from grader.grading.memory_limit import family
from grader.grading.sandbox import Sandbox
from grader.grading.worker_process import Workers
from tests.hostile.course import (
    LIMITS,
    Canaries,
    Course,
    Graded,
    canaries,
    of_this_course,
    to_bytes,
)
from tests.hostile.every_kind import KINDS
from tests.hostile.kinds import EARNS, Kind
from tests.sizes import HOSTILE

pytestmark = pytest.mark.sandbox


@pytest.fixture(scope="module", params=HOSTILE)
def course(request: pytest.FixtureRequest) -> Course:
    return of_this_course(request.param)


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    made = Workers(Sandbox(LIMITS))
    yield made
    made.close()


@pytest.fixture(scope="module")
def honest(course: Course, workers: Workers) -> dict[str, float]:
    """What the three honest submissions earn."""
    notebooks = {
        "nothing": course.untouched(),
        "half": course.half(),
        "everything": course.perfect(),
    }
    earned = {name: course.grade(to_bytes(n), workers).score for name, n in notebooks.items()}
    assert earned["nothing"] == 0 < earned["half"] < earned["everything"] == course.points
    return earned | {"refused": 0.0}


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Canaries]:
    with canaries(tmp_path_factory.mktemp("class"), secrets.token_hex(8)) as made:
        yield made


def test_there_are_enough_kinds_with_names_of_their_own() -> None:
    assert len(KINDS) == len({kind.name for kind in KINDS}) >= 100
    assert all(kind.earns in EARNS for kind in KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.group}-{kind.name}")
def test_a_kind_earns_what_it_must_and_reaches_nothing(
    kind: Kind,
    course: Course,
    workers: Workers,
    honest: dict[str, float],
    planted: Canaries,
) -> None:
    submission = planted.fill_in(kind.make(course).decode("latin-1")).encode("latin-1")
    graded = course.grade(submission, workers)
    told = " ".join([*graded.repairs, graded.refused])
    assert graded.score == honest[kind.earns], [j for j in graded.judged if j.score != j.points]
    assert bool(graded.refused) == (kind.earns == "refused")
    assert kind.says in told
    assert planted.touched() == []
    assert f"content {planted.word}" not in graded.shown
    assert_bounded(graded)
    assert_no_processes_left(planted)


def assert_bounded(graded: Graded) -> None:
    assert len(graded.shown) < 5_000_000
    graded.shown.encode("utf-8")  # nothing in it that no file can hold


def assert_no_processes_left(planted: Canaries) -> None:
    until = time.monotonic() + 10
    expected = {os.getpid(), planted.process.pid}
    while (left := set(family(os.getpid())) - expected) and time.monotonic() < until:
        time.sleep(0.05)
    assert not left


def test_the_next_submission_is_graded_right(
    course: Course, workers: Workers, honest: dict[str, float]
) -> None:
    """After all of them."""
    assert course.grade(to_bytes(course.perfect()), workers).score == honest["everything"]
