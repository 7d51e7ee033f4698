"""`mypy --strict` accepts a script that passes NumPy's arrays and expects them back."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.project import ROOT

SCRIPT = """
from collections.abc import Callable

import numpy as np

from course_lib import Parameter
from course_lib.functional import linear_forward, softmax
from course_lib.layers import Layer
from course_lib.losses import softmax_cross_entropy
from course_lib.models import mlp
from course_lib.optimizers import SGD
from course_lib.training import evaluate, fit

rng = np.random.default_rng(0)
x: np.ndarray = rng.normal(size=(20, 4)).astype(np.float32)
t = rng.integers(0, 3, 20)
model = mlp([4, 8, 3], rng=rng)
optimizer = SGD(model.parameters(), lr=0.1)
y: np.ndarray = model(x)
right = model(x).argmax(axis=1) == t
value, du = softmax_cross_entropy(y, t)
W: np.ndarray = model.parameters()[0].data
b: np.ndarray = model[0].b.data
u, cache = linear_forward(x, W, np.zeros(8, np.float32))
print(right.mean(), float(value), du.sum(), u[0], len(softmax(y)))
loss, accuracy = evaluate(model, x, t, loss=softmax_cross_entropy)


def predict(x: np.ndarray) -> np.ndarray:
    return model(x)


def own_loss(y: np.ndarray, t: np.ndarray) -> tuple[float, np.ndarray]:
    return float(np.mean((y - t) ** 2)), 2.0 / y.size * (y - t)


class Scale(Layer):
    def __init__(self, n: int) -> None:
        self.gamma = Parameter(np.ones(n))

    def forward(
        self, x: np.ndarray, *, training: bool = True
    ) -> tuple[np.ndarray, Callable[[np.ndarray], np.ndarray]]:
        def backward(dy: np.ndarray) -> np.ndarray:
            self.gamma.add_grad((dy * x).sum(axis=0))
            return dy * self.gamma.data

        return x * self.gamma.data, backward


fit(model, x, x[:, :3], loss=own_loss, optimizer=optimizer, epochs=1, batch_size=5, rng=rng)
"""


@pytest.mark.parametrize(("line", "refused"), [("", ""), ("model([1.0])", 'expected "ndarray')])
def test_arrays_are_numpys_for_those_who_use_the_library(
    line: str, refused: str, tmp_path: Path
) -> None:
    path = tmp_path / "script.py"
    path.write_text(f"{SCRIPT}\n{line}\n")
    settings = "--strict", "--follow-imports=silent", f"--cache-dir={ROOT / '.mypy_cache/users'}"
    ran = subprocess.run(
        [sys.executable, "-m", "mypy", *settings, str(path)],
        cwd=tmp_path, env={"MYPYPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert refused in ran.stdout and bool(ran.returncode) == bool(refused), ran.stdout + ran.stderr
