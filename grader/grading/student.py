"""The trusted side's handle on one worker: ask, with a time limit, and believe nothing."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from grader.checking.apply import Failure, Outcome
from grader.checking.exercise import Case, Exercise
from grader.checking.plain import NotPlain, from_bytes, to_bytes
from grader.grading.frames import BadFrame, Channel, Closed, TimedOut
from grader.grading.memory_limit import MemoryWatch
from grader.grading.sandbox import FRAME, NoSandbox, Sandbox
from grader.grading.sanitize import clean_text

START_SECONDS = 60.0


class Lost(Exception):
    """The worker is gone or must go.

    ``late`` tells a time-out from a death; the text is a plain sentence for the student.
    """

    def __init__(self, words: str, *, late: bool = False) -> None:
        super().__init__(words)
        self.late = late


@dataclass(frozen=True)
class Ran:
    """What a worker says about a cell; its outputs are raw and untrusted."""

    outputs: list[Any]
    success: bool


class Student:
    """One running worker. Any :class:`Lost` ends it."""

    def __init__(self, sandbox: Sandbox) -> None:
        sandbox.require()
        self.limits = sandbox.limits
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the worker)
        self._home = tempfile.TemporaryDirectory(prefix="submission-", ignore_cleanup_errors=True)
        self._running = sandbox.start(self._errors, self._home.name)
        self.process = self._running.process
        most = sandbox.limits.memory_megabytes << 20
        self._memory = MemoryWatch(self.process.pid, most, self._running.kill)
        assert self.process.stdin is not None and self.process.stdout is not None
        self._channel = Channel(
            self.process.stdout.fileno(), self.process.stdin.fileno(), FRAME + (1 << 20)
        )
        try:
            self._channel.receive(START_SECONDS)
        except (BadFrame, Closed, TimedOut) as error:
            words = f"no worker could be started ({str(error) or 'no answer'}): {self._said()}"
            self.close()
            raise NoSandbox(words) from None

    def _said(self) -> str:
        size = os.fstat(self._errors.fileno()).st_size
        text = os.pread(self._errors.fileno(), 2000, max(0, size - 2000))
        return text.decode("utf-8", "replace").strip()

    def close(self) -> None:
        self._memory.stop()
        self._running.stop()
        self._errors.close()
        self._home.cleanup()

    def run(self, source: str, seconds: float) -> Ran:
        """Run a cell.

        Raises
        ------
        Lost
            It took too long, or ended the process, or the answer is none.
        """
        request = {
            "do": "run",
            "source": source,
            "text": self.limits.output_kilobytes << 10,
            "data": self.limits.picture_kilobytes << 10,
        }
        head, _ = self._ask(request, b"", seconds)
        match head:
            case {"outputs": list(outputs), "success": bool(success)}:
                return Ran(outputs, success)
            case {"failed": str(why)}:
                error = {"output_type": "error", "ename": "Failed", "evalue": why[:500]}
                return Ran([error], False)
        raise self._lost("its process sent something that is no answer")

    def put(self, files: Mapping[str, bytes], seconds: float) -> None:
        """Put files beside the notebook; paths are from there, downwards."""
        sizes = [[path, len(content)] for path, content in files.items()]
        self._ask({"do": "put", "files": sizes}, b"".join(files.values()), seconds)

    def apply(
        self, exercise: Exercise, functions: list[str], case: Case, seconds: float
    ) -> Outcome:
        """The exercise's ``run`` with the student's functions on one case."""
        request = {
            "do": "apply",
            "name": exercise.name,
            # ``run`` may be annotated with names that only its own module knows
            "run": "from __future__ import annotations\n" + exercise.run_source,
            "functions": functions,
        }
        head, body = self._ask(request, to_bytes(case), seconds)
        if "failed" in head:
            why = clean_text(str(head["failed"]))[:500]
            return Outcome(failure=Failure("Failed", why, function=functions[-1]))
        outcome: Outcome = self._decoded(body, Outcome.from_plain)
        return outcome

    def value(self, name: str, seconds: float) -> Any:
        """A variable as plain data; None if there is none."""
        head, body = self._ask({"do": "value", "name": name}, b"", seconds)
        if "failed" in head:
            return None
        return self._decoded(body, lambda data: data)

    def _ask(
        self, head: dict[str, Any], body: bytes, seconds: float
    ) -> tuple[dict[str, Any], bytes]:
        try:
            self._channel.send(head, body, seconds)
            return self._channel.receive(seconds)
        except TimedOut:
            raise self._lost(f"stopped after {seconds:g} seconds", late=True) from None
        except BadFrame as error:
            raise self._lost(f"its process sent something that is no answer: {error}") from None
        except Closed:
            raise self._lost(self._how_it_ended()) from None

    def _decoded(self, body: bytes, decode: Callable[[Any], Any]) -> Any:
        try:
            return decode(from_bytes(body))
        except (NotPlain, ValueError) as error:
            raise self._lost(f"its process sent something that is no answer: {error}") from None

    def _how_it_ended(self) -> str:
        if self._memory.exceeded:
            return f"its processes used more than {self.limits.memory_megabytes:,} MB of memory"
        try:
            code = self.process.wait(1)
        except subprocess.TimeoutExpired:
            return "it closed its connection to the grader"
        number = -code if code < 0 else code - 128 if code > 128 else 0
        reasons = {9: "was killed, perhaps for using too much memory or time", 11: "crashed"}
        return f"its process {reasons.get(number, f'ended by itself (exit code {code})')}"

    def _lost(self, words: str, *, late: bool = False) -> Lost:
        self.close()
        return Lost(words, late=late)


class Workers:
    """Hands out fresh workers, and starts the next one while the last is still busy.

    A worker ends with the thread that started it (bubblewrap's ``--die-with-parent``): here that
    is the pool's, which lives until :meth:`close`.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self._pool = ThreadPoolExecutor(1)
        self._next: Future[Student] | None = None

    def take(self) -> Student:
        ready = self._next
        self._next = None
        return Student(self.sandbox) if ready is None else ready.result()

    def prepare(self) -> None:
        """Start a worker in the background, for whoever takes the next one."""
        if self._next is None:
            self._next = self._pool.submit(Student, self.sandbox)

    def close(self) -> None:
        waiting = self._next is not None and not self._next.cancel()
        if self._next is not None and waiting and self._next.exception() is None:
            self._next.result().close()
        self._next = None
        self._pool.shutdown()
