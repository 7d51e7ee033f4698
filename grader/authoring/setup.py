"""The one setup cell: every notebook has it, only the imports in it differ."""

from __future__ import annotations

import ast
from collections.abc import Collection
from string import Template
from textwrap import fill

import course_lib

RELEASE = f"v{course_lib.__version__}"  # the tag that badges open and setup cells install
WIDTH = 100  # of a line
COLAB = "2026-08"  # tests/colab has the versions of Python and packages that it has
# No magics, no shell lines, no top-level await: it must run in Jupyter, Colab and the browser.
SETUP = Template("""\
# Release $release of the course, tried with the versions of Colab's runtime of $colab.
import importlib.util
import subprocess
import sys

SOURCE = "$source"
HELP = f'Run "{sys.executable}" -m pip install --upgrade {SOURCE} and restart this notebook.'$where
if not all(importlib.util.find_spec(package) for package in ("course_lib", "grader")):
    if SOURCE == "-e ." or sys.platform == "emscripten":
        raise ModuleNotFoundError(f"The course is not installed in this Python. {HELP}")
    command = [sys.executable, "-m", "pip", "install", "--quiet", SOURCE]
    pip = subprocess.run(command, capture_output=True, text=True)
    if pip.returncode:
        raise RuntimeError(f"The course could not be installed:\\n{pip.stderr}")
    importlib.invalidate_caches()

import course_lib
from course_lib.threads import limit_threads

installed = getattr(course_lib, "__version__", "0.1")  # releases before 0.2 do not say it
if [int(number) for number in installed.split(".")[:2]] < $oldest:
    raise RuntimeError(f"This notebook needs course_lib $needed, here is {installed}. {HELP}")
limit_threads(1)  # the arrays here are small: more threads would only wait for each other

$imports
setup_done(installed)
""")

FOLDER = '\nHELP = f"In the folder of the course, with its newest files: {HELP}"'
TITLE = "Setup: run this first whenever you open or restart the notebook"  # the cell is folded
DEVICES = ('device = choose_device("auto")', 'device = choose_device("cpu")')


def setup_cell(imports: str, repository: str) -> str:
    """The setup cell of a notebook.

    Parameters
    ----------
    imports : what the source has in its ``# %% setup=true`` cell: the imports of the notebook and
        ``device = choose_device("auto")``, which says where it computes, and why
    repository : address that pip can install from; empty: the course must be installed already
    """
    return _cell(imports.strip(), repository)


def _cell(imports: str, repository: str) -> str:
    # A release that changes the third number only adds no name and takes none away.
    oldest = course_lib.__version__.split(".")[:2]
    cell = SETUP.substitute(
        colab=COLAB,
        imports=imports,
        needed=".".join(oldest),
        oldest=f"[{', '.join(oldest)}]",
        release=RELEASE,
        source=f"git+{repository}@{RELEASE}" if repository else "-e .",
        where="" if repository else FOLDER,
    )
    return cell.rstrip()


def with_names(imports: str, needed: Collection[str]) -> str:
    """``imports`` with names of ``grader.checking`` that cells made for all notebooks need."""
    for node in ast.parse(imports).body:
        if isinstance(node, ast.ImportFrom) and node.module == "grader.checking":
            names = sorted({alias.name for alias in node.names} | set(needed))
            line = f"from grader.checking import {', '.join(names)}"
            if len(line) > WIDTH:
                inside = fill(
                    ", ".join(names), WIDTH, initial_indent="    ", subsequent_indent="    "
                )
                line = f"from grader.checking import (\n{inside},\n)"
            lines = imports.split("\n")
            lines[node.lineno - 1 : node.end_lineno] = [line]
            return "\n".join(lines)
    return f"from grader.checking import {', '.join(sorted(needed))}\n{imports}"


def imports_of(cell: str, repository: str) -> str | None:
    """The part of a finished setup cell that is the notebook's own; None if the rest differs."""
    before, after = _cell("\0", repository).split("\0")
    cell = cell.removeprefix(f"# @title {TITLE}\n")
    if not (cell.startswith(before) and cell.endswith(after)):
        return None
    return cell[len(before) : len(cell) - len(after)]


def wrong_with(imports: str) -> str:
    """What keeps ``imports`` from being a notebook's own part of the setup cell; "" if nothing."""
    *before, last = ast.parse(imports).body or [ast.Pass()]
    if others := [node for node in before if not isinstance(node, ast.Import | ast.ImportFrom)]:
        return f"the setup cell holds imports only, found {ast.unparse(others[0])!r}"
    if ast.unparse(last) not in {ast.unparse(ast.parse(device)) for device in DEVICES}:
        return (
            f'the setup cell ends with {DEVICES[0]}, or with "cpu" in a notebook that has nothing '
            "for a GPU"
        )
    return ""
