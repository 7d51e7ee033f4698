"""Solutions of ``random_search(space, evaluate, n, rng) -> (best, history)``; higher is better.

A space is name -> list, best a pair (configuration, score), the history a list of such pairs.
"""

import functools
import itertools
import math

import numpy as np

from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


def drawn(space, rng):
    return {name: values[int(rng.integers(len(values)))] for name, values in space.items()}


def rank(pair):
    """A score that compares to every other: a run that has blown up comes last."""
    return pair[1] if pair[1] == pair[1] else -math.inf


@put(RIGHT)
def textbook(space, evaluate, n, rng):
    best, history = None, []
    for _ in range(n):
        configuration = {name: values[rng.integers(len(values))] for name, values in space.items()}
        score = evaluate(dict(configuration))
        history.append((configuration, score))
        if best is None or rank((configuration, score)) > rank(best):
            best = (configuration, score)
    return best, history


@put(RIGHT)
def draws_first(space, evaluate, n, rng):
    # Setting by setting, all trials at once.
    names = list(space)
    picks = [rng.integers(0, len(space[name]), size=n) for name in names]
    trials = [
        {name: space[name][k] for name, k in zip(names, row, strict=True)}
        for row in zip(*picks, strict=True)
    ]
    scores = [float(evaluate(dict(trial))) for trial in trials]
    history = list(zip(trials, scores, strict=True))
    return history[int(np.nanargmax(scores))], history


@put(RIGHT)
def place_in_the_grid(space, evaluate, n, rng, verbose=False):
    # One number for the whole configuration, uniform over the grid.
    size = math.prod(len(values) for values in space.values())
    history = []
    for _ in range(n):
        k, configuration = int(rng.random() * size), {}
        for name, values in space.items():
            k, i = divmod(k, len(values))
            configuration[name] = values[i]
        history.append((configuration, evaluate(dict(configuration))))
        if verbose:
            print(history[-1])
    best = sorted(history, key=rank, reverse=True)[0]
    return best, history


@put(RIGHT)
def recursive(space, evaluate, n, rng):
    names = sorted(space, reverse=True)
    configuration = {name: space[name][rng.choice(len(space[name]))] for name in names}
    pair = (configuration, evaluate(configuration.copy()))
    if n == 1:
        return pair, [pair]
    best, history = recursive(space, evaluate, n - 1, rng)
    return (best if rank(best) > rank(pair) else pair), [pair, *history]


@put(RIGHT)
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


@put(RIGHT)
def products_listed(space, evaluate, n, rng):
    grid = [dict(zip(space, values, strict=True)) for values in itertools.product(*space.values())]
    history = []
    for k in rng.choice(len(grid), size=n, replace=True):
        history.append((dict(grid[k]), evaluate(dict(grid[k]))))
    return functools.reduce(lambda a, b: b if rank(b) > rank(a) else a, history), history


@put(RIGHT)
def largest_of_exponentials(space, evaluate, n, rng):
    # The first of independent waiting times: each value as likely.
    def trial():
        configuration = {}
        for name, values in space.items():
            configuration[name] = values[int(np.argmin(rng.exponential(size=len(values))))]
        return configuration, float(evaluate(dict(configuration)))

    history = [trial() for _ in range(n)]
    return max(history, key=rank), history


@put(EITHER)
def pairs_as_lists(space, evaluate, n, rng):
    # A list of two is a pair too.
    (configuration, score), history = textbook(space, evaluate, n, rng)
    return [configuration, score], [list(pair) for pair in history]


@put(EITHER)
def history_in_a_tuple(space, evaluate, n, rng):
    best, history = textbook(space, evaluate, n, rng)
    return best, tuple(history)


@put(WRONG)
def evaluated_twice(space, evaluate, n, rng):
    # Twice the cost.
    history = []
    for _ in range(n):
        configuration = drawn(space, rng)
        evaluate(dict(configuration))
        history.append((configuration, evaluate(dict(configuration))))
    return max(history, key=lambda pair: pair[1]), history


@put(FORM)
def lists_shuffled(space, evaluate, n, rng):  # the space is changed
    result = textbook(space, evaluate, n, rng)
    for values in space.values():
        values.append(values.pop(0))
    return result


@put(WRONG)
def scores_in_arrays(space, evaluate, n, rng):
    # Scores of shape (1,) are not what evaluate has said.
    (configuration, score), history = textbook(space, evaluate, n, rng)
    return (configuration, np.array([score])), [(c, np.array([s])) for c, s in history]


@put(WRONG)
def numbered_history(space, evaluate, n, rng):
    # Triples (number, configuration, score).
    best, history = textbook(space, evaluate, n, rng)
    return best, [(k, *pair) for k, pair in enumerate(history)]


def variant(
    space,
    evaluate,
    n,
    rng,
    draw=drawn,
    choose=lambda history: max(history, key=lambda pair: pair[1]),
    keep=lambda history: history,
):
    """A search with places to go wrong."""
    history = []
    for _ in range(n):
        configuration = draw(space, rng)
        history.append((configuration, evaluate(dict(configuration))))
    return choose(history), keep(history)


def by_score(history):
    return sorted(history, key=lambda pair: -pair[1])


def picked(pick):
    return lambda space, rng: {
        name: values[int(pick(rng, values))] for name, values in space.items()
    }


def one_number(space, rng):
    u = rng.random()
    return {name: values[int(u * len(values))] for name, values in space.items()}


def records(history):
    return [p for k, p in enumerate(history) if all(p[1] > q[1] for q in history[:k])]


for entry, spoilt in {
    "lower_is_better": {"choose": lambda history: min(history, key=lambda pair: pair[1])},
    "largest_size": {"choose": lambda history: max(history, key=lambda pair: abs(pair[1]))},
    "first_is_best": {"choose": lambda history: history[0]},
    "last_is_best": {"choose": lambda history: history[-1]},
    "second_best": {"choose": lambda history: by_score(history)[1:][0] if history[1:] else None},
    "best_without_score": {"choose": lambda history: by_score(history)[0][0]},
    "best_without_configuration": {"choose": lambda history: by_score(history)[0][1]},
    "best_exchanged": {"choose": lambda history: by_score(history)[0][::-1]},
    "best_number": {"choose": lambda history: int(np.argmax([s for _, s in history]))},
    "score_of_another": {"choose": lambda history: (history[0][0], by_score(history)[0][1])},
    "mean_score": {
        "choose": lambda history: (by_score(history)[0][0], np.mean([s for _, s in history])),
    },
    "history_sorted": {"keep": by_score},
    "history_in_reverse": {"keep": lambda history: history[::-1]},
    "history_without_the_first": {"keep": lambda history: history[1:]},
    "history_without_the_last": {"keep": lambda history: history[:-1]},
    "scores_only": {"keep": lambda history: [score for _, score in history]},
    "configurations_only": {"keep": lambda history: [c for c, _ in history]},
    "pairs_exchanged": {"keep": lambda history: [pair[::-1] for pair in history]},
    "records_only": {"keep": records},
    "best_so_far": {
        "keep": lambda history: [
            max(history[: k + 1], key=lambda pair: pair[1]) for k in range(len(history))
        ],
    },
    "one_number_for_all_settings": {"draw": one_number},
    "last_value_never": {
        "draw": picked(lambda rng, values: rng.integers(max(len(values) - 1, 1))),
    },
    "first_value_never": {
        "draw": picked(lambda rng, values: rng.integers(min(1, len(values) - 1), len(values))),
    },
    "rounded_places": {
        # The first and the last value have half the probability.
        "draw": picked(lambda rng, values: round(rng.uniform(0, len(values) - 1)))
    },
    "first_value_always": {"draw": picked(lambda rng, values: 0)},
    "earlier_values_likelier": {
        "draw": picked(lambda rng, values: len(values) * rng.random() ** 2)
    },
    "middle_likelier": {"draw": picked(lambda rng, values: rng.binomial(len(values) - 1, 0.5))},
    "same_draws_every_time": {
        "draw": picked(lambda rng, values: np.random.default_rng(0).integers(len(values))),
    },
    "fresh_generator": {
        "draw": picked(lambda rng, values: np.random.default_rng().integers(len(values))),
    },
    "global_random_state": {
        "draw": picked(lambda rng, values: np.random.randint(len(values))),  # noqa: NPY002
    },
    "between_the_bounds": {
        # Numbers between the smallest and the largest value, as for a range.
        "draw": lambda space, rng: {
            name: rng.uniform(min(values), max(values))
            if all(isinstance(value, int | float) for value in values)
            else values[rng.integers(len(values))]
            for name, values in space.items()
        },
    },
    "values_made_text": {
        "draw": lambda space, rng: {
            name: str(values[rng.integers(len(values))]) for name, values in space.items()
        },
    },
    "places_in_place_of_values": {
        "draw": lambda space, rng: {name: int(rng.integers(len(v))) for name, v in space.items()},
    },
    "first_setting_fixed": {
        "draw": lambda space, rng: drawn(space, rng) | {k: space[k][0] for k in list(space)[:1]},
    },
    "one_setting_left_out": {
        "draw": lambda space, rng: dict(list(drawn(space, rng).items())[:-1]),
    },
}.items():
    WRONG[entry] = (functools.partial(variant, **spoilt),)  # type: ignore[arg-type]


@put(WRONG)
def grid_in_order(space, evaluate, n, rng):
    grid = [dict(zip(space, values, strict=True)) for values in itertools.product(*space.values())]
    trials = itertools.islice(itertools.cycle(grid), n)
    return variant(space, evaluate, n, rng, draw=lambda space, rng: dict(next(trials)))


@put(WRONG)
def without_repetition(space, evaluate, n, rng):
    # Every configuration at most once; starts anew when all have come.
    grid = list(itertools.product(*space.values()))
    order: list = []

    def draw(space, rng):
        if not order:
            order.extend(rng.permutation(len(grid)))
        return dict(zip(space, grid[order.pop()], strict=True))

    return variant(space, evaluate, n, rng, draw=draw)


@put(WRONG)
def whole_grid_shuffled(space, evaluate, n, rng):
    # n is not asked for.
    size = math.prod(len(values) for values in space.values())
    return without_repetition(space, evaluate, size + (size == n), rng)


@put(WRONG)
def one_configuration_for_all(space, evaluate, n, rng):
    # Drawn before the loop.
    configuration = drawn(space, rng)
    return variant(space, evaluate, n, rng, draw=lambda space, rng: dict(configuration))


@put(WRONG)
def one_dictionary_for_all(space, evaluate, n, rng):
    # Every pair holds the same dictionary, the last one drawn.
    configuration: dict = {}

    def draw(space, rng):
        configuration.update(drawn(space, rng))
        return configuration

    return variant(space, evaluate, n, rng, draw=draw)


@put(WRONG)
def one_setting_changed_at_a_time(space, evaluate, n, rng):
    # A walk: neighbours in the history are alike.
    here = drawn(space, rng)

    def draw(space, rng):
        name = list(space)[int(rng.integers(len(space)))]
        here[name] = space[name][int(rng.integers(len(space[name])))]
        return dict(here)

    return variant(space, evaluate, n, rng, draw=draw)


@put(WRONG)
def hill_climbing(space, evaluate, n, rng):
    # Changes one setting of the best so far.
    history: list = []
    for _ in range(n):
        configuration = drawn(space, rng)
        if history:
            name = list(space)[int(rng.integers(len(space)))]
            top = max(history, key=lambda pair: pair[1])[0]
            configuration = top | {name: configuration[name]}
        history.append((configuration, evaluate(dict(configuration))))
    return max(history, key=lambda pair: pair[1]), history


@put(WRONG)
def one_trial_too_few(space, evaluate, n, rng):
    return textbook(space, evaluate, max(n - 1, 1) if n > 1 else 2, rng)


@put(WRONG)
def one_trial_too_many(space, evaluate, n, rng):
    return textbook(space, evaluate, n + 1, rng)


@put(WRONG)
def worse_than_nothing(space, evaluate, n, rng):
    # Starts from a best score of 0: wrong when all scores are negative.
    best, history = (None, 0.0), textbook(space, evaluate, n, rng)[1]
    for configuration, score in history:
        if score > best[1]:
            best = (configuration, score)
    return best, history


@put(WRONG)
def loss_turned_into_a_score(space, evaluate, n, rng):
    best, history = textbook(space, lambda configuration: -evaluate(configuration), n, rng)
    return best, history


@put(WRONG)
def scores_one_trial_late(space, evaluate, n, rng):
    history = textbook(space, evaluate, n, rng)[1]
    scores = [history[k - 1][1] for k in range(n)]
    late = [(c, s) for (c, _), s in zip(history, scores, strict=True)]
    late = late if n > 1 else [(late[0][0], late[0][1] + 1)]
    return max(late, key=lambda pair: pair[1]), late


@put(WRONG)
def whole_number_scores(space, evaluate, n, rng):
    history = [(c, int(s)) for c, s in textbook(space, evaluate, n, rng)[1]]
    return max(history, key=lambda pair: pair[1]), history


@put(WRONG)
def history_only(space, evaluate, n, rng):
    return textbook(space, evaluate, n, rng)[1]


@put(WRONG)
def best_only(space, evaluate, n, rng):
    return textbook(space, evaluate, n, rng)[0]


@put(WRONG)
def results_exchanged(space, evaluate, n, rng):
    return textbook(space, evaluate, n, rng)[::-1]


@put(WRONG)
def never_evaluated(space, evaluate, n, rng):
    return textbook(space, lambda configuration: rng.random(), n, rng)


@put(WRONG)
def nothing_found(space, evaluate, n, rng):
    return None, []


@put(WRONG)
def last_of_the_highest(space, evaluate, n, rng):
    history = textbook(space, evaluate, n, rng)[1]
    return max(reversed(history), key=rank), history


@put(WRONG)
def nan_is_the_best(space, evaluate, n, rng):
    history = textbook(space, evaluate, n, rng)[1]
    return history[int(np.argmax([score for _, score in history]))], history


@put(WRONG)
def nan_where_it_comes_first(space, evaluate, n, rng):
    # Nothing compares to nan.
    history = textbook(space, evaluate, n, rng)[1]
    return max(history, key=lambda pair: pair[1]), history


@put(WRONG)
def blown_up_runs_left_out(space, evaluate, n, rng):
    best, history = textbook(space, evaluate, n, rng)
    return best, [pair for pair in history if pair[1] == pair[1]]
