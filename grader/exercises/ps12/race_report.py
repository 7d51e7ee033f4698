"""``race_report() -> report``: two methods compared within a budget, judged by a referee."""

import json
import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from course_lib import optimizers
from course_lib.datasets import load_digits
from course_lib.losses import softmax_cross_entropy
from course_lib.models import mlp
from course_lib.training import evaluate, fit
from grader.checking.contract import Case, case, function, holds, slips, step
from grader.checking.contract.compare import described
from grader.checking.contract.properties import Held, PartialCredit
from grader.checking.contract.plain_numbers import finite_number

BUDGET, FEWEST, WIDEST, SLACK = 21, 3, 0.08, 1.35
REFEREE = range(10_000, 10_030)  # the seeds that the referee trains with
METHODS: dict[str, Callable[..., Any]] = {
    "SGD": optimizers.SGD,
    "momentum": lambda p, lr: optimizers.SGD(p, lr=lr, momentum=0.9),
    "Adagrad": optimizers.Adagrad,
    "RMSProp": optimizers.RMSprop,
    "Adam": optimizers.Adam,
}
# The mean loss of the referee's seeds at the best of the rates 2^(k/2).
BEST = {"SGD": 0.209, "momentum": 0.142, "Adagrad": 0.186, "RMSProp": 0.183, "Adam": 0.125}
KEYS = ("methods", "rates", "search_seeds", "chosen", "report_seeds", "claim")


def race_report():
    methods = ["momentum", "Adam"]
    rates = [[0.02, 0.05, 0.12, 0.3], [0.004, 0.012, 0.03, 0.08]]
    search_seeds, report_seeds = [0], [1, 2, 3, 4, 5, 6]
    chosen = [0.05, 0.03]
    claim = [0.0, 0.07]
    report = {"methods": methods, "rates": rates, "search_seeds": search_seeds}
    report |= {"chosen": chosen, "report_seeds": report_seeds, "claim": claim}
    return report


@cache
def images() -> tuple[Any, ...]:
    """The training and the test images of the notebook, with their labels."""
    digits = load_digits()
    order = np.random.default_rng(0).permutation(len(digits.x))
    x, t = digits.x[order], digits.t[order]
    return x[:1077], t[:1077], x[1437:], t[1437:]


@cache
def referee(method: str, lr: float) -> np.ndarray:
    """The test loss of each of the referee's seeds."""
    x, t, x_test, t_test = images()
    losses = []
    for seed in REFEREE:
        rng = np.random.default_rng(seed)
        network = mlp([64, 32, 10], rng=rng)
        optimizer = METHODS[method](network.parameters(), lr=lr)
        loss = softmax_cross_entropy
        plan: dict[str, Any] = {
            "loss": loss,
            "epochs": 4,
            "batch_size": 32,
            "rng": rng,
            "progress": False,
        }
        try:
            fit(network, x, t, optimizer=optimizer, **plan)
        except FloatingPointError:
            return np.full(len(REFEREE), math.inf)
        losses.append(evaluate(network, x_test, t_test, loss=loss)[0])
    return np.array(losses)


def numbers(value: Any, least: int = 1, most: int = BUDGET) -> list[float] | None:
    """The finite numbers in a list; None if it is anything else."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if not isinstance(value, list) or not least <= len(value) <= most:
        return None
    found = [finite_number(entry) for entry in value]
    return None if None in found else [number for number in found if number is not None]


def whole(value: Any) -> list[int] | None:
    """The seeds in a list; None if it is anything else."""
    found = numbers(value)
    if found is None or any(n != math.floor(n) or not 0 <= n < 10_000 for n in found):
        return None
    return [int(n) for n in found]


def read(report: Any) -> dict[str, Any] | str:
    """The report as numbers, or what cannot be used."""
    if not isinstance(report, dict):
        return f"race_report() returned {described(report)}; expected a dictionary"
    if missing := [key for key in KEYS if key not in report]:
        return f"the report lacks {missing[0]!r}"
    methods = report["methods"]
    if not isinstance(methods, list) or len(methods) != 2:
        return "'methods' should be a list of two names"
    if unknown := [m for m in methods if not isinstance(m, str) or m not in METHODS]:
        return f"{described(unknown[0])} is none of the methods {', '.join(METHODS)}"
    if methods[0] == methods[1]:
        return "both methods are the same"
    rates = report["rates"]
    if isinstance(rates, np.ndarray):
        rates = rates.tolist()
    rates = [numbers(row) for row in rates] if isinstance(rates, list) else []
    chosen, claim = numbers(report["chosen"], 2, 2), numbers(report["claim"], 2, 2)
    if len(rates) != 2 or None in rates or chosen is None:
        return "'rates' should be two lists of numbers, 'chosen' a list of two numbers"
    if any(rate <= 0 for row in (*rates, chosen) for rate in row or ()):
        return "a rate is 0 or below"
    seeds = {key: whole(report[key]) for key in ("search_seeds", "report_seeds")}
    for key, found in seeds.items():
        if found is None:
            return f"'{key}' should be a list of whole numbers from 0 to 9999"
    if claim is None or claim[0] > claim[1]:
        return "'claim' should be two numbers, the lower one first"
    return {"methods": methods, "rates": rates, "chosen": chosen, "claim": claim, **seeds}


def trainings(plan: dict[str, Any]) -> int:
    """How many trainings the search and the report need together."""
    tried = sum(map(len, plan["rates"])) * len(plan["search_seeds"])
    return tried + 2 * len(plan["report_seeds"])


def faults(plan: dict[str, Any]) -> list[str]:
    """What in the plan breaks the rules of the race."""
    said = []
    search, report = plan["search_seeds"], plan["report_seeds"]
    used = trainings(plan)
    if used > BUDGET:
        said.append(f"your plan needs {used} trainings, and the budget is {BUDGET}")
    if len(set(report)) < FEWEST:
        said.append(f"you report {len(set(report))} different seeds; at least {FEWEST} are needed")
    if len(set(report)) < len(report) or len(set(search)) < len(search):
        said.append("a seed stands in a list twice, which repeats the same training")
    if again := sorted(set(search) & set(report)):
        said.append(f"seed {again[0]} of the search is reported; the report needs new seeds")
    for method, rates, lr in zip(plan["methods"], plan["rates"], plan["chosen"], strict=True):
        if not any(math.isclose(lr, rate, rel_tol=1e-6) for rate in rates):
            said.append(f"the chosen rate {lr:g} of {method} is none of those that you tried")
        elif not min(rates) * (1 + 1e-6) < lr < max(rates) * (1 - 1e-6):
            said.append(
                f"the chosen rate {lr:g} of {method} is at the edge of the rates that you tried, "
                "and a better one may lie beyond it"
            )
    return said


def cases(rng: np.random.Generator) -> list[Case]:
    return [case("your report")]


def run(race_report: Any, case: Case) -> dict[str, Any]:
    return {"report": race_report()}


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """The plan as a text, and what is wrong with it.

    Numbers would be compared with those of the reference, which is only one of many good plans.
    """
    plan = read(outputs["report"])
    if isinstance(plan, str):
        return {"problem": plan}
    return {"problem": "; ".join(faults(plan)), "plan": json.dumps(plan)}


def planned(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | Held:
    """The rules that the report alone shows."""
    if got["problem"]:
        return f"{got['problem'][0].upper()}{got['problem'][1:]}."
    return Held(f"The plan uses {trainings(json.loads(got['plan']))} of {BUDGET} trainings.")


def good_rates(plan: dict[str, Any]) -> list[str]:
    """The methods whose chosen rate is near its best."""
    pairs = zip(plan["methods"], plan["chosen"], strict=True)
    return [m for m, lr in pairs if referee(m, lr).mean() <= SLACK * BEST[m]]


def tuned(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | PartialCredit | Held:
    """Half for each method whose chosen rate is near its best."""
    if got["problem"]:
        return "The rates are judged once the plan keeps the rules."
    plan = json.loads(got["plan"])
    pairs = zip(plan["methods"], plan["chosen"], strict=True)
    words = "; ".join(
        f"{m} at {lr:g} has a mean test loss of {referee(m, lr).mean():.3f}, and at most "
        f"{SLACK * BEST[m]:.3f} is near its best"
        for m, lr in pairs
    )
    words = f"{words} ({len(REFEREE)} seeds of the referee)."
    good = good_rates(plan)
    if len(good) == 2:
        return Held(words)
    return PartialCredit(0.5, words) if good else words


def confirmed(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | Held:
    """Whether the referee's mean difference lies in the interval of the claim."""
    if got["problem"]:
        return "The claim is judged once the plan keeps the rules."
    plan = json.loads(got["plan"])
    if len(good_rates(plan)) < 2:
        return "The claim is judged once both chosen rates are near their best."
    low, high = plan["claim"]
    if high - low > WIDEST + 1e-9:
        return f"The interval is {high - low:.3g} wide, and at most {WIDEST} is allowed."
    (a, b), (rate_a, rate_b) = plan["methods"], plan["chosen"]
    difference = referee(a, rate_a) - referee(b, rate_b)
    error = difference.std(ddof=1) / math.sqrt(len(difference))
    if not low <= difference.mean() <= high:
        # Its value would be the next claim.
        return (
            f"{a} minus {b}: the referee's mean difference is not in {low:g} to {high:g} (its "
            f"standard error is {error:.3f})."
        )
    return Held(
        f"{a} minus {b}: the referee's mean difference is {difference.mean():.3f} (standard error "
        f"{error:.3f}), and you claim {low:g} to {high:g}."
    )


PLAN, RATES, CLAIM = "the rules of the race", "both rates near their best", "the claim is confirmed"


exercise = function(
    race_report,
    returns="a dictionary with six entries",
    outputs="report",
    points=3,
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        holds(PLAN, planned),
        holds(RATES, tuned),
        holds(CLAIM, confirmed, weight=4),
    ],
    form=(),
    without=("in place",),
    answers=("grader.exercises.ps12.race_report",),
    hints=(
        step(
            "Count before you train: (rates of the first method + rates of the second) · search "
            "seeds + 2 · report seeds is at most 21.",
            PLAN,
        ),
        step(
            "In the search a coarse grid is enough: rates that differ by a factor of two to three. "
            "If the lowest loss is at the first or the last rate, add rates on that side. With one "
            "search seed a worse rate can have the lowest loss; use two seeds, fewer rates.",
            PLAN,
            RATES,
        ),
        """Train both methods with the same report seeds and subtract seed by seed. The standard
        error is the standard deviation of these differences over the root of their number. How wide
        must the interval be so that the mean over other seeds will probably lie in it?""",
        """A smaller example: the differences 0.03, 0.01 and 0.05 have the mean 0.03 and the
        standard deviation 0.02, so the standard error is 0.02/√3 = 0.012, and 0.03 ± 2·0.012 is
        the interval from 0.006 to 0.054.""",
    ),
    mistakes=slips("""
search_seeds, report_seeds = [0], [0, 1, 2, 3, 4, 5]
    A seed of the search is reported. Its loss helped to choose the rate, so it is too good on
    average. Which seeds has the search not seen?
search_seeds, report_seeds = [0, 9], [1, 2, 3, 4, 5, 6]
    The plan exceeds the budget. How many trainings does each search seed cost, and how many does
    each report seed?
search_seeds, report_seeds = [0], [1, 2]
    Two differences say almost nothing about their spread. From where can you take trainings for a
    third report seed?
chosen = [0.05, 0.08]
    A chosen rate is at the edge of those that you tried. On which side do you have to add rates?
chosen = [0.06, 0.03]
    A chosen rate is none of those that were tried. Report the rate that the search has trained.
claim = [-0.3, 0.3]
    The interval is wider than allowed. How wide is the mean plus or minus two standard errors?
claim = [-0.07, 0.0]
    The referee's mean difference lies outside of your interval. Did you subtract the second method
    from the first, seed by seed?
chosen = [0.02, 0.012]
rates = [[0.01, 0.02, 0.12, 0.3], [0.002, 0.005, 0.012, 0.03]]
    The chosen rate of a method is far from its best. How does the loss of your search change from
    one rate to the next?
rates = [0.02, 0.05, 0.12, 0.3]
    `rates` holds one list of numbers. It should hold a list for each of the two methods.
methods = ["Adam", "Adam"]
    Both methods are the same. A race needs two.
return list(report.values())
    The report is a dictionary with six entries, each under its name.
# return report
    The function ends without `return`, so it returns None.
"""),
)
