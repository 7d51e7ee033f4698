"""What a checkout may hold."""

import re
import subprocess
from pathlib import PurePosixPath

import pytest

from tests.project import ROOT

TOP_LEVEL = {
    # said in README.md
    *("README.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "pyproject.toml", "constraints.txt"),
    "noxfile.py",
    "CHANGELOG.md",
    *("course.toml", "nbgrader_config.py", "environment.yml", "environment-gpu.yml"),
    *(
        "course_lib",
        "course_lessons",
        "grader",
        "solutions",
        "notebooks",
        "tests",
        "benchmarks",
        "docs",
    ),
    *("CITATION.cff", "SECURITY.md", "CODE_OF_CONDUCT.md"),
    *("Dockerfile", ".dockerignore", ".devcontainer", "binder"),
    *(".ci", ".github", ".gitignore", ".gitattributes", ".pre-commit-config.yaml"),
}

# Names that say nothing about what is inside.
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "tools"}


@pytest.fixture(scope="module")
def files() -> list[PurePosixPath]:
    """Every file that is or would be committed."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = filter(None, listed.stdout.split("\0"))
    return [PurePosixPath(name) for name in names if (ROOT / name).exists()]


def test_top_level_is_what_the_readme_describes(files: list[PurePosixPath]) -> None:
    assert {file.parts[0] for file in files} <= TOP_LEVEL


def test_names_say_what_is_inside(files: list[PurePosixPath]) -> None:
    assert not [str(f) for f in files if f.suffix == ".py" and EMPTY_NAMES & {*f.parts, f.stem}]


def test_what_commands_make_is_not_committed(files: list[PurePosixPath]) -> None:
    made = {"class", "build", ".venv", "__pycache__", ".ipynb_checkpoints"}
    assert not [str(f) for f in files if made & set(f.parts)]
    assert not [str(f) for f in files if f.match("solutions/*/*.ipynb")]


def test_no_file_names_a_place_of_one_machine(files: list[PurePosixPath]) -> None:
    # This checkout's own folder, or where a machine gets its packages from.
    place = re.compile(rf"{re.escape(str(ROOT))}/|(?:index-url|find-links)\s*=|file:///")
    found = []
    for file in files:
        if file.suffix in {".npy", ".npz", ".png"} or file.name == "test_tree.py":
            continue
        for number, line in enumerate((ROOT / file).read_text("utf-8").splitlines(), start=1):
            if place.search(line):
                found.append(f"{file}:{number}: {line.strip()}")
    assert not found


def test_no_file_is_large(files: list[PurePosixPath]) -> None:
    assert not [str(f) for f in files if (ROOT / f).stat().st_size > 1_000_000]
