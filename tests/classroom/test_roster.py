"""class/roster.csv: what is read, and what is refused with line and advice."""

from pathlib import Path

import pytest

from grader.classroom.roster import Student, read_roster
from grader.problems import Problem

HEADER = "student,name,email,lms_id\n"


def roster(folder: Path, text: str | bytes) -> list[Student]:
    content = text if isinstance(text, bytes) else text.encode("utf-8")
    (folder / "roster.csv").write_bytes(content)
    return read_roster(folder)


def test_without_a_file_there_is_no_roster(tmp_path: Path) -> None:
    assert read_roster(tmp_path) == []


def test_rows_are_read_in_order_and_further_columns_are_ignored(tmp_path: Path) -> None:
    text = 'group,student,name,email,lms_id\nA,zoe,"Lind, Zoë",zoe@uni.example,17\nB,ada,,,\n'
    assert roster(tmp_path, text) == [
        Student("zoe", "Lind, Zoë", "zoe@uni.example", "17"),
        Student("ada"),
    ]


def test_spaces_and_empty_lines_do_not_count(tmp_path: Path) -> None:
    assert roster(tmp_path, f"{HEADER}\n ada , Ada L ,,\n,,,\n") == [Student("ada", "Ada L")]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_excel_writes_is_read(tmp_path: Path, end: str) -> None:
    text = end.join(["student;name;email;lms_id", "ada;Zoë, A;;4", ""])
    assert roster(tmp_path, text.encode("utf-8-sig")) == [Student("ada", "Zoë, A", "", "4")]


def test_a_short_row_has_empty_values(tmp_path: Path) -> None:
    assert roster(tmp_path, f"{HEADER}ada\n") == [Student("ada")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("student,name\n", "no column email and no column lms_id; .* student,name,email,lms_id"),
        ("", "no column student"),
        (f"{HEADER},Ada,,\n", "line 2: student is ''; give the name of a folder"),
        (f"{HEADER}ada,,,\n../ada,,,\n", "line 3: student is '../ada'"),
        (f"{HEADER}.ada,,,\n", "not beginning with"),
        (f"{HEADER}zoë,,,\n", "letters a to z"),
        (f"{HEADER}ada,,,\n\nAda,,,\n", "line 4: student 'Ada' is that of line 2, too"),
        (f"{HEADER}ada,,a@b.c,\nbob,,A@b.c,\n", "line 3: email 'A@b.c' is that of line 2"),
        (f"{HEADER}ada,,,7\nbob,,,7\n", "lms_id '7' is that of line 2"),
        (f"{HEADER}ada,,,\nb/b,,,\nada,,,\n", "line 3: .*; line 4: "),
        (HEADER + "".join(f"{n}/,,,\n" for n in range(7)), "line 6: .*; and 2 more"),
        (f"{HEADER}ada,Zoë,,\n".encode("cp1252"), "not UTF-8; save it as"),
        (f"{HEADER}ada,{'x' * 200_000},,\n", "after line 1: field larger"),
    ],
)
def test_a_wrong_file_is_refused_with_line_and_advice(
    tmp_path: Path, text: str | bytes, words: str
) -> None:
    with pytest.raises(Problem, match=words):
        roster(tmp_path, text)
