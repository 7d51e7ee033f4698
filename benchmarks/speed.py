"""Speed and memory of the course on one processor core, written to speed.md: make bench.

    python -m benchmarks.speed --write  everything, into the tables of benchmarks/speed.md
    python -m benchmarks.speed W1 W4    some workloads only

For each workload (`workloads.py`), one call of course_lib, one of eager PyTorch and one of the
floor follow each other in every round, each in processor time, and the 10th percentile over the
rounds is compared. The floor is what cannot be avoided: the matrix products alone, or reading and
writing every array once. Above each table of the page stands the processor that it was measured on.
The first table keeps the ratios of every processor that the page was written on, each in a column
with its date. The other parts are measured by `home_checks.py`, `import_time.py` and `memory.py`,
each of which runs by itself, too.
"""

import os

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[threads] = "1"

import argparse
import re
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import torch

from benchmarks import home_checks, import_time, memory
from benchmarks.machine import processor, software
from benchmarks.workloads import WORKLOADS, Work, Workload

PAGE = Path(__file__).with_suffix(".md")
SECONDS = 6.0  # for each workload, all three sides together
RATIO = "ratio, "  # then the processor and the day, in the head of a column
MADE_ON = r"(?m)^.*, one thread; .*\.$"
TABLE = r"(?m)(?:^\|.*\n)+"


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


def table(names: list[str], before: str = "") -> Iterator[str]:
    """The lines of the table of workloads, one after the other as they are measured.

    The last columns have the ratio on this processor, and on those of the table before.
    """
    here_and_now = f"{processor()}, {date.today()}"
    columns = ratios(before)
    others = {name: of for name, of in columns.items() if name.rpartition(", ")[0] != processor()}
    heads = ["workload", "ours, ms", "PyTorch, ms", "to the floor"]
    heads += [RATIO + name for name in (here_and_now, *others)]
    yield f"| {' | '.join(heads)} |"
    yield "|---" * len(heads) + "|"
    for name in names:
        work = WORKLOADS[name]()
        times = measure(work)
        ours, theirs = times["ours"], times["theirs"]
        here = f"{1e3 * ours:.3g} | {1e3 * theirs:.3g} | {ours / times['floor']:.2f}"
        found = [f"{ours / theirs:.2f}", *(of.get(work.title, "") for of in others.values())]
        yield f"| {work.title} | {here} | {' | '.join(found)} |"


def ratios(page: str) -> dict[str, dict[str, str]]:
    """Processor and day -> title -> ratio, from the first table of a page."""
    lines = page.partition("| workload |")[2].partition("\n\n")[0].splitlines()
    head, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines] or [[]]
    places = {name.removeprefix(RATIO): i for i, name in enumerate(head, 1) if RATIO in name}
    return {name: {row[0]: row[i] for row in rows} for name, i in places.items()}


def report(before: str = "") -> Iterator[str]:
    """All lines of the report; a table of the page before gives the ratios of other processors."""
    yield "# Speed and memory of the course"
    made_on = f"{processor()}, {date.today()}, one thread; {software('numpy', 'torch')}."
    for title, lines in [
        ("course_lib beside eager PyTorch", table(list(WORKLOADS), before)),
        ("A check at home", home_checks.report()),
        ("Imports", import_time.report()),
        ("Memory", memory.report()),
    ]:
        yield ""
        yield f"## {title}"
        yield ""
        yield made_on
        yield ""
        yield from lines


def renewed(page: str, lines: list[str]) -> str:
    """The page with the tables of a report, and what they were made on, in place of its own."""
    report = "".join(f"{line}\n" for line in lines)
    for part in (MADE_ON, TABLE):
        found = iter(re.findall(part, report))
        page = re.sub(part, lambda _, found=found: str(next(found)), page)
    return page


def main() -> None:
    """Measure what is asked for and print it line by line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("workloads", nargs="*", help=", ".join(WORKLOADS))
    parser.add_argument("--write", action="store_true", help="write benchmarks/speed.md")
    asked = parser.parse_args()
    if unknown := [name for name in asked.workloads if name not in WORKLOADS]:
        parser.error(f"there is no workload {unknown[0]}; choose from {', '.join(WORKLOADS)}")
    if asked.write and asked.workloads:
        parser.error("the page is written as a whole: --write without names of workloads")
    torch.set_num_threads(1)
    before = PAGE.read_text("utf-8")
    kept = []
    for line in table(asked.workloads, before) if asked.workloads else report(before):
        print(line, flush=True)
        kept.append(line)
    if asked.write:
        PAGE.write_text(renewed(before, kept), "utf-8")


if __name__ == "__main__":
    main()
