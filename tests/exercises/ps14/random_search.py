"""Programs for ``random_search``."""

import numpy as np


def loop(space, evaluate, n, rng):
    best, history = None, []
    for _ in range(n):
        configuration = {name: listed[rng.integers(len(listed))] for name, listed in space.items()}
        score = evaluate(configuration)
        history.append((configuration, score))
        if best is None or score > best[1] or np.isnan(best[1]):
            best = configuration, score
    return best, history


def all_places_at_once(space, evaluate, n, rng):
    """A column of places for every setting, all drawn before anything is tried."""
    places = rng.integers([len(listed) for listed in space.values()], size=(n, len(space)))
    history = []
    for row in places:
        pairs = zip(space.items(), row, strict=True)
        configuration = {name: listed[i] for (name, listed), i in pairs}
        history.append([configuration, float(evaluate(configuration))])
    scores = [score for _, score in history]
    return history[int(np.nanargmax(scores))], history


def by_fractions(space, evaluate, n, rng):
    def draw(listed):
        return listed[int(rng.random() * len(listed))]

    tried = [{name: draw(space[name]) for name in sorted(space)} for _ in range(n)]
    scores = np.array([evaluate(c) for c in tried])
    order = np.argsort(-np.nan_to_num(scores, nan=-np.inf), kind="stable")
    history = list(zip(tried, scores, strict=True))
    return history[order[0]], history


def by_choice_of_a_place(space, evaluate, n, rng):
    history = ()
    for _ in range(n):
        configuration = dict.fromkeys(space)
        for name in configuration:
            configuration[name] = space[name][rng.choice(np.arange(len(space[name])))]
        history += ((configuration, evaluate(configuration)),)
    return max(history, key=lambda pair: np.nan_to_num(pair[1], nan=-np.inf)), history


def by_numbers_of_the_grid(space, evaluate, n, rng):
    """One draw of a place in the grid stands for independent draws of all settings."""
    sizes = [len(listed) for listed in space.values()]
    at = np.unravel_index(rng.integers(np.prod(sizes), size=n), sizes)
    history = []
    for row in zip(*at, strict=True):
        c = {name: space[name][int(i)] for name, i in zip(space, row, strict=True)}
        history.append((c, np.float64(evaluate(c))))
    first, *others = history
    best = first
    for pair in others:
        if not pair[1] <= best[1] and not np.isnan(pair[1]):
            best = pair
    return list(best), history


def shuffled_copies(space, evaluate, n, rng):
    history = []
    while len(history) < n:
        configuration = {}
        for name, listed in space.items():
            configuration[name] = listed[rng.permutation(len(listed))[0]]
        history.append((configuration, evaluate(configuration)))
    best = history[0]
    for pair in history[1:]:
        if pair[1] > best[1] or best[1] != best[1]:
            best = pair
    return best, history


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        loop,
        all_places_at_once,
        by_fractions,
        by_choice_of_a_place,
        by_numbers_of_the_grid,
        shuffled_copies,
    )
]


def shuffles_the_lists_it_is_given(space, evaluate, n, rng):
    history = []
    for _ in range(n):
        for listed in space.values():
            rng.shuffle(listed)
        configuration = {name: listed[0] for name, listed in space.items()}
        history.append((configuration, evaluate(configuration)))
    return max(history, key=lambda pair: np.nan_to_num(pair[1], nan=-np.inf)), history


DRESSED = [("shuffles_the_lists_it_is_given", (shuffles_the_lists_it_is_given,))]


def without(history):
    return max(history, key=lambda pair: pair[1] if pair[1] == pair[1] else -np.inf)


def one_trial_more(space, evaluate, n, rng):
    return loop(space, evaluate, n + 1, rng)


def one_trial_fewer(space, evaluate, n, rng):
    return loop(space, evaluate, max(n - 1, 1), rng)


def a_walk_that_changes_one_setting(space, evaluate, n, rng):
    configuration = {name: listed[rng.integers(len(listed))] for name, listed in space.items()}
    history = []
    for _ in range(n):
        name = list(space)[rng.integers(len(space))]
        configuration = configuration | {name: space[name][rng.integers(len(space[name]))]}
        history.append((configuration, evaluate(configuration)))
    return without(history), history


def grid_from_the_beginning(space, evaluate, n, rng):
    sizes = [len(listed) for listed in space.values()]
    history = []
    for number in range(n):
        at = np.unravel_index(number % int(np.prod(sizes)), sizes)
        c = {name: space[name][int(i)] for name, i in zip(space, at, strict=True)}
        history.append((c, evaluate(c)))
    return without(history), history


def prefers_the_first_values(space, evaluate, n, rng):
    history = []
    for _ in range(n):
        c = {name: v[int(len(v) * rng.random() ** 3)] for name, v in space.items()}
        history.append((c, evaluate(c)))
    return without(history), history


def history_of_scores_only(space, evaluate, n, rng):
    best, history = loop(space, evaluate, n, rng)
    return best, [score for _, score in history]


def sorted_history(space, evaluate, n, rng):
    best, history = loop(space, evaluate, n, rng)
    return best, sorted(history, key=lambda pair: -np.nan_to_num(pair[1], nan=-1e9))


def best_of_the_first_half(space, evaluate, n, rng):
    _, history = loop(space, evaluate, n, rng)
    return without(history[: max(n // 2, 1)]), history


def draws_again_for_the_best(space, evaluate, n, rng):
    best, history = loop(space, evaluate, n, rng)
    other = {name: listed[rng.integers(len(listed))] for name, listed in space.items()}
    return (other, best[1]), history


def seeded_by_the_space(space, evaluate, n, rng):
    return loop(space, evaluate, n, np.random.default_rng(len(space)))


def numbers_between(space, evaluate, n, rng):
    """Draws a rate between the lowest and the highest instead of one of the list."""
    history = []
    for _ in range(n):
        c = {}
        for name, listed in space.items():
            plain = all(isinstance(one, (int, float)) for one in listed)
            c[name] = rng.uniform(min(listed), max(listed)) if plain else listed[0]
        history.append((c, evaluate(c)))
    return without(history), history


WRONG = [
    (f.__name__, (f,))
    for f in (
        one_trial_more,
        one_trial_fewer,
        a_walk_that_changes_one_setting,
        grid_from_the_beginning,
        prefers_the_first_values,
        history_of_scores_only,
        sorted_history,
        best_of_the_first_half,
        draws_again_for_the_best,
        seeded_by_the_space,
        numbers_between,
    )
]
