"""Enter people from a participant list into the roster; nothing is guessed.

A person is the student with the same id in the LMS or the same e-mail address, else the one with
the same name, unless id or address say otherwise. A student keeps the id that names the folders. A
new one gets it from login, address or name; namesakes, who would get the same, are told apart by
their number in the LMS.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from pathlib import Path

from grader.classroom.export.sheet import read_sheet
from grader.classroom.participants.read import Person
from grader.classroom.roster import COLUMNS, FILE, MOST_TOLD, Student, read_table
from grader.problems import Problem
from grader.wording import first_of

ASCII = str.maketrans(
    {umlaut: f"{vowel}e" for umlaut, vowel in zip("äöüø", "aouo", strict=True)}
    | {"ß": "ss", "æ": "ae", "ł": "l"}
)
LIST_NEEDS = "export the list with e-mail addresses or ID numbers"


@dataclass
class Entered:
    """The roster with the list's people, and what became of everybody.

    Attributes
    ----------
    students : the whole roster: who was in it, in the old order, then who is new
    changed : student and what the list says otherwise, "email: a@b.example → c@b.example"
    absent : who is in the roster and not on the list; they stay
    same : how many the roster had already
    namesakes : new students, each with those of the roster who have the same name and another id
    """

    students: list[Student]
    new: list[Student] = field(default_factory=list)
    changed: list[tuple[str, str]] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    same: int = 0
    namesakes: list[tuple[str, list[str]]] = field(default_factory=list)


def enter(people: Sequence[Person], roster: Sequence[Student]) -> Entered:
    """Who is new, and what has changed.

    Raises
    ------
    Problem
        Two rows could be one person, or a row could be several students; all such rows are named.
    """
    wrong = _not_told_apart(people)
    found: dict[str, Person] = {}
    unknown: list[Person] = []
    for person in people:
        who = _students(person, roster)
        if len(who) > 1:
            names = " or ".join(one.student for one in who)
            wrong.append(f"{person.shown} could be {names} of {FILE}; correct it or {LIST_NEEDS}")
        elif not who:
            unknown.append(person)
        elif (other := found.setdefault(who[0].student, person)) is not person:
            one = who[0].student
            wrong.append(
                f"{other.shown} and {person.shown} could both be {one} of {FILE}; write the ID or "
                f"the e-mail address of {one} there"
            )
    if wrong:
        raise Problem("; ".join(first_of(wrong, MOST_TOLD)))
    made = Entered([])
    for student in roster:
        after = _updated(student, found.get(student.student))
        made.students.append(after)
        if student.student not in found:
            made.absent.append(student.student)
        elif after == student:
            made.same += 1
        else:
            made.changed.append((student.student, _difference(student, after)))
    made.new = _with_ids(unknown, {one.student for one in roster})
    made.students += made.new
    for new in made.new:
        alike = [old.student for old in roster if new.name and _key(old.name) == _key(new.name)]
        if alike:
            made.namesakes.append((new.student, alike))
    return made


def _key(text: str) -> str:
    return " ".join(text.casefold().split())


def _not_told_apart(people: Sequence[Person]) -> list[str]:
    """Rows with one number or address, and namesakes without either."""
    wrong = []
    for kind in ("lms_id", "email"):
        for same in _alike(people, attrgetter(kind)):
            rows = ", ".join(one.shown for one in same)
            what = {"lms_id": "ID", "email": "e-mail address"}[kind]
            wrong.append(
                f"{rows} have the same {what} {getattr(same[0], kind)!r}; correct the list"
            )
    for same in _alike(people, attrgetter("name")):
        without = [one for one in same if not (one.lms_id or one.email or one.login)]
        if without:
            rows = ", ".join(one.shown for one in same)
            wrong.append(f"nothing tells these namesakes apart: {rows}; {LIST_NEEDS}")
    return wrong


def _alike(people: Iterable[Person], of: Callable[[Person], str]) -> list[list[Person]]:
    groups: dict[str, list[Person]] = defaultdict(list)
    for one in people:
        if text := _key(of(one)):
            groups[text].append(one)
    return [group for group in groups.values() if len(group) > 1]


def _students(person: Person, roster: Sequence[Student]) -> list[Student]:
    """Whom of the roster a person may be."""
    sure = [
        one
        for one in roster
        if any(
            getattr(one, kind) and _key(getattr(one, kind)) == _key(getattr(person, kind))
            for kind in ("lms_id", "email")
        )
    ]
    if sure or not person.name:
        return sure
    name = _key(person.name)
    return [one for one in roster if _key(one.name) == name and not _contradicts(person, one)]


def _contradicts(person: Person, one: Student) -> bool:
    pairs = ((person.lms_id, one.lms_id), (person.email, one.email))
    return any(a and b and _key(a) != _key(b) for a, b in pairs)


def _updated(student: Student, person: Person | None) -> Student:
    """The student with all that the list says."""
    if person is None:
        return student
    said = {kind: getattr(person, kind) for kind in ("name", "email", "lms_id")}
    return replace(student, **{kind: text for kind, text in said.items() if text})


def _difference(before: Student, after: Student) -> str:
    pairs = ((kind, getattr(before, kind), getattr(after, kind)) for kind in COLUMNS)
    return ", ".join(f"{kind}: {old or 'empty'} → {new}" for kind, old, new in pairs if old != new)


def _with_ids(people: Sequence[Person], taken: set[str]) -> list[Student]:
    ids = {one: _id(one) for one in people}
    often = Counter(_key(text) for text in (*ids.values(), *taken))
    used = set(map(_key, taken))
    students = []
    for one, text in ids.items():
        if often[_key(text)] > 1 or not text:
            text = "-".join(filter(None, (text, _folder(one.lms_id))))
        if not text or _key(text) in used:
            raise Problem(
                f"no folder's name can be made for {one.shown} that nobody else has; add the line "
                f"to {FILE} by hand, with a name for the folder in the column student"
            )
        used.add(_key(text))
        students.append(Student(text, one.name, one.email, one.lms_id))
    return students


def _id(person: Person) -> str:
    """What names a person's folder: the login, else the address's first part, else the name."""
    address = person.login or person.email
    return _folder(address.partition("@")[0]) or _folder(person.name)


def _folder(text: str) -> str:
    """In letters a to z, digits, '-', '_' and '.': "Zoë Müller-Lind" is zoe.mueller-lind."""
    letters = unicodedata.normalize("NFKD", text.casefold().translate(ASCII))
    plain = re.sub(r"\s+", ".", letters.strip())
    return re.sub(r"[^a-z0-9._-]", "", plain).strip("._-")


# --- The file -------------------------------------------------------------------------------------


def as_roster(students: Iterable[Student], classroom: Path) -> bytes:
    """``roster.csv`` with these students; what else a line of the old one has stays."""
    path = classroom / FILE
    more: list[str] = []
    kept: dict[str, dict[str, str]] = {}
    if path.is_file():
        titles = [title.strip() for title in read_sheet(path).values(0)]
        more = [title for title in titles if title and title not in COLUMNS]
        kept = {row["student"]: row for _, row in read_table(path, COLUMNS, more)}
    file = io.StringIO(newline="")
    write = csv.writer(file).writerow
    write([*COLUMNS, *more])
    for one in students:
        own = [getattr(one, column) for column in COLUMNS]
        write([*own, *(kept.get(one.student, {}).get(title, "") for title in more)])
    return file.getvalue().encode("utf-8-sig")
