"""The time that a notebook states follows from a rule, section by section, and adds up."""

import json
import re

import pytest

from grader.authoring.assignments import assignments
from grader.authoring.source import read_source
from grader.authoring.times import Section, is_experiment, minutes_by_section, span, words_of
from grader.checking.contract.registry import find
from tests.project import ROOT

TEXT = """\
# %% [markdown]
# Opening. {opening}

# %% setup=true minutes={run}
import numpy as np

# %% [markdown]
# ## 1 First
# {words}
# <details><summary>More</summary>
#
# {closed}
#
# </details>

# %% solution="linear_forward"
def linear_forward(x, W, b):
    ### BEGIN SOLUTION
    {own}
    ### END SOLUTION

# %% check="linear_forward"
check("linear_forward", linear_forward)

# %% [markdown]
# ## 2 Second

# %%
{lines}

# %% fold="Draw"
{lines}

{more}
"""
EMPTY = {"opening": "", "words": "", "closed": "", "own": "a = 1", "more": "", "run": 0}


def minutes(tmp_path, **filled):
    path = tmp_path / "n.py"
    path.write_text(TEXT.format(**EMPTY | {"lines": "a = 1\n" * 150} | filled), "utf-8")
    return {one.number: one.low for one in minutes_by_section(read_source(path))}


MANUAL = '# %% [markdown] manual="why" points=2\n# Why?\n\n'


@pytest.mark.parametrize(
    ("change", "first", "second"),
    [
        ({}, 0, 0),
        ({"words": "word " * 900}, 20, 0),
        ({"words": "word <!-- no claim: derived -->\n# " * 900}, 20, 0),
        ({"opening": "word " * 900}, 20, 0),
        ({"closed": "word " * 900}, 10, 0),
        ({"words": "seen\n#\n# *In words: " + "word " * 900 + "*"}, 10, 0),
        ({"lines": "a = 1\n" * 300}, 0, 10),
        ({"lines": "\n" * 900 + "a = 1\n" * 150}, 0, 0),
        ({"own": "a = 1\n    # why\n    " * 3}, 0, 0),  # three lines take less than the least
        ({"own": "a = 1\n    " * 16}, 30, 0),
        ({"own": "a = 1\n    " * 16, "more": '# %% broken="linear_forward"\na = 1'}, 10, 0),
        ({"more": MANUAL * 4}, 0, 60),
        ({"more": '# %% guess="how many"\nguess("ps98", None)\n\n' * 5}, 0, 10),
        ({"more": '# %% choice="a" key="a" points=1\ncheck_choice("a", a)\n\n' * 5}, 0, 20),
        ({"run": 20}, 20, 0),
    ],
)
def test_what_counts_adds_its_minutes(tmp_path, change, first, second):
    before, after = minutes(tmp_path), minutes(tmp_path, **change)
    assert before["2"] == 10  # 150 lines in sight; folded ones take no time
    grown = [after[number] - before[number] for number in "12"]
    assert grown == pytest.approx([first, second], abs=5)
    assert sum(grown) == pytest.approx(first + second, abs=5)


@pytest.mark.parametrize(
    ("name", "planned"), [("leak_experiment", True), ("configuration", True), ("cards", False)]
)
def test_what_a_class_compares_is_planned_like_an_experiment(name, planned):
    assert is_experiment(find(name)) == planned


FUNCTION = """\
# %% [markdown]
# ## {n} a

# %% solution="{name}"
def {name}():
    ### BEGIN SOLUTION
{own}
    ### END SOLUTION

"""


def test_functions_share_their_minutes_by_their_points(tmp_path):
    path = tmp_path / "n.py"

    def taken(*names, check='# %% check="{0}"\ncheck("{0}", {0})\n\n'):
        path.write_text(
            "".join(
                FUNCTION.format(n=n, name=name, own="    a = 1\n" * 16)  # 40 minutes
                + check.format(name)
                for n, name in enumerate(names, 1)
            ),
            "utf-8",
        )
        return [one.low for one in minutes_by_section(read_source(path))]

    names = "linear_forward", "linear_backward"  # 2 and 3 points
    assert taken(*names) == [35, 45]  # the first with the frame's 2
    assert taken(*names, "leak_experiment") == [35, 45, 35]  # whatever its lines and points
    assert taken("leak_experiment") == [35]
    assert taken(*names, check="") == [40, 40]  # no check, so no points


def test_words_are_counted_in_sight_and_in_folds():
    text = "One [two](../three.ipynb), x = 4.\n<details><summary>five</summary>six</details>\n"
    assert words_of(text + "\n*In words: seven eight.*") == (4, 6)
    assert words_of('<div id="a" style="b: c">\n\nOne | two |\n|---|\n') == (2, 0)


def test_the_sum_is_rounded_and_not_each_section(tmp_path):
    path = tmp_path / "n.py"

    def taken(*times):
        cells = (
            f"# %% [markdown]\n# ## {n} a\n# {'word ' * round(45 * time)}"
            for n, time in enumerate(times, 1)
        )
        path.write_text("\n\n".join(cells), "utf-8")
        return [one.low for one in minutes_by_section(read_source(path))]

    assert sorted(taken(*[7.1] * 6)) == [5, 5, 5, 10, 10, 10]  # 42.6 and the frame's 2
    assert taken(0.1, 7, 0.1, 0.1) == [5, 5, 5, 5]  # no section takes nothing
    assert taken(0.1, 10, 0.1, 8) == [5, 5, 5, 5]  # so a longer one pays for it


def test_a_range_is_stated(tmp_path):
    assert span([Section("1", 60, 80), Section("2", 50, 65)]) == "1 h 50 to 2 h 25"
    assert span([Section("1", 40, 50)]) == "40 min to 50 min"
    path = tmp_path / "n.py"
    path.write_text(f"# %% [markdown]\n# ## 1 a\n# {'word ' * 58 * 45}\n# ## 2 b\n", "utf-8")
    assert minutes_by_section(read_source(path)) == [("1", 60, 85)]


@pytest.mark.parametrize("assignment", assignments(ROOT))
def test_the_minutes_of_the_sections_add_up(assignment):
    (source,) = (ROOT / "solutions" / assignment).glob("*.py")
    (released,) = (ROOT / "notebooks" / assignment).glob("*.ipynb")
    table = "".join(json.loads(released.read_text("utf-8"))["cells"][2]["source"])
    there = minutes_by_section(read_source(source))
    assert re.findall(r"^\| (\d+) .*? \| (\d+–\d+) \|", table, re.M) == [
        (one.number, f"{one.low}–{one.high}") for one in there
    ]
    assert f"| **together** | **{span(there)}** |" in table
    # What stands above the section of a planned experiment is added up.
    checked = (cell.name for cell in read_source(source) if cell.kind == "check")
    above, row, _ = table.partition("| *so far* |")
    assert bool(row) == any(is_experiment(find(name)) for name in checked)
    if row:
        rows = [map(int, one) for one in re.findall(r"\| (\d+)–(\d+) \|", above)]
        low, high = map(sum, zip(*rows, strict=True))
        points = sum(map(int, re.findall(r"\| (\d+) \|$", above, re.M)))
        assert f"{row} *{low}–{high}* | *{points}* |" in table
