"""The environments, and how a notebook is run in each."""

import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat.notebooknode import NotebookNode

import course_lib
from grader.authoring.distribution import packages, released_on
from tests.colab import environment as colab
from tests.environments import pythons
from tests.project import ROOT

FOLDER = ROOT / "build" / "environments"
SECONDS = 1200  # for one notebook; the slowest takes a few minutes
RUNNER = Path(__file__).with_name("run_notebook.py")
STAND_IN = ROOT / "tests" / "colab" / "stand_in"
BUILT = shutil.ignore_patterns("build", ".venv", ".git", "class", "*_cache")
PINNED = ("--constraint", str(ROOT / "constraints.txt"))


class NotRun(Exception):
    """An environment that cannot be had on this machine; the message says why."""


@dataclass(frozen=True)
class Result:
    """What became of one notebook: seconds, or what failed."""

    seconds: float
    failed: str = ""


@dataclass(frozen=True)
class Environment:
    """A virtual environment with a Python and packages of certain versions.

    Attributes
    ----------
    what : the row's heading in the table
    version : of Python
    packages : what pip is asked for, options included; called when the environment is made
    path : folders on PYTHONPATH; none where the course itself is installed
    has_grader : whether it grades, too
    """

    name: str
    what: str
    version: str
    packages: Callable[[Path], Iterable[str]]
    path: tuple[Path, ...] = (ROOT,)
    has_grader: bool = False

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return FOLDER / self.name

    def make(self) -> None:
        """Make it anew.

        Raises
        ------
        NotRun
            There is no such Python, or pip cannot install the packages.
        """
        if (python := pythons.find_python(self.version)) is None:
            raise NotRun(f"there was no Python {self.version}")
        FOLDER.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as built:
            wanted = list(self.packages(Path(built)))
            try:
                pythons.make_environment(self.folder, python, wanted)
            except subprocess.CalledProcessError as error:
                raise NotRun(f"{Path(error.cmd[0]).name} could not install its packages") from error

    def versions(self) -> str:
        """Python and the packages that notebooks use, as they came."""
        say = (
            "import platform, importlib.metadata as m; print(platform.python_version(), *("
            "f'{n} {m.version(n)}' for n in ('numpy', 'matplotlib', 'ipython')), sep=', ')"
        )
        command = [str(pythons.python_of(self.folder)), "-c", say]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return f"Python {done.stdout.strip()}"

    def run(self, _assignment: str, notebook: NotebookNode) -> Result:
        """Run all cells of an answered notebook; its checks give full marks or it has failed."""
        with tempfile.TemporaryDirectory() as folder:
            path, report = Path(folder) / "notebook.ipynb", Path(folder) / "report.json"
            nbformat.write(notebook, path)
            done = self._python([str(RUNNER), str(path), str(report)], Path(folder))
            if done.failed:
                return done
            seen = json.loads(report.read_text("utf-8"))
        failed = seen["errors"][0] if seen["errors"] else lost(notebook, seen["scores"])
        return Result(done.seconds, failed)

    def grade(self) -> Result:
        """Grade the sample class of `make demo`."""
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(ROOT, Path(folder) / "content", ignore=BUILT)
            return self._python(["-m", "grader", "demo"], Path(folder))

    def _python(self, arguments: list[str], folder: Path) -> Result:
        (folder / "content").mkdir(exist_ok=True)
        began = time.monotonic()
        try:
            done = subprocess.run(
                [str(pythons.python_of(self.folder)), *arguments],
                cwd=folder / "content",
                env={
                    "PATH": os.environ["PATH"],
                    "HOME": str(folder),
                    "PYTHONPATH": os.pathsep.join(map(str, self.path)),
                    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
                },
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Result(SECONDS, f"more than {SECONDS} s")
        said = (done.stderr.strip() or done.stdout.strip()).splitlines() or [""]
        return Result(time.monotonic() - began, said[-1] if done.returncode else "")


def lost(notebook: NotebookNode, scores: dict[str, float]) -> str:
    """The checks without full marks. What a choice earns is known to graders only."""
    points = {
        cell.metadata.nbgrader["grade_id"]: cell.metadata.nbgrader["points"]
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    }
    less = [
        f"{name}: {scores.get(name)} of {most}"
        for name, most in points.items()
        if name.startswith("check_") and abs((scores.get(name) or 0) - most) > 1e-9
    ]
    return "; ".join(less)


@functools.cache
def _project() -> dict[str, list[str]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return {"": project["dependencies"], **project["optional-dependencies"]}


def _all() -> list[str]:
    return [*_project()[""], *_project()["notebooks"], *_project()["grader"]]


def _oldest(_folder: Path) -> list[str]:
    if shutil.which("uv") is None:
        raise NotRun("uv, which finds the oldest versions, is not installed")
    return ["--resolution", "lowest-direct", *_all()]


def _newest(_folder: Path) -> list[str]:
    return _all()


def _wheel(folder: Path) -> list[str]:
    packages(ROOT, folder, released_on(ROOT, course_lib.__version__))
    (wheel,) = folder.glob("*.whl")
    return [*PINNED, f"{wheel}[notebooks]"]


class Released(Environment):
    """The wheel, after a comparison with what the source archive installs."""

    def make(self) -> None:
        super().make()
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            _wheel(folder)
            (archive,) = folder.glob("*.tar.gz")
            python = str(pythons.python_of(self.folder))
            there = pythons.install_into(folder / "installed", python, str(archive))
            (site,) = self.folder.glob("lib/python*/site-packages")
            if different := sorted(_ours(there).items() ^ _ours(site).items()):
                raise NotRun(f"the source archive installs another {different[0][0]}")


def _ours(site: Path) -> dict[str, bytes]:
    """The installed files of the course and their contents."""
    return {
        path.relative_to(site).as_posix(): path.read_bytes()
        for package in ("course_lib", "grader")
        for path in (site / package).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }


def _on_colab(version: str) -> Environment:
    return Environment(
        f"colab-{version}",
        f"Colab's packages, Python {version}",
        version,
        lambda _folder: colab.packages_of(version),
        (ROOT, STAND_IN),
    )


RUNNING = "{}.{}".format(*sys.version_info)
ENVIRONMENTS = (
    Environment(
        "oldest", "the oldest versions that pyproject.toml allows", "3.11", _oldest, has_grader=True
    ),
    Environment("newest", "the newest versions", "3.13", _newest, has_grader=True),
    *map(_on_colab, colab.NUMPY),
    Released(
        "wheel",
        "the wheel alone, whose files the source archive installs too, byte for byte",
        RUNNING,
        _wheel,
        (),
    ),
)
