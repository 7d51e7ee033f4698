"""The students' tree: what is in it, what must not be, and that it works on its own."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader.authoring.build import solution_notebook
from grader.authoring.leaks import MARKS
from grader.authoring.publish import PUBLISHED, publish
from grader.problems import AuthoringError
from tests.project import ROOT, copy_course

RUN = """
import json, sys
sys.path.insert(0, sys.argv[1])
import matplotlib; matplotlib.use("agg")
for cell in json.load(open(sys.argv[2]))["cells"]:
    source = "".join(cell["source"])
    if cell["cell_type"] == "code" and "practice" not in cell["metadata"].get("tags", []):
        exec(source, globals())
import grader
assert grader.__file__.startswith(sys.argv[1]), grader.__file__
print("went through")
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This course with one problem set: others are built in other tests."""
    folders = ("course_lib", "course_lessons", "grader", "docs", "solutions/ps03", "notebooks/ps03")
    files = ("course.toml", "pyproject.toml", "constraints.txt", "LICENSE")
    return copy_course(tmp_path_factory.mktemp("one") / "course", *folders, *files)


@pytest.fixture(scope="module")
def tree(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published") / "course"
    assert publish(course, folder) == ["ps03"]
    return folder


def test_every_notebook_is_there_and_no_solution(tree: Path) -> None:
    assert not (tree / "solutions").exists()
    assert {p.name for p in (tree / "grader").iterdir()} == {
        "__init__.py",
        "py.typed",
        "checking",
        "exercises",
    }
    keys = [
        line
        for cell in solution_notebook("ps03", ROOT).cells
        for line in cell.source.splitlines()
        if "check_choice(" in line and "key=" in line
    ]
    texts = {p: p.read_text("utf-8") for p in (tree / "notebooks").rglob("*.ipynb")}
    assert len(texts) == 1 and keys
    for path, text in texts.items():
        assert [mark for mark in MARKS if mark in text] == [], path
        assert [key for key in keys if key.strip() in text] == [], path


def test_its_first_page_lists_the_notebooks_with_title_and_time(tree: Path) -> None:
    said = (tree / "README.md").read_text("utf-8")
    (row,) = re.findall(r"^\| (\d+) \| \[(.+)\]\((.+)\) \| (.+) \|$", said, re.M)
    number, title, file, time = row
    notebook = (tree / file).read_text("utf-8")
    assert number == "03" and f'"# {title}' in notebook
    assert f"**{time}**" in notebook  # as in the table at its top


def test_the_pages_that_notebooks_link_to_are_there(tree: Path) -> None:
    assert {p.name for p in (tree / "docs").iterdir()} == {
        "conventions.md",
        "glossary.md",
        "one_batch.md",
    }
    for page in [*(tree / "docs").glob("*.md"), *(tree / "notebooks").rglob("*.ipynb")]:
        for target in re.findall(r"\]\((\.\./[^)#]*docs/[^)#]+)\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
    notebook = next((tree / "notebooks" / "ps03").glob("*.ipynb"))
    assert "[glossary](../../docs/glossary.md)" in notebook.read_text("utf-8")


def test_it_works_on_its_own(tree: Path) -> None:
    notebook = next((tree / "notebooks" / "ps03").glob("*.ipynb"))
    done = subprocess.run(
        [sys.executable, "-I", "-c", RUN, str(tree), str(notebook)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tree,
    )
    assert "went through" in done.stdout, done.stderr[-2000:]


def test_a_second_one_replaces_the_first_and_keeps_the_rest(course: Path, tree: Path) -> None:
    (tree / ".git").mkdir()
    (tree / ".git" / "HEAD").write_text("ours")
    (tree / "notebooks" / "old.ipynb").write_text("{}")
    before = (tree / "course_lib" / "__init__.py").read_bytes()
    publish(course, tree)
    assert (tree / ".git" / "HEAD").read_text() == "ours"
    assert not (tree / "notebooks" / "old.ipynb").exists()
    assert (tree / "course_lib" / "__init__.py").read_bytes() == before
    assert [p.name for p in tree.iterdir() if p.name.startswith(".new")] == []


def test_its_readme_installs_the_versions_that_were_tried(tree: Path) -> None:
    (named,) = re.findall(r"pip install -c (\S+) ", (tree / "README.md").read_text("utf-8"))
    assert (tree / named).read_bytes() == (ROOT / "constraints.txt").read_bytes()


def test_somebody_elses_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(AuthoringError, match="not an earlier tree"):
        publish(ROOT, tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]
    assert not (tmp_path / PUBLISHED).exists()


def test_a_repository_keeps_what_it_has(course: Path, tmp_path: Path) -> None:
    mine = {name: f"my {name}" for name in (".git/HEAD", "README.md", "LICENSE", "plan.txt")}
    for name, text in mine.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    for _ in range(2):
        publish(course, tmp_path)
        assert {name: (tmp_path / name).read_text() for name in mine} == mine
        assert "notebooks in `notebooks/`" in (tmp_path / "NOTEBOOKS.md").read_text("utf-8")
        assert (tmp_path / "LICENSE-course").read_bytes() == (ROOT / "LICENSE").read_bytes()
        assert (tmp_path / "notebooks/ps03").is_dir() and (tmp_path / PUBLISHED).exists()


def test_a_repository_with_files_in_places_of_the_tree_is_refused(
    course: Path, tmp_path: Path
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "mine.md").write_text("mine")
    (tmp_path / "README.md").write_text("mine")
    with pytest.raises(AuthoringError, match="has docs already"):
        publish(course, tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == [".git", "README.md", "docs"]
    assert [p.name for p in (tmp_path / "docs").iterdir()] == ["mine.md"]


def test_a_folder_inside_the_course_is_refused() -> None:
    with pytest.raises(AuthoringError, match="outside of it"):
        publish(ROOT, ROOT / "published")
    assert not (ROOT / "published").exists()


def test_outdated_notebooks_are_not_published(course: Path, tmp_path: Path) -> None:
    course = shutil.copytree(course, tmp_path / "course")
    notebook = next((course / "notebooks" / "ps03").glob("*.ipynb"))
    notebook.write_text(notebook.read_text("utf-8").replace("Margins", "Edges"), "utf-8")
    with pytest.raises(AuthoringError, match="is not what its source gives"):
        publish(course, tmp_path / "out")
    assert not (tmp_path / "out").exists()
