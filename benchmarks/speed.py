"""Speed and memory of the course on one processor core, written to speed.md: make bench.

    python -m benchmarks.speed --write  everything, into benchmarks/speed.md
    python -m benchmarks.speed W1 W4    some workloads only

For each workload (`workloads.py`), one call of course_lib, one of eager PyTorch and one of the
floor follow each other in every round, each in processor time, and the 10th percentile over the
rounds is compared. The floor is what cannot be avoided: the matrix products alone, or reading and
writing every array once. The other parts are measured by `home_checks.py`, `import_time.py` and
`memory.py`, each of which runs by itself, too.
"""

import os

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[threads] = "1"

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from benchmarks import home_checks, import_time, memory
from benchmarks.machine import processor, software
from benchmarks.workloads import WORKLOADS, Work, Workload

SECONDS = 6.0  # for each workload, all three sides together


def measure(work: Workload) -> dict[str, float]:
    """Processor seconds of one call of each side."""
    sides = {"ours": work.ours("cpu"), "theirs": work.theirs("cpu"), "floor": work.floor("cpu")}
    times: dict[str, list[float]] = {name: [] for name in sides}
    for run in sides.values():  # the first calls allocate memory
        run()
    loops = max(1, int(0.01 / max(seconds(sides["ours"], 1), 1e-6)))
    stop = time.monotonic() + SECONDS
    while time.monotonic() < stop or len(times["ours"]) < 5:
        for name, run in sides.items():
            times[name].append(seconds(run, loops))
    return {name: float(np.percentile(values, 10)) for name, values in times.items()}


def seconds(run: Work, loops: int) -> float:
    """Processor seconds of one call, the mean of some."""
    began = time.process_time()
    for _ in range(loops):
        run()
    return (time.process_time() - began) / loops


def table(names: list[str]) -> Iterator[str]:
    """The lines of the table of workloads, one after the other as they are measured."""
    yield "| workload | ours, ms | PyTorch, ms | ratio | to the floor |"
    yield "|---|---|---|---|---|"
    for name in names:
        work = WORKLOADS[name]()
        times = measure(work)
        ours, theirs = times["ours"], times["theirs"]
        yield (
            f"| {work.title} | {1e3 * ours:.3g} | {1e3 * theirs:.3g} "
            f"| {ours / theirs:.2f} | {ours / times['floor']:.2f} |"
        )


def report(names: list[str]) -> Iterator[str]:
    """All lines of the report."""
    yield "# Speed and memory of the course"
    yield ""
    yield f"{processor()}, one thread; {software('numpy', 'torch')}."
    yield ""
    yield "## course_lib beside eager PyTorch"
    yield ""
    yield from table(names)
    for title, lines in [
        ("A check at home", home_checks.report()),
        ("Imports", import_time.report()),
        ("Memory", memory.report()),
    ]:
        yield ""
        yield f"## {title}"
        yield ""
        yield from lines


def main() -> None:
    """Measure what is asked for and print it line by line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("workloads", nargs="*", help=", ".join(WORKLOADS))
    parser.add_argument("--write", action="store_true", help="write benchmarks/speed.md")
    asked = parser.parse_args()
    if unknown := [name for name in asked.workloads if name not in WORKLOADS]:
        parser.error(f"there is no workload {unknown[0]}; choose from {', '.join(WORKLOADS)}")
    torch.set_num_threads(1)
    if asked.workloads:
        lines = table(asked.workloads)
    else:
        lines = report(list(WORKLOADS))
    kept = []
    for line in lines:
        print(line, flush=True)
        kept.append(line)
    if asked.write:
        Path(__file__).with_suffix(".md").write_text("\n".join(kept) + "\n", "utf-8")


if __name__ == "__main__":
    main()
