"""An error in one line costs this line and those that use its result, and no others."""

import importlib.util

import pytest

from grader.checking.contract.registry import find
from grader.checking.judging.judge import make_cases, outcomes_of, verdict

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


def judged(text, folder):
    """The verdict on a function that stands in a file, as one of a notebook has its source."""
    path = folder / "cell.py"
    path.write_text(f"import numpy as np\n\n\n{text}")
    spec = importlib.util.spec_from_file_location("cell", path)
    cell = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(cell)
    cases = make_cases(EXERCISE, 0)
    return verdict(EXERCISE, cases, outcomes_of(EXERCISE, [cell.thirteen_gradients], cases))


@pytest.mark.parametrize("name", NEEDED_BY)
@pytest.mark.parametrize("fault", ['v["nothing"]', 'v["x"] @ v["x"] @ v["x"] @ v["t"][:, :, None]'])
def test_a_line_that_stops_costs_what_uses_its_result(name, fault, tmp_path):
    text = EXERCISE.sources.texts[-1]
    before, after = text.split(f'd["{name}"] = ')
    result = judged(f'{before}d["{name}"] = {fault}\n{after[after.index(chr(10)) + 1 :]}', tmp_path)
    lost = {f.title[1] for f in result.findings if not f.holds and f.title.startswith("d")}
    assert lost == NEEDED_BY[name]
    (problem,) = (f.problem for f in result.findings if f.title.startswith(f"d{name}:"))
    assert "stops with" in problem
    assert ("KeyError: 'nothing'" in problem) == ("nothing" in fault)
    assert 0 <= result.score < EXERCISE.points


def test_what_is_right_in_every_line_and_still_raises_earns_nothing(tmp_path):
    text = EXERCISE.sources.texts[-1]
    assert judged(text, tmp_path).score == EXERCISE.points
    assert judged(text.replace("    return d", "    return d[0]"), tmp_path).score == 0


def test_a_function_that_is_not_written_is_not_read_line_by_line(tmp_path):
    text = EXERCISE.sources.texts[-1].replace("    return d", "    raise NotImplementedError")
    result = judged(text, tmp_path)
    assert (result.status, result.score) == ("not written", 0)
