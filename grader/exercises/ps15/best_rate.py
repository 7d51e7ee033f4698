"""``best_rate(trial, network, rates, seeds) -> rate``: the search of an experiment."""

import numpy as np

from course_lib.course.lessons.batch_normalisation import OPTIONS
from grader.checking.contract import slips
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
    returns="rate",
    hints="""
    For each rate, call `trial(network, lr, seed)` with each of the seeds, and take the mean of the
    results. The rate with the largest mean is the answer.

    `np.argmax(means)` is the place of the largest mean. At this place in `rates` stands the answer.

    A smaller example: if 0.1 reaches 0.5 and 0.6, and 0.3 reaches 0.2 and 0.8, their means are 0.55
    and 0.5, and the answer is 0.1.
    """,
    mistakes=slips("""
return np.max(means)
    You return the highest mean accuracy. The task asks for the rate that has it.
return np.argmax(means)
    You return the place of the best rate. Which rate stands there in `rates`?
return rates[np.argmin(means)]
    You return the rate with the lowest mean accuracy.
return max(rates)
    You return the largest rate. The task asks for the one with the highest mean accuracy.
means.append(np.max(found))
    You compare the highest accuracy of each rate, which is luck in part. Compare the means.
means.append(np.min(found))
    You compare the lowest accuracy of each rate. Compare the means.
means.append(np.median(found))
    You compare medians. The task asks for the mean.
means.append(np.std(found))
    You compare how much the accuracies vary. Compare their means.
means.append(found[-1])
    You compare the accuracies of the last seed only. Collect those of all seeds.
found = [trial(network, lr, seeds[0])]
    You train at each rate with the first seed only. The mean is over all seeds.
found = [trial(network, lr, seed) for seed in range(len(seeds))]
    You train with the seeds 0, 1, … instead of those in `seeds`.
found = [trial(network, lr, seed) for seed in range(10)]
    You train with seeds of your own. `seeds` says which ones count.
found = [trial(network, lr, seeds[len(means) % len(seeds)])]
    Each rate has a seed of its own here. Train at each rate with all of the seeds.
found = [trial("plain", lr, seed) for seed in seeds]
    You always train the plain network. `network` says which one is searched.
found = [trial("normalised", lr, seed) for seed in seeds]
    You always train the normalised network. `network` says which one is searched.
found = [np.mean([trial(one, lr, seed) for one in trial.options["network"]]) for seed in seeds]
    You take the mean over both networks. `network` says which one is searched.
return trial.options["lr"][np.argmax(means)]
    You look the place up among all rates that there are. `rates` are those that you compare.
"""),
)
