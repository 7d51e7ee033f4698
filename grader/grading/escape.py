"""Live attempts to get out of the sandbox, for ``grader doctor``: each must fail."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from grader.grading.sandbox import Sandbox
from grader.grading.student import Student

WORD = "escaped"


@dataclass(frozen=True)
class Attempt:
    """What was tried, and whether it was prevented."""

    title: str
    prevented: bool
    detail: str


def attempts(classroom: Path, root: Path) -> dict[str, str]:
    """Title -> a cell that prints :data:`WORD` if it succeeds."""
    secret, home = str(classroom), str(Path.home())
    return {
        "read your home folder": _succeeds(
            f"assert [n for n in os.listdir({home!r}) if n[0] != '.']"
        ),
        "read the gradebook's folder": _succeeds(f"os.listdir({secret!r})"),
        "read the solutions": _succeeds(f"os.listdir({str(root / 'solutions')!r})"),
        "import the exercises": _succeeds("import grader.exercises"),
        "use an answer of course_lib": _succeeds(
            "import numpy as np\n    from course_lib.functional import linear_forward\n"
            "    linear_forward(np.ones((1, 1)), np.ones((1, 1)), np.ones(1))"
        ),
        "reach the network": _succeeds(
            "import socket\n    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
            "    s.connect(('192.0.2.1', 53))"
        ),
        "see other processes": _succeeds(
            "assert len([p for p in os.listdir('/proc') if p.isdigit()]) > 4"
        ),
        "write outside of its own folder": _succeeds(
            "assert any(os.access(d, os.W_OK) for d in ('/usr', '/etc', sys.prefix, sys.path[0]))"
        ),
        "see your environment": _succeeds(
            "assert 'SHELL' in os.environ or 'LOGNAME' in os.environ"
        ),
        "act as root": _succeeds("assert os.getuid() == 0 or os.setuid(0) is None"),
        "use unlimited memory": _succeeds("x = bytearray(1 << 34)"),
        "start processes without end": _succeeds(
            "import subprocess\n    running = []\n    try:\n        for _ in range(500):\n"
            "            running.append(subprocess.Popen(['sleep', '5']))\n"
            "    finally:\n        [p.kill() for p in running]\n        [p.wait() for p in running]"
        ),
    }


def _succeeds(code: str) -> str:
    return (
        f"import os, sys\ntry:\n    {code}\n    print({WORD!r})\n"
        "except BaseException as error:\n    print(type(error).__name__, error)"
    )


def try_to_escape(sandbox: Sandbox, classroom: Path, root: Path) -> list[Attempt]:
    """Make every attempt in one worker."""
    student = Student(sandbox)
    try:
        made = []
        for title, source in attempts(classroom, root).items():
            ran = student.run(source, 20.0)
            text = "".join(str(o.get("text", "")) for o in ran.outputs if isinstance(o, dict))
            prevented = ran.success and bool(text.strip()) and text.strip() != WORD
            made.append(Attempt(title, prevented, text.strip()[:200]))
        return made
    finally:
        student.close()
