"""Errors in a source name the file and the cell, and say what to do."""

from dataclasses import replace

import pytest

from grader.authoring import rules
from grader.authoring.build import build
from grader.authoring.source import SourceCell
from grader.checking.contract.exercise import case
from grader.checking.contract.properties import values
from grader.checking.contract.registry import find
from grader.problems import AuthoringError
from tests.authoring.course import SOURCE, write_course

FORWARD = "cell 3 (line 10)"
CHECK = "cell 4 (line 19)"


def build_error(tmp_path, source) -> AuthoringError:
    with pytest.raises(AuthoringError) as caught:
        build("ps98", write_course(tmp_path, source))
    assert not list(tmp_path.rglob("*.ipynb"))
    return caught.value


@pytest.mark.parametrize(
    ("old", "new", "cell", "says"),
    [
        ('check="linear_forward"', 'check="linear_forwrd"', CHECK, "no exercise is called"),
        ('check("linear_forward", linear_forward)', 'check("linear_forward")', CHECK,
         'expected exactly check("linear_forward", linear_forward)'),
        ('check("linear_backward", linear_forward, linear_backward)',
         'check("linear_backward", linear_backward, linear_forward)', "cell 6",
         'expected exactly check("linear_backward", linear_forward, linear_backward)'),
        ("    ### END SOLUTION\n", "", FORWARD, "in turn around the answer; found BEGIN SOLUTION"),
        ("    ### BEGIN SOLUTION\n", "", FORWARD, "in turn around the answer; found END SOLUTION"),
        ('# %% solution="linear_forward"', "# %%", FORWARD, "a cell that is not marked"),
        ('solution="linear_forward"', 'solution="linear_fwd"', FORWARD,
         "marked solution='linear_fwd' but it defines linear_forward"),
        ('solution="linear_forward"', 'solution="linear forward"', FORWARD, "expected a name"),
        ('solution="linear_forward"', 'solution="a" check="a"', FORWARD, "a cell is one of them"),
        ('solution="linear_forward"', 'solved="linear_forward"', FORWARD, "known are: check"),
        ('solution="linear_forward"', 'solution="linear_forward" points=2', FORWARD,
         "unknown marker entry points"),
        ('solution="linear_forward"', "solution=linear_forward", FORWARD,
         'has solution=linear_forward; expected true, false, a number, or solution="linear_for'),
        ('solution="linear_forward"', 'solution="linear_forward', FORWARD, "is no entry of a"),
        ('solution="linear_forward"', "Forward pass", FORWARD, "unknown marker entry Forward, p"),
        ('choice="rows" key="a" points=1', 'choice="rows" points=1', "cell 9", "needs key"),
        ('key="a" points=1', 'key="a" points=0', "cell 9", "expected a number above 0"),
        ('key="a"', "key=1", "cell 9", "expected one letter from a to d"),
        ('key="a"', 'key="e"', "cell 9", "expected one letter from a to d"),
        ('key="a"', 'key="c"', "cell 9", "the text above lists a, b"),
        ("# - a: a row", "# - b: a row", "cell 9", "the text above lists b, b"),
        ("# - a: a row\n# - b: a column\n", "", "cell 9", "the text above lists no options"),
        ("# a: Samples are rows.\n", "", "cell 9", "explains b; expected below the call a comment"),
        ("# %% practice=true", "# %% claims=true\nclaim()\n# A lost marker.\n\n# %% practice=true",
         "cell 11", "write # %% [markdown] above it"),
        ('check_choice("rows", answer_rows)', 'check_choice("rows", answer)', "cell 9",
         'expected exactly check_choice("rows", answer_rows)'),
        ('solution="answer_rows"', 'solution="answer_row"', "cell 8", "but it defines answer_rows"),
        ('manual="why" points=2', 'manual="why"', "cell 10", "needs points"),
        ('[markdown] manual="why"', 'manual="why"', "cell 10", "belongs to a markdown cell"),
        ("import numpy as np", "!pip install numpy", "cell 2", "magics"),
        ("import numpy as np", "await something()", "cell 2", "top-level await"),
        ('check_choice("rows", answer_rows)',
         'check_choice("rows", answer_rows)\n### BEGIN HIDDEN TESTS\n### END HIDDEN TESTS',
         "cell 9", "write none by hand"),
        ("    ### BEGIN SOLUTION\n    product = x @ W\n    return product + b, (x, W)\n"
         "    ### END SOLUTION\n",
         "### BEGIN SOLUTION\n    product = x @ W\n    return product + b, (x, W)\n"
         "### END SOLUTION\n",
         FORWARD, "indent the '### BEGIN SOLUTION'"),
        ("practice=true", "practice=false", "cell 11", "write practice=true"),
    ],
)  # fmt: skip
def test_the_message_names_the_cell_and_says_what_to_do(tmp_path, old, new, cell, says):
    assert old in SOURCE
    message = str(build_error(tmp_path, SOURCE.replace(old, new, 1)))
    assert says in message
    assert f"ps98_small.py, {cell}" in message


def test_duplicate_names_point_to_the_first(tmp_path):
    again = SOURCE + '\n# %% check="linear_forward"\ncheck("linear_forward", linear_forward)\n'
    message = str(build_error(tmp_path, again))
    assert f"is there already in ps98_small.py, {CHECK}; rename one" in message


def test_a_check_before_its_solution_is_refused(tmp_path):
    head, tail = SOURCE.split('# %% solution="linear_forward"')
    early = head + '# %% check="linear_forward"\ncheck("linear_forward", linear_forward)\n\n'
    late = tail.replace(
        '# %% check="linear_forward"\ncheck("linear_forward", linear_forward)\n', ""
    )
    message = str(build_error(tmp_path, early + '# %% solution="linear_forward"' + late))
    assert "put the check under the solution" in message


def test_all_problems_are_listed_at_once(tmp_path):
    source = SOURCE.replace('key="a" points=1', 'key="a" points=-1')
    source = source.replace('check="linear_forward"', 'check="linear"')
    assert len(build_error(tmp_path, source).problems) == 2


def test_an_unknown_problem_set_lists_those_there_are(tmp_path):
    with pytest.raises(AuthoringError, match=r"ps99: no problem set of that name .*there: ps98"):
        build("ps99", write_course(tmp_path))


def test_a_source_in_another_encoding_is_named(tmp_path):
    root = write_course(tmp_path)
    path = root / "solutions" / "ps98" / "ps98_small.py"
    path.write_bytes("# %% [markdown]\n# café\n".encode("latin-1"))
    with pytest.raises(AuthoringError, match="not UTF-8"):
        build("ps98", root)


@pytest.mark.parametrize(
    ("cases", "says"),
    [
        (lambda rng: [case("one")][rng.integers(1, 2)], "cases() raises IndexError"),
        (lambda rng: [], "expected cases with different names, found []"),
        (lambda rng: [case("one"), case("one")], "found ['one', 'one']"),
        (lambda rng: [case("another")], "no case is called 'one'; there are: another"),
    ],
)
def test_cases_that_a_student_could_not_be_judged_on_are_refused(cases, says, monkeypatch):
    right = find("linear_forward")
    broken = replace(right, cases=cases, judge=[values(cases="one")])
    cell = SourceCell("check", "linear_forward", {}, 'check("linear_forward", f)', False, "here")
    monkeypatch.setattr(rules, "find", lambda name: broken)
    with pytest.raises(AuthoringError) as caught:
        rules.require([cell])
    assert says in str(caught.value)
