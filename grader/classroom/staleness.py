"""When a mark is out of date, and why: what it was made from has changed."""

from __future__ import annotations

import ast
import contextlib
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import course_lib
import grader
from grader.checking.contract.registry import find, module_of
from grader.files import digest_of, file_of, package_folder, visible_files
from grader.grading.judge_cells import CheckCall, graded_call
from grader.grading.read_submission import files_read, looked_at
from grader.grading.restore_cells import SourceCell
from grader.settings import Grading

SUBMISSION, POINTS = "the submission", "the cells or their points"
JUDGING, RULES = "the checks", "[grading] in course.toml"


def course_digests(cells: Sequence[SourceCell], grading: Grading) -> dict[str, str]:
    """What all marks of a notebook are made from, each with a digest of its content.

    Parameters
    ----------
    cells : the notebook's cells as the gradebook knows them
    grading : how points are given
    """
    made_from = {POINTS: _of_cells(cells), RULES: repr(grading)}
    calls = [graded_call(cell.source) for cell in cells if cell.grade and cell.locked]
    names = sorted({call.exercise for call in calls if isinstance(call, CheckCall)})
    if names:
        made_from[JUDGING] = digest_of(visible_files(package_folder(grader) / "checking"))
    return made_from | {name: digest_of(sources(name)) for name in names}


def why_stale(old: Mapping[str, str], new: Mapping[str, str]) -> str:
    """What has changed, in words; empty if nothing has."""
    changed = [name for name in new if old.get(name) != new[name]]
    gone = [name for name in old if name not in new]
    return ", ".join([*changed, *gone]) + " changed" if changed or gone else ""


def sources(name: str) -> list[Path]:
    """Files that decide what an exercise asks for: its own, those it imports, the answer's."""
    checker, library = package_folder(grader), package_folder(course_lib)
    found = {file_of(module_of(name), checker)}
    waiting = list(found)
    while waiting:
        new = set(_imported(waiting.pop(), checker / "exercises")) - found
        found |= new
        waiting += new
    answers = [module for module in find(name).answers if module.startswith("course_lib.")]
    found |= {file_of(module, library) for module in answers}
    return sorted(found)


def _imported(path: Path, exercises: Path) -> Iterator[Path]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        modules: list[str] = []
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            modules = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        for module in modules:
            parts = module.split(".")
            if parts[:2] == ["grader", "exercises"]:
                file = exercises.joinpath(*parts[2:]).with_suffix(".py")
                if file.is_file():
                    yield file


def _of_cells(cells: Sequence[SourceCell]) -> str:
    return hashlib.sha256(repr(list(cells)).encode("utf-8", "surrogatepass")).hexdigest()


def submission_digest(folder: Path, names: Sequence[str]) -> dict[str, str]:
    """What one student's mark is made from besides: what was handed in, as far as it is read.

    Of files that the grader does not read, only names and sizes count.

    Parameters
    ----------
    names : the assignment's notebooks
    """
    files, refused = files_read(folder, names)
    digest, read = hashlib.sha256("\0".join(refused).encode("utf-8")), set(files)
    for path in looked_at(folder).files:
        size = path.lstat().st_size
        name = path.relative_to(folder).as_posix()
        digest.update(f"{name}\0{size}\0".encode("utf-8", "surrogatepass"))
        if path in read:
            with contextlib.suppress(PermissionError):  # it may not be read when graded, either
                digest.update(path.read_bytes())
    return {SUBMISSION: digest.hexdigest()}
