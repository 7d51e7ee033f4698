"""What the gates share: draws of cases, and few trainings for what trains networks."""

import numpy as np
import pytest

from grader.exercises import capstone_training
from tests import sizes

POOL = tuple(range(1, 5))


def pytest_generate_tests(metafunc):
    """``seeds``: the first draw of an exercise's cases, and in `make test-long` the others."""
    if "seeds" in metafunc.fixturenames:
        more = pytest.param(range(1, sizes.SEEDS), id="more", marks=pytest.mark.long)
        metafunc.parametrize("seeds", [pytest.param(range(1), id="first"), more])


@pytest.fixture(autouse=True)
def seeds_of_a_pool(request, monkeypatch):
    """Draw the seeds of trainings from a pool, so that a process trains each of them once."""
    if "fresh_seeds" in request.fixturenames:
        return

    def draw(rng: np.random.Generator) -> tuple[int, ...]:
        return tuple(rng.choice(POOL, size=capstone_training.N_TRAININGS, replace=False).tolist())

    monkeypatch.setattr(capstone_training, "draw_seeds", draw)


@pytest.fixture
def fresh_seeds():
    """For a test of the seeds themselves: they are drawn as for students."""
