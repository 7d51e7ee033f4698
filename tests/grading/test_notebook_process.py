"""The protocol of a notebook process, in a sandbox and in a plain process alike."""

import inspect
from typing import Any

import numpy as np
import pytest

from grader.checking.contract.registry import find
from grader.checking.judging.judge import make_cases, outcomes_of, verdict
from grader.grading.sandbox.notebook_process import Lost
from grader.grading.submission.notebook_session import NotebookSession
from tests.checking.made_up_experiment import EXERCISE, which_is_better
from tests.grading.conftest import succeeded

LINEAR = """
def linear_forward(x, W, b):
    return x @ W + b, (x, W)
"""


def text_of(outputs: list[dict[str, Any]]) -> str:
    return "".join(output.get("text", "") for output in outputs)


def test_a_cell_shows_what_it_prints_and_its_value_in_order(student: NotebookSession) -> None:
    source = "import sys\nprint('a')\nprint('b', file=sys.stderr)\nprint('c')\n1 + 1"
    ran = student.run(source, 20)
    shown = [(o["output_type"], o.get("name"), o.get("text")) for o in ran]
    assert shown[:3] == [
        ("stream", "stdout", "a\n"),
        ("stream", "stderr", "b\n"),
        ("stream", "stdout", "c\n"),
    ]
    assert ran[3]["data"] == {"text/plain": "2"}
    assert succeeded(ran)


def test_names_live_from_cell_to_cell(student: NotebookSession) -> None:
    student.run("x = 3", 20)
    assert student.value("x", 20) == 3
    assert student.value("never_assigned", 20) is None


def test_an_error_is_an_output(student: NotebookSession) -> None:
    ran = student.run("def f():\n    return 1 / 0\n\nf()", 20)
    assert not succeeded(ran)
    assert ran[-1]["ename"] == "ZeroDivisionError"
    assert "return 1 / 0" in "".join(ran[-1]["traceback"])


def test_a_figure_is_a_picture(student: NotebookSession) -> None:
    ran = student.run("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()", 60)
    assert any("image/png" in output.get("data", {}) for output in ran)


def test_output_is_bounded(student: NotebookSession) -> None:
    ran = student.run("for _ in range(1000):\n    print('x' * 100_000)", 20)
    bound = student.limits.output_kilobytes << 10
    assert bound <= len(text_of(ran)) < bound + 200


def test_unusual_cells_leave_a_process_that_works(student: NotebookSession) -> None:
    for source in (
        "input()",
        "exit()",
        "%reset -f",
        "import sys; sys.exit(3)",
        "raise KeyboardInterrupt",
        "(",
        "",
    ):
        student.run(source, 20)
        assert text_of(student.run("print('here')", 20)) == "here\n", source


def test_functions_earn_what_they_earn_at_home(student: NotebookSession) -> None:
    exercise = find("linear_forward")
    cases = make_cases(exercise, 1)
    student.run(LINEAR, 20)
    there = [student.apply(exercise, ["linear_forward"], case, 20) for case in cases]
    namespace: dict[str, Any] = {}
    exec(LINEAR, namespace)
    here = outcomes_of(exercise, [namespace["linear_forward"]], cases)
    assert verdict(exercise, cases, there).score == verdict(exercise, cases, here).score
    for a, b in zip(there, here, strict=True):
        assert a.outputs is not None and b.outputs is not None
        # A product of matrices may be rounded otherwise where the arrays lie elsewhere in memory.
        np.testing.assert_allclose(a.outputs["u"], b.outputs["u"], rtol=1e-14)


def test_an_experiment_earns_what_it_earns_at_home(student: NotebookSession) -> None:
    cases = make_cases(EXERCISE, 1)
    for seeds, points in (("range(1, 6)", 6.0), ("range(1, 99)", 0.0)):
        source = inspect.getsource(which_is_better).replace("range(1, 6)", seeds)
        student.run("import numpy as np\n" + source, 20)
        there = [student.apply(EXERCISE, ["which_is_better"], case, 20) for case in cases]
        namespace: dict[str, Any] = {"np": np}
        exec(source, namespace)
        here = outcomes_of(EXERCISE, [namespace["which_is_better"]], cases)
        found, expected = (verdict(EXERCISE, cases, one, hints=False) for one in (there, here))
        assert found.score == expected.score == points
        told, wanted = ([(f.problem, f.measured) for f in v.findings] for v in (found, expected))
        assert told == wanted


def test_what_goes_wrong_in_a_call_is_told(student: NotebookSession) -> None:
    exercise = find("linear_forward")
    case = make_cases(exercise, 1)[0]
    for source, kind in (
        ("del linear_forward", "NameError"),
        ("linear_forward = 3", "TypeError"),
        ("def linear_forward(*a): raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("def linear_forward(*a): raise SystemExit", "SystemExit"),
        ("def linear_forward(*a): return linear_forward(*a)", "RecursionError"),
        ("def linear_forward(*a): return None", "TypeError"),
    ):
        student.run(LINEAR, 20)
        student.run(source, 20)
        outcome = student.apply(exercise, ["linear_forward"], case, 20)
        assert outcome.outputs is None, source
        assert outcome.failure is not None and outcome.failure.kind == kind, source


ENDING = (
    "sum(range(10**13))",  # a loop in C
    "import os\nos._exit(3)",
    "import ctypes\nctypes.string_at(0)",
    "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "while True:\n    try:\n        import time; time.sleep(9)\n    except BaseException: pass",
    "import os\nfor fd in range(3, 30):\n    try:\n        os.write(fd, b'rubbish' * 100)\n"
    "    except OSError: pass",
    "import os\nos.closerange(3, 99)",
)


def test_a_cell_that_ends_its_process_is_noticed(student: NotebookSession) -> None:
    student.run("x = 3")
    for number, source in enumerate(ENDING, 1):
        with pytest.raises(Lost):
            student.run(source, 1)
        assert student.value("x") == 3  # in a new one
        # So hidden tests, for which all cells run anew, leave it out.
        assert student.lost == {*ENDING[:number]}


def test_a_cell_with_a_forged_answer_does_not_run_again(
    student: NotebookSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(student, "ask", lambda *request: ({"outputs": "none"}, b""))
    with pytest.raises(Lost, match="not an answer"):
        student.run("x = 1")
    assert student.lost == {"x = 1"}


def test_a_cell_that_takes_too_long_keeps_what_it_had_defined(student: NotebookSession) -> None:
    outputs = student.run("x = 3\nwhile True: pass", 1)
    assert (outputs[-1]["ename"], "1 seconds" in outputs[-1]["evalue"]) == ("TimeLimit", True)
    assert student.value("x") == 3
    with pytest.raises(Lost):
        student.run("import os\nos._exit(3)")
    assert student.value("x") == 3  # in a new one, where the cell was run and interrupted again


@pytest.mark.sandbox
def test_a_process_that_somebody_kills_is_replaced(isolated: NotebookSession) -> None:
    """A machine short of memory, or an administrator: the answer is the same."""
    isolated.run("x = 3")
    for _ in range(3):
        process = isolated._process.process  # type: ignore[union-attr]
        process.kill()
        process.wait()
        assert isolated.value("x") == 3
    with pytest.raises(Lost, match="was killed"):
        isolated.run("import os\nos.kill(os.getpid(), 9)")


def test_an_answer_that_is_too_large_earns_nothing(student: NotebookSession) -> None:
    exercise = find("linear_forward")
    cases = make_cases(exercise, 1)
    for returned in ("np.zeros(20_000_000)", "[np.zeros(1_000_000)] * 30", "'x' * 10**8"):
        student.run(f"import numpy as np\ndef linear_forward(x, W, b): return {returned}, 0", 20)
        outcomes = [student.apply(exercise, ["linear_forward"], case, 60) for case in cases]
        assert verdict(exercise, cases, outcomes).score == 0, returned
        assert succeeded(student.run("1", 20)), returned


def test_memory_is_limited(student: NotebookSession) -> None:
    assert student.run("x = bytearray(1 << 32)", 20)[-1]["ename"] == "MemoryError"
