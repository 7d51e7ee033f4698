"""Points, gating of form, hints: on a small exercise made for the purpose."""

import inspect
import tracemalloc
from dataclasses import fields, replace
from inspect import getsource
from itertools import combinations_with_replacement, permutations

import numpy as np
import pytest

from grader.checking.contract.compare import Open, form_problem, same_values
from grader.checking.contract.edits import Edit
from grader.checking.contract.exercise import Exercise, case, step
from grader.checking.contract.mistakes import Mistake, slip
from grader.checking.contract.properties import (
    Held,
    PartialCredit,
    Spoils,
    dtype,
    holds,
    shapes,
    unchanged_inputs,
    values,
)
from grader.checking.contract.registry import find
from grader.checking.contract.run import OwnRun
from grader.checking.judging.apply import Outcome
from grader.checking.judging.judge import make_cases, outcomes_of, verdict
from tests.reports import html_of, text_of


def scale(x, factor):
    return x * factor, x.sum(axis=0)


def cases(rng):
    return [
        case("small", x=rng.normal(size=(2, 3)), factor=2.0),
        case("float32", x=rng.normal(size=(4, 2)).astype(np.float32), factor=3.0),
    ]


def run(scale, case):
    y, total = scale(case["x"], case["factor"])
    return {"y": y, "total": total}


def plus(x, factor):
    return x + factor, x.sum(axis=0)


def wrong_axis(x, factor):
    return x * factor, x.sum(axis=1)


exercise = Exercise(
    points=6,
    reference=(scale,),
    cases=cases,
    run=OwnRun(run),
    judge=[values("y", weight=2), values("total"), shapes(), dtype(), unchanged_inputs()],
    mistakes=[
        Mistake(plus, hint="times, not plus"),
        Mistake(wrong_axis, hint="over the rows"),
        slip("x * factor", "x * factor * factor", "once is enough"),
    ],
    hints=("look again",),
    returns="(y, total)",
)


def given(**change):
    """The exercise's fields with some of them changed."""
    return {f.name: getattr(exercise, f.name) for f in fields(exercise) if f.init} | change


def judged(function, graded=exercise):
    cases = make_cases(graded, 0)
    return verdict(graded, cases, outcomes_of(graded, [function], cases))


def test_a_list_entry_looks_transposed_only_if_its_numbers_are():
    want = [np.arange(6.0).reshape(2, 3), np.ones((3, 2))]
    transposed, another = [want[0].T, want[1]], [want[1], want[1]]
    assert "transposed" in str(same_values("dW", transposed, want))
    assert "transposed" not in str(same_values("dW", another, want))


def test_a_reference_with_which_nothing_is_compared_is_not_applied():
    def raises(x, factor):
        raise AssertionError("the reference was applied")

    raises.__name__ = "scale"
    finite = holds("finite", lambda case, got, want: None if np.isfinite(got["y"]).all() else "no")
    found = Exercise(**given(reference=(raises,), compares=False, mistakes=(), judge=[finite]))
    assert judged(scale, found).status == "complete"


def test_right_code_in_other_words_is_complete():
    def other(x, factor):
        return np.einsum("ij,->ij", x, np.asarray(factor, x.dtype)), np.add.reduce(x)

    assert judged(other).score == 6.0 and judged(other).status == "complete"


@pytest.mark.parametrize(
    ("function", "lost"),
    [
        (lambda x, factor: ((x * factor).tolist(), x.sum(axis=0)), ["shapes"]),
        (lambda x, factor: (x * factor, x.sum(axis=0, keepdims=True)), ["shapes"]),
        (lambda x, factor: ((x * factor).astype("f8"), x.sum(axis=0)), ["float type"]),
        (lambda x, factor: (x * factor, x.sum(axis=0), x.fill(0))[:2], ["inputs"]),
    ],
)
def test_an_unusual_form_loses_only_its_property(function, lost):
    result = judged(function)
    assert result.score == pytest.approx(6 * (1 - 0.05))
    failed = [f.title for f in result.findings if not f.holds]
    assert len(failed) == len(lost) and all(map(str.startswith, failed, lost))


def test_form_alone_is_worth_nothing():
    result = judged(lambda x, factor: (np.zeros_like(x), np.zeros_like(x[0])))
    assert result.score == 0 and result.status == "wrong"


def test_part_of_the_values_earns_its_part():
    result = judged(lambda x, factor: (x * factor, x[0]))
    # Of the values y is worth 2/3 and total 1/3; the slips of form follow them.
    assert result.score == pytest.approx(6 - 6 / 3) and result.status == "partial"


def test_each_mistake_is_recognised_alone():
    for mistake in exercise.mistakes:
        assert judged(exercise.with_mistakes(mistake)[0]).hints == (mistake.hint,)


def test_two_slips_in_one_result_are_both_recognised():
    mistakes = (
        slip("x * factor", "x * factor**2", "once is enough"),
        slip("axis=0", "axis=0) + x.sum(", "one sum"),
        slip("return x", "return 3 * x", "not three times"),
    )
    graded = replace(exercise, mistakes=mistakes)

    def both(x, factor):
        return 3 * x * factor**2, x.sum(axis=0)

    result = judged(both, graded)
    assert result.hints == ("once is enough", "not three times")


def test_a_mistake_that_explains_most_is_asked_about():
    def plus_but_for_negative(x, factor):
        return np.where(x < -1.5, x, x + factor), x.sum(axis=0)

    result = judged(plus_but_for_negative)
    assert "Does this apply here? times, not plus" in result.hints


def test_a_mistake_written_with_a_guard_is_still_named():
    divided = slip("x * factor", "x * factor / np.float32(factor - 3)", "no division")
    graded = replace(exercise, mistakes=[divided])
    made = make_cases(graded, 0)
    assert 3.0 in {c["factor"] for c in made}  # where the slip gives infinities

    def guarded(x, factor):
        return x * factor if factor == 3 else x * factor / (factor - 3), x.sum(axis=0)

    result = judged(guarded, graded)
    assert result.hints == ("no division",)


@pytest.mark.parametrize("given_back", [{"y": 1}, [1, [2]], "text", None, object(), {1: 2}])
def test_whatever_comes_back_is_diagnosed(given_back):
    def run(scale, case):
        return {"y": {"step 1": scale(case["x"], case["factor"])[0]}}

    odd = {"y": given_back, "total": given_back}
    paths = Exercise(**given(run=OwnRun(run), judge=[values("y")]))
    for graded in (exercise, paths):
        made = make_cases(graded, 0)
        for outputs in (odd, {"y": {"step 1": given_back}}, {"z": given_back}):
            result = verdict(graded, made, [Outcome(outputs)] * len(made))
            assert result.score == 0


def test_help_depends_on_what_fails():
    steps = (step("about y", "values of y"), step("about total", "values of total"), "for all")
    graded = Exercise(**given(hints=steps))
    result = judged(lambda x, f: (x * f, x[0]), graded)
    assert result.ladder == ("about total",)  # y is right, so nothing is said of the whole
    wrong = judged(lambda x, f: (x - 17, x[0]), graded)
    assert wrong.ladder == ("about y", "about total", "for all")
    with pytest.raises(ValueError, match="no property is called"):
        Exercise(**given(hints=(step("about z", "values of z"),)))


@pytest.mark.parametrize("help", ["", "about y"])
def test_help_with_a_later_property_is_not_the_first_where_another_one_fails(help):
    judge = [values("y", help=help), values("total", help="about total")]
    graded = Exercise(**given(judge=judge, hints="for all"))
    wrong = judged(lambda x, f: (x - 17, x[0]), graded)
    assert wrong.ladder == (
        ("about y", "about total", "for all") if help else ("for all", "about total")
    )


def test_two_mistakes_at_once_are_both_recognised():
    def both(x, factor):
        return x + factor, x.sum(axis=1)

    assert set(judged(both).hints) == {"times, not plus", "over the rows"}


def test_a_mistake_in_another_float_type_is_still_recognised():
    result = judged(lambda x, factor: ((x + factor).astype("f8"), x.sum(axis=0)))
    assert result.hints[0] == "times, not plus"


def test_an_error_of_the_same_kind_alone_is_not_a_mistake():
    def raises(x, factor):
        raise ValueError("something else")

    broken = Mistake(lambda x, factor: np.ones((2, 2)) @ np.ones((3, 3)), hint="shapes")
    with_error = Exercise(**given(mistakes=[broken]))

    assert judged(raises, with_error).hints == ()
    assert judged(broken.functions, with_error).hints == ("shapes",)


def test_what_handing_back_the_input_meets_counts_only_beside_other_values():
    kept = values("y", cases="small", alone=False, title="identity")
    only = Exercise(**given(judge=[values("total"), kept]))
    assert judged(lambda x, factor: (x * factor, x[0]), only).score == 0


def test_no_error_counts_as_right():
    def nameless(x, factor):
        raise type("", (Exception,), {})()

    result = judged(nameless)
    assert result.score == 0 and result.status == "wrong"
    assert "an error without a name" in text_of(result)


def test_no_text_of_a_student_leaves_a_property_open():
    result = judged(lambda x, factor: (x * factor, Open().why))
    assert result.score == pytest.approx(4) and "values of total" in result.unmet
    assert judged(lambda x, factor: (x * factor, Open())).score == pytest.approx(4)


def test_a_quantity_that_cannot_be_determined_leaves_its_property_open():
    def observe(case, outputs):
        return outputs | {"total": Open("y is wrong")} if outputs["y"].min() < -9 else outputs

    graded = replace(exercise, observe=observe)
    result = judged(lambda x, f: (x * f - 99, x.sum(axis=0)), graded)
    (total,) = [found for found in result.findings if found.title == "values of total"]
    assert total.open == "y is wrong" and result.score == 0


def test_unknown_errors_get_no_hint_but_the_ladder():
    result = judged(lambda x, factor: (x - 17, x[0]))
    assert result.hints == () and result.ladder == ("look again",)


def test_a_result_that_cannot_be_used_says_what_to_return():
    text = text_of(judged(lambda x, factor: None))
    assert "the form `return y, total`" in text and text.count("case “small”") == 1


def test_one_failing_case_leaves_the_points_of_properties_on_other_cases():
    bound = Exercise(
        points=2,
        reference=(scale,),
        cases=cases,
        run=OwnRun(run),
        judge=[values("y", cases="small", title="a"), values("y", cases="float32", title="b")],
    )

    def only_small(x, factor):
        if x.dtype == np.float32:
            raise ZeroDivisionError
        return x * factor, 0

    assert judged(only_small, bound).score == 1


def raises_in(about):
    def scale_but(x, factor):
        if (x.dtype == np.float32) == (about == "float32"):
            raise ZeroDivisionError
        return scale(x, factor)

    return scale_but


def test_an_error_costs_the_values_of_its_case_and_no_form():
    by_case = Exercise(
        **given(
            judge=[
                values(weight=2, cases="small", title="small"),
                values(weight=2, cases="float32", title="of float32"),
                shapes(),
                dtype(),
            ]
        )
    )
    result = judged(raises_in("float32"), by_case)
    assert result.score == pytest.approx(6 - 6 / 2)
    assert [f.title for f in result.findings if f.problem] == ["of float32"]
    assert [f.title for f in result.findings if f.open] == ["shapes", "float type is kept"]
    text = text_of(result)
    assert "? shapes\n      not seen in the case “float32”\n  ? float type is kept\n" in text
    assert "✓ float type" not in text


def test_an_error_where_form_alone_is_judged_costs_the_form():
    by_case = Exercise(**given(judge=[values(cases="small"), dtype(cases="float32")]))
    result = judged(raises_in("float32"), by_case)
    assert result.status == "partial" and result.findings[1].problem


def test_what_a_property_cannot_judge_is_neither_met_nor_failed():
    def second(case, got, want):
        return Open("the first is wrong") if got["total"][0] < 0 else None

    graded = Exercise(**given(judge=[values("y"), values("total"), holds("second", second)]))
    result = judged(lambda x, factor: (x * factor, -np.ones(3)), graded)
    assert result.score == 3 and result.status == "partial"
    assert "? second\n      the first is wrong" in text_of(result)
    assert "✗ second" not in text_of(result)


def test_what_cannot_be_judged_costs_nothing_of_its_own():
    judge = [
        values("y", title="y"),
        values("total", title="total"),
        values("total", cases="small", title="also small", after="total"),
        shapes(),
    ]
    graded = Exercise(**given(judge=judge))
    result = judged(lambda x, factor: (x * factor, 2 * x.sum(axis=0)), graded)
    # Of the two values that can be judged one is right: what follows them counts by half.
    assert result.score == 3
    assert [round(f.points - f.earned, 4) for f in result.findings] == [0, 3, 0, 0]
    text = text_of(result)
    assert "✗ total\n" in text and "? also small\n" in text


def test_a_wrong_shape_of_wrong_values_is_charged_once():
    def transposed(x, factor):
        return (x * factor).T, x.sum(axis=0)

    result = judged(transposed)
    (shape,) = [f for f in result.findings if f.title == "shapes"]
    assert shape.open == "judged once the values of y are right"
    assert result.score == pytest.approx(2)


def test_the_same_reason_is_that_of_the_line_above():
    def says(what):
        return lambda case, got, want: what

    judge = [
        holds("first", says("alpha")),
        holds("second", says("alpha")),
        holds("third", says("beta")),
        holds("fourth", says("alpha")),
    ]
    graded = Exercise(**given(judge=judge))
    text = text_of(judged(scale, graded))
    told = [line.strip() for line in text.splitlines()[2:9:2]]
    assert told[1] == "for the same reason" and "beta" in told[2]
    assert told[3] == "for the same reason as “first”"


def test_an_accepted_alternative_counts_as_a_whole():
    def halves(x, factor):
        return x * factor / 2, x.sum(axis=0) / 2

    def mixed(x, factor):
        return x * factor / 2, x.sum(axis=0)

    either = Exercise(
        points=3,
        reference=(scale,),
        cases=cases,
        run=OwnRun(run),
        judge=[values("y", weight=2), values("total")],
        accepts=((halves,),),
    )

    assert [judged(one, either).score for one in (scale, halves, mixed)] == [3, 3, 2]


def test_reports_escape_what_came_from_the_student():
    def hostile(x, factor):
        raise ValueError("<script>alert(1)</script><img src=x onerror=alert(2)>")

    html = html_of(judged(hostile))
    assert "<script" not in html and "<img" not in html and "&lt;script&gt;" in html


def test_a_property_that_meets_odd_results_says_so():
    odd = holds("odd", lambda case, got, want: got["y"].nonsense())
    from grader.checking.contract.properties import CaseResult

    assert "could not be examined" in odd.test(CaseResult({"about": ""}, {"y": 1}, {"y": 1}))


@pytest.mark.parametrize(
    ("got", "what", "said"),
    [
        ([1.0, 2.0], "shape", "y is [1.0, 2.0]; expected an array of shape (2,)"),
        ([1.0, 2.0], "dtype", None),
        (np.ones((1, 2)), "shape", "y has shape (1, 2), expected (2,)"),
        (np.ones(2, "f4"), "dtype", "y is float32, but the inputs were float64"),
        (np.ones(2), "dtype", None),
    ],
)
def test_an_unusual_form_is_described(got, what, said):
    assert form_problem("y", got, np.ones(2), what) == said


@pytest.mark.parametrize(
    ("got", "want", "right"),
    [
        (1.0, 1.0 + 9e-6, True),  # the tolerance is 1e-5
        (1.0, 1.0 + 1.1e-5, False),
        ([1, 2], np.array([1.0, 2.0]), True),
        (np.array([[1.0, 2.0]]), np.array([1.0, 2.0]), True),
        (np.array([[1.0], [2.0]]), np.array([1.0, 2.0]), True),
        (np.ones((2, 3)), np.ones((3, 2)), False),
        (np.array([np.nan]), np.array([1.0]), False),
        (np.array([np.inf]), np.array([np.inf]), True),
        (np.array([-np.inf]), np.array([np.inf]), False),
        (np.array([True]), np.array([1.0]), True),
        (1 + 0j, 1.0, True),
        (1 + 1j, 1.0, False),
        ("1.0", 1.0, False),
        (None, 1.0, False),
        ([1, [2, 3]], np.array([1.0, 2.0]), False),
        ([np.ones(2), np.ones(3)], [np.ones(2), np.ones(3)], True),
        (np.ones((2, 2)), [np.ones(2), np.ones(2)], True),
        ([np.ones(2)], [np.ones(2), np.ones(2)], False),
        ({"mean": 1.0}, {"mean": 1.0}, True),
        ({"mu": 1.0}, {"mean": 1.0}, False),
        (1, True, True),
        (2, True, False),
        (None, None, True),
        (0, None, False),
    ],
)
def test_values_are_compared_by_value(got, want, right):
    assert (same_values("y", got, want) is None) == right


def test_many_texts_never_take_the_memory_of_the_longest() -> None:
    texts = [["x" * 10_000], *([""] for _ in range(20_000))]  # 800 MB as an array of texts
    tracemalloc.start()
    try:
        assert same_values("y", texts, np.zeros((20_001, 1)))
        assert tracemalloc.get_traced_memory()[1] < 20e6
    finally:
        tracemalloc.stop()


def test_infinity_stands_for_a_large_number_only_where_allowed():
    assert same_values("y", np.inf, 1000.0) is not None
    assert same_values("y", np.inf, 1000.0, infinite_ok=True) is None
    assert same_values("y", -np.inf, 1000.0, infinite_ok=True) is not None
    assert same_values("y", np.nan, 1000.0, infinite_ok=True) is not None


@pytest.mark.parametrize(
    ("name", "got", "want", "said"),
    [
        ("the shifts", "to one side", "to both", "the shifts: “to one side”, expected “to both”"),
        ("the last digits", "a float", 8, "the last digits: “a float”, expected 8"),
        ("the angles", np.nan, 1.0, "the angles: nan, expected 1"),
        ("answer", "no", "yes", "answer is 'no', expected 'yes'"),
        ("y", np.nan, 1.0, "y is nan, expected 1"),
        ("y", None, 1.0, "y is None, expected 1"),
    ],
)
def test_what_differs_is_told_in_grammatical_words(name, got, want, said):
    assert same_values(name, got, want) == said


def test_zero_is_printed_without_a_sign():
    assert same_values("y", np.array([1.0]), np.array([-0.0])) == "y[0] = 1, expected 0"


@pytest.mark.parametrize(
    "change",
    [
        {"reference": (scale, scale)},
        {"points": 0},
        {"judge": [shapes()]},
    ],
)
def test_an_exercise_that_cannot_be_judged_is_refused(change):
    with pytest.raises(ValueError, match="scale"):
        Exercise(**given(**change))


def test_an_edit_must_occur_exactly_once():
    with pytest.raises(ValueError, match="0 times"):
        exercise.with_mistakes(Mistake((), "a hint", (Edit("x", "x / factor"),)))


def test_a_property_met_in_part_earns_the_least_of_its_cases() -> None:
    shares = {"small": 0.75, "float32": 0.5}

    def close(case, got, want):
        return PartialCredit(shares[case["about"]], f"{case['about']} is not good enough")

    graded = replace(exercise, judge=[holds("close", close, weight=3), values("total", weight=1)])
    result = judged(scale, graded)
    assert result.score == 6 * (3 / 4 * 0.5 + 1 / 4) and result.status == "partial"
    assert "float32 is not good enough" in text_of(result)
    assert "✗ close\n" in text_of(result) and "2.25 of 4.5" in html_of(result)
    with pytest.raises(ValueError, match="share is 1"):
        PartialCredit(1.0, "")


def test_what_a_property_earns_does_not_depend_on_the_order_of_the_cases() -> None:
    results = (
        None,
        "it is wrong",
        Open("it is hidden"),
        PartialCredit(0.5, "half of it"),
        PartialCredit(0.75, "a quarter is missing"),
        Held("all of it"),
        Spoils(0.5, "it never changes"),
    )
    made = [case(f"number {i}", x=np.ones((2, 2)), factor=2.0) for i in range(3)]
    for chosen in combinations_with_replacement(results, 3):
        said = dict(zip([c["about"] for c in made], chosen, strict=True))
        judge = [holds("told", lambda c, got, want, said=said: said[c["about"]]), values("total")]
        graded = replace(exercise, judge=judge)
        seen = set()
        for order in permutations(made):
            outcomes = outcomes_of(graded, [scale], order)
            result = verdict(graded, order, outcomes, hints=False)
            told = result.findings[0]
            seen.add((result.score, result.status, told.earned, told.holds, told.measured))
        assert len(seen) == 1, (chosen, seen)
        ((score, status, earned, whole, _measured),) = seen
        least = min(map(least_share, chosen))
        spoilt = 0.5 if any(isinstance(one, Spoils) for one in chosen) else 0.0
        hidden = any(isinstance(one, Open) for one in chosen)
        assert earned == 3 * least
        assert score == min(3 * least + 3 * (1 - spoilt), 5.9999 if hidden else 6)
        assert whole == (least == 1 and not hidden)
        assert status == ("complete" if whole else "partial")


def least_share(result) -> float:
    if isinstance(result, PartialCredit):
        return result.share
    return float(result is None or isinstance(result, Held | Open))


def test_an_almost_complete_property_does_not_make_full_marks() -> None:
    almost = holds("almost", lambda case, got, want: PartialCredit(1 - 1e-9, "almost"))
    graded = replace(exercise, judge=[almost])
    result = judged(scale, graded)
    assert result.status == "partial" and 5.9998 < result.score < 6


@pytest.mark.parametrize(
    "fixed",
    [
        holds("new in every call", lambda case, got, want: Spoils(0.75, "always the same")),
        holds("new in every call", lambda case, got, want: "always the same", spoils=0.75),
        holds("new in every call", lambda case, got, want: 1 / 0, spoils=0.75),
    ],
)
def test_what_spoils_the_rest_is_charged_with_it(fixed) -> None:
    graded = replace(exercise, judge=[fixed, values("y"), values("total")])
    result = judged(scale, graded)
    assert result.score == pytest.approx(6 * 2 / 3 / 4)
    assert sum(finding.points for finding in result.findings) == pytest.approx(6)
    text, html = text_of(result), html_of(result)
    assert "✗ new in every call\n" in text and "0 of 2<" in html and html.count("0.5 of 2<") == 2
    assert text.count("✓") == text.count("(earns all its points once “new in every call” holds)")
    with pytest.raises(ValueError, match="costs is 1"):
        Spoils(1.0, "")


def test_the_search_for_hints_reads_each_source_once(monkeypatch) -> None:
    exercise = find("batchnorm_backward")
    fresh = replace(exercise)  # without what an earlier diagnosis kept
    read = []

    def counted(function):
        read.append(function.__name__)
        return getsource(function)

    monkeypatch.setattr(inspect, "getsource", counted)

    def wrong(dy, cache):
        return [dy.sum() * np.sin(1 + one) for one in exercise.reference[1](dy, cache)]

    made = make_cases(fresh, 0)
    verdict(fresh, made, outcomes_of(fresh, [exercise.reference[0], wrong], made))
    assert sorted(read) == ["batchnorm_backward", "batchnorm_forward"]
