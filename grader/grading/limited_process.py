"""What the grader does with a submission, in a process of its own with limits.

Reading, restoring, judging, cleaning and rendering run code of libraries on texts that anybody can
hand in. Whatever makes one of them run for ever or take all memory ends this process and costs the
submission, not the class. Requests and answers are frames, as they are with the worker.
"""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import grader
from grader.grading.frames import BadFrame, Channel, Closed, TimedOut
from grader.grading.limits import limited_memory
from grader.grading.sandbox import NoSandbox

LARGEST = 1 << 30
MEMORY = 4 << 30  # beyond what the process has when it is ready
START_SECONDS = 120.0
# Processes work side by side; more threads would only compete for the same cores.
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")

Answer = tuple[dict[str, Any], bytes]


class TooMuch(Exception):
    """The limits do not suffice for this submission; the text says which one."""


class LimitedProcess:
    """A process that answers requests one by one; after a limit it is replaced by another.

    One thread asks. Another one may call :meth:`close`, which ends the request.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: Channel | None = None
        self._asking = threading.Lock()
        self._closed = False

    def ask(self, request: Mapping[str, Any], seconds: float) -> Answer:
        """Head and body of what the function that ``request["do"]`` names makes of the request.

        Raises
        ------
        TooMuch
            The process ended or took longer than ``seconds``, twice if it may have been killed by
            somebody else.
        NoSandbox, OSError
            The machine cannot do it now: no isolation, no space. That says nothing about the
            submission.
        Closed
            :meth:`close` was called.
        """
        with self._asking:
            try:
                answer = self._once(request, seconds)
            except Closed:  # killed, maybe for reasons of the machine's
                answer = self._again(request, seconds)
        head, _ = answer
        if "no sandbox" in head:
            raise NoSandbox(head["no sandbox"])
        if "errno" in head:
            raise OSError(head["errno"], head["words"])
        if "too much" in head:
            raise TooMuch(head["too much"])
        return answer

    def close(self) -> None:
        """End the process for good."""
        self._closed = True
        if (process := self._process) is not None:
            process.kill()  # a thread that waits for its answer notices that
        with self._asking:
            self._end()

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe:
                    pipe.close()
            self._process.wait()
            self._process = self._channel = None

    def _again(self, request: Mapping[str, Any], seconds: float) -> Answer:
        try:
            return self._once(request, seconds)
        except Closed:
            if self._closed:
                raise
            raise TooMuch("the grader's process ended, perhaps for lack of memory") from None

    def _once(self, request: Mapping[str, Any], seconds: float) -> Answer:
        try:
            channel = self._ready()
            channel.send(dict(request), b"", START_SECONDS)
            return channel.receive(seconds)
        except TimedOut:
            self._end()
            raise TooMuch(f"the grader stopped working on it after {seconds:g} seconds") from None
        except (Closed, BadFrame) as error:
            self._end()
            raise Closed(str(error)) from None

    def _ready(self) -> Channel:
        if self._process is not None and self._process.poll() is not None:
            self._end()  # it ended while it had nothing to do, which counts against no submission
        if self._closed:
            raise Closed("the process was ended")
        if self._channel is None:
            # Its own folder first: the grader that runs, wherever this is called from.
            start = "import sys; sys.path.insert(0, sys.argv[1]); "
            start += "from grader.grading.limited_process import main; main()"
            folder = str(Path(str(grader.__file__)).parents[1])
            self._process = subprocess.Popen(
                [sys.executable, "-c", start, folder],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                bufsize=0,
                env={**os.environ, **ONE_THREAD},
                process_group=0,  # Ctrl-C is for the process that asks
            )
            if self._closed:  # since it was asked above: close() has not seen this process
                self._process.kill()
            assert self._process.stdin is not None and self._process.stdout is not None
            reads, writes = self._process.stdout.fileno(), self._process.stdin.fileno()
            self._channel = Channel(reads, writes, LARGEST)
            self._channel.receive(START_SECONDS)
        return self._channel


def main() -> None:
    """Answer requests until the pipe closes."""
    reads, writes = os.dup(0), os.dup(1)
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    os.dup2(2, 1)  # what a library prints must not be read as an answer
    parent = os.getppid()
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    # jsonschema, which nbformat imports, takes most of a second for the grammar of a format that no
    # notebook has, and does without it where it is not installed.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    channel = Channel(reads, writes, LARGEST)
    with limited_memory(MEMORY):
        channel.send({"ready": True})
        while True:
            try:
                request, _ = channel.receive()
                channel.send(*_answer(request))
            except Closed:
                os._exit(0)


def _answer(request: dict[str, Any]) -> Answer:
    module, _, function = request.pop("do").rpartition(".")
    try:
        answer: Answer = getattr(importlib.import_module(module), function)(request)
        return answer
    except NoSandbox as error:
        return {"no sandbox": str(error)}, b""
    except OSError as error:
        return {"errno": error.errno or 0, "words": str(error)}, b""
    except MemoryError:
        return {"too much": "more memory would be needed for it than the grader takes"}, b""
    except Exception as error:
        kind = type(error).__name__
        return {"too much": f"the grader itself failed on it ({kind}: {error})"[:500]}, b""


def _end_with(parent: int) -> None:
    """End this process when the one that started it ends, in whatever it is engaged."""
    while os.getppid() == parent:
        time.sleep(0.2)
    os._exit(1)
