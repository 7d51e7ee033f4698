"""A JupyterHub beside this environment: ``python -m tests.hub.environment`` makes it once.

Its virtual environment, build/hub, has this checkout as instructors have it, and so have the
kernels of its users. Its proxy is the one in Python, which needs no Node.
"""

import shutil
import subprocess
import sys

from tests.environments.installer import installer
from tests.project import ROOT

FOLDER = ROOT / "build" / "hub"
BIN = FOLDER / "bin"
READY = FOLDER / "ready"  # written last
PACKAGES = ("jupyterhub", "configurable-http-proxy", "jupyter-server-proxy")


def missing() -> str | None:
    """Why it cannot be used, or None."""
    if READY.exists() and READY.stat().st_mtime > (ROOT / "pyproject.toml").stat().st_mtime:
        return None
    return "no build/hub for this pyproject.toml"


def make() -> None:
    """Make the environment anew."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    run(sys.executable, "-m", "venv", str(FOLDER))
    pinned = ["--constraint", "constraints.txt", "--editable", ".[grader,marking,notebooks]"]
    run(*installer(BIN / "python"), *pinned, *PACKAGES)
    READY.touch()


def run(*command: str) -> None:
    """Run a command in the course's folder; its output is shown if it fails."""
    subprocess.run(command, cwd=ROOT, check=True, stdin=subprocess.DEVNULL)


if __name__ == "__main__":
    if missing():
        make()
