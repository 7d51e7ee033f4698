"""What happens around a student's function: copies, failures, prints, warnings."""

import sys
import warnings
from types import SimpleNamespace

import numpy as np
import pytest

from grader.checking.contract.families import OnUnknowns
from grader.checking.contract.run import OwnRun
from grader.checking.judging.apply import Failure, Outcome, apply, missing


def run(f, case):
    return {"y": f(case["x"])}


CASE = {"about": "any", "x": np.array([1.0, 2.0])}


def test_outputs_are_recorded_and_the_case_is_left_alone():
    def double_in_place(x):
        x *= 2
        return x

    outcome = apply(OwnRun(run), [double_in_place], CASE)
    assert outcome.outputs["y"].tolist() == [2, 4] and outcome.changed == ("x",)
    assert CASE["x"].tolist() == [1, 2]


def test_rounding_of_plus_and_minus_h_does_not_count_as_a_change():
    def plus_and_minus(x):
        x += 0.1
        x -= 0.1
        return 0.0

    case = {"about": "any", "x": np.array([0.3, 0.7, 123.456])}
    assert (case["x"] + 0.1 - 0.1 != case["x"]).any()
    assert apply(OwnRun(run), [plus_and_minus], case).changed == ()


def test_changes_beside_inf_and_nan_are_seen_and_nan_itself_is_none():
    def run(f, case):
        f(case["x"])
        return {}

    def add_one(x):
        x[2] += 1

    case = {"about": "any", "x": np.array([np.nan, -np.inf, 3.0]), "score": float("nan")}
    assert apply(OwnRun(run), [len], case).changed == ()
    assert apply(OwnRun(run), [add_one], case).changed == ("x",)


def test_changes_inside_lists_and_types_are_seen():
    def swap(params):
        params[0] = params[0].astype(np.float32)
        return 0.0

    assert apply(OwnRun(run), [swap], {"about": "any", "x": [np.ones(2)]}).changed == ("x",)


def test_changes_inside_tuples_are_seen_and_the_case_is_left_alone():
    def double_in_place(pairs):
        pairs[0][0][...] *= 2
        return 0.0

    case = {"about": "any", "x": [(np.ones(2), np.ones(1))]}
    assert apply(OwnRun(run), [double_in_place], case).changed == ("x",)
    assert case["x"][0][0].tolist() == [1, 1]


def test_a_failure_names_line_and_function():
    def broken(x):
        return x @ np.ones((5, 5))

    failure = apply(OwnRun(run), [broken], CASE).failure
    assert failure.kind == "ValueError" and failure.inside
    assert failure.function.endswith("broken") and "np.ones((5, 5))" in failure.source


def test_an_unusable_result_is_told_from_an_error_inside():
    def unpacks(f, case):
        a, b = f(case["x"])
        return {"a": a, "b": b}

    failure = apply(OwnRun(unpacks), [lambda x: None], CASE).failure
    assert failure.kind == "TypeError" and not failure.inside


def test_an_error_in_a_function_that_run_made_points_at_the_caller():
    def makes_grad(f, case):
        return {"y": f(lambda w: w @ np.ones((7, 7)))}

    def descend(grad):
        return grad(np.ones(2))

    failure = apply(OwnRun(makes_grad), [descend], CASE).failure
    assert failure.inside and failure.function.endswith("descend")
    assert "grad(np.ones(2))" in failure.source


@pytest.mark.parametrize("error", [SystemExit, RecursionError, MemoryError, AssertionError])
def test_every_exception_is_a_failure(error):
    def raises(x):
        raise error

    assert apply(OwnRun(run), [raises], CASE).failure.kind == error.__name__


def test_an_exception_that_cannot_be_shown_is_still_a_failure():
    class Nasty(Exception):
        def __str__(self):
            raise RuntimeError

    def raises(x):
        raise Nasty

    assert "cannot be shown" in apply(OwnRun(run), [raises], CASE).failure.message


def test_prints_and_warnings_are_kept_short_and_away_from_the_streams(capsys):
    def chatty(x):
        print("x" * 10_000)
        print("careful", file=sys.stderr)
        warnings.warn("hm", UserWarning, stacklevel=1)
        np.exp(x * 1e5)
        return x

    outcome = apply(OwnRun(run), [chatty], CASE)
    assert len(outcome.printed) == 2000
    assert outcome.warned[0] == "hm" and "overflow" in outcome.warned[1]
    assert capsys.readouterr() == ("", "")


def test_an_own_run_made_from_its_source_sees_numpy_only():
    source = "def run(f, case: Case) -> Any:\n    return {'y': np.abs(f(case))}"
    assert OwnRun.from_settings(name="run", source=source)(lambda case: -1, {}) == {"y": 1}
    source = "def looks(f, case):\n    return sys"
    with pytest.raises(NameError):
        OwnRun.from_settings(name="looks", source=source)(None, {})


def test_missing_functions_are_named():
    assert missing(["f"], {"f": len}) is None
    assert "not defined" in missing(["f"], {}).message
    assert "it has the type int" in missing(["f"], {"f": 3}).message


def test_an_outcome_survives_the_pipe_and_a_forged_one_is_refused():
    for outcome in (
        Outcome({"y": 1.0}, None, ("x",), "text", ("warn",)),
        Outcome(None, Failure("E", "m", False, "f", 3, "src")),
    ):
        assert Outcome.from_plain(outcome.to_plain()) == outcome
    good = Outcome({"y": 1.0}).to_plain()
    for forged in (
        None,
        [],
        {},
        good | {"outputs": None},
        good | {"failure": ["E", "m", False, "f", "3", "src", "", ""]},
        good | {"changed": [1]},
        good | {"printed": 5},
    ):
        with pytest.raises(ValueError, match="not an outcome"):
            Outcome.from_plain(forged)


def test_a_verdict_is_taken_when_it_is_given(monkeypatch):
    answers = []

    class Unknown:
        def __init__(self, numbers, budget):
            self.spent = numbers

    def test(unknown):
        answers.append(np.array(True))
        answers[0][()] = len(answers) == 1
        return answers[-1]

    monkeypatch.setitem(sys.modules, "unknowns", SimpleNamespace(Unknown=Unknown))
    case = {"about": "two", "things": [1, 2], "budget": 3}
    outcome = apply(OnUnknowns("thing", "unknowns", "Unknown"), [test], case)
    assert [bool(one) for one in outcome.outputs["verdicts"]] == [True, True]
