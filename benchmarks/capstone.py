"""Entries of ps14 over several classes: python benchmarks/capstone.py [configurations] [classes].

Configurations are drawn from the printed space, as long as they are within the budget. Each is
trained once for the public board and three times for each class, whose secret splits differ. How
much a mark varies between classes says how much of it is luck. Accuracies do not depend on how busy
the machine is; the times are of the processor.
"""

import platform
import resource
import statistics
import sys
import time
from typing import Any

import numpy as np

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


def main() -> None:
    """Measure and print."""
    asked = [int(word) for word in sys.argv[1:]]
    n, classes = [*asked, *[50, 4][len(asked) :]]
    print(f"Python {platform.python_version()}, {platform.machine()}, {classes} classes")
    lowest, highest = configuration.LOWER, configuration.UPPER
    print(f"points from {lowest} to {highest}, {capstone_training.N_TRAININGS} trainings")
    seeds = [capstone_training.draw_seeds(np.random.default_rng(k)) for k in range(classes)]
    named = [(name, capstone.read(one)) for name, one in NAMED.items()]
    numbered = [(f"drawn {k}", settings) for k, settings in enumerate(drawn(n), 1)]
    spreads, pairs = [], []
    for name, settings in [*named, *numbered]:
        began = time.process_time()
        public = capstone_training.measure(settings, configuration.PUBLIC, public=True).test
        results = [[capstone_training.measure(settings, s) for s in three] for three in seeds]
        seconds = (time.process_time() - began) / (1 + classes * capstone_training.N_TRAININGS)
        single = [result.test for three in results for result in three]
        means = [statistics.mean(result.test for result in three) for three in results]
        marks = [share_of(settings, three) for three in results]
        if name.startswith("drawn"):
            spreads.append(statistics.stdev(marks))
            pairs.append((public, means[0]))
        print(
            f"{name:18} public {public:.3f}  final {statistics.mean(means):.3f}, one training "
            f"± {statistics.stdev(single):.3f}, a mean of three ± {statistics.stdev(means):.3f}  "
            f"share {statistics.mean(marks):.2f} ± {statistics.stdev(marks):.2f}  "
            f"budget {capstone.budget_used(settings):4.0%}  {seconds:.2f} s",
            flush=True,
        )
    if n > 2:
        within = np.sqrt(np.mean(np.square(spreads)))
        print(f"sd of a share between classes: {within:.3f} (root mean square)")
        public, final = np.array(pairs).T
        print(f"correlation of public and final accuracy: {np.corrcoef(public, final)[0, 1]:.2f}")
        best = int(public.argmax())
        print(f"the best public one: {public[best]:.3f}, final {final[best]:.3f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory at most {peak:.0f} MiB")


if __name__ == "__main__":
    main()
