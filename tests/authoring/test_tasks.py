"""Headings above tasks, cells that wait, the picture on the first screen."""

import contextlib
import io

import nbformat
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from grader.authoring import AuthoringError, build
from grader.authoring.build import cells_of, source_of
from grader.authoring.draw_opening import draw_opening, on_card
from grader.authoring.lint import figures
from grader.authoring.lint.draft import draft_of
from grader.authoring.notebook import to_notebook
from grader.authoring.opening import FILE
from grader.authoring.source import read_source
from grader.authoring.tasks import tasks
from grader.checking.contract.families.experiment import COVERAGE, RULES, WIDTH, WORLDS
from grader.checking.contract.registry import find
from tests.authoring.course import SOURCE, write_course
from tests.project import ROOT

WAITING = '''# %% [markdown]
# ## 4 The end

# %% guess="how many"
guess("ps98_many", None)

# %% practice=true fold="Draw" after="ps98_many"
import math

text = """two
lines"""
print(f"""{text} and
{math.pi:.2f}""")
text

# %% [markdown] after="ps98_many"
# *In words: a line $x$.*
#
# So it is *two*.

# %% practice=true
if ready("linear_backward"):
    print("there")
else:
    print("This cell waits.")
'''


def texts(root):
    return [cell.text for cell in cells_of("ps98", root)]


def test_every_task_has_a_heading_with_name_and_points(tmp_path):
    source = SOURCE.replace("# What is a sample?", "# **A sample.** what is it?")
    found = [text for text in texts(write_course(tmp_path, source)) if "✍" in text]
    assert [text.split("✍ ")[1].split("\n")[0] for text in found] == [
        "`linear_forward`, 2 points",
        "`linear_backward`, 3 points",
        "Question: A sample, 1 point",
        "In your words: why, 2 points",
    ]
    assert "</div>\n\nWhat is it?" in found[2]  # the bold words have become the title


def test_a_heading_stands_below_the_last_one_of_its_text_and_one_level_deeper(tmp_path):
    text = "# %% [markdown]\n# ## 1 Maps\n#\n# ### Affine\n#\n# Write it.\n\n"
    source = SOURCE.replace(
        '# %% solution="linear_forward"', f'{text}# %% solution="linear_forward"'
    )
    found = texts(write_course(tmp_path, source))
    place = found.index("## 1 Maps\n\n### Affine")
    assert "#### ✍ `linear_forward`" in found[place + 1]
    assert found[place + 1].endswith("Write it.")
    assert found[place + 2].startswith("def linear_forward")


def test_what_the_check_of_an_experiment_asks_for_stands_below_its_text():
    written = [cell.text for cell in cells_of("ps18", ROOT)]
    task = next(text for text in written if "✍ `member_experiment`" in text)
    text, _, table = task.split("</div>\n\n")[1].rpartition("\n\n")
    rows = [row.strip("| ").split(" | ") for row in table.splitlines()]
    assert [name for name, _ in rows[2:]] == [WORLDS, RULES, COVERAGE, WIDTH]
    (_, worlds), (_, rules), (_, coverage), (_, width) = rows[2:]
    assert worlds.startswith("an interval of 95 % from each of 1500, ")
    assert "at most 100 trainings" in rules and "a call costs as many as its `members`" in rules
    assert "at least 91 % of the intervals" in coverage and width.startswith("on average at most")
    assert text.startswith("**Your plan.** How many members")


def test_two_experiments_one_below_the_other_keep_what_their_checks_ask_for(tmp_path):
    source = tmp_path / "n.py"
    names = "norm_experiment", "gain_experiment"
    text = "# %% [markdown]\n# ## 1 Plans\n\n"
    text += "".join(f'# %% solution="{name}"\ndef {name}(trial): ...\n\n' for name in names)
    text += "".join(f'# %% check="{name}"\ncheck("{name}", {name})\n\n' for name in names)
    source.write_text(text, "utf-8")
    (task,) = tasks(read_source(source), find)
    assert task.names == names
    asked = [find(name).terms for name in names]
    assert list(task.terms) == [*asked[0], *asked[1]]


def test_a_function_that_is_no_experiment_has_no_table():
    assert not any(task.terms for task in tasks(read_source(source_of("ps06", ROOT)), find))


def built(tmp_path, waiting=WAITING):
    source = tmp_path / "n.py"
    source.write_text(SOURCE + waiting, encoding="utf-8")
    return [cell.source for cell in to_notebook(read_source(source), find).cells]


@pytest.mark.parametrize("is_revealed", [True, False])
def test_code_that_waits_runs_when_the_result_was_shown(tmp_path, is_revealed):
    code = next(text for text in built(tmp_path) if "revealed(" in text)
    assert code.startswith('# @title Draw\nimport math\n\nif revealed("ps98_many"):')
    namespace = {"revealed": lambda name: is_revealed and name == "ps98_many"}
    with contextlib.redirect_stdout(io.StringIO()) as said:
        exec(code, namespace)
    if is_revealed:
        assert said.getvalue() == "two\nlines and\n3.14\n"
        assert namespace["shown"] == "two\nlines"
    else:
        assert said.getvalue().startswith("This cell waits for your guess in section 4: ")
        assert namespace["shown"] is None
    assert code.endswith("\nshown")  # what a notebook shows below the cell


@pytest.mark.parametrize("player", ["slider", "animation", "live"])
def test_a_figure_that_moves_and_waits_is_shown(tmp_path, player):
    waiting = WAITING.replace("\ntext\n", f"\n{player}(text)\n")
    code = next(text for text in built(tmp_path, waiting) if "revealed(" in text)
    assert f"    shown = {player}(text)" in code and code.endswith("\nshown")
    assert "This figure waits for your guess" in code


def test_a_text_that_waits_is_folded(tmp_path):
    words, rest = next(text for text in built(tmp_path) if "After" in text).split(
        "\n\n</details>\n\n"
    )
    assert words.endswith("After your guess: the figure in words</summary>\n\nA line $x$.")
    assert "After your guess: what follows" in rest and rest.endswith(
        "So it is *two*.\n\n</details>"
    )


def test_a_cell_that_waits_for_functions_names_them_and_their_section(tmp_path):
    last = built(tmp_path)[-1]
    assert '"This cell waits for linear_forward and linear_backward. "' in last
    assert '"Write them, then run this cell again."' in last
    source = SOURCE.replace("# # A small", "# ## 3 A small") + WAITING
    (tmp_path / "m.py").write_text(source, encoding="utf-8")
    text = to_notebook(read_source(tmp_path / "m.py"), find).cells[-1].source
    assert "linear_forward and linear_backward (section 3)." in " ".join(text.split())


DRAWN = """# %% opening=true
'A line `w[0]` that rises.'

import matplotlib.pyplot as plt

plt.figure(figsize=(3, 2))
plt.plot([1, 2])
plt.show()

# %% setup=true
"""


def test_the_opening_picture_is_drawn_by_its_cell_and_embedded_below_the_title(tmp_path):
    root = write_course(tmp_path, SOURCE.replace("# %% setup=true\n", DRAWN))
    assert [problem for _, problem in figures.opening(draft_of("ps98", root))] == [
        f"draw {FILE}: python -m grader notebook opening ps98"
    ]
    path = draw_opening("ps98", root)
    assert path.read_bytes().startswith(b"\x89PNG")
    first = build("ps98", root).read_bytes()
    title = nbformat.reads(first.decode(), as_version=4).cells[0].source.split("\n\n")
    assert title[0].startswith("# A small") and title[-1].startswith("[opening]: data:image/png;")
    assert title[1] == "![A line `w(0)` that rises.][opening]"
    assert b"plt.plot([1, 2])" not in first
    assert list(figures.opening(draft_of("ps98", root))) == []
    draw_opening("ps98", root)
    assert build("ps98", root).read_bytes() == first
    path.write_bytes(bytes(40_001))
    (told,) = [problem for _, problem in figures.opening(draft_of("ps98", root))]
    assert "40,001 bytes, at most 40,000" in told


def test_on_a_dark_page_the_opening_picture_lies_on_a_card_with_clear_corners(tmp_path):
    root = write_course(tmp_path, SOURCE.replace("# %% setup=true\n", DRAWN))
    with Image.open(draw_opening("ps98", root)) as image:
        card = np.asarray(image.convert("RGBA"))
    assert [card[row, column, 3] for row in (0, -1) for column in (0, -1)] == [0] * 4
    assert tuple(card[0, 150]) == (255, 255, 255, 255)


def test_strict_readers_of_pictures_find_a_colour_for_each_pixel_of_an_opening_picture():
    """With fewer colours than a palette has places, but more than four bits number."""
    figure = Figure(figsize=(3, 2))
    figure.figimage(np.linspace(0, 1, 100)[None, :], cmap="gray")
    with Image.open(io.BytesIO(on_card(figure, dpi=50))) as image:
        assert 50 < len(image.getpalette()) // 3 < 200
        assert np.asarray(image).max() < len(image.getpalette()) // 3


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [("opening=true", "claims=true", "no cell is marked with opening=true"),
     ("plt.show()", "", "nothing is drawn"),
     ("plt.plot([1, 2])", "1 / 0", r"cell 2 \(line 5\): ZeroDivisionError"),
     ("plt.plot([1, 2])", "plt.imshow(__import__('numpy').random.rand(900, 900, 3))",
      "more than 40,000 bytes")],
)  # fmt: skip
def test_what_cannot_be_drawn_is_told(tmp_path, old, new, says):
    drawn = DRAWN.replace(old, new).replace("figsize=(3, 2)", "figsize=(9, 9)")
    with pytest.raises(AuthoringError, match=says):
        draw_opening("ps98", write_course(tmp_path, SOURCE.replace("# %% setup=true\n", drawn)))
