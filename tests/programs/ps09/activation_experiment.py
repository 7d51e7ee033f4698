"""Solutions of ``activation_experiment(trial) -> (function, low, high)``, for thirty layers."""

from tests.programs.catalogue import Catalogue, changes
from tests.programs.leads import pairs, two_samples

programs = Catalogue()
right, form, wrong, open_ = programs.kinds

RATES = (0.01, 0.03, 0.1)
FOUR = ("leaky ReLU", "ELU", "GELU", "tanh")


def best_of(trial, functions):
    _, best, lr = max((trial(f, lr, 0), f, lr) for f in functions for lr in RATES)
    return best, lr


def best_rate(trial, function):
    return max(RATES, key=lambda lr: trial(function, lr, 0))


def relu(trial):
    return "ReLU", best_rate(trial, "ReLU")


@right
def all_rates_of_all_functions(trial):
    return pairs(trial, best_of(trial, FOUR), relu(trial), range(1, 8))


@right
def losers_leave_early(trial):
    """All functions at the middle rate; the two best ones at the others."""
    first = sorted(FOUR, key=lambda f: trial(f, 0.03, 0))[2:]
    return pairs(trial, best_of(trial, first), relu(trial), range(1, 9))


@right
def the_seed_that_chooses_reports_too(trial):
    return pairs(trial, best_of(trial, FOUR), relu(trial), range(8))


@wrong
def not_paired(trial):
    return two_samples(trial, best_of(trial, FOUR), relu(trial))


@wrong
def one_rate(trial):
    best = max(FOUR, key=lambda f: trial(f, 0.03, 0))
    return pairs(trial, (best, 0.03), ("ReLU", 0.03), range(1, 11))


@wrong
def the_modern_one(trial):
    gelu = "GELU", best_rate(trial, "GELU")
    return pairs(trial, gelu, relu(trial), range(1, 11))


@wrong
def the_search_reports(trial):
    best, lr = best_of(trial, FOUR)
    lead = trial(best, lr, 0) - trial(*relu(trial), 0)
    return best, lead - 0.03, lead + 0.03


@wrong
def the_name_of_the_baseline(trial):
    return "ReLU", *all_rates_of_all_functions(trial)[1:]


@wrong
def the_same_name_in_every_world(trial):
    return "GELU", *all_rates_of_all_functions(trial)[1:]


@wrong
def interval_of_the_first_world(trial, kept=[]):  # noqa: B006
    if not kept:
        kept.append(all_rates_of_all_functions(trial))
    trial("tanh", 0.03, 0)
    return kept[0]


programs.beside_the_point = [
    "the_search_reports",
    "the_modern_one",
    "one_rate",
]

programs.equivalent = changes("""
found = {(f, lr): trial(f, lr, 0) for f in candidates for lr in rates} -> found = {(f, lr): trial(f, lr, 1) for f in candidates for lr in rates}
    one seed of several that has chosen biases hardly
d = [trial(best, lr, s) - trial('ReLU', lr_of_relu, s) for s in range(1, 8)] -> d = [trial(best, lr, s) - trial('ReLU', lr_of_relu, s) for s in range(2, 8)]
    nearly as many pairs are a good plan, too
d = [trial(best, lr, s) - trial('ReLU', lr_of_relu, s) for s in range(1, 8)] -> d = [trial(best, lr, s) - trial('ReLU', lr_of_relu, s) for s in range(0, 8)]
    one seed of several that has chosen biases hardly
d = [trial(best, lr, s) - trial('ReLU', lr_of_relu, s) for s in range(1, 8)] -> d = [trial(best, lr, s) - trial('ReLU', lr_of_relu, s) for s in range(1, 7)]
    nearly as many pairs are a good plan, too
lr_of_relu = max(rates, key=lambda rate: trial('ReLU', rate, 0)) -> lr_of_relu = max(rates, key=lambda rate: trial('ReLU', rate, 1))
    one seed of several that has chosen biases hardly
""")
