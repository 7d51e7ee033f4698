"""``cards() -> list of five dictionaries``: predictions of what one change does."""

import json
from typing import Any

import numpy as np

from course_lessons.cup import BASE, CARD_SHARE
from grader.checking.contract import Case, case, earns, function, holds, slips
from grader.checking.contract.compare import Open, described
from grader.exercises import capstone
from grader.exercises import capstone_training as training
from grader.exercises.intervals import interval_score, read_interval, share_for
from grader.exercises.kept_seeds import Seeds
from grader.exercises.settings_readers import ConfigurationError

N_CARDS = 5
ENTRIES = ("change", "low", "high", "verdict")
VERDICTS = ("better", "worse", "no difference")
# A mean difference counts from DIFFERENCE on; within UNSURE of that, either verdict is right.
DIFFERENCE, UNSURE = 0.03, 0.02
# Section 4 of the notebook has tried the other settings that `BASE` uses, but for `model`.
OPEN_SETTINGS = (
    "side",
    "channels",
    "activation",
    "lr",
    "schedule",
    "batch_size",
    "epochs",
    "shift",
)
# One card may have each of these verdicts: it is easy to ruin a training, or to change nothing.
EASY = ("worse", "no difference")
# And one may cost more than `BASE`: more computing helps, which one need not measure.
COSTLY = 1
EASILY = 3  # verdicts that are right without a measurement
# Mean interval score of the five that earns everything, and nothing. Guesses ± 0.05 score 0.10 at
# best. In 2,000 draws of six pairs, the reference has full points in all but 1 %.
NARROW, USELESS = 0.07, 0.10


def cards():
    five = [
        {"change": {"channels": [6]}, "low": 0.01, "high": 0.07, "verdict": "better"},
        {"change": {"batch_size": 25}, "low": 0.01, "high": 0.05, "verdict": "better"},
        {"change": {"epochs": 16}, "low": 0.02, "high": 0.05, "verdict": "better"},
        {"change": {"shift": 1}, "low": -0.03, "high": 0.01, "verdict": "no difference"},
        {"change": {"lr": 0.002}, "low": -0.11, "high": -0.06, "verdict": "worse"},
    ]
    return five


def cases(rng: np.random.Generator) -> list[Case]:
    # Twice those of an entry: with three pairs, the same cards had all points or none by chance.
    seeds = Seeds("kept by the judge", training.draw_seeds(rng) + training.draw_seeds(rng))
    return [case("six pairs of trainings for each card", seeds=seeds)]


def run(cards: Any, case: Case) -> dict[str, Any]:
    return {"cards": cards()}


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """The five cards, or why they are refused. Nothing is trained here."""
    handed_in = outputs["cards"]
    if not isinstance(handed_in, list) or len(handed_in) != N_CARDS:
        found = described(handed_in)
        if isinstance(handed_in, list):
            found = f"a list of {len(handed_in)}"
        return {"problem": f"cards() returned {found}; expected a list of five dictionaries"}
    read = []
    for number, one in enumerate(handed_in, 1):
        card = read_card(one)
        if isinstance(card, str):
            return {"problem": f"card {number}: {card}"}
        read.append(card)
    if problem := too_alike(read):
        return {"problem": problem}
    return {"problem": "", "cards": json.dumps(read)}


def read_card(card: Any) -> dict[str, Any] | str:
    """The settings, interval and verdict of a card, or what is wrong with it."""
    wanted = ", ".join(f'"{entry}"' for entry in ENTRIES)
    if not isinstance(card, dict) or set(card) != set(ENTRIES):
        found = described(card)
        if isinstance(card, dict):
            found = "a dictionary with " + (", ".join(map(repr, card)) or "nothing in it")
        return f"it is {found}; expected a dictionary with {wanted}"
    change, verdict = card["change"], card["verdict"]
    if not isinstance(change, dict) or len(change) != 1:
        return f'"change" is {described(change)}; expected one entry, such as {{"lr": 0.003}}'
    (entry,) = change
    try:
        settings = capstone.read(BASE | change, "the change")
    except ConfigurationError as problem:
        return str(problem)
    if (used := capstone.budget_used(settings)) > CARD_SHARE:
        return (
            f"{change} costs {used:.3f} of the budget (`lesson.budget_used(BASE | change)`), and a "
            f"card may cost at most {CARD_SHARE}. Take a smaller network or fewer epochs"
        )
    if settings == capstone.read(BASE):
        return f"{entry!r} is as in BASE, or BASE does not use it, so nothing would change"
    if entry not in OPEN_SETTINGS:
        allowed = ", ".join(OPEN_SETTINGS)
        return f"{entry!r} is for no card. Allowed are {allowed}"
    interval = read_interval([card["low"], card["high"]], -1, 1)
    if isinstance(interval, str):
        return interval
    if not isinstance(verdict, str) or verdict not in VERDICTS:
        return f'"verdict" is {described(verdict)}; expected one of {", ".join(VERDICTS)}'
    return {"entry": entry, "settings": settings, "interval": interval, "verdict": verdict}


def too_alike(read: list[dict[str, Any]]) -> str:
    """What keeps the five from being five experiments."""
    if len({card["entry"] for card in read}) < N_CARDS:
        return "two cards change the same setting; each card has its own"
    for verdict in EASY:
        if (n := sum(card["verdict"] == verdict for card in read)) > 1:
            return f'{n} cards have the verdict "{verdict}", and at most one may'
    as_it_is = capstone.budget_used(capstone.read(BASE))
    costly = sum(capstone.budget_used(card["settings"]) > as_it_is for card in read)
    if costly > COSTLY:
        return f"{costly} cards cost more than BASE, and at most one may"
    return ""


def differences(case: Case, got: dict[str, Any]) -> list[np.ndarray]:
    """For each card the paired differences in accuracy, (6,)."""
    seeds, base = case["seeds"].numbers, capstone.read(BASE)
    as_it_is = np.array([training.measure(base, seed).test for seed in seeds])
    return [
        np.array([training.measure(card["settings"], seed).test for seed in seeds]) - as_it_is
        for card in json.loads(got["cards"])
    ]


def verdicts(mean: float) -> set[str]:
    """What may be said of a mean difference."""
    return {
        name
        for name, holds in (
            ("better", mean > DIFFERENCE - UNSURE),
            ("worse", mean < UNSURE - DIFFERENCE),
            ("no difference", abs(mean) < DIFFERENCE + UNSURE),
        )
        if holds
    }


def named(card: dict[str, Any]) -> str:
    return f"{card['entry']} = {card['settings'][card['entry']]}"


def right_verdicts(case: Case, got: dict[str, Any], want: dict[str, Any]) -> Any:
    """Half of the points for each right verdict above three of five."""
    if got["problem"]:
        return Open("Nothing was trained.")
    said, right = [], 0
    for card, found in zip(json.loads(got["cards"]), differences(case, got), strict=True):
        mean = float(found.mean())
        hit = card["verdict"] in verdicts(mean)
        right += hit
        low, high = card["interval"]
        where = "inside" if low <= mean <= high else "outside"
        said.append(f"{named(card)}: {'✓' if hit else '✗'}, {where} the interval")
    # The differences are not shown: a page with them would answer the cards of a friend.
    words = f"{right} of 5 verdicts are right. {'; '.join(said)}."
    # Three of five need no measurement: a ruin, a change of nothing, and more computing.
    return earns((right - EASILY) / (N_CARDS - EASILY), words)


def calibrated(case: Case, got: dict[str, Any], want: dict[str, Any]) -> Any:
    """Points for the five intervals, by their mean interval score."""
    if got["problem"]:
        return f"Nothing was trained: {got['problem']}"
    scores, inside = [], 0
    for card, found in zip(json.loads(got["cards"]), differences(case, got), strict=True):
        (low, high), mean = card["interval"], float(found.mean())
        scores.append(interval_score(low, high, mean))
        inside += low <= mean <= high
    score = float(np.mean(scores))
    words = (
        f"{inside} of 5 differences lie in your intervals; of 80 % intervals one expects 4. Mean "
        f"interval score {score:.3f}: full points up to {NARROW}, none from {USELESS} on."
    )
    return earns(share_for(score, NARROW, USELESS), words)


exercise = function(
    cards,
    returns="a list of five dictionaries",
    outputs="cards",
    points=4,
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        holds(
            "the intervals of five cards",
            calibrated,
            help="""How much do your own pairs differ? `new_pairs_interval(d, 6, t)` says where the
            mean of six new ones lies; more pairs of your own make it narrower.""",
        ),
        # Many changes are known to help, to harm or to do nothing. Measured is how much.
        holds("the verdicts of five cards", right_verdicts, alone=False),
    ],
    form=(),
    answers=("grader.exercises.ps25.cards",),
    hints="""
    The grader trains `BASE` and `BASE` with your change on six new splits and takes the
    differences in pairs. A verdict is "better" or "worse" from a mean difference of 0.03 on.

    A smaller example: you measure +0.031, +0.012 and +0.029. The mean is 0.024 and the standard
    deviation 0.010. A mean of six new differences has about the same mean, and a standard
    deviation of 0.010/√6. Your own mean is uncertain as well, by 0.010/√3. Which interval holds it
    in four cases out of five?
    """,
    mistakes=slips("""
return five[:4]
    Five cards are wanted. Which question about this network have you not asked yet?
return five + five[:1]
    Five cards are wanted, not more. Leave out the one that says least.
return five[:4] + five[:1]
    Two of your cards change the same setting. Which other setting of the table could matter?
return [card | {"change": {"flip": 0.5}} for card in five]
    Section 4 has measured flips, so a card about them predicts nothing. Which change has nobody
    measured for you?
return [card | {"change": {"epochs": 16, "shift": 1}} for card in five]
    One change for each card: with two of them, nobody knows which one it was.
return [card | {"change": card["change"] | {"momentum": 0.9}} for card in five]
    One change for each card: `momentum` is a second one, and Adam does not even use it.
return [card | {"verdict": "good"} for card in five]
    A verdict is one of three texts: "better", "worse", "no difference".
return [card | {"verdict": "no difference"} for card in five[:1]] + five[1:]
    A change without an effect is easy to predict: at most one card may say "no difference". What
    does `BASE` lack?
return five[:3] + [card | {"verdict": "worse"} for card in five[3:]]
    It is easy to ruin a training: at most one card may say "worse". Which change do you expect to
    help?
return [card | {"change": {"side": 32}} for card in five[:1]] + five[1:]
    More computing helps most networks, so at most one card may cost more than `BASE`. What could
    `BASE` do better with the same number of multiplications?
return [card | {"low": card["high"], "high": card["low"]} for card in five]
    "low" is the lower end of the interval, also for a change that does harm.
return [card | {"low": 100 * card["low"], "high": 100 * card["high"]} for card in five]
    Differences are shares here, such as 0.03, not per cent.
return [card | {"low": sum(ends) / 2 - 0.05, "high": sum(ends) / 2 + 0.05} for card in five
    for ends in [(card["low"], card["high"])]]
    Your intervals are 0.10 wide, whatever was measured. How far may the mean of six new differences
    be from the mean of your own?
return [card | {"low": -1, "high": 1} for card in five]
    These intervals are always right and say nothing. How much do the differences of your own seeds
    differ?
return [card | {"low": -card["high"], "high": -card["low"]} for card in five]
    The sign: a difference is the changed network minus `BASE`, so a gain is above 0.
# return five
    The function ends without `return`, so it returns None.
"""),
)
