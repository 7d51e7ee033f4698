"""What all notebooks have alike comes from one place, and from course.toml."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from grader.authoring.boilerplate import FIRST, colab_badge, how_it_works
from grader.authoring.build import build
from grader.authoring.compare import compare
from grader.authoring.release import release
from grader.authoring.setup import COLAB, RELEASE, imports_of, setup_cell
from tests.authoring.course import write_course

REPOSITORY = "https://github.com/some-one/a.course"
SOURCE_FILE = Path("ps98/ps98_small.py")


def read(path):
    return nbformat.read(path, as_version=4)


def with_repository(root, address=REPOSITORY):
    (root / "course.toml").write_text(f'[course]\nrepository = "{address}"\n')
    return write_course(root)


def test_a_repository_gives_a_badge_and_a_place_to_install_from(tmp_path):
    title, setup = read(build("ps98", with_repository(tmp_path))).cells[:2]
    where = f"some-one/a.course/blob/{RELEASE}/notebooks/ps98/ps98_small.ipynb"
    assert f"https://colab.research.google.com/github/{where}" in title.source
    assert title.source.startswith("# A small problem set\n\n[![Open in Colab]")
    assert f'SOURCE = "git+{REPOSITORY}@{RELEASE}"' in setup.source


def test_without_one_there_is_no_badge(tmp_path):
    title, setup = read(build("ps98", write_course(tmp_path))).cells[:2]
    assert "colab" not in title.source
    assert 'SOURCE = "-e ."' in setup.source


def test_the_last_check_runs_when_its_sign_is_deleted(tmp_path):
    cells = read(build("ps98", write_course(tmp_path))).cells
    (last,) = [c.source for c in cells if c.cell_type == "code" and "submit_check()" in c.source]
    ast.parse(last.replace("#", ""))


def test_the_comparison_knows_the_repository_too(tmp_path):
    release("ps98", with_repository(tmp_path))
    assert compare(tmp_path) == []


@pytest.mark.parametrize(
    "address", ["", "https://gitlab.com/a/b", "git@github.com:a/b", "https://github.com/a"]
)
def test_colab_opens_what_is_on_github_only(tmp_path, address):
    assert colab_badge(address, tmp_path / "ps98" / "ps98_small.py") == ""


@pytest.mark.parametrize("end", ["", "/", ".git"])
def test_the_address_may_end_as_people_write_it(tmp_path, end):
    badge = colab_badge(REPOSITORY + end, tmp_path / "ps98" / "ps98_small.py")
    assert f"/github/some-one/a.course/blob/{RELEASE}/notebooks/" in badge


@pytest.mark.parametrize("end", ["", "/", ".git"])
def test_the_glossary_is_linked_on_the_web_where_the_course_is(end):
    page = f"{REPOSITORY}/blob/{RELEASE}/docs/glossary.md"
    assert f"[glossary]({page})" in how_it_works(REPOSITORY + end, SOURCE_FILE)


@pytest.mark.parametrize("address", ["", "git@github.com:a/b"])
def test_the_glossary_is_linked_beside_the_notebooks_elsewhere(address):
    assert "[glossary](../../docs/glossary.md)" in how_it_works(address, SOURCE_FILE)


def test_how_a_notebook_works_is_said_once():
    first = Path(__file__).parents[2].joinpath("solutions", FIRST).with_suffix(".py")
    section = re.search(r"Section (\d)\nsays how", how_it_works("", first))
    there = f"## {section[1]} How and where notebooks run\n"
    assert first.read_text("utf-8").count(there) == 1
    assert f"[Notebook 00](../{FIRST})" in how_it_works("", SOURCE_FILE)
    assert FIRST not in how_it_works("", first)


def test_the_imports_come_out_as_they_went_in():
    cell = setup_cell("import numpy as np\n", REPOSITORY)
    assert imports_of(cell, REPOSITORY) == "import numpy as np"
    assert imports_of(cell, "") is None


IMPORTS = "import course_lib\nfrom grader.checking import setup_done"


def run_setup(repository, folder, pip=""):
    """The setup cell in a Python without the course, whose ``-m pip`` runs the lines ``pip``."""
    python = folder / "python"
    python.write_text(f"#!{sys.executable}\nimport pathlib, sys\n{pip}\n")
    python.chmod(0o755)
    start = f"import sys\nsys.path.insert(0, {str(folder)!r})\nsys.executable = {str(python)!r}\n"
    return subprocess.run(
        [sys.executable, "-S", "-E", "-c", start + setup_cell(IMPORTS, repository)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_where_the_course_is_missing_it_says_what_to_do(tmp_path):
    done = run_setup("", tmp_path)
    assert done.returncode == 1
    assert "-m pip install --upgrade -e . and restart" in done.stderr


def test_it_installs_from_the_repository_and_goes_on(tmp_path):
    pip = (
        f"assert sys.argv[1:4] == ['-m', 'pip', 'install'], sys.argv\n"
        f"assert sys.argv[4:] == ['--quiet', 'git+{REPOSITORY}@{RELEASE}'], sys.argv\n"
        "pathlib.Path('course_lib').mkdir()\n"
        f"version = '__version__ = \"{RELEASE[1:]}\"'\n"
        "pathlib.Path('course_lib/__init__.py').write_text(version)\n"
        "pathlib.Path('course_lib/threads.py').write_text('limit_threads = id')\n"
        "pathlib.Path('grader').mkdir()\n"
        "pathlib.Path('grader/__init__.py').touch()\n"
        "pathlib.Path('grader/checking.py').write_text('setup_done = print')"
    )
    done = run_setup(REPOSITORY, tmp_path, pip)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{RELEASE[1:]}\n", "")


def test_what_pip_says_is_shown_when_it_fails(tmp_path):
    done = run_setup(REPOSITORY, tmp_path, "raise SystemExit('no network here')")
    assert "could not be installed" in done.stderr and "no network here" in done.stderr


def with_version(folder, version):
    """A course_lib of that version in the folder; "": of the time before it had one."""
    (folder / "course_lib").mkdir()
    (folder / "course_lib" / "threads.py").write_text("limit_threads = id")
    said = f"__version__ = {version!r}" if version else ""
    (folder / "course_lib" / "__init__.py").write_text(said)
    (folder / "grader").mkdir()
    (folder / "grader" / "__init__.py").touch()
    (folder / "grader" / "checking.py").write_text("setup_done = print")


@pytest.mark.parametrize("version", ["", "0.1.9"])
@pytest.mark.parametrize(
    ("repository", "update"), [("", "-e ."), (REPOSITORY, f"git+{REPOSITORY}@{RELEASE}")]
)
def test_an_older_course_lib_is_told_with_what_to_do(tmp_path, version, repository, update):
    with_version(tmp_path, version)
    done = run_setup(repository, tmp_path)
    assert done.returncode == 1
    (told,) = [line for line in done.stderr.splitlines() if line.startswith("RuntimeError")]
    assert f"needs course_lib 0.2, here is {version or '0.1'}. " in told
    assert ("with its newest files" in told) == (not repository)
    assert f"-m pip install --upgrade {update} and restart this notebook." in told


@pytest.mark.parametrize("version", [RELEASE[1:], "0.2.99", "0.10.0", "1.0.0rc1"])
def test_the_same_or_a_newer_course_lib_is_taken(tmp_path, version):
    with_version(tmp_path, version)
    done = run_setup("", tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{version}\n", "")


def test_the_cell_names_what_it_was_tried_with():
    assert f"Colab's runtime of {COLAB}" in setup_cell("import numpy", REPOSITORY)
    assert re.fullmatch(r"v\d+\.\d+\.\d+", RELEASE)
