"""A check that takes long says where it is; one that is interrupted says so in a sentence."""

import io
import sys
import time
from contextlib import redirect_stdout
from typing import Any

import pytest

from grader.checking import check
from grader.checking.home import still_running
from grader.checking.home.still_running import Stopped


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(still_running, "AFTER_SECONDS", (0.001,))


def test_a_long_case_is_named_and_how_to_stop_it() -> None:
    said = io.StringIO()

    def linear_forward(x: Any, W: Any, b: Any) -> Any:
        while not said.getvalue():
            time.sleep(0.001)  # like a loop that never calls a function, it gives others no turn
        return x @ W + b, (x, W)

    with redirect_stdout(said):
        assert check("linear_forward", linear_forward) == 2
    told = said.getvalue().partition("\n")[0]
    assert told.startswith("linear_forward has run for 0.001 seconds, and the case “one row” (1 of")
    assert "Kernel → Interrupt Kernel" in told
    assert said.getvalue().count("still runs") == 1


def test_a_case_that_grading_would_stop_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def linear_forward(x: Any, W: Any, b: Any) -> Any:
        time.sleep(0.03)
        return x @ W + b, (x, W)

    monkeypatch.setattr(still_running, "WHILE_GRADING", 0.02)
    check("linear_forward", linear_forward)
    assert "case “one row” took 0 seconds. While grading, it is stopped after 0.02 seconds" in (
        capsys.readouterr().out
    )
    monkeypatch.setattr(still_running, "WHILE_GRADING", 60.0)
    check("linear_forward", linear_forward)
    assert "While grading" not in capsys.readouterr().out


def test_without_threads_it_is_said_at_a_call(monkeypatch: pytest.MonkeyPatch) -> None:
    said = io.StringIO()

    def linear_forward(x: Any, W: Any, b: Any) -> Any:
        until = time.monotonic() + 60
        while not said.getvalue() and time.monotonic() < until:
            abs(1)
        return x @ W + b, (x, W)

    monkeypatch.setattr(sys, "platform", "emscripten")
    with redirect_stdout(said):
        check("linear_forward", linear_forward)
    assert "Kernel → Restart Kernel" in said.getvalue()


def test_an_interrupt_is_a_sentence_without_the_path_through_the_grader() -> None:
    def linear_forward(x: Any, W: Any, b: Any) -> Any:
        raise KeyboardInterrupt

    with pytest.raises(Stopped, match="while the case “one row”") as raised:
        check("linear_forward", linear_forward)
    assert raised.value._render_traceback_() == [str(raised.value)]
    assert raised.value.__suppress_context__
