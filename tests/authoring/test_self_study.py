"""The tree for those who study alone: the same notebooks, and solutions that no notebook shows."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from typer.testing import CliRunner

from grader.authoring.build import solution_notebook
from grader.authoring.leaks import leaks
from grader.authoring.publish import publish
from grader.authoring.self_study import solutions
from grader.cli import app
from grader.files import visible_files
from grader.problems import AuthoringError
from tests.authoring.course import SOURCE, write_course
from tests.project import ROOT, copy_course

SETS = ("ps18", "ps26")
WORK = """
import sys
sys.path.insert(0, sys.argv[1])
from grader.checking import check, check_choice, progress
def group_sd(right, groups):
    raise NotImplementedError
check("group_sd", group_sd)
print("attempt")
def group_sd(right, groups):
    return right.std() / len(right) ** 0.5
check("group_sd", group_sd)
check_choice("weak_weight", "a")
print("progress")
progress()
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This course with two problem sets, one with a choice and one with a written answer."""
    parts = [f"{kind}/{name}" for kind in ("solutions", "notebooks") for name in SETS]
    folders = ("course_lib", "course_lessons", "grader", "docs", *parts)
    files = ("course.toml", "pyproject.toml", "LICENSE")
    return copy_course(tmp_path_factory.mktemp("one") / "course", *folders, *files)


@pytest.fixture(scope="module")
def trees(course: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The ordinary tree, and that for self-study."""
    folder = tmp_path_factory.mktemp("published")
    publish(course, folder / "class")
    publish(course, folder / "alone", self_study=True)
    return folder / "class", folder / "alone"


def files(tree: Path) -> dict[str, bytes]:
    everything = [*visible_files(tree), *tree.glob(".gitignore")]
    return {path.relative_to(tree).as_posix(): path.read_bytes() for path in everything}


def test_only_the_solutions_and_the_readme_are_different(trees: tuple[Path, Path]) -> None:
    ordinary, alone = map(files, trees)
    held = {f"grader/self_study/{name}.json" for name in SETS}
    assert alone.keys() - ordinary.keys() == held
    assert ordinary.keys() <= alone.keys()
    assert [name for name in ordinary if ordinary[name] != alone[name]] == ["README.md"]
    assert b"grader/self_study/" in alone["README.md"]
    assert alone[".gitignore"] == b"/course_progress.json\n/notebooks/my_library.py\n"


@pytest.mark.parametrize("option", [[], ["--self-study"]])
def test_the_command_writes_it_only_when_asked(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: list[str]
) -> None:
    monkeypatch.chdir(course)
    out = tmp_path / "out"
    done = CliRunner().invoke(app, ["student-release", *option, str(out)])
    assert done.exit_code == 0, done.output
    assert (out / "grader" / "self_study").exists() == bool(option)


@pytest.mark.parametrize(("name", "more_than"), [("ps18", 2), ("ps26", 0)])
def test_no_notebook_shows_a_solution(trees: tuple[Path, Path], name: str, more_than: int) -> None:
    solution = solution_notebook(name, ROOT)
    held = json.loads((trees[1] / "grader" / "self_study" / f"{name}.json").read_text("utf-8"))
    texts = [*held["written"].values()]
    texts += [why for choice in held["choices"].values() for why in choice["why"].values()]
    assert len(texts) > more_than
    for tree in trees:
        (notebook,) = (tree / "notebooks" / name).rglob("*.ipynb")
        assert leaks(nbformat.read(notebook, as_version=4).cells, solution.cells) == []
        source = " ".join(notebook.read_text("utf-8").split())
        assert [text for text in texts if text in source] == []


def test_no_file_of_the_ordinary_tree_holds_a_model_answer(trees: tuple[Path, Path]) -> None:
    held = json.loads((trees[1] / "grader" / "self_study" / "ps26.json").read_text("utf-8"))
    begins = [text[:60].encode() for text in held["written"].values()]
    assert begins
    everything = b"".join(files(trees[0]).values())
    assert [begin for begin in begins if begin in everything] == []


def test_a_second_one_has_the_same_bytes_and_nothing_that_somebody_has_kept(
    course: Path, trees: tuple[Path, Path]
) -> None:
    before = files(trees[1])
    (course / "notebooks" / "my_library.py").write_text("# of who tried the notebooks\n")
    publish(course, trees[1], self_study=True)
    assert files(trees[1]) == before


def test_the_ordinary_tree_in_its_place_has_no_solutions(
    course: Path, trees: tuple[Path, Path], tmp_path: Path
) -> None:
    tree = shutil.copytree(trees[1], tmp_path / "tree")
    publish(course, tree)
    assert not (tree / "grader" / "self_study").exists()


def test_it_works_on_its_own_and_remembers(trees: tuple[Path, Path], tmp_path: Path) -> None:
    tree = shutil.copytree(trees[1], tmp_path / "tree")
    kept = tree / "course_progress.json"

    def work(code: str) -> str:
        (notebook,) = (tree / "notebooks" / "ps18").rglob("*.ipynb")
        env = {k: v for k, v in os.environ.items() if k != "COURSE_PROGRESS"}
        done = subprocess.run(
            [sys.executable, "-I", "-c", code, str(tree)],
            env={**env, "JPY_SESSION_NAME": str(notebook)},
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    untouched, tried, shown = work(WORK).replace("progress\n", "attempt\n").split("attempt\n")
    assert "not written yet" in untouched and "show_solution" not in untouched
    assert 'show_solution("group_sd")' in tried
    assert "a is not right" in tried and "d (right)" in tried
    assert "ps18 Penalties and early stopping" in shown and "1 of 1 questions answered" in shown
    again = WORK.split("from grader")[0] + "from grader.checking import progress\nprogress()"
    assert work(again) == shown
    kept.write_text("{")
    assert "1 of 1 questions answered" not in work(again)
    assert kept.with_suffix(".broken.json").read_text() == "{"


def test_the_course_itself_holds_no_solutions_for_self_study() -> None:
    assert not (ROOT / "grader" / "self_study").exists()


def test_two_tasks_of_one_name_are_refused(tmp_path: Path) -> None:
    write_course(tmp_path)
    write_course(tmp_path, SOURCE.replace("linear_", "layernorm_"), "ps99")
    with pytest.raises(AuthoringError, match=r"ps99: .*rows, as one in ps98"):
        list(solutions(tmp_path))
