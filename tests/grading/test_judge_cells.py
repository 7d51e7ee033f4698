import json
from typing import Any

import pytest

from grader.checking.contract.exercise import Case, Exercise
from grader.checking.contract.registry import find
from grader.checking.judging.apply import Outcome, apply
from grader.checking.judging.judge import Verdict, make_cases, outcomes_of, verdict
from grader.checking.report.as_html import as_html
from grader.checking.report.as_text import as_text
from grader.checking.report.of_choice import report_on_choice
from grader.extras.contest.envelope import Entry
from grader.grading.submission.graded_call import CheckCall, ChoiceCall, graded_call
from grader.grading.submission.judge_cells import judge_check
from grader.grading.submission.judging import summary
from grader.grading.submission.results import CellResult, Graded, summary_for_student
from grader.grading.submission.sanitize import clean_line


def test_a_check_is_read() -> None:
    assert graded_call('check("b", a, b)') == CheckCall("b", ("a", "b"))
    assert graded_call('x = 1\ncheck("b", b)') == CheckCall("b", ("b",), "x = 1")
    practice = CheckCall("b", ("a", "b"), practice=True)
    assert graded_call('check("b", a, b, points=0)') == practice


def test_the_last_choice_with_a_key_is_read() -> None:
    source = 'check_choice("q", answer_q)\n### BEGIN HIDDEN TESTS\n'
    source += 'check_choice("q", answer_q, key="b", points=2)\n### END HIDDEN TESTS'
    assert graded_call(source) == ChoiceCall("q", "answer_q", "b", 2.0)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "assert f(1) == 2",
        'check("a", f) + 1',
        'check("a", lambda x: x)',
        'check("a")',
        "check(name, f)",
        'check("a", *functions)',
        'check("a", f, strict=True)',
        'checker.check("a", f)',
        'check_choice("q", answer_q)',
        'check_choice("q", answer_q, key=key)',
        "def (",
        "(" * 10_000,
        "\0",
    ],
)
def test_anything_else_is_an_ordinary_test_cell(source: str) -> None:
    assert graded_call(source) is None


def test_feedback_on_a_choice_explains_every_option() -> None:
    why = {"a": "Of the <rows>.", "b": "`sum` adds both.", "c": "Of neither."}
    for answer, marks in (
        ("b", ["a (not right)", "b (right, and your answer)", "c (not right)"]),
        ("c", ["a (not right)", "b (right)", "c (your answer)"]),
        ("", ["a (not right)", "b (right)", "c (not right)"]),
    ):
        report = report_on_choice("which", answer, "b", 2, why)
        text, html = as_text(report), as_html(report)
        assert [line[4:].partition(":")[0] for line in text.splitlines()[1:]] == marks
        assert "Of the &lt;rows&gt;." in html and ">sum</code> adds both." in html
        assert text.splitlines()[0].endswith("points)") and ("2 of 2" in text) == (answer == "b")


def test_the_explanations_are_read_off_the_trusted_cell() -> None:
    call = graded_call('check_choice("q", answer_q, key="b", points=2, why={"a": "x", "b": "y"})')
    assert isinstance(call, ChoiceCall) and call.why == {"a": "x", "b": "y"}


def judged(function: Any) -> Verdict:
    exercise = find("configuration")
    cases = make_cases(exercise, 1)
    return verdict(exercise, cases, outcomes_of(exercise, (function,), cases))


@pytest.mark.parametrize(
    ("configuration", "words"),
    [
        (({"channels": [64, 64], "epochs": 100}, (0.1, 0.3)), "it costs 11.24 times what is"),
        (({"learning_rate": 3}, (0.1, 0.3)), "'learning_rate' is not an entry of"),
        ([1], "configuration() returned [1]"),
    ],
)
def test_why_a_configuration_is_refused_is_found(configuration: Any, words: str) -> None:
    assert f"Nothing was trained: {words}" in summary(judged(lambda: configuration))


def test_texts_of_a_submission_cannot_steer_a_terminal_or_turn_the_page() -> None:
    odd = "a\x1b[2J\u202eb\u2066\x07\u2028c"
    cell = CellResult("check_x", 0.0, 1.0, "wrong", f"ValueError: {odd}")
    graded = Graded("ps98", "ada", "x", repairs=(odd,), refused=odd, cells=(cell,))
    assert summary_for_student(graded).isprintable()
    assert clean_line(f"{odd}\n").replace("\n", "").isprintable()


class Handed:
    """A notebook's session that holds one function, in this process."""

    def __init__(self, function: Any) -> None:
        self.function = function

    def apply(self, exercise: Exercise, functions: list[str], case: Case) -> Outcome:
        return apply(exercise.run, [self.function], case)


def test_an_entry_is_recorded_and_a_refused_one_is_not() -> None:
    call = CheckCall("configuration", ("configuration",))
    small: dict[str, Any] = {"channels": [2], "epochs": 1}

    def judged(function: Any, seed: int = 1) -> CellResult:
        session: Any = Handed(function)
        return judge_check("check_configuration", call, session, seed, 6.0, {})

    kept = judged(lambda: (small, (0.1, 0.3))).recorded
    entry = Entry.of(json.loads(json.dumps(kept)))
    assert entry.settings["channels"] == [2] and (entry.low, entry.high) == (0.1, 0.3)
    assert len(entry.final) == 3 and 0 < entry.public < 1
    assert judged(lambda: (small, (0.1, 0.3))).recorded == kept
    others = judged(lambda: (small, (0.1, 0.3)), seed=2).recorded  # another class
    assert others["public"] == kept["public"] and others["final"] != kept["final"]
    over = {"channels": [64, 64], "epochs": 100}
    for wrong in (lambda: (over, (0.1, 0.3)), lambda: small, lambda: 1 / 0):
        refused = judged(wrong)
        assert refused.recorded == {} and refused.score == 0


def test_what_is_recorded_comes_back_from_its_file() -> None:
    kept = {"settings": {"lr": 0.1}, "final": [0.4, 0.5]}
    made = Graded(
        "ps26", "amy", "n", cells=(CellResult("c", 1.0, 1.0, "complete", "", recorded=kept),)
    )
    assert Graded.from_data(json.loads(json.dumps(made.to_data()))) == made
