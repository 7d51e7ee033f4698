"""Make the table of trainings of a planned experiment: ``python -m grader.exercises.trainings``.

It calls the experiment's ``train`` for all settings and seeds and writes what came out beside the
exercise.
"""

import argparse
import itertools
import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from grader.checking.contract.families.experiment import Experiment
from grader.checking.contract.families.trainings_table import as_table
from grader.checking.contract.registry import find


def make_table(exercise: Experiment) -> np.ndarray:
    """The table, of shape (number of values of each option…, seeds), with progress on stderr."""
    if exercise.train is None:
        raise ValueError(f"{exercise.name}: experiment(…) was given no train=")
    settings = list(itertools.product(*exercise.options.values()))
    found, began = np.zeros((len(settings), exercise.seeds)), time.monotonic()
    for i, setting in enumerate(settings):
        found[i] = [exercise.train(*setting, seed) for seed in range(exercise.seeds)]
        done, passed = (i + 1) / len(settings), time.monotonic() - began
        left = f"{100 * done:3.0f} %, {passed * (1 - done) / done:.0f} s left"
        print(f"\r{exercise.name}: {left}   ", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return as_table(found.reshape(*map(len, exercise.options.values()), exercise.seeds))


def write_table(table: np.ndarray, file: Path) -> None:
    """Write a table; where it is stopped, the file of before is still there."""
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        new = Path(folder) / file.name
        np.save(new, table)
        os.replace(new, file)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser("python -m grader.exercises.trainings", description=__doc__)
    parser.add_argument("name", help="the function of the experiment")
    exercise = find(parser.parse_args(arguments).name)
    if not isinstance(exercise, Experiment) or exercise.table is None:
        parser.error(f"{exercise.name} is no experiment with a file for its table")
    write_table(make_table(exercise), exercise.table)
    print(f"{exercise.table}: {exercise.table.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
