"""``cards() -> list of three dictionaries``: predictions of what one change does, from 12 pairs.

Each card carries the differences that its student measured, so that its interval can be checked.
"""

import json
from typing import Any

import numpy as np

from course_lessons.cup import BASE, CARD_SHARE
from grader.checking.contract import Case, case, earns, function, holds, slips
from grader.checking.contract.compare import Open, described
from grader.checking.contract.plain_numbers import finite_number
from grader.exercises import capstone
from grader.exercises import capstone_training as training
from grader.exercises.intervals import read_interval
from grader.exercises.kept_seeds import Seeds
from grader.exercises.ps25.new_pairs_interval import new_pairs_interval
from grader.exercises.settings_readers import ConfigurationError

N_CARDS = 3
IMPROVEMENTS = 2  # cards that must say "better"; the first of them without more computing
SHARES = (0.5, 0.25, 0.25)  # of the points, for each card: only the first needs a search
ENTRIES = ("change", "d", "low", "high", "verdict")
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
N_PAIRS, N_NEW, T = 12, 6, 1.36  # measured by the student, trained by the judge; 80 %
ROUNDED = 0.0006  # an end may be rounded to three decimals
# Half-widths that follow from the standard deviation s of d by a wrong thought.
THOUGHTS = (
    (
        T / np.sqrt(N_PAIRS),
        "holds the true effect. The mean of six new pairs is off by chance, too",
    ),
    (T / np.sqrt(N_NEW), "takes the mean of its d as exact. That is off by chance as well"),
    (T * np.sqrt(2 / N_PAIRS), "is for as many new pairs as yours, and the grader trains six"),
    (T * np.sqrt(2 / N_NEW), "counts six pairs of your own, and d has more"),
    (T, "is for a single new pair, and the grader trains six"),
    (T * np.sqrt(1 + 1 / N_PAIRS), "is for a single new pair, and the grader trains six"),
    (1.48 * np.sqrt(1 / N_PAIRS + 1 / N_NEW), "takes t for six numbers, and d has more"),
    (2.20 * np.sqrt(1 / N_PAIRS + 1 / N_NEW), "takes t for 95 %. A card is for 80 %"),
    (np.sqrt(1 / N_PAIRS + 1 / N_NEW), "leaves out t"),
)
# Standard deviations of d that a change can have, and how many of its own standard deviations the
# difference to the mean of six new pairs may have.
SPREADS, FAR = (0.005, 0.15), 5


def cards():
    found = [  # 12 pairs each, in thousandths
        ({"channels": [6]}, "better", [61, 6, 114, 150, -9, 32, 32, 16, 77, 84, 6, 22]),
        ({"epochs": 16}, "better", [10, 22, 120, 73, 38, 32, 16, 29, 19, 29, 20, 6]),
        ({"shift": 1}, "no difference", [6, -32, 42, 32, -9, -6, -3, 6, -22, 13, -13, -54]),
    ]
    three = []
    for change, verdict, thousandths in found:
        d = np.array(thousandths) / 1000
        low, high = new_pairs_interval(d, 6, 1.36)
        three.append({"change": change, "d": d, "low": low, "high": high, "verdict": verdict})
    return three


def cases(rng: np.random.Generator) -> list[Case]:
    # Twice those of an entry: with three pairs, the same cards had all points or none by chance.
    seeds = Seeds("kept by the judge", training.draw_seeds(rng) + training.draw_seeds(rng))
    return [case("six pairs of trainings for each card", seeds=seeds)]


def run(cards: Any, case: Case) -> dict[str, Any]:
    return {"cards": cards()}


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """The three cards, or why they are refused. Nothing is trained here."""
    handed_in = outputs["cards"]
    if not isinstance(handed_in, list) or len(handed_in) != N_CARDS:
        found = described(handed_in)
        if isinstance(handed_in, list):
            found = f"a list of {len(handed_in)}"
        return {"problem": f"cards() returned {found}; expected a list of three dictionaries"}
    read: list[dict[str, Any]] = []
    for number, one in enumerate(handed_in, 1):
        try:
            card = read_card(one)
            in_its_place(number, card, read)
        except ConfigurationError as problem:
            return {"problem": f"card {number}: {problem}"}
        read.append(card)
    return {"problem": "", "cards": json.dumps(read)}


def read_card(card: Any) -> dict[str, Any]:
    """The settings, differences, interval and verdict of a card."""
    wanted = ", ".join(f'"{entry}"' for entry in ENTRIES)
    if not isinstance(card, dict) or set(card) != set(ENTRIES):
        found = described(card)
        if isinstance(card, dict):
            found = "a dictionary with " + (", ".join(map(repr, card)) or "nothing in it")
        raise ConfigurationError(f"it is {found}; expected a dictionary with {wanted}")
    change, verdict = card["change"], card["verdict"]
    if not isinstance(change, dict) or len(change) != 1:
        raise ConfigurationError(
            f'"change" is {described(change)}; expected one entry, such as {{"lr": 0.003}}'
        )
    (entry,) = change
    settings = capstone.read(BASE | change, "the change")
    if (used := capstone.budget_used(settings)) > CARD_SHARE:
        raise ConfigurationError(
            f"{change} costs {used:.3f} of the budget (`lesson.budget_used(BASE | change)`), and a "
            f"card may cost at most {CARD_SHARE}. Take a smaller network or fewer epochs"
        )
    if settings == capstone.read(BASE):
        raise ConfigurationError(
            f"{entry!r} is as in BASE, or BASE does not use it, so nothing would change"
        )
    if entry not in OPEN_SETTINGS:
        allowed = ", ".join(OPEN_SETTINGS)
        raise ConfigurationError(f"{entry!r} is for no card. Allowed are {allowed}")
    d = read_differences(card["d"])
    interval = read_interval([card["low"], card["high"]], -1, 1)
    if isinstance(interval, str):
        raise ConfigurationError(interval)
    if not isinstance(verdict, str) or verdict not in VERDICTS:
        raise ConfigurationError(
            f'"verdict" is {described(verdict)}; expected one of {", ".join(VERDICTS)}'
        )
    return {"entry": entry, "settings": settings, "d": d, "interval": interval, "verdict": verdict}


def read_differences(d: Any) -> list[float]:
    """The measured differences as Python's numbers."""
    given = d.tolist() if isinstance(d, np.ndarray) else d
    wanted = f"expected a list of the differences of {N_PAIRS} pairs, from -1 to 1"
    if not isinstance(given, list):
        raise ConfigurationError(f'"d" is {described(d)}; {wanted}')
    numbers = [finite_number(one) for one in given]
    if len(numbers) != N_PAIRS:
        raise ConfigurationError(f'"d" has {len(numbers)} numbers; {wanted}')
    usable = [number for number in numbers if number is not None and abs(number) <= 1]
    if len(usable) < N_PAIRS:
        raise ConfigurationError(f'"d" has {N_PAIRS - len(usable)} that cannot be; {wanted}')
    return usable


def in_its_place(number: int, card: dict[str, Any], before: list[dict[str, Any]]) -> None:
    """The first two cards are improvements, the first at no extra cost; no setting comes twice."""
    if card["entry"] in [other["entry"] for other in before]:
        raise ConfigurationError(
            f"an earlier card changes {card['entry']!r}, too; each card has a setting of its own"
        )
    if number <= IMPROVEMENTS and card["verdict"] != "better":
        raise ConfigurationError(
            f'its verdict is "{card["verdict"]}", and the first two cards are improvements'
        )
    costs, as_it_is = map(capstone.budget_used, (card["settings"], capstone.read(BASE)))
    if number == 1 and costs > as_it_is:
        raise ConfigurationError(
            f"it costs {costs:.4f} of the budget and BASE {as_it_is:.4f}; it may not cost more"
        )


def differences(case: Case, read: list[dict[str, Any]]) -> list[np.ndarray]:
    """For each card the paired differences in accuracy, (6,)."""
    seeds, base = case["seeds"].numbers, capstone.read(BASE)
    as_it_is = np.array([training.measure(base, seed).test for seed in seeds])
    return [
        np.array([training.measure(card["settings"], seed).test for seed in seeds]) - as_it_is
        for card in read
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


def wrong_intervals(case: Case, read: list[dict[str, Any]]) -> list[str]:
    """For each card, why its interval is none for six new pairs; empty where it is."""
    return [
        wrong_interval(card) or not_measured(np.array(card["d"]), new)
        for card, new in zip(read, differences(case, read), strict=True)
    ]


def wrong_interval(card: dict[str, Any]) -> str:
    """Why interval or verdict do not follow from the differences on their card."""
    d, (low, high) = np.array(card["d"]), card["interval"]
    if np.abs(np.subtract(new_pairs_interval(d, N_NEW, T), (low, high))).max() <= ROUNDED:
        if card["verdict"] in verdicts(d.mean()):
            return ""
        return f'its verdict is "{card["verdict"]}", and its d have the mean {d.mean():+.3f}.'
    if abs((low + high) / 2 - d.mean()) > ROUNDED:
        return "the middle of its interval is not the mean of its d."
    return f"its d do not give the {(high - low) / 2:.4f} to each side."


def common_thought(read: list[dict[str, Any]]) -> str:
    """The wrong thought that explains the width of all intervals, or nothing."""
    halves = np.array([np.ptp(card["interval"]) / 2 for card in read])
    s = np.array([np.std(card["d"], ddof=1) for card in read])
    named = (thought for factor, thought in THOUGHTS if np.allclose(halves, factor * s, 0, ROUNDED))
    return next(named, "")


def not_measured(d: np.ndarray, new: np.ndarray) -> str:
    """Why these cannot be differences of a card's change; empty where they can."""
    s = d.std(ddof=1)
    if not SPREADS[0] < s < SPREADS[1]:
        return f"its d have a standard deviation of {s:.3f}, which no change of BASE gives."
    if abs(d.mean() - new.mean()) > FAR * s * np.sqrt(1 / len(d) + 1 / len(new)):
        return "its d are far from those of six new pairs. Are they of this change?"
    return ""


def intervals_follow(case: Case, got: dict[str, Any], want: dict[str, Any]) -> Any:
    """A share of the points for each card whose interval follows from pairs of its change."""
    if got["problem"]:
        return f"Nothing was trained: {got['problem']}"
    read = json.loads(got["cards"])
    wrong = wrong_intervals(case, read)
    right = sum(not problem for problem in wrong)
    said = [f"Card {n}: {problem}" for n, problem in enumerate(wrong, 1) if problem]
    if thought := common_thought(read):
        said = [f"Each interval {thought}."]
    share = sum(s for s, problem in zip(SHARES, wrong, strict=True) if not problem)
    return earns(share, f"{right} of 3 intervals follow from 12 pairs.", " ".join(said))


def right_verdicts(case: Case, got: dict[str, Any], want: dict[str, Any]) -> Any:
    """A share of the points for each right verdict with a right interval."""
    if got["problem"]:
        return Open("Nothing was trained.")
    read = json.loads(got["cards"])
    wrong = wrong_intervals(case, read)
    said, share = [], 0.0
    for card, found, problem, part in zip(
        read, differences(case, read), wrong, SHARES, strict=True
    ):
        mean = float(found.mean())
        hit = card["verdict"] in verdicts(mean)
        share += part * (hit and not problem)
        low, high = card["interval"]
        where = "inside" if low <= mean <= high else "outside"
        counts = " (does not count without its interval)" if hit and problem else ""
        said.append(f"{named(card)}: {'✓' if hit else '✗'}{counts}, {where} the interval")
    # The differences are not shown: a page with them would answer the cards of a friend.
    return earns(share, f"{'; '.join(said)}.")


exercise = function(
    cards,
    returns="a list of three dictionaries",
    outputs="cards",
    points=4,
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        holds(
            "the intervals of three cards",
            intervals_follow,
            help="""`new_pairs_interval(d, m, t)` says where the mean of m new pairs lies. d are
            the 12 differences on the card. How many pairs does the grader train?""",
        ),
        # Many changes are known to help, to harm or to do nothing. Measured is how much.
        holds("the verdicts of three cards", right_verdicts),
    ],
    form=(),
    answers=("grader.exercises.ps25.cards",),
    hints="""
    The grader trains `BASE` and `BASE` with your change on six new splits and takes the
    differences in pairs. "better" is right from a mean difference of 0.01 on.

    Which changes are worth 12 pairs? One whose interval from six pairs lies above 0.01.
    """,
    mistakes=slips("""
return three[:2]
    Three cards are wanted. Which question about this network have you not asked yet?
return three + three[:1]
    Three cards are wanted, not more. Leave out the one that says least.
return three[:2] + three[:1]
    Two of your cards change the same setting. Which other setting of the table could matter?
return three[::-1]
    The order counts: the first card is an improvement that costs no more than `BASE`, the second
    any improvement.
return [three[1], three[0], three[2]]
    More computing helps most networks. What could `BASE` do better with the same number of
    multiplications?
return [card | {"change": {"flip": 0.5}} for card in three]
    Section 4 has measured flips, so a card about them predicts nothing. Which change has nobody
    measured for you?
return [card | {"change": {"epochs": 16, "shift": 1}} for card in three]
    One change for each card: with two of them, nobody knows which one it was.
return [card | {"change": card["change"] | {"momentum": 0.9}} for card in three]
    One change for each card: `momentum` is a second one, and Adam does not even use it.
return [card | {"verdict": "good"} for card in three]
    A verdict is one of three texts: "better", "worse", "no difference".
return [card | {"d": card["d"][:6]} for card in three]
    A card carries all 12 differences that were measured for it.
return [card | {"d": sum(card["d"]) / 12} for card in three]
    "d" is the list of the differences, not their mean: the interval comes from how they vary.
return [card | {"low": card["high"], "high": card["low"]} for card in three]
    "low" is the lower end of the interval, also for a change that does harm.
return [card | {"low": 100 * card["low"], "high": 100 * card["high"]} for card in three]
    Differences are shares here, such as 0.03, not per cent.
return [card | {"low": sum(ends) / 2 - 0.03, "high": sum(ends) / 2 + 0.03} for card in three
    for ends in [(card["low"], card["high"])]]
    Your intervals extend 0.03 to each side, whatever was measured. How far may the mean of six new
    differences be from the mean of your own?
return [card | {"low": -1, "high": 1} for card in three]
    These intervals are always right and say nothing. How much do the differences of your own pairs
    differ?
return [card | {"low": -card["high"], "high": -card["low"]} for card in three]
    The sign: a difference is the changed network minus `BASE`, so a gain is above 0.
low, high = new_pairs_interval(d, 12, 1.36)
    m is the number of new pairs. How many does the grader train for a card?
low, high = new_pairs_interval(d, 6, 1.48)
    A t of 1.48 is for six measured numbers. How many are in d?
low, high = new_pairs_interval(d, 10**9, 1.36)
    These intervals hold the true effect. The mean of six new pairs is off by chance, too.
# return three
    The function ends without `return`, so it returns None.
"""),
)
