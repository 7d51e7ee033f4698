"""Headings above tasks, cells that wait, the picture on the first screen."""

import contextlib
import io

import nbformat
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from grader.authoring.build import build
from grader.authoring.cells import cells_of, source_of
from grader.authoring.draw_opening import draw_opening, on_card
from grader.authoring.lint import figures
from grader.authoring.lint.draft import draft_of
from grader.authoring.notebook import to_notebook
from grader.authoring.opening import FILE
from grader.authoring.source import read_source
from grader.authoring.tasks import tasks
from grader.checking.contract.families.experiment import COVERAGE, RULES, WIDTH, WORLDS
from grader.checking.contract.registry import find
from grader.problems import AuthoringError
from tests.authoring.course import SOURCE, write_course
from tests.project import ROOT

WAITING = '''# %% [markdown]
# ## 4 The end

# %% guess="how many"
guess("ps98_many", None)

# %% practice=true
reveal("ps98_many", len("two"))

# %% practice=true fold="Draw"
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

# %% [markdown]
# ## 5 Your maps

# %% practice=true
import numpy as np


def both(x, W):
    """Both passes."""
    return linear_backward(*linear_forward(x, W, 0))


# %% practice=true
pair = both(np.ones((1, 1)), np.ones((1, 1)))

# %% practice=true fold="Print the pair"
print(pair)

# %% practice=true needs=false
print("in any case", both)

# %% practice=true needs="linear_forward"
print("not before")
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
    written = [cell.text for cell in cells_of("ps01", ROOT)]
    task = next(text for text in written if "✍ `leak_experiment`" in text)
    text, _, table = task.split("</div>\n\n")[1].rpartition("\n\n")
    rows = [row.strip("| ").split(" | ") for row in table.splitlines()]
    assert [name for name, _ in rows[2:]] == [WORLDS, RULES, COVERAGE, WIDTH]
    (_, worlds), (_, rules), (_, coverage), (_, width) = rows[2:]
    assert worlds.startswith("an interval of 95 % from each of 1500, ")
    assert rules.startswith("at most 16 trainings in each world;")
    assert "at least 92 % of the intervals" in coverage and width.startswith("on average at most")
    assert text.startswith("Write your plan as a function of `trial`.")


def test_two_experiments_one_below_the_other_keep_what_their_checks_ask_for(tmp_path):
    source = tmp_path / "n.py"
    names = "leak_experiment", "race_report"
    text = "# %% [markdown]\n# ## 1 Plans\n\n"
    text += "".join(f'# %% solution="{name}"\ndef {name}(trial): ...\n\n' for name in names)
    text += "".join(f'# %% check="{name}"\ncheck("{name}", {name})\n\n' for name in names)
    source.write_text(text, "utf-8")
    (task,) = tasks(read_source(source))
    assert task.names == names
    asked = [find(name).terms for name in names]
    assert list(task.terms) == [*asked[0], *asked[1]]


def test_a_function_that_is_no_experiment_has_no_table():
    assert not any(task.terms for task in tasks(read_source(source_of("ps06", ROOT))))


def built(tmp_path, waiting=WAITING):
    source = tmp_path / "n.py"
    source.write_text(SOURCE + waiting, encoding="utf-8")
    return [cell.source for cell in to_notebook(read_source(source)).cells]


@pytest.mark.parametrize("is_revealed", [True, False])
def test_code_that_waits_runs_when_the_result_was_shown(tmp_path, is_revealed):
    code = next(text for text in built(tmp_path) if "revealed(" in text)
    assert code.startswith('# @title Draw\nimport math\n\nif revealed("ps98_many"):')
    shown = []
    namespace = {"revealed": lambda name: is_revealed and name == "ps98_many"}
    with contextlib.redirect_stdout(io.StringIO()) as said:
        exec(code, namespace | {"display": shown.append})
    if is_revealed:
        assert said.getvalue() == "two\nlines and\n3.14\n"
        assert shown == ["two\nlines"]
    else:
        assert said.getvalue().startswith("This cell waits for your guess in section 4. Guess, ")
        assert shown == []


@pytest.mark.parametrize("player", ["slider", "animation", "live"])
def test_a_figure_that_moves_and_waits_is_shown(tmp_path, player):
    waiting = WAITING.replace("\ntext\n", f"\n{player}(text)\n")
    code = next(text for text in built(tmp_path, waiting) if "revealed(" in text)
    assert f"    display({player}(text))\n" in code


def test_a_text_that_waits_is_folded(tmp_path):
    words, rest = next(text for text in built(tmp_path) if "After" in text).split(
        "\n\n</details>\n\n"
    )
    assert words.endswith("After your guess: the figure in words</summary>\n\nA line $x$.")
    assert "After your guess: what follows" in rest and rest.endswith(
        "So it is *two*.\n\n</details>"
    )


def test_what_a_cell_waits_for_follows_from_its_names(tmp_path):
    """From functions of the notebook, and from values that a waiting cell has computed, too."""
    source = (SOURCE + WAITING).replace("# # A small", "# ## 3 A small")
    (tmp_path / "m.py").write_text(source, encoding="utf-8")
    cells = to_notebook(read_source(tmp_path / "m.py")).cells
    defines, uses, uses_again, in_any_case, not_before = [cell.source for cell in cells[-5:]]
    assert "ready(" not in defines + in_any_case
    for code in (
        uses,
        uses_again,
    ):  # who has checked the backward pass has checked the forward pass
        assert code.removeprefix("# @title Print the pair\n").startswith(
            'if ready("linear_backward"):'
        )
    assert "waits for linear_backward (section 3). Write it, then" in " ".join(uses.split())
    assert not_before.startswith('if ready("linear_forward"):')


def test_a_cell_above_the_check_tries_what_is_written(tmp_path):
    tried = '# %% practice=true fold="Try it"\nlinear_forward\n\n# %% check="linear_forward"'
    source = SOURCE.replace('# %% check="linear_forward"', tried)
    (tmp_path / "m.py").write_text(source, encoding="utf-8")
    cells = to_notebook(read_source(tmp_path / "m.py")).cells
    assert "# @title Try it\nlinear_forward" in [cell.source for cell in cells]


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
