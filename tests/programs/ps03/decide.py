"""Solutions of ``decide(u, labels, new, costs) -> actions``."""

import numpy as np

from grader.exercises.ps03.fit_temperature import fit_temperature, softmax
from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def by_gradient_descent(u, labels, new, costs):
    """A factor for all scores and a shift for each class, both at the lowest cross-entropy."""
    K, size = u.shape[1], u.std()
    a, c, targets = 1.0, np.zeros(K), np.eye(K)[labels]
    for _ in range(500):
        dy = (softmax(a * u / size + c) - targets) / len(u)
        a, c = a - 2 * np.sum(dy * u / size), c - 4 * dy.sum(axis=0)
    return np.argmin(softmax(a * new / size + c) @ costs, axis=1)


@right
def three_rounds(u, labels, new, costs):
    shift = np.zeros(u.shape[1])
    share = np.mean(labels[:, None] == np.arange(u.shape[1]), axis=0)
    for _ in range(3):
        T = fit_temperature(u + shift, labels)
        for _ in range(5):
            shift = shift + T * np.log(share / softmax((u + shift) / T).mean(axis=0))
    T = fit_temperature(u + shift, labels)
    return (softmax((new + shift) / T) @ costs).argmin(axis=1)


@right
def row_by_row(u, labels, new, costs):
    K = u.shape[1]
    shift = np.zeros(K)
    for _ in range(10):
        T = fit_temperature(u + shift, labels)
        y = softmax((u + shift) / T)
        for k in range(K):
            shift[k] += T * np.log(np.mean(labels == k) / np.mean(y[:, k]))
    return np.array([np.argmin(p @ costs) for p in softmax((new + shift) / T)])


@wrong
def of_the_first_call(u, labels, new, costs, kept=[]):  # noqa: B006
    kept.append(three_rounds(u, labels, new, costs))
    return kept[0]


programs.beside_the_point = [
    "trusting",
    "most_probable",
    "of_the_most_probable",
    "cheapest_on_average",
    "with_temperature",
    "with_shift",
]

programs.equivalent = changes("""
for _ in range(4): -> for _ in range(3):
    three rounds are enough
for _ in range(4): -> for _ in range(5):
    another round changes nothing
often = np.bincount(labels, minlength=u.shape[1]) / len(labels) -> often = np.bincount(labels, minlength=u.shape[1]) * len(labels)
promised = softmax((u + shift) / T).mean(axis=0) -> promised = softmax((u + shift) / T).sum(axis=0)
shift = np.zeros(u.shape[1]) -> shift = np.ones(u.shape[1])
    a number that is added to all scores does nothing
shift = shift + T * np.log(often / promised) -> shift = shift + T * (often / promised)
    log r is about r - 1, and the rounds end at the same shift
""")
