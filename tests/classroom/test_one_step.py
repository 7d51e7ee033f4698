"""A submission is recorded in one step: its mark is the old one or the new one, never between."""

import multiprocessing
import os
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from grader.classroom.agreement import Agreement
from grader.classroom.converters import StudentGrades
from grader.classroom.gradebook.marks import Entry, entries
from grader.classroom.steps import Grading
from grader.problems import Stopped
from tests.classroom.killed import kill_before
from tests.classroom.small_class import NAME, SmallClass, make_class

pytestmark = pytest.mark.sandbox


@pytest.fixture
def small(tmp_path: Path) -> SmallClass:
    """A class with one student, whose old work is graded and whose new work is not."""
    small = make_class(tmp_path / "course")
    small.hand_in("ada", small.with_text())
    small.autograde()
    small.hand_in("ada", small.with_text("linear_backward"))
    return small


def agreement(small: SmallClass) -> Agreement:
    return Agreement(small.settings.classroom, small.group.gradebook, "ps98")


def marks(small: SmallClass) -> dict[str, Entry]:
    return entries(small.group.gradebook, "ps98")["ada"]


def test_killed_at_each_commit(small: SmallClass, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Any, ...]] = []
    with monkeypatch.context() as patched:
        patched.setattr(Grading, "record", lambda *arguments: asked.append(arguments))
        patched.setattr("grader.classroom.record.require_agreement", lambda *_: None)
        small.autograde()
    (arguments,) = asked
    classroom, before = small.settings.classroom, small.settings.root / "before"
    shutil.copytree(classroom, before)
    old, seen, killed = marks(small), [], True
    result = agreement(small).result("ada", NAME)
    while killed:
        shutil.rmtree(classroom)
        shutil.copytree(before, classroom)
        killed = recorded_until(len(seen) + 1, arguments) == -signal.SIGKILL
        seen.append(marks(small))
        begun = agreement(small).result("ada", NAME) != result
        assert (killed and begun) == bool(agreement(small).not_recorded("ada", [NAME]))
    new = seen[-1]
    assert new != old and len(seen) > len(new[NAME].marks)
    assert all(one in (old, new) for one in seen)


def recorded_until(commit: int, arguments: tuple[Any, ...]) -> int | None:
    """Record in another process, which is killed at a commit of the gradebook; how it ended."""

    def record() -> None:
        kill_before(Session, "commit", commit)
        Grading.record(*arguments)
        os._exit(0)

    process = multiprocessing.get_context("fork").Process(target=record)
    process.start()
    process.join(60)
    return process.exitcode


def test_ctrl_c_waits_until_a_mark_is_recorded(
    small: SmallClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = StudentGrades.record_notebook

    def interrupted(*arguments: Any) -> None:
        signal.raise_signal(signal.SIGINT)
        record(*arguments)

    monkeypatch.setattr(StudentGrades, "record_notebook", interrupted)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(Stopped, match="1 of 1 submissions are done"):
            small.autograde()
    finally:
        signal.signal(signal.SIGINT, before)
    assert agreement(small).not_recorded("ada", [NAME]) == ""
