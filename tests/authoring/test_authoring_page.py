"""The graded function that docs/authoring.md shows passes the gates."""

import importlib.util
import re
import sys

from grader.checking.judging.diagnose import diagnose
from grader.checking.judging.effects import known
from grader.checking.judging.judge import make_cases, outcomes_of, verdict
from tests.programs.redundant import redundant
from tests.project import ROOT


def shown(tmp_path):
    """The exercise and its catalogue, out of the page's two blocks."""
    text = (ROOT / "docs/authoring.md").read_text("utf-8")
    section = text[text.index("## A graded function") : text.index("## Slips")]
    assert len(section.splitlines()) < 80 and section.count("```python") == 2
    modules = []
    for block, name in zip(
        re.findall(r"```python\n(.*?)```", section, re.S), ("exercise", "programs"), strict=True
    ):
        path = tmp_path / f"{name}.py"
        path.write_text(block, "utf-8")
        spec = importlib.util.spec_from_file_location(f"shown_{name}", path)
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module  # where the source of its functions is looked up
        spec.loader.exec_module(module)
        modules.append(module)
    return modules[0].exercise, modules[1].programs


def test_it_passes_the_gates(tmp_path):
    exercise, programs = shown(tmp_path)
    for seed in range(20):
        cases = make_cases(exercise, seed)
        facts = known(exercise, cases)

        def judged(functions, cases=cases):
            outcomes = outcomes_of(exercise, functions, cases)
            return outcomes, verdict(exercise, cases, outcomes, hints=False)

        for functions in (exercise.reference, exercise.in_library()):
            assert judged(functions)[1].status == "complete"
        for mistake in exercise.mistakes:
            outcomes, result = judged(exercise.with_mistakes(mistake))
            assert result.score < exercise.points
            assert diagnose(exercise, cases, outcomes, facts, result.unmet)[0] == mistake.hint
        for kind, status in (("right", {"complete"}), ("wrong", {"partial", "wrong"})):
            for name, functions in getattr(programs, kind).programs.items():
                if name != "raises_not_implemented":
                    assert judged(functions)[1].status in status, name
    assert redundant(exercise, lambda: programs) == {}
