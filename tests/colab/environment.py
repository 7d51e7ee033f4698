"""A Python with the versions that Colab has: ``python -m tests.colab.environment`` makes it once.

It lies in build/colab. The course itself is not installed in it: tests put it on the path.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "build" / "colab"
PYTHON = FOLDER / "bin" / "python"
READY = FOLDER / "ready"  # written last

# Colab's Python, and the numpy it has beside it; any other Python gets the older one.
NUMPY = {"3.13": "2.1.3", "3.12": "2.0.2"}
PINS = ["ipython==7.34.0", "matplotlib==3.10.0"]
COURSE = ["array-api-compat>=1.11", "setuptools"]  # what the setup cell would bring, and IPython 7


def missing() -> str | None:
    """Why it cannot be used, or None."""
    return None if READY.exists() else "no build/colab: python -m tests.colab.environment"


def make() -> None:
    """Make the environment anew."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    version, python = next(filter(works, candidates()))
    packages = [*PINS, f"numpy=={NUMPY.get(version, '2.0.2')}", *COURSE]
    if shutil.which("uv"):
        run("uv", "venv", "--quiet", "--python", python, str(FOLDER))
        run("uv", "pip", "install", "--quiet", "--python", str(PYTHON), *packages)
    else:
        run(python, "-m", "venv", str(FOLDER))
        quiet = ["-qq", "--disable-pip-version-check"]
        run(str(PYTHON), "-m", "pip", "install", *quiet, *packages)
    READY.touch()
    print(f"{FOLDER}: Python {version or sys.version.split()[0]}, {', '.join(packages)}")


def candidates() -> Iterator[tuple[str, str]]:
    """Colab's Pythons wherever they are, newest first, and in the end this one."""
    for version in NUMPY:
        yield version, f"python{version}"
        # pyenv puts a name on PATH for each of its Pythons, but it works for the chosen ones only
        for python in sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python")):
            yield version, str(python)
    yield "", sys.executable


def works(candidate: tuple[str, str]) -> bool:
    """Whether there is such a Python of that version."""
    version, python = candidate
    if shutil.which(python) is None:
        return False
    say = "import sys; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run([python, "-c", say], capture_output=True, text=True, check=False)
    return done.returncode == 0 and done.stdout.strip().startswith(version)


def run(*command: str) -> None:
    """Run a command; its output is shown if it fails."""
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


if __name__ == "__main__":
    if missing():
        make()
