"""A training step computes in the memory that the last one has freed."""

import os
import subprocess
import sys

import pytest

STEPS = """
import resource
import numpy as np
from course_lib.losses import softmax_cross_entropy
from course_lib.models import small_cnn
from course_lib.optimizers import SGD
from course_lib.training import train_step

rng = np.random.default_rng(0)
model = small_cnn((1, 28, 28), 10, rng=rng)
optimizer = SGD(model.parameters(), lr=0.01)
x, t = rng.standard_normal((64, 1, 28, 28), np.float32), rng.integers(0, 10, 64)


def pages_fetched(steps):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(steps):
        train_step(model, x, t, loss=softmax_cross_entropy, optimizer=optimizer)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


pages_fetched(5)
print(pages_fetched(10))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="a property of the C library of Linux")
def test_the_system_is_asked_for_next_to_no_pages() -> None:
    command = [sys.executable, "-c", STEPS]
    own = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    ran = subprocess.run(command, env=own, capture_output=True, text=True, check=True, timeout=60)
    assert int(ran.stdout) < 1000  # ten steps; 29,000 if each gives its memory back
