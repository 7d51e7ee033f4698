"""Peak memory of training the network of W3: python -m benchmarks.memory.

A fresh process for each side trains for a few steps. What counts is how far the peak of its
resident memory lies above what it had before the network was made, divided by the size of the
parameters. Parameters, gradients and the two states of Adam are 4 of these.
"""

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

ROOT = Path(__file__).parents[1]
STEPS = 5
SIZES = [1024, 2048, 2048, 10]
PARAMETERS = sum((n_in + 1) * n_out for n_in, n_out in pairwise(SIZES))


def peak() -> int:
    """Largest resident memory of this process so far, in bytes."""
    try:  # getrusage would count the process that started this one, too
        status = Path("/proc/self/status").read_text("utf-8")
        return 1024 * int(status.partition("VmHWM:")[2].split()[0])
    except OSError:  # macOS
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def train(side: str) -> int:
    """Bytes by which the peak rises when this side, ``"ours"`` or ``"theirs"``, trains."""
    import torch

    from benchmarks.workloads import w1, w3

    torch.set_num_threads(1)
    getattr(w1(), side)("cpu")()  # loads what a first step loads
    before = peak()
    step = getattr(w3(), side)("cpu")
    for _ in range(STEPS):
        step()
    return peak() - before


def report() -> Iterator[str]:
    """The lines for speed.md."""
    size = 4 * PARAMETERS
    yield f"Training W3, whose parameters are {size / 1e6:.0f} MB."
    yield ""
    yield "| | peak above the start, MB | times the parameters |"
    yield "|---|---|---|"
    for side, name in (("ours", "course_lib"), ("theirs", "PyTorch")):
        command = [sys.executable, "-m", "benchmarks.memory", side]
        done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
        rise = int(done.stdout)
        yield f"| {name} | {rise / 1e6:.0f} | {rise / size:.1f} |"


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(train(sys.argv[1]))
    else:
        sys.stdout.writelines(f"{line}\n" for line in report())
