"""What the gates share: few trainings for the exercises of the cup that train networks."""

import numpy as np
import pytest

from grader.exercises import capstone_training

POOL = tuple(range(1, 5))


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
