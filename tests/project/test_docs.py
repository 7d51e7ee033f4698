"""The pages in docs/ say what is so."""

import importlib
import re
from pathlib import Path

import pytest

from tests.project import ROOT

PAGES = sorted((ROOT / "docs").glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_of_a_page_lead_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", text):
        assert "://" in target or (page.parent / target).exists(), target


@pytest.mark.parametrize(("page", "blocks"), [("docs/one_batch.md", 6), ("README.md", 1)])
def test_a_page_runs_from_top_to_bottom(page: str, blocks: int) -> None:
    found = re.findall(r"```python\n(.*?)```", (ROOT / page).read_text("utf-8"), re.S)
    assert len(found) >= blocks
    exec("\n".join(found), {})


def test_one_batch_names_things_where_they_are() -> None:
    text = (ROOT / "docs/one_batch.md").read_text("utf-8")
    named = re.findall(r"`(\w+)`\s*(?:in|\()\s*`(course_lib/[\w/]+)\.py`", text)
    assert len(named) > 8
    for name, file in named:
        module = importlib.import_module(file.replace("/", "."))
        assert hasattr(module, name), f"{name} is not in {file}.py"


def test_the_readme_counts_notebooks_and_shows_pictures_that_exist() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    notebooks = len(list((ROOT / "solutions").glob("*/*.py")))
    assert f"{notebooks} notebooks with more than a hundred checked functions" in text
    pictures = re.findall(r'(?:src|srcset)="([^"]+)"', text)
    assert len(pictures) == 6 and all((ROOT / place).is_file() for place in pictures)
    assert f"{notebooks} notebooks in which" in (ROOT / "docs/index.md").read_text("utf-8")


def test_the_table_of_hours_has_every_notebook_by_its_title() -> None:
    text = (ROOT / "docs/students.md").read_text("utf-8")
    for source in sorted((ROOT / "solutions").glob("*/*.py")):
        title = re.search(r"^# # (.+)$", source.read_text("utf-8"), re.M)
        place = source.relative_to(ROOT / "solutions").with_suffix(".ipynb")
        assert title and f"[{source.parent.name[2:]} {title[1]}](../notebooks/{place})" in text


def test_the_page_on_language_models_counts_what_each_notebook_asks() -> None:
    page = (ROOT / "docs/language_models.md").read_text("utf-8")
    rows = re.findall(r"^\| (\d\d) [^|]+\| (\d+) \| [^|]+ \| (\d+)(?:: [^|]+| )\|$", page, re.M)
    there = []
    for source in sorted((ROOT / "solutions").glob("*/*.py")):
        text = source.read_text("utf-8")
        guesses = len(set(re.findall(r'^guess\("(\w+)"', text, re.M)))
        points = sum(map(float, re.findall(r'manual="\w+" points=([\d.]+)', text)))
        there.append((source.parent.name[2:], f"{guesses}", f"{points:g}"))
    assert rows == there
