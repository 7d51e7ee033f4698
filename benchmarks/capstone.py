"""The judged configurations of ps14 over many seeds: python benchmarks/capstone.py [seeds].

Full marks stand at what the reference reaches on its worst of 30 seeds, and how far the mean of
three trainings varies says how sure that is. Accuracies do not depend on how busy the machine is;
the times are of the processor.
"""

import platform
import statistics
import sys
import time
from itertools import combinations
from typing import Any

from grader.checking.contract.registry import find
from grader.exercises import capstone

TRIED: dict[str, dict[str, Any]] = {
    "the defaults": {},
    "the notebook's baseline": {"layers": [64], "epochs": 12, "optimizer": "adam", "lr": 0.002},
    "no hidden layer": {"layers": [], "epochs": 30},
    "longer": {"layers": [256], "epochs": 24},
    "Adam, cosine": {
        "layers": [256], "epochs": 24, "optimizer": "adam", "lr": 0.002, "schedule": "cosine",
    },
    "the same with dropout": {
        "layers": [256], "epochs": 24, "optimizer": "adam", "lr": 0.002, "schedule": "cosine",
        "dropout": 0.4,
    },
    "shifts, constant rate": {
        "layers": [256], "epochs": 24, "momentum": 0.9, "lr": 0.03, "shift": 2,
    },
    "the reference": find("configuration").reference[0](),
    "SGD, shifts": {
        "layers": [256], "epochs": 24, "lr": 0.05, "momentum": 0.9, "schedule": "cosine",
        "shift": 2,
    },
    "batch norm, shifts": {
        "layers": [256, 128], "norm": "batchnorm", "epochs": 20, "optimizer": "adam", "lr": 0.005,
        "schedule": "cosine", "shift": 2,
    },
    "slowest allowed": {
        "layers": [32, 32, 32, 32], "norm": "batchnorm", "epochs": 60, "batch_size": 25,
        "optimizer": "adam", "lr": 0.004, "schedule": "cosine", "shift": 2, "dropout": 0.05,
        "l2": 1e-5, "activation": "gelu",
    },
}  # fmt: skip


def main() -> None:
    """Measure and print."""
    seeds = range(1, int(sys.argv[1]) + 1 if len(sys.argv) > 1 else 31)
    print(f"Python {platform.python_version()}, {platform.machine()}, {len(seeds)} seeds")
    print(f"points from {capstone.LOWER} to {capstone.UPPER}, three trainings")
    for name, configuration in TRIED.items():
        settings = capstone.within_budget(capstone.read(configuration))
        began = time.process_time()
        test = {seed: capstone.measure(settings, seed).test for seed in seeds}
        seconds = (time.process_time() - began) / len(seeds)
        triples = sorted(map(statistics.mean, combinations(test.values(), capstone.N_TRAININGS)))
        middle, spread = statistics.mean(test.values()), statistics.stdev(test.values())
        print(
            f"{name:24} {middle:.4f} ± {spread:.4f}, worst {min(test.values()):.4f}"
            f"  means of three {triples[0]:.4f} to {triples[-1]:.4f}"
            f"  budget {capstone.budget_used(settings):4.0%}  {seconds:.2f} s",
            flush=True,
        )


if __name__ == "__main__":
    main()
