"""The process in which a student's notebook runs; it does what the trusted side asks for.

Started as ``python -I -c "…; main()" LIMITS`` inside the sandbox, with the pipe as standard input
and output. Requests and replies are frames (:mod:`grader.grading.process.frames`):

====================================  ==================================================
``{"do": "run", "source": …,           run a cell; replies outputs and whether it was interrupted
"seconds": …}``                        after that time
``{"do": "apply", "run": {…},          call the exercise's ``run`` with the named functions on
"functions": […]}`` + case             the case; replies an outcome as plain data
``{"do": "value", "name": …}``         the value of a variable as plain data
``{"do": "put", "files": [[path,       write files beside the notebook; the body holds their
size], …]}`` + contents                contents one after the other
====================================  ==================================================

What could not be done is answered with ``{"failed": why}``.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys
from typing import Any

from grader.checking.contract.families import run_of
from grader.checking.contract.run import Settings
from grader.checking.contract.wire import Unusable, from_bytes, plain, to_bytes
from grader.checking.judging.apply import Failure, Outcome, apply, missing
from grader.grading.process.frames import Channel, Closed
from grader.grading.sandbox.shell import Shell, run_cell, start_shell

LARGEST_REQUEST = 1 << 30
# What a package imports only when it is first used: torch when the first optimizer is made.
LATER = {"torch": ("torch._dynamo",)}


def become_limited(limits: dict[str, Any]) -> None:
    """Take the limits upon this process, then give up being root where it was root."""
    import resource

    limit = {
        resource.RLIMIT_AS: limits["memory"],
        resource.RLIMIT_CPU: limits["cpu"],
        resource.RLIMIT_FSIZE: limits["file"],
        resource.RLIMIT_NOFILE: 256,
        resource.RLIMIT_CORE: 0,
    }
    # Not where students run as the instructor: there it counts the instructor's processes too.
    if "processes" in limits:
        limit[resource.RLIMIT_NPROC] = limits["processes"]
    for kind, most in limit.items():
        hard = resource.getrlimit(kind)[1]
        if hard != resource.RLIM_INFINITY:
            most = min(most, hard)
        try:
            resource.setrlimit(kind, (most, most))
        except (ValueError, OSError):  # macOS knows RLIMIT_AS but refuses to set it
            if kind != resource.RLIMIT_AS:
                raise
    if uid := limits.get("uid", 0):
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)


def filter_system_calls(families: list[int] | None) -> None:
    """Forbid what no notebook needs to this process and all it starts, for good.

    Parameters
    ----------
    families : of sockets that may be opened, where the filter is all that keeps them in and no
        namespace adopts orphans; None: those that end at a network namespace
    """
    import ctypes

    from grader.grading.sandbox.syscalls import FAMILIES, SUBREAPER, syscall_filter

    class Program(ctypes.Structure):  # struct sock_fprog
        _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))

    instructions = syscall_filter(families=families or FAMILIES)
    if not instructions and families:
        raise OSError("no filter of system calls is known for this machine")
    if not instructions:
        return
    program = Program(len(instructions) // 8, instructions)
    no_new_privileges, seccomp, mode_filter = 38, 22, 2
    libc = ctypes.CDLL(None, use_errno=True)
    if families and libc.prctl(SUBREAPER, 1, 0, 0, 0):  # so that no process leaves this family
        raise OSError(ctypes.get_errno(), "orphans cannot be adopted")
    if libc.prctl(no_new_privileges, 1, 0, 0, 0) or libc.prctl(
        seccomp, mode_filter, ctypes.byref(program), 0, 0
    ):
        raise OSError(ctypes.get_errno(), "the filter of system calls was refused")


def load(packages: list[str]) -> None:
    """Import what the notebook's exercises need, so that no student's call has to wait for it.

    A package that cannot be imported says so where it is used.
    """
    for package in packages:
        with contextlib.suppress(Exception):
            for name in (package, *LATER.get(package, ())):
                importlib.import_module(name)


def take_pipe() -> tuple[int, int]:
    """Move the pipe away from standard input and output, where cells would find it."""
    reads, writes = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    return reads, writes


def reply(shell: Shell, head: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
    """Do what one request asks for."""
    match head:
        case {"do": "run", "source": str(source), "seconds": float(seconds)}:
            shell.outputs.start(head["text"], head["data"])
            interrupted = run_cell(shell, source, seconds)
            return {"outputs": shell.outputs.items, "interrupted": interrupted}, b""
        case {"do": "apply", "run": dict(run), "functions": list(functions)}:
            outcome = applied(shell.user_ns, run, functions, from_bytes(body))
            return {}, to_bytes(outcome.to_plain())
        case {"do": "value", "name": str(name)}:
            found = name in shell.user_ns
            return {"found": found}, to_bytes(plain(shell.user_ns.get(name)))
        case {"do": "put", "files": list(files)}:
            put(files, body)
            return {}, b""
    raise ValueError(f"unknown request {sorted(head)}")


def put(files: list[tuple[str, int]], body: bytes) -> None:
    """Write what was handed in beside the notebook. What the course put there stays."""
    start = 0
    for path, size in files:
        with contextlib.suppress(OSError):
            os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
            with open(path, "xb") as file:
                file.write(body[start : start + size])
        start += size


def applied(
    namespace: dict[str, Any], run: Settings, functions: list[str], case: dict[str, Any]
) -> Outcome:
    """Outcome of the exercise's ``run`` with the student's functions on one case."""
    if failure := missing(functions, namespace):
        return Outcome(failure=failure)
    try:
        return apply(run_of(run), [namespace[f] for f in functions], case, students=True)
    except BaseException as error:  # KeyboardInterrupt raised by a student's function
        kind = type(error).__name__
        return Outcome(failure=Failure(kind, "stopped the call", function=functions[-1]))


def small_enough(
    answer: tuple[dict[str, Any], bytes], largest: int
) -> tuple[dict[str, Any], bytes]:
    """The answer, or one in its place that says it was too large for a frame."""
    head, body = answer
    if len(json.dumps(head)) + len(body) < largest:
        return answer
    if body and "failed" not in head:
        too_large = Failure("ValueError", f"gave back more than {largest:,} bytes", inside=False)
        value: Any = Unusable("more data than fits into an answer")
        return head, to_bytes(value if "found" in head else Outcome(failure=too_large).to_plain())
    return {"failed": "showed more than fits into an answer"}, b""


def main(limits: str) -> None:
    """Serve requests until the pipe closes."""
    allowed = json.loads(limits)
    become_limited(allowed)
    if allowed.get("filter"):  # bubblewrap brings its own
        filter_system_calls(allowed.get("families"))
    channel = Channel(*take_pipe(), LARGEST_REQUEST)
    shell = start_shell()
    load(allowed["packages"])
    sys.path.insert(1, "")  # a student's own modules, as beside any notebook; the course's go first
    channel.send({"hello": list(sys.version_info[:3])})
    os.dup2(0, 2)  # until here standard error tells the trusted side why nothing started
    process = os.getpid()
    while True:
        try:
            head, body = channel.receive()
            answered = small_enough(answer(shell, head, body), allowed["frame"])
            if os.getpid() != process:  # a child of a cell, which must not answer for its parent
                os._exit(0)
            channel.send(*answered)
        except Closed:
            os._exit(0)


def answer(shell: Shell, head: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
    """The reply, or what stood in its way: a notebook may have changed what it is made with."""
    try:
        return reply(shell, head, body)
    except Exception as error:
        return {"failed": f"{type(error).__name__}: {error}"[:500]}, b""
