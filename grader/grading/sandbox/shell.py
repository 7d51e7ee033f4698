"""The student's side: an IPython shell without kernel, sockets or history, outputs captured.

What a cell shows is collected as nbformat outputs of bounded size. The
receiver trusts none of it; the bounds here only keep an honest but chatty cell within a frame.
"""

from __future__ import annotations

import builtins
import contextlib
import importlib.util
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, TextIO

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

from grader.checking.judging.process_state import disable_debuggers, unanswered_prompt
from grader.grading.process.limits import REST_LEFT_OUT, TOO_LARGE, family

Output = dict[str, Any]


class Outputs:
    """The outputs of the cell that is running, within a budget of characters."""

    def __init__(self) -> None:
        self.items: list[Output] = []
        self.text_left = 0
        self.data_left = 0

    def start(self, text: int, data: int) -> None:
        self.items, self.text_left, self.data_left = [], text, data

    def stream(self, name: str, text: str) -> None:
        if self.text_left <= 0:
            return
        if len(text) > self.text_left:
            text = text[: self.text_left] + f"\n… {REST_LEFT_OUT} …\n"
        self.text_left -= len(text)
        last = self.items[-1] if self.items else {}
        if last.get("output_type") == "stream" and last["name"] == name:
            last["text"] += text
        else:
            self.items.append({"output_type": "stream", "name": name, "text": text})

    def data(self, kind: str, data: dict[str, Any]) -> None:
        size = sum(len(value) for value in data.values() if isinstance(value, str))
        if size > self.data_left:
            data = {"text/plain": f"({TOO_LARGE})"}
        self.data_left -= size
        self.items.append({"output_type": kind, "data": data, "metadata": {}})

    def error(self, kind: str, message: str, traceback: list[str]) -> None:
        self.items.append(
            {
                "output_type": "error",
                "ename": kind[:200],
                "evalue": message[:2000],
                "traceback": [line[:20_000] for line in traceback[:50]],
            }
        )


class Stream:
    """Stands for ``sys.stdout`` and ``sys.stderr``."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, name: str, outputs: Outputs) -> None:
        self.name, self.outputs = name, outputs

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self.outputs.stream(self.name, text)
        return len(text)

    def writelines(self, lines: list[str]) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None: ...

    def isatty(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def readable(self) -> bool:
        return False


class Publisher(DisplayPublisher):
    """``display(...)``: encoded like a kernel does, then collected."""

    outputs: Outputs

    def publish(self, data: dict[str, Any], *_: Any, **options: Any) -> None:
        self.outputs.data("display_data", _encoded(data))

    def clear_output(self, wait: bool = False) -> None:
        self.outputs.items.clear()


class Result(DisplayHook):
    """The value of a cell's last expression."""

    outputs: Outputs

    def write_output_prompt(self) -> None: ...

    def write_format_data(self, format_dict: dict[str, Any], md_dict: Any = None) -> None:
        self.outputs.data("execute_result", _encoded(format_dict))

    def finish_displayhook(self) -> None: ...


def _encoded(data: dict[str, Any]) -> dict[str, str]:
    """Pictures as base64 text; what is neither text nor bytes is left out."""
    from base64 import b64encode

    encoded = {}
    for kind, value in data.items():
        if isinstance(value, bytes):
            encoded[str(kind)] = b64encode(value).decode("ascii")
        elif isinstance(value, str):
            encoded[str(kind)] = value
    return encoded


class TimeLimit(KeyboardInterrupt):
    """A cell took too long; to code that catches it, it is what an interrupt is at home."""


class Shell(InteractiveShell):
    """IPython as in a notebook; errors are collected instead of printed."""

    outputs: Outputs
    display_pub_class = Type(Publisher)
    displayhook_class = Type(Result)

    def _showtraceback(self, etype: type, evalue: BaseException, stb: Any) -> None:
        lines = stb if isinstance(stb, list) else [str(stb)]
        if issubclass(etype, TimeLimit):
            del lines[-2:-1]  # where it was raised, which is not the student's code
        self.outputs.error(etype.__name__, _words(evalue), lines)

    def ask_exit(self) -> None:
        """``exit()`` in a cell: nothing to leave here."""

    def enable_matplotlib(self, gui: Any = None) -> tuple[str, str]:
        """``%matplotlib widget`` and others: here is one way to show pictures, and it is on."""
        return "inline", "inline"

    def enable_gui(self, gui: Any = None) -> None:
        """Windows can't be opened here; pictures are shown in the notebook."""


def _words(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:
        return f"a {type(error).__name__} whose message cannot be shown"


def start_shell() -> Shell:
    """The one shell of this process, with standard output and error caught by it."""
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.autocall = 0
    outputs = Outputs()
    Publisher.outputs = Result.outputs = Shell.outputs = outputs
    shell: Shell = Shell.instance(config=config)
    stdout: TextIO = Stream("stdout", outputs)  # type: ignore[assignment]
    stderr: TextIO = Stream("stderr", outputs)  # type: ignore[assignment]
    sys.stdout, sys.stderr = stdout, stderr

    builtins.input = unanswered_prompt
    disable_debuggers()
    sys.meta_path.insert(0, _PicturesInline())
    return shell


class _PicturesInline(MetaPathFinder):
    """Whatever backend a notebook asks for, windows and widgets are not to be had here.

    matplotlib is told when a cell imports it: most submissions are graded without, and it takes a
    quarter of the time that the process needs to start.
    """

    def find_spec(self, fullname: str, *_: Any) -> ModuleSpec | None:
        if fullname != "matplotlib":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is not None and spec.loader is not None:
            load = spec.loader.exec_module

            def load_inline(module: ModuleType) -> None:
                load(module)
                module.use = partial(_use_inline, module.use)  # type: ignore[attr-defined]

            spec.loader.exec_module = load_inline  # type: ignore[method-assign]
        return spec


def _use_inline(use: Callable[..., None], backend: str, *, force: bool = True) -> None:
    with contextlib.suppress(ImportError):
        use(os.environ.get("MPLBACKEND", "agg"), force=force)


def run_cell(shell: Shell, source: str, seconds: float) -> bool:
    """Run one cell; whether it was interrupted because it took longer than ``seconds``.

    What it had defined until then stays. Nothing can be done here about a cell that catches the
    interrupt or does not come back from C: the grading side ends its process.
    """
    interrupted = False

    def interrupt(*_: Any) -> None:
        nonlocal interrupted
        interrupted = True
        raise TimeLimit

    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, interrupt)
        signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        shell.run_cell(source, store_history=False)  # type: ignore[no-untyped-call]
    finally:
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)
    if interrupted:
        end_children()
    return interrupted


def end_children() -> None:
    """End what an interrupted cell has started: later cells must not pay for its memory."""
    for pid in family(os.getpid())[1:]:
        with contextlib.suppress(OSError):  # it has ended meanwhile
            os.kill(pid, signal.SIGKILL)
