"""``training-neural-networks start``: a folder with the notebooks; nobody's work is touched."""

from pathlib import Path

import pytest

from grader import start
from tests.project import ROOT


def test_a_new_folder_gets_every_notebook_and_page(tmp_path: Path) -> None:
    assert start.main(["start", str(tmp_path / "course")]) == 0
    written = {p.relative_to(tmp_path / "course").as_posix() for p in tmp_path.rglob("*.*")}
    notebooks = {p.relative_to(ROOT).as_posix() for p in ROOT.glob("notebooks/*/*.ipynb")}
    assert notebooks and written == {*notebooks, *(page for page in start.PAGES if "." in page)}


def test_work_is_left_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    start.main(["start", str(tmp_path)])
    worked, gone = sorted(tmp_path.rglob("*.ipynb"))[:2]
    worked.write_text("my work")
    gone.unlink()
    capsys.readouterr()
    assert start.main(["start", str(tmp_path)]) == 0
    assert worked.read_text() == "my work" and gone.is_file()
    said = capsys.readouterr().out
    assert "files written: 1\n" in said and worked.name in said and gone.name not in said


def test_without_notebooks_it_says_so_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(start, "PACKAGE", tmp_path / "site-packages" / "grader")
    assert start.main(["start", str(tmp_path / "course")]) == 1
    assert "Install the wheel of a release" in capsys.readouterr().err
    assert not (tmp_path / "course").exists()


def test_a_file_is_no_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "course").touch()
    assert start.main(["start", str(tmp_path / "course")]) == 1
    assert "is a file; name a new folder" in capsys.readouterr().err
