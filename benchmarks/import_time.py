"""How long importing the course takes, beside `import numpy`: python -m benchmarks.import_time.

Each round starts one fresh interpreter for each of the statements, in turn, so that a busy machine
slows them alike. The time of an interpreter that imports nothing is taken off.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

ROUNDS = 31
STATEMENTS = {
    "nothing": "pass",
    "numpy": "import numpy",
    "course_lib": "import course_lib",
    "what a notebook imports": (
        "from course_lib.datasets import load_digits; from course_lib.layers import Linear, ReLU; "
        "from course_lib.losses import softmax_cross_entropy; from course_lib.models import mlp; "
        "from course_lib.optimizers import SGD; from course_lib.training import fit; "
        "from course_lib.plots import training_curves"
    ),
    "grader.checking": "from grader.checking import check",
}


def seconds(statement: str) -> float:
    """Wall time of a fresh interpreter that runs a statement."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True)
    return time.perf_counter() - began


def report() -> Iterator[str]:
    """The lines for speed.md."""
    os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"
    for statement in STATEMENTS.values():
        seconds(statement)  # writes .pyc files, fills the disk's cache
    times: dict[str, list[float]] = {name: [] for name in STATEMENTS}
    for _ in range(ROUNDS):
        for name, statement in STATEMENTS.items():
            times[name].append(seconds(statement))
    nothing = statistics.median(times.pop("nothing"))
    numpy = statistics.median(times["numpy"]) - nothing
    yield f"| import | median of {ROUNDS}, ms | 10 % to 90 %, ms | times numpy |"
    yield "|---|---|---|---|"
    for name, values in times.items():
        net = [1000 * (value - nothing) for value in values]
        low, middle, high = (statistics.quantiles(net, n=10)[i] for i in (0, 4, 8))
        yield (
            f"| {name} | {middle:.1f} | {low:.1f} to {high:.1f} | {middle / (1000 * numpy):.2f} |"
        )


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in report())
