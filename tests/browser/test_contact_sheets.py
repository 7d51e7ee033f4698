"""The sheets on which all figures of a notebook are looked at."""

from pathlib import Path

import pytest
from nbformat import NotebookNode, v4
from PIL import Image
from playwright.sync_api import Browser

from course_lib.plots import with_alt
from tests.browser import contact_sheets
from tests.browser.contact_sheets import LOOKS, figures_of, page_of, photograph

NAMES = ("light", "dark", "grey", "phone")


@pytest.fixture(scope="module")
def notebook() -> NotebookNode:
    """Two figures below one heading, and a cell that prints."""
    plt = pytest.importorskip("matplotlib.pyplot")
    figure, ax = plt.subplots(figsize=(3, 2))
    ax.fill([0, 1, 1, 0], [0, 0, 1, 1], color="#C25000")
    ax.axis("off")
    shown = v4.new_output("display_data", with_alt(figure, "A square")._repr_mimebundle_())
    drawn = v4.new_code_cell('# @title Draw <it> { display-mode: "form" }\nplot()')
    drawn.outputs = [shown, shown]
    printed = v4.new_code_cell("print(1)", outputs=[v4.new_output("stream", text="1")])
    return v4.new_notebook(cells=[v4.new_markdown_cell("## 2 Squares\ntext"), printed, drawn])


def test_each_figure_has_its_heading_and_the_title_of_its_cell(notebook: NotebookNode) -> None:
    words = [words for _, words in figures_of(notebook)]
    assert len(words) == 2
    assert words[0].startswith("2 Squares · Draw <it> · ")
    assert page_of(notebook, LOOKS["light"]).count("Draw &lt;it&gt;") == 2


@pytest.mark.browser
def test_a_sheet_is_light_dark_and_grey(
    notebook: NotebookNode, chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contact_sheets, "SHEETS", tmp_path)
    grounds, squares = {}, {}
    for look in NAMES:
        file = photograph(chromium, page_of(notebook, LOOKS[look]), LOOKS[look], "ps99", look)
        with Image.open(file) as image:
            pixels = image.convert("RGB")
            grounds[look] = pixels.getpixel((2, 2))
            squares[look] = pixels.getpixel((160, 100))
    assert grounds == {
        "light": (255, 255, 255),
        "dark": (17, 17, 17),
        "grey": (255, 255, 255),
        "phone": (255, 255, 255),
    }
    assert squares["light"] == (194, 80, 0)
    red, green, blue = squares["dark"]
    assert red > green > blue > 17  # lighter than the page, and still orange
    assert len(set(squares["grey"])) == 1
