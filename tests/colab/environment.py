"""A Python with the versions that Colab has: ``python -m tests.colab.environment`` makes it once.

It lies in build/colab. The course itself is not installed in it: tests put it on the path.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.environments.installer import installer

FOLDER = Path(__file__).parents[2] / "build" / "colab"
PYTHON = FOLDER / ("Scripts" if sys.platform == "win32" else "bin") / "python"
READY = FOLDER / "ready"  # written last
# Colab has one of these Pythons; any other runs with the packages of the older one.
PYTHONS = ("3.13", "3.12", sys.executable)
PACKAGES = Path(__file__).with_name("packages.txt")


def missing() -> str | None:
    """Why it cannot be used, or None."""
    return None if READY.exists() else "no build/colab"


def make() -> None:
    """Make the environment anew, with the first Python that is there."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    choice = [word for python in PYTHONS for word in ("--python", python)]
    run(sys.executable, "-m", "virtualenv", "--quiet", *choice, str(FOLDER))
    run(*installer(PYTHON), "--requirement", str(PACKAGES))
    READY.touch()


def run(*command: str) -> None:
    """Run a command; its output is shown if it fails."""
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


if __name__ == "__main__":
    if missing():
        make()
