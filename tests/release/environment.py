"""The wheels of this checkout, alone: ``python -m tests.release.environment`` makes them once.

Two virtual environments, versions from constraints.txt: build/released has the students' wheel and
what it needs, build/taught has the instructors', too. The checkout is not on their paths.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import course_lib
from grader.authoring.distribution import packages, released_on, teaching
from tests.environments.installer import installer
from tests.project import ROOT

FOLDER = ROOT / "build" / "released"
PYTHON = FOLDER / ("Scripts" if sys.platform == "win32" else "bin") / "python"
TAUGHT = ROOT / "build" / "taught"
TAUGHT_PYTHON = TAUGHT / PYTHON.relative_to(FOLDER)
READY = FOLDER / "ready"  # written last


def missing() -> str | None:
    """Why it cannot be used, or None."""
    code = (
        path
        for name in ("course_lib", "course_lessons", "grader")
        for path in (ROOT / name).rglob("*.py")
    )
    notebooks = (ROOT / "notebooks").rglob("*.ipynb")
    solutions = (ROOT / "solutions").rglob("*.py")
    sources = [ROOT / "pyproject.toml", *code, *notebooks, *solutions]
    if READY.exists() and all(READY.stat().st_mtime > path.stat().st_mtime for path in sources):
        return None
    return "no build/released for this code"


def make() -> None:
    """Make the environments anew."""
    when = released_on(ROOT, course_lib.__version__)
    with tempfile.TemporaryDirectory() as folder:
        packages(ROOT, Path(folder), when)
        (wheel,) = Path(folder).glob("*.whl")
        _install(FOLDER, PYTHON, wheel)
        teaching(ROOT, Path(folder), when)
        _install(TAUGHT, TAUGHT_PYTHON, *Path(folder).glob("*.whl"))
    READY.touch()


def _install(folder: Path, python: Path, *wheels: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    pinned = ["--constraint", str(ROOT / "constraints.txt"), *map(str, wheels)]
    command = [*installer(python), *pinned]
    subprocess.run(command, cwd=wheels[0].parent, check=True, stdin=subprocess.DEVNULL)


if __name__ == "__main__":
    if missing():
        make()
