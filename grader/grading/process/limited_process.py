"""What the grader does with a submission, in a process of its own with limits.

Reading, restoring, judging, cleaning and rendering run code of libraries on texts that anybody can
hand in. Whatever makes one of them run for ever or take all memory ends this process and costs the
submission, not the class. Requests and answers are frames, as they are with the notebook process.

What counts against a submission is processor time, which does not depend on what else the machine
does, and a crash of the process. If the process cannot be started, or somebody ends it, the cause
is not in the submission (:mod:`grader.grading.process.fault`).
"""

from __future__ import annotations

import importlib
import math
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import grader
from grader.grading.process.fault import GraderFault, NotDone, SubmissionFault, described
from grader.grading.process.frames import BadFrame, Channel, Closed, TimedOut
from grader.grading.process.limits import limited_memory

LARGEST = 1 << 30
MEMORY = 4 << 30  # beyond what the process has when it is ready
START_SECONDS = 120.0
LONGEST_MESSAGE = 1000  # characters of what a process said that could not be started
PATIENCE = 10  # seconds to wait for each second of processor time: the machine may be busy
# Processes work side by side; more threads would only compete for the same cores.
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
FAULTS = {kind.__name__: kind for kind in (SubmissionFault, NotDone, GraderFault)}
# Signals that a process gets for what it does itself. Windows, where nothing is graded but where
# notebooks are built with the same commands, has fewer of them, and no module resource.
CRASHES = {
    getattr(signal, name)
    for name in ("SIGSEGV", "SIGABRT", "SIGBUS", "SIGFPE", "SIGILL")
    if hasattr(signal, name)
}

Answer = tuple[dict[str, Any], bytes]


class _Ended(Exception):
    """The process ended while it worked on a request."""

    def __init__(self, fault: SubmissionFault | NotDone) -> None:
        super().__init__(str(fault))
        self.fault = fault


class _OutOfTime(SubmissionFault):
    """The processor time did not suffice."""


class LimitedProcess:
    """A process that answers requests one by one; after a failure it is replaced by another.

    One thread asks. Another one may call :meth:`close`, which ends the request.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: Channel | None = None
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        self._asking = threading.Lock()
        self._closed = False

    def ask(self, request: Mapping[str, Any], seconds: float) -> Answer:
        """Head and body of what the function that ``request["do"]`` names makes of the request.

        Parameters
        ----------
        seconds : of processor time; PATIENCE times as long is waited for the answer

        Raises
        ------
        SubmissionFault
            The function raised it, the process crashed, twice, or the time did not suffice.
        NotDone
            The function raised it, somebody ended the process, twice, or there was no answer in
            spite of the waiting.
        GraderFault
            The process cannot be started, or the function raised anything else.
        Closed
            :meth:`close` was called.
        """
        with self._asking:
            used = self._channel is not None
            try:
                return self._once(request, seconds)
            except _OutOfTime:
                raise
            except _Ended:  # perhaps for reasons of the machine's
                pass
            except SubmissionFault:  # perhaps for what the process had done before, and kept
                if not used:
                    raise
            try:
                return self._once(request, seconds)
            except _Ended as ended:
                raise ended.fault from None

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
        if self._scratch is not None:
            self._scratch.cleanup()
            self._scratch = None

    def _once(self, request: Mapping[str, Any], seconds: float) -> Answer:
        channel = self._ready()
        try:
            channel.send({**request, "processor seconds": seconds}, b"", START_SECONDS)
            head, body = channel.receive(PATIENCE * seconds)
        except TimedOut:
            self._end()
            raise NotDone(
                f"not done within {PATIENCE * seconds:g} seconds, though it may take no more than "
                f"{seconds:g} of processor time; is the machine overloaded, or a disk gone?"
            ) from None
        except BadFrame as error:
            self._end()
            raise GraderFault(
                f"the grader's process sent something that is not an answer ({error})"
            ) from None
        except Closed:
            raise self._how_it_ended(seconds) from None
        if "fault" in head:
            self._end()
            raise FAULTS[head["fault"]](head["words"])
        return head, body

    def _how_it_ended(self, seconds: float) -> Exception:
        process = self._process
        assert process is not None
        try:
            code = process.wait(10)
        except subprocess.TimeoutExpired:
            code = 0
        self._end()
        if self._closed:
            return Closed("the process was ended")
        if code == -signal.SIGXCPU:
            return _OutOfTime(f"grading it takes more than {seconds:g} seconds of processor time")
        if -code in CRASHES:
            name = signal.Signals(-code).name
            return _Ended(SubmissionFault(f"grading it makes the grader's process crash ({name})"))
        return _Ended(
            NotDone(
                f"not done, because the grader's process was ended ({_in_words(code)}); does the "
                "machine have enough memory for so many jobs at once?"
            )
        )

    def _ready(self) -> Channel:
        if self._process is not None and self._process.poll() is not None:
            self._end()  # it ended while it had nothing to do, which counts against no submission
        if self._closed:
            raise Closed("the process was ended")
        if self._channel is None:
            self._channel = self._started()
        return self._channel

    def _started(self) -> Channel:
        # Its own folder first: the grader that runs, wherever this is called from.
        start = "import sys; sys.path.insert(0, sys.argv[1]); "
        start += "from grader.grading.process.limited_process import main; main()"
        folder = str(Path(str(grader.__file__)).parents[1])
        try:
            self._scratch = tempfile.TemporaryDirectory(
                prefix="grader-", ignore_cleanup_errors=True
            )
            errors = open(Path(self._scratch.name) / "errors", "w+b")  # noqa: SIM115
            with errors:
                self._process = process = subprocess.Popen(
                    [sys.executable, "-c", start, folder],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    bufsize=0,
                    # Whatever it leaves behind, however it ends, is removed with its folder.
                    env={**os.environ, **ONE_THREAD, "TMPDIR": self._scratch.name},
                    process_group=0,  # Ctrl-C is for the process that asks
                )
                if self._closed:  # since it was asked above: close() has not seen this process
                    process.kill()
                assert process.stdin is not None and process.stdout is not None
                reads, writes = process.stdout.fileno(), process.stdin.fileno()
                channel = Channel(reads, writes, LARGEST)
                try:
                    channel.receive(START_SECONDS)
                except (BadFrame, Closed, TimedOut) as error:
                    raise self._not_started(error, process, errors.fileno()) from None
        except OSError as error:
            self._end()
            raise GraderFault(f"the grader's process cannot be started ({error})") from None
        return channel

    def _not_started(
        self, error: Exception, process: subprocess.Popen[bytes], errors: int
    ) -> Exception:
        """Why there is no process, which has nothing to do with any submission."""
        if isinstance(error, TimedOut):
            how = f"was not ready within {START_SECONDS:g} seconds; are there too many --jobs?"
        else:
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
            how = f"ended while it was started ({_in_words(process.returncode)})"
        size = os.fstat(errors).st_size
        tail = os.pread(errors, LONGEST_MESSAGE, max(0, size - LONGEST_MESSAGE))
        message = tail.decode("utf-8", "replace").strip()
        self._end()
        if self._closed:
            return Closed("the process was ended")
        return GraderFault(f"the grader's process {sys.executable} {how} {message}".strip())


def _in_words(code: int | None) -> str:
    if code is None:
        return "it goes on"
    return f"signal {-code}" if code < 0 else f"exit code {code}"


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
        with _processor_time(request.pop("processor seconds")):
            answer: Answer = getattr(importlib.import_module(module), function)(request)
        return answer
    except tuple(FAULTS.values()) as error:
        return {"fault": type(error).__name__, "words": str(error)}, b""
    except Exception as error:
        return {"fault": GraderFault.__name__, "words": described(error)}, b""


@contextmanager
def _processor_time(seconds: float) -> Iterator[None]:
    """Within it this process gets so much processor time; the system ends it after that."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    most = math.ceil(time.process_time() + seconds)
    limits = [limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_CPU, (min([most, *limits]), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _end_with(parent: int) -> None:
    """End this process when the one that started it ends, in whatever it is engaged."""
    while os.getppid() == parent:
        time.sleep(0.2)
    os._exit(1)
