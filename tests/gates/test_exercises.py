"""What every exercise must hold, whatever it asks for.

The number of seeds comes from tests/sizes.py (200 in `make test-long`): a right program passes and
a listed mistake fails with probability at least 1 - 1e-6, so every seed must agree.
"""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.checking.contract.compare import same_values
from grader.checking.contract.exercise import Exercise
from grader.checking.contract.families import run_of
from grader.checking.contract.registry import find, module_of, names
from grader.checking.contract.standalone import standalone
from grader.checking.judging import effects, judge
from grader.checking.judging.apply import Outcome, apply
from grader.checking.judging.diagnose import diagnose
from grader.checking.judging.judge import Verdict
from grader.files import file_of
from tests import sizes
from tests.gates.drawn import Drawn, drawn, judged_once, once
from tests.programs import load

NAMES = names()
ROOT = Path(__file__).parents[2]


def modules_of(name):
    return [module_of(name), *([load.module_of(name)] if load.exists(name) else [])]


# "That is right only for one group" and "right by more than the margin" say nothing of the results.
CALLS_RIGHT = re.compile(r"\b(?:is|are) right\b(?! (?:only|for|by|if))")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_left_to_do_and_enough_is_told_to_teach(name):
    files = [file_of(module, ROOT / module.partition(".")[0]) for module in modules_of(name)]
    left = {
        f"{file.relative_to(ROOT)}: line {number}"
        for file in files
        for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1)
        if "TODO" in line
    }
    assert not left, f"TODO is left in {', '.join(sorted(left))}"
    exercise = find(name)
    steps = {text for prop in exercise.judge for text in exercise.ladder({prop.title})}
    assert exercise.mistakes or exercise.recognise
    assert len(steps) >= 2 and exercise.returns
    assert exercise.answers, "name the modules that hold the answer"
    hints = [m.hint for m in exercise.mistakes]
    assert len(set(hints)) == len(hints)
    # Beside a second mistake the sentence would be wrong, so the hint is left out.
    claims = [m.hint for m in exercise.mistakes if CALLS_RIGHT.search(m.hint) and not m.needs]
    assert not claims, f"{name}: give needs=, or say what is wrong alone: {claims}"


@pytest.mark.parametrize("name", NAMES)
def test_every_case_and_output_that_a_property_names_is_there(name):
    exercise, draw = find(name), drawn(name, 0)
    pairs = zip(draw.cases, draw.right, strict=True)
    exercise.require_names(draw.cases, [exercise.observed(c, o.outputs) for c, o in pairs])


@pytest.mark.parametrize("name", sizes.mostly_slow(NAMES))
def test_the_reference_scores_full_marks(name, seeds):
    """In another draw, a check at home gives it full marks: see ``test_in_browser``."""
    for seed in seeds:
        draw = drawn(name, seed)
        result = draw.verdict(draw.right, hints=True)
        assert result.score == find(name).points and result.status == "complete", result
        assert result.hints == () and all(f.holds for f in result.findings)


@pytest.mark.parametrize("name", NAMES)
def test_accepted_alternatives_score_full_marks(name, draws):
    for functions in find(name).accepts:
        for seed in draws:
            assert drawn(name, seed).judged(functions).status == "complete"


@pytest.fixture
def applied_once(monkeypatch):
    """A mistake runs once on a case: what is known of it, and what is judged, are one outcome.

    What is observed in it is found once, too.
    """
    outcomes = {}

    def applied(run, functions, case):
        key = tuple(functions), id(case)
        if key not in outcomes:
            outcomes[key] = apply(run, functions, case)
        return outcomes[key]

    observed = once(effects.results)
    for module in (effects, judge):
        monkeypatch.setattr(module, "apply", applied)
        monkeypatch.setattr(module, "results", observed)


@pytest.mark.usefixtures("applied_once")
@pytest.mark.parametrize("name", sizes.mostly_slow(n for n in NAMES if find(n).mistakes))
def test_every_mistake_loses_points_and_gets_its_own_hint_first(name, seeds):
    exercise = find(name)
    failures: dict[str, str] = {}
    for seed in seeds:
        draw = drawn(name, seed)
        cases, facts = draw.cases, draw.facts
        for wrong in exercise.mistakes:
            outcomes = draw.outcomes(exercise.with_mistakes(wrong))
            result = draw.verdict(outcomes)
            if beside := list(beside_the_fault(exercise, result)):
                failures[str(wrong)] = f"gets help with what is right: {beside} (seed {seed})"
            seen = [effects.results(exercise, *pair) for pair in zip(cases, outcomes, strict=True)]
            told = [one.cause for one in diagnose(exercise, cases, seen, facts, result.unmet)]
            if result.score >= exercise.points:
                failures[str(wrong)] = f"gets full marks (seed {seed}). Add a case that refuses it"
            elif told[:1] != [wrong]:
                instead = f"{told[0]!s}" if told else "nothing"
                failures[str(wrong)] = (
                    f"is answered with {instead!r} in place of its own hint (seed {seed}). If both "
                    "act alike in all cases, add a case that tells them apart"
                )
        if seed == 0 and exercise.mistakes:  # all of the diagnosis is part of a verdict with hints
            wrong = exercise.mistakes[0]
            outcomes = draw.outcomes(exercise.with_mistakes(wrong))
            result = draw.verdict(outcomes, hints=True, facts=facts)
            assert result.hints[:1] == (wrong.hint,)
            failing = {f.title for f in result.findings if f.problem}
            seen = {f.title for f in result.findings if f.problem and not f.raised}
            right = {f.title for f in result.findings if f.holds}
            assert result.ladder == exercise.ladder(seen or failing, right)
    assert not failures, "\n".join(f"{name}: {m}\n    {why}" for m, why in failures.items())


def beside_the_fault(exercise: Exercise, result: Verdict) -> Iterator[str]:
    """The steps of help that speak of nothing but parts that have full points, or its absence."""
    missing = {f.title for f in result.findings if not f.holds}
    values = {prop.title for prop in exercise.judge if prop.alone}
    about = [(text, {prop.title}) for prop in exercise.judge for text in prop.help]
    about += [(entry.text, set(entry.about)) for entry in exercise.steps]
    for text, titles in about:
        if text in result.ladder and (titles.isdisjoint(missing) if titles else values - missing):
            yield text
    if any(f.problem and f.alone and not f.raised for f in result.findings) and not result.ladder:
        yield "nothing is said of what is wrong"


def test_what_an_exercise_uses_are_exercises():
    assert {used for name in NAMES for used in find(name).uses} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_functions_that_are_not_written_score_nothing(name):
    exercise = find(name)

    def stub(*args, **kwargs):
        raise NotImplementedError("write this function")

    result = drawn(name, 0).judged([stub] * len(exercise.takes))
    assert result.score == 0 and result.status == "not written"


# What comes in goes out again, or zeros do, or the same for everything.
IDLE: dict[str, Callable[..., Any]] = {
    "the first argument": lambda *a, **k: a[0],
    "the last argument": lambda *a, **k: a[-1],
    "all arguments": lambda *a, **k: a,
    "the first argument and all": lambda *a, **k: (a[0], a),
    "zeros like the first": lambda *a, **k: np.zeros_like(a[0]),
    "zeros and all arguments": lambda *a, **k: (np.zeros_like(a[0]), a),
    "0 and zeros": lambda *a, **k: (0.0, np.zeros_like(a[0])),
    "ones like the first": lambda *a, **k: np.ones_like(a[0]),
    "infinities like the first": lambda *a, **k: np.full(np.shape(a[0]), np.inf),
    "the number 1": lambda *a, **k: 1.0,
    "zeros like all": lambda *a, **k: tuple(np.zeros_like(x) for x in a),
    "nothing to be seen": lambda *a, **k: (np.ma.masked_all((2, 2)),) * 2,
    "None": lambda *a, **k: None,
    "the number 0": lambda *a, **k: 0,
    "nothing": lambda *a, **k: (),
    "None twice": lambda *a, **k: (None, None),
    "a matrix of zeros": lambda *a, **k: np.zeros((2, 2)),
    "three vectors of zeros": lambda *a, **k: (np.zeros(3),) * 3,
    "a text": lambda *a, **k: "text",
    "a list": lambda *a, **k: [1],
}


@pytest.mark.parametrize("name", NAMES)
def test_functions_that_do_nothing_score_nothing(name, seeds):
    exercise = find(name)
    earned = {}
    for seed in seeds:
        for what, function in IDLE.items():
            result = drawn(name, seed).judged([function] * len(exercise.takes))
            earned[what, seed] = result.score
    paid = {what: score for (what, _seed), score in earned.items() if score}
    assert not paid, (
        f"{name}: points for functions that do nothing: {paid}. Look at the properties that they "
        "satisfy: give those alone=False, or add a case whose result is not idle"
    )


@pytest.mark.parametrize("name", NAMES)
def test_run_travels_and_gives_the_same_elsewhere(name):
    exercise = find(name)
    elsewhere = run_of(json.loads(json.dumps(exercise.run.to_settings())))
    namespace: dict[str, Any] = {}
    exec(standalone(exercise.reference), namespace)
    sent = [namespace[name] for name in exercise.takes]
    draw = drawn(name, 0)
    for case, here in zip(draw.cases, draw.right, strict=True):
        there = apply(elsewhere, sent, case)
        assert here.failure is None, here.failure
        assert here.outputs.keys() == there.outputs.keys()
        for key, value in here.outputs.items():
            assert same_values(key, there.outputs[key], value, rtol=0, atol=0) is None


@pytest.mark.parametrize("name", NAMES)
def test_only_the_numbers_of_the_cases_are_random(name):
    exercise, first, second = find(name), drawn(name, 0).cases, drawn(name, 1).cases
    assert [c["about"] for c in first] == [c["about"] for c in second]
    assert len({c["about"] for c in first}) == len(first)
    titles = [prop.title for prop in exercise.judge]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("name", sizes.mostly_slow(NAMES))
def test_the_library_agrees_with_the_reference(name, seeds):
    exercise = find(name)
    library = exercise.in_library()
    for seed in seeds:
        draw = drawn(name, seed)
        result = draw.verdict(
            draw.right if library == exercise.reference else draw.outcomes(library)
        )
        assert result.score == exercise.points, [f for f in result.findings if not f.holds]


# A second backward pass with the same cache may be refused, because the cache may be used up.
MAY_BE_REFUSED = {("dropout_backward", 2)}
HAS_TO_RAISE = {  # ValueError, and no other
    ("batchnorm_forward", "one row to train on"),
}


@pytest.mark.parametrize("name", NAMES)
def test_an_error_in_any_call_of_any_case_is_seen(name):
    """No property holds because nothing ran, or because ``run`` swallowed what was raised."""
    with judged_once():
        unseen = list(unseen_errors(drawn(name, 0)))
    assert not unseen, (
        f"{name}: full marks although the function raises {unseen}. Let `run` return what this "
        "call gives, and a property look at it"
    )


def unseen_errors(draw: Drawn) -> Iterator[str]:
    exercise, name = draw.exercise, draw.exercise.name
    right = draw.right
    for i, case in enumerate(draw.cases):
        for kind in (TypeError, ValueError, RuntimeError):
            if kind is ValueError and (name, case["about"]) in HAS_TO_RAISE:
                continue
            for k in range(min(len(draw.calls[i]), MAX_CALLS)):
                outcomes = [*right[:i], raising_in(exercise, case, k, kind), *right[i + 1 :]]
                result = draw.verdict(outcomes)
                if result.status == "complete" and (name, k) not in MAY_BE_REFUSED:
                    yield f"{kind.__name__} in call {k + 1} of {case['about']!r}"


MAX_CALLS = 4


def raising_in(exercise: Exercise, case, k: int, kind: type[Exception]) -> Outcome:
    """The outcome where the graded function raises in its call number k."""
    calls = 0
    graded = exercise.reference[-1]

    def raises(*arguments, **settings):
        nonlocal calls
        calls += 1
        if calls == k + 1:
            raise kind("on purpose")
        return graded(*arguments, **settings)

    return apply(exercise.run, [*exercise.reference[:-1], raises], case)
