"""Rounding, the total of the term, and the grade by the key of course.toml."""

import csv
import io
import math
from fractions import Fraction
from pathlib import Path

import pytest

from grader.classroom.export.fill import Asked, fill
from grader.classroom.export.rounding import exact, half_up, written
from grader.classroom.export.sheet import read_sheet
from grader.classroom.export.term import Term, grade_table, term_table
from grader.classroom.gradebook.marks import Score
from grader.classroom.roster import Student
from grader.problems import Problem
from grader.settings import Grades

ROSTER = [
    Student("ada", "Ada Lovelace", "ada@uni.example", "101"),
    Student("zoe", "Zoë Lind", "zoe@uni.example", ""),
]
KEY = {"1,0": 95, "1,3": 90, "4,0": 50, "5,0": 0}
MARKS = {
    "ps06": {"ada": Score(8, 8, 0), "zoe": Score(4, 8, 2)},
    "ps07": {"ada": Score(5, 10, 0), "eve": Score(10, 10, 0)},
}
WEIGHTS = {"ps06": 1.0, "ps07": 3.0}


def rows(table: bytes) -> dict[str, dict[str, str]]:
    read = csv.DictReader(io.StringIO(table.decode("utf-8-sig"), newline=""))
    return {row["student"]: row for row in read}


# --- Rounding -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "step", "text"),
    [
        (0.145, 0.01, "0.15"),  # as a float, it is a little less
        (2.675, 0.01, "2.68"),
        (0.125, 0.01, "0.13"),  # half to even would be 0.12
        (10.7018, 0.01, "10.7"),
        (10.7018, 0.5, "10.5"),
        (10.75, 0.5, "11"),
        (10.25, 0.5, "10.5"),
        (2.5, 1.0, "3"),
        (49.4999, 1.0, "49"),
        (1.1, 0.3, "1.2"),
        (100.0, 5.0, "100"),
        (0.0, 0.5, "0"),
    ],
)
def test_rounding_is_half_up_as_written(value: float, step: float, text: str) -> None:
    assert written(half_up(exact(value), step)) == text


def test_every_half_of_a_hundredth_goes_up() -> None:
    for n in range(2000):
        assert half_up(exact(n / 1000), 0.01) == Fraction(math.floor((n + 5) / 10), 100), n


@pytest.mark.parametrize(("step", "marks"), [(0.01, ["6.15", "5.13"]), (0.5, ["6", "5"])])
def test_an_lms_gets_rounded_points(tmp_path: Path, step: float, marks: list[str]) -> None:
    path = tmp_path / "grades.csv"
    path.write_text("Student,ID,ps06\nAda,101,\nZoë,zoe,\n", encoding="utf-8")
    scores = {"ada": Score(6.145, 8, 0), "zoe": Score(5.125, 8, 0)}
    asked = Asked("csv", "ps06", step=step)
    made = fill(read_sheet(path), path, asked, ROSTER, scores)
    assert [one.after for one in made.changes] == marks


# --- The total ------------------------------------------------------------------------------------


def test_the_total_is_weighted_and_counts_what_is_missing() -> None:
    found = rows(term_table(Term(ROSTER, MARKS, WEIGHTS, Grades())))
    assert list(found) == ["ada", "zoe", "eve"]
    assert [row["percent"] for row in found.values()] == ["62.5", "12.5", "75"]
    assert (found["zoe"]["ps07"], found["zoe"]["ps07_of"]) == ("", "10")
    assert found["zoe"]["points_that_wait"] == "2" and found["ada"]["lms_id"] == "101"
    assert "grade" not in found["ada"]


def test_a_total_of_points_is_their_weighted_sum() -> None:
    found = rows(term_table(Term(ROSTER, MARKS, WEIGHTS, Grades(of="points"))))
    assert [row["points"] for row in found.values()] == ["23", "4", "30"]


def test_a_problem_set_of_weight_0_does_not_count() -> None:
    scores = {"ps00": {"ada": Score(1, 8, 0)}}
    table = term_table(Term([], scores, {"ps00": 0.0}, Grades())).decode("utf-8-sig")
    assert table.splitlines()[1] == "ada,,,,1,8,,0"


def test_names_are_not_formulas() -> None:
    table = term_table(Term([Student("ada", "=1+1")], {}, {}, Grades())).decode("utf-8-sig")
    assert "'=1+1" in table


def test_the_total_is_of_rounded_points() -> None:
    marks = {"ps06": {"ada": Score(4.74, 10, 0)}}
    found = rows(term_table(Term([], marks, WEIGHTS, Grades(round_points=0.5, round_total=1))))
    assert (found["ada"]["ps06"], found["ada"]["percent"]) == ("4.5", "45")


# --- The grade ------------------------------------------------------------------------------------


def graded(points: float, of: float, grades: Grades) -> tuple[str, str]:
    marks = {"ps06": {"ada": Score(points, of, 0)}}
    row = rows(grade_table(Term([], marks, WEIGHTS, grades)))["ada"]
    return row[grades.of], row["grade"]


@pytest.mark.parametrize(
    ("points", "of", "percent", "grade"),
    [
        (20, 20, "100", "1,0"),
        (19, 20, "95", "1,0"),
        (18.999, 20, "95", "1,0"),  # 19 points, rounded
        (18.99, 20, "94.95", "1,3"),
        (10, 20, "50", "4,0"),
        (9.99, 20, "49.95", "5,0"),
        (0.57, 0.6, "95", "1,0"),  # in floats 94.99999999999999
        (-1, 20, "0", "5,0"),
    ],
)
def test_a_total_on_a_threshold_has_reached_it(
    points: float, of: float, percent: str, grade: str
) -> None:
    assert graded(points, of, Grades(key=KEY)) == (percent, grade)


@pytest.mark.parametrize(("step", "grade"), [(0.01, "1,3"), (0.5, "1,0"), (1.0, "1,0")])
def test_the_grade_follows_from_the_rounded_total(step: float, grade: str) -> None:
    assert graded(18.95, 20, Grades(round_total=step, key=KEY))[1] == grade


def test_a_key_can_be_in_points_with_labels_of_ones_own() -> None:
    grades = Grades(of="points", key={"very good": 9.5, "pass": 4, "fail": 0})
    assert [graded(n, 10, grades)[1] for n in (9.5, 9.49, 4, 3.99)] == [
        "very good",
        "pass",
        "pass",
        "fail",
    ]


@pytest.mark.parametrize(("missing", "grade"), [("", "5,0"), ("n. e.", "n. e.")])
def test_the_offices_table_says_what_is_missing(missing: str, grade: str) -> None:
    roster = [*ROSTER, Student("ben", "Ben", "", "7")]
    term = Term(roster, MARKS, WEIGHTS, Grades(key=KEY, missing=missing))
    found = rows(grade_table(term))
    assert found["ada"] == {
        "student": "ada",
        "name": "Ada Lovelace",
        "email": "ada@uni.example",
        "lms_id": "101",
        "percent": "62.5",
        "of": "100",
        "grade": "4,0",
        "missing": "",
    }
    assert (found["zoe"]["missing"], found["zoe"]["grade"]) == ("ps07", "5,0")
    assert (found["ben"]["missing"], found["ben"]["grade"]) == ("ps06 ps07", grade)


@pytest.mark.parametrize(
    ("grades", "words"),
    [
        (Grades(), "no grade key; write, from the best grade down to 0"),
        (Grades(of="points", key={"1,0": 39, "5,0": 0}), "1,0 needs 39 points, and there are 38"),
    ],
)
def test_a_key_that_does_not_fit_is_refused(grades: Grades, words: str) -> None:
    with pytest.raises(Problem, match=words):
        grade_table(Term(ROSTER, MARKS, WEIGHTS, grades))
