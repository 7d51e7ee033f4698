"""When a mark is out of date, and why: what it was made from has changed.

A mark is made from: the submission; the cells and their points; how points are given; the files
that students were given beside the notebook; the code that judges, with that of each exercise and
of the parts of library and lessons that it uses, found by following imports; the files that
submissions can import; the versions of Python and of the packages that run them; and, if the
submission reached a limit, the limits. Of library, lessons and grader only code counts: a change of
comments, docstrings or layout makes no mark stale. Of an exercise every letter counts, because its
docstrings are hints.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from grader import COURSE
from grader.checking.contract.registry import find, is_exercise, module_of
from grader.classroom.staleness.imports import contents_of, digest_of_code, files_behind
from grader.files import digest_of, package_folder
from grader.grading.sandbox.student_tree import contents, loose_files
from grader.grading.submission.graded_call import CheckCall, graded_call
from grader.grading.submission.restore import NotedCell
from grader.grading.submission.results import LIMITS, Graded
from grader.settings import Limits, Settings

SUBMISSION, POINTS = "the submission", "the cells or their points"
JUDGING, RULES = "the grader", "[grading] in course.toml"
TREE, GIVEN = "what submissions can import", "the files given to students"
JUDGES = "grader.grading.submission.grade"  # the module that grades, which imports all the others
DECIDING = ("array-api-compat", "ipython", "matplotlib", "nbformat", "numpy")


def course_digests(
    cells: Sequence[NotedCell], settings: Settings, limits: Limits, released: Path
) -> dict[str, str]:
    """What all marks of a notebook are made from, each with a digest of its content.

    Parameters
    ----------
    cells : the notebook's cells as the gradebook knows them
    limits : of a submission
    released : the notebook as students were given it; its folder's data files are in reach too
    """
    calls = [graded_call(cell.source) for cell in cells if cell.grade and cell.locked]
    names = sorted({call.exercise for call in calls if isinstance(call, CheckCall)})
    packages = sorted(filter(None, {find(name).run.needs for name in names if is_exercise(name)}))
    given = [path for path in (released, *loose_files(released.parent)) if path.is_file()]
    return {
        POINTS: _of_cells(cells),
        RULES: repr(settings.grading),
        GIVEN: digest_of(given),
        **_of_grader(),
        **{name: digest_of_exercise(name) for name in names},
        **{package: version(package) for package in packages if find_spec(package)},
        LIMITS: repr(limits),
    }


@cache
def _of_grader() -> dict[str, str]:
    """What every mark is made from."""
    return {
        JUDGING: digest_of_code(contents_of(files_behind([JUDGES]))),
        TREE: digest_of_code(contents()),
        "Python": ".".join(platform.python_version_tuple()[:2]),
        **{name: version(name) for name in DECIDING},
    }


def what_changed(before: Mapping[str, str], now: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """What a result was made from and would be made from now, where they differ.

    A limit counts for a submission that reached one.
    """
    names = [name for name in {**now, **before} if name != LIMITS or name in before]
    both = {name: (before.get(name, ""), now.get(name, "")) for name in names}
    return {name: pair for name, pair in both.items() if pair[0] != pair[1]}


def why_stale(result: Graded, new: Mapping[str, str]) -> str:
    """Why a result does not count any more, in words; empty if it does.

    Parameters
    ----------
    new : what it would now be made from
    """
    changed = what_changed(result.made_from, new)
    return ", ".join(changed) + " changed" if changed else ""


def digest_of_exercise(name: str) -> str:
    """Changes with all that decides what an exercise asks for and which hints it gives."""
    found, parts = sources(name), [package_folder(package) for package in COURSE]
    library = [path for path in found if any(map(path.is_relative_to, parts))]
    own = [path for path in found if path not in library]
    return digest_of(own) + digest_of_code(contents_of(library))


def sources(name: str) -> list[Path]:
    """Files that decide what an exercise asks for: its own, the answer's, and what those import.

    What every exercise depends on, the grader's own code, is left out.
    """
    checker = package_folder("grader")
    found = files_behind([module_of(name), *find(name).answer_modules])
    return [
        path
        for path in found
        if not path.is_relative_to(checker) or path.is_relative_to(checker / "exercises")
    ]


def _of_cells(cells: Sequence[NotedCell]) -> str:
    return hashlib.sha256(repr(list(cells)).encode("utf-8", "surrogatepass")).hexdigest()
