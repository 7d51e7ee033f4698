"""A submission's worker over the length of its notebook: replaced and caught up when it is lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TypeVar

from grader.grading.student import Lost, Ran, Student, Workers
from grader.settings import Limits

MAX_WORKERS = 12

T = TypeVar("T")


class Session:
    """Runs cells and answers questions, in one worker as long as it lives.

    When a worker is lost, the next request starts a new one and replays the cells that had ended.
    A cell that hung or killed its worker is not replayed, so it costs only what depends on it.

    Parameters
    ----------
    files : what the student handed in beside the notebook, by its path from there
    """

    def __init__(
        self, workers: Workers, limits: Limits, files: Mapping[str, bytes] | None = None
    ) -> None:
        self.limits = limits
        self._files = files or {}
        self.lost: set[str] = set()  # sources that hung or killed their worker
        self._workers = workers
        self._student: Student | None = None
        self._started = 0
        self._ended: list[str] = []
        self._deadline = time.monotonic() + limits.submission_seconds

    def run(self, source: str) -> Ran:
        """Run a cell; raises :class:`Lost` if it hangs or ends its process."""
        try:
            ran = self._ask(
                lambda student, seconds: student.run(source, seconds), self._cell_seconds
            )
        except Lost:
            self.lost.add(source)
            raise
        self._ended.append(source)
        return ran

    def ask(self, question: Callable[[Student, float], T]) -> T:
        """Put a question within the time of one call; raises :class:`Lost`."""
        return self._ask(question, self.limits.call_seconds)

    def again(self) -> Session:
        """A session that knows nothing of this one, which ends, within the same time limit."""
        self.close()
        fresh = Session(self._workers, self.limits, self._files)
        fresh._deadline = self._deadline
        return fresh

    def close(self) -> None:
        if self._student is not None:
            self._student.close()
            self._student = None

    @property
    def _cell_seconds(self) -> float:
        return self.limits.cell_seconds

    def _ask(self, question: Callable[[Student, float], T], seconds: float) -> T:
        student = self._caught_up()
        try:
            return question(student, self._within(seconds))
        except Lost:
            self._student = None
            raise

    def _caught_up(self) -> Student:
        while self._student is None:
            self._within(1.0)
            if self._started >= MAX_WORKERS:
                raise Lost("not tried: its process had ended too many times before")
            self._started += 1
            student = self._workers.take()
            if self._files:
                student.put(self._files, self._within(self._cell_seconds))
            for position, source in enumerate(self._ended):
                try:
                    student.run(source, self._within(self._cell_seconds))
                except Lost:
                    # It ended before and does not now; without it at least the others do.
                    del self._ended[position]
                    break
            else:
                self._student = student
        return self._student

    def _within(self, seconds: float) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            self.close()
            raise Lost(
                f"not run: the {self.limits.submission_seconds:g} seconds for the whole submission "
                "were used up",
                late=True,
            )
        return min(seconds, left)
