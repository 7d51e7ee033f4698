"""``course.toml``: the one settings file, as a typed value."""

from __future__ import annotations

import dataclasses
import importlib.util
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePath
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

FILE = "course.toml"
CHANGES = "changes"  # the folder with changes of the course's notebooks, in the own one
DISTRIBUTION = "training-neural-networks"
# The package with the sources of the notebooks, which instructors install beside that of students.
TEACHING = "training_neural_networks_teaching"
LMS_KINDS = ("canvas", "moodle", "blackboard", "files", "github")


class SettingsError(Exception):
    """``course.toml`` is missing, unreadable, or holds something unexpected."""


@dataclass(frozen=True)
class Course:
    """Who we are, and what is taught.

    Attributes
    ----------
    repository : the URL that students install from; empty: no badges
    course : where the course's notebooks come from: ``training-neural-networks==0.2``, as it is
        installed; or the folder of a copy, relative to ``course.toml``; empty: they lie here
    notebooks : those that are taught, in their order; empty: all
    site : the address of the course's site, for links to notebooks that are not taught; empty: none
    own_references : whether students get the references of own exercises; without them, these are
        not checked at home
    """

    id: str = "training-neural-networks"
    title: str = "How neural networks are trained"
    repository: str = ""
    course: str = ""
    notebooks: tuple[str, ...] = ()
    site: str = ""
    own_references: bool = True

    def __post_init__(self) -> None:
        if self.site and not re.match("https?://", self.site):
            raise SettingsError(
                f"course.site is {self.site!r}; give an address that begins with https://"
            )
        if twice := [name for name in self.notebooks if self.notebooks.count(name) > 1]:
            raise SettingsError(f"course.notebooks names {twice[0]} twice; name each once")

    @property
    def version(self) -> str | None:
        """The version of the installed course that is asked for; None: a folder has the course."""
        found = re.fullmatch(rf"{DISTRIBUTION}\s*==\s*(\S+)", self.course)
        return found[1] if found else None


@dataclass(frozen=True)
class Folders:
    """Where things are, relative to ``course.toml``.

    ``own`` holds an instructor's own notebooks and exercises; empty: there are none. In
    ``exchange`` students fetch and submit with nbgrader; that of a hub lies elsewhere.
    """

    solutions: str = "solutions"
    notebooks: str = "notebooks"
    classroom: str = "class"
    build: str = "build"
    exchange: str = "exchange"
    own: str = ""

    def __post_init__(self) -> None:
        for name in ("solutions", "notebooks", *(["own"] if self.own else [])):
            path = PurePath(value := getattr(self, name))
            if path.is_absolute() or not path.parts or ".." in path.parts:
                raise SettingsError(
                    f"folders.{name} is {value!r}; name a folder inside that of {FILE}"
                )
        given = {name: PurePath(value) for name, value in vars(self).items()}
        if not self.own:
            del given["own"]
        for name, path in given.items():
            if shared := [other for other in given if other != name and given[other] == path]:
                raise SettingsError(
                    f"folders.{name} and folders.{shared[0]} are both {str(path)!r}; "
                    "each needs a folder of its own"
                )


@dataclass(frozen=True)
class Gradebook:
    """Where marks are kept. ``url`` names a PostgreSQL database; empty: a file in the class."""

    url: str = ""


@dataclass(frozen=True)
class Grading:
    """How points are given.

    ``follow_through`` pays what a function earns with the library's version of earlier ones that
    are wrong, and for a backward pass that is right for the student's own forward pass, though that
    one is wrong, if the judge recognises its mistake.
    """

    follow_through: bool = False


@dataclass(frozen=True)
class Lms:
    """The learning management system, by which downloads of submissions are read.

    Attributes
    ----------
    pattern : how a platform that is not in ``LMS_KINDS`` names the files of a download: a regular
        expression for a file's path with the named groups student or name, and time, attempt, file
    time : the form of its times, as Python's strptime reads it; empty: ISO 8601
    zone : of times that do not say theirs, such as Europe/Berlin
    """

    kind: str = "files"
    pattern: str = ""
    time: str = ""
    zone: str = ""

    def __post_init__(self) -> None:
        if self.kind not in LMS_KINDS:
            raise SettingsError(
                f"lms.kind is {self.kind!r}; write one of: {', '.join(LMS_KINDS)}; or describe how "
                "your platform names files: pattern = '…' (docs/grading_a_class.md)"
            )
        self._require_pattern()
        try:
            ZoneInfo(self.zone or "UTC")
        except (ValueError, OSError, ZoneInfoNotFoundError):
            raise SettingsError(
                f"lms.zone is {self.zone!r}, which this machine does not know; write a name such "
                "as Europe/Berlin (on Windows, install the package tzdata)"
            ) from None

    def _require_pattern(self) -> None:
        try:
            groups = re.compile(self.pattern).groupindex.keys()
        except re.error as error:
            raise SettingsError(f"lms.pattern is not a regular expression: {error}") from None
        known = ("student", "name", "time", "attempt", "late", "file", "whose")
        if self.pattern and not {"student", "name"} & groups:
            raise SettingsError("lms.pattern names nobody; give it (?P<student>…) or (?P<name>…)")
        if unknown := groups - set(known):
            raise SettingsError(
                f"lms.pattern has the group {min(unknown)}; groups are {', '.join(known)}"
            )

    @property
    def of(self) -> str:
        """What the downloads are of: a kind, or ``pattern``."""
        return "pattern" if self.pattern else self.kind


@dataclass(frozen=True)
class Limits:
    """What one submission may use while it is graded."""

    cell_seconds: float = 20.0
    call_seconds: float = 5.0
    submission_seconds: float = 240.0
    memory_megabytes: int = 2048
    processes: int = 64
    output_kilobytes: int = 200
    picture_kilobytes: int = 2000

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not 0 < value < float("inf"):
                raise SettingsError(f"limits.{name} is {value}; give a positive number")


@dataclass(frozen=True)
class Late:
    """What it costs to hand in late.

    Attributes
    ----------
    per_day : share of the reached points that is lost for each day that has begun
    grace_minutes : so much later costs nothing
    none_after_days : what comes later than this gets no points; 0: there is no such limit
    """

    per_day: float = 0.0
    grace_minutes: int = 0
    none_after_days: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.per_day <= 1:
            raise SettingsError(
                f"late.per_day is {self.per_day:g}; give a share between 0 and 1, such as 0.1"
            )
        for name in ("grace_minutes", "none_after_days"):
            if (value := getattr(self, name)) < 0:
                raise SettingsError(f"late.{name} is {value}; give 0 or more")


@dataclass(frozen=True)
class Grades:
    """How marks are rounded, and which grade a total is.

    Both roundings are half up, to a multiple of the number.

    Attributes
    ----------
    round_points : of the points of a problem set, in all exports
    round_total : of the total over the term, from rounded points
    of : what the total is: "percent", the weighted mean; or "points", their weighted sum
    key : the least total of each grade, from the best grade down to 0; empty: there are no grades
    missing : the grade of who has no mark at all; empty: that of 0
    """

    round_points: float = 0.01
    round_total: float = 0.01
    of: str = "percent"
    key: Mapping[str, float] = field(default_factory=dict)
    missing: str = ""

    def __post_init__(self) -> None:
        for name in ("round_points", "round_total"):
            if not 0.0001 <= (value := getattr(self, name)) < float("inf"):
                raise SettingsError(
                    f"grades.{name} is {value:g}; give the step to round to, such as 0.5 or 0.01"
                )
        if self.of not in ("percent", "points"):
            raise SettingsError(f'grades.of is {self.of!r}; write "percent" or "points"')
        if self.key:
            self._require_thresholds()

    def _require_thresholds(self) -> None:
        highest = 100.0 if self.of == "percent" else 1e9
        before = ""
        for label, least in self.key.items():
            if (
                type(least) not in (int, float)
                or not 0 <= least <= highest
                or least == float("inf")
            ):
                limit = " to 100 percent" if self.of == "percent" else " or more points"
                raise SettingsError(
                    f"grades.key gives {label!r} from {least!r} on; give a number, 0{limit}"
                )
            if before and least >= self.key[before]:
                raise SettingsError(
                    f"grades.key gives {label!r} from {least:g} on, and before it {before!r} from "
                    f"{self.key[before]:g} on; write the grades from the best down"
                )
            before = label
        if self.key[before] != 0:
            raise SettingsError(
                f"grades.key has no grade for less than {self.key[before]:g} {self.of}; write it "
                'last, from 0 on: "5,0" = 0'
            )


@dataclass(frozen=True)
class ProblemSet:
    """What holds for one problem set.

    Attributes
    ----------
    due : until when it is handed in; None: the deadline in the gradebook counts, if there is one
    weight : in the total over the term
    exercises : the functions that have points; empty: all of the notebook
    points : of exercises and questions, where they are not the course's
    """

    due: datetime | None = None
    weight: float = 1.0
    exercises: tuple[str, ...] = ()
    points: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, value in self.points.items():
            if type(value) not in (int, float) or not 0 < value < float("inf"):
                raise SettingsError(
                    f"points of {name} in [problem_sets] are {value!r}; give a number above 0, "
                    "or leave the exercise out of the list exercises = [...]"
                )
        if self.due is not None and self.due.tzinfo is None:
            raise SettingsError(
                f"due = {self.due.isoformat()} in [problem_sets] names no time zone; "
                f"write the difference to UTC after it: {self.due.isoformat()}+01:00"
            )
        if not 0 <= self.weight < float("inf"):
            raise SettingsError(f"weight = {self.weight} in [problem_sets]; give 0 or more")


@dataclass(frozen=True)
class Settings:
    """Everything in ``course.toml``, and the folder it lies in."""

    root: Path
    course: Course = field(default_factory=Course)
    folders: Folders = field(default_factory=Folders)
    gradebook: Gradebook = field(default_factory=Gradebook)
    grading: Grading = field(default_factory=Grading)
    lms: Lms = field(default_factory=Lms)
    limits: Limits = field(default_factory=Limits)
    late: Late = field(default_factory=Late)
    grades: Grades = field(default_factory=Grades)
    problem_sets: Mapping[str, ProblemSet] = field(default_factory=dict)

    def __post_init__(self) -> None:
        given = self.folders.exchange
        exchange, classroom = (
            PurePath(os.path.normpath(self.root / folder))
            for folder in (given, self.folders.classroom)
        )
        inside = exchange.is_relative_to(classroom) or classroom.is_relative_to(exchange)
        if inside or not PurePath(given).parts:
            raise SettingsError(
                f"folders.exchange is {given!r}; name a folder that is neither in the class, which "
                "students cannot read, nor around it"
            )

    @property
    def course_files(self) -> Path:
        """The folder with ``solutions``, ``docs`` … of the course that this class is taught."""
        if not self.course.course:
            return self.root
        if self.course.version is not None:
            return installed_course()
        folder = (self.root / Path(self.course.course).expanduser()).resolve()
        if not (folder / "solutions").is_dir():
            raise SettingsError(
                f"course.course is {self.course.course!r}, but {folder} has no folder solutions; "
                f'name the folder of a copy of the course, or "{DISTRIBUTION}==VERSION"'
            )
        return folder

    @property
    def writable_own(self) -> Path | None:
        """Where new sources go: the own folder; None: among those of the course, which lies here.

        Raises
        ------
        SettingsError
            A class that is taught from an installed course has no own folder.
        """
        if self.own is None and self.course.course:
            raise SettingsError(
                f"the course of this class lies in {self.course_files}, which is not written into; "
                'name a folder for your own work in course.toml: own = "own" under [folders]'
            )
        return self.own

    @property
    def private(self) -> tuple[Path, ...]:
        """The folders that no submission may see."""
        return (self.root, self.course_files) if self.course.course else (self.root,)

    @property
    def solutions(self) -> Path:
        return self.course_files / ("solutions" if self.course.course else self.folders.solutions)

    @property
    def solved(self) -> Path:
        """Where the solved notebooks are written, own ones and the course's."""
        return self.build / "solved"

    def near(self, path: Path) -> str:
        """A path as messages name it: from the folder of ``course.toml``, if it lies there."""
        return (path.relative_to(self.root) if path.is_relative_to(self.root) else path).as_posix()

    @property
    def own(self) -> Path | None:
        """The folder with an instructor's own notebooks and exercises, if the course has one."""
        return self.root / self.folders.own if self.folders.own else None

    @property
    def all_solutions(self) -> tuple[Path, ...]:
        """The folders with sources of notebooks; what is in the first takes precedence."""
        return (self.own / "solutions", self.solutions) if self.own else (self.solutions,)

    def sources_of(self, assignment: str) -> Path:
        """The folder with the source of ``assignment``: an own one goes before the course's."""
        folders = [folder / assignment for folder in self.all_solutions]
        return next((folder for folder in folders if any(folder.glob("*.py"))), folders[-1])

    @property
    def notebooks(self) -> Path:
        return self.root / self.folders.notebooks

    @property
    def classroom(self) -> Path:
        return self.root / self.folders.classroom

    @property
    def build(self) -> Path:
        return self.root / self.folders.build

    def changes_of(self, assignment: str) -> Path | None:
        """The file with the class's changes of a course's notebook, if there is one."""
        file = None if self.own is None else self.own / CHANGES / f"{assignment}.toml"
        return file if file is not None and file.is_file() else None

    def is_own(self, assignment: str) -> bool:
        """Whether the class has written the notebook itself."""
        return self.own is not None and self.sources_of(assignment).is_relative_to(self.own)

    def is_changed(self, assignment: str) -> bool:
        """Whether the class has written or changed the notebook."""
        return self.is_own(assignment) or self.changes_of(assignment) is not None

    def problem_set(self, name: str) -> ProblemSet:
        """What holds for a problem set, named in ``course.toml`` or not."""
        return self.problem_sets.get(name, ProblemSet())


def installed_course() -> Path:
    """The folder with the installed course's sources.

    Raises
    ------
    SettingsError
        They are not installed.
    """
    found = importlib.util.find_spec(TEACHING)
    if found is not None and found.origin:
        return Path(found.origin).resolve().parent
    copy = Path(__file__).resolve().parents[1]  # pip install -e: the package is that of a copy
    if (copy / "solutions").is_dir():
        return copy
    raise SettingsError(
        "the sources of the notebooks are not installed; "
        f"run python -m pip install {TEACHING.replace('_', '-')}"
    )


def find_root(start: Path | None = None) -> Path:
    """The nearest folder with a ``course.toml``, from ``start`` upwards."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / FILE).is_file():
            return folder
    raise SettingsError(f"no {FILE} in {here} or above; run this in the course's folder")


def load_settings(root: Path | None = None) -> Settings:
    """Read ``course.toml`` in ``root`` (default: the nearest one, upwards from here).

    Raises
    ------
    SettingsError
        The file is missing or no TOML, an entry is unknown, or a value has the wrong type.
    """
    root = find_root() if root is None else root.resolve()
    path = root / FILE
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not valid TOML: {error}") from None
    sections = ("course", "folders", "gradebook", "grading", "lms", "limits", "late", "grades")
    _refuse_unknown("", data, (*sections, "problem_sets"))
    return Settings(
        root,
        _section(Course, "course", data.get("course", {})),
        _section(Folders, "folders", data.get("folders", {})),
        _section(Gradebook, "gradebook", data.get("gradebook", {})),
        _section(Grading, "grading", data.get("grading", {})),
        _section(Lms, "lms", data.get("lms", {})),
        _section(Limits, "limits", data.get("limits", {})),
        _section(Late, "late", data.get("late", {})),
        _section(Grades, "grades", data.get("grades", {})),
        _problem_sets(data.get("problem_sets", {})),
    )


def _problem_sets(data: Any) -> dict[str, ProblemSet]:
    if not isinstance(data, dict):
        raise SettingsError("problem_sets must have sections: write [problem_sets.ps06] for one")
    return {
        name: _section(ProblemSet, f"problem_sets.{name}", section)
        for name, section in data.items()
    }


Section = TypeVar(
    "Section", Course, Folders, Gradebook, Grading, Lms, Limits, Late, Grades, ProblemSet
)


def _section(kind: type[Section], name: str, data: Any) -> Section:
    if not isinstance(data, dict):
        raise SettingsError(f"{name} must be a section: write [{name}] on a line of its own")
    fields = {
        f.name: {} if f.default is dataclasses.MISSING else f.default
        for f in dataclasses.fields(kind)
    }
    _refuse_unknown(f"{name}.", data, tuple(fields))
    values: dict[str, Any] = {}
    for key, value in data.items():
        expected = datetime if fields[key] is None else type(fields[key])
        if expected is float and type(value) is int:
            value = float(value)
        if expected is tuple and type(value) is list and all(type(one) is str for one in value):
            value = tuple(value)
        if type(value) is not expected:
            words = {
                bool: "true or false",
                str: 'text in quotes, "like this"',
                int: "a whole number",
                float: "a number",
                tuple: 'a list of names, ["linear_forward", "linear_backward"]',
                dict: "numbers by name, {linear_forward = 3}",
                datetime: "a date with time and zone, without quotes: 2026-11-20T23:59:00+01:00",
            }
            raise SettingsError(f"{name}.{key} is {value!r}, expected {words[expected]}")
        values[key] = value
    return kind(**values)


def _refuse_unknown(where: str, data: dict[str, Any], known: tuple[str, ...]) -> None:
    if unknown := sorted(set(data) - set(known)):
        raise SettingsError(
            f"{FILE}: unknown entry {where}{unknown[0]}; known are: {', '.join(known)}"
        )
