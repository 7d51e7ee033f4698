"""Feedback goes back under the names of the download."""

import io
import zipfile
from pathlib import Path

import pytest

from grader.classroom.feedback_zip import pages_for
from grader.problems import Problem

HEADER = "student,name_in_lms,attempt,file,handed_in\n"
ADA = "Ada Lovelace_12345_assignsubmission_file"


def collected(classroom: Path, rows: str, *students: str) -> Path:
    place = classroom / "collected" / "ps98" / "origins.csv"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(HEADER + rows, encoding="utf-8")
    for student in students:
        folder = classroom / "feedback" / student / "ps98"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "ps98_small.html").write_text(student)
    return classroom


@pytest.mark.parametrize(
    "file",
    [
        f"{ADA}/ps98.ipynb",
        f"download/{ADA}/all.zip/ps98.ipynb",
        f"{ADA}_ps98.ipynb",
        f"{ADA}_/p.ipynb",
    ],
)
def test_moodle_knows_the_folder(tmp_path: Path, file: str) -> None:
    pages = pages_for(collected(tmp_path, f"ada,x,1,{file},\n", "ada"), "ps98", "moodle")
    assert pages.files == {f"{ADA}/ps98_small.html": b"ada"}


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("lovelaceada_12345_67890_ps98-1.ipynb", "lovelaceada_12345_67890_ps98_small.html"),
        ("lovelaceada_LATE_12_678_a_7_8_b.ipynb", "lovelaceada_LATE_12_678_ps98_small.html"),
        ("12_678_ps98.zip/ps98.ipynb", "12_678_ps98_small.html"),
        ("anon_aB1c_678_ps98.ipynb", "anon_aB1c_678_ps98_small.html"),
    ],
)
def test_canvas_knows_the_numbers(tmp_path: Path, file: str, name: str) -> None:
    pages = pages_for(collected(tmp_path, f"ada,x,1,{file},\n", "ada"), "ps98", "canvas")
    assert list(pages.files) == [name]


def test_the_latest_attempt_counts(tmp_path: Path) -> None:
    rows = "".join(f"ada,x,{n},ada_1_{n}_ps98.ipynb,\n" for n in (2, 10, 9))
    pages = pages_for(collected(tmp_path, rows, "ada"), "ps98", "canvas")
    assert list(pages.files) == ["ada_1_10_ps98_small.html"]


def test_who_gets_nothing_is_told(tmp_path: Path) -> None:
    rows = f"ada,x,1,{ADA}/p.ipynb,\nben,x,1,A_2_assignsubmission_file/p.ipynb,\ncem,,1,,\n"
    rows += "flo,x,1,flo/p.ipynb,\n"
    classroom = collected(
        tmp_path, rows + "dan,x,1,D_3_assignsubmission_file/p.ipynb,\n", "ada", "dan", "eve"
    )
    outdated = [classroom / "feedback" / "dan" / "ps98" / "ps98_small.html"]
    pages = pages_for(classroom, "ps98", "moodle", outdated)
    assert list(pages.files) == [f"{ADA}/ps98_small.html"]
    assert pages.left == [
        ("ben", "has no feedback page"),
        ("cem", "was handed in by hand, not collected"),
        ("flo", "was called 'flo/p.ipynb', which is not a name of moodle's"),
        ("dan", "has a page that does not show the gradebook's score"),
        ("eve", "was not collected"),
    ]


def test_the_same_pages_give_the_same_file(tmp_path: Path) -> None:
    classroom = collected(tmp_path, f"ada,x,1,{ADA}/p.ipynb,\n", "ada")
    first, again = (pages_for(classroom, "ps98", "moodle").to_zip() for _ in range(2))
    assert first == again
    assert zipfile.ZipFile(io.BytesIO(first)).read(f"{ADA}/ps98_small.html") == b"ada"


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (
            "ada,x,1,ada/ps98.ipynb,\n",
            "none of the 1 submissions of ps98 was collected from moodle",
        ),
        ("ada,x,one,p,\n", "line 2: the attempt is 'one'"),
        ("", "names nobody"),
    ],
)
def test_what_cannot_be_used_is_told(tmp_path: Path, rows: str, words: str) -> None:
    with pytest.raises(Problem, match=words):
        pages_for(collected(tmp_path, rows), "ps98", "moodle")


def test_without_a_collection_there_are_no_names(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="grader collect ps98 DOWNLOAD --write"):
        pages_for(tmp_path, "ps98", "moodle")
