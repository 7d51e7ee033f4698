"""Ctrl-C that is not lost."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def kept_interrupts() -> Iterator[Callable[[], None]]:
    """Ctrl-C raises KeyboardInterrupt; if an object is being deleted, what is yielded raises it.

    Python only prints an exception that is raised while an object is deleted, and Dask's results
    do much when they are. Outside the main thread, and where Ctrl-C is ignored, nothing changes.
    """
    asked = False

    def note(_number: int, frame: FrameType | None) -> None:
        nonlocal asked
        asked = True
        while frame is not None:
            if frame.f_code.co_name == "__del__":
                return  # raised here it would be printed and dropped
            frame = frame.f_back
        raise KeyboardInterrupt

    def raise_if_asked() -> None:
        if asked:
            raise KeyboardInterrupt

    in_main_thread = threading.current_thread() is threading.main_thread()
    if not in_main_thread or signal.getsignal(signal.SIGINT) in (signal.SIG_IGN, None):
        yield raise_if_asked
        return
    before = signal.signal(signal.SIGINT, note)
    try:
        yield raise_if_asked
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def held_interrupts() -> Iterator[None]:
    """Ctrl-C waits until the block has ended, for steps that belong together."""
    asked = False

    def note(*_: object) -> None:
        nonlocal asked
        asked = True

    in_main_thread = threading.current_thread() is threading.main_thread()
    if not in_main_thread or signal.getsignal(signal.SIGINT) in (signal.SIG_IGN, None):
        yield
        return
    before = signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if asked:
        raise KeyboardInterrupt
