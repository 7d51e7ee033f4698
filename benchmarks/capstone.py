"""Entries of ps14 over several classes: python benchmarks/capstone.py [configurations] [classes].

Configurations are drawn from the space below, as long as they are within the budget. Each is
trained once for the public board and three times for each class, whose secret splits differ. How
much a mark varies between classes says how much of it is luck. The first class is the same for all
configurations, as on a board. The others are different for each, so that one easy split does not
stand in all spreads. Accuracies do not depend on how busy the machine is; the times are of the
processor. ``benchmarks/capstone.md`` has the result.
"""

import resource
import statistics
import sys
import time
from collections.abc import Iterable
from typing import Any

import numpy as np

from benchmarks.machine import processor, software
from grader.checking.contract.properties import Held
from grader.checking.contract.registry import find
from grader.exercises import capstone, capstone_training
from grader.exercises.ps14 import cards, configuration

NAMED: dict[str, dict[str, Any]] = {
    "the defaults": {},
    "BASE of the cards": cards.BASE,
    "perceptron": cards.BASE | {"model": "mlp", "layers": [128], "epochs": 30},
    "the reference": find("configuration").reference[0]()[0],
}
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


def share_of(settings: capstone.Settings, results: list[capstone_training.Result]) -> float:
    """The share of the points for the accuracy."""
    found = configuration.judged(settings, results)
    return 1.0 if isinstance(found, Held) else found.share


def classes_of(number: int, n: int) -> list[tuple[int, ...]]:
    """The seeds of n classes; only the first is the same for all configurations."""
    own = [np.random.default_rng([number, k]) for k in range(1, n)]
    return [capstone_training.draw_seeds(rng) for rng in (np.random.default_rng(0), *own)]


def rms(values: Iterable[float]) -> float:
    """Root of the mean square."""
    return float(np.sqrt(np.mean(np.square(list(values)))))


def main() -> None:
    """Measure and print."""
    asked = [int(word) for word in sys.argv[1:]]
    n, classes = [*asked, *[50, 4][len(asked) :]]
    print(f"{processor()}, one thread; {software('numpy')}; {classes} classes")
    lowest, highest = configuration.LOWER, configuration.UPPER
    print(f"points from {lowest} to {highest}, {capstone_training.N_TRAININGS} trainings")
    named = [(name, capstone.read(one)) for name, one in NAMED.items()]
    numbered = [(f"drawn {k}", settings) for k, settings in enumerate(drawn(n), 1)]
    rows = []  # of those drawn: sd of the share, its mean, sd of the accuracy, public, first class
    for number, (name, settings) in enumerate([*named, *numbered]):
        began = time.process_time()
        public = capstone_training.measure(settings, configuration.PUBLIC, public=True).test
        results = [
            [capstone_training.measure(settings, seed) for seed in three]
            for three in classes_of(number, classes)
        ]
        seconds = (time.process_time() - began) / (1 + classes * capstone_training.N_TRAININGS)
        single = [result.test for three in results for result in three]
        means = [statistics.mean(result.test for result in three) for three in results]
        marks = [share_of(settings, three) for three in results]
        spread, share = statistics.stdev(marks), statistics.mean(marks)
        if name.startswith("drawn"):
            rows.append((spread, share, statistics.stdev(means), public, means[0]))
        print(
            f"{name:18} public {public:.3f}  final {statistics.mean(means):.3f}, one training "
            f"± {statistics.stdev(single):.3f}, a mean of three ± {statistics.stdev(means):.3f}  "
            f"share {share:.2f} ± {spread:.2f}  first class {means[0]:.3f}  "
            f"budget {capstone.budget_used(settings):4.0%}  {seconds:.2f} s",
            flush=True,
        )
    if len(rows) > 2:
        between = [row for row in rows if 0 < row[1] < 1]
        print(f"sd between classes, root mean square of {len(rows)} configurations:")
        print(f"  accuracy {rms(row[2] for row in rows):.4f}, share {rms(r[0] for r in rows):.3f}")
        if between:
            of = f"of the {len(between)} that do not earn nothing or everything in each class"
            print(f"  share {of} {rms(row[0] for row in between):.3f}")
        _spread, _share, _sd, public, final = np.array(rows).T
        print(f"correlation of public and final accuracy: {np.corrcoef(public, final)[0, 1]:.2f}")
        best = int(public.argmax())
        print(f"the best public one: {public[best]:.3f}, final {final[best]:.3f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory at most {peak:.0f} MiB")


if __name__ == "__main__":
    main()
