"""A process in which a notebook runs: asked within a time, never believed; and a supply of them."""

from __future__ import annotations

import os
import tempfile
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from grader.grading.process.fault import NoSandbox, charged_to_grader
from grader.grading.process.frames import BadFrame, Channel, Closed, TimedOut
from grader.grading.process.limits import MemoryWatch, computed_by
from grader.grading.sandbox.sandbox import FRAME, Sandbox
from grader.settings import Limits

START_SECONDS = 60.0
GRACE = 2.0  # seconds that a cell has after its time, in which it is interrupted from inside
KILLED = 9


class Lost(Exception):
    """The notebook process is gone or must go; the text is a plain sentence for the student.

    Attributes
    ----------
    late : it took too long
    spent : the time of the whole submission is used up
    idle : it took too long, and computed for less than half of the time
    killed : somebody ended it; that may have been the student's code, or nothing to do with it
    """

    def __init__(
        self,
        words: str,
        *,
        late: bool = False,
        spent: bool = False,
        idle: bool = False,
        killed: bool = False,
    ) -> None:
        super().__init__(words)
        self.late, self.spent, self.idle, self.killed = late, spent, idle, killed


def stopped_after(seconds: float) -> str:
    return f"stopped after {seconds:.3g} seconds, the limit while grading"


def run_request(source: str, seconds: float, limits: Limits) -> dict[str, Any]:
    """Asks to run a cell, which is interrupted after ``seconds``."""
    return {
        "do": "run",
        "source": source,
        "seconds": float(seconds),
        "text": limits.output_kilobytes << 10,
        "data": limits.picture_kilobytes << 10,
    }


class NotebookProcess:
    """A process that answers (:mod:`grader.grading.sandbox.inside`). Any ``Lost`` ends it."""

    def __init__(self, sandbox: Sandbox) -> None:
        sandbox.require()
        self.limits = sandbox.limits
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the notebook process)
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
            why = str(error) or "no answer"
            words = f"no notebook process could be started ({why}): {self._error_output()}"
            self.close()
            raise NoSandbox(words) from None

    def ask(
        self, request: dict[str, Any], body: bytes, seconds: float, grace: float = 0.0
    ) -> tuple[dict[str, Any], bytes]:
        """Head and body of the answer, which is raw and untrusted.

        Parameters
        ----------
        seconds : what the notebook process has for it
        grace : how much longer it is waited for

        Raises
        ------
        Lost
            It took too long, or the process ended, or what came is not an answer.
        """
        self._asked, self._computed = time.monotonic(), computed_by(self.process.pid)
        try:
            self._channel.send(request, body, seconds + grace)
            return self._channel.receive(seconds + grace)
        except TimedOut:
            idle = self.was_idle(seconds)
            raise self.lost(stopped_after(seconds), late=True, idle=idle) from None
        except BadFrame as error:
            raise self.lost(f"its process sent something that is not an answer: {error}") from None
        except Closed:
            words, killed = self._how_it_ended()
            raise self.lost(words, killed=killed) from None

    def run(self, source: str, seconds: float) -> tuple[dict[str, Any], bytes]:
        """What it answers when it is to run a cell."""
        return self.ask(run_request(source, seconds, self.limits), b"", seconds, GRACE)

    def was_idle(self, seconds: float) -> bool:
        """Whether it has had its ``seconds`` since it was asked, and computed for less than half.

        It waited then: for the machine, which may be busy or stand still, or in its own code.
        """
        had = time.monotonic() - self._asked > 0.9 * seconds
        return had and computed_by(self.process.pid) - self._computed < seconds / 2

    def lost(
        self, words: str, *, late: bool = False, idle: bool = False, killed: bool = False
    ) -> Lost:
        """The exception for ``words``; the process is ended."""
        self.close()
        return Lost(words, late=late, idle=idle, killed=killed)

    def close(self) -> None:
        self._memory.stop()
        self._running.stop()
        self._errors.close()
        self._home.cleanup()

    def _error_output(self) -> str:
        size = os.fstat(self._errors.fileno()).st_size
        text = os.pread(self._errors.fileno(), 2000, max(0, size - 2000))
        return text.decode("utf-8", "replace").strip()

    def _how_it_ended(self) -> tuple[str, bool]:
        """In words, and whether it was killed by somebody else than the watch."""
        self._memory.stop()  # before the process is waited for and loses its number
        if self._memory.exceeded:
            most = f"{self.limits.memory_megabytes:,} MB"
            return f"its processes used more than {most} of memory", False
        if not self._running.has_ended(1):
            return "it closed its connection to the grader", False
        self._running.kill()
        code = self.process.wait()
        number = -code if code < 0 else code - 128 if code > 128 else 0
        reasons = {KILLED: "was killed, perhaps for using too much memory or time", 11: "crashed"}
        reason = reasons.get(number, f"ended by itself (exit code {code})")
        return f"its process {reason}", number == KILLED


class NotebookProcesses:
    """Hands out fresh notebook processes, and starts the next one while the last is still busy.

    A process ends with the thread that started it (bubblewrap's ``--die-with-parent``): here that
    is the pool's, which lives until :meth:`close`.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self._pool = ThreadPoolExecutor(1)
        self._next: Future[NotebookProcess] | None = None

    def take(self) -> NotebookProcess:
        ready = self._next
        self._next = None
        with charged_to_grader():
            if ready is None or ready.exception() is not None:  # killed before it was needed
                return NotebookProcess(self.sandbox)
            return ready.result()

    def prepare(self) -> None:
        """Start a notebook process in the background, for the next call of :meth:`take`."""
        if self._next is None:
            self._next = self._pool.submit(NotebookProcess, self.sandbox)

    def close(self) -> None:
        waiting = self._next is not None and not self._next.cancel()
        if self._next is not None and waiting and self._next.exception() is None:
            self._next.result().close()
        self._next = None
        self._pool.shutdown()
