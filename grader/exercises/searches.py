"""What ``best_gain`` of 09 and ``best_rate`` of 15 share: the search of an experiment.

A case has what may be varied, the accuracy of each setting with each of ten seeds, and what the
function is given. With several seeds, the values with the highest accuracy of the first seed, of
the last, of the best and of the worst, and that with the highest median, are five others than the
one with the highest mean. The place of this one differs from case to case.
"""

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from grader.checking.contract import Case, case, function, shapes, slips, values
from grader.checking.contract.exercise import Exercise
from grader.checking.contract.mistakes import Function

Options = Mapping[str, Sequence[Any]]

SEVERAL, ONE = "several seeds", "one seed"
TRAININGS = "each value with each seed, once"

HINTS = """
    For each {value}, call `trial({setting}, seed)` with each of the seeds, and take the mean of the
    results. The {value} with the largest mean is the answer.

    `np.argmax(means)` is the place of the largest mean. At this place in `{value}s` stands the
    answer.

    A smaller example: if 0.9 reaches 0.5 and 0.6, and 1.1 reaches 0.2 and 0.8, their means are 0.55
    and 0.5, and the answer is 0.9.
    """
SLIPS = """
return np.max(means)
    You return the highest mean accuracy. The task asks for the {value} that has it.
return np.argmax(means)
    You return the place of the best {value}. Which {value} stands there in `{value}s`?
return {value}s[np.argmin(means)]
    You return the {value} with the lowest mean accuracy.
return max({value}s)
    You return the largest {value}. The task asks for the one with the highest mean accuracy.
means.append(np.max(found))
    You compare the highest accuracy of each {value}, which is luck in part. Compare the means.
means.append(np.min(found))
    You compare the lowest accuracy of each {value}. Compare the means.
means.append(np.median(found))
    You compare medians. The task asks for the mean.
means.append(np.std(found))
    You compare how much the accuracies vary. Compare their means.
means.append(found[-1])
    You compare the accuracies of the last seed only. Collect those of all seeds.
found = [trial({setting}, seeds[0])]
    You train with the first seed only. The mean is over all seeds.
found = [trial({setting}, seed) for seed in range(len(seeds))]
    You train with the seeds 0, 1, … instead of those in `seeds`.
found = [trial({setting}, seed) for seed in range(10)]
    You train with seeds of your own. `seeds` says which ones count.
found = [trial({setting}, seeds[len(means) % len(seeds)])]
    Each {value} has a seed of its own here. Train with all of the seeds for each {value}.
return trial.options["{option}"][np.argmax(means)]
    You look the place up among all {value}s that there are. `{value}s` are those that you compare.
"""


def cases(
    rng: np.random.Generator, options: Options, arguments: Sequence[str]
) -> dict[str, list[Case]]:
    """Cases for ``function(trial, [one of the first option,] some of the last, seeds)``."""
    *firsts, known = options.values()
    names = firsts[0] if firsts else ()
    first = int(rng.integers(2))
    places = np.resize(1 + rng.permutation(4), 6)  # where the best value stands among at least six

    def made(number: int, about: str, tried: int, seeds: list[int]) -> Case:
        steps = np.arange(len(known)) + rng.uniform(0.1, 0.9, size=len(known))
        values = np.interp(steps / len(known), (0, 1), (min(known), max(known))).round(4).tolist()
        some = rng.permutation(len(values))[:tried]
        of = (first + number) % max(len(names), 1)
        while True:
            accuracy = rng.uniform(0.2, 0.98, size=(max(len(names), 1), len(values), 10))
            if several := len(seeds) > 1:
                accuracy[of][:, seeds] = rng.uniform(0.8, 0.95, size=(len(values), len(seeds)))
                table = tempting(rng, tried, len(seeds), places[number])
                accuracy[of][np.ix_(some, np.array(seeds))] = table
            own = accuracy[of][some]
            asked = own[:, seeds]
            wrong = [own, *np.delete(accuracy, of, axis=0)[:, some][:, :, seeds]]
            if seeds != [*range(len(seeds))]:
                wrong.append(own[:, : len(seeds)])
            if several:  # a seed for each value
                wrong.append(asked[range(tried), np.arange(tried) % len(seeds)][:, None])
            best, *others = [np.argmax(table.mean(axis=1)) for table in (asked, *wrong)]
            if best not in [0, tried - 1, *others] and others[-1] != np.argmax(asked[:, 0]):
                break
        given = [*([names[of]] if names else []), [values[k] for k in some], seeds]
        by_name = dict(zip(arguments, given, strict=True))
        varied = {name: list(of_one) for name, of_one in options.items()}
        varied[list(options)[-1]] = values
        return case(about, options=varied, accuracy=accuracy, arguments=list(arguments), **by_name)

    return {
        SEVERAL: [
            made(0, "seven values, the seeds 0, 1 and 2", 7, [0, 1, 2]),
            made(1, "seven values, the seeds 7, 3 and 5", 7, [7, 3, 5]),
            made(2, "six values, four seeds", 6, [2, 3, 4, 5]),
            made(3, "seven values, five seeds", 7, [8, 4, 1, 0, 6]),
            made(4, "seven values, the seeds 9, 2 and 6", 7, [9, 2, 6]),
        ],
        ONE: [made(5, "four values, the seed 6", 4, [6])],
    }


def tempting(rng: np.random.Generator, n: int, seeds: int, best: int) -> np.ndarray:
    """Accuracies of n >= 6 values, of shape (n, seeds): each wrong rule finds another one best."""
    table = rng.uniform(0.2, 0.3, size=(n, seeds))
    steady, median, first, last, peak, *_ = rng.permutation(np.delete(np.arange(n), best))
    table[best] = 0.78
    table[best, rng.integers(seeds)] = 0.6
    table[steady] = 0.66  # the highest minimum
    table[median, 1:] = 0.82
    table[first, 0], table[peak, 1], table[last, -1] = 0.92, 0.97, 0.94
    return table + rng.uniform(-0.005, 0.005, size=table.shape)


def run(search: Any, case: Case) -> dict[str, Any]:
    from course_lib.course.experiment import Trials

    options, made = case["options"], []

    def train(*setting: Any) -> float:
        made.append(setting)
        *chosen, seed = setting
        at = [of_one.index(x) for of_one, x in zip(options.values(), chosen, strict=True)]
        return float(case["accuracy"][(*[0, *at][-2:], seed % 10)])

    given = [case[name] for name in case["arguments"]]
    best = search(Trials(train, options, budget=200), *given)
    return {"best": best, "trainings": float(len(made))}


def search(
    reference: Function, options: Options, value: str, setting: str, mistakes: str = ""
) -> Exercise:
    """A function that returns the value with the highest mean accuracy, of those it is given.

    Parameters
    ----------
    reference : ``reference(trial, values, seeds)``, or with the value of the first option before
        them, if there are two
    options : what the trainings of the notebook may vary; the last one is searched
    value : what is searched, in a word; with an s it is the name of the argument
    setting : what ``trial`` takes before the seed
    mistakes : slips of this function alone, below those that are made with each
    """
    _trial, *arguments = inspect.signature(reference).parameters
    words = {"value": value, "setting": setting, "option": list(options)[-1]}
    return function(
        reference,
        returns=value,
        points=2,
        cases=lambda rng: cases(rng, options, arguments),
        run=run,
        judge=[
            values(
                "best",
                weight=3,
                cases=SEVERAL,
                help=f"Return the {value} itself: the one with the highest mean accuracy over "
                "the given seeds.",
            ),
            values(
                "best",
                weight=1,
                cases=ONE,
                alone=False,
                help="One seed is its own mean. Which seed do you give to `trial`?",
            ),
            values(
                "trainings",
                weight=1,
                alone=False,
                title=TRAININGS,
                help="Each value is trained once with each of the given seeds, and nothing else.",
            ),
        ],
        form=[shapes("best", title="a single number")],
        without=("in place",),  # lists, not arrays
        answers=(reference.__module__,),
        hints=HINTS.format(**words),
        mistakes=slips(SLIPS.format(**words) + mistakes),
    )
