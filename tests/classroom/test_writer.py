"""One command at a time writes to a class; a lock ends with the process that holds it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from grader.classroom.gradebook.store import gradebook_url
from grader.classroom.writer import only_marked_here, only_writer
from grader.problems import Problem

ROOT = Path(__file__).parents[2]
HOLD = """
import sys
from pathlib import Path
from grader.classroom.gradebook.store import gradebook_url
from grader.classroom.writer import only_writer
with only_writer(Path(sys.argv[1]), gradebook_url(Path(sys.argv[1]))):
    print("holds it", flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_writing(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that writes to the class in the folder."""
    command = [sys.executable, "-c", HOLD, str(folder)]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdin is not None and process.stdout is not None
    with process.stdin, process.stdout:
        assert process.stdout.readline() == "holds it\n"
        yield process
    process.wait(30)


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    with another_writing(tmp_path) as process:
        yield process


def test_the_second_is_told_who_was_first_until_that_is_killed(
    tmp_path: Path, holder: subprocess.Popen[str]
) -> None:
    url = gradebook_url(tmp_path)
    with (
        pytest.raises(Problem, match=rf"another command.*process {holder.pid},"),
        only_writer(tmp_path, url),
    ):
        pytest.fail("two at the same time")
    holder.send_signal(signal.SIGKILL)
    holder.wait(30)
    with only_writer(tmp_path, url):
        assert f"process {os.getpid()}" in (tmp_path / ".writing.txt").read_text("utf-8")


def test_within_a_process_the_inner_block_does_nothing(tmp_path: Path) -> None:
    url = gradebook_url(tmp_path)
    with only_writer(tmp_path, url):
        with only_writer(tmp_path, url):
            pass
        assert (tmp_path / ".writing.txt").exists()
    assert not (tmp_path / ".writing.txt").exists()


def test_within_a_process_the_inner_marking_leaves_the_note(tmp_path: Path) -> None:
    with only_marked_here(tmp_path, "ps98"):
        with only_marked_here(tmp_path, "ps98"):
            pass
        assert list(tmp_path.glob(".marking-*.txt"))
    assert not list(tmp_path.glob(".marking-*.txt"))
