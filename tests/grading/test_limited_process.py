"""What a submission causes costs that submission only, and what we cause costs nobody."""

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from grader.grading.process import limited_process
from grader.grading.process.fault import GraderFault, NotDone, SubmissionFault
from grader.grading.process.frames import Closed
from grader.grading.process.limited_process import LimitedProcess
from grader.grading.process.limits import family


@pytest.fixture(scope="module")
def process() -> Iterator[LimitedProcess]:
    made = LimitedProcess()
    yield made
    made.close()


def ask(process: LimitedProcess, function: str, seconds: float = 60, **more: Any) -> Any:
    return process.ask({"do": f"tests.grading.limited_functions.{function}", **more}, seconds)


def works(process: LimitedProcess) -> bool:
    return bool(ask(process, "behave", x=21) == ({"twice": 42}, b"body"))


@pytest.mark.parametrize(
    ("function", "more", "kind", "words"),
    [
        ("compute", {"seconds": 1}, SubmissionFault, "more than 1 seconds of processor time"),
        ("take_memory", {}, SubmissionFault, "more memory"),
        ("die", {"signal": signal.SIGSEGV}, SubmissionFault, "crash .SIGSEGV"),
        ("fail_on_content", {}, SubmissionFault, "nobody foresaw"),
        ("take_time", {"seconds": 0.1}, NotDone, "overloaded"),
        ("die", {"signal": signal.SIGKILL}, NotDone, "enough memory"),
        ("read_nothing", {}, NotDone, "Permission denied"),
        ("lack_a_package", {}, NotDone, "nbformat.v3"),
        ("fail", {}, GraderFault, r"ValueError: an error.*limited_functions\.py, line \d+"),
        ("fail_on_our_side", {}, GraderFault, "no exercise"),
        ("fill_disk", {}, GraderFault, "No space left"),
        ("function_that_is_not_there", {}, GraderFault, "function_that_is_not_there"),
    ],
)
def test_it_is_told_whose_fault_it_is_and_the_next_request_is_answered(
    process: LimitedProcess, function: str, more: Any, kind: type[Exception], words: str
) -> None:
    with pytest.raises(kind, match=words):
        ask(process, function, **more)
    assert works(process)


def test_a_process_that_cannot_be_started_is_nobodys_fault(
    process: LimitedProcess, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = tmp_path / "python"
    for content, words in (
        ("#!/bin/sh\nexit 1\n", "exit code 1"),
        ("#!/bin/sh\necho a module is missing >&2\nexit 3\n", "exit code 3.*module is missing"),
        ("#!/bin/sh\necho 'not a frame at all'\n", "ended while it was started"),
        ("#!/bin/sh\nsleep 60\n", "not ready within 0.5 seconds"),
        (None, "No such file"),
    ):
        other.unlink(missing_ok=True)
        if content is not None:
            other.write_text(content)
            other.chmod(0o755)
        with monkeypatch.context() as patched:
            patched.setattr("sys.executable", str(other))
            patched.setattr(limited_process, "START_SECONDS", 0.5 if "sleep" in f"{content}" else 9)
            made = LimitedProcess()
            with pytest.raises(GraderFault, match=words):
                works(made)
            made.close()
    assert works(process)


def test_what_an_earlier_request_has_left_behind_counts_against_no_later_one() -> None:
    made = LimitedProcess()
    half = limited_process.MEMORY * 3 // 5
    for _ in range(2):
        assert ask(made, "keep_memory", bytes=half) == ({"kept": 1}, b"")
    made.close()


def test_nothing_is_left_in_the_folder_for_temporary_files(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    made = LimitedProcess()
    head, _ = ask(made, "leave_files")
    assert Path(head["left"]).is_dir() and tmp_path in Path(head["left"]).parents
    with pytest.raises(NotDone):
        ask(made, "die", signal=signal.SIGKILL)
    ask(made, "leave_files")
    made.close()
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_somebody_kills_is_asked_again(
    process: LimitedProcess, tmp_path: Path
) -> None:
    assert ask(process, "die_once", mark=str(tmp_path / "died")) == ({"alive": True}, b"")


def test_an_end_between_two_requests_counts_against_neither(
    process: LimitedProcess, tmp_path: Path
) -> None:
    assert works(process)
    assert process._process is not None
    process._process.kill()
    process._process.wait()
    assert ask(process, "die_once", mark=str(tmp_path / "died")) == ({"alive": True}, b"")


def test_what_a_library_prints_is_not_read_as_an_answer(process: LimitedProcess) -> None:
    assert ask(process, "print_much") == ({"quiet": True}, b"")


def test_the_process_ends_with_its_owner() -> None:
    made = LimitedProcess()
    assert works(made)
    before = set(family(os.getpid()))
    made.close()
    until = time.monotonic() + 10
    while set(family(os.getpid())) >= before and time.monotonic() < until:
        time.sleep(0.05)
    assert len(family(os.getpid())) < len(before)


def test_closing_it_ends_a_request_at_once_and_starts_no_other_process() -> None:
    made = LimitedProcess()
    assert works(made)
    asked = ThreadPoolExecutor(1).submit(ask, made, "take_time")
    time.sleep(0.5)
    made.close()
    with pytest.raises(Closed):
        asked.result(10)
    assert made._process is None
    with pytest.raises(Closed):
        works(made)
