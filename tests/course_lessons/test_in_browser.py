"""In the browser an experiment is smaller, and says so in one line."""

import pytest

from course_lessons.in_browser import smaller_in_browser
from course_lib.fast import table


@pytest.fixture
def browser(monkeypatch):
    monkeypatch.setattr(table.sys, "platform", "emscripten")


def test_elsewhere_everything_is_full_and_nothing_is_said(capsys):
    assert smaller_in_browser(seeds=([0, 1, 2], [0]), epochs=(30, 20)) == ([0, 1, 2], 30)
    assert smaller_in_browser(seeds=(3, 2)) == 3
    assert capsys.readouterr().out == ""


def test_in_the_browser_it_is_smaller_and_one_line_says_what(browser, capsys):
    chosen = smaller_in_browser(
        seeds=([0, 1, 2], [0]), rates=((0.1, 0.2, 0.3), (0.2, 0.3)), hidden_units=(2000, 1000)
    )
    assert chosen == ([0], (0.2, 0.3), 1000)
    assert capsys.readouterr().out == (
        "In the browser, which is slower: 1 seed instead of 3, 2 rates instead of 3, 1,000 hidden "
        "units instead of 2,000. The numbers in the text are those of the full experiment.\n"
    )


@pytest.mark.parametrize(
    ("settings", "error", "says"),
    [
        ({}, ValueError, "no setting is given"),
        ({"seeds": 3}, TypeError, "expected a tuple of two values"),
        ({"seeds": (1, 2, 3)}, TypeError, "everywhere else, in the browser"),
        ({"seeds": (2, 3)}, ValueError, "be smaller in the browser"),
        ({"seeds": (2, 0)}, ValueError, "1 or more"),
        ({"rates": ([0.1, 0.2], [0.1, 0.2])}, ValueError, "2 in the browser and 2 elsewhere"),
    ],
)
def test_a_pair_that_makes_no_sense_is_refused_everywhere(settings, error, says):
    with pytest.raises(error, match=says):
        smaller_in_browser(**settings)
