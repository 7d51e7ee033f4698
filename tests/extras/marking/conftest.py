"""What tests of marking share."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from grader.classroom.school_class import Class
from tests.project import ROOT


class Command(subprocess.Popen[str]):
    """A command that a test that fails ends, instead of waiting for it."""

    def __exit__(self, kind: type[BaseException] | None, *rest: Any) -> None:
        if kind is not None:
            self.kill()
        super().__exit__(kind, *rest)


@pytest.fixture
def command(group: Class) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts a command of ours in the course's folder."""
    started: list[subprocess.Popen[str]] = []

    def start(*words: str) -> subprocess.Popen[str]:
        process = Command(
            [sys.executable, "-m", "grader", *words],
            cwd=group.settings.root,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # Tests that run in the background may ignore Ctrl-C; the command must not.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        started.append(process)
        return process

    yield start
    for process in started:
        with process:
            process.kill()
