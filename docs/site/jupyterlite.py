"""JupyterLite in a folder of its own: ``python -m docs.site.jupyterlite`` makes build/jupyterlite.

Its kernel is an extension that an installed JupyterLab would load as well, and could not. So it is
not installed beside JupyterLab; `make site` calls it from this folder.
"""

import shutil
import sys
from pathlib import Path

from docs.site import ROOT
from docs.site.runs import call_tool

FOLDER = ROOT / "build" / "jupyterlite"
READY = FOLDER / "ready"  # written last
# The kernel says which Pyodide a published site asks for.
PINS = (
    "jupyterlite-core==0.8.6",
    "jupyterlite-pyodide-kernel==0.8.6",
    "doit==0.37.0",
    "pkginfo==2.0",
)
KERNEL = "@jupyterlite/pyodide-kernel-extension"


def missing() -> str | None:
    """Why JupyterLite cannot be called, or None."""
    if not READY.exists() or READY.read_text("utf-8") != "\n".join(PINS):
        return "no build/jupyterlite"
    return None


def require() -> None:
    """Install it if it is not there."""
    if missing():
        make()


def make() -> None:
    """Install the packages anew, without what they depend on: JupyterLab has brought it."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    command = [sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    options = ["--no-deps", "--only-binary", ":all:", "--target", str(FOLDER)]
    call_tool("pip could not install JupyterLite", *command, *options, *PINS)
    READY.write_text("\n".join(PINS), "utf-8")


def extension() -> Path:
    """The kernel's part for JupyterLite."""
    return FOLDER.joinpath("share", "jupyter", "labextensions", *KERNEL.split("/"))


if __name__ == "__main__":
    require()
