import pytest

from grader.grading.judge_cells import CheckCall, ChoiceCall, graded_call


def test_a_check_is_read() -> None:
    assert graded_call('check("b", a, b)') == CheckCall("b", ("a", "b"))
    assert graded_call('x = 1\ncheck("b", b)') == CheckCall("b", ("b",), "x = 1")


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
