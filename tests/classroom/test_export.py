"""Marks go into the LMS's own sheet: one column, and nothing else."""

import csv
import io
import os
import stat
from collections.abc import Collection
from pathlib import Path

import pytest

from grader.classroom.export.fill import Asked, Filled, fill
from grader.classroom.export.sheet import read_sheet
from grader.classroom.gradebook.marks import Score
from grader.classroom.roster import Student
from grader.files import write_whole
from grader.problems import Problem

ROSTER = [
    Student("ada", "Ada Lovelace", "ada@uni.example", "101"),
    Student("zoe", "Zoë Lind", "zoe@uni.example", ""),
    Student("ben", "Ben Ó Briain", "", ""),
    Student("cem", "Cem Can", "cem@uni.example", "104"),
]
SCORES = {"ada": Score(7.5, 8, 0), "zoe": Score(6.123, 8, 0), "ben": Score(-1.0, 8, 0)}
CANVAS = (
    'Student,ID,SIS Login ID,Section,ps06 (2211),"ps07, longer (2212)",ps06 Final Score\r\n'
    ",,,,Manual Posting,,\r\n"
    "    Points Possible,,,,8.00,10.00,(read only)\r\n"
    '"Lovelace, Ada",101,ada,A,,"3,5",90\r\n'
    '"Lind, Zoe\u0308",102,ZOE@uni.example,A,5.00,,80\r\n'
    '"Ó Briain,  Ben",103,bob,"A ""first""",,,0\r\n'
    '"Student, Test",999,test,A,,,\r\n'
)
MOODLE = (
    "Identifier,Full name,Email address,Status,Grade,Maximum grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments\n"
    'Participant 12345,Ada Lovelace,ada@uni.example,Submitted for grading,,8.00,Yes,"Fr, 20",-,\n'
    "Participant 104,Zoë Lind,zoe@uni.example,No submission,6.12,8.00,Yes,-,-,\n"
    "Participant 12347,Ben Ó Briain,,Submitted for grading,1.00,8.00,No,-,-,\n"
)


def filled(
    folder: Path,
    text: str | bytes,
    kind: str = "canvas",
    *,
    scores: dict[str, Score] = SCORES,
    roster: list[Student] = ROSTER,
    column: str = "",
    scale: bool = False,
    not_final: bool = False,
    other_points: Collection[str] = (),
) -> Filled:
    path = folder / "grades.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    asked = Asked(kind, "ps06", column, scale, not_final)
    return fill(read_sheet(path), path, asked, roster, scores, other_points)


def told(made: Filled) -> list[tuple[str, str, str]]:
    return [(one.student, one.before, one.after) for one in made.changes]


# --- The sheet ------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [CANVAS, MOODLE, "a;b\r\n\r\n;\n1;2", 'a\tb\n"x\ny"\t""""\r'])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_sheet_comes_back_byte_for_byte(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "grades.csv"
    path.write_bytes(text.encode(encoding))
    sheet = read_sheet(path)
    assert sheet.to_bytes() == path.read_bytes()
    separator = next(one for one in ",;\t" if one in text.splitlines()[0])
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    assert [sheet.values(n) for n in range(len(rows))] == [row or [""] for row in rows]


def test_what_excel_wrote_in_western_europe_stays_so(tmp_path: Path) -> None:
    content = "Name;ps06\r\nZoë Lind;\r\n".encode("cp1252")
    made = filled(tmp_path, content, "csv")
    assert made.sheet.to_bytes() == content.replace(b"Lind;", b"Lind;6.12")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not a table"),
        (b"PK\x03\x04 one word\n", "as CSV"),
        (b'Name,ps06\n"Ada,3\n', "line 2: a quotation mark has no partner"),
        (b"Name,ps06\n\x81,3\n", "not text"),
    ],
)
def test_what_is_not_a_sheet_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(Problem, match=words):
        filled(tmp_path, content, "csv")


# --- Canvas and Moodle ----------------------------------------------------------------------------


def test_of_canvas_sheet_one_column_changes(tmp_path: Path) -> None:
    made = filled(tmp_path, CANVAS)
    assert made.column == "ps06 (2211)"
    assert told(made) == [("ada", "", "7.5"), ("zoe", "5.00", "6.12"), ("ben", "", "0")]
    expected = (
        CANVAS.replace("ada,A,,", "ada,A,7.5,")
        .replace("A,5.00,", "A,6.12,")
        .replace('"A ""first""",,', '"A ""first""",0,')
    )
    assert made.sheet.to_bytes().decode("utf-8") == expected
    assert made.left == [
        ("Student, Test", "is in the sheet, not in the class"),
        ("cem", "is in the class, not in the sheet"),
    ]


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600)])
def test_who_may_read_a_new_file_is_as_the_umask_says(
    tmp_path: Path, umask: int, mode: int
) -> None:
    before = os.umask(umask)
    try:
        write_whole(tmp_path / "grades_filled.csv", b"1")
    finally:
        os.umask(before)
    written = tmp_path / "grades_filled.csv"
    assert stat.S_IMODE(written.stat().st_mode) == mode
    written.chmod(0o640)
    write_whole(written, b"2")
    assert stat.S_IMODE(written.stat().st_mode) == 0o640 and written.read_bytes() == b"2"
    assert [path.name for path in tmp_path.iterdir()] == [written.name]


def test_a_second_time_nothing_changes(tmp_path: Path) -> None:
    once = filled(tmp_path, CANVAS).sheet.to_bytes()
    again = filled(tmp_path, once)
    assert (again.changes, again.same, again.sheet.to_bytes()) == ([], 3, once)


def test_of_moodles_worksheet_closed_rows_stay(tmp_path: Path) -> None:
    made = filled(tmp_path, MOODLE, "moodle")
    assert told(made) == [("ada", "", "7.5")] and made.same == 1
    assert ("ben", "Moodle says that this grade cannot be changed") in made.left
    expected = MOODLE.replace("grading,,8.00,Yes", "grading,7.5,8.00,Yes")
    assert made.sheet.to_bytes().decode("utf-8") == expected


def test_moodles_number_of_a_participant_is_nobodys_id(tmp_path: Path) -> None:
    """Cem's id in the LMS is 104, and so is Zoë's number in this assignment."""
    students = dict(
        told(filled(tmp_path, MOODLE.replace("6.12", "2.00"), "moodle"))[n][:2] for n in (0, 1)
    )
    assert students == {"ada": "", "zoe": "2.00"}


def test_moodles_gradebook_has_points_and_percents(tmp_path: Path) -> None:
    text = (
        "First name,Surname,ID number,Email address,Assignment: ps06 (Real),"
        "Assignment: ps06 (Percentage)\nAda,Lovelace,,,-,-\nX,Y,,ZOE@uni.example,-,-\n"
    )
    made = filled(tmp_path, text, "moodle")
    assert told(made) == [("ada", "-", "7.5"), ("zoe", "-", "6.12")]


def test_a_decimal_comma_stays_one(tmp_path: Path) -> None:
    text = "Student;ID;Section;ps06 (1);ps07 (2)\nPoints Possible;;;8,00;8,00\nx;101;A;;4,50\n"
    assert told(filled(tmp_path, text)) == [("ada", "", "7,5")]
    text = text.replace(";", ",").replace("4,50", '"4,50"').replace("8,00", "8")
    assert b'x,101,A,"7,5","4,50"' in filled(tmp_path, text).sheet.to_bytes()


def test_a_column_that_canvas_computes_is_known_in_every_language(tmp_path: Path) -> None:
    german = CANVAS.replace("(read only)", "(schreibgeschützt)")
    assert told(filled(tmp_path, german)) == told(filled(tmp_path, CANVAS))


def test_excused_students_stay_excused(tmp_path: Path) -> None:
    made = filled(tmp_path, CANVAS.replace("ada,A,,", "ada,A,EX,"))
    assert "ada" not in {one.student for one in made.changes}
    assert ("ada", "excused in the sheet") in made.left


def test_marks_that_are_not_final_wait(tmp_path: Path) -> None:
    scores = SCORES | {"ada": Score(5.5, 8, 2)}
    made = filled(tmp_path, CANVAS, scores=scores)
    assert any(who == "ada" and "2 points wait" in why for who, why in made.left)
    assert ("ada", "", "5.5") in told(filled(tmp_path, CANVAS, scores=scores, not_final=True))


def test_marks_that_were_given_for_other_points_wait(tmp_path: Path) -> None:
    made = filled(tmp_path, CANVAS, other_points=["ada", "nobody"])
    assert [name for name, _, _ in told(made)] == ["zoe", "ben"]
    assert dict(made.left)["ada"].startswith("was graded when the exercises had other points; run")
    made = filled(tmp_path, CANVAS, other_points=["ada"], not_final=True)
    assert "ada" in [name for name, _, _ in told(made)]


def test_other_full_marks_are_converted_only_if_asked(tmp_path: Path) -> None:
    text = CANVAS.replace("8.00,10.00", "100.00,10.00")
    with pytest.raises(
        Problem, match=r"full marks of 'ps06 \(2211\)' are 100 .* has 8; add --scale"
    ):
        filled(tmp_path, text)
    assert told(filled(tmp_path, text, scale=True))[0] == ("ada", "", "93.75")
    text = CANVAS.replace("8.00,10.00", '"1,000.00",10.00')
    assert told(filled(tmp_path, text, scale=True))[0] == ("ada", "", "937.5")


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("ps09", "no column called 'ps09'; it has: 'Student', 'ID'"),
        ("Section", ""),
        ("PS07, longer", ""),
    ],
)
def test_the_column_can_be_named(tmp_path: Path, column: str, words: str) -> None:
    if words:
        with pytest.raises(Problem, match=words):
            filled(tmp_path, CANVAS, column=column)
    else:
        made = filled(tmp_path, CANVAS, column=column, scale=True)
        assert made.column.casefold().startswith(column.casefold())


def test_several_columns_are_named_not_guessed(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"2 columns with ps06 in its name: 'ps06', 'more ps06'"):
        filled(tmp_path, "ID,ps06,more ps06,ps041\n101,,,\n", "csv")


# --- Whose row it is ------------------------------------------------------------------------------


def test_an_id_goes_before_an_address_and_an_address_before_a_name(tmp_path: Path) -> None:
    header, email = "lms_id,Email,Name,ps06", "zoe@uni.example"
    text = f"{header}\n101,{email},Ben Ó Briain,\n,{email},Ada Lovelace,\n"
    assert [who for who, _, _ in told(filled(tmp_path, text, "csv"))] == ["ada", "zoe"]


def test_two_students_of_one_name_are_not_guessed(tmp_path: Path) -> None:
    roster = [Student("ada", "Ada Lovelace"), Student("ada2", "Ada  Lovelace")]
    made = filled(tmp_path, "Name,ps06\nAda Lovelace,\n", "csv", roster=roster)
    assert not made.changes
    assert made.left[0] == ("Ada Lovelace", "could be ada or ada2; correct roster.csv")


def test_two_rows_of_one_student_are_left(tmp_path: Path) -> None:
    made = filled(tmp_path, "ID,Email,ps06\n101,,\n,ada@uni.example,\n", "csv")
    assert not made.changes
    assert made.left[0] == ("ada", "has 2 rows in the sheet; correct roster.csv")


def test_without_a_roster_the_login_is_the_folder(tmp_path: Path) -> None:
    made = filled(tmp_path, CANVAS, roster=[])
    assert [who for who, _, _ in told(made)] == ["ada"]
    assert ("zoe", "is in the class, not in the sheet") in made.left


def test_a_sheet_without_anybody_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"tells students apart.*export in English"):
        filled(tmp_path, "ID,Vollständiger Name,Grade\nx,y,\n", "moodle")
