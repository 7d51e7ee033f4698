"""How long the solution notebooks take to run: python -m benchmarks.notebooks [ps06 …].

Each notebook runs in a fresh process, practice cells included, with the number of threads that its
setup cell chooses and nothing set from outside. Other work on the machine makes the wall time
longer, but hardly the processor time.
"""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def run(assignment: str) -> None:
    """Run the cells of one solution in this process."""
    from grader.authoring import run_cells, solution_notebook

    _scores, errors = run_cells(solution_notebook(assignment, ROOT))
    if errors:
        raise SystemExit("\n".join(errors))


def report(chosen: Sequence[str] = ()) -> Iterator[str]:
    """The lines for speed.md."""
    from grader.authoring import assignments

    environment = {name: value for name, value in os.environ.items() if name not in THREADS}
    environment["MPLBACKEND"] = "agg"
    yield "| notebook | wall time, s | processor time, s |"
    yield "|---|---|---|"
    wall = processor = 0.0
    for assignment in chosen or assignments(ROOT):
        began, began_processor = time.perf_counter(), processor_seconds()
        subprocess.run(
            [sys.executable, "-m", "benchmarks.notebooks", "run", assignment],
            check=True,
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
        )
        seconds = time.perf_counter() - began, processor_seconds() - began_processor
        wall, processor = wall + seconds[0], processor + seconds[1]
        yield f"| {assignment} | {seconds[0]:.0f} | {seconds[1]:.0f} |"
    yield f"| together | {wall:.0f} | {processor:.0f} |"


def processor_seconds() -> float:
    """Processor time of the processes that this one has started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    if sys.argv[1:2] == ["run"]:
        run(sys.argv[2])
    else:
        for line in report(sys.argv[1:]):
            print(line, flush=True)
