"""Participant lists become class/roster.csv: what is read, who is told apart, what is refused."""

import csv
import io
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from grader.classroom.participants import workbook
from grader.classroom.participants.enter import enter
from grader.classroom.participants.read import read_participants
from grader.classroom.roster import Student, read_roster
from grader.cli import app
from grader.problems import Problem

ADA = Student("ada", "Ada Lovelace", "ada@uni.example", "101")
ZOE = Student("zoe.lind", "Zoë Lind", "zoe.lind@uni.example", "102")
MOODLE = (
    "First name,Last name,ID number,Email address,Groups\n"
    "Ada,Lovelace,101,ada@uni.example,A\n"
    "Zoë,Lind,102,zoe.lind@uni.example,\n"
)
MOODLE_GERMAN = (
    "Vorname;Nachname;ID-Nummer;E-Mail-Adresse;Gruppen\r\n"
    "Ada;Lovelace;101;ada@uni.example;A\r\n"
    "Zoë;Lind;102;zoe.lind@uni.example;\r\n"
)
WORKSHEET = (
    "ID,Vollständiger Name,E-Mail-Adresse,Status\n"
    "Teilnehmer/in4711,Ada Lovelace,ada@uni.example,-\n"
    "Teilnehmer/in4712,Zoë Lind,zoe.lind@uni.example,-\n"
)
CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,ps06 (2211)\r\n"
    ",,,,,Manual Posting\r\n"
    "    Points Possible,,,,,8.00\r\n"
    '"Lovelace, Ada",101,s77,ada@uni.example,A,\r\n'
    '"Lind, Zoe\u0308",102,s78,ZOE.lind@uni.example,A,\r\n'
    f'"Student, Test",9,,{"0af3" * 10},A,\r\n'
)
CANVAS_GERMAN = (
    "\ufeffLastName;FirstName;ID;SIS User ID;SIS Login ID;Section;ps06 (2211)\r\n"
    ";;;;;;Manual Posting\r\n"
    "    Points Possible;;;;;;8,00\r\n"
    "Lovelace;Ada;101;s77;ada@uni.example;A;\r\n"
    "Lind;Zoe\u0308;102;s78;ZOE.lind@uni.example;A;\r\n"
    f"Student;Test;9;;{'0af3' * 10};A;\r\n"
)
OFFICE = "Vorlesung 4711;;\n;;\nName;Vorname;Matrikelnummer\nLovelace;Ada;101\nLind;Zoë;102\n"


def saved(folder: Path, content: str | bytes, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def students(folder: Path, content: str | bytes, roster: Sequence[Student] = ()) -> list[Student]:
    return enter(read_participants(saved(folder, content)), roster).students


# --- Workbooks ------------------------------------------------------------------------------------

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def sheet_of(rows: Sequence[Sequence[str | float]], texts: list[str]) -> str:
    """Numbers as numbers, every other text shared, the rest in cells; empty ones are left out."""
    lines = []
    for number, row in enumerate(rows, 1):
        cells = []
        for column, value in enumerate(row):
            place = f'r="{chr(65 + column)}{number}"'
            if isinstance(value, float):
                cells.append(f"<c {place}><v>{value!r}</v></c>")
            elif value and column % 2:
                texts.append(value)
                cells.append(f'<c {place} t="s"><v>{len(texts) - 1}</v></c>')
            elif value:
                cells.append(f'<c {place} t="inlineStr"><is><t>{value}</t></is></c>')
        if cells:
            lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    return f"<worksheet {MAIN}><sheetData>{''.join(lines)}</sheetData></worksheet>"


def xlsx(rows: Sequence[Sequence[str | float]], **parts: str) -> bytes:
    texts: list[str] = []
    sheet = sheet_of(rows, texts)
    items = "".join(f"<si><r><t>{t[:1]}</t></r><r><t>{t[1:]}</t></r></si>" for t in texts)
    files = {
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{RELATED}"><sheets>'
        '<sheet name="Teilnehmer" sheetId="7" r:id="rId3"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/'
        'package/2006/relationships"><Relationship Id="rId3" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        "xl/sharedStrings.xml": f"<sst {MAIN}>{items}</sst>",
        "xl/worksheets/sheet1.xml": sheet,
    }
    files |= {name.replace("__", "/").replace("_xml", ".xml"): text for name, text in parts.items()}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return file.getvalue()


ROWS = [
    ["Teilnehmer"],
    [],
    ["Vorname", "Nachname", "Institution", "ID-Nummer", "E-Mail-Adresse"],
    ["Ada", "Lovelace", "", 101.0, "ada@uni.example"],
    ["Zoë", "Lind", "", 102.0, "zoe.lind@uni.example"],
]


@pytest.mark.parametrize(
    "content",
    [
        MOODLE,
        MOODLE_GERMAN,
        MOODLE_GERMAN.encode("utf-8-sig"),
        MOODLE_GERMAN.encode("cp1252"),
        MOODLE.replace(",", "\t"),
        MOODLE + "Ada,Lovelace,101,ada@uni.example,A\n",
        xlsx(ROWS),
    ],
)
def test_lists_of_moodle_are_read(tmp_path: Path, content: str | bytes) -> None:
    assert students(tmp_path, content) == [ADA, ZOE]


@pytest.mark.parametrize("content", [CANVAS, CANVAS_GERMAN, CANVAS_GERMAN.encode("utf-8-sig")])
def test_lists_of_canvas_have_no_row_of_points_and_no_test_student(
    tmp_path: Path, content: str | bytes
) -> None:
    assert students(tmp_path, content) == [
        ADA,
        Student("zoe.lind", "Zoë Lind", "ZOE.lind@uni.example", "102"),
    ]


def test_a_number_of_one_assignment_is_nobodys_id(tmp_path: Path) -> None:
    made = students(tmp_path, WORKSHEET)
    assert [(one.student, one.lms_id) for one in made] == [("ada", ""), ("zoe.lind", "")]


def test_an_office_may_write_a_title_and_the_last_name_as_name(tmp_path: Path) -> None:
    assert students(tmp_path, OFFICE) == [
        Student("ada.lovelace", "Ada Lovelace", "", "101"),
        Student("zoe.lind", "Zoë Lind", "", "102"),
    ]


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("Jörg Groß-Öhler", "joerg.gross-oehler"),
        ("Siân O'Brien", "sian.obrien"),
        ("..Ada..", "ada"),
        ("李雷", "7"),
    ],
)
def test_a_folders_name_is_made_of_the_name(tmp_path: Path, name: str, folder: str) -> None:
    assert [s.student for s in students(tmp_path, f"Name,ID\n{name},7\n")] == [folder]


def test_what_a_spreadsheet_would_run_is_left_out(tmp_path: Path) -> None:
    (one,) = students(tmp_path, "Name,Email\n=+Ada,@ada@uni.example\n")
    assert (one.name, one.email) == ("Ada", "ada@uni.example")


# --- Who is who -----------------------------------------------------------------------------------

NAMESAKES = "Name,ID,Email\nEva Smith,901,eva@uni.example\nEva Smith,902,eva@other.example\n"


def test_namesakes_are_told_apart_by_their_numbers(tmp_path: Path) -> None:
    assert [s.student for s in students(tmp_path, NAMESAKES)] == ["eva-901", "eva-902"]
    names_only = "Name,ID\nEva Smith,901\nEva Smith,902\n"
    assert [s.student for s in students(tmp_path, names_only)] == ["eva.smith-901", "eva.smith-902"]


def test_who_is_in_the_roster_keeps_the_folder(tmp_path: Path) -> None:
    before = [
        Student("e1", "Eva Smith", "", "902"),
        Student("m1", "Ada Lovelace"),
        Student("gone", "Ben Gone", "", "5"),
        Student("zoe", "Zoë Lind", "zoe.lind@uni.example", "102"),
    ]
    made = enter(read_participants(saved(tmp_path, MOODLE + NAMESAKES[14:])), before)
    assert made.students[1:4] == [
        Student("m1", "Ada Lovelace", "ada@uni.example", "101"),
        Student("gone", "Ben Gone", "", "5"),
        Student("zoe", "Zoë Lind", "zoe.lind@uni.example", "102"),
    ]
    assert made.changed == [("m1", "email: empty → ada@uni.example, lms_id: empty → 101")]
    assert (made.absent, made.same) == (["e1", "gone"], 1)


def test_a_known_namesake_is_not_the_new_one(tmp_path: Path) -> None:
    made = enter(
        read_participants(saved(tmp_path, NAMESAKES)), [Student("eva", "Eva Smith", "", "902")]
    )
    assert made.students == [
        Student("eva", "Eva Smith", "eva@other.example", "902"),
        Student("eva-901", "Eva Smith", "eva@uni.example", "901"),
    ]
    assert made.namesakes == [("eva-901", ["eva"])]


@pytest.mark.parametrize(
    ("content", "roster", "words"),
    [
        ("Name,Email\nEva S,\nEva S,e@b.c\n", [], r"namesakes apart: row 2 \(Eva S\), row 3"),
        ("Name,ID\nEva S,7\nAda L,7\n", [], r"row 2 .*, row 3 .* have the same ID '7'"),
        ("Name,ID\nEva S,7\nEva S,8\n", [Student("eva", "Eva S")], "could both be eva of roster"),
        (
            "Name,ID,Email\nEva S,7,a@b.c\n",
            [Student("eva", "", "", "7"), Student("ada", "", "A@b.c")],
            "could be eva or ada of roster.csv; correct it or export",
        ),
        ("Name,Email\n李,\n", [], r"no folder's name can be made for row 2 \(李\)"),
    ],
)
def test_nobody_is_guessed(tmp_path: Path, content: str, roster: list[Student], words: str) -> None:
    with pytest.raises(Problem, match=words):
        students(tmp_path, content, roster)


# --- What cannot be read --------------------------------------------------------------------------

BOMB = '<!DOCTYPE x [<!ENTITY a "b">]><worksheet><sheetData/></worksheet>'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("Prénom,Courriel\nAda,a@b.c\n", "no column with names .* it has 'Prénom', 'Courriel'"),
        ("", "not a table"),
        ("Name,Email\n,\n", "names nobody below its row 1"),
        ("student,name,email,lms_id\nada,,,\n", "is a roster already; copy it to class/roster.csv"),
        (b"\xd0\xcf\x11\xe0" + bytes(50), "save it as .xlsx without one"),
        (b"PK\x03\x04 no zip file", "cannot be read as an Excel workbook"),
        (xlsx(ROWS)[:-60], "cannot be read as an Excel workbook"),
        (xlsx(ROWS, xl__worksheets__sheet1_xml=BOMB), "cannot be read as an Excel workbook"),
        (xlsx(ROWS, xl__workbook_xml="<workbook/>"), "cannot be read as an Excel workbook"),
        (xlsx(ROWS, xl__sharedStrings_xml="<sst/>"), "cannot be read as an Excel workbook"),
    ],
)
def test_a_wrong_file_is_refused_with_advice(
    tmp_path: Path, content: str | bytes, words: str
) -> None:
    with pytest.raises(Problem, match=words):
        students(tmp_path, content)


def test_a_part_of_a_workbook_has_a_largest_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "LARGEST", 300)
    with pytest.raises(Problem, match="sheet with the participants alone"):
        students(tmp_path, xlsx(ROWS))


# --- The command ----------------------------------------------------------------------------------


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    saved(tmp_path, "", "course.toml")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["roster", *arguments], env={"COLUMNS": "120"})


def test_nothing_is_written_without_write_and_then_all_at_once(course: Path) -> None:
    path = str(saved(course, MOODLE_GERMAN.encode("cp1252")))
    shown = run(path)
    assert shown.exit_code == 0 and "Nothing was written" in shown.stdout, shown.output
    assert "2 students: 2 new, 0 changed, 0 as before" in shown.stdout
    assert not (course / "class").exists()
    assert run(path, "--write").exit_code == 0
    assert read_roster(course / "class") == [ADA, ZOE]
    assert os.stat(course / "class").st_mode & 0o077 == 0
    assert "0 new, 0 changed, 2 as before" in run(path).stdout


def test_columns_of_ones_own_stay(course: Path) -> None:
    (course / "class").mkdir()
    text = "student,group,name,email,lms_id\nada,A,Ada Lovelace,,\nben,B,Ben,,\n"
    saved(course / "class", text, "roster.csv")
    result = run(str(saved(course, MOODLE)), "--write")
    assert "ada: email: empty → ada@uni.example" in result.stdout, result.output
    assert "not on the list, they stay: ben" in result.stdout
    rows = csv.DictReader(io.StringIO((course / "class/roster.csv").read_text("utf-8-sig")))
    assert [(row["student"], row["group"]) for row in rows] == [
        ("ada", "A"),
        ("ben", "B"),
        ("zoe.lind", ""),
    ]


def test_what_is_refused_changes_nothing(course: Path) -> None:
    (course / "class").mkdir()
    before = saved(course / "class", "student,name,email,lms_id\neva,Eva Smith,,\n", "roster.csv")
    result = run(str(saved(course, NAMESAKES)), "--write")
    assert result.exit_code == 2 and "could both be eva" in result.stderr
    assert before.read_text() == "student,name,email,lms_id\neva,Eva Smith,,\n"
    assert run("nothing.csv").exit_code == 2
