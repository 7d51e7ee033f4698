"""An open entry is trained on the GPU by the same random numbers as on the processor."""

import numpy as np
import pytest

from course_lessons import cup
from grader.exercises import capstone
from grader.exercises import capstone_training as training
from tests.course_lib.libraries.conftest import ON_THE_GPU
from tests.cupy.host.kernels import launches

pytestmark = ON_THE_GPU


def test_it_learns_what_it_learns_on_the_processor() -> None:
    settings = capstone.read(
        {"channels": [3, 4], "epochs": 2, "norm": "batchnorm", "dropout": 0.2, "flip": 0.5,
         "shift": 1, "optimizer": "adamw", "lr": 0.01, "schedule": "warmup_cosine"},
        limits=capstone.OPEN,
    )  # fmt: skip
    x, t, _groups = training._all_emoji()
    losses, shares = [], []
    for device in ("cpu", "cuda"):
        launches.clear()
        rng = np.random.default_rng(1)
        trained = cup.train(settings, x[:200], t[:200], rng, device=device)
        losses.append(trained.history.loss)
        shares.append(training._accuracy(trained, x[:200], t[:200], device, rows=150))
        assert (launches.total() > 0) == (device == "cuda")
    assert losses[1] == pytest.approx(losses[0], rel=1e-3)
    assert shares[1] == pytest.approx(shares[0], abs=0.02)


def test_a_training_that_diverges_counts_as_guessing() -> None:
    settings = capstone.read({"model": "mlp", "lr": 10.0, "momentum": 0.99, "epochs": 1})
    found = training.measure(settings, 1, public=True, device="cuda", rows=400)
    assert found == training.Result(1 / 8, 1 / 8, "diverged")
