"""Slips as wrong lines: which statement a line takes the place of, and what is refused."""

import warnings
from dataclasses import replace

import numpy as np
import pytest

from grader.checking.contract.edits import Edit, Sources
from grader.checking.contract.exercise import Exercise, case
from grader.checking.contract.families import function
from grader.checking.contract.mistakes import slips
from grader.checking.contract.properties import shapes, values
from grader.checking.contract.run import OwnRun
from grader.checking.judging.judge import outcomes_of, verdict


def centred(x, factor):
    mean = x.mean(axis=0)
    y = x - mean
    if factor > 1:
        y = y * factor
    parts = []
    for row in y:
        parts.append(row)
    return np.stack(parts), mean


X = np.arange(6.0).reshape(3, 2)


def edited(*lines):
    return Sources("centred", (centred,)).edited([Edit(line) for line in lines])[0]


def pairs_of(first, second):
    return first + second


def in_groups(properties, group="small"):
    return function(
        pairs_of,
        returns="total",
        points=1,
        cases=lambda rng: {
            group: [case("ones", first=1.0, second=1.0), case("twos", first=2.0, second=2.0)],
            "large": [case(first=1e6, second=rng.normal())],
        },
        judge=properties,
        hints="""
        Both numbers
        count.

        Add them.
        """,
    )


def test_a_property_of_a_group_looks_at_all_its_cases_and_is_called_like_it():
    exercise = in_groups([values("total", cases="small"), values("total", cases="large")])
    cases = exercise.draw(np.random.default_rng(0))
    assert [c["about"] for c in cases] == ["ones", "twos", "large"]
    small, large = exercise.judge[:2]
    assert (small.title, large.title) == ("small", "large")
    assert [small.applies(c) for c in cases] == [True, True, False]
    assert [large.applies(c) for c in cases] == [False, False, True]
    outcomes = outcomes_of(exercise, [lambda first, second: first * second], cases)
    found = {f.title: f.holds for f in verdict(exercise, cases, outcomes).findings}
    assert not found["small"] and not found["large"]


def test_a_group_that_is_not_there_is_an_error_with_the_nearest_name():
    exercise = in_groups([values("total", cases="smalls")])
    cases = exercise.draw(np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"no case is called 'smalls'; did you mean 'small'\?"):
        exercise.require_names(cases, [{"total": 0.0}] * len(cases))


def test_paragraphs_of_the_hints_are_steps_of_the_help():
    exercise = in_groups([values("total")])
    assert exercise.ladder(["values of total"]) == ("Both numbers count.", "Add them.")


def test_lines_and_their_hints_are_read():
    text = """
    a = 1
        The first hint, on
        two lines.
    b = f(
        2)
    return b
        The second.
    """
    assert [([edit.new for edit in one.edits], one.hint) for one in slips(text)] == [
        (["a = 1"], "The first hint, on two lines."),
        (["b = f(\n    2)", "return b"], "The second."),
    ]


@pytest.mark.parametrize(("text", "said"), [("a = 1", "no hint"), ("    a hint", "no wrong line")])
def test_a_line_without_a_hint_and_a_hint_without_a_line_are_refused(text, said):
    with pytest.raises(ValueError, match=said):
        slips("\n" + text + ("\n" if text[0] != " " else "\nx = 1\n    hint"))


@pytest.mark.parametrize(
    ("line", "result"),
    [
        ("mean = x.mean()", 2 * (X - X.mean())),
        ("if factor < 1:", X - X.mean(axis=0)),
        ("for row in y[:2]:", (X - X.mean(axis=0))[:2] * 2),
        ("parts.append(2 * row)", (X - X.mean(axis=0)) * 4),
        ("return np.stack(parts) + 1, mean", (X - X.mean(axis=0)) * 2 + 1),
        ("factor = 3", (X - X.mean(axis=0)) * 3),
    ],
)
def test_a_line_takes_the_place_of_the_statement_that_begins_so(line, result):
    assert np.allclose(edited(line)(X, 2)[0], result)


def test_several_lines_are_changed_together_and_a_line_is_left_out():
    both = edited("mean = x.mean()", "return np.stack(parts), 2 * mean")
    y, mean = both(X, 1)
    assert np.allclose(y, X - X.mean()) and np.allclose(mean, 2 * X.mean())
    with pytest.raises(ValueError, match="need at least one array"):
        edited("# parts.append(row)")(X, 1)


def test_a_line_that_fits_two_statements_is_an_error_that_shows_them():
    with pytest.raises(ValueError, match=r"2 statements:\n    y = x - mean\n    y = y \* factor"):
        edited("y = x")


def test_a_line_that_fits_none_is_an_error_that_shows_the_nearest():
    with pytest.raises(ValueError, match=r"no statement.*Nearest: mean = x\.mean\(axis=0\)"):
        edited("means = x.mean(axis=0)")


def test_two_slips_in_one_line_can_be_made_together():
    sources = Sources("centred", (centred,))
    one, other = Edit("mean = x.sum(axis=0)"), Edit("mean = x.mean(axis=1, keepdims=True)")
    y, _mean = sources.edited([one, other])[0](X, 1)
    assert np.allclose(y, X - X.sum(axis=1, keepdims=True))
    with pytest.raises(ValueError, match="same text"):
        sources.edited([one, Edit("mean = x.max(axis=0)")])


def an_exercise(**change):
    def run(centred, case):
        y, mean = centred(case["x"], case["factor"])
        return {"y": y, "mean": mean}

    given = {
        "points": 2,
        "reference": (centred,),
        "cases": lambda rng: [case("three rows", x=rng.normal(size=(3, 2)), factor=2.0)],
        "run": OwnRun(run),
        "judge": [values("y"), values("mean"), shapes()],
    }
    return Exercise(**{**given, **change})


@pytest.mark.parametrize(
    ("prop", "said"),
    [
        (values("means"), "no output is called 'means'; did you mean 'mean'"),
        (values("y", cases="two rows"), "no case is called 'two rows'; did you mean 'three rows'"),
    ],
)
def test_an_unknown_output_or_case_is_an_error(prop, said):
    exercise = an_exercise(judge=[prop])
    cases = exercise.draw(np.random.default_rng(0))
    wanted = [exercise.run(centred, case) for case in cases]
    with pytest.raises(ValueError, match=said):
        exercise.require_names(cases, wanted)
    an_exercise().require_names(cases, wanted)


def test_an_unknown_title_is_an_error():
    with pytest.raises(ValueError, match="no property is called 'value of y'; did you mean"):
        an_exercise(judge=[values("y"), values("mean", after="value of y")])
    with pytest.raises(ValueError, match="no property is called 'values of z'"):
        replace(an_exercise(), mistakes=slips("mean = x\n    A hint.", needs=("values of z",)))


def test_python_warns_nobody_of_a_wrong_line():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        wrong = edited("mean = 1 [0]")
    with pytest.raises(TypeError):  # the line is in it
        wrong(X, 1)
    assert caught == []
