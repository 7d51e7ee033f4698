"""Random search over hyperparameters (Bergstra and Bengio 2012)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from course_lib.backend import Generator
from course_lib.requirements import require_generator

Configuration = dict[str, Any]


def random_search(
    space: Mapping[str, Sequence[Any]],
    evaluate: Callable[[Configuration], float],
    n: int,
    rng: Generator,
) -> tuple[tuple[Configuration, float], list[tuple[Configuration, float]]]:
    """Try n random configurations and return the best one; a higher score is better.

    Every setting is drawn independently and uniformly from its list, so a configuration may come
    twice. Compute the score on the validation set. The best of many scores is biased upwards; only
    the test set, used once, gives an unbiased estimate.

    Parameters
    ----------
    space : name of a setting -> list of its possible values
    evaluate : takes a configuration (name -> value), returns its score; nan counts as the lowest
    n : how many to try, 1 or more
    rng : source of the draws

    Returns
    -------
    best : (configuration, score), the first one if several are best
    history : all n such pairs, in the order of trial

    Raises
    ------
    ValueError
        If n is less than 1 or a list is empty.
    """
    if n < 1:
        raise ValueError(f"random_search: n is {n}, expected 1 or more")
    for name, values in space.items():
        if len(values) == 0:
            raise ValueError(f"random_search: there are no values for {name!r} to draw from")
    require_generator("random_search", rng)
    history = []
    for _ in range(n):
        configuration = {
            name: values[int(rng.integers(len(values)))] for name, values in space.items()
        }
        score = float(evaluate(dict(configuration)))  # a copy, so that the record stays the same
        history.append((configuration, score))
    best = max(history, key=lambda pair: pair[1] if pair[1] == pair[1] else float("-inf"))
    return best, history
