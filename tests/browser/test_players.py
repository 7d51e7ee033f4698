"""Animations and sliders in a browser: they move, ask for nothing, and have a still picture."""

from collections.abc import Callable

import matplotlib.pyplot as plt
import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from matplotlib.figure import Figure
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from playwright.sync_api import Locator, Page

from course_lessons.figures import Player, animation, slider
from tests.browser.jupyterlab import asked_for, console_errors, error_outputs, run_all

pytestmark = pytest.mark.browser

ALT = "A line that rises"
MOVING = f'[data-player] > img[alt="{ALT}"]'
FILM = (
    "import matplotlib.pyplot as plt\nfrom course_lessons.figures import animation\n"
    "def draw(k):\n    figure, ax = plt.subplots(figsize=(3, 2))\n    ax.plot([0, k])\n"
    "    return figure\n"
    f"film = animation(draw, range(4), alt={ALT!r}, seconds=0.05)\nfilm"
)
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}


def draw(k: float) -> Figure:
    figure, ax = plt.subplots(figsize=(3, 2))
    ax.plot([0.0, k])
    ax.set_ylim(0, 5)
    return figure


def wide(k: float) -> Figure:
    figure, _ = plt.subplots(figsize=(9, 3))
    return figure


def film() -> Player:
    return animation(draw, range(5), alt=ALT, seconds=0.05)


def source(page: Page) -> str:
    return page.locator(MOVING).get_attribute("src") or ""


def test_an_animation_plays_to_its_end_and_again(
    visit: Callable[..., tuple[Page, list[str]]],
) -> None:
    page, troubles = visit(film())
    first = source(page)
    button = page.get_by_role("button")
    for _ in range(2):
        assert button.inner_text() == "Play"
        button.click()
        page.get_by_text("step 4").wait_for()
        page.get_by_role("button", name="Play").wait_for()
        assert source(page) != first
    assert page.locator("img").count() == 1
    assert asked_for(troubles) == []


def test_a_player_rests_at_the_frame_that_was_asked_for_and_plays_from_the_first(
    visit: Callable[..., tuple[Page, list[str]]],
) -> None:
    page, _ = visit(animation(draw, range(5), alt=ALT, seconds=0.05, start=4))
    handle, last = page.get_by_role("slider", name="step"), source(page)
    assert handle.get_attribute("aria-valuetext") == "4"
    handle.press("Home")
    page.get_by_text("step 0", exact=True).wait_for()
    assert source(page) != last
    page.get_by_role("button", name="Play").click()
    page.get_by_text("step 4", exact=True).wait_for()
    assert source(page) == last


def test_a_slider_moves_by_keyboard_and_says_where_it_is(
    visit: Callable[..., tuple[Page, list[str]]],
) -> None:
    page, troubles = visit(slider(draw, [0.5, 1.0, 4.0], name="slope", alt=ALT))
    assert page.get_by_role("button").count() == 0
    handle = page.get_by_role("slider", name="slope")
    seen = [source(page)]
    for label in ("1", "4"):
        handle.press("ArrowRight")
        page.get_by_text(f"slope {label}", exact=True).wait_for()
        assert handle.get_attribute("aria-valuetext") == label
        seen.append(source(page))
    assert len(set(seen)) == 3
    assert asked_for(troubles) == []


@pytest.mark.parametrize("look", ["light", "dark"])
def test_axe_finds_nothing(visit: Callable[..., tuple[Page, list[str]]], look: str) -> None:
    for figure in (film(), slider(draw, [0.5, 1.0, 4.0], name="slope", alt=ALT)):
        page, _ = visit(figure)
        page.emulate_media(color_scheme=look)  # type: ignore[arg-type]
        assert page.get_by_role("slider").count() == 1
        # A figure alone has no headline; its title says what is to be seen.
        rules = {"page-has-heading-one": {"enabled": False}}
        found = Axe().run(page, options={"rules": rules}).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []


def test_without_scripts_the_still_picture_is_there(
    visit: Callable[..., tuple[Page, list[str]]],
) -> None:
    page, troubles = visit(film(), scripts=False)
    image = page.locator(f'img[alt="{ALT}"]')
    assert image.is_visible()
    box = image.bounding_box()
    assert box and box["width"] == 240 and box["height"] > 3 * 160  # three frames in full size
    assert asked_for(troubles) == []


def test_it_plays_in_jupyterlab_twice_on_one_page(opened: Callable[..., Page]) -> None:
    page = opened(
        "film.ipynb",
        new_notebook(cells=[new_code_cell(FILM), new_code_cell("film")], metadata=KERNEL),
    )
    run_all(page)
    assert error_outputs(page) == []
    assert page.locator(MOVING).count() == 2
    second = page.locator("[data-player]").nth(1)
    second.get_by_role("button", name="Play").click()
    second.get_by_text("step 3").wait_for()
    assert page.locator("[data-player]").nth(0).get_by_text("step 0").is_visible()
    assert console_errors(page) == []


def test_its_keys_are_its_own_in_jupyterlab(opened: Callable[..., Page]) -> None:
    # JupyterLab gives each of these keys a meaning for cells: the arrows move between them and
    # fold sections, Enter edits one, dd deletes it.
    cells = [new_markdown_cell("# One"), new_code_cell(FILM)]
    cells += [new_markdown_cell("## Two"), new_code_cell("2"), new_markdown_cell("## Three")]
    page = opened("keys.ipynb", new_notebook(cells=cells, metadata=KERNEL))
    run_all(page)
    player = page.locator("[data-player]")
    button, range_ = player.get_by_role("button"), player.get_by_role("slider", name="step")

    def pressed(key: str, control: Locator) -> str:
        """The slider's value after a key, with the focus and every cell where they were."""
        page.keyboard.press(key)
        page.wait_for_timeout(50)  # JupyterLab acts on the next tick
        assert control.evaluate("control => control === document.activeElement"), key
        assert page.locator(".jp-Cell:visible").count() == len(cells), key
        # At one moment, because it may be playing.
        value, text = player.evaluate(
            "box => [box.querySelector('input').value, box.querySelector('span').textContent]"
        )
        assert text == f"step {value}"
        return str(value)

    range_.click(position={"x": 2, "y": 2})
    assert pressed("ArrowRight", range_) == "1"
    assert pressed("ArrowUp", range_) == "2"
    assert pressed("ArrowLeft", range_) == "1"
    assert pressed("ArrowDown", range_) == "0"
    assert pressed("End", range_) == "3"
    assert pressed("Home", range_) == "0"
    assert pressed("PageUp", range_) == "1"
    assert pressed("PageDown", range_) == "0"
    for key in ("d", "d", "Enter", "Space"):
        assert pressed(key, range_) == "0"

    # Shortcuts with Ctrl are JupyterLab's, also from here: this one hides and shows the side bar.
    side = page.locator("#jp-left-stack")
    for _ in range(2):
        before = side.is_visible()
        page.keyboard.press("Control+b")
        side.wait_for(state="hidden" if before else "visible")
    assert pressed("ArrowRight", range_) == "1"
    assert pressed("ArrowLeft", range_) == "0"

    page.keyboard.press("Shift+Tab")
    for key in ("Space", "Enter"):
        pressed(key, button)
        player.get_by_text("step 3").wait_for()
        player.get_by_role("button", name="Play").wait_for()
    assert button.evaluate("button => getComputedStyle(button).outlineStyle") == "solid"
    page.keyboard.press("Tab")
    assert pressed("ArrowLeft", range_) == "2"
    assert range_.get_attribute("aria-valuetext") == "2"
    assert console_errors(page) == []


@pytest.mark.parametrize("width", [390, 320])
def test_it_fits_on_a_phone(visit: Callable[..., tuple[Page, list[str]]], width: int) -> None:
    page, _ = visit(animation(wide, range(5), alt=ALT, name="max_shift"))
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == width
    for part in (page.locator(MOVING), page.get_by_role("slider"), page.get_by_role("button")):
        box = part.bounding_box()
        assert box and box["width"] >= 40 and box["x"] + box["width"] <= width


def test_on_a_dark_page_figure_and_controls_lie_on_a_light_card(
    visit: Callable[..., tuple[Page, list[str]]],
) -> None:
    page, _ = visit(film())
    page.emulate_media(color_scheme="dark")
    card, text = page.evaluate(
        """() => {
            const box = document.querySelector("[data-player]");
            const label = document.querySelector("[data-player] span");
            return [getComputedStyle(box).backgroundColor, getComputedStyle(label).color];
        }"""
    )
    assert (card, text) == ("rgb(255, 255, 255)", "rgb(26, 26, 26)")


def test_in_a_notebook_that_is_not_trusted_the_still_picture_is_there(
    opened: Callable[..., Page],
) -> None:
    bundle = film()._repr_mimebundle_()
    output = new_output("execute_result", data=bundle, execution_count=1)
    cell = new_code_cell("film", outputs=[output], execution_count=1)
    notebook = new_notebook(cells=[cell], metadata=KERNEL)
    assert nbformat.validator.isvalid(notebook)
    page = opened("foreign.ipynb", notebook)
    image = page.locator(f'.jp-OutputArea img[alt="{ALT}"]')
    image.wait_for()
    box = image.bounding_box()
    assert box and box["width"] == 240 and box["height"] > 3 * 160  # three frames, not one
    assert page.get_by_role("slider").count() == 0
