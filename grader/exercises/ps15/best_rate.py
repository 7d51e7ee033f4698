"""``best_rate(trial, network, rates, seeds) -> rate``: the search of an experiment."""

import numpy as np

from course_lib.course.lessons.batch_normalisation import OPTIONS
from grader.exercises.searches import search


def best_rate(trial, network, rates, seeds):
    means = []
    for lr in rates:
        found = [trial(network, lr, seed) for seed in seeds]
        means.append(np.mean(found))
    return rates[np.argmax(means)]


exercise = search(
    best_rate,
    OPTIONS,
    value="rate",
    setting="network, lr",
    mistakes="""
found = [trial("plain", lr, seed) for seed in seeds]
    You always train the plain network. `network` says which one is searched.
found = [trial("normalised", lr, seed) for seed in seeds]
    You always train the normalised network. `network` says which one is searched.
found = [np.mean([trial(one, lr, seed) for one in trial.options["network"]]) for seed in seeds]
    You take the mean over both networks. `network` says which one is searched.
""",
)
