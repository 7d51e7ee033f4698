"""A JupyterHub beside this environment: ``python -m tests.hub.environment`` makes it once.

Its virtual environment, build/hub, has this checkout as instructors have it, and so have the
kernels of its users. Its proxy is the one in Python, which needs no Node.
"""

import shutil
import subprocess
import sys

from grader.files import digest_of
from tests.environments.installer import installer
from tests.project import ROOT

FOLDER = ROOT / "build" / "hub"
BIN = FOLDER / "bin"
READY = FOLDER / "ready"  # written last: what it was made of
PACKAGES = ("jupyterhub", "configurable-http-proxy", "jupyter-server-proxy")


def missing() -> str | None:
    """Why it cannot be used, or None."""
    if READY.exists() and READY.read_text("utf-8") == made_of():
        return None
    return "no build/hub for this pyproject.toml and constraints.txt"


def made_of() -> str:
    return digest_of(ROOT / name for name in ("pyproject.toml", "constraints.txt"))


def make() -> None:
    """Make the environment anew; if that fails, the one before stays."""
    before = FOLDER.with_name("hub.before")
    shutil.rmtree(before, ignore_errors=True)
    if FOLDER.exists():
        FOLDER.rename(before)
    try:
        run(sys.executable, "-m", "venv", str(FOLDER))
        pinned = ["--constraint", "constraints.txt", "--editable", ".[grader,marking,notebooks]"]
        run(*installer(BIN / "python"), *pinned, *PACKAGES)
        # uv compiles nothing, and the hub's users cannot write here.
        run(str(BIN / "python"), "-m", "compileall", "-qq", str(FOLDER / "lib"))
        READY.write_text(made_of(), "utf-8")
    except BaseException:
        shutil.rmtree(FOLDER, ignore_errors=True)
        if before.exists():
            before.rename(FOLDER)
        raise
    shutil.rmtree(before, ignore_errors=True)


def run(*command: str) -> None:
    """Run a command in the course's folder; its output is shown if it fails."""
    subprocess.run(command, cwd=ROOT, check=True, stdin=subprocess.DEVNULL)


if __name__ == "__main__":
    if missing():
        make()
