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
    """

    def __init__(self, roster: Iterable[Student], by_hand: dict[str, str]) -> None:
        self._by_hand = by_hand
        stages = ("id", "id in the LMS", "e-mail address", "name", "name without accents")
        self._stages: dict[str, dict[str, set[str]]] = {s: defaultdict(set) for s in stages}
        for one in roster:
            self._stages["id"][one.student].add(one.student)
            self._stages["id in the LMS"][one.lms_id].add(one.student)
            self._stages["e-mail address"][one.email.casefold()].add(one.student)
            for name in _orders(one.name):
                self._stages["name"][_letters(name)].add(one.student)
                self._stages["name without accents"][_plain(name)].add(one.student)

    def find(self, label: Label) -> str:
        """The student's id; "" if the part of the name is to be left out by hand.

        Raises
        ------
        NotFound
            No student is called so, or several are.
        """
        if label.whose in self._by_hand:
            return self._by_hand[label.whose]
        names = label.names
        said = {
            "id": label.ids,
            "id in the LMS": label.ids,
            "e-mail address": tuple(one.casefold() for one in label.ids),
            "name": tuple(map(_letters, names)),
            "name without accents": tuple(map(_plain, names)),
        }
        for stage, texts in said.items():
            held = self._stages[stage]
            found = {who for text in texts if text for who in held.get(text, ())}
            if len(found) > 1:
                raise NotFound(f"the {stage} is that of {' and of '.join(sorted(found))}; {HOW}")
            if found:
                return found.pop()
        raise NotFound(f"nobody in class/{ROSTER} is called so; correct the roster, or {HOW}")

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
        The file cannot be read, or names somebody who is not in the roster.
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
        settled[unicodedata.normalize("NFC", row["name"])] = student
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
