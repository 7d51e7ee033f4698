"""A planned experiment is judged by its procedure: the rules, the coverage, the width."""

import contextlib
import copy
import itertools
import json
import math
import sys
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from course_lessons.experiment import BudgetSpent, interval
from grader.checking.contract import experiment
from grader.checking.contract.families import run_of
from grader.checking.contract.families.experiment import COVERAGE, RULES, WIDTH, InWorlds
from grader.checking.contract.families.intervals import FACTOR, LEAST, MANY, Hidden
from grader.checking.contract.families.trainings_table import as_table, read_table
from grader.checking.contract.families.worlds import (
    CLEARLY,
    HARDLY,
    NEAR,
    World,
    new_noise,
    shifted,
    told_apart,
)
from grader.checking.contract.wire import from_bytes, to_bytes
from grader.checking.judging.apply import apply
from grader.checking.judging.judge import Expected, Verdict, make_cases, outcomes_of, verdict
from tests.checking.made_up_experiment import (
    BUDGET,
    EXERCISE,
    LR,
    OPTIONS,
    trainings,
    which_is_better,
    world,
)
from tests.reports import html_of, text_of

FAMILY = sys.modules[InWorlds.__module__]  # the package has the function under this name
PAIRS = range(1, 6)
SEEDS = range(3)


@cache
def cases_of(seed):
    return make_cases(EXERCISE, seed)


@cache
def expected_of(seed):
    return Expected(EXERCISE, cases_of(seed))


def judged(procedure, exercise=EXERCISE, seed=0, hints=False) -> Verdict:
    cases = cases_of(seed) if exercise is EXERCISE else make_cases(exercise, seed)
    outcomes = outcomes_of(exercise, [procedure], cases)
    if exercise is EXERCISE:
        return told(outcomes, seed, hints)
    return verdict(exercise, cases, outcomes, hints=hints)


@cache
def ran(procedure, seed):
    """What a procedure gives that more than one test looks at."""
    return outcomes_of(EXERCISE, [procedure], cases_of(seed))


def told(outcomes, seed=0, hints=False) -> Verdict:
    return verdict(EXERCISE, cases_of(seed), outcomes, hints=hints, expected=expected_of(seed))


def said(result: Verdict, title: str) -> str:
    (finding,) = [f for f in result.findings if f.title == title]
    return finding.problem or finding.measured


def rates_of(trial, search=(0,), rates=LR):
    """The best rate of each network, by the mean over the seeds of the search."""
    return [max(rates, key=lambda lr: sum(trial(n, lr, s) for s in search)) for n in "ba"]


def differences(trial, lr_b, lr_a, seeds=PAIRS):
    return np.array([trial("b", lr_b, s) - trial("a", lr_a, s) for s in seeds])


def plan(ends=interval, seeds=PAIRS, **given):
    """A plan that searches, and makes its interval out of the differences of new seeds."""
    return lambda trial: ends(differences(trial, *rates_of(trial, **given), seeds))


def around(half):
    """Ends around the mean of the differences, ``half(s, n)`` to each side."""

    def ends(d):
        reach = half(d.std(ddof=1) if len(d) > 1 else math.nan, len(d))
        return d.mean() - reach, d.mean() + reach

    return ends


def halving(trial):
    chosen = []
    for name in "ba":
        first = {lr: trial(name, lr, 0) for lr in LR}
        two = sorted(first, key=first.get)[1:]
        chosen.append(max(two, key=lambda lr: first[lr] + trial(name, lr, 1)))
    return interval(differences(trial, *chosen, seeds=range(5)))


def coarse_then_fine(trial):
    """A repeated call is free: the middle rate first, then its neighbours, then pairs."""
    for name in "ba":
        trial(name, 0.1, 0)
    return interval(differences(trial, *rates_of(trial), seeds=range(5)))


GOOD = {
    "the reference": which_is_better,
    "other seeds": plan(seeds=range(100, 105), search=(7,)),
    "four pairs": plan(seeds=range(1, 5)),
    "the search reports, too": plan(seeds=range(6)),
    "halving": halving,
    "coarse, then fine": coarse_then_fine,
    "a bootstrap, widened to t": plan(
        lambda d: resampled(d, wider=2.7764 / 1.96 * math.sqrt(len(d) / (len(d) - 1)))
    ),
    "an own table of t": plan(around(lambda s, n: 2.8 * s / math.sqrt(n))),
    "a list": lambda trial: list(plan()(trial)),
    "an array": lambda trial: np.array(plan()(trial)),
    "a generator": lambda trial: (end for end in plan()(trial)),
}


@pytest.mark.parametrize("title", GOOD)
def test_a_good_plan_earns_everything_in_each_draw(title):
    for seed in SEEDS:
        result = judged(GOOD[title], seed=seed)
        assert (result.score, result.status) == (6, "complete"), said(result, COVERAGE)


def test_what_was_measured_is_told():
    result = judged(which_is_better)
    text = said(result, COVERAGE)
    assert f" % of {MANY} intervals contain the true difference, and " in text
    assert text.endswith("92 % and 88 % are needed.")
    assert said(result, WIDTH).endswith(
        "times as wide as those of a good plan; 1.3 times is allowed."
    )


def best_of_each_seed(trial):
    seeds = range(2)
    return interval(
        [max(trial("b", r, s) for r in LR) - max(trial("a", r, s) for r in LR) for s in seeds]
    )


def of_means(b, a):
    reach = 2.306 * math.sqrt(np.var(a, ddof=1) / 5 + np.var(b, ddof=1) / 5)
    middle = np.mean(b) - np.mean(a)
    return middle - reach, middle + reach


def apart(ends=of_means, of_b=PAIRS, of_a=range(11, 16)):
    """A plan in which each side reports with seeds of its own."""

    def procedure(trial):
        sides = zip("ba", rates_of(trial), (of_b, of_a), strict=True)
        return ends(*(np.array([trial(n, lr, s) for s in seeds]) for n, lr, seeds in sides))

    return procedure


unpaired = apart()


def resampled(d, wider=1.0):
    drawn = d[np.random.default_rng(0).integers(len(d), size=(300, len(d)))].mean(axis=1)
    return tuple(d.mean() + wider * (np.quantile(drawn, [0.025, 0.975]) - d.mean()))


def with_resampled_errors(d):
    """A bootstrap-t: t is read off the samples, each divided by its own standard error."""
    sample = d[np.random.default_rng(0).integers(len(d), size=(300, len(d)))]
    own = sample.std(axis=1, ddof=1)
    t = (sample.mean(axis=1) - d.mean())[own > 1e-9] / own[own > 1e-9]
    low, high = np.quantile(t, [0.025, 0.975])
    return d.mean() - high * d.std(ddof=1), d.mean() - low * d.std(ddof=1)


def turned(trial):
    low, high = which_is_better(trial)
    return -high, -low


root = math.sqrt
SLIPS = {  # a plan, and what its sentence says
    **{
        f"± {w}": (plan(around(lambda s, n, w=w: w)), "in all worlds") for w in (0.005, 0.015, 0.05)
    },
    **{
        f"one pair ± {w}": (
            plan(around(lambda s, n, w=w: w), seeds=(seed,)),
            "One difference does not show how much they vary",
        )
        for w, seed in ((0.015, 1), (0.04, 0))
    },
    "z": (plan(around(lambda s, n: 1.96 * s / root(n))), "reaches 1.96 standard errors, as if"),
    "z of four": (
        plan(around(lambda s, n: 1.96 * s / root(n)), seeds=range(1, 5)),
        "reaches 1.96 standard errors, as if the standard deviation of 4",
    ),
    "2": (plan(around(lambda s, n: 2 * s / root(n))), "reaches 2 standard errors, as if"),
    "z, ddof=0": (
        plan(around(lambda s, n: 1.96 * s * root(n - 1) / n)),
        "1.96 standard errors, with a standard deviation (`ddof=0`)",
    ),
    "t, ddof=0": (
        plan(around(lambda s, n: 2.7764 * s * root(n - 1) / n)),
        "t standard errors, but with `ddof=0`",
    ),
    "one SE": (plan(around(lambda s, n: s / root(n))), "reaches one standard error"),
    "s": (plan(around(lambda s, n: s)), "reaches one standard deviation"),
    "t s": (plan(around(lambda s, n: 2.7764 * s)), "reaches t standard deviations"),
    "2 s": (plan(around(lambda s, n: 2 * s)), "reaches 2 standard deviations"),
    "t s / n": (plan(around(lambda s, n: 2.7764 * s / n)), "reaches t · s/n"),
    "99 %": (plan(around(lambda s, n: 4.604 * s / root(n))), "reaches 4.6 standard errors"),
    "smallest and largest": (
        plan(lambda d: (d.min(), d.max())),
        "from the smallest to the largest of 5 differences",
    ),
    "resampled": (plan(resampled), "Resampling so few differences"),
    "a bootstrap-t": (
        plan(with_resampled_errors),
        "In a tenth of the worlds your interval reaches less than",
    ),
    "unpaired": (unpaired, "You subtract means of different seeds"),
    "unpaired, one side with the seed that chose": (
        apart(of_b=range(5)),
        "You subtract means of different seeds",
    ),
    "the same seeds, not paired": (apart(of_a=PAIRS), "not that of the differences seed by seed"),
    "the same seeds in another order": (
        apart(lambda b, a: interval(b - a[::-1]), of_a=PAIRS),
        "not that of the differences seed by seed",
    ),
    "the best of each seed": (best_of_each_seed, "the best setting of each seed by itself"),
    "the search alone reports": (
        plan(seeds=range(2), search=range(2)),
        "The seeds that report have also chosen",
    ),
    "the sign": (turned, "The sign is wrong: what is asked for is b minus a."),
    "no search": (
        lambda trial: interval(differences(trial, 0.1, 0.1, range(8))),
        "In each world you report lr 0.1 for b and lr 0.1 for a, but in",
    ),
    "one rate for both": (
        lambda t: interval(differences(t, *[max(LR, key=lambda lr: t("a", lr, 0))] * 2)),
        "Both sides always get the same setting",
    ),
    "a search that is too small": (
        plan(rates=(0.1, 1.0)),
        "Of each side you try so many settings: 2 of b and 2 of a. But in",
    ),
    "three pairs": (plan(seeds=range(1, 4)), "Only 3 differences report"),
}


@pytest.mark.parametrize("title", SLIPS)
def test_each_mistake_loses_points_and_is_told_by_its_own_sentence(title):
    procedure, words = SLIPS[title]
    result = told(ran(procedure, 0), hints=True)
    assert result.score <= 6 * (1 - FACTOR)
    assert words in result.hints[0]
    assert result.ladder == ()  # no general help beside it


@pytest.mark.parametrize(
    "title",
    [title for title in SLIPS if "±" in title or ("search" in title and "alone" not in title)],
)
def test_no_constant_width_and_no_plan_without_a_search_earns_anything(title):
    results = [told(ran(SLIPS[title][0], seed), seed) for seed in SEEDS]
    assert [result.score for result in results] == [0] * len(SEEDS)


def test_one_seed_of_many_that_has_also_chosen_is_no_fault():
    narrow = plan(around(lambda s, n: 1.96 * s / root(n)), seeds=range(6))
    (said,) = judged(narrow, hints=True).hints
    assert "reaches 1.96 standard errors" in said


def test_points_lie_on_a_slope():
    """A tenth for another factor than t, and else no step, however wide the interval is."""
    (outcome,) = ran(which_is_better, 0)
    ends = np.array(outcome.outputs["returned"])
    middle, half = ends.mean(axis=1, keepdims=True), ends - ends.mean(axis=1, keepdims=True)
    scores = {}
    for width in np.arange(0.5, 2.6, 0.05):
        returned = (middle + width * half).tolist()
        wider = replace(outcome, outputs=outcome.outputs | {"returned": returned})
        scores[width] = told([wider]).score
    steps = np.abs(np.diff([*scores.values()]))
    assert scores[min(scores)] == scores[max(scores)] == 0 and max(scores.values()) == 6
    assert steps.max() < 1.7 and np.count_nonzero(steps) > 15


def test_the_product_of_coverage_and_width_is_earned():
    for procedure in (SLIPS["z"][0], SLIPS["resampled"][0], plan(seeds=range(1, 4)), unpaired):
        right, narrow = (f for f in judged(procedure).findings if f.title in (COVERAGE, WIDTH))
        charged = 1 - 2 * FACTOR if "tenth" in right.problem else 1
        assert right.earned == pytest.approx(charged * narrow.earned, abs=1e-3)


def over_budget(trial):
    for seed in range(BUDGET + 1):
        trial("a", 0.1, seed)
    return which_is_better(trial)


def hides_the_overrun(trial):
    found = []
    with contextlib.suppress(Exception):
        for seed in range(1000):
            found.append(trial("b", 0.1, seed) - trial("a", 0.1, seed))
    return np.mean(found) - 1, np.mean(found) + 1


def on_copies(trial):
    found = [copy.copy(trial)(name, 0.1, seed) for seed in range(50) for name in "ba"]
    return interval(np.subtract(found[::2], found[1::2]))


def with_another_budget(trial):
    trial.budget, trial.refused = 10**6, -330
    return interval(differences(trial, *rates_of(trial, range(10)), range(50)))


def once(result):
    """A procedure that asks for a training and returns ``result``."""

    def procedure(trial):
        trial("a", 0.1, 0)
        return result

    return procedure


FAULTS = {
    "constants": (
        lambda trial: (-0.15, 0.15),
        "no training was asked for in world 1; the function has to call the `",
    ),
    "overrun": (over_budget, "BudgetSpent: this would be training 17 of a budget of 16; plan with"),
    "hidden overrun": (
        hides_the_overrun,
        "17 different trainings were asked for in world 1, and the budget is 16; do not catch",
    ),
    "copies": (on_copies, " different trainings were asked for in world 1, and the budget is 16"),
    "another budget": (with_another_budget, " different trainings were asked for in world 1, and"),
    "swapped": (lambda t: which_is_better(t)[::-1], "; the lower end comes first, in world 1."),
    "unknown": (lambda t: (t("a", 0.2, 0), 1.0), "ValueError: trial: lr is 0.2; it may be 0.01, 0"),
    "nan": (once((math.nan, 0.1)), "low is nan; expected a finite number, in world 1."),
    "infinite": (once((-math.inf, math.inf)), "low is -inf; expected a finite number, in world 1."),
    "text": (once(("0", 0.1)), "low is '0'; expected a finite number, in world 1."),
    "truth": (once((False, True)), "low is False; expected a finite number, in world 1."),
    "arrays": (once((np.zeros(3), 0.1)), "low is [0., 0., 0.]; expected a finite number"),
    "one number": (once(0.1), "it returned 0.1; expected (low, high), in world 1."),
    "three": (once((1, 2, 3)), "it returned [1, 2, 3]; expected (low, high), in world 1."),
    "None": (once(None), "it returned None; expected (low, high), in world 1."),
    "dictionary": (once({"low": 0, "high": 1}), "it returned a dictionary with the keys 'low', 'h"),
    "a set": (
        once({0.0, 1.0}),
        "it returned a set, which has no order; expected (low, high), in world 1.",
    ),
    "endless": (lambda t: (t("a", 0.1, 0) for _ in itertools.count()), "expected (low, high), in"),
    "error": (lambda trial: 1 / trial("a", 0.1, -1), "ValueError: trial: seed is -1; it should"),
}


@pytest.mark.parametrize("title", FAULTS)
def test_what_breaks_a_rule_earns_nothing_and_is_told(title):
    procedure, words = FAULTS[title]
    result = judged(procedure)
    assert result.score == 0 and result.status == "wrong"
    assert words in said(result, RULES)
    assert words.partition(";")[0].replace("`", "") in text_of(result).replace("`", "")
    assert set(result.ladder) <= {"Count the trainings."}  # nothing else has been judged


def test_a_fault_in_a_later_world_names_it():
    worlds = iter(range(MANY))

    def sometimes(trial):
        low, high = which_is_better(trial)
        return (low, high) if next(worlds) != 6 else (low, None)

    assert said(judged(sometimes), RULES) == "high is None; expected a finite number, in world 7."


def test_a_spoilt_trial_spoils_no_later_world():
    def spoils(trial):
        found = which_is_better(trial)
        trial.options["network"] = ()
        trial._results.clear()
        return found

    assert judged(spoils).score == 6


def test_an_empty_function_is_not_written_yet():
    def empty(trial):
        raise NotImplementedError

    assert judged(empty).status == "not written"


def test_a_slow_plan_is_tried_in_fewer_worlds_and_loses_nothing(monkeypatch):
    monkeypatch.setattr(FAMILY, "SECONDS", 0)
    result = judged(which_is_better)
    assert result.score == 6
    limit = f"The time limit allowed no more than {LEAST} of {MANY} worlds."
    assert said(result, COVERAGE).endswith(limit)
    assert judged(SLIPS["± 0.015"][0]).score == 0


def test_a_plan_that_is_slower_is_told_of_the_limit(monkeypatch):
    monkeypatch.setattr(FAMILY, "CLOCK", 0)
    result = judged(which_is_better)
    assert result.score == 0
    assert said(result, RULES).startswith("the time limit was reached: there was time for 1 worlds")


@pytest.mark.parametrize("lower", [False, True])
def test_settings_near_the_best_one_are_hardly_worse_in_half_of_the_worlds(lower):
    rng = np.random.default_rng(0)
    noise = rng.standard_normal((7, 60))
    falling = 0.5 * abs(np.arange(7.0) - 3)
    best, sign = 3, 1 if lower else -1
    table = sign * falling[:, None] + noise - noise.mean(axis=1, keepdims=True)
    one, away = table[best].std(ddof=1), abs(np.arange(7) - best)
    hardly = []
    for _ in range(200):
        worse = sign * (told_apart(rng, table, lower=lower).mean(axis=1) - table[best].mean())
        assert worse[best] == pytest.approx(0) and (worse[away > NEAR] > CLEARLY * one).all()
        near = worse[(away > 0) & (away <= NEAR)]
        hardly.append((near <= HARDLY * one + 1e-9).all())
        assert hardly[-1] or (near > CLEARLY * one).all()
    assert 70 < sum(hardly) < 130  # 100 ± 4 standard deviations
    assert CLEARLY > 3 > 10 * HARDLY


def test_no_training_and_no_truth_of_a_world_is_in_the_table_or_in_the_case():
    (case,) = cases_of(0)
    table, worlds = trainings(), case["hidden"].worlds
    errors = []
    for values, of in zip(case["values"], worlds, strict=True):
        best = of.means.argmax(axis=1)
        d = values[1, best[1]] - values[0, best[0]]
        errors.append((d.mean() - of.truth) * math.sqrt(len(d)) / d.std())
    # All seeds that the student's process holds leave the error of a mean of so many.
    assert 0.8 < np.std(errors) < 1.3
    assert np.isclose(table.ravel()[:, None], case["values"][0].ravel(), atol=1e-7).mean() < 1e-3
    truths = np.array([one.truth for one in worlds])
    sent = from_bytes(to_bytes(case))
    assert not isinstance(sent["hidden"], Hidden) and sent["hidden"].what == "kept by the judge"
    numbers = np.concatenate([np.ravel(v) for v in sent.values() if isinstance(v, np.ndarray)])
    assert not np.isin(np.round(truths, 6), np.round(numbers, 6)).mean() > 0.5


def test_worlds_are_quiet_and_loud_and_pairs_stay_together():
    (case,) = cases_of(0)
    thirds = np.array(case["hidden"].thirds)
    d = np.array(
        [
            v[1, w.means[1].argmax()] - v[0, w.means[0].argmax()]
            for v, w in zip(case["values"], case["hidden"].worlds, strict=True)
        ]
    )
    quiet, middle, loud = (d[thirds == k].std(axis=1).mean() for k in range(3))
    assert 3 < loud / quiet < 6 and quiet < middle < loud
    alone = case["values"][thirds == 1, 1, 1].std(axis=-1).mean()
    assert middle < 0.7 * alone  # what a seed does to both is not in their difference


def test_pairs_of_seeds_stay_together_in_whatever_order_they_are_asked_for():
    def paired(trial):
        seeds = range(8)
        backwards = [trial("b", 0.1, s) for s in reversed(seeds)][::-1]
        both.append(np.corrcoef(backwards, [trial("a", 0.1, s) for s in seeds])[0, 1])
        return 0.0, 1.0

    both: list[float] = []
    judged(paired)
    assert np.mean(both) > 0.7


def test_the_same_seed_gives_the_same_worlds():
    (first,), (again,), (other,) = cases_of(1), make_cases(EXERCISE, 1), cases_of(2)
    np.testing.assert_array_equal(first["values"], again["values"])
    assert not np.array_equal(first["values"], other["values"])
    truths = [[one.truth for one in case["hidden"].worlds] for case in (first, again)]
    assert truths[0] == truths[1]


def test_the_run_and_the_case_travel_and_what_is_true_stays():
    (case,) = cases_of(0)
    sent = to_bytes(case)
    there = from_bytes(sent)
    assert len(sent) < 1_000_000
    assert there["values"].shape == (MANY, 2, 3, BUDGET)  # no more seeds than can be asked for
    assert "kept by the judge" in repr(case["hidden"]) and "0x" not in repr(case["hidden"])
    elsewhere = run_of(json.loads(json.dumps(EXERCISE.run.to_settings())))
    for procedure in (which_is_better, hides_the_overrun, over_budget, once((1, 2, 3))):
        outcome = apply(elsewhere, [procedure], there)
        back = replace(outcome, outputs=from_bytes(to_bytes(outcome.outputs)))
        found, here = verdict(EXERCISE, [case], [back], hints=False), judged(procedure)
        assert (found.score, text_of(found)) == (here.score, text_of(here))


def test_a_report_shows_no_values():
    assert "The smallest input" not in html_of(judged(once((-0.15, 0.15))))


def of_the_network(trial, network, lr):
    return interval([trial(network, lr, seed) - trial("a", lr, seed) for seed in range(8)])


def told_the_rate(rng, table):
    """A world that tells which network is compared and which rate is the best of both."""
    by = int(rng.integers(-1, 2))
    table = np.array([told_apart(rng, shifted(side, by)) for side in table])
    table[1] += rng.uniform(-0.15, 0.15)
    a, b = table.mean(axis=-1).max(axis=1)
    return table, b - a, "b", LR[1 - by]


def misplaced(told, settings):
    return "This world tells another rate." if LR[settings[0][1]] != told[1] else ""


TOLD: Any = experiment(
    of_the_network,
    options=OPTIONS,
    compares=("network", None, "a"),
    misplaced=misplaced,
    budget=BUDGET,
    table=trainings(),
    world=new_noise(told_the_rate, alike=(1,)),
    points=1,
)


def test_a_world_tells_the_procedure_what_it_needs():
    assert judged(of_the_network, TOLD).score == 1
    unread = judged(
        lambda trial, network, lr: of_the_network(trial, network, 0.1), TOLD, hints=True
    )
    assert unread.score == 0 and unread.hints == ("This world tells another rate.",)
    (turned,) = judged(
        lambda *given: tuple(-end for end in of_the_network(*given)[::-1]), TOLD, hints=True
    ).hints
    assert turned == "The sign is wrong: what is asked for is the given network minus a."


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"budget": 0}, "give a training, and a multiple of 3"),
        ({"worlds": 100}, "give a training, and a multiple of 3"),
        ({"table": np.zeros((2, 3, 4))}, r"shape \(2, 3, 4\), expected \(2, 3, 60\)"),
        ({"table": "none.npy"}, "run python -m grader.exercises.trainings which_is_better"),
        ({"world": lambda *_: World(np.zeros((3, 60)), 0.0)}, r"values of shape \(3, 60\)"),
        ({"compares": ("rate", 0.1, 1.0)}, "should begin with an option"),
        ({"compares": ("lr", None, 1.0)}, "is what a world tells first"),
    ],
)
def test_an_experiment_that_cannot_be_judged_is_refused(change, says):
    given: dict[str, Any] = {
        "options": OPTIONS,
        "budget": BUDGET,
        "table": trainings(),
        "world": world,
        "points": 1,
    }
    with pytest.raises((ValueError, FileNotFoundError), match=says):
        make_cases(experiment(which_is_better, **given | change), 0)


def test_a_table_keeps_four_decimals(tmp_path):
    numbers = trainings()
    np.save(tmp_path / "t.npy", as_table(numbers))
    found = read_table(tmp_path / "t.npy", "f", numbers.shape)
    np.testing.assert_allclose(found, numbers, atol=0.5001e-4)
    assert (tmp_path / "t.npy").stat().st_size < 2 * numbers.size + 200
    with pytest.raises(ValueError, match=r"has shape \(2, 3, 60\) and dtype uint16, expected \(2,"):
        read_table(tmp_path / "t.npy", "f", (2, 3))
    for wrong in (-0.1, 7.0, math.nan):
        with pytest.raises(ValueError, match=r"not from 0 to 6\.5535"):
            as_table(np.array([0.5, wrong]))


def test_budget_spent_is_not_hidden_by_its_kind():
    assert not issubclass(BudgetSpent, (ValueError, TypeError, LookupError))
