"""Solutions of ``plan_steps(squares, curvatures, variances, overhead, budget)``."""

import numpy as np

from grader.exercises.ps05.expected_gaps import expected_gaps
from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


def sizes(shape, overhead, budget):
    """Whole batch sizes of this shape that use the budget, or none."""
    samples = budget - overhead * len(shape)
    batches = np.maximum(np.floor(np.asarray(shape) * samples / np.sum(shape)).astype(int), 1)
    while batches.sum() > samples >= len(shape):
        batches[np.argmax(batches)] -= 1
    return batches if batches.sum() <= samples else batches[:0]


def best(plans, squares, curvatures, variances):
    plans = [plan for plan in plans if len(plan[0])]
    return min(plans, key=lambda plan: expected_gaps(squares, curvatures, variances, *plan)[-1])


@right
def two_phases(squares, curvatures, variances, overhead, budget):
    """Small batches at the largest rate, then larger ones at rates that fall as 1/k."""
    plans, most = [], 1 / max(curvatures)
    for first in (20, 40, 70, 100):
        for later in (10, 20, 40):
            for times in (5, 10, 25):
                shape = np.geomspace(1, 1, first).tolist() + (times * np.ones(later)).tolist()
                for slow in (0.02, 0.05, 0.15):
                    rates = np.concatenate(
                        [np.full(first, most), most / (1 + slow * np.arange(1, later + 1) ** 2)]
                    )
                    plans.append((sizes(shape, overhead, budget), rates))
    return best(plans, squares, curvatures, variances)


@right
def growing_in_powers(squares, curvatures, variances, overhead, budget):
    plans, most = [], 1 / max(curvatures)
    for count in range(20, 200, 30):
        place = np.linspace(0, 1, count)
        for power in (1, 2, 4):
            for end in (0.04, 0.1, 0.25):
                for bend in (2, 4):
                    rates = most * end ** (place**bend)
                    plans.append((sizes((0.05 + place) ** power, overhead, budget), rates))
    return best(plans, squares, curvatures, variances)


@right
def best_rates_for_growing_batches(squares, curvatures, variances, overhead, budget):
    """Each rate in turn at its own best value: the last gap is a parabola in it."""
    plans = []
    for count in range(25, 200, 25):
        batches = sizes(np.geomspace(1, 30, count), overhead, budget)
        if not len(batches):
            continue
        rates = np.full(count, 1 / curvatures.max())
        for _ in range(8):
            worth = [curvatures / 2]
            for lr in rates[:0:-1]:
                worth.append(worth[-1] * (1 - lr * curvatures) ** 2)
            V = squares
            for k in range(count):
                p, noise = worth[-1 - k], variances / batches[k]
                rate = p @ (curvatures * V) / (p @ (curvatures**2 * V + noise))
                rates[k] = min(rate, 1 / curvatures.max())
                V = (1 - rates[k] * curvatures) ** 2 * V + rates[k] ** 2 * noise
        plans.append((batches, rates))
    return best(plans, squares, curvatures, variances)


@right
def lists_of_numbers(squares, curvatures, variances, overhead, budget):
    plan = growing_in_powers(squares, curvatures, variances, overhead, budget)
    return tuple([float(number) for number in part] for part in plan)


@wrong
def of_the_first_call(squares, curvatures, variances, overhead, budget, kept=[]):  # noqa: B006
    kept.append(growing_in_powers(squares, curvatures, variances, overhead, budget))
    return kept[0]


@wrong
def one_large_batch(squares, curvatures, variances, overhead, budget):
    return [budget - overhead], [1 / max(curvatures)]


@wrong
def single_samples(squares, curvatures, variances, overhead, budget):
    count = int(budget // (overhead + 1))
    return [1] * count, [1 / max(curvatures) / (1 + k / 20) for k in range(count)]


@wrong
def as_much_for_samples_as_for_steps(squares, curvatures, variances, overhead, budget):
    count = int(budget // (2 * overhead))
    return [overhead] * count, [0.5 / max(curvatures)] * count


programs.beside_the_point = [
    "one_large_batch",
    "single_samples",
    "as_much_for_samples_as_for_steps",
    "one_batch_size_and_rate",
    "return [1] * 10, [1e-3] * 10",
]

programs.equivalent = changes("""
for count in (15, 25, 40, 60, 90, 130):
    another number of steps to try is as good
for end in (0.05, 0.2):
    another last rate to try is as good
for growth in (6, 40):
    another growth to try is as good
for hold in (0.4, 0.7): -> for hold in (0.2, 0.7):
for hold in (0.4, 0.7): -> for hold in (0.8, 0.7):
    another share of the steps to try is as good
gap = expected_gaps(squares, curvatures, variances, batches, rates)[-1] -> gap = expected_gaps(squares, curvatures, variances, batches, rates)[-2]
    one step before the end, the same plan is the best
if batches[0] < 1: -> if batches[0] < 0:
if batches[0] < 1: -> if batches[1] < 1:
    a batch of 0 has an infinite gap
if gap < lowest: -> if gap <= lowest:
    no two plans have the same gap
""")
