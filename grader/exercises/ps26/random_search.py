"""``random_search(space, evaluate, n, rng) -> (best, history)``: settings drawn at random."""

import math
from functools import cache
from operator import eq
from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    drawn_anew,
    draws_in_words,
    mistake,
    random,
    slips,
    unchanged_inputs,
    values,
)
from grader.checking.contract.families.random import ANEW


def random_search(space, evaluate, n, rng):
    best, history = None, []
    for _ in range(n):
        configuration = {name: listed[rng.integers(len(listed))] for name, listed in space.items()}
        score = evaluate(configuration)
        history.append((configuration, score))
        if best is None or score > best[1] or np.isnan(best[1]) > np.isnan(score):
            best = configuration, score
    return best, history


# All limits together refuse a right program with a probability below 1e-12.
BAND = 7.5  # standard deviations, of a mean or a correlation: below 1e-13 a number
RARE = 10**15  # one in so many: a count as far off, or farther, on its side
N_MANY = 250
# One of three values with a probability of 0.36 is 12 standard deviations of its number of draws
# too often here.
OFTEN = "three values in 45,000 trials"
SEARCHES = 180
REPEATED = ["cnn", "cnn", "mlp"]  # as in the notebook: "cnn" is drawn twice as often


def large(rng: np.random.Generator) -> dict[str, list[Any]]:
    """A space of so many configurations that hardly any occurs twice, and few enough to list."""
    return {name: rng.permutation(30).tolist() for name in ("units", "epochs", "batch_size")}


def rates(rng: np.random.Generator, *listed: float) -> list[float]:
    """Rates scaled by a random factor, so that no case has the rates of another draw."""
    factor = rng.uniform(1, 2)
    return [float(f"{factor * rate:.3g}") for rate in listed]


def searched(rng: np.random.Generator, about: str, space: Any, scores: list[Any]) -> Case:
    return case(about, space=space, scores=scores, n=len(scores), seed=int(rng.integers(2**31)))


def some_scores(rng: np.random.Generator, n: int) -> list[float]:
    """Different scores in random order; the highest is neither first nor last, and stands behind
    one that is almost as high.
    """
    scores = (rng.permutation(np.linspace(0.3, 0.8, n)) + rng.uniform(0, 0.02)).tolist()
    scores[n // 2] = rng.uniform(0.85, 0.95)
    scores[n // 2 - 1] = scores[n // 2] - 5e-7
    return [float(score) for score in scores]


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    ties = some_scores(rng, 7)
    ties[5] = ties[3]
    blown_up = [None, *some_scores(rng, 5), None]  # None: evaluate returns nan
    hopeless = [None] * 4
    below_zero, others = ([1e12 * (s - 2.0) for s in some_scores(rng, 5)] for _ in range(2))
    four = {"lr": rates(rng, 0.1, 0.01), "units": [8, 16]}
    one, three = {"lr": rates(rng, 0.1, 0.01)}, rates(rng, 0.1, 0.01, 0.001)
    mixed = {
        "schedule": [None, "cosine", "step"],
        "layers": [[64], [64, 32], []],
        "shift": [2, 0.5, "none"],
        "norm": [True, False],
        "optimizer": ["adamw"],
    }
    many = {
        "lr": rates(rng, 0.1, 0.03, 0.01, 0.003, 0.001),
        "units": [16, 32, 64, 128, 256],  # as many as rates
        "epochs": (int(rng.integers(1, 100)) + np.arange(40)).tolist(),
    }
    return {
        "best is the pair of the highest score": [
            searched(rng, "four trials", four, some_scores(rng, 4)),
            searched(rng, "one trial", one, [float(rng.uniform(0.4, 0.6))]),
            searched(rng, "many trials", many, some_scores(rng, N_MANY)),
        ],
        "the first of several highest": [
            searched(rng, "several are the highest", large(rng), ties)
        ],
        "best where all scores are below 0": [
            searched(rng, "scores below 0", large(rng), below_zero)
        ],
        "nan is never the best": [
            searched(rng, "some scores are nan", large(rng), blown_up),
            searched(rng, "nan, and scores below 0", large(rng), [None, *others]),
        ],
        "all scores are nan": [searched(rng, "", large(rng), hopeless)],
        "values of every kind": [searched(rng, "", mixed, some_scores(rng, 30))],
        OFTEN: [
            searched(rng, "", {"lr": three, "model": REPEATED}, some_scores(rng, N_MANY))
            | {"searches": SEARCHES}
        ],
    }


def run(random_search: Any, case: Case) -> dict[str, Any]:
    scores, n = case["scores"], case["n"]

    given: list[Any] = []  # kept, so that no two have the same address

    def search(space: Any, rng: Any) -> Any:
        tried: list[Any] = []

        def evaluate(configuration: Any) -> float:
            given.append(configuration)
            tried.append(dict(configuration))
            score = scores[(len(tried) - 1) % n]
            return float("nan") if score is None else score

        best, history = random_search(space, evaluate, n, rng)
        return tried, best, [list(pair) for pair in history]

    copies = [{name: list(listed) for name, listed in case["space"].items()} for _ in range(2)]
    rng = np.random.default_rng(case["seed"])
    if "searches" in case:
        drawn: list[Any] = []
        for _ in range(case["searches"]):
            drawn += (tried := search(case["space"], rng)[0])
            if len(tried) < n:
                break
        pairs = [(name, value) for name, listed in copies[0].items() for value in listed]
        return {"drawn": [[v, sum(one.get(name) == v for one in drawn)] for name, v in pairs]}
    tried, best, history = search(case["space"], rng)
    different = len({id(one) for one in given})
    outputs = {"tried": tried, "best": best, "history": history, "different": different}
    if len(case["scores"]) < 10:
        outputs["later"] = [search(copies[0], rng)[0] for _ in range(3)]
        outputs["again"], _best, _history = search(copies[1], np.random.default_rng(case["seed"]))
    return outputs


CALLS, LENGTH, SPACE = "evaluate is called", "length of the history", "the configurations are"
RECORDED, BEST = "the history holds", "the best"
NEW = "evaluate gets"
SHARES, TOGETHER, TWICE = "values are drawn", "two settings are drawn", "the same one twice"
DRAWS, EVENLY = "the draws are", "both are drawn"


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """Right programs differ in which configurations they draw; they agree in these quantities."""
    outputs = bare(outputs)
    if "searches" in case:
        return {EVENLY: evenly(case, outputs["drawn"])}
    space, scores = case["space"], ["nan" if score is None else score for score in case["scores"]]
    tried, history = outputs["tried"], outputs["history"]
    seen = {
        CALLS: "once" if len(tried) == 1 else f"{len(tried)} times",
        LENGTH: len(history),
        SPACE: from_space(space, tried),
        NEW: "a new dictionary each time"
        if outputs["different"] == len(tried)
        else "the same dictionary several times",
        RECORDED: recorded(scores, tried, history),
        BEST: which(scores, tried, outputs["best"])
        if len(tried) == case["n"]
        else "unknown, evaluate is not called n times",
    }
    if case["about"] == "several are the highest":
        seen[DRAWS] = draws_in_words(tried, outputs["again"], outputs["later"], eq)
        # By chance a trial is the same in four searches with probability below 4e-13.
        searches = zip(tried, *outputs["later"], strict=False)
        if seen[DRAWS] == ANEW and any(
            all(one == first for one in rest) for first, *rest in searches
        ):
            seen[DRAWS] = "partly fixed: a trial is the same in every search"
    if case["about"] == "many trials":
        at = np.array([places(listed, tried, name) for name, listed in space.items()])
        seen[SHARES] = shares(at, [len(listed) for listed in space.values()])
        seen[TOGETHER] = together(at)
        # 250 trials out of 1,000 configurations: none twice has probability below 1e-14.
        different = {repr(sorted(c.items())) for c in tried}
        seen[TWICE] = "comes up" if len(different) < len(tried) else "never comes"
    return seen


def bare(value: Any) -> Any:
    """Values as Python's own types: NumPy numbers are numbers, nan equals nan."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, list):
        return [bare(item) for item in value]
    if isinstance(value, dict):
        return {key: bare(item) for key, item in value.items()}
    return "nan" if value != value else value


def from_space(space: dict[str, Any], tried: list[Any]) -> str:
    if not tried:
        return "none at all"
    for configuration in tried:
        if configuration.keys() != space.keys():
            return "not with the names of the space"
        if any(value not in space[name] for name, value in configuration.items()):
            return "not all from the lists"
    return "from the space"


def recorded(scores: list[Any], tried: list[Any], history: list[Any]) -> str:
    """Whether the history holds the arguments and results of `evaluate`."""
    pairs = [[c, scores[i % len(scores)]] for i, c in enumerate(tried[: len(scores)])]
    if any(not isinstance(pair, list) or len(pair) != 2 for pair in history):
        return "something other than pairs"
    if history == pairs:
        return "every trial, in order"
    if any([score, c] == pair for (c, score), pair in zip(history, pairs, strict=False)):
        return "pairs the other way round"
    left = list(pairs)
    for one in history:
        if one not in left:
            return "others than those that were tried"
        left.remove(one)
    return "some of the trials" if left else "every trial, in another order"


def which(scores: list[Any], tried: list[Any], best: Any) -> str:
    """The trial that `best` is, the first of several equal ones."""
    if not isinstance(best, list) or len(best) != 2:
        return "not a pair (configuration, score)"
    for i, (configuration, score) in enumerate(zip(tried, scores, strict=False)):
        if best == [configuration, score]:
            return f"trial {i + 1}"
        if best == [score, configuration]:
            return "a pair the other way round"
    return "none of the trials"


def places(listed: list[Any], tried: list[Any], name: str) -> list[int]:
    """The index of each drawn value in its list; -1 if it is not in it."""
    there = [c.get(name) for c in tried]
    return [listed.index(value) if value in listed else -1 for value in there]


def shares(at: np.ndarray, lengths: list[int]) -> str:
    """Whether all values of a list are equally likely, as far as so many trials show."""
    n = at.shape[1]
    if not n:
        return "not once"
    if (at < 0).any():
        return "not from the lists"
    for row, k in zip(at, lengths, strict=True):
        counts = np.bincount(row, minlength=k)
        if any(rare(int(count), n, k) for count in counts):
            if counts.max() == n:
                return "one of them alone"
            return "not equally often" if counts[-1] else "never from the end of a list"
        if abs(row.mean() - (k - 1) / 2) > BAND * np.sqrt((k**2 - 1) / 12 / n):
            return "not equally often"
    return "equally often"


@cache
def rare(count: int, n: int, k: int) -> bool:
    """Whether one of k values comes so often, or so seldom, in n draws by chance."""
    tail = range(count, n + 1) if count > n / k else range(count + 1)
    return bool(sum(math.comb(n, i) * (k - 1) ** (n - i) for i in tail) * RARE < k**n)


def evenly(case: Case, drawn: list[Any]) -> str:
    """Whether all places of each list are drawn equally often, in all searches together."""
    n, left = case["searches"] * case["n"], list(drawn)
    for listed in case["space"].values():
        of_list, left = left[: len(listed)], left[len(listed) :]
        times = np.array([count for _, count in of_list])
        equal = np.array([listed.count(value) for value in listed])
        total, p = np.sum(times / equal), equal / len(listed)
        if [value for value, _ in of_list] != listed or total < n:  # more: one is evaluated twice
            return "not in every trial"
        if not (np.abs(times / total - p) < BAND * np.sqrt((1 - p) * p / n)).all():
            once = len(set(listed)) == len(listed)
            return "not equally often" if once else "not more often if they are listed twice"
    return "equally often"


def together(at: np.ndarray) -> str:
    """Whether the index in one list depends on that in another, or on the one before."""
    n = at.shape[1] - 1
    if n < 1:
        return "not often enough to tell"
    # A shuffled list that begins anew: by chance with probability below 2^-100.
    if any((row[lag:] == row[:-lag]).all() for row in at for lag in range(1, len(row) - 100)):
        return "not independently of the trials before"
    # All values of each list equally often: by chance with probability below 1e-20.
    if all(np.ptp(np.unique(row, return_counts=True)[1]) <= 1 for row in at):
        return "not independently of the trials before"
    r = np.corrcoef(np.vstack([at[:, 1:], at[:, :-1]]))  # nan where the index is always the same
    independent = (np.abs(r - np.eye(len(r))) < BAND / np.sqrt(n)).all()
    return "independently" if independent else "not independently"


def one_draw_for_the_search(space, evaluate, n, rng):
    """You try the same configuration n times. Which line belongs inside the loop?"""
    (drawn, _), _ = random_search(space, lambda configuration: 0.0, 1, rng)
    return random_search({name: [value] for name, value in drawn.items()}, evaluate, n, rng)


def none_twice(space, evaluate, n, rng):
    """No configuration is evaluated twice in your search. A random search draws every trial
    independently from the whole space, and calls `evaluate` n times.
    """
    total = int(np.prod([len(listed) for listed in space.values()]))
    history = []
    for i in rng.choice(total, size=min(n, total), replace=False):
        c = {}
        for name, listed in space.items():
            c[name], i = listed[int(i) % len(listed)], int(i) // len(listed)
        history.append((c, evaluate(c)))
    return max(history, key=lambda p: p[1] if p[1] == p[1] else -np.inf), history


def equal_values_once(space, evaluate, n, rng):
    """A value that stands twice in its list is drawn as often as the others. Draw an index of the
    list as it is given: then such a value is drawn twice as often.
    """
    space = {
        name: [value for i, value in enumerate(listed) if value not in listed[:i]]
        for name, listed in space.items()
    }
    return random_search(space, evaluate, n, rng)


exercise = random(
    random_search,
    returns="best, history",
    points=2,
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        values(CALLS, LENGTH, RECORDED, NEW, weight=2, title="n trials, all of them recorded"),
        values(SPACE, weight=2, title="every configuration is from the space"),
        values(
            BEST,
            weight=4,
            cases="best is the pair of the highest score",
            spoils=0.4,
            help="A high score is a good one. Which pair of the history do you return?",
        ),
        values(
            BEST,
            weight=2,
            cases="the first of several highest",
            help="Which of two pairs does your comparison keep if their scores are equal?",
        ),
        values(
            BEST,
            weight=2,
            cases="best where all scores are below 0",
            help="With which score does your search for the best one begin?",
        ),
        values(
            BEST,
            weight=3,
            cases="nan is never the best",
            help="""A comparison with nan is always False. Which of two scores does yours keep if
            one of them is nan, and which if both are?""",
        ),
        values(
            BEST,
            cases="all scores are nan",
            after="nan is never the best",
            alone=False,  # nan in place of each output satisfies it
            help="If all scores are nan, `best` is the first pair of the history.",
        ),
        values(
            SHARES,
            TOGETHER,
            TWICE,
            weight=5,
            spoils=0.3,
            cases="many trials",
            title="all values equally likely, all draws independent",
            help="""For every name and every trial, draw one index of its list:
            `rng.integers(len(listed))`.""",
        ),
        values(
            EVENLY,
            weight=2,
            spoils=0.3,
            cases=OFTEN,
            help="""A value is drawn a little more often than another. Which index does a random
            number of your code lead to, and with what probability?""",
        ),
        # Trials of another space satisfy it.
        drawn_anew(
            values(
                DRAWS,
                weight=3,
                cases="the first of several highest",
                alone=False,
                title="randomness comes from rng",
            )
        ),
    ],
    form=(unchanged_inputs(),),
    answers=("course_lib.search",),
    hints="""
    How would you draw one configuration? And what do you have to record of each trial?

    For every name, draw one index of its list, `rng.integers(len(listed))`; then call `evaluate`
    once and append one pair. best is the pair with the highest score.

    A smaller example: space = {'lr': [0.1, 0.01]}, n = 3, draws 0, 1, 1 and scores 0.7, 0.9, 0.9:
    history = [({'lr': 0.1}, 0.7), ({'lr': 0.01}, 0.9), ({'lr': 0.01}, 0.9)], and best is its second
    entry.
    """,
    mistakes=(
        *slips("""
if best is None or score < best[1] or np.isnan(best[1]) > np.isnan(score):
    You take the lowest score. These are accuracies, not losses.
if best is None or score >= best[1] or np.isnan(best[1]) > np.isnan(score):
    If two scores are equal, you return the later one. How does your comparison treat a score that
    is equal to the best so far?
if best is None or score > best[1] or np.isnan(best[1]):
    If all scores are nan, you return the last pair. Then `best` is the first one: when may a pair
    take the place of one whose score is nan?
configuration = {name: listed[rng.integers(max(len(listed) - 1, 1))] for name, listed in
    space.items()}
    You never draw the last value of a list. Does `rng.integers(k)` draw numbers up to k or up to k
    − 1?
configuration = {name: listed[int(u * len(listed))] for u in [rng.random()] for name, listed in
    space.items()}
    The settings depend on each other: one random number decides all of them, so most combinations
    never occur. How many draws does one configuration need?
configuration = {name: listed[i] for i in [rng.integers(min(map(len, space.values())))]
    for name, listed in space.items()}
    You use one drawn index for all settings, so most combinations never occur. Draw an index of its
    own for each setting.
best = configuration, evaluate(configuration)
    `evaluate` is called more often than n times. Each call is a whole training, so store its
    result.
return (configuration, best[1]), [(configuration, score) for _, score in history]
    All entries of the history hold the last configuration, because they are the same dictionary.
    Where do you have to make a new one?
return best[::-1], [pair[::-1] for pair in history]
    The pairs are in reverse order: the configuration comes first, then its score.
return best[0], history
    Your `best` is no pair. Return the pair from the history, the configuration with its score.
configuration = {name: rng.choice(listed) for name, listed in space.items()}
    `rng.choice` first turns the list into an array. [2, 0.5, 'none'] becomes three texts, and lists
    of different lengths cannot become an array. What can you draw instead of the value?
"""),
        *slips(
            """
if best is None or score > best[1]:
    A run that has diverged scores nan, and you return it as the best. How do `np.argmax` and `max`
    treat nan, for which every comparison is False?
best, history = ({}, 0.0), []
    Your best score starts at 0, so scores below 0 are never better. With which number does it have
    to start?
best, history = (None, -np.inf), []
    If all scores are nan, none is above your first best score, so `best` is no pair of the history.
    Then it should be the first one.
""",
            needs=("best is the pair of the highest score",),
        ),
        mistake(one_draw_for_the_search),
        mistake(none_twice),
        mistake(equal_values_once),
    ),
)
