"""The marking page in a browser, by keys alone, and what the gradebook has then."""

import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from grader.classroom.gradebook.session import opened
from grader.classroom.school_class import Class
from grader.extras.marking.page import page_of
from grader.extras.marking.session import Session, marking
from tests.classroom.accessible import broken_rules, unfold, views
from tests.classroom.answered_class import ASSIGNMENT, CELL, NOTEBOOK, answered_class
from tests.extras.marking.test_marking import (
    ANSWERS,
    HOSTILE,
    addresses_of,
    held,
    place,
    served,
)

pytestmark = pytest.mark.browser


@pytest.fixture
def group(tmp_path: Path) -> Class:
    return answered_class(tmp_path, ANSWERS)


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def current(page: Page, session: Session) -> str:
    """Who wrote the answer that the keys are for."""
    number = page.locator(".answer[aria-current=true]").get_attribute("data-number")
    return session.answers[0][int(number or "")].student


@contextmanager
def one_answer(chromium: Browser, group: Class) -> Iterator[tuple[Page, str, Locator, Locator]]:
    """The page, whose answer the keys are for, what is said beside it, and its comment."""
    with marking(group, ASSIGNMENT) as session, served(session) as address:
        page = chromium.new_page()
        page.goto(address)
        who = current(page, session)
        box = page.locator(".answer").nth(place(session, who))
        yield page, who, box.get_by_role("status"), box.get_by_label("Comment")
        page.close()


def in_formgrader(group: Class, student: str, points: float | None = None, **said: str) -> None:
    with opened(group.gradebook) as gradebook:
        grade = gradebook.find_grade(CELL, NOTEBOOK, ASSIGNMENT, student)
        grade.manual_score, grade.needs_manual_grade = points, points is None
        gradebook.find_comment(CELL, NOTEBOOK, ASSIGNMENT, student).manual_comment = said["comment"]
        gradebook.db.commit()


def test_a_class_is_marked_by_keys_alone(chromium: Browser, group: Class) -> None:
    with marking(group, ASSIGNMENT) as session, served(session) as address:
        page = chromium.new_page()
        wrong: list[str] = []
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(address)
        progress = page.locator("#progress")
        expect(progress).to_have_text("0 marked, 3 wait, 4 answers in all")
        assert page.get_by_text(HOSTILE).is_visible() and page.evaluate("window.ran") is None

        first = current(page, session)
        press(page, "f", "c")
        page.keyboard.type("Right, 1 of the best.")  # no key of the page's while one writes
        press(page, "Escape", "Enter")
        second = current(page, session)
        press(page, "+", "+", "+", "-", "1", "c", "End", "Enter", "Enter")
        page.keyboard.type("Say which axis.")
        press(page, "Escape", "Enter")
        third = current(page, session)
        assert sorted([first, second, third]) == ["ada", "ben", "cleo"]
        press(page, "2", "1", "1", "0")  # 1 is added and removed again
        expect(progress).to_have_text("3 marked, 0 wait, 4 answers in all")
        press(page, "Enter", "j")
        assert current(page, session) == "dan"
        press(page, "+", "+", "k", "u")
        expect(progress).to_have_text("3 marked, 1 waits, 4 answers in all")
        press(page, "f")
        expect(progress).to_have_text("4 marked, 0 wait, 4 answers in all")

        page.reload()
        expect(progress).to_have_text("4 marked, 0 wait, 4 answers in all")
        buttons = page.locator("#comments button").all_inner_texts()
        assert sorted(buttons) == ["Right, 1 of the best.", "Say which axis."]
        page.locator("#keys").focus()
        press(page, "Space", "0", "u")  # the keys are off
        press(page, "Tab", "Tab")
        expect(page.get_by_role("button", name="End the marking")).to_be_focused()
        press(page, "Enter")
        ended = page.get_by_role("status").filter(has_text="everything is saved")
        expect(ended).to_be_visible()
        assert wrong == []
        page.close()
    assert held(group, first) == (2.0, False, "Right, 1 of the best.")
    assert held(group, second) == (0.5, False, "Right, 1 of the best.\n\nSay which axis.")
    assert held(group, third) == (2.0, False, "Say which axis.")
    assert held(group, "dan") == (0.5, False, None)


def test_a_comment_that_is_taken_back_while_it_is_saved(chromium: Browser, group: Class) -> None:
    with one_answer(chromium, group) as (page, who, told, text):
        press(page, "c")
        page.keyboard.type("Say which axis.")
        press(page, "Escape")
        expect(told).to_have_text("saved")
        first: list[Route] = []
        page.route("**/comment", lambda route: route.continue_() if first else first.append(route))
        press(page, "1")
        expect(text).to_have_value("")
        expect(told).to_have_text("saving …")
        press(page, "1")
        first[0].continue_()
        expect(told).to_have_text("saved")
        expect(text).to_have_value("Say which axis.")
    assert held(group, who)[2] == "Say which axis."


def test_what_is_not_saved_is_said_and_kept(chromium: Browser, group: Class) -> None:
    with one_answer(chromium, group) as (page, who, told, text):
        in_formgrader(group, who, comment="From formgrader.")
        press(page, "c")
        page.keyboard.type("Mine.")
        press(page, "Escape")
        expect(told).to_contain_text("“From formgrader.”")
        assert held(group, who) == (None, True, "From formgrader.")
        press(page, "c", "End")
        page.keyboard.type(" Still.")
        press(page, "Escape")
        expect(told).to_have_text("saved")
        in_formgrader(group, who, points=0.75, comment="Another.")
        press(page, "f")
        expect(told).to_contain_text("NOT SAVED: somebody else")
        expect(page.locator(".answer[aria-current=true] .state")).to_have_text("✓ 0.75 of 2")
        expect(text).to_have_value("Another.")
        press(page, "f")
        expect(told).to_have_text("saved")
        assert held(group, who) == (2.0, False, "Another.")
        page.reload()
        page.route("**/points", lambda route: route.abort())
        press(page, "0")
        expect(page.locator(".answer[aria-current=true] .told")).to_contain_text("NOT SAVED")


def test_no_rule_of_accessibility_is_broken(chromium: Browser, group: Class) -> None:
    with marking(group, ASSIGNMENT) as session:
        session.write_comment(0, 0, "Say which axis.", "")
        path = group.folder / "marking.html"
        path.write_text(page_of(session, 0), encoding="utf-8")
    for view, page in views(chromium, path):
        assert broken_rules(page) == [], view
        unfold(page)
        assert broken_rules(page) == [], view
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= page.viewport_size["width"], view


def test_two_markers_are_led_to_different_answers(
    chromium: Browser, command: Callable[..., subprocess.Popen[str]]
) -> None:
    with command("mark", ASSIGNMENT, "--markers", "eva,fred") as process:
        pages = []
        for line in addresses_of(process, 2):
            pages.append(chromium.new_page())
            pages[-1].goto(line.split(": ", 1)[1])
        eva, fred = pages
        boxes = [page.locator(".answer[aria-current=true]") for page in pages]
        expect(boxes[0]).to_have_attribute("data-number", "0")
        expect(boxes[1]).to_have_attribute("data-number", "1")
        expect(fred.get_by_text("You mark as fred")).to_be_visible()
        press(eva, "f", "Enter")  # the next one that waits is fred's
        expect(boxes[0]).to_have_attribute("data-number", "2")
        expect(fred.locator("#progress")).to_contain_text("1 marked", timeout=15_000)
        press(fred, "Enter")
        expect(boxes[1].locator(".told")).to_have_text("others have open what still waits")
        process.send_signal(signal.SIGINT)
        assert process.wait(120) == 0
        for page in pages:
            page.close()
