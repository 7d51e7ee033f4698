"""Live figures in a browser: they answer to keys and clicks, and stand still without scripts."""

from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from playwright.sync_api import Page

from course_lessons.figures import Live, Trace, live
from tests.browser.jupyterlab import asked_for, console_errors, error_outputs, run_all

pytestmark = pytest.mark.browser

ALT = "A line, and a map of rate and momentum"
RATES, MOMENTA = [0.5, 1.0, 1.5], [0.0, 0.5, 1.0]
CELL = """\
import matplotlib.pyplot as plt
from course_lessons.figures import Trace, live
figure, axes = plt.subplots(figsize=(3, 2))
axes.set(xlim=(0, 2), ylim=(0, 4))
rates = [1, 2, 3]
says = [f"The slope is {rate}." for rate in rates]
trace = Trace(axes, [0, 1], [[0, rate] for rate in rates], label="loss")
live(figure, {"rate": rates}, [trace], says=says, alt="A line")"""
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}

Visit = Callable[..., tuple[Page, list[str]]]


def lines() -> Live:
    """Beside each other: a line whose end depends on both settings, and a map to click on."""
    figures = [plt.figure(figsize=(3, 2)) for _ in range(2)]
    first, second = (figure.subplots() for figure in figures)
    first.set(xlim=(0, 2), ylim=(0, 4))
    second.set(xlim=(0, 2), ylim=(-0.5, 1.5))
    ends = np.add.outer(RATES, MOMENTA)[..., None] * np.array([0.0, 1.0])
    return live(
        [figures],
        {"rate": RATES, "momentum": MOMENTA},
        [Trace(first, [0.0, 1.0], ends, label="path", marker=5)],
        says=[[f"It ends at {r + m}." for m in MOMENTA] for r in RATES],
        alt=ALT,
        start={"rate": 1.0},
        choose=second,
    )


def drawn(page: Page) -> str:
    """The line as the page has drawn it."""
    return page.locator("[data-player] path").first.get_attribute("d") or ""


def test_keys_move_the_line_its_label_and_the_sentence(visit: Visit) -> None:
    page, troubles = visit(lines())
    page.get_by_text("It ends at 1.0.", exact=True).wait_for()
    seen, heights = [drawn(page)], []
    for name, value, sentence in (("rate", "1.5", "1.5"), ("momentum", "0.5", "2.0")):
        handle = page.get_by_role("slider", name=name)
        handle.press("ArrowRight")
        page.get_by_text(f"It ends at {sentence}.", exact=True).wait_for()
        assert handle.get_attribute("aria-valuetext") == value
        seen.append(drawn(page))
        box = page.locator("text", has_text="path").bounding_box()
        assert box
        heights.append(box["y"])
    assert len(set(seen)) == 3
    assert heights[1] < heights[0]  # the line ends higher
    assert page.locator('[aria-live="polite"]').inner_text() == "It ends at 2.0."
    assert asked_for(troubles) == []


def test_a_click_on_the_map_chooses_both_settings(visit: Visit) -> None:
    page, _ = visit(lines())
    field = page.locator("rect")
    box = field.bounding_box()
    assert box
    # x from 0 to 2, y from -0.5 to 1.5: near rate 1.5 and momentum 1.0
    page.mouse.click(box["x"] + 0.72 * box["width"], box["y"] + 0.27 * box["height"])
    page.get_by_text("It ends at 2.5.", exact=True).wait_for()
    values = [page.get_by_role("slider", name=n).input_value() for n in ("rate", "momentum")]
    assert values == ["2", "2"]
    ring = page.locator("circle").bounding_box()
    assert ring
    middle = ring["x"] + ring["width"] / 2 - box["x"], ring["y"] + ring["height"] / 2 - box["y"]
    assert middle == pytest.approx((0.75 * box["width"], 0.25 * box["height"]), abs=1)


def on_a_map() -> Live:
    """A path on a map whose colours are the data."""
    figure, axes = plt.subplots(figsize=(3, 2))
    axes.pcolormesh(np.eye(3))
    says = [f"It ends at {rate}." for rate in RATES]
    trace = Trace(axes, [0.0, 1.0], [[0.0, rate] for rate in RATES], label="path")
    return live(figure, {"rate": RATES}, [trace], says=says, alt="A path on a map")


LOOK_OF_FIGURE = """() => {
    const box = document.querySelector("[data-player]"), seen = (one) => getComputedStyle(one);
    const turned = [...box.querySelectorAll("img, svg")].filter((one) =>
        seen(one).filter !== "none" && !one.parentElement.closest("svg"));
    return [seen(box).backgroundColor, seen(box.querySelector("p")).color, turned.length];
}"""


def test_in_jupyterlab_s_dark_theme_only_a_map_lies_on_a_white_card(visit: Visit) -> None:
    shown = {}
    for kind, figure in (("lines", lines()), ("map", on_a_map())):
        page, _ = visit(figure)
        page.get_by_role("slider", name="rate").wait_for()
        page.evaluate("document.body.dataset.jpThemeLight = 'false'")
        page.add_style_tag(content="body { background: #111111; color: #E0E0E0 }")
        shown[kind] = page.evaluate(LOOK_OF_FIGURE)
    # Two pictures and two drawings over them turn dark, and the sentence has the page's colour.
    assert shown["lines"] == ["rgba(0, 0, 0, 0)", "rgb(224, 224, 224)", 4]
    assert shown["map"] == ["rgb(255, 255, 255)", "rgb(26, 26, 26)", 0]


def test_on_a_dark_page_the_lines_are_turned_over_once(visit: Visit) -> None:
    page, _ = visit(lines())
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    filters = page.evaluate(
        "[...document.querySelectorAll('svg path')].map((path) => { const found = [];"
        "for (let at = path; at; at = at.parentElement) found.push(getComputedStyle(at).filter);"
        "return found.filter((one) => one !== 'none'); })"
    )
    assert filters and all(found == ["invert(1) hue-rotate(180deg)"] for found in filters)


def test_without_scripts_the_start_is_shown_and_said(visit: Visit) -> None:
    page, troubles = visit(lines(), scripts=False)
    image = page.locator(f'img[alt="{ALT}"]')
    box = image.bounding_box()
    assert box and box["width"] == 600
    assert page.get_by_text("It ends at 1.0.", exact=True).is_visible()
    assert page.locator("input").count() == 0
    assert asked_for(troubles) == []


def test_on_a_phone_the_figures_stand_below_each_other(visit: Visit) -> None:
    page, _ = visit(lines(), width=390)
    page.get_by_role("slider", name="rate").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    first, second = (page.locator("[data-player] img").nth(k).bounding_box() for k in range(2))
    assert first and second
    assert second["y"] >= first["y"] + first["height"]
    assert first["x"] == second["x"]


@pytest.mark.parametrize("look", ["light", "dark"])
def test_axe_finds_nothing(visit: Visit, look: str) -> None:
    page, _ = visit(lines())
    page.emulate_media(color_scheme=look)  # type: ignore[arg-type]
    page.get_by_role("slider", name="rate").wait_for()
    found = Axe().run(page, context="[data-player]").response["violations"]
    assert [(v["id"], v["nodes"][0]["html"]) for v in found] == []


def test_it_answers_in_jupyterlab_and_keeps_its_keys(opened: Callable[..., Page]) -> None:
    cells = [new_markdown_cell("# One"), new_code_cell(CELL), new_markdown_cell("# Two")]
    page = opened("live.ipynb", new_notebook(cells=cells, metadata=KERNEL))
    run_all(page)
    assert error_outputs(page) == []
    handle = page.get_by_role("slider", name="rate")
    handle.focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(50)  # JupyterLab acts on the next tick
    page.get_by_text("The slope is 3.", exact=True).wait_for()
    assert handle.evaluate("control => control === document.activeElement")
    assert page.locator(".jp-Cell:visible").count() == len(cells)
    assert console_errors(page) == []
