"""The site of a class: its notebooks in its order, its plan, and where the others are."""

from pathlib import Path

import pytest

from docs.site import ROOT
from docs.site.build import make_site
from grader.authoring.assignments import assignments
from tests.site.course import SOURCE
from tests.site.links import broken, soup

pytestmark = pytest.mark.slow  # builds the site
SETTINGS = """\
[course]
title = "Learning in five evenings"
course = '{course}'
notebooks = ["zebra", "knn"]
site = "https://course.example"

[folders]
own = "own"

[problem_sets.zebra]
due = 2026-11-02T18:00:00+01:00

[problem_sets.knn]
due = 2026-11-16T18:00:00+01:00
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("class")
    (folder / "course.toml").write_text(SETTINGS.format(course=ROOT), encoding="utf-8")
    for name, title in (("knn", "Nearest neighbours"), ("zebra", "Stripes")):
        source = folder / "own/solutions" / name / f"{name}.py"
        source.parent.mkdir(parents=True)
        source.write_text(SOURCE.replace("A small notebook", title), encoding="utf-8")
    wanted = assignments(folder)
    assert make_site(wanted, folder, folder / "site", folder / "runs") == 0
    return folder / "site"


def test_it_lists_the_notebooks_of_the_class_in_its_order_with_their_weeks(site: Path) -> None:
    page = soup(site / "notebooks/index.html")
    rows = [[cell.get_text() for cell in row.select("td")] for row in page.select("tbody tr")]
    assert [(row[0], row[1], *row[3:]) for row in rows] == [
        ("zebra", "Stripes", "1", "2026-11-02 18:00"),
        ("knn", "Nearest neighbours", "3", "2026-11-16 18:00"),
    ]
    listed = [link.get_text() for link in page.select(".toctree-wrapper a")]
    assert listed == ["zebra Stripes", "knn Nearest neighbours"]
    assert "Learning in five evenings" in page.title.get_text()
    assert not (site / "notebooks/ps06").exists() and list(broken(site)) == []


def test_what_names_another_notebook_says_its_title_and_leads_to_the_site_of_the_course(
    site: Path,
) -> None:
    address = "https://course.example/notebooks/ps12/ps12_momentum.html"
    notebook = soup(site / "notebooks/knn/knn.html")
    (link,) = notebook.select(f'a[href="{address}"]')
    said = "momentum (“Momentum and loss landscapes”, which is not in this course)"
    assert said in link.parent.get_text()
    guide = soup(site / "students.html")
    (link,) = guide.select(f'a[href="{address}"]')
    assert link.parent.get_text() == "12 Momentum and loss landscapes (not in this course)"
    assert "This page is about all notebooks of the course." in guide.get_text()
