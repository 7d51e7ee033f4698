"""Live attempts to get out of the sandbox, for ``grader doctor``.

An attempt proves something only if it would succeed otherwise. So everything that is reached for
is planted first, with a secret word in it; each attempt is made twice, without the wall and behind
it; and what counts is that the word came out, or that what was planted has changed.
"""

from __future__ import annotations

import contextlib
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grader.files import package_folder
from grader.grading.sandbox.notebook_process import Lost, NotebookProcess
from grader.grading.sandbox.sandbox import Sandbox
from grader.settings import Settings

SECONDS = 20.0


@dataclass(frozen=True)
class Trial:
    """A cell, and how one sees from what it printed whether it got out."""

    title: str
    source: str
    succeeded: Callable[[str], bool]


@dataclass(frozen=True)
class Attempt:
    """What was tried, whether it was prevented, and whether it works where nothing prevents it."""

    title: str
    prevented: bool
    works_without: bool
    detail: str


@contextlib.contextmanager
def planted(settings: Settings) -> Iterator[list[Trial]]:
    """Plant what is worth reaching for; gives the attempts at it."""
    word = secrets.token_hex(8)
    with contextlib.ExitStack() as stack:
        home = stack.enter_context(
            tempfile.NamedTemporaryFile("w", dir=Path.home(), prefix=".doctor-")
        )
        home.write(word)
        home.flush()
        settings.build.mkdir(parents=True, exist_ok=True)
        folder = tempfile.TemporaryDirectory(dir=settings.build, prefix="doctor-")
        classroom = Path(stack.enter_context(folder))
        gradebook, other = classroom / "gradebook.db", classroom / "submitted" / "other.ipynb"
        other.parent.mkdir()
        for path in (gradebook, other):
            path.write_text(word, encoding="utf-8")
        command = [sys.executable, "-c", "import time; time.sleep(600)"]
        process = subprocess.Popen(command, env={"WORD": word})
        stack.callback(_end, process)
        port = stack.enter_context(_says(word, socket.AF_INET, ("127.0.0.1", 0)))[1]
        local = stack.enter_context(_says(word, socket.AF_UNIX, f"\0doctor-{secrets.token_hex(8)}"))

        code = package_folder("grader").parent

        def leaked(printed: str) -> bool:
            return word in printed

        yield [
            Trial(
                "read a file in your home folder",
                f"print(open({home.name!r}).read())",
                leaked,
            ),
            Trial("read a gradebook", f"print(open({str(gradebook)!r}).read())", leaked),
            Trial(
                "change a gradebook",
                f"open({str(gradebook)!r}, 'a').write('!')",
                lambda _: gradebook.read_text(encoding="utf-8") != word,
            ),
            Trial("read another submission", f"print(open({str(other)!r}).read())", leaked),
            Trial(
                "reach a server on this machine",
                "import socket\n"
                f"print(socket.create_connection(('127.0.0.1', {port}), 5).recv(99))",
                leaked,
            ),
            Trial(
                "reach a program through a local socket",
                f"import socket\ns = socket.socket(socket.AF_UNIX)\ns.connect({local!r})\n"
                "print(s.recv(99))",
                leaked,
            ),
            Trial(
                "see what other processes know",
                f"print(open('/proc/{process.pid}/environ').read())",
                leaked,
            ),
            Trial(
                "end another process",
                f"import os\nos.kill({process.pid}, 9)",
                lambda _: process.poll() is not None or _ended(process),
            ),
            Trial("import the exercises", _import("grader.exercises", code), _done),
            Trial("use an answer of course_lib", _use_an_answer(code), _done),
            *(
                Trial("read a model answer", f"open({str(source)!r})\nprint('done')", _done)
                for source in sorted(settings.solutions.glob("*/*.py"))[:1]
            ),
        ]


def _done(printed: str) -> bool:
    return printed.strip() == "done"


LIMITS = (
    Trial(
        "make a new user namespace",
        "import ctypes\nassert ctypes.CDLL(None, use_errno=True).unshare(0x10000000) == 0\n"
        "print('done')",
        _done,
    ),
    Trial(
        "take memory that no limit counts",
        "import os\nos.memfd_create('x')\nprint('done')",
        _done,
    ),
    Trial("take 16 GB of memory", "x = bytearray(1 << 34)\nprint('done')", _done),
    Trial(
        "fill a disk",
        "for i in range(5):\n    open(f'/tmp/doctor-{i}', 'wb').write(bytes(60 << 20))\n"
        "print('done')",
        _done,
    ),
    Trial(
        "start 500 processes",
        "import subprocess\nrunning = []\ntry:\n    for _ in range(500):\n"
        "        running.append(subprocess.Popen(['sleep', '5']))\n    print('done')\n"
        "finally:\n    [p.kill() for p in running]\n    [p.wait() for p in running]",
        _done,
    ),
    Trial(
        "change the programs it runs with",
        "import os, sys\nfolders = ('/usr', sys.prefix, sys.base_prefix, sys.path[0])\n"
        "assert any(os.access(folder, os.W_OK) for folder in folders)\nprint('done')",
        _done,
    ),
)


def try_to_escape(sandbox: Sandbox, settings: Settings) -> list[Attempt]:
    """Make every attempt; those at planted things without the wall, too."""
    with planted(settings) as trials:
        inside = _tried([*trials, *LIMITS], sandbox)
        outside = _tried(trials, replace(sandbox, unsafe=True))
    works = {trial.title: got_out for trial, got_out, _ in outside}
    return [
        Attempt(trial.title, not got_out, works.get(trial.title, False), detail)
        for trial, got_out, detail in inside
    ]


def _tried(trials: Sequence[Trial], sandbox: Sandbox) -> list[tuple[Trial, bool, str]]:
    made = []
    process = NotebookProcess(sandbox)
    try:
        for trial in trials:
            try:
                head, _ = process.run(trial.source, SECONDS)
                printed, detail = _printed_and_error(head.get("outputs", []))
            except Lost as lost:
                printed, detail = "", str(lost)
                process = NotebookProcess(sandbox)
            made.append((trial, trial.succeeded(printed), detail))
        return made
    finally:
        process.close()


def _printed_and_error(outputs: list[Any]) -> tuple[str, str]:
    """What a cell printed, and a line with its error, if it had one."""
    known = [output for output in outputs if isinstance(output, dict)]
    printed = "".join(str(output.get("text", "")) for output in known)
    errors = [f"{o.get('ename')}: {o.get('evalue')}" for o in known if "ename" in o]
    return printed, " ".join([printed, *errors]).strip()[:200]


def _import(module: str, root: Path) -> str:
    return (
        f"import sys\nfor name in [n for n in sys.modules if n.split('.')[0] == "
        f"{module.split('.')[0]!r}]:\n    del sys.modules[name]\n"
        f"sys.path.insert(0, {str(root)!r})\nimport {module}\nprint('done')"
    )


def _use_an_answer(root: Path) -> str:
    return _import("course_lib.functional", root).replace(
        "print('done')",
        "import numpy as np\n"
        "course_lib.functional.linear_forward(np.ones((1, 1)), np.ones((1, 1)), np.ones(1))\n"
        "print('done')",
    )


@contextlib.contextmanager
def _says(word: str, family: int, address: Any) -> Iterator[Any]:
    """A server that tells ``word`` to everybody who connects; gives its address."""
    with socket.socket(family) as server:
        server.bind(address)
        server.listen()

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    with server.accept()[0] as connection:
                        connection.sendall(word.encode())

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()
        with contextlib.suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def _ended(process: subprocess.Popen[bytes]) -> bool:
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(0.2)
    return process.poll() is not None


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
