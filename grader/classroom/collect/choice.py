"""Which notebooks are meant, among the files that one student handed in at one time."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path, PurePosixPath

from grader import OLD_ANSWERS
from grader.classroom.collect.attempts import DEPTH, identity
from grader.classroom.collect.download import File, Unreadable
from grader.classroom.collect.labels import Label
from grader.classroom.collect.reading import Reader
from grader.classroom.collect.zone import Zone
from grader.grading.submission.handed_in import (
    MOST_BYTES,
    MOST_FILES,
    TIMESTAMP,
    NoNotebook,
    listed,
)

PACKED = (".tar", ".tgz", ".gz", ".bz2", ".xz", ".7z", ".rar")  # not looked into, as zip files are
LATE = "late, says the LMS"
LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)

Group = list[tuple[Label, File]]


@dataclass
class Attempt:
    """What one student handed in at one time.

    Attributes
    ----------
    submitter : the part of the download's names that stands for the student
    file : the path of its notebook in the download
    notebooks : names of the assignment's notebooks, with their file
    others : what lies beside them, by its path from there
    when, order, stated : as in a Label
    notes : what is said of it while it is collected
    left_out : which of the student's files were left out beside it
    clock : when a student's computer says that the file was made; it orders one download's files
    """

    student: str
    submitter: str
    file: str
    notebooks: dict[str, File]
    others: dict[str, File] = field(default_factory=dict)
    when: datetime | None = None
    clock: datetime | None = None
    order: int = 0
    late: bool = False
    stated: bool = False
    notes: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    @property
    def facts(self) -> list[str]:
        """What has to be known of it where it is marked."""
        return [*self.left_out, *([LATE] if self.late else [])]

    def files(self) -> dict[str, bytes]:
        """The content of each file, under the name that it is to have."""
        named = {f"{name}.ipynb": file for name, file in self.notebooks.items()}
        return {name: file.content() for name, file in (self.others | named).items()}

    def rank(self, zone: Zone) -> tuple[datetime, int, datetime]:
        """What orders the attempts of a student; equal, where nothing tells which is newer."""
        when = zone.in_order(self.when) if self.when else LONG_AGO
        return when, self.order, self.clock or LONG_AGO

    @cached_property
    def identity(self) -> str:
        return identity(self.files())


@dataclass(frozen=True)
class Row:
    """What happens to one attempt, or why it is not collected.

    Attributes
    ----------
    student : empty if it is not known
    """

    student: str
    file: str
    when: datetime | None
    happens: str
    notes: tuple[str, ...] = ()


@dataclass
class Choice:
    """The choice among the files of one student and one time.

    Attributes
    ----------
    times_tell : the times of the files are those of when they were made
    """

    student: str
    group: Group
    reader: Reader
    times_tell: bool

    def attempts(self) -> tuple[list[Attempt], list[Row]]:
        """The attempts, and why some files are none."""
        chosen: dict[str, tuple[Label, File]] = {}
        earlier: list[Attempt] = []
        self.troubles: list[Row] = []
        for name, candidates in self._candidates().items():
            best = max(map(self._rank, candidates))
            first = [one for one in candidates if self._rank(one) == best]
            meant = self._all_the_same(first) or first
            if len(meant) > 1:
                self._trouble(meant[0][1], self._question(name, meant))
                continue
            chosen[name] = meant[0]
            earlier += [self._attempt({name: one}) for one in candidates if self._rank(one) < best]
        if not chosen:
            return [], self.troubles
        attempt = self._attempt(chosen)
        self._add_others(attempt)
        return [*earlier, attempt], self.troubles

    def _question(self, name: str, meant: Group) -> str:
        """Which of several files is meant? The one with the most answers is proposed."""
        written = {str(file.path): self._written(name, file) for _, file in meant}
        fullest = max(written, key=lambda path: written[path])
        others = [path for path in written if path != fullest]
        names = ", ".join(f"{path}: {n} answers" for path, n in written.items())
        return (
            f"more than one file could be meant ({names}). To collect {fullest}, which has most "
            f"answers, add a line for each other to class/collect_names.csv: {others[0]}, "
            "(the path, a comma, and no student); or ask the student"
        )

    def _written(self, name: str, file: File) -> int:
        """How many cells of a file differ from what was given."""
        try:
            _, _, written = self.reader.which(file.content())
        except (Unreadable, NoNotebook):
            return 0
        return written[name]

    def _candidates(self) -> dict[str, Group]:
        """The files that are, or may be, each notebook of the assignment."""
        expected, assignment = self.reader.names, self.reader.assignment
        found: dict[str, Group] = defaultdict(list)
        unknown: Group = []
        others: dict[str, File] = {}
        notebooks = [one for one in self.group if _is_notebook(one[1].path)]
        notebooks = [one for one in notebooks if OLD_ANSWERS not in one[1].path.parts] or notebooks
        for label, file in notebooks:
            try:
                of, name, _ = self.reader.which(file.content())
            except Unreadable as error:
                self._trouble(file, str(error))
                continue
            except NoNotebook as error:
                self._trouble(file, f"it is {error}")
                continue
            if of == assignment:
                found[name].append((label, file))
            elif of:
                others[of] = file
            else:
                unknown.append((label, file))
        if others:  # one row, also for somebody who hands in the whole course
            first, *more = sorted(others)
            and_more = f" (and {len(more)} more problem sets)" if more else ""
            self._trouble(
                others[first], f"it is a notebook of {first}{and_more}, not of {assignment}"
            )
        if not found and len(expected) == 1 and unknown:
            found[expected[0]] = unknown
        else:
            for _, file in unknown:
                self._trouble(file, f"it has nothing of the notebooks of {assignment}")
        if not notebooks:
            names = listed([Path(file.path.name) for _, file in self.group])
            packed = any(file.path.name.casefold().endswith(PACKED) for _, file in self.group)
            what = "pack it as zip" if packed else "ask for it"
            self._trouble(self.group[0][1], f"there is no notebook (found: {names}); {what}")
        return found

    def _trouble(self, file: File, why: str) -> None:
        self.troubles.append(Row(self.student, str(file.path), self.group[0][0].when, why))

    def _rank(self, one: tuple[Label, File]) -> tuple[datetime, int]:
        label, file = one
        return (file.when if self.times_tell and file.when else LONG_AGO), label.order

    def _all_the_same(self, group: Group) -> Group:
        """One of the files, if they have the same content; nothing if they differ."""
        return group[:1] if len({file.content() for _, file in group}) == 1 else []

    def _attempt(self, chosen: dict[str, tuple[Label, File]]) -> Attempt:
        label, file = next(iter(chosen.values()))
        notebooks = {name: one for name, (_, one) in chosen.items()}
        made = Attempt(self.student, label.submitter, str(file.path), notebooks, when=label.when)
        made.clock = file.when if self.times_tell else None
        made.order, made.stated = label.order, label.stated
        made.late = any(label.late for label, _ in chosen.values())
        made.notes += dict.fromkeys(note for label, _ in chosen.values() for note in label.notes)
        return made

    def _add_others(self, attempt: Attempt) -> None:
        """Put the other files beside the notebook, as many as the grader takes along."""
        left_out: list[Path] = []
        earlier: list[Path] = []
        total = own = 0
        # Of two with one name the later one counts.
        for label, file in sorted(self.group, key=lambda one: one[0].order):
            target = _below_zip(label.file)
            if _is_notebook(file.path):
                continue
            if self.reader.is_of_the_course(target, file):
                own += 1
                continue
            fits = len(attempt.others) < MOST_FILES and total + file.size <= MOST_BYTES
            if not (fits and _can_be_placed(target, attempt)):
                left_out.append(Path(file.path.name))
                continue
            before = attempt.others.get(str(target))
            if before and before.content() != file.content():
                earlier.append(Path(before.path.name))
            attempt.others[str(target)] = file
            total += file.size
        if left_out:
            attempt.left_out.append(f"left out beside it: {listed(left_out)}")
        if earlier:
            attempt.left_out.append(f"left out beside it: an earlier {listed(earlier)}")
        if own:
            attempt.left_out.append(f"left out beside it: the course's own files ({own})")


def _can_be_placed(target: PurePosixPath, attempt: Attempt) -> bool:
    """Whether a student's file may have this name beside the notebook.

    In a zip file, one name can be that of a file and of a folder.
    """
    notebooks = (PurePosixPath(f"{name}.ipynb") for name in attempt.notebooks)
    there = [*map(PurePosixPath, attempt.others), *notebooks]
    return (
        target.name != TIMESTAMP
        and ".." not in target.parts
        and len(target.parts) <= DEPTH
        and not any(target in one.parents or one in target.parents for one in there)
    )


def _is_notebook(path: PurePosixPath) -> bool:
    return ".ipynb" in path.name.casefold()


def _below_zip(path: PurePosixPath) -> PurePosixPath:
    """A student's path without the zip file that it lay in."""
    if len(path.parts) > 1 and path.parts[0].casefold().endswith(".zip"):
        return PurePosixPath(*path.parts[1:])
    return path
