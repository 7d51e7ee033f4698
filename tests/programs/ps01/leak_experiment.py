"""Solutions of ``leak_experiment(trial) -> (low, high)``."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds

T = {4: 3.18, 5: 2.78, 6: 2.57, 8: 2.37}


def plan(trial, epochs_of, seeds, search=(0,)):
    """Each split's best epochs with the seeds of the search, then the interval of the others."""
    found = []
    for split in ("photos", "digits"):
        best, *others = epochs_of[split]
        if others:
            of = {e: np.mean([trial(split, e, s) for s in search]) for e in epochs_of[split]}
            best = max(of, key=of.get)
        found.append([trial(split, best, seed) for seed in seeds])
    gain = np.subtract(*found)
    half = T[len(gain)] * gain.std(ddof=1) / len(gain) ** 0.5
    return gain.mean() - half, gain.mean() + half


@right
def five_seeds_report(trial):
    return plan(trial, {"photos": (32, 64), "digits": (1, 2, 4, 8)}, range(1, 6))


@right
def two_seeds_search(trial):
    return plan(trial, {"photos": (64,), "digits": (2, 4, 8)}, range(2, 7), search=(0, 1))


@right
def the_search_reports_too(trial):
    return plan(trial, {"photos": (64,), "digits": (2, 4, 8)}, range(6))


@wrong
def epochs_from_home(trial):
    return plan(trial, {"photos": (64,), "digits": (4,)}, range(8))


@wrong
def without_an_experiment(trial):
    trial("photos", 64, 0)
    return 0.15, 0.3


@wrong
def with_numbers_from_the_first_world(trial, kept=[]):  # noqa: B006
    kept.append(kept[0] if kept else plan(trial, {"photos": (64,), "digits": (2, 4)}, range(1, 7)))
    trial("photos", 64, 0)
    return kept[0]


programs.beside_the_point = [
    "without_an_experiment",
    "epochs_from_home",
]

programs.equivalent = changes("""
best = max(epochs, key=lambda e: trial(split, e, 0)) -> best = max(epochs, key=lambda e: trial(split, e, 1))
reached[split] = np.array([trial(split, best, seed) for seed in range(1, 7)]) -> reached[split] = np.array([trial(split, best, seed) for seed in range(0, 7)])
    the seeds that choose may report, too
reached[split] = np.array([trial(split, best, seed) for seed in range(1, 7)]) -> reached[split] = np.array([trial(split, best, seed) for seed in range(2, 7)])
reached[split] = np.array([trial(split, best, seed) for seed in range(1, 7)]) -> reached[split] = np.array([trial(split, best, seed) for seed in range(1, 6)])
    nearly as many pairs are a good plan, too
""")
