"""A whole notebook: what its functions earn, and nothing else, is its score."""

import itertools
from dataclasses import replace
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from grader.checking.contract.registry import find
from grader.checking.judging.apply import Outcome
from grader.grading.process.limits import stopped
from grader.grading.sandbox.notebook_process import NotebookProcess, NotebookProcesses
from grader.grading.sandbox.sandbox import Sandbox
from grader.grading.submission.grade_notebook import grade_notebook, version_gap
from grader.grading.submission.notebook_session import NotebookSession
from grader.grading.submission.results import INSIDE, OUTSIDE
from grader.settings import Limits
from tests.grading.conftest import Grade, graded, graded_notebook, text_in

FORWARD = "def linear_forward(x, W, b):\n    return x @ W + b, (x, W)"
BACKWARD = (
    "def linear_backward(du, cache):\n    x, W = cache\n"
    "    return du @ W.T, x.T @ du, du.sum(axis=0)"
)
CHECK_FORWARD = 'check("linear_forward", linear_forward)'
OF_TORCH = ("evaluate", "same_gradients")
CHECK_BACKWARD = 'check("linear_backward", linear_forward, linear_backward)'


def checks(forward: str = FORWARD, backward: str = BACKWARD) -> list[Any]:
    return [
        forward,
        graded(CHECK_FORWARD, "f", find("linear_forward").points),
        backward,
        graded(CHECK_BACKWARD, "b", find("linear_backward").points),
    ]


def test_right_functions_get_full_marks_as_nbgrader_reads_them(grade: Grade) -> None:
    from nbgrader.utils import determine_grade

    judged, notebook = grade(*checks())
    assert all(one.score == one.points and one.where == OUTSIDE for one in judged.values())
    for cell in (notebook.cells[1], notebook.cells[3]):
        score, points = determine_grade(cell)
        assert score == points
        (output,) = cell.outputs
        assert output.output_type == "execute_result" and "check-report" in output.data["text/html"]


MINUS_B = "def linear_forward(x, W, b):\n    return x @ W - b, (x, W)"
RIGHT_FOR_IT = BACKWARD.replace("du.sum(axis=0)", "-du.sum(axis=0)")


@pytest.mark.parametrize(
    ("forward", "backward", "follow_through", "full"),
    [
        (MINUS_B, RIGHT_FOR_IT, False, False),
        (MINUS_B, RIGHT_FOR_IT, True, True),
        (MINUS_B, BACKWARD.replace("du.T @ x", "x.T @ du") + " + 1", True, False),
        (FORWARD, RIGHT_FOR_IT, True, False),
        (FORWARD.replace("x @ W + b", "0 * x @ W"), BACKWARD.replace("du", "0 * du"), True, False),
    ],
    ids=["as it is", "paid", "wrong for it, too", "forward is right", "nothing depends on it"],
)
def test_a_backward_pass_that_is_right_for_a_wrong_forward_pass(
    grade: Grade, forward: str, backward: str, follow_through: bool, full: bool
) -> None:
    cells = checks(forward, backward)
    judged, notebook = grade(*cells, follow_through=follow_through)
    score = judged["b"].score
    assert (score == judged["b"].points) is full
    follows = (forward, backward) == (MINUS_B, RIGHT_FOR_IT)
    told = notebook.cells[3].outputs[0].data["text/html"]
    assert ("is right for your own linear_forward" in text_in(told)) is follows
    if follows and follow_through:
        assert "full points, because it is right for your own forward pass" in told
        assert "shapes" in told and "once some values are right" not in told


def test_following_through_does_not_pay_for_what_the_students_process_says_it_measured(
    grade: Grade, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest, forged = NotebookSession.apply, list[str]()

    def apply(self: NotebookSession, exercise: Any, functions: Any, case: Any) -> Outcome:
        outcome = honest(self, exercise, functions, case)
        gradients = outcome.outputs or {}
        if "measured dW" in gradients:
            forged.append(exercise.name)
            gradients = gradients | {f"measured {n}": gradients[n] for n in ("dx", "dW", "db")}
        return replace(outcome, outputs=gradients)

    monkeypatch.setattr(NotebookSession, "apply", apply)
    cells = checks(MINUS_B, BACKWARD.replace("x.T @ du", "3 * x.T @ du"))
    paid, _ = grade(*cells, follow_through=True)
    told, _ = grade(*cells)
    assert forged and paid["b"].score == told["b"].score < paid["b"].points


def test_a_process_that_answers_otherwise_when_asked_again_upsets_nobody(
    grade: Grade, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest, asked = NotebookSession.apply, list[str]()

    def apply(self: NotebookSession, exercise: Any, functions: Any, case: Any) -> Outcome:
        outcome = honest(self, exercise, functions, case)
        if "measured dW" not in (outcome.outputs or {}):
            return outcome
        asked.append(exercise.name)
        return outcome if len(asked) <= 2 else replace(outcome, outputs={})

    monkeypatch.setattr(NotebookSession, "apply", apply)
    judged, _ = grade(*checks(MINUS_B, RIGHT_FOR_IT), follow_through=True)
    assert len(asked) > 2 and judged["b"].score < judged["b"].points


def test_following_through_does_not_pay_for_a_gradient_that_is_an_input_given_back(
    grade: Grade,
) -> None:
    points = [find(name).points for name in ("layernorm_forward", "layernorm_backward")]
    judged, _ = grade(
        "def layernorm_forward(x, gamma, beta, *, eps):\n    return x, gamma",
        graded('check("layernorm_forward", layernorm_forward)', "f", points[0]),
        "def layernorm_backward(dy, gamma):\n    return dy, 0 * gamma, 0 * gamma",
        graded(
            'check("layernorm_backward", layernorm_forward, layernorm_backward)', "b", points[1]
        ),
        follow_through=True,
    )
    assert judged["f"].score == judged["b"].score == 0


def test_a_function_that_builds_on_another_one_is_told_to_begin_there(grade: Grade) -> None:
    _, notebook = grade(
        *checks(
            forward="def linear_forward(x, W, b):\n    return x @ W - b, (x,)",
            backward="def linear_backward(du, cache):\n    return du, du.T @ cache[0], du",
        )
    )
    told = [cell.outputs[0].data["text/html"] for cell in (notebook.cells[1], notebook.cells[3])]
    assert ["Repair linear_forward first." in text_in(html) for html in told] == [False, True]


LOWER = "def activation_backward(dz, z, name):\n    return dz * z"
UPPER = """def thirteen_gradients(v):
    N, K = v["p"].shape
    d = {"l": np.full(N, 1 / N)}
    d["q"] = -d["l"] / v["q"]
    d["p"] = np.eye(K)[v["t"]] * d["q"][:, None]
    d["s"] = 1 / (N * v["s"])
    d["e"] = d["p"] / v["s"] + d["s"]
    d["y"] = d["e"] * v["e"]
    d["z"], d["V"], d["c"] = d["y"] @ v["V"].T, v["z"].T @ d["y"], d["y"].sum(axis=0)
    d["u"] = activation_backward(d["z"], v["z"], "tanh")
    d["x"], d["W"], d["b"] = d["u"] @ v["W"].T, v["x"].T @ d["u"], d["u"].sum(axis=0)
    return d"""


@pytest.mark.parametrize(
    ("upper", "alone"),
    [(UPPER, True), (UPPER.replace("return d", "return d | {'V': -d['V']}"), False)],
)
def test_what_would_hold_with_a_right_lower_function_is_told(
    grade: Grade, upper: str, alone: bool
) -> None:
    """The right one is nowhere to be found afterwards."""
    search = 'print(activation_backward(1.0, 3.0, "tanh"))'
    _, notebook = grade(
        f"import numpy as np\n{LOWER}",
        graded('check("activation_backward", activation_backward)', "lower", 1),
        upper,
        graded('check("thirteen_gradients", thirteen_gradients)', "upper", 1),
        search,
    )
    told = text_in(notebook.cells[3].outputs[0].data["text/html"])
    correct = "With a correct activation_backward this function passes all checks"
    assert (correct in told) is alone
    assert alone or "This exercise uses activation_backward, where some check fails" in told
    assert "3.0" in notebook.cells[4].outputs[0].text


@pytest.mark.parametrize("wrong", [False, True], ids=["right but for it", "wrong, too"])
def test_one_mistake_in_an_earlier_function_costs_points_once(grade: Grade, wrong: bool) -> None:
    """What it pays is what the same function earns below a right one."""
    upper = UPPER.replace("return d", "return d | {'V': -d['V']}") if wrong else UPPER
    check = graded('check("thirteen_gradients", thirteen_gradients)', "upper", 1)

    def points_of(lower: str, **options: Any) -> tuple[float, str]:
        judged, notebook = grade(
            f"import numpy as np\n{lower}",
            graded('check("activation_backward", activation_backward)', "lower", 1),
            upper,
            check,
            **options,
        )
        return judged["upper"].score, text_in(notebook.cells[3].outputs[0].data["text/html"])

    right = LOWER.replace(
        "dz * z",
        "dz * np.where(name == 'tanh', 1 - z**2, np.where(name == 'relu', z > 0, z * (1 - z)))",
    )
    alone, told = points_of(LOWER)
    paid, told_of_paid = points_of(LOWER, follow_through=True)
    below_right, _ = points_of(right)
    assert alone < paid == below_right and (paid == 1) is not wrong
    assert "points with a correct activation_backward" in told_of_paid
    assert "points with a correct" not in told


def test_an_unwritten_function_says_so(grade: Grade) -> None:
    judged, _ = grade(
        *checks(backward="def linear_backward(du, cache):\n    raise NotImplementedError")
    )
    assert judged["f"].status == "complete"
    assert (judged["b"].score, judged["b"].found) == (0.0, "not written")


@pytest.mark.parametrize(
    "loop",
    ["while True:\n    pass", "import os\nos._exit(1)", "import ctypes\nctypes.string_at(0)"],
    ids=["endless", "exit", "crash"],
)
def test_a_cell_that_never_ends_costs_only_what_depends_on_it(grade: Grade, loop: str) -> None:
    judged, notebook = grade(FORWARD, loop, *checks()[1:])
    assert all(one.score == one.points for one in judged.values())
    assert notebook.cells[1].outputs[0].output_type == "error"


def test_a_function_that_never_returns_costs_only_its_own_points(grade: Grade) -> None:
    judged, _ = grade(
        *checks(backward="def linear_backward(du, cache):\n    while True: pass"),
        graded(CHECK_FORWARD, "again", 2),
    )
    assert judged["b"].score == 0 and "TimeLimit" in judged["b"].found
    assert judged["f"].score == judged["again"].score == 2


FORGERIES = [
    "import numpy as np\nnp.allclose = np.isclose = np.array_equal = lambda *a, **k: True",
    "import grader.checking.judging.apply as a\n"
    "a.apply = lambda run, functions, case: a.Outcome(outputs={'u': 1.0})",
    "import grader.checking as c\nc.check = c.check_choice = lambda *a, **k: 1e9",
    "import builtins\nbuiltins.abs = builtins.max = builtins.sum = lambda *a, **k: 0",
    "import numpy as np\n"
    "class Any(np.ndarray):\n"
    "    def __eq__(self, other): return True\n"
    "    def __sub__(self, other): return np.zeros(1)\n"
    "def linear_forward(x, W, b): return (x @ W).view(Any), (x, W)",
    "import grader.grading.sandbox.inside as w\n"
    "w.applied = lambda *a: w.Outcome(outputs={'score': 100.0})",
    "import grader.checking.judging.judge as j\nj.verdict = lambda *a: 1e9",
    "get_ipython().display_formatter = None",
    "get_ipython().run_cell = lambda *a, **k: None",
    "def linear_forward(x, W, b):\n    from course_lib.functional import linear_forward as f\n"
    "    return f(x, W, b)",
    "class Same(float):\n    def __eq__(self, other): return True\n"
    "def linear_forward(x, W, b): return Same(1.0), None",
]


@pytest.mark.parametrize("forgery", FORGERIES)
def test_forged_results_do_not_pay(grade: Grade, forgery: str) -> None:
    wrong = "def linear_forward(x, W, b):\n    return 0 * (x @ W), (x, W)"
    cells = [wrong, forgery, graded(CHECK_FORWARD, "f", 2)]
    if "def linear_forward" in forgery:
        cells.pop(0)
    judged, _ = grade(*cells)
    assert judged["f"].score == 0


def test_a_redefined_check_changes_nothing_for_right_functions(grade: Grade) -> None:
    judged, _ = grade("def check(*args):\n    return 0.0", *checks())
    assert all(one.score == one.points for one in judged.values())


def test_warnings_and_standard_error_cost_nothing(grade: Grade) -> None:
    noisy = FORWARD.replace(
        "    return",
        "    import sys, warnings\n    print('!', file=sys.stderr)\n"
        "    warnings.warn('w')\n    return",
    )
    judged, notebook = grade("import warnings\nwarnings.warn('old')", *checks(noisy))
    assert judged["f"].score == judged["f"].points
    assert all(output.output_type != "stream" for output in notebook.cells[2].outputs)


def test_a_choice_is_compared_outside(grade: Grade) -> None:
    source = 'check_choice("q", answer)\ncheck_choice("q", answer, key="b", points=1)'
    scores = {"' B'": 1.0, "'a'": 0.0, "''": 0.0, "None": 0.0, "['b']": 0.0}
    pairs = ((f"answer = {answer}", graded(source, answer, 1)) for answer in scores)
    judged, notebook = grade(*itertools.chain.from_iterable(pairs))
    assert {answer: one.score for answer, one in judged.items()} == scores
    assert not any("key" in str(cell.outputs) for cell in notebook.cells)


SCORES = {
    "assert answer == 3": 2.0,
    "assert answer == 4": 0.0,
    "1.5": 1.5,
    "import numpy as np\nnp.float64(0.5)": 0.5,
    "float('nan')": 0.0,
    "-1": 0.0,
    "1e9": 2.0,
    "import sys\nprint('note', file=sys.stderr)": 2.0,
    "'fine'": 2.0,
}


def test_ordinary_test_cells_are_graded_inside_and_marked(grade: Grade) -> None:
    from nbgrader.utils import determine_grade

    judged, notebook = grade("answer = 3", *(graded(source, source, 2) for source in SCORES))
    assert {source: one.score for source, one in judged.items()} == SCORES
    assert {one.where for one in judged.values()} == {INSIDE}
    assert [determine_grade(cell)[0] for cell in notebook.cells[1:]] == [*SCORES.values()]


def test_practice_is_not_run_again_and_keeps_its_outputs(grade: Grade) -> None:
    shown = new_output("stream", text="trained")
    practice = new_code_cell("ran = 1", metadata={"tags": ["practice"]}, outputs=[shown])
    after = "print('ran' in globals())"
    _, notebook = grade(practice, after)
    assert notebook.cells[0].outputs == [shown]
    assert notebook.cells[1].outputs[0].text == "False\n"
    _, notebook = grade(practice, after, rerun_all=True)
    assert notebook.cells[1].outputs[0].text == "True\n"


def test_a_graded_cell_cannot_be_practice(grade: Grade) -> None:
    cell = graded(CHECK_FORWARD, "f", 2)
    cell.metadata["tags"] = ["practice"]
    judged, _ = grade("x = 1", cell)
    assert judged["f"].score == 0


def test_the_time_of_a_submission_is_bounded(sandbox: Sandbox) -> None:
    limits = Limits(cell_seconds=30, call_seconds=1, submission_seconds=1.5)
    processes = NotebookProcesses(Sandbox(limits, sandbox.unsafe))
    session = NotebookSession(processes, limits)
    notebook = new_notebook(cells=[new_code_cell("while True: pass"), *map_cells(checks())])
    judged = grade_notebook(notebook, session, lambda name: 7)
    session.close()
    processes.close()
    assert [one.score for one in judged] == [0, 0]
    assert all("whole submission" in one.found for one in judged)
    told = [
        output.evalue for cell in notebook.cells for output in cell.outputs if "evalue" in output
    ]
    assert told and all("1.5 seconds for the whole submission are used up" in one for one in told)
    assert not any("loop" in one for one in told)


def map_cells(cells: list[Any]) -> list[Any]:
    return [new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]


REASONS = {
    "import not_there_at_all": "ModuleNotFoundError: No module named 'not_there_at_all'",
    "x = = 1": "SyntaxError: invalid syntax",
    "1 / 0": "ZeroDivisionError: division by zero",
    "while True: pass": "TimeLimit: stopped after 2 seconds, the limit while grading. Is there",
    "name = input('Your name?')": "EOFError: input() has nobody to ask here",
}


def test_the_error_of_the_cell_that_defines_a_function_is_the_reason(grade: Grade) -> None:
    pairs = ((f"{line}\n{FORWARD}", graded(CHECK_FORWARD, line, 1)) for line in REASONS)
    judged, notebook = grade(*itertools.chain.from_iterable(pairs))
    for one, cell, says in zip(
        judged.values(), notebook.cells[1::2], REASONS.values(), strict=True
    ):
        assert says in one.found and "not defined" not in one.found
        assert says in one.mistake
        assert says in text_in(cell.outputs[0].data["text/html"])


def test_a_later_cell_may_define_a_function_whose_cell_stopped(grade: Grade) -> None:
    cells = [f"{line}\n{FORWARD}" for line in ("import not_there_at_all", "x = = 1", "input()")]
    judged, _ = grade(*cells, *checks()[:2])
    assert judged["f"].score == judged["f"].points


@pytest.mark.torch
def test_a_function_that_leaves_gradients_off_takes_no_points_of_another(sandbox: Sandbox) -> None:
    evaluate, same_gradients = ("\n".join(find(n).sources.texts) for n in OF_TORCH)
    switched_off = evaluate.replace(
        "with torch.no_grad():", "torch.set_grad_enabled(False)\n    if True:"
    )
    assert switched_off != evaluate
    cells = ["import numpy as np\nimport torch"]
    for name, source in zip(OF_TORCH, (switched_off, same_gradients), strict=True):
        cells += [source, graded(f'check("{name}", {name})', name, find(name).points)]
    with_torch = Sandbox(Limits(), sandbox.unsafe, needs=frozenset({"torch"}))
    (own, other), notebook = graded_notebook(cells, with_torch)
    assert own.score < own.points and other.score == other.points
    report = text_in(notebook.cells[2].outputs[0].data["text/html"])
    assert "Your function changes whether PyTorch records gradients" in report


@pytest.mark.parametrize(
    "line", ["%matplotlib widget", "import matplotlib; matplotlib.use('TkAgg')"]
)
def test_a_backend_for_windows_costs_nothing(grade: Grade, line: str) -> None:
    judged, _ = grade(*checks(f"{line}\n{FORWARD}"))
    assert judged["f"].score == judged["f"].points


def test_both_versions_of_python_are_named() -> None:
    notebook = new_notebook(metadata={"language_info": {"name": "python", "version": "3.99.1"}})
    assert "written with Python 3.99 and is graded with Python 3." in version_gap(notebook)
    notebook.metadata.language_info.version = "3.8.1"
    assert version_gap(notebook) == ""


def test_waiting_for_a_machine_that_stands_still_costs_nothing(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process is stopped at its first call, for longer than the call has."""
    limits = Limits(cell_seconds=20, call_seconds=1)
    processes = NotebookProcesses(Sandbox(limits, sandbox.unsafe))
    session = NotebookSession(processes, limits)
    ask, stood = NotebookProcess.ask, []

    def stand_still(self: NotebookProcess, request: Any, *more: Any) -> Any:
        if request["do"] == "apply" and not stood:
            stood.append(True)
            with stopped(self.process.pid):
                return ask(self, request, *more)
        return ask(self, request, *more)

    monkeypatch.setattr(NotebookProcess, "ask", stand_still)
    notebook = new_notebook(cells=map_cells(checks()))
    judged = grade_notebook(notebook, session, lambda name: 7)
    session.close()
    processes.close()
    assert stood and all(one.score == one.points for one in judged)
