"""The clinic of ps14 over many draws: python -m benchmarks.clinic [seeds] [mistakes].

It prints which measurements tell a fault from its look-alike in at least 99 of 100 draws: these
stand in ``grader.exercises.clinic.DECIDED_BY``. Then it prints what a diagnosis of eight runs
earns: guessed, pasted, read off the numbers, and measured; last what each measurement gives for
each fault. ``benchmarks/clinic.md`` has the first two parts. With ``mistakes`` it prints another
table, also there: of each listed mistake of the clinic's four exercises, how many draws cost it
points, and how many name it first.
"""

import sys
import time
from collections.abc import Callable, Iterable
from statistics import mean, pstdev
from typing import Any

import numpy as np

from benchmarks.machine import processor, software
from course_lib.course.clinic import FAULTS, TrainingRun
from course_lib.course.clinic.patients import fault_of, recipe_of
from grader.checking.contract.exercise import Mistake
from grader.checking.contract.registry import find
from grader.checking.judging.diagnose import diagnose
from grader.checking.judging.effects import known
from grader.checking.judging.judge import Expected, make_cases, outcomes_of, verdict
from grader.exercises.clinic import DECIDED_BY, INSTRUMENTS, LOOK_ALIKE, NOTHING, SMALL

GAP = 0.1
DIFFERENCES = ("logged minus recomputed accuracy", "validation minus new accuracy")
exercise = find("diagnose")


def table(seeds: range) -> dict[str, dict[str, np.ndarray]]:
    """Measurement -> fault -> its values over the seeds."""
    found: dict[str, dict[str, list[float]]] = {m: {f: [] for f in FAULTS} for m in INSTRUMENTS}
    for fault in FAULTS:
        for seed in seeds:
            run = TrainingRun(recipe_of(fault, np.random.default_rng([seed, 7])))
            for measurement, measure in INSTRUMENTS.items():
                found[measurement][fault].append(measure(run))
    return {m: {f: np.array(values) for f, values in row.items()} for m, row in found.items()}


def apart(a: np.ndarray, b: np.ndarray, measurement: str) -> bool:
    """Whether 99 of 100 draws of two faults lie apart by a tenth of the range of both.

    Distances are those of logarithms, where what is smaller than the smallest value that counts is
    0; but for differences of accuracies, which lie on both sides of 0.
    """
    if measurement not in DIFFERENCES:
        small = SMALL.get(measurement, NOTHING)
        a, b = (np.sign(v) * np.log(np.maximum(np.abs(v) / small, 1)) for v in (a, b))
    (a_low, a_high), (b_low, b_high) = (np.quantile(v, [0.01, 0.99]) for v in (a, b))
    gap = max(a_low - b_high, b_low - a_high)
    return bool(gap > GAP * (max(a_high, b_high) - min(a_low, b_low)))


def deciding(found: dict[str, dict[str, np.ndarray]], fault: str) -> tuple[str, ...]:
    """The measurements that tell a fault from its look-alike."""
    other = LOOK_ALIKE[fault]
    return tuple(
        measurement
        for measurement, row in found.items()
        if apart(row[fault], row[other], measurement)
    )


def between(values: np.ndarray) -> str:
    """The lowest and the highest value."""
    low, high = (f"{value:.2g}" for value in (values.min(), values.max()))
    return low if low == high else f"{low} to {high}"


def earned(doctors: Iterable[Callable[[Any], Any]]) -> tuple[float, float]:
    """Mean and standard deviation of the points, each doctor with a seed of its own."""
    scores = []
    for seed, doctor in enumerate(doctors):
        cases = make_cases(exercise, seed)
        outcomes = outcomes_of(exercise, [doctor], cases)
        expected = Expected(exercise, cases)
        scores.append(verdict(exercise, cases, outcomes, hints=False, expected=expected).score)
    return mean(scores), pstdev(scores)


def guessing(seed: int) -> Callable[[Any], Any]:
    """A random fault for each run, with a measurement that decides it."""
    rng = np.random.default_rng(seed)

    def doctor(run: Any) -> Any:
        fault = str(rng.choice(FAULTS))
        return fault, DECIDED_BY[fault][0], 0.0

    return doctor


def pasting(seed: int) -> Callable[[Any], Any]:
    """The answers that are right for the runs of another student."""
    (case,) = make_cases(exercise, seed + 1000)
    right = exercise.reference[-1]
    answers = iter([right(TrainingRun(recipe)) for recipe in case["recipes"]])
    return lambda run: next(answers)


def knowing(seed: int) -> Callable[[Any], Any]:
    """The right fault of each run; nothing is measured."""
    (case,) = make_cases(exercise, seed)
    faults = iter(map(fault_of, case["recipes"]))

    def doctor(run: Any) -> Any:
        fault = next(faults)
        return fault, DECIDED_BY[fault][0], float("nan")

    return doctor


def without_gradients(seed: int) -> Callable[[Any], Any]:
    """An honest attempt that never compares the gradients, nor asks the loader."""
    (case,) = make_cases(exercise, seed)
    recipes = iter(case["recipes"])

    def doctor(run: Any) -> Any:
        blind = TrainingRun(next(recipes) | {"mirrored": 0, "relabelled": 0})
        fault, measurement, value = exercise.reference[-1](blind)
        return "healthy" if measurement == "gradient error" else fault, measurement, value

    return doctor


def title(mistake: Mistake) -> str:
    """The wrong line or the name of a mistake, on one line of a table."""
    return " ".join(str(mistake).replace("\\n", "; ").split()).replace("|", "\\|")


def print_mistakes(seeds: range) -> None:
    """The table of the listed mistakes."""
    print("\n| exercise | mistake | loses points | is named first | points, mean ± sd |")
    print("|---|---|---|---|---|")
    for name in ("update_ratio", "gradient_error", "can_memorise", "diagnose"):
        judged = find(name)
        scores: dict[str, list[float]] = {title(wrong): [] for wrong in judged.mistakes}
        named = dict.fromkeys(scores, 0)
        for seed in seeds:
            cases = make_cases(judged, seed)
            facts, expected = known(judged, cases), Expected(judged, cases)
            for wrong in judged.mistakes:
                outcomes = outcomes_of(judged, judged.with_mistakes(wrong), cases)
                result = verdict(judged, cases, outcomes, hints=False, expected=expected)
                told = diagnose(judged, cases, outcomes, facts, result.unmet)
                scores[title(wrong)].append(result.score)
                named[title(wrong)] += [one.cause for one in told[:1]] == [wrong]
        for wrong_line, points in scores.items():
            lost = sum(score < judged.points for score in points)
            print(
                f"| `{name}` | `{wrong_line}` | {lost} of {len(seeds)} | {named[wrong_line]} "
                f"of {len(seeds)} | {mean(points):.2f} ± {pstdev(points):.2f} of {judged.points} |",
                flush=True,
            )


def main() -> None:
    """Measure and print."""
    seeds = range(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
    print(f"{processor()}, one thread; {software('numpy')}; {len(seeds)} seeds")
    if sys.argv[2:] == ["mistakes"]:
        began = time.process_time()
        print_mistakes(seeds)
        print(f"{time.process_time() - began:.0f} s of processor time")
        return
    began = time.process_time()
    found = table(seeds)
    print(f"{time.process_time() - began:.0f} s of processor time")
    print("\n| fault | look-alike | measurement | the fault has | its look-alike has |")
    print("|---|---|---|---|---|")
    for fault in FAULTS:
        by = deciding(found, fault)
        if by != DECIDED_BY[fault]:
            print(f"DECIDED_BY has something else for {fault}: {DECIDED_BY[fault]}")
        for measurement in by:
            row, other = found[measurement], LOOK_ALIKE[fault]
            print(f"| {fault} | {other} | {measurement} ", end="")
            print(f"| {between(row[fault])} | {between(row[other])} |")
    print("\npoints of 3 for eight runs, mean and standard deviation over the seeds")
    reference = exercise.reference[-1]
    doctors: dict[str, Iterable[Callable[[Any], Any]]] = {
        "guessed": map(guessing, seeds),
        "a neighbour's answers": map(pasting, seeds),
        "known, not measured": map(knowing, seeds),
        "measured without gradients and loader": map(without_gradients, seeds),
        "measured": [reference for _ in seeds],
    }
    for words, some in doctors.items():
        print(f"    {words:40} {'{:.2f} ± {:.2f}'.format(*earned(some))}")
    for measurement, row in found.items():
        print(f"\n{measurement}: lowest, median, highest")
        for fault, values in row.items():
            low, middle, high = np.quantile(values, [0, 0.5, 1])
            print(f"    {fault:30} {low:10.3g} {middle:10.3g} {high:10.3g}")


if __name__ == "__main__":
    main()
