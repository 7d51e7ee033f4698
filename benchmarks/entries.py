"""Stored entries for those who study ps26 alone: python -m benchmarks.entries [drawn] [kept].

Configurations are drawn from the space below; those that cost at most a fifth of the budget are
trained once for the public board. The best of these become the entries: so
their public accuracies are too high on average, as those of students are who have chosen by the
board. Each is then trained on three splits that belong to a stored seed. The file is written anew
at each run, and a test trains two of its entries again.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from grader.checking.contract.registry import find
from grader.checking.judging.judge import make_cases
from grader.exercises import capstone, capstone_training
from grader.exercises.ps26 import configuration
from grader.files import write_whole

SEED, COST = 14, 0.2
SPACE: dict[str, list[Any]] = {
    "model": ["cnn", "cnn", "cnn", "mlp"],
    "channels": [[4, 8], [8, 16], [16, 32], [8, 16, 32], [16, 32, 32]],
    "layers": [[64], [128], [256, 64]],
    "norm": ["none", "batchnorm"],
    "dropout": [0.0, 0.2, 0.5],
    "optimizer": ["sgd", "nesterov", "adam", "adamw"],
    "lr": [0.3, 0.1, 0.03, 0.01, 0.003, 0.001],
    "momentum": [0.0, 0.9],
    "weight_decay": [0.0, 0.01, 0.1],
    "schedule": ["constant", "step", "cosine", "warmup_cosine"],
    "batch_size": [25, 50, 100],
    "epochs": [4, 8, 16, 24, 40],
    "flip": [0.0, 0.5],
    "shift": [0, 1, 2, 3],
}


def drawn(n: int) -> list[capstone.Settings]:
    """Configurations within the budget, each entry drawn by itself."""
    rng, found = np.random.default_rng(0), []
    while len(found) < n:
        one = {name: values[rng.integers(len(values))] for name, values in SPACE.items()}
        settings = capstone.read(one)
        if capstone.budget_used(settings) <= 1:
            found.append(settings)
    return found


def main() -> None:
    """Train, and write the file."""
    n, kept = [*map(int, sys.argv[1:]), *[32, 20][len(sys.argv) - 1 :]]
    began = time.process_time()
    cheap = [one for one in drawn(3 * n) if capstone.budget_used(one) <= COST][:n]
    public = [
        (capstone_training.measure(settings, configuration.PUBLIC, public=True).test, settings)
        for settings in cheap
    ]
    best = sorted(public, key=lambda pair: pair[0], reverse=True)[:kept]
    (case,) = make_cases(find("configuration"), SEED)
    entries = []
    for seen, settings in best:
        final = [capstone_training.measure(settings, s).test for s in case["seeds"].numbers]
        own = {k: v for k, v in settings.items() if v != capstone.START[k]}
        entries.append({"settings": own, "public": seen, "final": final})
        print(json.dumps(entries[-1]), flush=True)
    lines = ",\n  ".join(json.dumps(entry) for entry in entries)
    text = f'{{"seed": {SEED}, "entries": [\n  {lines}\n]}}\n'
    path = Path(configuration.__file__).with_name(configuration.STORED)
    write_whole(path, text.encode())
    print(f"{path}: {len(entries)} entries, {time.process_time() - began:.0f} s of processor time")


if __name__ == "__main__":
    main()
