"""What ``best_gain`` of 09 and ``best_rate`` of 15 share: the search of an experiment.

A case has what may be varied, the accuracy of each setting with each of ten seeds, and what the
function is given. The values with the highest accuracy of the first seed, of the last, of the best,
of the worst, and with the highest median are five others than the one with the highest mean.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from grader.checking.contract import Case, case, function, shapes, values
from grader.checking.contract.exercise import Exercise
from grader.checking.contract.mistakes import Function, Mistake

Options = Mapping[str, Sequence[Any]]

SEVERAL, ONE = "several seeds", "one seed"
TRAININGS = "no training besides these"


def cases(rng: np.random.Generator, options: Options) -> dict[str, list[Case]]:
    """Cases for ``function(trial, [one of the first option,] some of the last, seeds)``."""
    *firsts, values = options.values()
    names = firsts[0] if firsts else ()

    def made(about: str, tried: int, seeds: list[int]) -> Case:
        some = rng.permutation(len(values))[:tried]
        rows = np.arange(tried)
        while True:
            accuracy = rng.uniform(0.2, 0.98, size=(max(len(names), 1), len(values), 10)).round(3)
            of = int(rng.integers(len(accuracy)))
            if len(seeds) > 1:
                accuracy[of][:, seeds] = rng.uniform(0.8, 0.95, size=(len(values), len(seeds)))
                accuracy[of][np.ix_(some, np.array(seeds))] = tempting(rng, tried, len(seeds))
            asked = accuracy[of][some][:, seeds]
            others = [accuracy[of][some], *np.delete(accuracy, of, axis=0)[:, some][:, :, seeds]]
            wrong = [0, tried - 1, *(np.argmax(table.mean(axis=1)) for table in others)]
            if len(seeds) > 1:
                wrong.append(np.argmax(asked[rows, rows % len(seeds)]))
            if np.argmax(asked.mean(axis=1)) not in wrong:
                break
        given = [*([names[of]] if names else []), [values[k] for k in some], seeds]
        known = {name: list(of_one) for name, of_one in options.items()}
        return case(about, options=known, accuracy=accuracy, given=given)

    return {
        SEVERAL: [
            made("seven values, the seeds 0, 1 and 2", 7, [0, 1, 2]),
            made("seven values, the seeds 7, 3 and 5", 7, [7, 3, 5]),
            made("six values, four seeds", 6, [2, 3, 4, 5]),
        ],
        ONE: [made("four values, the seed 6", 4, [6])],
    }


def tempting(rng: np.random.Generator, n: int, seeds: int) -> np.ndarray:
    """Accuracies of n >= 6 values, of shape (n, seeds): each wrong rule finds another one best."""
    table = rng.uniform(0.2, 0.3, size=(n, seeds))
    best, steady, median, first, last, peak, *_ = rng.permutation(n)
    table[best] = 0.78
    table[best, rng.integers(seeds)] = 0.6
    table[steady] = 0.66  # the highest minimum
    table[median, 1:] = 0.82
    table[first, 0], table[peak, 1], table[last, -1] = 0.92, 0.97, 0.94
    return (table + rng.uniform(-0.005, 0.005, size=table.shape)).round(3)


def run(search: Any, case: Case) -> dict[str, Any]:
    from course_lib.course.experiment import Trials

    options, made = case["options"], []

    def train(*setting: Any) -> float:
        made.append(setting)
        *chosen, seed = setting
        at = [of_one.index(x) for of_one, x in zip(options.values(), chosen, strict=True)]
        return float(case["accuracy"][(*[0, *at][-2:], seed)])

    best = search(Trials(train, options, budget=200), *case["given"])
    return {"best": best, "trainings": float(len(made))}


def search(
    reference: Function,
    options: Options,
    *,
    returns: str,
    hints: str,
    mistakes: Sequence[Mistake],
) -> Exercise:
    """A function that returns the value with the highest mean accuracy, of those it is given.

    Parameters
    ----------
    reference : ``reference(trial, values, seeds)``, or with the value of the first option before
        them, if there are two
    options : what the trainings of the notebook may vary; the last one is searched
    returns : what is returned, in a word
    """
    return function(
        reference,
        returns=returns,
        points=2,
        cases=lambda rng: cases(rng, options),
        run=run,
        judge=[
            values(
                "best",
                weight=3,
                cases=SEVERAL,
                help=f"Return the {returns} itself: the one with the highest mean accuracy over "
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
        hints=hints,
        mistakes=mistakes,
    )
