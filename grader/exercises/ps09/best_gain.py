"""``best_gain(trial, gains, seeds) -> gain``: the search of an experiment."""

import numpy as np

from course_lib.course.lessons.initialisation import OPTIONS
from grader.checking.contract import slips
from grader.exercises.searches import search


def best_gain(trial, gains, seeds):
    means = []
    for gain in gains:
        found = [trial(gain, seed) for seed in seeds]
        means.append(np.mean(found))
    return gains[np.argmax(means)]


exercise = search(
    best_gain,
    OPTIONS,
    returns="gain",
    hints="""
    For each gain, call `trial(gain, seed)` with each of the seeds, and take the mean of the
    results. The gain with the largest mean is the answer.

    `np.argmax(means)` is the place of the largest mean. At this place in `gains` stands the answer.

    A smaller example: if 0.9 reaches 0.5 and 0.6, and 1.1 reaches 0.2 and 0.8, their means are 0.55
    and 0.5, and the answer is 0.9.
    """,
    mistakes=slips("""
return np.max(means)
    You return the highest mean accuracy. The task asks for the gain that has it.
return np.argmax(means)
    You return the place of the best gain. Which gain stands there in `gains`?
return gains[np.argmin(means)]
    You return the gain with the lowest mean accuracy.
return max(gains)
    You return the largest gain. The task asks for the one with the highest mean accuracy.
means.append(np.max(found))
    You compare the highest accuracy of each gain, which is luck in part. Compare the means.
means.append(np.min(found))
    You compare the lowest accuracy of each gain. Compare the means.
means.append(np.median(found))
    You compare medians. The task asks for the mean.
means.append(np.std(found))
    You compare how much the accuracies vary. Compare their means.
means.append(found[-1])
    You compare the accuracies of the last seed only. Collect those of all seeds.
found = [trial(gain, seeds[0])]
    You train each gain with the first seed only. The mean is over all seeds.
found = [trial(gain, seed) for seed in range(len(seeds))]
    You train with the seeds 0, 1, … instead of those in `seeds`.
found = [trial(gain, seed) for seed in range(10)]
    You train with seeds of your own. `seeds` says which ones count.
found = [trial(gain, seeds[len(means) % len(seeds)])]
    Each gain has a seed of its own here. Train each gain with all of the seeds.
return trial.options["gain"][np.argmax(means)]
    You look the place up among all gains that there are. `gains` are those that you compare.
"""),
)
