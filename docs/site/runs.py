"""Executed notebooks, kept by content: a notebook runs again only if something it uses changed."""

import hashlib
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import nbformat
from nbformat.notebooknode import NotebookNode

from docs.site import ROOT
from docs.site.jupyter_environment import jupyter_environment
from grader import COURSE
from grader.authoring.notebook import to_bytes
from grader.exercises.own_folder import folder_of
from grader.files import digest_of, visible_files, write_whole
from grader.problems import Problem

NOTEBOOK_SECONDS = 1800  # ps25, the longest, takes a minute or two on an idle core
KEPT = 2  # of each notebook: going back to the branch before costs nothing
# What a notebook imports from the course, and the packages that show in its outputs.
CODE = (*COURSE, "grader/checking", "grader/exercises", "docs/site/run_notebook.py")
PACKAGES = ("numpy", "matplotlib", "array-api-compat", "ipykernel", "ipython", "nbclient")
OPTIONAL = ("scikit-learn", "torch")


class SiteProblem(Problem):
    """The site cannot be built."""


def call_tool(
    what: str, *command: str, folder: Path | None = None, environment: dict[str, str] | None = None
) -> None:
    """Run a program that has to succeed.

    Raises
    ------
    SiteProblem
        It failed; the message says ``what`` failed and ends with what the program said.
    """
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SiteProblem(f"{what}: {(done.stdout + done.stderr).strip()[-1500:]}")


def key_of(notebook: NotebookNode) -> str:
    """Changes with all that the outputs of ``notebook`` depend on."""
    own = folder_of(ROOT)
    places = [*(ROOT / place for place in CODE), *([own] if own else [])]
    files = [file for place in places for file in visible_files(place)]
    versions = [platform.python_version(), *map(_version, PACKAGES + OPTIONAL)]
    said = "\n".join([digest_of(files), *versions]).encode() + to_bytes(notebook)
    return hashlib.sha256(said).hexdigest()[:24]


def executed(notebook: NotebookNode, name: str, folder: Path) -> NotebookNode:
    """``notebook`` with its outputs, taken from ``folder`` or run now and kept there.

    Raises
    ------
    SiteProblem
        A cell stopped with an error, or the notebook took longer than the limit.
    """
    file = folder / f"{name}-{key_of(notebook)}.ipynb"
    if file.exists():
        file.touch()  # the last one used is pruned last
    else:
        print(f"running {name}", flush=True)
        write_whole(file, _run(notebook, name))
    _prune(folder.glob(f"{name}-*.ipynb"))
    return nbformat.read(file, as_version=4)  # type: ignore[no-any-return]


def _prune(files: Iterable[Path]) -> None:
    for old in sorted(files, key=lambda file: file.stat().st_mtime, reverse=True)[KEPT:]:
        old.unlink()


def _run(notebook: NotebookNode, name: str) -> bytes:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        source, target = Path(scratch, "in.ipynb"), Path(scratch, "out.ipynb")
        source.write_bytes(to_bytes(notebook))
        command = [sys.executable, "-m", "docs.site.run_notebook", str(source), str(target)]
        own = {"COURSE_PROGRESS": str(Path(scratch, "progress.json")), "PYTHONPATH": str(ROOT)}
        # A kernel ends when the process that started it is gone.
        with subprocess.Popen(
            command,
            cwd=ROOT,
            env=jupyter_environment(Path(scratch)) | own,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        ) as child:
            try:
                _, said = child.communicate(timeout=NOTEBOOK_SECONDS)
            except subprocess.TimeoutExpired:
                raise SiteProblem(f"{name}: not done after {NOTEBOOK_SECONDS} s") from None
            finally:
                child.kill()
        if child.returncode:
            raise SiteProblem(f"{name}: it does not run through\n{said[-3000:]}")
        return target.read_bytes()


def _version(package: str) -> str:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"{package} is not installed"
