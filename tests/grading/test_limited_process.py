"""Whatever the grader does with a submission costs that submission only."""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from grader.grading.frames import Closed
from grader.grading.limited_process import LimitedProcess, TooMuch
from grader.grading.limits import family


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
    ("function", "words"),
    [
        ("take_time", "stopped working on it after 1 seconds"),
        ("take_memory", "more memory"),
        ("die", "lack of memory"),
        ("fail", "nobody foresaw"),
    ],
)
def test_too_much_is_told_and_the_next_request_is_answered(
    process: LimitedProcess, function: str, words: str
) -> None:
    with pytest.raises(TooMuch, match=words):
        ask(process, function, 1 if function == "take_time" else 60)
    assert works(process)


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


def test_a_full_disk_does_not_count_against_the_submission(process: LimitedProcess) -> None:
    with pytest.raises(OSError, match="No space left"):
        ask(process, "fill_disk")


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
