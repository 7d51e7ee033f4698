"""Which student of the roster a name in a download stands for; nothing is guessed."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from grader.classroom.collect.labels import Label
from grader.classroom.roster import FILE as ROSTER
from grader.classroom.roster import Student, read_table
from grader.problems import Problem

FILE = "collect_names.csv"
HOW = f"add a line to class/{FILE} (columns name,student)"


class NotFound(Exception):
    """A name stands for no student, or for more than one; the text says which, and what to do."""


class Students:
    """The students of a class, to be found by what a download says of them.

    Parameters
    ----------
    by_hand : student by the part of a file's name, which goes first; "" for a part to be left out

    Attributes
    ----------
    participants : student by Moodle's number in this assignment, from its grading worksheet
    """

    def __init__(self, roster: Iterable[Student], by_hand: dict[str, str]) -> None:
        self.by_hand = by_hand
        self.participants: dict[str, str] = {}
        self._exact: dict[str, set[str]] = defaultdict(set)
        self._loose: dict[str, set[str]] = defaultdict(set)
        for one in roster:
            for text in (one.student, one.lms_id, f"@{one.email.casefold()}"):
                self._exact[text].add(one.student)
            for name in _orders(one.name):
                self._exact[f" {_letters(name)}"].add(one.student)
                self._loose[_plain(name)].add(one.student)

    def find(self, label: Label) -> str:
        """The student's id; "" if the part of the name is to be left out by hand.

        Raises
        ------
        NotFound
            No student is called so, or several are.
        """
        if label.submitter in self.by_hand:
            return self.by_hand[label.submitter]
        if label.participant in self.participants:
            return self.participants[label.participant]
        for texts in label.identifiers:
            fits = [found for text in texts if (found := self._called(text))]
            both = set.intersection(*fits) if fits else set()
            if len(both) == 1:
                return both.pop()
            if fits:
                one_of = " or of ".join(sorted(both or set.union(*fits)))
                raise NotFound(f"this may be the work of {one_of}; {HOW}")
        raise NotFound(f"nobody in class/{ROSTER} is called so; correct the roster, or {HOW}")

    def _called(self, text: str) -> set[str]:
        """All whose id, id in the LMS, address or name this is; without its accents if nobody's."""
        exact = {text, f"@{text.casefold()}", f" {_letters(text)}"} - {"", "@", " "}
        found = set().union(*(self._exact.get(form, ()) for form in exact))
        return found or set(self._loose.get(_plain(text) or "-", ()))

    def namesakes(self, labels: Iterable[Label]) -> dict[str, str]:
        """Why a name is not a student's after all, by submitter.

        Where a name stands beside several numbers of the LMS, these are several people. The student
        is the one whose number the roster has, or ``collect_names.csv`` settles.
        """
        numbers: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for label in labels:
            if label.number and self.known(label):
                numbers[self.find(label)][label.number].add(label.submitter)
        why: dict[str, str] = {}
        for student, of_one in numbers.items():
            own = {
                number
                for number, submitters in of_one.items()
                if self._called(number) == {student} or submitters & self.by_hand.keys()
            }
            if len(of_one) > 1:
                several = ", ".join(sorted(of_one))
                reason = f"{several} are the numbers of several people called like {student}"
                how = HOW if own else f"note the student's lms_id in class/{ROSTER}, or {HOW}"
                for number in of_one.keys() - own:
                    why |= dict.fromkeys(of_one[number], f"{reason}; {how}")
        return why

    def known(self, label: Label) -> bool:
        """Whether a label stands for a student."""
        try:
            return bool(self.find(label))
        except NotFound:
            return False


def names_by_hand(classroom: Path, roster: Iterable[Student]) -> dict[str, str]:
    """What ``collect_names.csv`` settles: part of a file's name -> student; nothing without a file.

    Raises
    ------
    Problem
        The file cannot be read, names somebody who is not in the roster, or says two things.
    """
    path = classroom / FILE
    known = {one.student for one in roster}
    settled: dict[str, str] = {}
    for line, row in read_table(path, ("name", "student")):
        if (student := row["student"]) and student not in known:
            raise Problem(
                f"{path}, line {line}: {student!r} is not in {classroom / ROSTER}; name a "
                "student of the roster, or leave it empty for a file that is not to be collected"
            )
        name = unicodedata.normalize("NFC", row["name"])
        if settled.setdefault(name, student) != student:
            raise Problem(
                f"{path}, line {line}: {name!r} stands for another student in a line above; "
                "remove one of them"
            )
    return settled


def _orders(name: str) -> list[str]:
    """A name's words in each order in which a list may have them: first name first, or last."""
    words = name.replace(",", " ").split()
    return [" ".join(words[place:] + words[:place]) for place in range(len(words))]


def _letters(name: str) -> str:
    """Letters and digits of a name: LMSs drop spaces, points and apostrophes."""
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(letter for letter in text if letter.isalnum())


def _plain(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", name).casefold() if c.isalnum())
