"""Which answers markers have open, so that nobody is led to one that somebody else reads."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

# Seconds after which a page that says nothing counts as closed. It asks every five; browsers let
# one that is hidden ask only once a minute.
AWAY = 90.0


@dataclass
class Desks:
    """The last answer of each marker; ``clock`` gives seconds."""

    clock: Callable[[], float] = time.monotonic
    _open: dict[str, tuple[int, int, float]] = field(default_factory=dict)

    def open(self, marker: str, question: int, answer: int) -> list[int]:
        """Open an answer; gives those to the question that others have open."""
        now = self.clock()
        self._open[marker] = question, answer, now
        return sorted(
            other
            for who, (of, other, seen) in self._open.items()
            if who != marker and of == question and now - seen < AWAY
        )
