"""What students call: never on stderr, always a float, kind words for what is missing."""

import json
import os
import re
import subprocess
import sys
import warnings
from pathlib import Path
from types import FunctionType

import numpy as np
import pytest
from IPython.core.formatters import DisplayFormatter
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook, new_output
from nbgrader.utils import determine_grade

from course_lib import Parameter, losses, optimizers
from course_lib import functional as F
from grader.checking import check, check_choice, ready
from grader.checking.contract.registry import find, names, problem_set
from grader.checking.home.blocked_library import answer_modules, library_blocked
from grader.checking.judging import judge
from grader.checking.judging.advice import count_opcodes, vectorised
from grader.checking.judging.judge import make_cases, outcomes_of, verdict
from grader.checking.judging.prerequisites import behind_own_forward
from grader.checking.report.as_html import as_html, marked


def linear_forward(x, W, b):
    return x @ W + b, (x, W)


def linear_backward(du, cache):
    x, W = cache
    return du @ W.T, x.T @ du, du.sum(axis=0)


def test_right_functions_earn_their_points_as_a_float(capsys):
    score = check("linear_backward", linear_forward, linear_backward)
    out, err = capsys.readouterr()
    assert score == 3 and isinstance(score, float) and err == ""
    assert "all checks pass" in out and "course_lib.functional.linear" in out


def test_what_a_function_builds_on_is_named_until_it_holds(capsys):
    def first_unit_only(x, W, b):
        return (x @ W + b)[:, :1], (x, W)

    def from_the_first_unit(du, cache):
        x, W = cache
        return du[:, :1] @ W[:, :1].T, x.T @ du, du.sum(axis=0)

    builds = "This exercise uses `linear_forward`, where some check fails."
    check("linear_backward", first_unit_only, from_the_first_unit)
    assert builds in capsys.readouterr().out
    check("linear_backward", linear_forward, from_the_first_unit)
    assert builds not in capsys.readouterr().out


def test_a_backward_pass_that_is_right_for_the_wrong_forward_pass_is_told_so(capsys):
    def minus_b(x, W, b):
        return x @ W - b, (x, W)

    def its_derivative(du, cache):
        dx, dW, db = linear_backward(du, cache)
        return dx, dW, -db

    def something_else(du, cache):
        dx, dW, db = linear_backward(du, cache)
        return dx, dW, -2 * db

    check("linear_backward", minus_b, its_derivative)
    out = capsys.readouterr().out
    assert "`linear_backward` is right for your own `linear_forward`" in out and "Begin" not in out
    check("linear_backward", minus_b, something_else)
    out = capsys.readouterr().out
    assert "is right for your own" not in out and "Repair `linear_forward` first." in out


def test_a_backward_pass_that_is_wrong_in_form_alone_is_not_sent_to_the_forward_pass(capsys):
    def forward(x, W, b):
        return (x @ W + b).astype("f8"), (x, W)

    def backward(du, cache):
        return tuple(gradient.astype("f8") for gradient in linear_backward(du, cache))

    check("linear_backward", forward, backward)
    out = capsys.readouterr().out
    assert "is right for your own" not in out and "float type is kept" in out


@pytest.mark.parametrize("name", [n for n in names() if behind_own_forward(find(n))])
def test_every_reference_is_right_for_its_own_forward_pass(name):
    own = behind_own_forward(find(name))
    for seed in range(5):
        cases = make_cases(own, seed)
        assert len(cases) == 2
        for functions in (own.reference, own.in_library()):
            outcomes = outcomes_of(own, functions, cases)
            assert verdict(own, cases, outcomes).status == "complete"


def right_gradients(v):
    return find("thirteen_gradients").reference[-1](v)


THIRTEEN = """
def activation_backward(dz, z, name):
    return dz * {derivative}

def thirteen_gradients(v):
    d = right_gradients(v)
    d["u"] = activation_backward(d["z"], v["z"], "tanh")
    d["W"], d["b"], d["x"] = v["x"].T @ d["u"], d["u"].sum(axis=0), d["u"] @ v["W"].T
    d["V"] = {dV}
    return d
"""
RIGHT = '{"sigmoid": z * (1 - z), "tanh": 1 - z**2, "relu": z > 0}[name]'


def written(derivative, dV='d["V"]'):
    """The cells of a student whose gradient of tanh comes from a function of their own."""
    names: dict = {"right_gradients": right_gradients}
    exec(THIRTEEN.format(derivative=derivative, dV=dV), names)
    return names


def test_what_would_hold_with_a_right_lower_function_is_told(capsys):
    check("thirteen_gradients", written("z")["thirteen_gradients"])
    told = "With a correct `activation_backward` this function passes all checks"
    assert told in capsys.readouterr().out
    check("thirteen_gradients", written("z", dV='2 * d["V"]')["thirteen_gradients"])
    out = capsys.readouterr().out
    assert "passes all checks" not in out and "This exercise uses `activation_backward`" in out


def test_advice_on_a_lower_function_follows_the_code_and_not_an_earlier_check(capsys):
    wrong, right = written("z", dV='2 * d["V"]'), written(RIGHT, dV='2 * d["V"]')
    check("activation_backward", wrong["activation_backward"])
    capsys.readouterr()
    # Checked before the mended lower function is.
    check("thirteen_gradients", right["thirteen_gradients"])
    assert "This exercise uses" not in capsys.readouterr().out
    check("activation_backward", right["activation_backward"])
    capsys.readouterr()
    check("thirteen_gradients", wrong["thirteen_gradients"])
    assert "Repair `activation_backward` first" in capsys.readouterr().out


def test_an_unwritten_function_is_told_kindly(capsys):
    def linear_backward(du, cache):
        raise NotImplementedError

    assert check("linear_backward", linear_forward, linear_backward) == 0.0
    out, err = capsys.readouterr()
    assert "not written yet" in out and "Error" not in out and err == ""


def test_a_kernel_that_torch_lacks_is_not_a_function_to_write(capsys):
    inside = {"__name__": "torch.nn.functional"}
    exec(
        "def cross_entropy(*_):\n    raise NotImplementedError('not implemented for Float')", inside
    )

    def squared_error(y, t):
        return inside["cross_entropy"](t, y)

    check("squared_error", squared_error)
    out = capsys.readouterr().out
    assert "not written" not in out and "not implemented for Float" in out


def test_an_empty_page_has_the_first_step_of_help_behind_a_click(capsys):
    def linear_forward(x, W, b):
        raise NotImplementedError

    def calls_it(du, cache):
        return linear_forward(*cache)

    score = check("linear_forward", linear_forward)
    [step, later] = find("linear_forward").steps[:2]
    help_ = as_html(score.report).partition("<details")[2]
    assert "Help, step 1 of" in help_ and marked(step.text) in help_
    assert marked(later.text) not in help_ and step.text not in capsys.readouterr().out
    above = check("linear_backward", F.linear_forward, calls_it)
    assert "Help, step" not in as_html(above.report)


def test_the_library_s_own_function_earns_nothing(capsys):
    assert check("linear_forward", F.linear_forward) == 0.0
    assert "library's function" in capsys.readouterr().out


def test_a_wrapper_around_the_library_s_function_earns_nothing(capsys):
    def softmax_cross_entropy(u, target):
        return losses.softmax_cross_entropy(u, target)

    assert check("softmax_cross_entropy", softmax_cross_entropy) == 0.0
    said = capsys.readouterr().out
    assert "write softmax_cross_entropy yourself: the library's version is not available" in said
    assert sys.getprofile() is None


def test_a_wrapper_is_found_in_a_class_and_behind_an_import(capsys):
    class EarlyStopping:
        def __init__(self, patience, min_delta=0.0):
            from course_lib.regularizers import EarlyStopping as Theirs

            self.theirs = Theirs(patience, min_delta)

    assert check("EarlyStopping", EarlyStopping) == 0.0
    assert "write EarlyStopping yourself" in capsys.readouterr().out


OPTIMIZERS = {  # class, its settings -> the formula that it calls
    ("Adagrad", ()): "adagrad_step",
    ("Adam", ()): "adam_step",
    ("AdamW", ()): "adamw_step",
    ("Nesterov", (("lr", 0.1),)): "nesterov_step",
    ("RMSprop", ()): "rmsprop_step",
    ("SGD", (("lr", 0.1),)): "sgd_step",
    ("SGD", (("lr", 0.1), ("momentum", 0.9))): "momentum_step",
}


@pytest.mark.parametrize(("name", "settings"), OPTIMIZERS)
def test_an_optimizer_works_with_the_student_s_formula_and_with_no_other(name, settings):
    """As where submissions are graded: tests/grading/test_student_tree.py."""

    def own(w, dw, *state, **settings):
        return (w + 1, *(a for a in state if not isinstance(a, int))) if state else w + 1

    p = Parameter(np.zeros(3))
    make = getattr(optimizers, name)
    with library_blocked():
        make([p], step=own, **dict(settings)).step()
        np.testing.assert_array_equal(p.data, 1.0)
        with pytest.raises(NotImplementedError, match=f"write {OPTIMIZERS[name, settings]} yours"):
            make([p], **dict(settings)).step()


def test_an_optimizer_does_not_replace_the_formula(capsys):
    def momentum_step(w, dw, v, *, lr, mu):
        p = Parameter(w, dw)
        theirs = optimizers.SGD([p], lr=lr, momentum=mu)
        theirs.v = [v]
        theirs.step()
        return p.data, theirs.v[0]

    w, dw, v = np.ones((3, 2))
    np.testing.assert_array_equal(
        momentum_step(w, dw, v, lr=0.1, mu=0.9),
        optimizers.momentum_step(w, dw, v, lr=0.1, mu=0.9),
    )
    assert check("momentum_step", momentum_step) == 0.0
    assert "write momentum_step yourself" in capsys.readouterr().out


def test_the_library_is_aside_wherever_a_function_is_judged(capsys):
    def activation_backward(dz, z, name):
        return F.tanh_backward(dz, z)

    def thirteen_gradients(v):  # wrong, and calls activation_backward for many samples
        d = right_gradients(v)
        du = activation_backward(d["z"], v["z"], "tanh") if len(v["t"]) > 3 else d["u"]
        return d | {"u": 2 * du}

    names: dict = {"ready": ready, "right_gradients": right_gradients}
    names |= {"activation_backward": activation_backward, "thirteen_gradients": thirteen_gradients}
    assert check("activation_backward", activation_backward) == 0.0
    assert not eval("ready('activation_backward')", names)
    capsys.readouterr()
    code, closure = thirteen_gradients.__code__, thirteen_gradients.__closure__
    check("thirteen_gradients", FunctionType(code, names, closure=closure))
    told = "This exercise uses `activation_backward`, where some check fails"
    assert told in capsys.readouterr().out


GIVEN = """
def adamw_step(w, g, m, v, t, *, rate, weight_decay):  # notebook 13 has other arguments
    return w - rate * g, m, v

def recipe(w, gradient, total, *, lr, **settings):
    return adamw_step(w, gradient(w, 1), w, w, 1, rate=lr, weight_decay=0)[0], w
"""


def test_a_given_function_with_the_name_of_an_earlier_exercise_is_not_blamed(capsys):
    exec(GIVEN, names := {})
    assert check("recipe", names["recipe"]) < 3.0
    assert "`adamw_step`" not in capsys.readouterr().out


def test_other_parts_of_the_library_may_be_used(capsys):
    from course_lib.backend import array_namespace

    def linear_forward(x, W, b):
        return array_namespace(x).matmul(x, W) + b, (x, W)

    assert array_namespace.__module__ not in answer_modules()
    assert check("linear_forward", linear_forward) == 2.0
    capsys.readouterr()


def test_what_cannot_be_called_earns_nothing(capsys):
    assert check("linear_forward", 3) == 0.0
    assert "cannot be called, it has the type int. Does a later cell" in capsys.readouterr().out


def test_wrong_names_and_numbers_of_functions_are_errors():
    with pytest.raises(LookupError, match="linear_forward"):
        check("linear_foward", linear_forward)
    with pytest.raises(TypeError, match="takes 2 functions"):
        check("linear_backward", linear_backward)


def test_without_the_exercises_check_says_so_and_nothing_is_ready(monkeypatch, capsys):
    # The package re-exports the function under the name of its module.
    monkeypatch.setattr(sys.modules["grader.checking.home.check"], "available", lambda: False)
    assert check("linear_forward", linear_forward) == 0.0
    assert "graded outside" in capsys.readouterr().out
    assert not ready("linear_forward")


def test_ready_looks_at_the_caller_s_functions():
    good = {"ready": ready, "linear_forward": linear_forward, "linear_backward": linear_backward}
    assert eval("ready('linear_forward', 'linear_backward')", good)
    assert not eval("ready('linear_backward')", {"ready": ready})

    def stub(*arguments):
        raise NotImplementedError

    assert not eval("ready('linear_backward')", good | {"linear_backward": stub})
    wrong = good | {"linear_backward": lambda du, cache: (du, du, du)}
    assert not eval("ready('linear_backward')", wrong)


def test_ready_tries_every_case_and_looks_for_no_hint(monkeypatch):
    cases = make_cases(find("linear_forward"))

    def right_for_as_many_samples_as_the_first_case(x, W, b):
        u, cache = linear_forward(x, W, b)
        return (u if len(x) == len(cases[0]["x"]) else u + 1), cache

    monkeypatch.setattr(judge, "diagnose", lambda *given, **more: pytest.fail("a hint is sought"))
    there = {"linear_forward": right_for_as_many_samples_as_the_first_case}
    assert not eval("ready('linear_forward')", {"ready": ready, **there})


FIRST_CHECK = """
import json, sys
import numpy as np
from grader.checking import check, ready

def linear_forward(x, W, b):
    return x @ W + b, (x, W)

def linear_backward(du, cache):
    x, W = cache
    return {slope} * du @ W.T, x.T @ du, du.sum(axis=0)

check("linear_backward", linear_forward, linear_backward), ready("linear_backward")
print(json.dumps(sorted(sys.modules)))
"""


@pytest.mark.parametrize("slope", [1, 2])
def test_the_first_check_imports_only_the_exercises_that_it_needs(slope):
    root = Path(__file__).parents[2]
    environment = os.environ | {"PYTHONPATH": str(root), "COURSE_PROGRESS": ""}
    command = [sys.executable, "-c", FIRST_CHECK.replace("{slope}", str(slope))]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    loaded = json.loads(done.stdout.splitlines()[-1])
    loaded_exercises = {name for name in loaded if name.startswith("grader.exercises.ps06.")}
    needed = {"linear_backward", "linear_forward"}
    assert loaded_exercises == {f"grader.exercises.ps06.{name}" for name in needed}
    assert not [name for name in loaded if re.match(r"grader\.exercises\.ps(?!06)\d+\.", name)]
    assert not [name for name in loaded if name.startswith("course_lib.")]


@pytest.mark.parametrize(
    ("answer", "score", "told"),
    [
        ("b", 2.0, "your answer is “b”\n  It is graded after you hand in."),
        (" B ", 2.0, "your answer is “b”\n  It is graded after you hand in."),
        ("a", 0.0, "your answer is “a”\n  It is graded after you hand in."),
        ("", 0.0, "not answered yet"),
        (None, 0.0, "not answered yet"),
        (..., 0.0, "not answered yet"),
        ("e", 0.0, "“e” is not an answer\n  Put one letter from a to d there."),
        ("none", 0.0, "“none” is not an answer"),
        ("ab", 0.0, "“ab” is not an answer"),
    ],
)
def test_a_choice_is_graded_by_its_letter(answer, score, told, capsys):
    assert check_choice("question", answer, key="b", points=2) == score
    assert check_choice("question", answer) == 0.0
    assert told in capsys.readouterr().out


def test_a_score_is_shown_as_its_report_and_read_as_its_number_by_nbgrader():
    for score in (check("linear_forward", linear_forward), check_choice("question", "b")):
        data, _metadata = DisplayFormatter().format(score)
        assert data["text/html"] == as_html(score.report)
        cell = new_code_cell(metadata={"nbgrader": {"grade": True, "points": 2}})
        cell.outputs = [new_output("execute_result", data=data)]
        assert determine_grade(cell) == (score, 2)


HALF = 'check("linear_forward", lambda x, W, b: ((x @ W + b).astype("f8"), (x, W)))'
FULL = 'check("linear_forward", lambda x, W, b: (x @ W + b, (x, W)))'
CELLS = {  # source of a cell -> whether its result is shown, how many reports stand beside it
    f"{FULL}": (True, 0),
    f"{HALF}": (True, 0),
    f"{FULL};": (False, 1),
    f"score = {FULL}": (False, 1),
    f"for _ in range(3):\n    {FULL}": (False, 3),
    f"{HALF}\n{FULL}": (True, 1),
    f"{FULL}\n1 / 0": (False, 1),
    f"kept = {FULL}\nkept": (True, 0),
    'check_choice("which", "b", key="b", points=2)': (True, 0),
    "guess('ps06_x', 3)": (False, 1),
    "reveal('ps06_x', 4)": (False, 1),
    "progress('ps06')": (False, 1),
}


def test_every_report_is_seen_once_in_a_real_notebook_and_nbgrader_reads_the_score():
    graded = {"nbgrader": {"grade": True, "solution": False, "points": 2, "grade_id": "x"}}
    setup = "from grader.checking import check, check_choice, guess, progress, reveal"
    cells = [new_code_cell(source, metadata=graded) for source in (setup, *CELLS)]
    notebook = new_notebook(cells=cells)
    client = NotebookClient(notebook, timeout=120, allow_errors=True, kernel_name="python3")
    client.execute(env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])})
    for cell, (result, beside) in zip(notebook.cells[1:], CELLS.values(), strict=True):
        kinds = [o.output_type for o in cell.outputs if o.output_type != "error"]
        assert kinds == ["display_data"] * beside + ["execute_result"] * result, cell.source
        for output in cell.outputs:
            if output.output_type != "error":
                assert output.data["text/html"].count("<div class='check-report") == 1
        if result:
            assert determine_grade(cell) == (1.9 if cell.source == HALF else 2, 2), cell.source


@pytest.mark.parametrize("shell", ["terminal", "none"])
def test_where_there_is_no_notebook_the_report_is_printed_once(shell):
    code = f"from grader.checking import check\n{HALF}\n"
    command = [sys.executable, "-c", code]
    if shell == "terminal":
        command = [sys.executable, "-m", "IPython", "--colors=nocolor", "--quick", "-c", code]
    root = Path(__file__).parents[2]
    environment = os.environ | {"PYTHONPATH": str(root), "COURSE_PROGRESS": ""}
    environment.pop("VIRTUAL_ENV", None)  # IPython warns of one that is active and not its own
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.count("linear_forward: 1.9 of 2 points") == 1 and done.stderr == ""
    assert "<div" not in done.stdout


def test_exercises_are_found_by_name_and_problem_set():
    assert "linear_forward" in names("ps06") and "linear_forward" not in names("ps20")
    assert problem_set("dropout_forward") == "ps20"
    assert [find(name).name for name in names()] == names()


def test_loops_over_rows_are_noticed_and_vectorised_code_is_not():
    def looped(x, W, b):
        return np.array([[row @ column for column in W.T] for row in x]) + b, (x, W)

    exercise = find("linear_forward")
    assert vectorised(exercise, [linear_forward]) is None
    assert "loops over the rows" in vectorised(exercise, [looped])


def test_advice_on_loops_is_silent(capsys):
    def prints(x, W, b):
        print("row", x[0])
        warnings.warn("careful", stacklevel=1)
        return x @ W + b, (x, W)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert vectorised(find("linear_forward"), [prints]) is None
    assert capsys.readouterr() == ("", "")


def test_counting_leaves_the_tracer_as_it_was():
    before = sys.gettrace()
    assert count_opcodes(lambda: sum(range(3))) > 0
    assert sys.gettrace() is before


def test_a_refusal_that_was_given_does_not_make_an_empty_function_an_attempt():
    def batchnorm_forward(x, gamma, beta, state, *, training, momentum, eps):
        if training and len(x) < 2:
            raise ValueError("one row has no variance")
        raise NotImplementedError

    def half(x, gamma, beta, state, *, training, momentum, eps):
        if training:
            return x, None, state
        raise NotImplementedError

    exercise = find("batchnorm_forward")
    cases = make_cases(exercise, 1)

    def status(function):
        return verdict(exercise, cases, outcomes_of(exercise, [function], cases)).status

    assert (status(batchnorm_forward), status(half)) == ("not written", "wrong")
