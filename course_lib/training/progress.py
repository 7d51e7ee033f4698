"""The progress bar of `fit`.

It writes to standard output, never to standard error: in a graded notebook text on standard error
costs the cell its points. It starts no thread, because a browser has no threads.
"""

import sys
import time
import warnings
from importlib import import_module
from types import TracebackType
from typing import Any

SECONDS = 10.0  # between two lines


class Progress:
    """A bar by tqdm if that is installed and somebody can see it move, else a line now and then.

    There is a line when ten seconds have passed since the last one, and one at the end.

    The bar appears with the first step. It moves by carriage returns, which only a terminal or a
    notebook understands: in a file there would be a line of hundreds of bars.

    Parameters
    ----------
    total : number of steps; None if it is not known
    shown : whether to show anything
    """

    def __init__(self, total: int | None, *, shown: bool) -> None:
        self.shown = shown
        self.text = ""
        self._total = total
        self._bar: Any = None
        self._moving = shown and _can_move()
        self._said_at = time.monotonic()

    def advance(self) -> None:
        """One step is done."""
        if self._moving and self._bar is None:
            self._bar = _make_bar(self._total)
            self._moving = self._bar is not None
        if self._bar is not None:
            self._bar.update(1)

    def say(self, text: str) -> None:
        """Show this text beside the bar from now on."""
        self.text = text
        if self._bar is not None:
            self._bar.set_postfix_str(text, refresh=False)
        elif self.shown and time.monotonic() - self._said_at > SECONDS:
            self._said_at = time.monotonic()
            print(text, flush=True)
            self.text = ""

    def __enter__(self) -> "Progress":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            if kind is None:
                self._bar.total = self._bar.n  # stopped early is finished, too
            self._bar.close()
        elif self.shown and kind is None and self.text:
            print(self.text)


def _can_move() -> bool:
    """Whether standard output is a terminal or a notebook."""
    if sys.stdout.isatty():
        return True
    # Only a program that imported IPython can be a notebook; its shell has a kernel.
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return hasattr(shell, "kernel")


def _make_bar(total: int | None) -> Any:
    """A tqdm bar, or None where tqdm is not installed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # tqdm warns where notebook widgets are missing
            tqdm = import_module("tqdm.auto").tqdm
    except ImportError:
        return None

    class Bar(tqdm):  # type: ignore[misc, valid-type]
        monitor_interval = 0  # otherwise tqdm starts a thread

    return Bar(total=total, file=sys.stdout, unit="step", dynamic_ncols=True)
