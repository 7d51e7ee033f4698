"""Start a worker with as little around it as possible.

Under bubblewrap a worker sees: the Python it runs, the system's libraries, the student tree, an
empty home in memory, its own process numbers, and no network. Nothing else of this machine exists
for it. The command line below is the wall, with a filter of system calls in it
(:mod:`grader.grading.syscalls`); :mod:`grader.grading.escape` tries it out.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO

from grader.grading.stage import FONTS, HIDDEN, student_tree
from grader.grading.syscalls import syscall_filter
from grader.settings import Limits

INSTALL = (
    "bubblewrap is not there, so submissions cannot be kept away from this machine. Install it "
    "(apt install bubblewrap), or grade with --unsafe on a machine that has nothing to lose."
)
NOT_SANDBOXED = "NOT SANDBOXED: run as you, with your files and network in reach"
TREE, HOME = "/sandbox/course", "/sandbox/home"
FRAME = 64 << 20
# Nothing here that students' work needs, and answers or much memory in it.
HIDDEN_PACKAGES = ("course_lib", "grader", "torch", "nbgrader", "sklearn", "mlxtend")
SCRATCH = 256 << 20  # bytes in /tmp, and as many in the home folder: both lie in memory
SHARED = 64 << 20
UIDS = range(61184, 65520)  # set aside for throw-away users on Linux


class NoSandbox(Exception):
    """Submissions can't be run in isolation here, and running them without was not asked for."""


@dataclass(frozen=True)
class Sandbox:
    """How workers are started.

    Attributes
    ----------
    limits : what each may use
    unsafe : run without isolation; the student's code then can do whatever you can do
    files : a folder whose files the notebook finds beside itself, or None
    """

    limits: Limits = field(default_factory=Limits)
    unsafe: bool = False
    files: Path | None = None

    @property
    def isolation(self) -> str:
        """One line for reports."""
        return NOT_SANDBOXED if self.unsafe else "bubblewrap: no network, no files of this machine"

    def require(self) -> None:
        """Raise NoSandbox unless submissions can be run as asked."""
        if not self.unsafe and (reason := why_no_bubblewrap()):
            raise NoSandbox(reason)

    def start(self, errors: IO[bytes], home: str) -> subprocess.Popen[bytes]:
        """A new worker; the pipe is its standard input and output.

        Parameters
        ----------
        errors : takes its standard error until it is ready
        home : an empty folder, used only where nothing isolates the worker
        """
        self.require()
        limits = self._limits()
        if self.unsafe:
            tree = str(student_tree())
            command = [sys.executable, *worker_arguments(tree, limits)]
            environment = worker_environment(home, f"{tree}/{FONTS}")
            return _popen(command, errors, environment, home)
        python = [sys.executable, *worker_arguments(TREE, limits)]
        with _readable(syscall_filter()) as filtered:
            seccomp = ["--seccomp", str(filtered)] if filtered is not None else []
            command = [*bubblewrap(self.files), *seccomp, "--", *python]
            return _popen(command, errors, {}, "/", () if filtered is None else (filtered,))

    def _limits(self) -> dict[str, int]:
        limits = {
            "memory": self.limits.memory_megabytes << 20,
            "cpu": int(self.limits.submission_seconds) + 5,
            "file": FRAME,
            "frame": FRAME,
        }
        if not self.unsafe:
            limits["processes"] = self.limits.processes
            if os.getuid() == 0:
                limits["uid"] = secrets.choice(UIDS)  # workers side by side hardly share one
        return limits


def _popen(
    command: list[str],
    errors: IO[bytes],
    environment: dict[str, str],
    folder: str,
    keep: tuple[int, ...] = (),
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        env=environment,
        cwd=folder,
        pass_fds=keep,
        start_new_session=True,
        bufsize=0,
    )


@contextlib.contextmanager
def _readable(content: bytes) -> Iterator[int | None]:
    """A file descriptor that gives ``content`` to a child; None if there is none."""
    if not content:
        yield None
        return
    reads, writes = os.pipe()
    try:
        os.write(writes, content)  # less than a pipe holds
        os.close(writes)
        yield reads
    finally:
        os.close(reads)


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a worker and everything it started; it gets no say in it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a worker for good."""
    kill(process)
    for pipe in (process.stdin, process.stdout):
        if pipe:
            pipe.close()
    process.wait()


def worker_arguments(tree: str, limits: dict[str, int]) -> list[str]:
    """Isolated mode: no environment, no user site; only the student tree is added."""
    code = "import sys; sys.path.insert(0, sys.argv[1]); from grader.grading.worker import main; "
    return ["-I", "-B", "-c", code + "main(sys.argv[2])", tree, json.dumps(limits)]


def worker_environment(home: str, fonts: str) -> dict[str, str]:
    """All of a worker's environment."""
    path = os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin", "/bin"])
    return {
        "HOME": home,
        "USER": "student",
        "PATH": path,
        "LANG": "C.UTF-8",
        "IPYTHONDIR": f"{home}/.ipython",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MPLCONFIGDIR": fonts,
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",  # each thread would reserve 64 MB of what the limit allows
    }


def bubblewrap(files: Path | None) -> list[str]:
    """The command line up to the command itself."""
    tree = student_tree()
    command = [str(shutil.which("bwrap")), "--die-with-parent", "--new-session"]
    if os.getuid() == 0:
        # Root makes the mounts, so that a Python under /root is found; the worker then becomes
        # an unused user before it does anything else, which is what its process limit counts.
        for space in ("ipc", "pid", "net", "uts"):
            command.append(f"--unshare-{space}")
        command += ["--unshare-cgroup-try", "--cap-drop", "ALL"]
        command += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        command += ["--unshare-all", "--unshare-user"]
        command += ["--disable-userns"] if _can("--disable-userns") else []
    command += ["--hostname", "sandbox", "--clearenv"]
    for name, value in worker_environment(HOME, f"{HOME}/.matplotlib").items():
        command += ["--setenv", name, value]
    # In this order: this Python may itself lie under /tmp, and is seen there nevertheless.
    command += ["--proc", "/proc", "--dev", "/dev"]
    command += [*_scratch("/dev/shm", SHARED), *_scratch("/tmp", SCRATCH)]
    command += ["--dir", str(Path(HOME).parent), *_scratch(HOME, SCRATCH)]
    command += _system(tree / HIDDEN)
    command += _read_only(str(tree), TREE)
    command += ["--perms", "1777", "--dir", f"{HOME}/.matplotlib"]
    for font_list in sorted((tree / FONTS).glob("*.json")):
        command += ["--ro-bind", str(font_list), f"{HOME}/.matplotlib/{font_list.name}"]
    for file in _loose_files(files):
        command += ["--ro-bind", str(file), f"{HOME}/{file.name}"]
    command += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", HOME]
    return command


def _scratch(folder: str, size: int) -> list[str]:
    """A folder in memory that anybody inside may write to, up to a size."""
    bounded = ["--size", str(size)] if _can("--size") else []  # bubblewrap 0.7 and later
    return ["--perms", "1777", *bounded, "--tmpfs", folder]


def _system(hidden: Path) -> list[str]:
    """The system's libraries and this Python, read-only; packages that hold answers are hidden.

    Every folder on the way to them is made by us: empty, and open to whom the worker is.
    """
    command: list[str] = []
    for name in ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"):
        if os.path.islink(name):
            command += ["--symlink", os.readlink(name), name]
        elif os.path.isdir(name):
            command += ["--ro-bind", name, name]
    for name in ("/etc/ld.so.cache", "/etc/fonts"):
        command += ["--ro-bind-try", name, name]
    prefixes = {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix}
    prefixes.add(str(Path(sys.executable).resolve().parent.parent))
    for prefix in sorted(prefixes):
        if not Path(prefix).is_relative_to("/usr"):
            command += _read_only(prefix, prefix)
    packages = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    for folder in sorted(packages):
        for name in HIDDEN_PACKAGES:
            if (Path(folder) / name).is_dir():
                command += ["--ro-bind", str(hidden), f"{folder}/{name}"]
    return command


def _read_only(source: str, target: str) -> list[str]:
    ways = [str(folder) for folder in reversed(Path(target).parents)][1:]
    made = [part for folder in ways for part in ("--dir", folder)]
    return [*made, "--ro-bind", source, target]


def _loose_files(folder: Path | None) -> list[Path]:
    """The plain files of the released assignment, notebooks and links left out."""
    if folder is None or not folder.is_dir():
        return []
    return sorted(
        path
        for path in folder.iterdir()
        if path.is_file() and not path.is_symlink() and path.suffix not in (".ipynb", ".py")
    )


@cache
def _can(option: str) -> bool:
    """Whether this bubblewrap is new enough to know an option."""
    helped = subprocess.run(["bwrap", "--help"], capture_output=True, text=True, check=False)
    return option in helped.stdout + helped.stderr


@cache
def why_no_bubblewrap() -> str:
    """Empty if bubblewrap works here, else why not."""
    if sys.platform != "linux" or shutil.which("bwrap") is None:
        return INSTALL
    tried = subprocess.run(
        ["bwrap", "--unshare-pid", "--unshare-net", "--ro-bind", "/", "/", "true"],
        capture_output=True,
        text=True,
        check=False,
    )
    if tried.returncode == 0:
        return ""
    reason = tried.stderr.strip().splitlines()[-1:] or ["no reason given"]
    return (
        f"bubblewrap is installed but not allowed to work here ({reason[0]}). In a container, "
        "start it with --security-opt seccomp=unconfined, or grade with --unsafe."
    )
