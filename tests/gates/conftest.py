"""What the gates share: draws of cases, and few trainings for what trains networks."""

import pytest

from grader.exercises import capstone_training
from grader.exercises.ps21 import own_changes
from tests import sizes


def pytest_generate_tests(metafunc):
    """``seeds``: the first draw of an exercise's cases; the others too where they are asked for.

    ``draws``: the first one in `make test`, and all of them in `make test-all`.
    """
    if "seeds" in metafunc.fixturenames:
        draws = {"first": range(1)} | ({"more": range(1, sizes.SEEDS)} if sizes.ALL_DRAWS else {})
        metafunc.parametrize("seeds", draws.values(), ids=draws.keys())
    if "draws" in metafunc.fixturenames:
        each = [range(1), pytest.param(range(sizes.SEEDS), marks=pytest.mark.slow)]
        metafunc.parametrize("draws", each, ids=["first", "all"])


@pytest.fixture(autouse=True)
def two_trainings(request, monkeypatch):
    """Two seeds for all trainings of entries and cards: a process trains each of them once.

    In `make test` two sets for changes of images, too.
    """
    if "fresh_seeds" not in request.fixturenames:
        monkeypatch.setattr(capstone_training, "draw_seeds", lambda rng: (1, 2))
    if not request.node.get_closest_marker("rest"):  # there the sandbox judges, too, with all
        monkeypatch.setattr(own_changes, "SETS", 2)


@pytest.fixture
def fresh_seeds():
    """For a test of the seeds themselves: they are drawn as for students."""
