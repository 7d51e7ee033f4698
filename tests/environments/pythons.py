"""Pythons of a wanted version, and packages put into environments of their own."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def find_python(version: str) -> str | None:
    """A Python of that version (``"3.12"``) on this machine, or None."""
    # pyenv puts a name on PATH for each of its Pythons, but it works for the chosen ones only.
    kept = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
    places = [f"python{version}", *map(str, kept)]
    return next((place for place in places if works(place, version)), None)


def works(python: str, version: str) -> bool:
    """Whether it starts and has that version."""
    if shutil.which(python) is None:
        return False
    say = "import sys; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run([python, "-c", say], capture_output=True, text=True, check=False)
    return done.returncode == 0 and done.stdout.strip() == version


def make_environment(folder: Path, python: str, packages: Sequence[str]) -> None:
    """A virtual environment in place of ``folder``; ``packages`` may hold options of pip.

    Raises
    ------
    CalledProcessError
        A step failed; it printed why.
    """
    shutil.rmtree(folder, ignore_errors=True)
    if shutil.which("uv"):
        run("uv", "venv", "--quiet", "--python", python, str(folder))
        there = python_of(folder)
        run("uv", "pip", "install", "--quiet", "--python", str(there), *packages)
    else:
        run(python, "-m", "venv", str(folder))
        quiet = ["-qq", "--disable-pip-version-check"]
        run(str(python_of(folder)), "-m", "pip", "install", *quiet, *packages)


def install_into(folder: Path, python: str, package: str) -> Path:
    """The folder, with a package in it that lacks what it needs.

    Raises
    ------
    CalledProcessError
        It cannot be built or installed; the command printed why.
    """
    options = ["--quiet", "--no-deps", "--target", str(folder), package]
    if shutil.which("uv"):
        run("uv", "pip", "install", "--python", python, *options)
    else:
        run(python, "-m", "pip", "install", "--disable-pip-version-check", *options)
    return folder


def python_of(folder: Path) -> Path:
    """The Python of a virtual environment."""
    return folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"


def run(*command: str) -> None:
    """Run a command; its output is shown if it fails."""
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
