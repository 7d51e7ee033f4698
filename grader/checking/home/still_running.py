"""A check that takes long says which case it is at and how to stop it; stopped, it says no more.

A case that took longer than grading gives it is named, too.

A thread says it, because the student's function may never come back. A browser has none; there it
is said at one of the function's own calls, if it makes any.
"""

import contextlib
import sys
import threading
import time
from collections.abc import Iterator

AFTER_SECONDS = (10.0, 60.0, 600.0)  # of one run over the cases of an exercise
WHILE_GRADING = 5.0  # seconds for one case, if the class has not set others (call_seconds)
HOW_TO_STOP = "choose “Kernel → Interrupt Kernel” (the ■ above the notebook)"
IN_BROWSER = "choose “Kernel → Restart Kernel”: in the browser nothing less stops it"


class Stopped(KeyboardInterrupt):
    """A check that the student interrupted: one sentence, without the path through the grader."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows."""
        return [str(self)]


class Running:
    """The cases of a check as they run.

    Parameters
    ----------
    name : of the exercise
    many : cases
    at_least : seconds that grading gives a case of this exercise at least
    """

    def __init__(self, name: str, many: int, at_least: float = 0.0) -> None:
        self._name, self._many = name, many
        self._limit = max(at_least, WHILE_GRADING)
        self._number, self._about, self._since = 0, "", 0.0
        self._began = time.monotonic()
        self._waits = [*AFTER_SECONDS]
        self._output = sys.stdout  # a function's own output is kept elsewhere while it runs
        self._done = threading.Event()
        self.has_thread = sys.platform != "emscripten"

    def at(self, about: str) -> None:
        """The next case begins, which is called ``about``."""
        self._number, self._about, self._since = self._number + 1, about, time.monotonic()

    def ended(self) -> None:
        """The case has come to its end; say it if grading would have stopped it before."""
        if (took := time.monotonic() - self._since) > self._limit:
            print(
                f"{self._name}: the case “{self._about}” took {took:.0f} seconds. While grading, "
                f"it is stopped after {self._limit:g} seconds and earns no points, whatever is "
                "shown here. If this computer was busy, run the check again.",
                file=self._output,
                flush=True,
            )

    def look(self) -> None:
        """Say where the check is, if it is time to."""
        if self._number and self._waits and time.monotonic() - self._began > self._waits[0]:
            seconds = self._waits.pop(0)
            how = HOW_TO_STOP if self.has_thread else IN_BROWSER
            words = f"{self._name} has run for {seconds:g} seconds, and {self._where} still runs."
            words = f"{words} If it should have ended by now, there may be a loop that does not"
            print(f"{words} end. To stop it, {how}.", file=self._output, flush=True)

    @property
    def _where(self) -> str:
        return f"the case “{self._about}” ({self._number} of {self._many})"

    def _watch(self) -> None:
        while self._waits:
            left = self._began + self._waits[0] - time.monotonic()
            if self._done.wait(max(left, 0.01)):
                return
            self.look()

    @contextlib.contextmanager
    def watched(self) -> Iterator[None]:
        """Within it the cases run; an interrupt becomes :class:`Stopped`."""
        if self.has_thread:
            threading.Thread(target=self._watch, daemon=True).start()
        try:
            yield
        except KeyboardInterrupt:
            seconds = time.monotonic() - self._began
            raise Stopped(
                f"You stopped the check of {self._name} after {seconds:.0f} seconds, while "
                f"{self._where} ran. Nothing was counted."
            ) from None
        finally:
            self._done.set()
