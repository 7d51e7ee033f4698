"""Every rule on notebooks is broken once, and said so."""

import dataclasses
import re

import nbformat
import pytest

from grader.authoring.draw_opening import draw_opening
from grader.authoring.lint import code, figures, layout, own_exercises, predictions, text
from grader.authoring.lint import release as released
from grader.authoring.lint.draft import draft_of
from grader.authoring.lint.run import RULES, lint
from grader.authoring.release import release
from tests.authoring.course import write_course

GOOD = '''# %% [markdown]
# # A small problem set
#
# **Afterwards you can**
#
# - map.
#
# **You need** nothing.

# %% opening=true
"""A line w[0] that rises."""

import matplotlib.pyplot as plt

plt.figure(figsize=(3, 2))
plt.plot([1, 2])
plt.show()

# %% setup=true
import numpy as np

from course_lib.backend import choose_device
from course_lib.plots import theme, training_curves
from grader.checking import check, guess, reveal

device = choose_device("cpu")

# %% [markdown]
# ## 1 A guess first
# How many?

# %% guess="how many there are"
guess("ps98_many", None)

# %% practice=true
reveal("ps98_many", len(device))

# %% practice=true fold="Print it"
shown = device.upper()
print(shown)

# %% [markdown] after="ps98_many"
# *In words: above 3.*

# %% [markdown]
# ## 2 The idea
# A picture.

# %% practice=true
import matplotlib.pyplot as plt

with theme.style():
    figure, ax = plt.subplots()
    ax.set(xlabel="epoch", ylabel="loss", title="It falls")
    plt.show()

# %% [markdown]
# *In words: a line.*
#
# ```
# ## no heading
# ```

# %% [markdown]
# ## 3 The map
#
# ### In detail

# %% solution="linear_forward"
def linear_forward(x, W, b):
    """u = x @ W + b, with the cache (x, W)."""
    ### BEGIN SOLUTION
    product = x @ W
    return product + b, (x, W)
    ### END SOLUTION


# %% check="linear_forward"
check("linear_forward", linear_forward)

# %% [markdown]
# ## 4 Spot the slip
# None.

# %% [markdown]
# ## 5 Your functions map

# %% practice=true
print(linear_forward(np.zeros((1, 1)), np.zeros((1, 1)), np.zeros(1)))

# %% [markdown]
# ## 6 Questions

# %% [markdown]
# **Why?** Say it.

# %% [markdown] manual="why" points=2
# ### BEGIN SOLUTION
# Because it is linear but for a constant.
# ### END SOLUTION

# %% [markdown]
# ## 7 In PyTorch

# %% [markdown]
# ## 8 Your cheat sheet

# %% [markdown]
# ## What comes next

# %% [markdown]
# ## Sources
# S0.
'''


def test_a_good_notebook_breaks_no_rule(tmp_path):
    root = write_course(tmp_path, GOOD)
    draw_opening("ps98", root)
    release("ps98", root)
    assert lint("ps98", root) == []


REVEAL = 'reveal("ps98_many", len(device))'
ANSWER = "\n# %% practice=true\nreveal("
BROKEN = [  # rule, text in the good source, what stands there instead, what is said
    (layout.introduction, "**You need**", "You need", "lacks **You need**"),
    (layout.marked, '# %% guess="how many there are"', "# %%", "a guess has a title"),
    (layout.introduction, "# # A small", "# A small", "starts with the title"),
    (layout.levels, "# ### In detail", "# #### In detail", "skips a level"),
    (layout.levels, "# ## 2 The idea", "# # The idea", "a second title"),
    (layout.levels, "# A picture.", "# A picture.\n#\n# ## More", "starts in mid-cell"),
    (layout.sections, "## 3 The map", "## 4 The map", "is numbered '4', expected '3'"),
    (layout.sections, "## What comes next", "## 10 What comes next", "'10', expected '9'"),
    (layout.sections, "## Sources", "## From", "no section 'Sources'"),
    (layout.setup, "# %% setup=true", "# %%", "one setup cell"),
    (layout.setup, "import numpy as np\n\nfrom", "import numpy as np\n\nx = 1\nfrom",
     "holds imports only, found 'x = 1'"),
    (layout.setup, 'device = choose_device("cpu")', "", "ends with device"),
    (text.finished, "# A picture.", "# TODO: a picture.", "TODO: a picture."),
    (text.spelling, "How many?", "How m" "nay?", "==> many"),
    (text.remarks, 'guess("ps98_many", None)', 'guess("ps98_many", None)  # fmt: skip',
     "'# fmt:' is not a comment for students"),
    (text.tables, "# None.", "# | | units |\n# |---|---:|\n# | a | 2 |", "without a heading"),
    (text.length, "# None.", "# None.\n" + "# More.\n" * 60, "62 lines of text, at most 60"),
    (text.length, "    product = x @ W\n", "    product = x @ W\n" * 41, "46 lines of code"),
    (text.length, "    plt.show()", "    plt.show()  # " + "x" * 90, "more than 100 characters"),
    (figures.in_words, "*In words: a line.*", "A line.", "starts with '*In words: …*'"),
    (figures.in_words, "print(linear", "training_curves(linear", "shows a picture"),
    (figures.labels, ', title="It falls"', "", "lacks a title"),
    (figures.labels, 'xlabel="epoch", ', "", "label on the x axis"),
    (figures.labels, 'ylabel="loss", ', "", "label on the y axis"),
    (figures.labels, "with theme.style():", "if True:", "theme.style"),
    (figures.opening, '"""A line w[0] that rises."""', "", "begin with a docstring"),
    (figures.opening, "A line w[0] that rises.", "TODO: a line.", "begin with a docstring"),
    (figures.opening, "# %% setup=true", "# %% opening=true\n'A line.'\n\n# %% setup=true",
     "a second opening=true"),
    (code.imports, "import numpy as np", "import scipy", "imports scipy"),
    (code.imports, "from grader.checking", "from grader.grading", "imports grader.grading"),
    (code.checked, "# %% check=", "# %%\nprint(1)\n\n# %% check=", "right under its function"),
    (code.checked, "# %% check=", "# %% practice=true\nprint(1)\n\n# %% check=",
     "right under its function"),
    (predictions.guesses, 'guess("ps98_many", None)', "print(1)", "nothing is predicted"),
    (predictions.guesses, REVEAL, "print(4)", "not revealed in a cell below"),
    (predictions.guesses, "# How many?\n", "# How many?\n#\n# - a: one\n# - b: two\n",
     "among='ab'"),
    (predictions.guesses, "ps98_many", "many", "starts with ps98_"),
    (predictions.guesses, REVEAL, 'guess("ps98_many", 3)', "is there already"),
    (predictions.guesses, REVEAL, 'reveal("ps98_manx", 4)', "nowhere guessed"),
    (predictions.computed, "len(device)", "4", "4 can be read in the code"),
    (predictions.computed, REVEAL, 'right = "b"\nreveal("ps98_many", right)', "right can be read"),
    (predictions.computed, "len(device)", '"b" if 1 else "c"', "can be read in the code"),
    (predictions.unseen, ANSWER, f"\n# %% [markdown]\n# *In words: a line.*\n{ANSWER}",
     "the caption stands before"),
    (predictions.alone, ANSWER, ANSWER.replace("reveal", "print(device)\nreveal"),
     "reveal('ps98_many') stands in one cell with what is printed"),
    (predictions.alone, REVEAL, f"{REVEAL}\nif device:\n    plt.show()",
     "reveal('ps98_many') stands in one cell with what is printed"),
    (predictions.unseen, ANSWER, ANSWER.replace("reveal", "print(2)\n\n# %% practice=true\nreveal"),
     "shows print(2) before the reveal"),
    (predictions.waiting, '[markdown] after="ps98_many"', "[markdown]",
     "shows what came out before everybody has guessed 'ps98_many'"),
    (predictions.waiting, '[markdown] after="ps98_many"', '[markdown] after="ps98_manx"',
     "no reveal of 'ps98_manx' stands above"),
    (predictions.waiting, "# *In words: above 3.*", "# ### Above 3",
     "is folded, so it has no heading"),
    (predictions.independent, "# A picture.", "# A picture.\n\n# %%\nshown.lower()",
     "uses shown, which waits for 'ps98_many'"),
    (predictions.seen, "print(shown)", "sorted(shown)",
     "'Print it' waits, and would not show sorted(shown): give it a name"),
    (predictions.seen, "print(shown)", "def two():\n    return 2\n\ntwo()", "not show two()"),
    (released.no_solution, "# A picture.", "# return product + b, (x, W)",
     "a line of the solution"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "old", "new", "says"), BROKEN)
def test_a_broken_rule_is_told(tmp_path, rule, old, new, says):
    assert old in GOOD
    root = write_course(tmp_path, GOOD)
    if rule is figures.opening:
        draw_opening("ps98", root)
    (root / "solutions/ps98/ps98_small.py").write_text(GOOD.replace(old, new), encoding="utf-8")
    draft = draft_of("ps98", root)
    problems = [problem for _, problem in rule(draft)]
    assert any(says in problem for problem in problems), problems


def good_draft(tmp_path):
    return draft_of("ps98", write_course(tmp_path, GOOD))


def test_a_setup_cell_changed_by_hand_is_told(tmp_path):
    draft = good_draft(tmp_path)
    draft.built[1]["source"] = draft.built[1]["source"].replace("-m", "-mm")
    assert "differs from" in " ".join(p for _, p in layout.setup(draft))


def test_a_table_of_points_that_does_not_add_up_is_told(tmp_path):
    draft = good_draft(tmp_path)
    how = draft.built[2]
    assert "| **4** |" in how["source"]
    how["source"] = how["source"].replace("**4**", "**5**")
    assert [p for _, p in layout.table(draft)] == [
        "the table of points is missing or wrong; build it anew"
    ]


def test_a_notebook_without_points_is_told(tmp_path):
    source = re.sub(r"# %% check=.*?(?=# %%)|# %% \[markdown\] manual=.*?(?=# %%)", "", GOOD,
                    flags=re.S)  # fmt: skip
    draft = draft_of("ps98", write_course(tmp_path, source))
    assert [p for _, p in layout.table(draft)] == ["nothing in it is graded"]


def test_a_task_without_its_heading_is_told(tmp_path):
    draft = good_draft(tmp_path)
    place = next(n for n, cell in enumerate(draft.cells) if cell.name == "linear_forward")
    built = draft.built
    assert "`linear_forward`, 2 points" in built[place - 1]["source"]
    built[place - 1]["source"] = "### In detail"
    told = [problem for _, problem in layout.marked(draft)]
    assert told == [
        "linear_forward (2 points) stands below 'Guess: how many there are': build it anew"
    ]


@pytest.mark.parametrize(
    "end",
    [
        "shown",
        "live(shown)",
        "slider(shown)",
        "def draw():\n    f = lambda: 1\n    def g():\n        return 1\n\ndraw()",
    ],
)
def test_what_a_waiting_cell_shows_is_not_told(tmp_path, end):
    draft = draft_of("ps98", write_course(tmp_path, GOOD.replace("print(shown)", end)))
    assert list(predictions.seen(draft)) == []


def test_a_description_that_gives_nothing_away_need_not_wait(tmp_path):
    source = GOOD.replace('[markdown] after="ps98_many"', "[markdown] after=false")
    draft = draft_of("ps98", write_course(tmp_path, source))
    assert list(predictions.waiting(draft)) == []


def test_a_folded_cell_may_stand_between_a_function_and_its_check(tmp_path):
    tried = '# %% practice=true fold="Try it"\nprint(1)\n\n# %% check='
    draft = draft_of("ps98", write_course(tmp_path, GOOD.replace("# %% check=", tried)))
    assert list(code.checked(draft)) == []


def test_names_that_are_there_twice_are_told(tmp_path):
    draft = good_draft(tmp_path)
    cells = draft.built
    cells[4]["id"] = cells[3]["id"]
    again = next(cell for cell in cells if "nbgrader" in cell["metadata"])
    cells[5]["metadata"]["nbgrader"] = again["metadata"]["nbgrader"]
    told = " ".join(problem for _, problem in layout.unique(draft))
    assert f"cell id {cells[3]['id']!r}" in told and "grade_id 'linear_forward'" in told


def test_outputs_are_told_in_what_is_released(tmp_path):
    root = write_course(tmp_path, GOOD)
    draw_opening("ps98", root)
    path = release("ps98", root)
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[4].execution_count = 3
    nbformat.write(notebook, path)
    assert "cell 5 of the release has execution_count" in lint("ps98", root)[0]


def test_an_exercise_without_a_check_is_told(tmp_path):
    draft = dataclasses.replace(good_draft(tmp_path), assignment="ps06")
    assert "the exercise linear_backward has no check cell" in [p for _, p in code.checked(draft)]


def test_all_rules_are_broken_here_once():
    tried = {rule for rule, *_ in BROKEN} | {layout.table, layout.unique, released.outputs}
    tried |= {own_exercises.judged_right}  # in test_own_folder.py
    assert tried == set(RULES)
