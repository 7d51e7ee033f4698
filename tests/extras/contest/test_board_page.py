"""The board's page in a browser: on a desk and on a phone, light and dark, without a script."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from grader.exercises import capstone
from grader.extras.contest.board import Board, Place, ranked, write_board
from grader.extras.contest.envelope import Entry
from grader.extras.contest.open_board import OpenBoard, OpenPlace, Trained, write_open_board
from tests.classroom.accessible import broken_rules, views

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty entries, with names, a late one and one that was refused."""
    entries = {
        f"student-{n:02}": Entry({}, 0.4, 0.5, (0.3 + n * 7 % 30 / 100,), 0.3 + n / 100)
        for n in range(30)
    }
    numbers = {student: n for n, student in enumerate(entries, 1)}
    late = Place("w" * 60, 31, Entry({}, 0.4, 0.5, (0.45,), 0.5))
    without = ((32, "somebody", "Nothing was trained: it costs 4.88 times the budget"),)
    board = Board(
        "ps26", "2026-11-23", False, ranked(entries, numbers), (late,), without, ("anybody",)
    )
    return write_board(board, tmp_path_factory.mktemp("board"), names=True)


def test_it_can_be_read_everywhere(chromium: Browser, page: Path) -> None:
    for view, shown in views(chromium, page):
        assert broken_rules(shown) == [], view
        width = shown.evaluate("document.documentElement.scrollWidth")
        assert shown.viewport_size and width <= shown.viewport_size["width"], view
        assert shown.locator("svg line").count() == 30, view


def test_the_open_board_can_be_read_everywhere(chromium: Browser, tmp_path: Path) -> None:
    settings = capstone.START | {"channels": [128] * 4, "lr": 0.0123, "optimizer": "adamw"}
    trained = (Trained(0.5, "trained", "cuda"), Trained(0.125, "diverged", "cpu")) * 2
    places = tuple(OpenPlace("w" * 60, n, settings, trained[:3], n) for n in range(1, 6))
    open_board = OpenBoard("ps26", places, ((6, "somebody", "open_entry is empty"),))
    for view, shown in views(chromium, write_open_board(open_board, tmp_path, names=True)):
        assert broken_rules(shown) == [], view
        width = shown.evaluate("document.documentElement.scrollWidth")
        assert shown.viewport_size and width <= shown.viewport_size["width"], view
        assert "a GPU" in shown.locator("main").inner_text(), view
