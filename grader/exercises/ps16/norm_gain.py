"""``norm_gain(trial) -> (low, high)``: what layer normalisation adds to shortcuts."""

from collections.abc import Callable

import numpy as np

from course_lib.course.lessons import layer_normalisation as lesson
from grader.checking.contract import experiment, slips
from grader.checking.contract.families.experiment import shifted


def norm_gain(trial):
    factor = {"shortcuts": 0.18, "pre-norm": 0.18}
    rates = (0.003, 0.01, 0.03, 0.1, 0.3)
    seeds = range(1, 8)
    best = {n: max(rates, key=lambda lr, n=n: trial(n, factor[n], lr, 0)) for n in factor}
    reached = {n: np.array([trial(n, factor[n], best[n], s) for s in seeds]) for n in factor}
    gain = reached["pre-norm"] - reached["shortcuts"]
    half = 2.4469 * gain.std(ddof=1) / np.sqrt(len(gain))
    low, high = gain.mean() - half, gain.mean() + half
    return low, high


def world(rng: np.random.Generator, table: np.ndarray) -> tuple[np.ndarray, Callable[[], float]]:
    """Layer norm adds more or less, and each network has its rates up to two steps elsewhere."""
    for network in range(len(table)):
        table[network] = shifted(table[network], -rng.integers(-2, 3), axis=1)
    table[1] += rng.uniform(-0.3, 0.3)
    shortcuts, pre_norm = table.mean(axis=-1).max(axis=(1, 2))
    return table, lambda: float(pre_norm - shortcuts)


exercise = experiment(
    norm_gain,
    returns="(low, high)",
    options=lesson.OPTIONS,
    budget=24,
    train=lesson.train,
    seeds=32,
    table="norm_gain.npy",
    world=world,
    points=5,
    coverage=0.8,
    widest=0.3,
    quantity="the gain in their world",
    hints="""
    Write down how many trainings your plan needs: for each network the settings that you try, times
    the seeds that choose among them, plus the seeds that measure the gain. `interval` needs two
    differences at least: try fewer settings where too few trainings are left for that. How large do
    the values of shortcuts with the factor 1 become (sections 4 and 5), and what does this do to a
    training?

    The best rate of a world may be two steps from the best rate here. Which rates do you have to
    try, and does each network get its own?

    Subtract the accuracies seed by seed; `interval(d)` is the interval. A smaller example: the
    differences 0.1, 0.2 and 0.3 give the interval from −0.05 to 0.45.
    """,
    mistakes=slips("""
rates = (0.1,)
    You use one rate. It is the best one of at most one of the two networks, so the gain contains
    what the other one loses at a wrong rate.
rates = (0.03,)
    You use one rate, the best one here. In the worlds of the check, the best rates lie elsewhere.
    Who has to find them?
best = dict.fromkeys(factor, max(rates, key=lambda lr: trial("pre-norm", 0.18, lr, 0)))
    Both networks get the best rate of "pre-norm". What is the best rate of the other one?
best = dict.fromkeys(factor, max(rates, key=lambda lr: trial("shortcuts", 0.18, lr, 0)))
    Both networks get the best rate of "shortcuts". What is the best rate of the other one?
factor = {"shortcuts": 1.0, "pre-norm": 0.18}
    You use the factor 1 for "shortcuts". What does section 5 say about the size of their values?
factor = {"shortcuts": 1.0, "pre-norm": 1.0}
    You use the factor 1 for both networks. It is the same for both, but is it as good for both?
gain = reached["shortcuts"] - reached["pre-norm"]
    Your gain has the wrong sign: "pre-norm" comes first.
half = 2.4469 * gain.std(ddof=1)
    Your interval is that of a single difference. The error of the mean of n differences is their
    standard deviation divided by √n.
half = gain.std(ddof=1) / np.sqrt(len(gain))
    Your interval reaches one standard error to each side. With so few seeds, how many does it need
    (t in notebook 01)?
half = 2.4469 * gain.std(ddof=1) / len(gain)
    You divide the standard deviation by n. The error of a mean falls with √n.
"""),
)
