"""What the gates share: few trainings for ``configuration``, whose checks train networks."""

import numpy as np
import pytest

from grader.exercises import capstone

POOL = tuple(range(1, 9))


@pytest.fixture(autouse=True)
def seeds_of_a_pool(request, monkeypatch):
    """Draw the seeds of trainings from a pool, so that a process trains each of them once."""
    if "fresh_seeds" in request.fixturenames:
        return

    def draw(rng: np.random.Generator) -> tuple[int, ...]:
        return tuple(rng.choice(POOL, size=capstone.N_TRAININGS, replace=False).tolist())

    monkeypatch.setattr(capstone, "draw_seeds", draw)


@pytest.fixture
def fresh_seeds():
    """For a test of the seeds themselves: they are drawn as for students."""
