"""An error in one line costs this line and those that use its result, and no others."""

import importlib.util

import pytest

from grader.checking.contract.registry import find
from tests.gates.drawn import drawn

EXERCISE = find("thirteen_gradients")
OF_THE_FIRST_LAYER = {"u", "W", "b", "x"}
OF_BOTH_LAYERS = OF_THE_FIRST_LAYER | {"z", "V", "c"}
NEEDED_BY = {
    "p": {"p", "s", "e", "y"} | OF_BOTH_LAYERS,
    "y": {"y"} | OF_BOTH_LAYERS,
    "z": {"z"} | OF_THE_FIRST_LAYER,
    "V": {"V"},
    "c": {"c"},
    "u": OF_THE_FIRST_LAYER,
    "x": {"x"},
}


def judged(text, folder, above=""):
    """The verdict on a function that stands in a file, as one of a notebook has its source."""
    path = folder / f"cell_{len(list(folder.glob('*.py')))}.py"  # bytecode of another is not read
    path.write_text(f"import numpy as np\n{above}\n\n{text}")
    spec = importlib.util.spec_from_file_location("cell", path)
    cell = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(cell)
    return drawn("thirteen_gradients", 0).judged([cell.thirteen_gradients])


@pytest.mark.parametrize("name", NEEDED_BY)
@pytest.mark.parametrize("fault", ['v["nothing"]', 'v["x"] @ v["x"] @ v["x"] @ v["t"][:, :, None]'])
def test_a_line_that_stops_costs_what_uses_its_result(name, fault, tmp_path):
    text = EXERCISE.sources.texts[-1]
    before, after = text.split(f'd["{name}"] = ')
    result = judged(f'{before}d["{name}"] = {fault}\n{after[after.index(chr(10)) + 1 :]}', tmp_path)
    assert lines_lost(result) == NEEDED_BY[name]
    (problem,) = (f.problem for f in result.findings if f.title.startswith(f"d{name}:"))
    assert "stops with" in problem
    assert ("KeyError: 'nothing'" in problem) == ("nothing" in fault)
    assert 0 <= result.score < EXERCISE.points


ABOVE = """
def linear_backward(du, cache):
    x, W = cache
    return du @ W.T, x.T @ du, du.sum(axis=0)


def activation_backward(dz, z, name):
    return dz * (1 - z**2)
"""
WITH_OWN_FUNCTIONS = """
    d["z"], d["V"], d["c"] = linear_backward(d["y"], (v["z"], v["V"]))
    d["u"] = activation_backward(d["z"], v["z"], "tanh")
    d["x"], d["W"], d["b"] = linear_backward(d["u"], (v["x"], v["w"]))
    return d
"""


def lines_lost(result):
    return {f.title[1] for f in result.findings if not f.holds and f.title.startswith("d")}


def test_lines_that_call_the_students_functions_find_them(tmp_path):
    text = EXERCISE.sources.texts[-1].split('    d["z"] =')[0] + WITH_OWN_FUNCTIONS
    assert judged(text.replace('"w"', '"W"'), tmp_path, ABOVE).score == EXERCISE.points
    result = judged(text, tmp_path, ABOVE)
    assert lines_lost(result) == {"x", "W", "b"}
    assert all("KeyError: 'w'" in f.problem for f in result.findings if f.title[1:3] == "x:")


def test_a_name_that_was_used_for_something_else_is_the_students(tmp_path):
    text = EXERCISE.sources.texts[-1].replace("np.full(N, 1 / N)", "0 * v['q'] + 1 / N")
    result = judged(text, tmp_path, "np = 5")
    assert lines_lost(result) == NEEDED_BY["p"]
    assert "'int' object has no attribute 'arange'" in str([f.problem for f in result.findings])


def test_what_is_right_in_every_line_and_still_raises_earns_nothing(tmp_path):
    text = EXERCISE.sources.texts[-1]
    assert judged(text, tmp_path).score == EXERCISE.points
    assert judged(text.replace("    return d", "    return d[0]"), tmp_path).score == 0


def test_a_function_that_is_not_written_is_not_read_line_by_line(tmp_path):
    text = EXERCISE.sources.texts[-1].replace("    return d", "    raise NotImplementedError")
    result = judged(text, tmp_path)
    assert (result.status, result.score) == ("not written", 0)
