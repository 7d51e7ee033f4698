"""The board: which entries count, what is said where there are few, and what a page gives away."""

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from grader.checking.contract import exercise
from grader.checking.contract.registry import find
from grader.classroom.preconditions import note_assignment
from grader.classroom.private import make_private
from grader.classroom.staleness.staleness import SUBMISSION
from grader.extras.contest import board as boards
from grader.extras.contest import envelope as envelopes
from grader.extras.contest.board import Board, open_board, ranked, write_board
from grader.extras.contest.envelope import FILE, Entry
from grader.grading.submission.handed_in import digest_of_submission
from grader.grading.submission.results import CellResult, Graded, write_result
from grader.problems import Problem
from tests.classroom.small_class import NAME, SmallClass, make_class
from tests.cli.commands import run

CELL = "check_linear_forward"
OVER = "Nothing was trained: it costs 4.88 times the budget"


def kept(final: float, public: float, width: float = 0.1, lr: float = 0.1) -> dict[str, Any]:
    """What an entry's exercise records: three trainings around ``final``."""
    return {
        "settings": {"lr": lr, "channels": [4, 8]},
        "low": 0.5 - width / 2,
        "high": 0.5 + width / 2,
        "final": [final - 0.01, final, final + 0.01],
        "public": public,
    }


class Contest:
    """A class whose results are written as grading writes them."""

    def __init__(self, small: SmallClass) -> None:
        self.small = small
        self.folder = small.settings.classroom / "results" / "ps98"

    def enters(self, student: str, entry: dict[str, Any], found: str = "") -> None:
        """A submission and its result."""
        folder = self.small.hand_in(student, json.dumps([student, entry]))
        digest = digest_of_submission(folder, [NAME])
        cell = CellResult(CELL, 1.0, 2.0, "partial", found, recorded=entry)
        made = Graded("ps98", student, NAME, cells=(cell,), made_from={SUBMISSION: digest})
        write_result(self.small.settings.classroom, made, "{}")

    def opens(self) -> Board:
        return open_board(self.small.group, "ps98")

    @property
    def envelope(self) -> Path:
        return self.folder / FILE


@pytest.fixture(scope="module")
def noted(tmp_path_factory: pytest.TempPathFactory) -> SmallClass:
    small = make_class(tmp_path_factory.mktemp("course"))
    make_private(small.settings.classroom)
    note_assignment(small.group, "ps98")
    return small


@pytest.fixture
def contest(noted: SmallClass, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Contest:
    small = noted.copy(tmp_path / "course")
    records = replace(find("linear_forward"), contest=exercise.Contest(record=lambda case, got: {}))
    monkeypatch.setattr(
        boards, "find", lambda name: records if name == "linear_forward" else find(name)
    )
    monkeypatch.chdir(small.settings.root)
    return Contest(small)


def ranks(board: Board) -> dict[str, tuple[int, int]]:
    return {place.student: (place.final_rank, place.public_rank) for place in board.places}


def test_ranks_are_those_of_the_final_accuracy_and_equal_ones_are_shared() -> None:
    accuracies = {"amy": (0.5, 0.40), "ben": (0.5, 0.60), "cat": (0.6, 0.50), "dan": (0.4, 0.60)}
    entries = {s: Entry.of(kept(final, public)) for s, (final, public) in accuracies.items()}
    found = ranked(entries, {"amy": 4, "ben": 3, "cat": 2, "dan": 1})
    assert [(place.student, place.final_rank, place.public_rank) for place in found] == [
        ("cat", 1, 3),
        ("ben", 2, 1),
        ("amy", 2, 4),
        ("dan", 4, 1),
    ]


def test_equal_trainings_in_another_order_are_equal() -> None:
    """The mean of floats depends on their order in its last digit."""
    some = kept(0.5, 0.5) | {"final": [0.1, 0.2, 0.3]}
    turned = some | {"final": [0.3, 0.2, 0.1]}
    found = ranked({"amy": Entry.of(some), "ben": Entry.of(turned)}, {"amy": 1, "ben": 2})
    assert [place.final_rank for place in found] == [1, 1]


def test_without_submissions_and_without_entries_the_envelope_stays_closed(
    contest: Contest,
) -> None:
    with pytest.raises(Problem, match="nothing of ps98 is graded; run: python -m grader autograde"):
        contest.opens()
    contest.enters("amy", {}, OVER)
    contest.enters("ben", {}, "not written")
    with pytest.raises(Problem, match="none of 2 submissions has an entry that could be trained"):
        contest.opens()
    assert not contest.envelope.exists()
    contest.enters("ben", kept(0.5, 0.5))
    assert ranks(contest.opens()) == {"ben": (1, 1)}


def test_an_assignment_without_a_contest_is_refused(
    contest: Contest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boards, "find", find)
    contest.enters("amy", kept(0.5, 0.5))
    result = run("board", "ps98")
    assert result.exit_code == 2 and "ps98 has no entries that are compared" in result.output
    assert not contest.envelope.exists()
    assert "no assignment 'ps77'" in run("board", "ps77").output


def test_one_entry_gets_a_page_that_compares_nothing(contest: Contest) -> None:
    contest.enters("amy", kept(0.5, 0.6))
    opened = contest.opens()
    text = write_board(opened, contest.folder, names=False).read_text("utf-8")
    soup = BeautifulSoup(text, "html.parser")
    assert "ps98: 1 entry" in soup.get_text() and "for 1 of 1 entry" in soup.get_text()
    assert not soup.find("svg") and len(soup.select("#ranks tbody tr")) == 1


def test_an_entry_over_the_budget_is_named_and_has_no_rank(contest: Contest) -> None:
    contest.enters("amy", kept(0.5, 0.6))
    contest.enters("ben", {}, OVER)
    opened = contest.opens()
    assert ranks(opened) == {"amy": (1, 1)}
    assert [(student, why) for _, student, why in opened.without] == [("ben", OVER)]
    page = write_board(opened, contest.folder, names=True).read_text("utf-8")
    assert "ben: Nothing was trained: it costs 4.88 times the budget" in page
    contest.enters("ben", kept(0.7, 0.6))  # a legal one now, which is too late
    opened = contest.opens()
    assert ranks(opened) == {"amy": (1, 1)} and opened.without == ()
    assert [place.student for place in opened.late] == ["ben"]


def test_what_is_not_graded_must_be_graded_before_the_first_opening(contest: Contest) -> None:
    contest.enters("amy", kept(0.5, 0.6))
    contest.small.hand_in("ben", "{}")
    with pytest.raises(Problem, match=r"not graded as handed in: ben\. .*autograde ps98"):
        contest.opens()
    contest.enters("ben", kept(0.4, 0.6))
    contest.small.hand_in("ben", "[]")  # handed in again, and not graded again
    with pytest.raises(Problem, match="not graded as handed in: ben"):
        contest.opens()
    assert not contest.envelope.exists()
    contest.enters("ben", kept(0.4, 0.6))
    assert contest.opens().ungraded == ()
    contest.small.hand_in("ben", "")
    later = contest.opens()
    assert later.ungraded == ("ben",) and len(later.places) == 2


def test_the_second_opening_changes_nothing(contest: Contest) -> None:
    for n, student in enumerate(("amy", "ben", "cat")):
        contest.enters(student, kept(0.5 + 0.01 * n, 0.6))
    first = contest.opens()
    before = contest.envelope.read_bytes()
    page = write_board(first, contest.folder, names=False).read_bytes()
    second = contest.opens()
    assert first.new and not second.new and replace(second, new=True) == first
    assert contest.envelope.read_bytes() == before
    assert write_board(second, contest.folder, names=False).read_bytes() == page


@pytest.mark.parametrize("changed", [{"lr": 0.2}, {"width": 0.3}])
def test_an_entry_changed_after_the_opening_is_late(
    contest: Contest, changed: dict[str, float]
) -> None:
    contest.enters("amy", kept(0.5, 0.6))
    contest.enters("ben", kept(0.4, 0.6))
    contest.opens()
    contest.enters("ben", kept(0.7, 0.6, **changed))
    contest.enters("dan", kept(0.9, 0.9))
    opened = contest.opens()
    assert ranks(opened) == {"amy": (1, 1), "ben": (2, 1)}
    assert [(place.student, place.entry.reached) for place in opened.late] == [
        ("dan", 0.9),
        ("ben", 0.7),
    ]
    (locked,) = (place for place in opened.places if place.student == "ben")
    assert locked.entry.reached == 0.4
    assert sorted(place.number for place in (*opened.places, opened.late[0])) == [1, 2, 3]
    contest.enters("ben", kept(0.4, 0.6))  # back to what was locked
    assert [place.student for place in contest.opens().late] == ["dan"]


def test_the_board_shows_what_the_mark_is_made_from(contest: Contest) -> None:
    """Graded again with other results, an entry is the same entry."""
    contest.enters("amy", kept(0.5, 0.6))
    contest.opens()
    contest.enters("amy", kept(0.45, 0.6))
    opened = contest.opens()
    assert opened.late == () and opened.places[0].entry.reached == 0.45


def test_a_locked_entry_stays_when_its_submission_is_gone(contest: Contest) -> None:
    contest.enters("amy", kept(0.5, 0.6))
    contest.enters("ben", kept(0.4, 0.6))
    contest.opens()
    contest.enters("ben", {}, OVER)
    for path in (contest.small.settings.classroom / "submitted" / "amy" / "ps98").iterdir():
        path.unlink()
    path.parent.rmdir()
    assert ranks(contest.opens()) == {"amy": (1, 1), "ben": (2, 1)}


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: b"[]",
        lambda data: b"{}",
        lambda data: b"\xff\xfe",
        lambda data: data.replace(b'"public": 0.6', b'"public": 0.9'),
        lambda data: data.replace(b'"opened"', b'"begun"'),
    ],
)
def test_a_damaged_envelope_is_neither_believed_nor_opened_anew(
    contest: Contest, damage: Any
) -> None:
    contest.enters("amy", kept(0.5, 0.6))
    contest.opens()
    damaged = damage(contest.envelope.read_bytes())
    contest.envelope.write_bytes(damaged)
    result = run("board", "ps98")
    assert result.exit_code == 2
    assert f"{FILE} is damaged" in result.output and "python -m grader restore" in result.output
    assert contest.envelope.read_bytes() == damaged and not list(contest.folder.glob("board*"))


def test_a_damaged_result_is_not_graded(contest: Contest) -> None:
    contest.enters("amy", kept(0.5, 0.6))
    (path,) = (contest.folder / "amy").glob("*.json")
    path.write_text(path.read_text("utf-8")[:50], encoding="utf-8")
    with pytest.raises(Problem, match="not graded as handed in: amy"):
        contest.opens()


@pytest.mark.parametrize("at", ["envelope", "page"])
def test_killed_in_between_nothing_is_half_there(
    contest: Contest, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    """The file is there whole or not at all, and the same command ends what was begun."""
    contest.enters("amy", kept(0.5, 0.6))
    rename, calls = os.replace, []

    def killed(*paths: Any) -> None:
        calls.append(paths)
        if len(calls) == (1 if at == "envelope" else 2):
            raise KeyboardInterrupt
        rename(*paths)

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", killed)
        assert run("board", "ps98").exit_code == 130
    assert contest.envelope.exists() == (at == "page")
    assert not list(contest.folder.glob("board*")) and not list(contest.folder.glob(".*"))
    contest.enters("ben", kept(0.4, 0.5))
    result = run("board", "ps98")
    assert result.exit_code == 0, result.output
    assert ("The envelope is open: 2 entries are locked." in result.stdout) == (at == "envelope")
    assert ("late: 2 (0.400)" in result.stdout) == (at == "page")
    assert (contest.folder / "board.html").is_file()


def test_names_stand_on_a_page_of_their_own(contest: Contest) -> None:
    evil = "<img src=x onerror=alert(1)>"
    for n, student in enumerate(("amy", evil)):
        contest.enters(student, kept(0.5 + 0.01 * n, 0.6))
    result = run("board", "ps98")
    assert result.exit_code == 0 and "amy" not in result.stdout and "alert" not in result.stdout
    public = (contest.folder / "board.html").read_text("utf-8")
    assert "amy" not in public and "alert" not in public
    result = run("board", "ps98", "--names")
    assert "amy" in result.stdout and "board_names.html" in result.stdout
    named = BeautifulSoup((contest.folder / "board_names.html").read_text("utf-8"), "html.parser")
    assert evil in named.get_text() and not named.find("img") and not named.find("script")
    assert (contest.folder / "board.html").read_text("utf-8") == public


def test_numbers_do_not_follow_the_names(contest: Contest) -> None:
    """They are drawn by the class's secret: over 20 classes the first name has many numbers."""
    students = [f"student-{n:02}" for n in range(20)]
    entries = {student: Entry.of(kept(0.5, 0.6)) for student in students}
    found = set()
    for n in range(20):
        path = contest.folder / f"envelope_{n}.json"
        opened = envelopes.open_envelope(path, entries, students, bytes([n]) * 32)
        assert sorted(opened.numbers.values()) == list(range(1, 21))
        found.add(opened.numbers["student-00"])
    assert len(found) > 5


def test_the_page_of_a_class_says_how_the_ranks_have_changed(contest: Contest) -> None:
    """Ten entries: of the five best public ones, two are among the five best final ones."""
    public = [0.50, 0.51, 0.52, 0.53, 0.54, 0.41, 0.42, 0.43, 0.44, 0.45]
    final = [0.44, 0.45, 0.40, 0.41, 0.42, 0.46, 0.47, 0.48, 0.39, 0.38]
    for n, (seen, reached) in enumerate(zip(public, final, strict=True)):
        contest.enters(f"s{n}", kept(reached, seen))
    opened = contest.opens()
    page = write_board(opened, contest.folder, names=False)
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    said = " ".join(soup.get_text(" ").split())
    assert "2 of the 5 best public entries are among the final 5" in said
    assert "final accuracy that is 0.096 lower than their public accuracy" in said
    assert "For all entries it is 0.045 lower" in said
    assert "hit the final accuracy for 4 of 10 entries. Their mean width is 0.100." in said
    assert len(soup.select("svg line")) == 10 and len(soup.select("svg line.best")) == 5


def test_the_page_of_two_hundred_stays_small(contest: Contest) -> None:
    entries = {
        f"s{n:03}": Entry.of(kept(0.3 + 0.001 * (n * 7 % 200), 0.3 + n % 60 / 200))
        for n in range(200)
    }
    numbers = {student: n for n, student in enumerate(entries, 1)}
    many = Board("ps98", "today", False, ranked(entries, numbers), (), (), ())
    page = write_board(many, contest.folder, names=False)
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    assert page.stat().st_size < 150_000 and len(soup.select("#ranks tbody tr")) == 200
    heights = [float(str(line["y2"])) for line in soup.select("svg line")]
    assert heights == sorted(heights) and heights[-1] < 600
