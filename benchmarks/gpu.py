"""course_lib on a GPU beside PyTorch on the same GPU: python -m benchmarks.gpu.

It needs an NVIDIA GPU, CuPy and a PyTorch built for CUDA, measures W1 to W5 and W7 of
`workloads.py` and writes the table to benchmarks/gpu.md. In each round, course_lib, PyTorch and the
floor on the GPU and course_lib on the processor take turns. A side runs several times before the
program waits for the GPU, as in training, and the wall time of one run is kept. Both sides compute
in single precision, without TensorFloat-32.
"""

import os
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import numpy as np
import torch

from benchmarks.machine import processor, software
from benchmarks.workloads import WORKLOADS, Work, Workload
from course_lib.backend import choose_device

NAMES = ("W1", "W2", "W3", "W4", "W5", "W7sgd", "W7adam", "W7adamw")
ROUNDS = 20
SECONDS = 0.05  # for one side in one round
WARM_UP = 3  # CuPy compiles a kernel when it is first used


def sides(work: Workload, device: str) -> dict[str, Work]:
    """The columns of the table."""
    return {
        "ours": work.ours(device),
        "theirs": work.theirs(device),
        "floor": work.floor(device),
        "ours on the processor": work.ours("cpu"),
    }


def measure(work: Workload, device: str, wait: Callable[[], None]) -> dict[str, float]:
    """Median wall time of one run of each side, in seconds."""
    runs = sides(work, device)
    loops = {}
    for name, run in runs.items():
        seconds(run, WARM_UP, wait)
        loops[name] = max(1, round(SECONDS / seconds(run, 1, wait)))
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            times[name].append(seconds(run, loops[name], wait))
    return {name: float(np.median(values)) for name, values in times.items()}


def seconds(run: Work, loops: int, wait: Callable[[], None]) -> float:
    """Wall time of one run, the mean of some, until the GPU has done all of them."""
    wait()
    began = time.perf_counter()
    for _ in range(loops):
        run()
    wait()
    return (time.perf_counter() - began) / loops


def table(device: str, wait: Callable[[], None]) -> Iterator[str]:
    """The lines of the table, one after the other as they are measured."""
    yield "| workload | ours, ms | PyTorch, ms | ratio | to the floor | ours on the processor, ms |"
    yield "|---|---|---|---|---|---|"
    for name in NAMES:
        work = WORKLOADS[name]()
        ours, theirs, floor, here = measure(work, device, wait).values()
        yield (
            f"| {work.title} | {1e3 * ours:.3g} | {1e3 * theirs:.3g} | {ours / theirs:.2f} "
            f"| {ours / floor:.2f} | {1e3 * here:.3g} |"
        )


def obstacle() -> str:
    """Why nothing can be measured here, or ""."""
    try:
        choose_device("cuda")
    except RuntimeError as problem:
        return str(problem)
    return "" if torch.cuda.is_available() else "PyTorch was built without CUDA or finds no GPU"


def main() -> None:
    """Measure, print and write the table, or say that there is nothing to measure on."""
    if why := obstacle():
        print(f"no GPU here: {why}")
        return
    cupy = import_module("cupy")
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = False
    lines = [
        "# course_lib on a GPU beside PyTorch",
        "",
        f"{torch.cuda.get_device_name()}; {processor()}, {os.cpu_count()} logical cores; "
        f"{software('numpy', 'torch')}, CuPy {cupy.__version__}.",
        "",
    ]
    print("\n".join(lines))
    for line in table("cuda", cupy.cuda.Device().synchronize):
        print(line, flush=True)
        lines.append(line)
    Path(__file__).with_suffix(".md").write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
