"""The time that a notebook states follows from a rule, section by section, and adds up."""

import json
import re

import pytest

from grader.authoring.build import assignments
from grader.authoring.source import read_source
from grader.authoring.times import LONGEST, advice, minutes_by_section, minutes_of_folds
from grader.checking.contract.registry import find
from tests.project import ROOT

TEXT = """\
# %% [markdown]
# Opening. {opening}

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
    raise NotImplementedError

# %% check="linear_forward"
check("linear_forward", linear_forward)

# %% [markdown]
# ## 2 Second

# %%
{lines}

# %% fold="Draw"
{lines}
"""


def minutes(tmp_path, **filled):
    given = {"opening": "", "words": "", "closed": "", "lines": "a = 1\n" * 60} | filled
    path = tmp_path / "n.py"
    path.write_text(TEXT.format(**given), "utf-8")
    return dict(minutes_by_section(read_source(path), find))


def test_words_lines_and_tasks_count_where_they_are_in_sight(tmp_path):
    points = find("linear_forward").points
    assert minutes(tmp_path) == {"1": 5 * round((6 + 3 * points) / 5), "2": 5}
    assert minutes(tmp_path, closed="word " * 2000) == minutes(tmp_path)
    marks = "word <!-- no claim: derived -->\n# " * 200
    assert minutes(tmp_path, words=marks) == minutes(tmp_path, words="word\n# " * 200)
    longer = minutes(tmp_path, words="word " * 1100, lines="a = 1\n" * 240)
    assert longer == {"1": minutes(tmp_path)["1"] + 10, "2": 20}
    assert minutes(tmp_path, opening="word " * 1100)["1"] == minutes(tmp_path)["1"] + 10


def test_folded_texts_are_counted_by_themselves(tmp_path):
    path = tmp_path / "n.py"
    for words, expected in ((0, 0), (1100, 10), (2200, 20)):
        closed = "word " * words + "\n#\n# *In words: " + "seen " * 1000 + "*"
        path.write_text(TEXT.format(opening="", words="", closed=closed, lines="a = 1"), "utf-8")
        assert minutes_of_folds(read_source(path)) == expected


def test_a_task_without_points_takes_as_long_as_its_solution(tmp_path):
    path = tmp_path / "n.py"
    solution = "### BEGIN SOLUTION\n{}\n### END SOLUTION"
    cell = '# %% [markdown]\n# ## 1 First\n\n# %% solution="halves"\n' + solution
    taken = []
    for lines in (1, 20):
        path.write_text(cell.format("\n".join(["a = 1"] * lines)), "utf-8")
        taken.append(dict(minutes_by_section(read_source(path), find))["1"])
    assert taken == [5, 40]


def test_the_sum_is_rounded_and_not_each_section(tmp_path):
    path = tmp_path / "n.py"

    def taken(*words):
        cells = (f"# %% [markdown]\n# ## {n}\n# {'word ' * w}" for n, w in enumerate(words, 1))
        path.write_text("\n\n".join(cells).replace("\n# word", " a\n# word"), "utf-8")
        return [time for _, time in minutes_by_section(read_source(path), find)]

    each = round(7.4 * 110)
    assert sorted(taken(*[each] * 6)) == [5, 5, 5, 10, 10, 10]  # 44.4 minutes
    assert taken(1, each, 1, 1) == [5, 5, 5, 5]  # no section takes nothing
    assert taken(1, 10 * 110, 1, 8 * 110) == [5, 5, 5, 5]  # so a longer one pays for it
    assert taken(each) == [5]


def test_what_is_too_long_is_divided():
    assert advice([("1", LONGEST - 5), ("2", 5)]) == ""
    said = advice([("1", LONGEST), ("2", 5)])
    assert said == "That is too much for one sitting: stop after section 1."


@pytest.mark.parametrize("assignment", assignments(ROOT))
def test_the_minutes_of_the_sections_add_up(assignment):
    (source,) = (ROOT / "solutions" / assignment).glob("*.py")
    (released,) = (ROOT / "notebooks" / assignment).glob("*.ipynb")
    text = json.loads(released.read_text("utf-8"))["cells"][2]["source"]
    table = "".join(text)
    sections = [int(minutes) for minutes in re.findall(r"^\| \d+ .*? \| (\d+) \|", table, re.M)]
    assert sections == [time for _, time in minutes_by_section(read_source(source), find)]
    total = re.search(r"\*\*together\*\* \| \*\*(?:(\d+) hours?)?\s?(?:(\d+) minutes)?\*\*", table)
    assert total and sum(sections) == 60 * int(total[1] or 0) + int(total[2] or 0)
    assert ("too much for one sitting" in table) == (sum(sections) > LONGEST)
