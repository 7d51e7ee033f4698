"""One site for all tests: the guides, the reference and one small notebook."""

from pathlib import Path

import pytest

from docs.site.build import make_site
from tests.authoring.course import write_course
from tests.site.course import SOURCE


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, runs: Path) -> Path:
    course = write_course(tmp_path_factory.mktemp("course"), SOURCE)
    folder = tmp_path_factory.mktemp("build") / "site"
    assert make_site(["ps98"], course, folder, runs) == 0  # a warning is an error
    return folder


@pytest.fixture(scope="module")
def notebook(site: Path) -> Path:
    return site / "notebooks" / "ps98" / "ps98_small.html"
