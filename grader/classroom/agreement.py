"""Records, gradebook and feedback pages say the same, for every student.

A result counts as recorded only when ``recorded.json`` says so. That note is written after the
gradebook has committed, and holds what the gradebook held then. Whatever is interrupted before is
recorded again from the result.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_solution

from grader.classroom.gradebook.marks import Entry, comments, entries, set_reviewed
from grader.classroom.staleness.staleness import SUBMISSION, why_stale
from grader.files import write_whole
from grader.grading.submission.handed_in import digest_of_submission
from grader.grading.submission.results import Graded, read_result, result_path

RECORDED, PAGES = "recorded.json", "pages.json"
# The page's one total (templates/feedback_head.html); what a student wrote cannot have an id.
SHOWN = re.compile(r'<strong id="total">(-?[\d.]+) of (-?[\d.]+)</strong>')


@dataclass(frozen=True)
class Agreement:
    """What was noted about the submissions of one assignment, and whether it still holds.

    Attributes
    ----------
    classroom : holds ``results/``, ``autograded/`` and ``feedback/``
    url : the gradebook's
    """

    classroom: Path
    url: str
    assignment: str

    def note_recorded(self, student: str, notebooks: Sequence[str]) -> None:
        """To be called when the gradebook has committed all of a submission."""
        held = entries(self.url, self.assignment, student)[student]
        digests = {name: self._digests(student, name) for name in notebooks}
        gradebook = {name: entry.recorded for name, entry in held.items()}
        self._write(student, RECORDED, {"gradebook": gradebook, "files": digests})

    def note_penalties(self, student: str, penalties: Mapping[str, tuple[float, float]]) -> None:
        """To be called when the gradebook has committed other penalties for being late.

        What did not agree before does not agree afterwards.

        Parameters
        ----------
        penalties : the one before and the new one, by notebook
        """
        if (noted := self._read(student, RECORDED)) is None:
            return
        for name, (before, new) in penalties.items():
            held = noted["gradebook"].get(name, {})
            if held.get("penalty") == before:
                held["penalty"] = new
        self._write(student, RECORDED, noted)

    def forget(self, student: str) -> None:
        """To be called before anything of a submission is changed."""
        (self._folder(student) / RECORDED).unlink(missing_ok=True)

    def not_recorded(self, student: str, notebooks: Sequence[str]) -> str:
        """Why a submission's result is not, or no longer, what the gradebook has; "" if it is."""
        noted = self._read(student, RECORDED)
        if noted is None:
            return "it was interrupted"
        held = self._entries.get(student, {})
        for name in notebooks:
            if noted["files"].get(name) != self._digests(student, name):
                return "its files are not those that were recorded"
            if problem := _differs(self.result(student, name), held.get(name), noted, name):
                return problem
        return ""

    def why_again(
        self, student: str, made_from: Mapping[str, Mapping[str, str]], *, force: bool
    ) -> str:
        """Why a submission has to be graded or recorded (again); empty if it has not.

        Parameters
        ----------
        made_from : what its notebooks' results would now be made from
        """
        reasons = []
        for name, new in made_from.items():
            if (result := self.result(student, name)) is None:
                return "not graded yet"
            reasons.append(why_stale(result, new))
        if force:
            return "asked for"
        if stale := "; ".join(dict.fromkeys(filter(None, reasons))):
            return stale
        broken = self.not_recorded(student, list(made_from))
        return f"graded, but not recorded: {broken}" if broken else ""

    def result(self, student: str, notebook: str) -> Graded | None:
        return read_result(self.classroom, self.assignment, student, notebook)

    def handed_in_again(self, student: str, notebooks: Sequence[str]) -> bool:
        """Whether a student's marks are of other work than what is in ``submitted``."""
        folder = self.classroom / "submitted" / student / self.assignment
        if not folder.is_dir():
            return False
        now = digest_of_submission(folder, notebooks)
        results = [self.result(student, name) for name in notebooks]
        return any(one is not None and one.made_from.get(SUBMISSION) != now for one in results)

    def under_other_points(self, student: str) -> bool:
        """Whether a mark was given when the cells had other points, or were other cells.

        The gradebook then holds it beside points that it was not given for.
        """
        noted = (self._read(student, RECORDED) or {}).get("gradebook", {})
        for name, entry in self._entries.get(student, {}).items():
            if automatic := noted.get(name, {}).get("automatic"):
                before = {cell: most for cell, (_, most) in automatic.items()}
            else:  # what was interrupted before it was noted
                result = self.result(student, name)
                before = {one.cell: one.points for one in result.cells} if result else {}
            now = {cell: mark.most for cell, mark in entry.marks.items()}
            if any(now.get(cell) != most for cell, most in before.items()):
                return True
        return False

    def reviewed(
        self,
        student: str,
        made_from: Mapping[str, Mapping[str, str]],
        new: Mapping[str, NotebookNode],
    ) -> dict[str, list[str]]:
        """Cells that a person has graded and that are the same still, by notebook.

        Of a submission that has changed, those are the written answers that have not. None, if
        the last recording was interrupted: the result that is kept may be of newer work than what
        the person saw.

        Parameters
        ----------
        new : the notebooks that are about to be recorded
        """
        if (noted := self._read(student, RECORDED)) is None:
            return {}
        held = entries(self.url, self.assignment, student).get(student, {})
        found: dict[str, list[str]] = {}
        for name in held.keys() & made_from.keys():
            result, by_person = self.result(student, name), held[name].reviewed
            if result and result.made_from.get(SUBMISSION) == made_from[name][SUBMISSION]:
                found[name] = by_person
            elif by_person and noted["files"].get(name) == self._digests(student, name):
                before = answers_in(nbformat.read(self.autograded(student, name), as_version=4))
                now = answers_in(new[name])
                found[name] = [c for c in by_person if c in now and before.get(c) == now[c]]
        return found

    def keep_reviewed(self, student: str, cells: dict[str, list[str]]) -> None:
        """Note that these need no look again, which nbgrader asks for after each grading."""
        if any(cells.values()):
            set_reviewed(self.url, self.assignment, student, cells)

    # --- Pages --------------------------------------------------------------------------------

    def page_key(self, student: str, notebooks: Sequence[str], version: str) -> str:
        """Changes with everything that a student's pages are made from."""
        entry = entries(self.url, self.assignment, student).get(student, {})
        held: list[Any] = [{name: asdict(one) for name, one in entry.items()}, version]
        held.append(comments(self.url, self.assignment, student))
        held += [_digest(self.autograded(student, name)) for name in notebooks]
        return hashlib.sha256(json.dumps(held, sort_keys=True).encode()).hexdigest()

    def note_pages(self, student: str, notebooks: Sequence[str], key: str) -> None:
        pages = {path.name: _digest(path) for path in self.pages(student, notebooks)}
        self._write(student, PAGES, {"key": key, "pages": pages})

    def pages_are_current(self, student: str, notebooks: Sequence[str], key: str) -> bool:
        noted = self._read(student, PAGES)
        pages = {path.name: _digest(path) for path in self.pages(student, notebooks)}
        return noted is not None and bool(pages) and noted == {"key": key, "pages": pages}

    def pages(self, student: str, notebooks: Sequence[str]) -> list[Path]:
        """What stands in the places of a student's pages."""
        folder = self.classroom / "feedback" / student / self.assignment
        places = [folder / f"{name}.html" for name in sorted(notebooks)]
        return [place for place in places if os.path.lexists(place)]

    def autograded(self, student: str, notebook: str) -> Path:
        return self.classroom / "autograded" / student / self.assignment / f"{notebook}.ipynb"

    def outdated_pages(self, student: str, notebooks: Sequence[str]) -> Iterator[Path]:
        """What stands in the place of a page and does not show the gradebook's score."""
        held = self._entries.get(student, {})
        for path in self.pages(student, notebooks):
            entry = held.get(path.stem)
            text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
            shown = SHOWN.search(text)
            if shown is None or entry is None or not _shows(shown, entry):
                yield path

    def remove_outdated_pages(self, student: str, notebooks: Sequence[str]) -> None:
        """Feedback writes them anew; until then they would show another score."""
        for path in self.outdated_pages(student, notebooks):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()

    # --- All together -------------------------------------------------------------------------

    def disagreements(
        self, students: Sequence[str], notebooks: Sequence[str]
    ) -> dict[str, list[str]]:
        """Whatever does not agree, by student."""
        found: dict[str, list[str]] = {}
        for student in students:
            if problem := self.not_recorded(student, notebooks):
                found.setdefault(student, []).append(f"the mark is not recorded: {problem}")
            for page in self.outdated_pages(student, notebooks):
                words = f"{page.name} does not show the gradebook's score"
                found.setdefault(student, []).append(words)
        return found

    def without_submission(self, students: Sequence[str]) -> list[str]:
        """Others than ``students`` who have a mark."""
        return sorted(set(self._entries) - set(students))

    @cached_property
    def _entries(self) -> dict[str, dict[str, Entry]]:
        return entries(self.url, self.assignment)

    def _folder(self, student: str) -> Path:
        return self.classroom / "results" / self.assignment / student

    def _digests(self, student: str, notebook: str) -> list[str]:
        result = result_path(self.classroom, self.assignment, student, notebook)
        return [_digest(result), _digest(self.autograded(student, notebook))]

    def _write(self, student: str, name: str, data: Any) -> None:
        write_whole(self._folder(student) / name, json.dumps(data, indent=1).encode("utf-8"))

    def _read(self, student: str, name: str) -> Any:
        try:
            data = json.loads((self._folder(student) / name).read_bytes())
        except (OSError, ValueError):
            return None
        return data if isinstance(data, dict) else None


def answers_in(notebook: NotebookNode) -> dict[str, Any]:
    """Text and pictures of each answer that a person grades, by the cell's name."""
    return {
        cell.metadata.nbgrader["grade_id"]: (cell.source, cell.get("attachments", {}))
        for cell in notebook.cells
        if is_grade(cell) and is_solution(cell)
    }


def _differs(result: Graded | None, held: Entry | None, noted: Any, name: str) -> str:
    if result is None or held is None:
        return "the gradebook has nothing of it"
    before = noted["gradebook"].get(name, {})
    if any(before.get(what) != value for what, value in held.recorded.items()):
        return "the gradebook has been changed"
    for cell in result.cells:
        mark = held.marks.get(cell.cell)
        if mark is None or (mark.automatic, mark.most) != (cell.score, cell.points):
            return f"of {cell.cell}, the gradebook has another score"
    return ""


def _shows(shown: re.Match[str], entry: Entry) -> bool:
    near = 0.0051  # pages show two digits
    score, total = float(shown[1]), float(shown[2])
    return abs(score - entry.score) < near and abs(total - entry.total) < near


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
