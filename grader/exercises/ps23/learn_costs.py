"""``learn_costs(matches, right) -> costs``: the costs of edits, learned from scans.

The judge draws three scanners, and chooses codes for fresh scans of each with the costs that come
back. The lowest share counts: a search that only counts right codes is seldom lucky with all three.
Two scanners give scans of which one wrong code has two edits more, each in another place. So a loss
that compares the right code with one place only, or with a mean of the others, learns little.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from course_lessons.scanned_codes import CHOICES, KINDS, Scans, draw_costs, draw_scans, share_right
from grader.checking.contract import (
    Case,
    Exercise,
    OwnRun,
    case,
    holds,
    one_number_for_each,
    unchanged_inputs,
)
from grader.checking.contract.compare import as_numbers
from grader.checking.contract.properties import Answer
from grader.checking.contract.wire import Kept
from grader.exercises.fresh_images import share_earns
from grader.exercises.ps23.soft_minimum import soft_minimum

NONE, FULL = 0.83, 0.87  # share of the fresh scans that earns nothing, and everything
SCANNERS, FRESH = 3, 200
GIVEN = (200, 200, 100)  # so few that a search which only counts overfits


@dataclass(frozen=True, repr=False)
class Scanner(Kept):
    """The costs of a scanner, and a seed for fresh scans of it."""

    costs: tuple[float, ...] = ()
    seed: int = 0


def learn_costs(matches, right):
    gamma = 0.2
    costs = np.ones(matches[0][0].shape[1])
    for _ in range(20):
        for codes, place in zip(matches, right, strict=True):
            found = [soft_minimum(m @ costs, gamma) for m in codes]
            counts = np.array([w @ m for m, (_, w) in zip(codes, found, strict=True)])
            distances = np.array([value for value, _ in found])
            _, shares = soft_minimum(distances, gamma)
            costs = np.maximum(costs - 0.2 * (counts[place] - shares @ counts), 0.01)
    return costs


def cases(rng: np.random.Generator) -> list[Case]:
    drawn = []
    for number in range(1, SCANNERS + 1):
        costs = draw_costs(rng)
        _, _, matches, right = draw_scans(costs, GIVEN[number - 1], rng)
        if number < SCANNERS:  # one wrong code is far: behind the right one, or before it
            for codes in (matches[n] for n in np.flatnonzero(right == 1)):
                codes[1], codes[2] = codes[2], codes[1]
            right[right == 1] = 2  # so "behind" is the first of the others, and "before" the last
            for codes, place in zip(matches, right, strict=True):
                more = rng.multinomial(2, np.full(len(KINDS), 1 / len(KINDS)))
                codes[(place + number) % CHOICES] += more
        scanner = Scanner("kept by the judge", tuple(costs.tolist()), int(rng.integers(1 << 30)))
        about = f"{len(right)} scans of scanner {number}"
        drawn.append(case(about, matches=matches, right=right, scanner=scanner))
    return drawn


def run(learn_costs: Any, case: dict[str, Any]) -> dict[str, Any]:
    # A first call with longer codes, and the kinds the other way round: nothing may be kept.
    turned = [[4 * m[:, ::-1] for m in codes] for codes in case["matches"][:20]]
    learn_costs(turned, case["right"][:20].copy())
    return {"costs": learn_costs(case["matches"], case["right"])}


@lru_cache(maxsize=SCANNERS)  # drawing them takes longer than many a solution
def fresh_scans(scanner: Scanner) -> Scans:
    return draw_scans(np.array(scanner.costs), FRESH, np.random.default_rng(scanner.seed))


def observe(case: Case, out: dict[str, Any]) -> dict[str, Any]:
    """The shares that get the right code with these costs, fresh and given, and with costs of 1."""
    costs = as_numbers(out["costs"])
    if costs is None or costs.size != len(KINDS):
        what = "no numbers" if costs is None else f"an array of shape {costs.shape}"
        return out | {"problem": f"It returned {what}; expected one cost for each of the 24 kinds."}
    costs = costs.ravel()
    if not np.isfinite(costs).all() or not costs.any():
        return out | {"problem": "Some costs are nan or infinite, or all are 0."}
    scanner, matches, right = case["scanner"], case["matches"], case["right"]
    fresh = fresh_scans(scanner)
    of_right = [codes[k] for codes, k in zip(matches, right, strict=True)]
    fewest = [m[m.sum(axis=1).argmin()] for m in of_right]
    return out | {
        "problem": "",
        "share": share_right(costs, fresh.matches, fresh.right),
        "ones": share_right(np.ones(len(KINDS)), fresh.matches, fresh.right),
        "given": share_right(costs, matches, right),
        "spread": float(np.ptp(costs) / np.abs(costs).max()),
        "low": float(np.mean([(m @ costs).min() for m in of_right]) / np.abs(costs).max()),
        "follow counts": _order(costs, -np.sum(fewest, axis=0)),
    }


def _order(a: np.ndarray, b: np.ndarray) -> float:
    """The correlation of the ranks."""
    first, second = (np.argsort(np.argsort(one)) for one in (a, b))
    return float(np.corrcoef(first, second)[0, 1])


def read_correctly(case: Case, got: dict[str, Any], want: dict[str, Any]) -> Answer:
    if got["problem"]:
        return str(got["problem"])
    ones = f" With costs of 1 it is {got['ones']:.3f}. The scanner's own costs say what is right."
    return share_earns(got["share"], NONE, FULL, f"{FRESH} fresh scans get the right code", ones)


def recognised(case: Case, got: Mapping[str, Any]) -> Sequence[str]:
    """What is wrong, where the costs show it."""
    if got["problem"] or got["share"] >= FULL:
        return ()
    if got["spread"] < 0.02:
        return (
            "Your costs are all nearly equal. The share of scans that get the right code is a "
            "count: which gradient has it? What did section 2 put in the place of a count?",
        )
    if abs(got["low"]) < 0.1:
        return (
            "The distances of the right codes are about 0. With costs of 0 all are. What must the "
            "distance of the right code be small **beside**?",
        )
    if got["share"] < got["ones"] - 0.1 or got["given"] < 1 / 3:
        return (
            "With your costs fewer scans get the right code than with costs of 1. Does a step go "
            "down the gradient, and is `right` the place of the right code in it?",
        )
    if got["follow counts"] > 0.9:
        return (
            "Your costs follow how often an edit occurs in the right codes. In the wrong codes it "
            "occurs as well. What do both together say about a cost?",
        )
    if got["spread"] < 0.6:
        return (
            f"Your costs lie close together, and of the given scans {got['given']:.2f} get "
            "the right code. Is the loss still falling when you stop?",
        )
    return (
        f"Of the given scans, {got['given']:.2f} get the right code. Which matches have a weight "
        "with your γ? Is the loss still falling when you stop?",
    )


exercise = Exercise(
    points=4,
    reference=(learn_costs,),
    returns="costs",
    cases=cases,
    run=OwnRun(run),
    observe=observe,
    compares=False,
    recognise=recognised,
    judge=[
        holds(
            "fresh scans",
            read_correctly,
            help="""The loss compares: the distance of the right code beside those of all three.
            Which loss of notebook 02 does so with scores?""",
        ),
        one_number_for_each("kind of edit", "costs"),
        unchanged_inputs(),
    ],
    answers=("grader.exercises.ps23.learn_costs",),
    uses=("soft_minimum",),
    hints="""
    A loss that compares: the distance of the right code minus the soft minimum of the distances of
    all three. It is never negative. Another one: cross-entropy, with the negative distances as
    scores. Its gradient has the same form.

    The gradient of the first loss with respect to the distances is 1 for the right code, minus the
    weights of the soft minimum. By the chain rule, its gradient with respect to the costs is the
    row of `gradients` of the right code, minus the mean of all three rows by these weights.

    Begin with costs of 1. For each scan, subtract a rate times its gradient. Do so for about 20
    passes, and print after each of them the mean loss: does it still fall when you stop?
    """,
)
