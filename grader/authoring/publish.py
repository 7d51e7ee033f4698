"""The tree that instructors publish for students: the course without solutions, keys and grading.

The library, the lessons and the exercises are in it, references included: answers are public,
practice is the point, and what is graded is computed elsewhere.

The tree for self-study has the same notebooks, and beside them files with keys and solutions.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import tomllib
from collections.abc import Collection, Iterator
from pathlib import Path
from string import Template

from grader import COURSE
from grader.authoring.assignments import assignments
from grader.authoring.boilerplate import graded
from grader.authoring.cells import cells_of
from grader.authoring.compare import compare
from grader.authoring.plan import plan
from grader.authoring.self_study import solutions
from grader.authoring.settings_at import settings_at
from grader.authoring.trial import untried
from grader.checking.home.local_store import FILE as PROGRESS
from grader.checking.home.my_library import FILE as LIBRARY
from grader.checking.home.self_study import PUBLISHED
from grader.exercises import index
from grader.exercises.own_folder import EXERCISES, folder_of, use_course
from grader.files import package_folder, visible_files
from grader.interrupts import held_interrupts
from grader.problems import AuthoringError
from grader.settings import Settings
from grader.start import PAGES

NEW = ".student-release-"  # begins the name of a folder in it while it is written
TEXT = "Made by `python -m grader student-release`; changes here are lost with the next one.\n"
# What a repository begins with stays the instructor's; the tree's own file has another name then.
INSTEAD = {"README.md": "NOTEBOOKS.md", "LICENSE": "LICENSE-course"}
EXTRAS = ("notebooks", "data", "gpu", "torch")  # what a student may want to install

PYPROJECT = Template("""\
[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[project]
name = "$name"
dynamic = ["version"]
description = "A Jupyter course on how neural networks are trained"
license = "MIT"
requires-python = "$python"
dependencies = $dependencies

[project.optional-dependencies]
$extras

[tool.setuptools.dynamic]
version = { attr = "course_lib.__version__" }

[tool.setuptools.packages.find]
include = ["course_lessons*", "course_lib*", "grader*"]

[tool.setuptools.package-data]
course_lessons = ["py.typed"]
course_lib = ["datasets/*.npz", "datasets/*.md", "datasets/*.txt", "py.typed"]
grader = ["py.typed", "exercises/**/*.json", "exercises/**/*.npy", "self_study/*.json"]
""")

README = Template("""\
# $title

$count notebooks in `notebooks/`. Each runs through before you have written anything; every check
says what holds and what does not yet.

$table

The times are estimates by a rule; no class has been timed yet.

On a laptop, with Python 3.11 or newer, in this folder:

```
python3 -m venv .venv
.venv/bin/python -m pip install -c constraints.txt -e ".[notebooks]"
.venv/bin/jupyter lab
```

Then open a notebook in the list of files, in `notebooks/`. (If JupyterLab is started in
`notebooks/` itself, links to the glossary do not work.)

(On Windows `py` in place of `python3`, and `.venv\\Scripts\\` in place of `.venv/bin/`.) On Colab:
open a notebook from its badge, and save a copy first. `docs/conventions.md` lists letters, shapes
and signs; `docs/glossary.md` explains the terms.
""")

ALONE = """
## For those who study alone

- A multiple-choice question is explained as soon as you have answered it. Your first answer counts.
- A check shows its result. If it has tested something of your own, “Show a solution” unfolds below.
- The last cell of a notebook shows the model answers to the questions that you have answered in
  words. Save the notebook first. `progress()` shows the whole course.
- `course_progress.json` in this folder keeps your points, guesses and answers. Nothing is sent
  anywhere. `progress(forget=True)` deletes the file.
- `notebooks/my_library.py` has the functions that you keep with `keep("…")`. It is yours: nothing
  but your own calls of `keep` changes it.

The solutions lie in `grader/self_study/` as plain text. They are not locked: no notebook shows them
before you have tried, and that is all. Don't open these files if you want to find the solutions
yourself.
"""


def publish(
    root: Path, target: Path, *, self_study: bool = False, kept: Collection[str] = ()
) -> list[str]:
    """Write the students' tree into ``target``; returns the problem sets in it.

    With ``self_study`` it is the tree of those who study alone, with keys and solutions. The
    problem sets in ``kept`` stay as they were given, whatever their sources are now.

    What else lies there stays; an earlier tree is replaced, a folder at a time. A repository may
    have files already: its README.md and LICENSE stay, and those of the tree have the names in
    ``INSTEAD``.

    Raises
    ------
    AuthoringError
        ``target`` is no repository and holds something else than an earlier tree, or it has files
        in places of the tree; the notebooks differ from what their sources give, an own or a
        changed one has not passed its trial, or the course is not whole. Nothing is written then.
    """
    first = not (target / PUBLISHED).exists()
    strange = _strange(target)
    if strange and first and not (target / ".git").exists():
        raise AuthoringError(
            f"{target} holds {', '.join(strange[:3])} but not the file {PUBLISHED}, so it is not "
            "an earlier tree of students' files; name an empty or a new folder, or a git repository"
        )
    theirs = [
        name for name, other in INSTEAD.items() if (target / (name if first else other)).exists()
    ]
    if target.resolve().is_relative_to(root.resolve()) and not _ignored(target, root):
        raise AuthoringError(f"{target} lies in the course itself; name a folder outside of it")
    if differences := compare(root, kept):
        raise AuthoringError(differences)
    if not (project := settings_at(root).course_files / "pyproject.toml").is_file():
        raise AuthoringError(
            f"{project} is missing, which says what students install; run this in a copy of the "
            "whole course, or in a class that `python -m grader new class` has begun"
        )
    again = "has not passed its trial since it changed; run python -m grader notebook try"
    if names := [name for name in untried(root) if name not in kept]:
        raise AuthoringError([f"{name}: {again} {name}" for name in names])
    files = {
        INSTEAD[name] if name in theirs else name: content
        for name, content in contents(root, self_study=self_study)
    }
    taken = sorted({*strange} & {name.partition("/")[0] for name in files}) if first else []
    if taken:
        raise AuthoringError(
            f"{target} has {', '.join(taken)} already, where the students' files go; move what is "
            "yours elsewhere, or name another folder"
        )
    there = target.exists()
    target.mkdir(parents=True, exist_ok=True)
    try:
        for left in target.glob(f"{NEW}*"):  # by one that was killed
            shutil.rmtree(left)
        with tempfile.TemporaryDirectory(dir=target, prefix=NEW) as folder:
            new, old = Path(folder) / "new", Path(folder) / "old"
            old.mkdir()
            for name, content in files.items():
                (new / name).parent.mkdir(parents=True, exist_ok=True)
                (new / name).write_bytes(content)
            with held_interrupts():
                (target / PUBLISHED).write_text(TEXT, encoding="utf-8")
                for path in sorted(new.iterdir()):
                    if os.path.lexists(target / path.name):
                        (target / path.name).rename(old / path.name)
                    path.rename(target / path.name)
    except BaseException:
        if not there and not (target / PUBLISHED).exists():
            shutil.rmtree(target)
        raise
    return assignments(root)


def contents(root: Path, *, self_study: bool = False) -> Iterator[tuple[str, bytes]]:
    """Path in the tree and content of each of its files."""
    settings = settings_at(root)
    if self_study:
        yield from solutions(root)
    yield ".gitignore", f"/{PROGRESS}\n/notebooks/{LIBRARY}\n".encode()
    code = package_folder("grader").parent
    for package in COURSE:
        for path in visible_files(code / package):
            yield path.relative_to(code).as_posix(), path.read_bytes()
    for part in ("__init__.py", "py.typed", "checking", "exercises"):
        for path in visible_files(code / "grader" / part):
            if path.name != index.FILE.name:
                yield path.relative_to(code).as_posix(), path.read_bytes()
    use_course(root)
    references = settings.course.own_references or self_study
    yield f"grader/{EXERCISES}/{index.FILE.name}", index.with_own(references=references).encode()
    taught = {name: graded(cells_of(name, root)) for name in assignments(root)}
    yield f"grader/{EXERCISES}/{index.TAUGHT.name}", json.dumps(taught).encode()
    if references:
        yield from _own_exercises(settings)
    yield from student_files(root)
    course = settings.course_files
    if (course / "constraints.txt").exists():
        yield "constraints.txt", (course / "constraints.txt").read_bytes()
    yield "pyproject.toml", _pyproject(course).encode()
    readme = README.substitute(
        title=settings.course.title, count=len(assignments(root)), table=plan(root)
    )
    yield "README.md", (readme + ALONE if self_study else readme).encode()


def student_files(root: Path) -> Iterator[tuple[str, bytes]]:
    """The notebooks, and the pages that they link to."""
    notebooks = settings_at(root).notebooks
    for name in assignments(root):
        for path in visible_files(notebooks / name):
            yield f"notebooks/{path.relative_to(notebooks).as_posix()}", path.read_bytes()
    for page in PAGES:
        if (file := settings_at(root).course_files / page).is_file():
            yield page, file.read_bytes()


def _own_exercises(settings: Settings) -> Iterator[tuple[str, bytes]]:
    """Own exercises, which stand in the package itself in the students' tree.

    Only modules and their data: beside them may lie notes, or what an editor has left.
    """
    own, shipped = folder_of(settings.root), package_folder("grader") / EXERCISES
    if own is None:
        return
    for path in visible_files(own):
        place = path.relative_to(own)
        kind = place.suffix in (".py", ".json", ".npy")
        if kind and not (shipped / place).exists():  # the __init__.py of a set of the course
            yield f"grader/{EXERCISES}/{place.as_posix()}", path.read_bytes()


def _pyproject(root: Path) -> str:
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    return PYPROJECT.substitute(
        name=project["name"],
        python=project["requires-python"],
        dependencies=_listed(project["dependencies"]),
        extras="\n".join(f"{name} = {_listed(extras[name])}" for name in EXTRAS),
    )


def _listed(requirements: list[str]) -> str:
    return "[" + ", ".join(f'"{one}"' for one in requirements) + "]"


def _strange(target: Path) -> list[str]:
    if not target.exists():
        return []
    if not target.is_dir():
        return ["a file of that name"]
    return sorted(
        path.name
        for path in target.iterdir()
        if path.name not in (".git", PUBLISHED) and not path.name.startswith(NEW)
    )


def _ignored(target: Path, root: Path) -> bool:
    """Whether it lies where the commands write, which is never in git."""
    return target.resolve().is_relative_to(settings_at(root).build.resolve())
