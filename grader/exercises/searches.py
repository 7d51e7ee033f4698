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

from grader.checking.contract import Case, case, function, shapes, values
from grader.checking.contract.exercise import Exercise
from grader.checking.contract.mistakes import Function, Mistake

Options = Mapping[str, Sequence[Any]]

SEVERAL, ONE = "several seeds", "one seed"
TRAININGS = "each value with each seed, once"


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
    _trial, *arguments = inspect.signature(reference).parameters
    return function(
        reference,
        returns=returns,
        points=2,
        cases=lambda rng: cases(rng, options, arguments),
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
