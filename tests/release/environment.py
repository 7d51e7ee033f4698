"""The wheel of this checkout, alone: ``python -m tests.release.environment`` makes it once.

It lies in build/released: a virtual environment with the wheel and what it needs, versions from
constraints.txt. The checkout is not on its path.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import course_lib
from grader.authoring.distribution import packages, released_on
from tests.environments.installer import installer
from tests.project import ROOT

FOLDER = ROOT / "build" / "released"
PYTHON = FOLDER / ("Scripts" if sys.platform == "win32" else "bin") / "python"
READY = FOLDER / "ready"  # written last


def missing() -> str | None:
    """Why it cannot be used, or None."""
    code = (
        path
        for name in ("course_lib", "course_lessons", "grader")
        for path in (ROOT / name).rglob("*.py")
    )
    notebooks = (ROOT / "notebooks").rglob("*.ipynb")
    sources = [ROOT / "pyproject.toml", *code, *notebooks]
    if READY.exists() and all(READY.stat().st_mtime > path.stat().st_mtime for path in sources):
        return None
    return "no build/released for this code"


def make() -> None:
    """Make the environment anew."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", str(FOLDER)], check=True)
    with tempfile.TemporaryDirectory() as folder:
        packages(ROOT, Path(folder), released_on(ROOT, course_lib.__version__))
        (wheel,) = Path(folder).glob("*.whl")
        pinned = ["--constraint", str(ROOT / "constraints.txt"), str(wheel)]
        command = [*installer(PYTHON), *pinned]
        subprocess.run(command, cwd=folder, check=True, stdin=subprocess.DEVNULL)
    READY.touch()


if __name__ == "__main__":
    if missing():
        make()
