"""What README has students install: ``python -m tests.project.student_environment`` makes it once.

It lies in build/student, a virtual environment of its own. Linters, test tools and nbgrader, which
this project's own environment has, are not in it.
"""

import re
import shutil
import subprocess
import sys

from tests.environments.installer import installer
from tests.project import ROOT

FOLDER = ROOT / "build" / "student"
BIN = FOLDER / ("Scripts" if sys.platform == "win32" else "bin")
READY = FOLDER / "ready"  # written last


def missing() -> str | None:
    """Why it cannot be used, or None."""
    if READY.exists() and READY.stat().st_mtime > (ROOT / "pyproject.toml").stat().st_mtime:
        return None
    return "no build/student for this pyproject.toml"


def extra() -> str:
    """What `make student` installs."""
    (found,) = re.findall(r"^STUDENT := (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.M)
    return str(found)


def make() -> None:
    """Make the environment anew, as `make student` does."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    run(sys.executable, "-m", "venv", str(FOLDER))
    pinned = ["--constraint", "constraints.txt", "--editable", extra()]
    run(*installer(BIN / "python"), *pinned)
    READY.touch()


def run(*command: str) -> None:
    """Run a command in the course's folder; its output is shown if it fails."""
    subprocess.run(command, cwd=ROOT, check=True, stdin=subprocess.DEVNULL)


if __name__ == "__main__":
    if missing():
        make()
