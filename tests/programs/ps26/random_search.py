"""Solutions of ``random_search(space, evaluate, n, rng) -> (best, history)``; higher is better.

A space is name -> list, best a pair (configuration, score), the history a list of such pairs.
"""

import functools
import itertools
import math

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


def rank(pair):
    """A score that compares to every other: a run that has blown up comes last."""
    return pair[1] if pair[1] == pair[1] else -math.inf


@right
def textbook(space, evaluate, n, rng):
    best, history = None, []
    for _ in range(n):
        configuration = {name: listed[rng.integers(len(listed))] for name, listed in space.items()}
        score = evaluate(configuration)
        history.append((configuration, score))
        if best is None or rank((configuration, score)) > rank(best):
            best = (configuration, score)
    return best, history


@right
def draws_first(space, evaluate, n, rng):  # setting by setting, all trials at once
    names = list(space)
    picks = [rng.integers(0, len(space[name]), size=n) for name in names]
    trials = [
        {name: space[name][k] for name, k in zip(names, row, strict=True)}
        for row in zip(*picks, strict=True)
    ]
    scores = [float(evaluate(dict(trial))) for trial in trials]
    history = list(zip(trials, scores, strict=True))
    return history[int(np.argmax([-np.inf if s != s else s for s in scores]))], history


@right
def place_in_the_grid(space, evaluate, n, rng):
    # One number for the whole configuration, uniform over the grid.
    size = math.prod(len(values) for values in space.values())
    history = []
    for _ in range(n):
        k, configuration = int(rng.random() * size), {}
        for name, values in space.items():
            k, i = divmod(k, len(values))
            configuration[name] = values[i]
        history.append((configuration, evaluate(dict(configuration))))
    best = sorted(history, key=rank, reverse=True)[0]
    return best, history


@right
def recursive(space, evaluate, n, rng):
    names = sorted(space, reverse=True)
    configuration = {name: space[name][rng.choice(len(space[name]))] for name in names}
    pair = (configuration, evaluate(configuration.copy()))
    if n == 1:
        return pair, [pair]
    best, history = recursive(space, evaluate, n - 1, rng)
    return (best if rank(best) > rank(pair) else pair), [pair, *history]


@right
def shuffled_copies(space, evaluate, n, rng):
    def draw(values):
        order = list(range(len(values)))
        rng.shuffle(order)
        return values[order[0]]

    history = []
    while len(history) < n:
        configuration = dict(zip(space.keys(), map(draw, space.values()), strict=True))
        history.append((configuration, evaluate({**configuration})))
    scores = np.nan_to_num([score for _, score in history], nan=-np.inf)
    return history[int(np.argmax(scores))], history


@right
def products_listed(space, evaluate, n, rng):
    grid = [dict(zip(space, values, strict=True)) for values in itertools.product(*space.values())]
    history = []
    for k in rng.choice(len(grid), size=n, replace=True):
        history.append((dict(grid[k]), evaluate(dict(grid[k]))))
    return functools.reduce(lambda a, b: b if rank(b) > rank(a) else a, history), history


@right
def largest_of_exponentials(space, evaluate, n, rng):
    # The first of independent waiting times: each value as likely.
    def trial():
        configuration = {}
        for name, values in space.items():
            configuration[name] = values[int(np.argmin(rng.exponential(size=len(values))))]
        return configuration, float(evaluate(dict(configuration)))

    history = [trial() for _ in range(n)]
    return max(history, key=rank), history


@right
def numbers_of_the_grid_drawn_at_once(space, evaluate, n, rng):
    sizes = [len(listed) for listed in space.values()]
    at = np.unravel_index(rng.integers(np.prod(sizes), size=n), sizes)
    history = []
    for row in zip(*at, strict=True):
        c = {name: space[name][int(i)] for name, i in zip(space, row, strict=True)}
        history.append((c, np.float64(evaluate(c))))
    return list(max(history, key=rank)), history


@right
def history_in_a_tuple(space, evaluate, n, rng):
    history = ()
    for _ in range(n):
        configuration = dict.fromkeys(space)
        for name in configuration:
            configuration[name] = space[name][rng.choice(np.arange(len(space[name])))]
        history += ((configuration, evaluate(configuration)),)
    return max(history, key=rank), history


# A list of two is a pair too.
open_.edit(
    "pairs_as_lists",
    textbook,
    "return best, history",
    "return list(best), list(map(list, history))",
)


@form
def lists_shuffled(space, evaluate, n, rng):  # the space is changed
    result = textbook(space, evaluate, n, rng)
    for values in space.values():
        values.append(values.pop(0))
    return result


# --- wrong ------------------------------------------------------------------------------------


SORTED = "return best, sorted(history, key=rank, reverse=True)"
wrong.edit("history_sorted", textbook, "return best, history", SORTED)


EVEN, UNEVEN = "rng.integers(len(listed))", "int(len(listed) * rng.random() ** 1.09)"
wrong.edit("the_first_of_three_in_36_of_100_draws", textbook, EVEN, UNEVEN)


wrong.edit("the_ends_half_as_often", textbook, EVEN, "round((len(listed) - 1) * rng.random())")


@wrong
def each_list_shuffled_once(space, evaluate, n, rng):
    orders = {name: rng.permutation(len(values)) for name, values in space.items()}
    at = [{name: order[k % len(order)] for name, order in orders.items()} for k in range(n)]
    history = [{name: space[name][i] for name, i in one.items()} for one in at]
    history = [(c, evaluate(dict(c))) for c in history]
    return max(history, key=rank), history


@wrong
def nan_counts_as_0(space, evaluate, n, rng):
    _best, history = textbook(space, evaluate, n, rng)
    return max(history, key=lambda pair: np.nan_to_num(pair[1])), history


@wrong
def an_error_if_all_scores_are_nan(space, evaluate, n, rng):
    history = []
    for _ in range(n):
        one = {name: values[rng.integers(len(values))] for name, values in space.items()}
        history.append((one, evaluate(one)))
    return history[int(np.nanargmax([score for _, score in history]))], history


@wrong
def all_values_equally_often(space, evaluate, n, rng):
    picks = {name: rng.permutation(np.arange(n) % len(space[name])) for name in space}
    trials = [{name: space[name][picks[name][i]] for name in space} for i in range(n)]
    history = [(trial, evaluate(dict(trial))) for trial in trials]
    return max(history, key=rank), history


@wrong
def one_dictionary_for_all_trials(space, evaluate, n, rng):
    one, history = {}, []
    for _ in range(n):
        one.update({name: values[rng.integers(len(values))] for name, values in space.items()})
        history.append((dict(one), evaluate(one)))
    return max(history, key=rank), history


@wrong
def one_index_for_all_lists(space, evaluate, n, rng):
    history = []
    for _ in range(n):
        i = int(rng.integers(10**6))
        one = {name: values[i % len(values)] for name, values in space.items()}
        history.append((one, evaluate(one)))
    return max(history, key=rank), history


programs.beside_the_point = [
    "return (None, 0.0), []",
    "return right(space, lambda _: 0.0, n, rng)",
]
