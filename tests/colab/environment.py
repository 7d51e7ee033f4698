"""A Python with the versions that Colab has: ``python -m tests.colab.environment`` makes it once.

It lies in build/colab. The course itself is not installed in it: tests put it on the path.
"""

import sys
from pathlib import Path

from tests.environments.pythons import find_python, make_environment, python_of

FOLDER = Path(__file__).parents[2] / "build" / "colab"
PYTHON = python_of(FOLDER)
READY = FOLDER / "ready"  # written last

# Colab's Python, and the numpy it has beside it; any other Python gets the older one.
NUMPY = {"3.13": "2.1.3", "3.12": "2.0.2"}
PINS = ["ipython==7.34.0", "matplotlib==3.10.0"]
COURSE = ["array-api-compat>=1.11", "setuptools"]  # what the setup cell would bring, and IPython 7


def missing() -> str | None:
    """Why it cannot be used, or None."""
    return None if READY.exists() else "no build/colab"


def make() -> None:
    """Make the environment anew."""
    version, python = next(
        ((version, found) for version in NUMPY if (found := find_python(version))),
        ("", sys.executable),
    )
    packages = packages_of(version)
    make_environment(FOLDER, python, packages)
    READY.touch()
    print(f"{FOLDER}: Python {version or sys.version.split()[0]}, {', '.join(packages)}")


def packages_of(version: str) -> list[str]:
    """What the course needs of Colab's packages beside that version of Python."""
    return [*PINS, f"numpy=={NUMPY.get(version, '2.0.2')}", *COURSE]


if __name__ == "__main__":
    if missing():
        make()
