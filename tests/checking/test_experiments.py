"""A planned experiment is judged by its procedure: the rules, the coverage, the width."""

import contextlib
import json
import math
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from course_lib.course.experiment import BudgetSpent
from grader.checking.contract import experiment
from grader.checking.contract.families import run_of
from grader.checking.contract.families.intervals import Truths
from grader.checking.contract.families.trainings_table import as_table, read_table
from grader.checking.contract.registry import find
from grader.checking.contract.wire import from_bytes, to_bytes
from grader.checking.judging.apply import apply
from grader.checking.judging.judge import Verdict, make_cases, outcomes_of, verdict
from tests.checking.made_up_experiment import EXERCISE, LR, trainings, which_is_better, world
from tests.reports import html_of, text_of

RULES, COVERAGE, WIDTH = "the rules", "how often the interval is right", "the width"


def judged(procedure, exercise=EXERCISE, seed=0, hints=False) -> Verdict:
    cases = make_cases(exercise, seed)
    outcomes = outcomes_of(exercise, [procedure], cases)
    return verdict(exercise, cases, outcomes, hints=hints)


def said(result: Verdict, title: str) -> str:
    (finding,) = [f for f in result.findings if f.title == title]
    return finding.problem or finding.measured


def interval(trial, *, width=1.0, **_: Any):
    """The reference with an interval that is wider or narrower."""
    low, high = which_is_better(trial)
    middle, half = (low + high) / 2, (high - low) / 2
    return middle - width * half, middle + width * half


@pytest.mark.parametrize("seed", range(5))
def test_the_reference_earns_everything_and_is_told_what_was_measured(seed):
    result = judged(which_is_better, seed=seed)
    assert (result.score, result.status) == (6, "complete")
    assert said(result, RULES) == (
        "In each world you asked for 22 of 24 trainings, with so many different values: 2 of "
        "network, 3 of lr, 9 of seed."
    )
    assert "% of 400 intervals contain the true difference; 80 % are needed." in said(
        result, COVERAGE
    )
    assert said(result, WIDTH).endswith("which is right: at most 0.06 is allowed.")


def test_too_narrow_intervals_are_told_by_what_new_seeds_change():
    result = judged(lambda trial: interval(trial, width=0.1))
    assert result.score == 0
    text = said(result, COVERAGE)
    assert "% of 400 intervals contain the true difference; 80 % are needed." in text
    assert "With new seeds in the same world a middle moves by 0.00" in text
    assert "and the intervals reach 0.00" in text and "stays with other seeds" not in text
    assert said(result, WIDTH).endswith("It counts once 60 % of them are right.")


def test_what_more_seeds_do_not_cure_is_told():
    def one_rate(trial):
        d = np.array([trial("b", 0.1, s) - trial("a", 0.1, s) for s in range(12)])
        half = 3 * d.std(ddof=1) / np.sqrt(len(d))
        return d.mean() - half, d.mean() + half

    result = judged(one_rate)
    assert result.score == 0
    assert said(result, COVERAGE).endswith(
        "most of the error stays with other seeds. How does your plan choose settings?"
    )
    assert "2 of network, 1 of lr, 12 of seed" in said(result, RULES)


def test_worlds_in_which_something_else_was_returned_are_counted():
    exercise = find("loss_experiment")  # the worse of two losses has no gain to be compared with

    def always(loss):
        def plan(trial):
            errors = [[trial(one, 0.01, s) for s in range(12)] for one in ("squared", loss)]
            gain = np.subtract(*errors)
            return loss, gain.mean() - 0.1, gain.mean() + 0.1

        return plan

    text = said(judged(always("poisson"), exercise), COVERAGE)
    assert re.search(
        r"In \d+ of \d+ worlds the loss that you returned does not count; the task", text
    )
    assert "nan" not in text
    text = said(judged(always("squared"), exercise), COVERAGE)
    assert text.endswith("In none of these worlds does the loss that you returned count.")


def test_a_coverage_between_the_two_limits_earns_a_share():
    scores = []
    for width in np.arange(0.1, 0.6, 0.02):
        found = judged(lambda trial, w=width: interval(trial, width=w))
        right = round(4 * float(said(found, COVERAGE).split(" %")[0])) / 400  # of 400 worlds
        share = min(0.5 + 0.5 * (right - 0.6) / 0.2, 1) if right >= 0.6 else 0
        assert found.score == pytest.approx(6 * share)
        if 0.6 < right < 0.8:
            scores.append(found.score)
            assert found.status == "partial"
            assert said(found, WIDTH).endswith("It counts fully once 80 % of them are right.")
    assert len(scores) > 3 and all(3 < one < 6 for one in scores)


def test_a_difference_with_the_opposite_sign_is_told():
    def turned(trial):
        low, high = which_is_better(trial)
        return -high, -low

    result = judged(turned)
    assert result.score == 0
    assert said(result, COVERAGE).endswith(
        "With the opposite sign they would be right: what is subtracted from what?"
    )


def test_intervals_that_are_a_little_too_wide_lose_the_width_alone():
    result = judged(lambda trial: interval(trial, width=2.4))
    (wrong,) = [f for f in result.findings if f.problem]
    assert wrong.title == WIDTH and result.score == pytest.approx(6 * 7 / 8)
    assert "wide, and at most 0.06 is allowed." in wrong.problem


def test_wide_intervals_earn_nothing_however_right():
    result = judged(lambda trial: interval(trial, width=30))
    assert result.score == 0
    assert said(result, COVERAGE) == (
        "100 % of 400 intervals contain the true difference. It counts once they are at most 0.09 "
        "wide."
    )
    assert said(result, WIDTH).endswith("wide, and at most 0.06 is allowed.")


def constant(trial):
    return -0.15, 0.15


def over_budget(trial):
    for seed in range(25):
        trial("a", 0.1, seed)
    return which_is_better(trial)


def hides_the_overrun(trial):
    found = []
    try:
        for seed in range(1000):
            found.append(trial("b", 0.1, seed) - trial("a", 0.1, seed))
    except Exception:
        pass
    return np.mean(found) - 1, np.mean(found) + 1


def raises_the_budget(trial):
    trial.budget = 1000
    for seed in range(24):
        trial("a", 0.1, seed)
    return which_is_better(trial)


def swapped(trial):
    return which_is_better(trial)[::-1]


def unknown_rate(trial):
    return trial("a", 0.2, 0), 1.0


def once(result):
    """A procedure that asks for a training and returns ``result``."""

    def procedure(trial):
        trial("a", 0.1, 0)
        return result

    return procedure


FAULTS = {
    "constants": (constant, "no training was asked for in world 1; the function has to call the `"),
    "overrun": (over_budget, "BudgetSpent: this would be training 25 of a budget of 24; plan with"),
    "hidden overrun": (
        hides_the_overrun,
        "25 different trainings were asked for in world 1, and the budget is 24; do not catch",
    ),
    "swapped": (swapped, "; the lower end comes first, in world 1."),
    "unknown": (unknown_rate, "ValueError: trial: lr is 0.2; it may be 0.01, 0.1, 1.0"),
    "nan": (once((math.nan, 0.1)), "low is nan; expected a finite number, in world 1."),
    "infinite": (once((-math.inf, math.inf)), "low is -inf; expected a finite number, in world 1."),
    "text": (once(("0", 0.1)), "low is '0'; expected a finite number, in world 1."),
    "truth": (once((False, True)), "low is False; expected a finite number, in world 1."),
    "arrays": (once((np.zeros(3), 0.1)), "low is [0., 0., 0.]; expected a finite number"),
    "one number": (once(0.1), "it returned 0.1; expected (low, high), in world 1."),
    "three": (once((1, 2, 3)), "it returned [1, 2, 3]; expected (low, high), in world 1."),
    "None": (once(None), "it returned None; expected (low, high), in world 1."),
    "dictionary": (once({"low": 0, "high": 1}), "it returned a dictionary with the keys 'low', 'h"),
    "error": (lambda trial: 1 / trial("a", 0.1, -1), "ValueError: trial: seed is -1; it should"),
}


@pytest.mark.parametrize("title", FAULTS)
def test_what_breaks_a_rule_earns_nothing_and_is_told(title):
    procedure, words = FAULTS[title]
    result = judged(procedure)
    assert result.score == 0 and result.status == "wrong"
    assert words in said(result, RULES)
    assert words.partition(";")[0].replace("`", "") in text_of(result).replace("`", "")


def test_a_budget_that_the_function_raises_is_still_counted():
    result = judged(raises_the_budget)
    assert result.score == 0
    assert " different trainings were asked for in world 1, and the budget is 24" in said(
        result, RULES
    )


def test_a_fault_in_a_later_world_names_it():
    worlds = iter(range(1000))

    def sometimes(trial):
        low, high = which_is_better(trial)
        return (low, high) if next(worlds) != 6 else (low, None)

    assert said(judged(sometimes), RULES) == "high is None; expected a finite number, in world 7."


def test_an_interval_that_does_not_depend_on_the_trainings_earns_nothing():
    constants = [(0.0, 0.0), (-0.01, 0.01), (-0.045, 0.045), (-0.15, 0.15), (-1e300, 1e300)]
    assert [judged(once(constant)).score for constant in constants] == [0] * len(constants)


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


def test_pairs_of_seeds_stay_together_in_whatever_order_they_are_asked_for():
    def paired(trial):
        backwards = [trial("b", 0.1, s) for s in reversed(range(10))][::-1]
        d = np.subtract(backwards, [trial("a", 0.1, s) for s in range(10)])
        spreads.append(d.std())
        return 0.0, 1.0

    spreads: list[float] = []
    judged(paired)
    assert np.mean(spreads) < 0.02  # of unpaired ones it is 0.04


def test_listed_mistakes_get_their_hints():
    for mistake in EXERCISE.mistakes:
        (wrong,) = EXERCISE.with_mistakes(mistake)
        assert judged(wrong, hints=True).hints == (mistake.hint,)


def test_the_same_seed_gives_the_same_worlds():
    (first,), (again,), (other,) = (make_cases(EXERCISE, seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first["values"], again["values"])
    assert not np.array_equal(first["values"], other["values"])
    assert [f() for f in first["truths"].of] == [f() for f in again["truths"].of]


def test_the_run_and_the_case_travel_and_what_is_true_stays():
    (case,) = make_cases(EXERCISE, 0)
    sent = to_bytes(case)
    there = from_bytes(sent)
    assert len(sent) < 1_000_000
    assert there["values"].shape == (440, 2, 3, 24)  # no more seeds than can be asked for
    assert not isinstance(there["truths"], Truths) and there["truths"].what == "kept by the judge"
    assert "kept by the judge" in repr(case["truths"]) and "0x" not in repr(case["truths"])
    elsewhere = run_of(json.loads(json.dumps(EXERCISE.run.to_settings())))
    for procedure in (which_is_better, hides_the_overrun, over_budget, once((1, 2, 3))):
        outcome = apply(elsewhere, [procedure], there)
        back = replace(outcome, outputs=from_bytes(to_bytes(outcome.outputs)))
        found, here = verdict(EXERCISE, [case], [back], hints=False), judged(procedure)
        assert (found.score, text_of(found)) == (here.score, text_of(here))


def test_a_report_shows_no_values():
    result = judged(constant)
    assert "The smallest input" not in html_of(result)


def small_members(trial, pairs=6):
    gain = [trial("b", 2, seed) - trial("a", 2, seed) for seed in range(pairs)]
    return min(gain), max(gain)


def test_a_call_may_cost_as_many_trainings_as_an_option_says():
    exercise = experiment(
        small_members,
        returns="(low, high)",
        options={"network": ("a", "b"), "members": (2, 4, 8)},
        budget=25,
        cost="members",
        table=trainings(),
        world=lambda rng, table: (table, lambda: 0.0),
        coverage=0.2,
        half=0.1,
        widest=9.0,
        points=1,
    )
    (case,) = make_cases(exercise, 0)
    assert case["values"].shape == (440, 2, 3, 12)  # no more seeds than the cheapest calls reach
    assert said(judged(small_members, exercise), RULES).startswith("In each world you asked for 24")

    def too_many(trial):
        ends = small_members(trial)
        with contextlib.suppress(BudgetSpent):
            trial("a", 8, 0)
        return ends

    assert "32 different trainings were asked for" in said(judged(too_many, exercise), RULES)


def chosen(trial):
    low, high = which_is_better(trial)
    return "b", 0.1, low, high


def with_choice(world=lambda rng, table: (table, lambda network, lr: {"a": 0.0, "b": lr}[network])):
    return experiment(
        chosen,
        returns="(network, lr, low, high)",
        options={"network": ("a", "b"), "lr": LR},
        budget=24,
        table=trainings(),
        world=world,
        coverage=0.8,
        widest=2.0,
        points=1,
    )


def test_the_truth_depends_on_what_else_is_returned():
    returned = {
        ("b", 0.1, 0.05, 0.15): 1,
        (np.str_("b"), np.float32(0.1), 0.05, 0.15): 1,
        ("b", 1, 0.9, 1.1): 1,
        ("a", 1.0, 0.9, 1.1): 0,
    }
    for result, points in returned.items():
        assert judged(once(result), with_choice()).score == points
    wrong = judged(once(("c", 0.1, 0, 1)), with_choice())
    assert said(wrong, RULES) == "network is 'c'; it may be 'a', 'b', in world 1."


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"returns": "(high, low)"}, "should end with “low, high”"),
        ({"budget": 61}, "budget=61 should be from 1 to seeds=60"),
        ({"half": 0.9}, "give 0 < half < coverage"),
        ({"table": np.zeros((2, 3, 4))}, r"shape \(2, 3, 4\), expected \(2, 3, 60\)"),
        ({"table": "none.npy"}, "run python -m grader.exercises.trainings which_is_better"),
        ({"world": lambda rng, table: (table[0], float)}, r"values of shape \(3, 60\)"),
    ],
)
def test_an_experiment_that_cannot_be_judged_is_refused(change, says):
    given: dict[str, Any] = {
        "returns": "(low, high)",
        "options": {"network": ("a", "b"), "lr": LR},
        "budget": 24,
        "table": trainings(),
        "world": world,
        "coverage": 0.8,
        "widest": 0.1,
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
