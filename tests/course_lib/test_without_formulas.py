"""Where submissions are graded the formulas are not there; all the rest still works.

Every module that holds a formula is replaced by its stand-in, and its faster versions are left out.
Then every module is loaded, and a network of the student's own functions is trained.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import course_lib
from grader.grading.sandbox.standins import stand_in

ROOT = Path(course_lib.__file__).parent

NO_FORMULA = {"__init__.py", "group.py", "optimizer.py"}

FORMULAS = [
    path
    for pattern in (
        "functional/*.py",
        "losses/*.py",
        "optimizers/*.py",
        "schedules.py",
        "regularizers.py",
        "augmentation/*.py",
        "gradient_check/numerical_gradient.py",
        "preprocessing/*.py",
        "descent.py",
        "diagnostics.py",
        "symmetry.py",
        "graph/backprop.py",
        "graph/unbroadcast.py",
        "ensembles.py",
        "initializers.py",
        "search.py",
    )
    for path in sorted(ROOT.glob(pattern))
    if path.name not in NO_FORMULA
]

PROGRAM = """
import importlib
for name in MODULES:
    importlib.import_module(name)

import numpy as np
from course_lib import Op
from course_lib.gradient_check import check_op
from course_lib.layers import ReLU, Linear
from course_lib.models import mlp
from course_lib.optimizers import SGD, Adam
from course_lib.training import fit

linear = Op(lambda x, W, b: (x @ W + b, (x, W)),
            lambda du, c: (du @ c[1].T, c[0].T @ du, du.sum(axis=0)))
relu = Op(lambda u: (np.maximum(u, 0), u), lambda dz, u: dz * (u > 0))

def square(y, t):
    return 0.5 * np.sum((y - t) ** 2) / len(y), (y - t) / len(y)

def step(w, dw, *, lr):
    return w - lr * dw

rng = np.random.default_rng(0)
x = rng.normal(size=(40, 3))
t = x[:, :1] - x[:, 1:2]
model = mlp([3, 8, 1], rng=rng, init=lambda shape, rng: 0.5 * rng.normal(size=shape), op=linear,
            activation=lambda: ReLU(op=relu))
history = fit(model, x, t, loss=square, optimizer=SGD(model.parameters(), lr=0.1, step=step),
              epochs=20, batch_size=10, rng=rng, progress=False)
assert history.loss[-1] < 0.2 * history.loss[0], history.loss
inputs = [x, rng.normal(size=(3, 2)), rng.normal(size=2)]
assert all(check_op(linear, inputs, rng))

for attempt in (
    lambda: ReLU().forward(x, training=True),
    lambda: Linear(3, 2, rng=rng),
    lambda: Adam(model.parameters()).step(),
):
    try:
        attempt()
    except NotImplementedError as error:
        assert "yourself: the library's version is not available" in str(error)
    else:
        raise AssertionError("a formula was found")
print("all done")
"""


def test_the_rest_of_the_library_works_with_the_students_own_functions(tmp_path: Path) -> None:
    without = shutil.ignore_patterns("__pycache__", "formulas")
    shutil.copytree(ROOT, tmp_path / "course_lib", ignore=without)
    for path in FORMULAS:
        source = stand_in(path.read_text(encoding="utf-8"), path.stem)
        (tmp_path / path.relative_to(ROOT.parent)).write_text(source, encoding="utf-8")
    modules = [
        ".".join(path.relative_to(ROOT.parent).with_suffix("").parts).removesuffix(".__init__")
        for path in sorted(ROOT.rglob("*.py"))
        if not path.is_relative_to(ROOT / "fast" / "formulas")
    ]
    program = PROGRAM.replace("MODULES", repr(modules))
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.stdout == "all done\n", done.stderr
