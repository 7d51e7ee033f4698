"""Solutions of ``loss_experiment(trial) -> (loss, low, high)``."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds

T = {3: 4.3, 4: 3.18, 5: 2.78, 6: 2.57, 7: 2.45, 8: 2.36, 9: 2.31, 10: 2.26}
USUAL = {"squared": 0.003, "absolute": 0.03, "poisson": 0.03}


def plan(trial, search, report, losses=("absolute", "poisson"), places=1):
    """The best of 2 · places + 1 rates for each loss, then the better loss and its interval."""
    rates, best = trial.options["lr"], {}
    for loss in ("squared", *losses):
        k = rates.index(USUAL[loss])
        best[loss] = min(
            (np.mean([trial(loss, lr, seed) for seed in search]), lr)
            for lr in rates[k - places : k + places + 1]
        )
    chosen = min(losses, key=best.__getitem__)
    first, second = (
        np.array([trial(loss, best[loss][1], seed) for seed in report])
        for loss in ("squared", chosen)
    )
    gain = first - second
    half = T[len(gain)] * gain.std(ddof=1) / len(gain) ** 0.5
    return chosen, gain.mean() - half, gain.mean() + half


@right
def the_search_reports_too(trial):
    return plan(trial, (0, 1), range(8))


@right
def five_new_seeds(trial):
    return plan(trial, (0, 1), (2, 3, 4, 5, 6))


@right
def search_and_report_with_the_same_seeds(trial):
    return plan(trial, (0, 1), range(6))


@wrong
def rates_from_home(trial):
    return plan(trial, (0,), range(10), places=0)


@wrong
def poisson_because_of_the_counts(trial):
    return plan(trial, (0, 1), range(9), losses=("poisson",))


@wrong
def robust_in_every_world(trial):
    return plan(trial, (0, 1), range(9), losses=("absolute",))


@wrong
def with_numbers_from_the_first_world(trial, kept=[]):  # noqa: B006
    kept.append(kept[0] if kept else plan(trial, (0, 1), range(6)))
    trial("squared", 0.01, 0)
    return kept[0]


programs.beside_the_point = [
    """trial('squared', 0.01, 0)
return 'absolute', 0.1, 0.9""",
    "poisson_because_of_the_counts",
    "rates_from_home",
]

programs.equivalent = changes("""
chosen = 'absolute' if error['absolute'] < error['poisson'] else 'poisson' -> chosen = 'absolute' if error['absolute'] <= error['poisson'] else 'poisson'
    the two errors are never equal
both = [[trial(loss, rate[loss], s) for s in range(2, 8)] for loss in ('squared', chosen)] -> both = [[trial(loss, rate[loss], s) for s in range(3, 8)] for loss in ('squared', chosen)]
    nearly as many pairs are a good plan, too
both = [[trial(loss, rate[loss], s) for s in range(2, 8)] for loss in ('squared', chosen)] -> both = [[trial(loss, rate[loss], s) for s in range(1, 8)] for loss in ('squared', chosen)]
    one seed of several that has chosen biases hardly
both = [[trial(loss, rate[loss], s) for s in range(2, 8)] for loss in ('squared', chosen)] -> both = [[trial(loss, rate[loss], s) for s in range(2, 7)] for loss in ('squared', chosen)]
    nearly as many pairs are a good plan, too
total = {lr: sum((trial(loss, lr, seed) for seed in range(2))) for lr in rates[k - 1:k + 2]} -> total = {lr: sum((trial(loss, lr, seed) for seed in range(1))) for lr in rates[k - 1:k + 2]}
    one seed chooses as well as two
""")
