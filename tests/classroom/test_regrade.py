"""What a new grading changed is told, exercise by exercise, and kept."""

from pathlib import Path

from grader.classroom.gradebook import Entry, Mark
from grader.classroom.regrade import Difference, differences, note_changes


def entry(penalty: float = 0.0, **points: float) -> dict[str, Entry]:
    marks = {f"check_{name}": Mark(score, None, 0.0, False, 4.0) for name, score in points.items()}
    return {"book": Entry(penalty, marks)}


def told(before: dict[str, dict[str, Entry]], after: dict[str, dict[str, Entry]]) -> list[str]:
    return [f"{one.student} {one.told}" for one in differences(before, after)]


def test_nothing_changed() -> None:
    assert differences({"ada": entry(1.0, f=2)}, {"ada": entry(1.0, f=2)}) == []


def test_the_total_comes_first_then_each_exercise_that_changed() -> None:
    before = {"ben": entry(f=1, g=2, h=3), "ada": entry(f=2)}
    after = {"ben": entry(f=1, g=3.5, h=2), "ada": entry(f=2)}
    assert told(before, after) == ["ben total 6 → 6.5", "ben g 2 → 3.5", "ben h 3 → 2"]


def test_points_by_a_person_and_lateness_are_told_too() -> None:
    by_person = entry(1.5, f=2)
    by_person["book"].marks["manual_why"] = Mark(None, 2.0, 0.0, False, 2.0)
    before = entry(f=2)
    before["book"].marks["manual_why"] = Mark(None, None, 0.0, True, 2.0)
    assert told({"ada": before}, {"ada": by_person}) == [
        "ada total 2 → 2.5",
        "ada manual_why 0 → 2",
        "ada lateness no mark → -1.5",
    ]


def test_a_penalty_that_is_gone_and_an_exercise_that_is_gone() -> None:
    assert told({"ada": entry(1.0, f=2, g=1)}, {"ada": entry(f=2)}) == [
        "ada total 2 → 2",
        "ada g 1 → 0",
        "ada lateness -1 → 0",
    ]


def test_a_first_mark_has_none_before() -> None:
    assert told({}, {"ada": entry(f=2)})[0] == "ada total no mark → 2"


def test_earlier_changes_are_kept(tmp_path: Path) -> None:
    note_changes(tmp_path, [Difference("ada", "book", "total", 2.0, 3.0)])
    path = note_changes(tmp_path, [Difference("=x", "book", "total", None, 1.0)])
    lines = [line.partition(",")[2] for line in path.read_text("utf-8").splitlines()]
    assert lines == [
        "student,notebook,exercise,before,after",
        "ada,book,total,2,3",
        "'=x,book,total,,1",
    ]
