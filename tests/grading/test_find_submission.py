"""What somebody meant to hand in is found whatever it is called, or not guessed at."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.grading.read_submission import MOST_FILES, files_to_keep, find_submission

NAME = "ps04_backpropagation"


def write(folder: Path, *names: str, content: str = "x") -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")


def test_the_right_name_is_taken_and_nothing_said(tmp_path: Path) -> None:
    write(tmp_path, f"{NAME}.ipynb", "data.csv")
    found = find_submission(tmp_path, NAME)
    assert found.path == tmp_path / f"{NAME}.ipynb"
    assert (found.told, found.refused) == ((), "")


@pytest.mark.parametrize(
    "name",
    [
        f"{NAME} (1).ipynb",
        f"{NAME}(12).ipynb",
        f"{NAME}-Copy2.ipynb",
        f"Copy of {NAME}.ipynb",
        f"{NAME} - Copy.ipynb",
        f"Kopie von {NAME} (3).ipynb",
        f"{NAME.upper()}.IPYNB",
        f"{NAME}.ipynb.txt",
        f"{NAME}.ipynb.json",
        f"{NAME.replace('_', ' ')}.ipynb",
        f"{NAME}_final.ipynb",
        f"ps04/{NAME}.ipynb",
        "something else.ipynb",
    ],
)
def test_another_name_is_taken_and_said(tmp_path: Path, name: str) -> None:
    write(tmp_path, name, "notes.txt")
    found = find_submission(tmp_path, NAME)
    assert found.path == tmp_path / name
    assert name in found.told[0] and f"{NAME}.ipynb" in found.told[0]


def test_of_two_none_is_picked(tmp_path: Path) -> None:
    write(tmp_path, f"{NAME} (1).ipynb")
    write(tmp_path, f"{NAME} (2).ipynb", content="y")
    found = find_submission(tmp_path, NAME)
    assert found.path is None
    assert "(1)" in found.refused and "(2)" in found.refused and "hand in one" in found.refused
    write(tmp_path, f"{NAME} (2).ipynb")
    assert find_submission(tmp_path, NAME).path is not None  # they are the same


def test_a_similar_name_counts_before_an_unknown_one(tmp_path: Path) -> None:
    write(tmp_path, f"{NAME} (1).ipynb")
    write(tmp_path, "scratch.ipynb", content="y")
    assert find_submission(tmp_path, NAME).path == tmp_path / f"{NAME} (1).ipynb"


def test_the_notebook_of_another_part_is_not_taken(tmp_path: Path) -> None:
    write(tmp_path, "part_2.ipynb")
    found = find_submission(tmp_path, "part_1", {"part_2"})
    assert found.path is None and "part_2.ipynb" in found.refused
    write(tmp_path, "unknown.ipynb")
    assert find_submission(tmp_path, "part_1", {"part_2"}).path is None


def test_links_are_neither_found_nor_kept(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    write(tmp_path, "elsewhere/secret.ipynb", "elsewhere/secret.txt")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / f"{NAME} (1).ipynb").symlink_to(tmp_path / "elsewhere" / "secret.ipynb")
    (folder / "all").symlink_to(tmp_path / "elsewhere")
    assert find_submission(folder, NAME).path is None
    kept, (said,) = files_to_keep(folder)
    assert kept == [] and "links" in said


def test_too_many_files_are_left_out_and_it_is_said(tmp_path: Path) -> None:
    write(tmp_path, *[f"{n:03}.txt" for n in range(MOST_FILES + 5)])
    kept, (said,) = files_to_keep(tmp_path)
    assert len(kept) == MOST_FILES and "left out" in said


@given(st.lists(st.text(st.characters(exclude_characters="/\0"), min_size=1), max_size=4))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_names_give_one_line(
    tmp_path_factory: pytest.TempPathFactory, names: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    for name in names:
        try:
            write(folder, f"{name}.ipynb")
        except (OSError, UnicodeEncodeError):
            continue
    found = find_submission(folder, NAME)
    assert (found.path is None) == bool(found.refused)
    assert ("".join(found.told) + found.refused).isprintable()
