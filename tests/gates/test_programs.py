"""Many programs for every graded function, in ``tests/programs``, get what they deserve.

Scores are judged without hints, whose search takes twenty times as long. They do not depend on the
draw unless the entry says so: two students with the same wrong function lose the same points.
"""

from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from grader.checking.contract.registry import find, names, problem_set
from tests import programs, sizes
from tests.gates.drawn import drawn, wrong_programs
from tests.programs import load
from tests.programs.forms import FREE, SETTINGS, forms, named
from tests.programs.redundant import redundant

NAMES = [name for name in names() if load.exists(name)]


@cache
def catalogue(name: str):
    """To be looked at; what is run is loaded anew, since some programs remember earlier calls."""
    return load.catalogue(name)


def verdicts(name: str, kind: str, seeds: range):
    """Verdicts of every program of a kind, seed by seed."""
    exercise = find(name)
    found: dict[str, list] = {}
    for seed in seeds:
        for entry, functions in getattr(load.catalogue(name), kind).programs.items():
            result = drawn(name, seed).judged(functions[-len(exercise.takes) :])
            found.setdefault(entry, []).append(result)
    return found


def every(kind: str):
    chosen = [name for name in NAMES if getattr(catalogue(name), kind).programs]
    return pytest.mark.parametrize("name", sizes.mostly_slow(chosen))


def differing(name: str, kind: str, found) -> dict[str, list[float]]:
    """Scores that differ from draw to draw, of entries that do not say that they may."""
    chance = getattr(catalogue(name), kind).chance
    scores = {entry: [v.score for v in results] for entry, results in found.items()}
    return {e: s for e, s in scores.items() if len(set(s)) > 1 and e not in chance}


def test_every_file_belongs_to_an_exercise():
    folder = Path(programs.__file__).parent
    files = {f"{file.parent.name}/{file.stem}" for file in folder.glob("ps*/*.py")}
    assert files == {f"{problem_set(name)}/{name}" for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_at_least_three_right_programs_differ_in_method(name):
    right = catalogue(name).right.programs.keys() - catalogue(name).made
    assert len(right) >= 3, (
        f"{name}: {len(right)} right programs; write three that compute in different ways"
    )


@every("right")
def test_right_programs_score_full_marks(name, seeds):
    lost = {
        entry: [f for v in results for f in v.findings if not f.holds][:1]
        for entry, results in verdicts(name, "right", seeds).items()
        if any(v.status != "complete" for v in results)
    }
    assert not lost, "\n".join(
        f"{name}: the right program {entry} loses points, because {found}. If the task allows it, "
        "widen the property; if not, enter it as @open_ or @form"
        for entry, found in lost.items()
    )


def not_of_form_alone(name: str, results) -> str:
    """What is wrong with the verdicts of a program that differs from a right one in its form."""
    form = {prop.title for prop in find(name).judge if not prop.alone}
    if any(v.status == "complete" for v in results):
        return (
            "gets full marks: no property of the form sees it. Add one, or enter it as @right, or "
            "in tests/programs/forms.py as FREE"
        )
    if costs := {f.title for v in results for f in v.findings if f.problem} - form:
        return f"fails {sorted(costs)}, which judge values. Accept it there"
    if any(v.status != "partial" for v in results):
        return "earns nothing"
    return ""


@every("form")
def test_an_unusual_form_costs_form_alone(name, draws):
    found = verdicts(name, "form", draws)
    said = {e: what for e, results in found.items() if (what := not_of_form_alone(name, results))}
    assert not said, "\n".join(f"{name}: the form program {e} {said[e]}" for e in said)
    assert differing(name, "form", found) == {}


@pytest.mark.parametrize("name", [name for name in NAMES if name not in SETTINGS])
def test_common_forms_cost_form_alone_or_nothing(name, draws):
    found = defaultdict(list)
    for seed in draws:
        draw = drawn(name, seed)
        for entry, functions in forms(draw.exercise, draw.cases).items():
            found[entry].append(draw.judged(functions))
    free = {title for title in found if named(FREE, title, name)}
    said = {e: what for e in found if e not in free and (what := not_of_form_alone(name, found[e]))}
    assert not said, "\n".join(f"{name}: the reference with {e} {said[e]}" for e in said)
    lost = [title for title in free if any(v.status != "complete" for v in found[title])]
    assert not lost, f"{name}: {lost} cost points, which FREE says that they do not"


@every("wrong")
def test_wrong_programs_lose_points(name, draws):
    points = find(name).points
    judged = [wrong_programs(name, seed) for seed in draws]
    found = {entry: [one[entry] for one in judged] for entry in judged[0]}
    passed = [e for e, results in found.items() if any(v.score >= points for v in results)]
    assert not passed, f"{name}: {passed} get full marks. Add a case that refuses them"
    drawn = differing(name, "wrong", found)
    assert not drawn, (
        f"{name}: the points of {drawn} depend on the draw. Choose cases in which each of them "
        'always shows, or say why with @wrong(chance="…")'
    )


@every("open")
def test_what_the_task_leaves_open_costs_less_than_half(name, draws):
    points = find(name).points
    found = verdicts(name, "open", draws)
    harsh = [e for e, results in found.items() if any(v.score <= points / 2 for v in results)]
    assert not harsh, f"{name}: {harsh} lose half or more for what the task leaves open"


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_no_program_behaves_like_another_or_like_a_listed_mistake(name):
    alike = redundant(find(name), lambda: load.catalogue(name))
    assert not alike, "\n".join(
        f"{name}: no check can tell {entry} from {other}; remove one of them"
        for entry, other in alike.items()
    )
