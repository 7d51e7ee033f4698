"""Every file, module and command that a page or a docstring names is there."""

import ast
import importlib.util
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest
from typer.main import get_command

from grader.cli import app
from tests.project import ROOT

PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
PACKAGES = ("course_lib", "course_lessons", "grader", "tests", "benchmarks")
ENDINGS = r"(?:py|md|toml|yml|html|js|npz|j2)"
# What students and commands make, and placeholders.
OTHERS = re.compile(
    r"own\.py|own/.*|class/.*|NOTEBOOKS\.md|benchmarks/gpu\.md|.*(?:psNN|ps07_graphs|<\w+>).*"
)


@cache
def kept() -> set[str]:
    """The paths of all files that are or would be committed."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return set(listed.stdout.split()) or {
        path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.*")
    }


def is_there(name: str) -> bool:
    """Whether a file is called so, with as many of its folders as are given."""
    name = name.removeprefix("../").removeprefix("./")
    return any(path == name or path.endswith(f"/{name}") for path in kept())


def is_a_module(name: str) -> bool:
    """Whether ``checking.judging`` is a module, or ``grader.files.write_whole`` a name in one."""
    parts = name.split(".")
    for package in ("", "grader/", "grader/grading/", "grader/checking/", "grader/classroom/"):
        for length in range(len(parts), 0, -1):
            path = package + "/".join(parts[:length])
            if f"{path}.py" in kept() or f"{path}/__init__.py" in kept():
                file = ROOT / (f"{path}.py" if f"{path}.py" in kept() else f"{path}/__init__.py")
                rest = parts[length : length + 1]
                return not rest or re.search(rf"\b{rest[0]}\b", file.read_text("utf-8")) is not None
    return False


@cache
def docstrings() -> dict[str, str]:
    """The docstring of each module, with those of its classes and functions."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            tree = ast.parse(path.read_text("utf-8"))
            kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
            texts = [ast.get_docstring(n) or "" for n in ast.walk(tree) if isinstance(n, kinds)]
            found[path.relative_to(ROOT).as_posix()] = "\n".join(texts)
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_that_a_page_names(page: Path) -> None:
    text = page.read_text("utf-8")
    code = re.findall(rf"`((?:[\w.-]+/)*[\w.-]*\w\.{ENDINGS})`", text)
    assert [name for name in code if not OTHERS.fullmatch(name) and not is_there(name)] == []
    folders = re.findall(r"`((?:course_lib|course_lessons|grader|tests|docs)/[\w/]+)`", text)
    assert [
        name for name in folders if not OTHERS.fullmatch(name) and not (ROOT / name).is_dir()
    ] == []


def test_files_that_docstrings_name() -> None:
    lost = [
        f"{file}: {name}"
        for file, text in docstrings().items()
        for name in re.findall(rf"\b((?:{'|'.join(PACKAGES)}|docs)/[\w/]+\.{ENDINGS})\b", text)
        if not OTHERS.fullmatch(name) and not is_there(name)
    ]
    assert lost == []


def test_modules_that_docstrings_name() -> None:
    lost = [
        f"{file}: {name}"
        for file, text in docstrings().items()
        for name in re.findall(r":\w+:`~?((?:course_\w+|grader|tests)\.[\w.]+)`", text)
        if not is_a_module(name)
    ]
    assert lost == []


def test_modules_that_the_architecture_names() -> None:
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    parts = r"authoring|benchmarks|checking|classroom|course_\w+|grader|grading|judging"
    named = re.findall(rf"(?<![\w.])((?:{parts})(?:\.[a-z_]\w+)+)(?![\w(/])", text)
    assert len(named) > 10
    assert [n for n in named if not n.endswith((".py", ".md")) and not is_a_module(n)] == []


def commands_in(text: str) -> list[list[str]]:
    """The words after ``python -m grader``, as far as they can be those of a command."""
    return [
        line.split()
        for line in re.findall(r"python -m grader((?: [a-z-]+)*)", text)
        if line.strip()
    ]


def test_commands_that_pages_and_docstrings_name() -> None:
    texts = {page.name: page.read_text("utf-8") for page in PAGES} | docstrings()
    named = [(where, words) for where, text in texts.items() for words in commands_in(text)]
    assert len(named) > 15
    grader = get_command(app)
    for where, words in named:
        command = grader
        for word in words:
            known = getattr(command, "commands", None)
            if known is None:
                break
            assert word in known, f"{where}: python -m grader {' '.join(words)}"
            command = known[word]


def test_programs_that_pages_and_docstrings_name() -> None:
    texts = {page.name: page.read_text("utf-8") for page in PAGES} | docstrings()
    named = {
        name
        for text in texts.values()
        for name in re.findall(r"python -m ((?:tests|benchmarks|course_lib)\.[\w.]*\w)", text)
    }
    assert len(named) > 3
    assert [name for name in sorted(named) if importlib.util.find_spec(name) is None] == []
