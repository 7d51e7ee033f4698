"""On a dark page the drawings turn dark; what their colours say can be read on both."""

import re
import subprocess
import sys
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_lessons.figures import slider
from course_lib.plots import pictures, theme, with_alt

# The grounds of outputs: JupyterLab and its cells, VS Code, Colab.
DARK_PAGES = ("#111111", "#212121", "#1E1E1E", "#383838")


def contrast(one: str, other: str) -> float:
    """As the Web Content Accessibility Guidelines define it."""

    def luminance(colour: str) -> float:
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def turned(colour: str, ground: str) -> str:
    """What the filter of `theme` makes of a colour on a ground (W3C, Filter Effects)."""
    assert theme.ON_DARK == "invert(1) hue-rotate(180deg)"
    rgb = 1 - np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    grey = np.array([0.213, 0.715, 0.072])
    rotated = np.clip((2 * grey - np.eye(3)) @ rgb, 0, 1)
    page = np.array([int(ground[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    screened = 1 - (1 - rotated) * (1 - page)
    return "#" + "".join(f"{round(255 * c):02X}" for c in screened)


@pytest.mark.parametrize("colour", [theme.INK, theme.QUIET, theme.FORWARD, theme.GRADIENT])
def test_what_text_is_written_in_stands_out(colour: str) -> None:
    assert contrast(colour, theme.PAPER) > 4.5
    for ground in DARK_PAGES:
        assert contrast(turned(colour, ground), turned(theme.PAPER, ground)) > 4.5, ground


@pytest.mark.parametrize("colour", theme.CYCLE)
def test_every_line_stands_out_from_a_dark_page(colour: str) -> None:
    assert contrast(turned(colour, "#111111"), "#111111") > 3.0


def test_blue_stays_blue_and_orange_stays_orange() -> None:
    for colour, strongest in ((theme.FORWARD, 2), (theme.GRADIENT, 0)):
        found = turned(colour, "#111111")
        assert int(np.argmax([int(found[i : i + 2], 16) for i in (1, 3, 5)])) == strongest


def drawing(title: str = "A line that rises") -> Any:
    figure, ax = plt.subplots(figsize=(2, 1.5))
    ax.plot([1, 2])
    ax.set_title(title, loc="left")
    return figure


def image(title: str = "A digit") -> Any:
    figure, ax = plt.subplots(figsize=(2, 1.5))
    ax.imshow(np.eye(3))
    ax.set_title(title)
    return figure


def test_only_drawings_turn_dark_and_only_on_a_screen() -> None:
    shown = with_alt(drawing(), "a line").html()
    assert "course-drawing" in shown and theme.ON_DARK in shown and "@media screen" in shown
    assert "background: #FFFFFF" in shown  # where styles do not count
    assert "course-drawing" not in with_alt(image(), "a digit").html()
    figure, ax = plt.subplots()
    ax.pcolormesh(np.eye(3))
    assert not with_alt(figure, "a map").drawing
    figure, ax = plt.subplots()
    ax.contourf(np.eye(3))
    assert not with_alt(figure, "a map").drawing


def test_a_player_with_images_keeps_its_card() -> None:
    lines = slider(lambda n: drawing(), [1, 2], name="n", alt="a line")
    mixed = slider(lambda n: drawing() if n == 1 else image(), [1, 2], name="n", alt="a digit")
    assert "course-drawing" in lines.html() and "course-drawing" not in mixed.html()


def test_a_figure_without_words_gets_its_titles_as_alternative_text() -> None:
    pytest.importorskip("IPython")
    shown = pictures.as_picture(drawing("A line\nthat rises"))
    assert shown.alt == "Figure: A line that rises" and shown.drawing
    assert pictures.as_picture(drawing("")).alt == "Figure without a title"
    digit = pictures.as_picture(image())
    assert not digit.drawing and digit.png.startswith(b"\x89PNG")


SESSION = """
import os
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
seen = []
shell.display_pub.publish = lambda data, metadata=None, **more: seen.append(data)
shell.run_cell("from course_lib.plots import theme")
shell.run_cell(
    "import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.title('One'); plt.show()"
)
(data,) = seen
print(sorted(data), "course-drawing" in data.get("text/html", ""), data["text/plain"])
"""


@pytest.mark.parametrize("read", [True, False])
def test_every_figure_of_a_notebook_that_is_read_turns_dark(
    read: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("IPython")
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    if read:
        monkeypatch.setenv("JPY_SESSION_NAME", "ps06.ipynb")
    ran = subprocess.run(
        [sys.executable, "-c", SESSION], capture_output=True, text=True, check=True, timeout=120
    )
    kinds = "['image/png', 'text/html', 'text/plain'] True Figure: One"
    plain = r"\['image/png', 'text/plain'\] False <Figure size .*>"
    assert re.fullmatch(re.escape(kinds) if read else plain, ran.stdout.strip())
