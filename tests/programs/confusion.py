"""Which hints the listed mistakes get: the confusion matrix of mistakes and hints.

    python -m tests.programs.confusion [--draws 5] [--left-out] [linear_forward …]

Prints, for each exercise, how many mistakes get their own hint alone, and every pair off the
diagonal: a mistake, and the hint of another one that it gets beside or before its own, in how many
draws. With ``--left-out`` it shows what each mistake would be told if it were not listed: what
students read whose mistake nobody thought of.
"""

import argparse
import sys
from collections import Counter
from dataclasses import replace

from grader.checking.contract import Exercise
from grader.checking.contract.registry import find, names
from grader.checking.judging.diagnose import diagnose
from grader.checking.judging.effects import Known, known
from grader.checking.judging.judge import make_cases, outcomes_of, verdict


def confusion(exercise: Exercise, draws: int, left_out: bool = False) -> Counter[tuple[str, str]]:
    """How often each mistake gets each hint."""
    found: Counter[tuple[str, str]] = Counter()
    for seed in range(draws):
        cases = make_cases(exercise, seed)
        facts = known(exercise, cases)
        for i, mistake in enumerate(exercise.mistakes):
            outcomes = outcomes_of(exercise, exercise.with_mistakes(mistake), cases)
            unmet = verdict(exercise, cases, outcomes, hints=False).unmet
            their_facts = facts
            if left_out:
                their_facts = [_without(i, one) for one in facts]
            told = diagnose(exercise, cases, outcomes, their_facts, unmet)
            for hint in [one.sentence for one in told] or ["(nothing)"]:
                found[str(mistake), hint] += 1
    return found


def _without(mistake: int, facts: Known) -> Known:
    """What is known, as if one mistake were not listed."""
    others = [*facts.suspects[:mistake], *facts.suspects[mistake + 1 :]]
    return replace(facts, suspects=others)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", help="exercises (default: all)")
    parser.add_argument("--draws", type=int, default=5, help="draws of the cases")
    parser.add_argument("--left-out", action="store_true", help="each one not listed")
    given = parser.parse_args(arguments)
    pairs = 0
    for name in given.names or names():
        exercise = find(name)
        own = {str(mistake): mistake.hint for mistake in exercise.mistakes}
        found = confusion(exercise, given.draws, given.left_out)
        off = {pair: count for pair, count in found.items() if own[pair[0]] != pair[1]}
        clear = len(own.keys() - {mistake for mistake, _hint in off})
        print(f"{name}: {clear} of {len(own)} mistakes get their own hint alone")
        for (mistake, hint), count in off.items():
            print(f"    {mistake}\n        {count} of {given.draws}: {hint}")
        pairs += len(off)
    print(f"{pairs} pairs off the diagonal")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
