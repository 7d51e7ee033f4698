"""What the gates share: draws of cases, and few trainings for what trains networks."""

import numpy as np
import pytest

from grader.exercises import capstone_training
from tests import sizes

POOL = tuple(range(1, 5))


def pytest_generate_tests(metafunc):
    """``seeds``: the first draw of an exercise's cases; the others too where they are asked for."""
    if "seeds" in metafunc.fixturenames:
        draws = {"first": range(1)} | ({"more": range(1, sizes.SEEDS)} if sizes.ALL_DRAWS else {})
        metafunc.parametrize("seeds", draws.values(), ids=draws.keys())


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
