"""The walk through what was handed in has limits, and follows no link."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.grading.submission import handed_in
from grader.grading.submission.handed_in import (
    LARGEST,
    MOST_BYTES,
    MOST_ENTRIES,
    digest_of_submission,
    files_read,
    files_to_keep,
    students_in,
    tree_of,
    why_closed,
)
from tests.hostile.folders import deep

NAME = "ps06_backpropagation"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    made = tmp_path / "submitted" / "ada" / "ps06"
    made.mkdir(parents=True)
    yield made
    subprocess.run(["rm", "-rf", str(made)], check=True)


def sparse(path: Path, size: int) -> Path:
    with path.open("wb") as file:
        file.truncate(size)
    return path


def test_it_goes_no_deeper_than_it_is_told_and_says_where_it_stopped(folder: Path) -> None:
    deep(folder, NAME, b"{}")
    for depth in (0, 3, 10):
        tree = tree_of(folder, depth)
        assert tree.files == [] and len(tree.folders) == depth + 1
        assert tree.deeper == [folder / "/".join("d" * (depth + 1))]


def test_the_nearest_come_first_when_there_are_too_many(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handed_in, "MOST_ENTRIES", 10)
    (folder / "a" / "b").mkdir(parents=True)
    for number in range(9):
        (folder / "a" / "b" / f"{number}.txt").touch()
    (folder / "z.txt").touch()
    tree = tree_of(folder, 3)
    assert folder / "z.txt" in tree.files and len(tree.files) + len(tree.folders) == 10
    assert tree.too_many


def test_a_link_is_named_and_not_followed_wherever_it_is(folder: Path) -> None:
    (folder / "inside").symlink_to("/etc")
    assert tree_of(folder, 2).links == [folder / "inside"] and tree_of(folder, 2).files == []
    linked = folder.parent / "ps07"
    linked.symlink_to("/etc")
    student = folder.parents[1] / "eve"
    student.symlink_to("ada")
    for closed in (linked, student / "ps06"):
        assert "is a link" in why_closed(closed)
        assert files_to_keep(closed) == ([], []) and files_read(closed, [NAME])[0] == []
    assert tree_of(linked, 2).folders == []
    assert students_in(folder.parents[1], "ps06") == ["ada", "eve"]


def test_what_takes_too_long_is_not_the_students_fault(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "x").touch()
    monkeypatch.setattr(handed_in, "SECONDS", -1.0)
    with pytest.raises(TimeoutError, match="took longer"):
        tree_of(folder, 2)


def test_no_more_is_read_than_the_grader_uses(folder: Path) -> None:
    """1,000 files of 60 MB would be 60 GB."""
    for number in range(1000):
        sparse(folder / f"{number}.bin", 60 << 20)
        sparse(folder / f"{number}.ipynb", 60 << 20)
    exact = sparse(folder / f"{NAME}.ipynb", LARGEST)
    small = folder / "zz.txt"
    small.write_text("read, although it comes after large ones")
    files, refused = files_read(folder, [NAME])
    assert set(files) == {exact, small} and refused == []
    assert sum(path.stat().st_size for path in files) <= LARGEST + MOST_BYTES


def test_the_digest_changes_with_whatever_the_mark_depends_on(folder: Path) -> None:
    seen = set()

    def is_new() -> bool:
        digest = digest_of_submission(folder, [NAME])
        seen.add(digest)
        return digest_of_submission(folder, [NAME]) == digest

    changes = [
        lambda: (folder / f"{NAME} (1).ipynb").write_text("a"),
        lambda: (folder / f"{NAME} (2).ipynb").write_text("b"),
        lambda: (folder / f"{NAME} (2).ipynb").write_text("a"),  # the same now: it is graded
        lambda: (folder / f"{NAME}.ipynb").write_text("c"),
        lambda: (folder / f"{NAME}.ipynb").write_text("d"),
        lambda: (folder / "own.py").write_text("e"),
        lambda: (folder / "own.py").write_text("f"),
        lambda: (folder / "timestamp.txt").write_text("g"),
        lambda: sparse(folder / "data.bin", 30 << 30),
    ]
    for change in changes:
        change()
        assert is_new()
    assert len(seen) == len(changes)


def test_a_million_names_would_not_be_listed(folder: Path) -> None:
    for number in range(MOST_ENTRIES + 7):
        (folder / f"{number}.txt").touch()
    kept, said = files_to_keep(folder)
    assert len(kept) == 100 and any(f"{MOST_ENTRIES:,}" in one for one in said)


def test_names_that_are_not_text(folder: Path) -> None:
    path = folder / "caf\udce9.txt"
    path.write_text("x")
    assert os.fsencode(path.name) == b"caf\xe9.txt"
    kept, (said,) = files_to_keep(folder)
    assert kept == [] and "caf?.txt" in said and said.isprintable()
    assert digest_of_submission(folder, [NAME])
