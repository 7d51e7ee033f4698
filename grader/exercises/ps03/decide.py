"""``decide(u, labels, new, costs) -> actions``: the cheapest actions, by a repaired classifier."""

from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    function,
    holds,
    mistake,
    one_number_for_each,
    slip,
    slips,
    step,
    unchanged_inputs,
)
from grader.checking.contract.compare import as_numbers
from grader.checking.contract.properties import Answer, earns
from grader.exercises.ps03.fit_temperature import fit_temperature, softmax


def decide(u, labels, new, costs):
    often = np.bincount(labels, minlength=u.shape[1]) / len(labels)
    shift = np.zeros(u.shape[1])
    for _ in range(4):
        T = fit_temperature(u + shift, labels)
        promised = softmax((u + shift) / T).mean(axis=0)
        shift = shift + T * np.log(often / promised)
    expected = softmax((new + shift) / T) @ costs
    actions = np.argmin(expected, axis=1)
    return actions


# The right probabilities are softmax((u + shift) / T), with a T and a shift that each classifier
# has of its own. So the expected cost of every answer is known exactly.


def table(rng: np.random.Generator, K: int, extra: int) -> np.ndarray:
    """What each of K + extra actions costs if the class is k: (K, K + extra), positive.

    To miss one of the classes is expensive, and the extra actions cost nearly the same always.
    """
    costs = rng.uniform(0.8, 1.2, size=(K, K))
    costs[rng.integers(K)] *= rng.uniform(6, 9)
    costs[np.arange(K), np.arange(K)] = rng.uniform(0.02, 0.1, size=K)
    ask = rng.uniform(0.4, 0.5, size=extra) * rng.uniform(0.95, 1.05, size=(K, extra))
    order = rng.permutation(K + extra)
    return np.asarray(np.hstack([costs, ask])[:, order])


def cost_of(case: Case, actions: np.ndarray) -> float:
    """The mean expected cost of these actions for the new samples."""
    right = softmax((case["new"] + case["shift"]) / case["T"])
    return float(np.mean((right @ case["costs"])[np.arange(len(actions)), actions]))


def trusting(u, labels, new, costs):
    """You take the softmax of the scores for the truth. Compare it with the labels of the
    validation set first: is the mean confidence the accuracy, and each class as frequent as
    promised?
    """
    return np.argmin(softmax(new) @ costs, axis=1)


def most_probable(u, labels, new, costs):
    """You name the most probable class. The task asks for an action, a column of the table: the
    one whose expected cost, p @ costs, is lowest.
    """
    return np.argmax(new, axis=1)


def with_temperature(u, labels, new, costs):
    """You repair the confidence with one temperature. It cannot repair a class whose scores are all
    too low: compare the mean probability of each class with its share of the labels.
    """
    return np.argmin(softmax(new / fit_temperature(u, labels)) @ costs, axis=1)


def with_shift(u, labels, new, costs):
    """You repair how often each class is promised, but not the confidence: too sure stays too
    sure. Which T has the lowest cross-entropy after the shift?
    """
    return np.argmin(softmax(new + shift_alone(u, labels)) @ costs, axis=1)


def shift_alone(u, labels):
    """The shift after which each class is as frequent as promised, at T = 1."""
    often = np.bincount(labels, minlength=u.shape[1]) / len(labels)
    shift = np.zeros(u.shape[1])
    for _ in range(30):
        shift = shift + np.log(often / softmax(u + shift).mean(axis=0))
    return shift


def shift_first(u, labels, new, costs):
    """You shift the scores, and fit T after it, each once. Is each class as frequent as promised,
    with this T?
    """
    shift = shift_alone(u, labels)
    T = fit_temperature(u + shift, labels)
    return np.argmin(softmax((new + shift) / T) @ costs, axis=1)


def cheapest_on_average(u, labels, new, costs):
    """You take the same action for every sample. Multiply its own probabilities by the costs."""
    return np.full(len(new), np.argmin(costs.mean(axis=0)))


def of_the_most_probable(u, labels, new, costs):
    """You take the action that is cheapest if the most probable class is the right one. The other
    classes have probabilities, too, and one of them may be expensive to miss.
    """
    return np.argmin(costs, axis=1)[np.argmax(new, axis=1)]


BARE = (cheapest_on_average, of_the_most_probable, most_probable)


def classifier(
    rng: np.random.Generator, about: str, K: int, extra: int, T: float, apart: float
) -> Case:
    """Scores that are T times too large, one class ``apart`` (in units of T) too low.

    What lacks a repair, or uses no probabilities, costs clearly more than the reference. So does a
    shift that is found once, where the scores are too small: it is as wrong as the confidence.
    """
    lacks = [
        *BARE,
        *((trusting,) if T != 1 or apart else ()),
        *((with_temperature,) if apart else ()),
        *((with_shift,) if T != 1 else ()),
    ]
    while True:
        shift = np.zeros(K)
        shift[rng.integers(K)] = apart * T * rng.uniform(0.9, 1.1)
        # Some classes are rare: equal shares are not right.
        honest = 2 * rng.normal(size=(1400, K)) + rng.permutation(np.linspace(-1.2, 1.2, K))
        labels = np.argmax(honest[:400] + rng.gumbel(size=(400, K)), axis=1)
        u = honest * T - shift + rng.normal(size=(1400, 1))
        costs = table(rng, K, extra)
        found = case(about, u=u[:400], labels=labels, new=u[400:], costs=costs, shift=shift, T=T)
        given = found["u"], labels, found["new"], costs
        right = softmax((found["new"] + shift) / T) @ costs
        found["least"] = cost_of(found, np.argmin(right, axis=1))
        found["bare"] = min(cost_of(found, wrong(*given)) for wrong in lacks)
        worth = found["bare"] - found["least"]
        lost, once = (cost_of(found, f(*given)) - found["least"] for f in (decide, shift_first))
        if worth > 0.015 and lost < 0.1 * worth and (once > 0.5 * worth or T >= 1 or not apart):
            return found


SURE = "too sure"
UNSURE = "not sure enough"
SHIFTED = "one class too low"
BOTH = "too sure, and one class too low"
WORST = "not sure enough, and one class too low"
NOTHING = "nothing is wrong"


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    return {
        SURE: [classifier(rng, SURE, 3, 1, 4.0, 0.0)],
        UNSURE: [classifier(rng, UNSURE, 4, 2, 0.3, 0.0)],
        SHIFTED: [classifier(rng, SHIFTED, 3, 0, 1.0, 2.5)],
        BOTH: [classifier(rng, BOTH, 4, 1, 3.0, 3.0)],
        WORST: [classifier(rng, WORST, 3, 2, 0.4, 2.0)],
        NOTHING: [classifier(rng, NOTHING, 3, 1, 1.0, 0.0)],
    }


def run(decide: Any, case: Case) -> dict[str, Any]:
    # A first call with other classes shows what is kept between calls.
    K = len(case["costs"])
    turned = np.roll(case["costs"], 1, axis=1)
    few = case["u"][:60, ::-1].copy(), K - 1 - case["labels"][:60], case["new"][:, ::-1].copy()
    decide(*few, turned)
    return {"actions": decide(case["u"], case["labels"], case["new"], case["costs"])}


def cheap(case: Case, got: dict[str, Any], want: dict[str, Any]) -> Answer:
    """Full points if 70 % of what the right probabilities save are saved, none from 35 % on."""
    actions = as_numbers(got["actions"])
    N, A = len(case["new"]), case["costs"].shape[1]
    if actions is None or actions.size != N or not np.isin(actions, np.arange(A)).all():
        return f"actions is not one column of the table, 0 to {A - 1}, for each of the {N} samples"
    cost = cost_of(case, actions.ravel().astype(int))
    lost = (cost - case["least"]) / (case["bare"] - case["least"])
    words = f"the actions cost {cost:.3f} a sample on average; the least is {case['least']:.3f}"
    return earns((0.65 - lost) / 0.35, words)


REPAIRED = (SURE, UNSURE, SHIFTED, BOTH, WORST)

exercise = function(
    decide,
    returns="actions",
    points=5,
    cases=cases,
    run=run,
    judge=[
        holds(
            SURE,
            cheap,
            weight=3,
            cases=SURE,
            help="Is the mean confidence on the validation set larger than the accuracy? What "
            "changes it?",
        ),
        holds(
            UNSURE,
            cheap,
            weight=3,
            cases=UNSURE,
            help="Is the mean confidence on the validation set smaller than the accuracy? What "
            "changes it?",
        ),
        holds(
            SHIFTED,
            cheap,
            weight=4,
            cases=SHIFTED,
            help="Compare the mean probability of each class on the validation set with its share "
            "of the labels. What has to be added to the scores of a class?",
        ),
        holds(
            BOTH,
            cheap,
            weight=4,
            cases=BOTH,
            help="Two things are wrong, and each repair changes the other. Repeat both.",
        ),
        holds(
            WORST,
            cheap,
            weight=4,
            cases=WORST,
            help="Two things are wrong here, too. After the new T, is each class still as frequent "
            "as promised?",
        ),
        # Without a repair this is right.
        holds(NOTHING, cheap, cases=NOTHING, alone=False),
    ],
    form=(one_number_for_each("sample", "actions"), unchanged_inputs()),
    answers=("grader.exercises.ps03.decide",),
    uses=("fit_temperature",),
    hints=(
        step(
            "The last line first: p = softmax(new) has the shape (M, K), and p @ costs the "
            "expected cost of each action, (M, A). Take the lowest of each row.",
            *REPAIRED,
        ),
        step(
            "Where a class is promised too seldom, a shift of its scores by log(share of the "
            "labels / mean probability) makes it more frequent. After it, the other classes are "
            "less so: repeat it.",
            SHIFTED,
            BOTH,
            WORST,
        ),
        step(
            "A smaller example: p = [0.9, 0.1] and costs = [[0, 1], [20, 1]]. The first action "
            "costs 0.9 · 0 + 0.1 · 20 = 2, the second 1: although the first class is likely, the "
            "second action is cheaper.",
            *REPAIRED,
        ),
    ),
    mistakes=(
        *slips("""
actions = np.argmax(expected, axis=1)
    You take the most expensive action of each sample.
actions = np.argmax((new + shift) / T, axis=1)
    You repair the probabilities, and then name the most probable class. Which action has the lowest
    expected cost?
expected = softmax((new + shift) / T) @ costs.sum(axis=1, keepdims=True) * np.ones(costs.shape[1])
    You take action 0 for every sample, as if the costs of all actions were added up. Each action
    has a column of its own.
expected = softmax((new + shift) * T) @ costs
    You multiply by T. A temperature divides the scores.
expected = softmax((new - shift) / T) @ costs
    Your shift of the new samples has the other sign than that of the validation set.
expected = softmax(new + shift) @ costs
    You fit T together with the shift, and then leave T out for the new samples.
expected = softmax(new / T) @ costs
    You fit T together with the shift, and then leave the shift out for the new samples.
often = np.full(u.shape[1], 1 / u.shape[1])
    You make all classes equally frequent. How frequent is each among the labels?
"""),
        slip(
            "often / promised",
            "promised / often",
            "You lower the scores of a class that is promised too seldom. Which of the two shares "
            "should be above the line?",
        ),
        mistake(trusting),
        mistake(most_probable),
        mistake(of_the_most_probable),
        mistake(cheapest_on_average),
        mistake(with_temperature),
        mistake(with_shift),
        mistake(shift_first),
    ),
)
