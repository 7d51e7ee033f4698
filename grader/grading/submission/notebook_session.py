"""What the grading side asks of a submission's notebook process, over the length of a notebook.

All requests go through :meth:`NotebookSession.ask`. When the process is lost, the next request
starts a new one and runs the cells again that had ended, so that a lost process costs one cell
only.
"""

from __future__ import annotations

import contextlib
import dataclasses
import time
from collections.abc import Iterator, Mapping
from typing import Any

from grader.checking.contract.exercise import Case, Exercise
from grader.checking.contract.wire import NotPlain, from_bytes, to_bytes
from grader.checking.judging.apply import Failure, Outcome, not_defined
from grader.grading.process.limits import REST_LEFT_OUT, TOO_LARGE
from grader.grading.sandbox.notebook_process import (
    GRACE,
    Lost,
    NotebookProcess,
    NotebookProcesses,
    run_request,
    stopped_after,
)
from grader.grading.submission.sanitize import clean_line
from grader.settings import Limits

MOST_PROCESSES = 12
SECOND_SESSION_SECONDS = 60.0
ENDLESS = "Is there a loop that does not end?"
# What an error or an output says where a submission reached a limit on memory, processes or output.
SIGNS_OF_LIMITS = (
    "MemoryError",
    "TimeLimit",
    "Cannot allocate memory",
    "Resource temporarily unavailable",
    "can't start new thread",
    "Too many open files",
    "File too large",
    "No space left on device",
    REST_LEFT_OUT,
    TOO_LARGE,
)


class NotebookSession:
    """The notebook process of one submission, replaced and caught up when it is lost.

    A cell that does not end in time is interrupted, and what it had defined stays. One that cannot
    be interrupted, or that ends its process, is not run again and costs only what depends on it.

    Parameters
    ----------
    files : what the student handed in beside the notebook, by its path from there
    """

    def __init__(
        self, processes: NotebookProcesses, limits: Limits, files: Mapping[str, bytes] | None = None
    ) -> None:
        self.limits = limits
        self.sandbox = processes.sandbox
        self.lost: set[str] = set()  # sources that hung or killed the process
        self.reached: set[str] = set()  # what tells that a limit was reached
        self.stopped: dict[str, tuple[str, str]] = {}  # name -> error of the cell that defines it
        self._processes = processes
        self._files = files or {}
        self._process: NotebookProcess | None = None
        self._started = 0
        self._ended: list[tuple[str, float]] = []  # cells that ended, and the time they had
        self.used = 0.0  # seconds that its processes had; what the judge needs is not among them

    def ask(
        self, request: dict[str, Any], body: bytes, seconds: float, grace: float = 0.0
    ) -> tuple[dict[str, Any], bytes]:
        """Head and body of the notebook process's answer within ``seconds`` and ``grace``.

        If somebody killed the process, or it took too long without computing, a new one is asked,
        once: it may not have been the notebook's doing.

        Raises
        ------
        Lost
            There is no answer; the text says why.
        """
        try:
            return self._once(request, body, seconds, grace)
        except Lost as lost:
            self.reached.add(str(lost))
            if not lost.killed and not lost.idle:
                raise
            return self._once(request, body, seconds, grace)

    def run(self, source: str, seconds: float | None = None) -> list[Any]:
        """Run a cell; its outputs as the notebook process tells them, untrusted."""
        left = self._left()
        seconds = min(seconds or self.limits.cell_seconds, left)
        request = run_request(source, seconds, self.limits)
        try:
            head, _ = self.ask(request, b"", seconds, GRACE)
            if (
                head.get("interrupted") is True
                and self._process
                and self._process.was_idle(seconds)
            ):
                self.close()  # it waited, perhaps for the machine: once more, from the beginning
                head, _ = self.ask(request, b"", seconds, GRACE)
        except Lost:
            self.lost.add(source)
            raise
        match head:
            case {"outputs": list(outputs), "interrupted": bool(interrupted)}:
                self._ended.append((source, seconds))
                if interrupted:
                    words = f"{stopped_after(seconds)}. {ENDLESS}"
                    outputs = _interrupted(outputs, self._spent if seconds == left else words)
                self._note_limits(outputs)
                return outputs
            case {"failed": str(why)}:
                self._ended.append((source, seconds))
                return [{"output_type": "error", "ename": "Failed", "evalue": why[:500]}]
        self.lost.add(source)
        raise self._refused("its process sent something that is not an answer")

    def apply(
        self, exercise: Exercise, functions: list[str], case: Case, seconds: float | None = None
    ) -> Outcome:
        """The exercise's ``run`` with the student's functions on one case."""
        request = {
            "do": "apply",
            "run": exercise.run.to_settings(),
            "functions": functions,
        }
        seconds = seconds or max(exercise.run.seconds, self.limits.call_seconds)
        head, body = self.ask(request, to_bytes(case), seconds)
        if "failed" in head:
            why = clean_line(str(head["failed"]))[:500]
            return Outcome(failure=Failure("Failed", why, function=functions[-1]))
        try:
            outcome = _cleaned(Outcome.from_plain(from_bytes(body)))
            self._note_limits(outcome.failure)
            return self._with_cause(outcome)
        except (NotPlain, ValueError) as error:
            raise self._refused(
                f"its process sent something that is not an answer: {error}"
            ) from None

    def _with_cause(self, outcome: Outcome) -> Outcome:
        """Where a function is missing because its cell stopped, the cell's error is the reason."""
        failure = outcome.failure
        if failure is None or not not_defined(failure) or failure.function not in self.stopped:
            return outcome
        kind, words = self.stopped[failure.function]
        why = f"{words} (the cell that defines {failure.function} stopped there)"
        return dataclasses.replace(outcome, failure=Failure(kind, why, False, failure.function))

    def value(self, name: str, seconds: float | None = None) -> Any:
        """A variable as plain data; None if there is none."""
        request = {"do": "value", "name": name}
        head, body = self.ask(request, b"", seconds or self.limits.call_seconds)
        if "failed" in head:
            return None
        try:
            return from_bytes(body)
        except NotPlain as error:
            raise self._refused(
                f"its process sent something that is not an answer: {error}"
            ) from None

    def restarted(self) -> NotebookSession:
        """One that knows nothing of this one, which ends, within the same time limit."""
        self.close()
        fresh = NotebookSession(self._processes, self.limits, self._files)
        fresh.used = self.used
        fresh.reached = self.reached
        return fresh

    @contextlib.contextmanager
    def second_session(self) -> Iterator[NotebookSession]:
        """One in which the same cells have run: for what must leave nothing in this one.

        Its time is short, is not the submission's, and what it reaches is not noted.
        """
        other = NotebookSession(self._processes, self.limits, self._files)
        other._ended = list(self._ended)
        other.used = max(self.used, self.limits.submission_seconds - SECOND_SESSION_SECONDS)
        try:
            yield other
        finally:
            other.close()

    def close(self) -> None:
        if self._process is not None:
            self._process.close()
            self._process = None

    def _once(
        self, request: dict[str, Any], body: bytes, seconds: float, grace: float
    ) -> tuple[dict[str, Any], bytes]:
        process = self._caught_up()
        try:
            with self._counted():
                return process.ask(request, body, min(seconds, self._left()), grace)
        except Lost as lost:
            self._process = None
            if lost.late and self.used >= self.limits.submission_seconds:
                raise Lost(self._spent, late=True, spent=True) from None
            raise

    @contextlib.contextmanager
    def _counted(self) -> Iterator[None]:
        """The time within counts against the submission's."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.used += time.monotonic() - began

    def _note_limits(self, shown: object) -> None:
        """Note what an error or an output says about a limit; more than that is not known."""
        words = str(shown)
        self.reached.update(sign for sign in SIGNS_OF_LIMITS if sign in words)

    def _refused(self, words: str) -> Lost:
        self.close()
        return Lost(words)

    def _caught_up(self) -> NotebookProcess:
        """The notebook process, in which the cells that had ended have been run."""
        while self._process is None:
            self._left()
            if self._started >= MOST_PROCESSES:
                raise Lost("not tried: its process had ended too many times before")
            self._started += 1
            process = self._processes.take()
            try:
                if self._files:
                    sizes = [[path, len(content)] for path, content in self._files.items()]
                    put = {"do": "put", "files": sizes}
                    with self._counted():
                        process.ask(put, b"".join(self._files.values()), self._left())
            except Lost:
                continue
            for position, (source, seconds) in enumerate(self._ended):
                seconds = min(seconds, self._left())
                try:
                    with self._counted():
                        process.run(source, seconds)
                except Lost as lost:
                    # It ended before and does not now; without it at least the others do.
                    if not lost.killed:
                        del self._ended[position]
                    break
            else:
                self._process = process
        return self._process

    def _left(self) -> float:
        """Seconds that are left for the submission; Lost if there are none."""
        left = self.limits.submission_seconds - self.used
        if left <= 0:
            self.close()
            self.reached.add("time")
            raise Lost(f"not run: {self._spent}", late=True, spent=True)
        return left

    @property
    def _spent(self) -> str:
        most = self.limits.submission_seconds
        return f"the {most:g} seconds for the whole submission are used up"


def _cleaned(outcome: Outcome) -> Outcome:
    """The outcome with texts that can be shown anywhere."""
    failure: Any = outcome.failure
    if failure is not None:
        texts = {k: clean_line(v) for k, v in vars(failure).items() if isinstance(v, str)}
        failure = dataclasses.replace(failure, **texts)
    return dataclasses.replace(
        outcome,
        failure=failure,
        changed=tuple(map(clean_line, outcome.changed)),
        printed=clean_line(outcome.printed),
        warned=tuple(map(clean_line, outcome.warned)),
    )


def _interrupted(outputs: list[Any], words: str) -> list[Any]:
    """The outputs of a cell that was interrupted: its last error is the limit."""
    above: list[Any] = []
    match outputs:
        case [*others, {"output_type": "error", "ename": "TimeLimit", "traceback": list(shown)}]:
            outputs, above = others, shown[:-1]
    limit = {"output_type": "error", "ename": "TimeLimit", "evalue": words}
    return [*outputs, {**limit, "traceback": [*above, f"TimeLimit: {words}"]}]
