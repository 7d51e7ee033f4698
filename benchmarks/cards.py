"""The cards of ps14's reference over many splits: python -m benchmarks.cards [seeds].

For each card it prints the mean and the spread of the paired differences, and how many standard
errors of a mean of three lie between the effect and the place where its verdict becomes wrong. At
four of them, about one grading in 30,000 finds another verdict.
"""

import platform
import sys

import numpy as np

from grader.exercises import capstone, capstone_training
from grader.exercises.ps14.cards import BASE, DIFFERENCE, UNSURE, cards


def margin(verdict: str, mean: float) -> float:
    """The distance of a mean difference from where its verdict becomes wrong."""
    if verdict == "no difference":
        return DIFFERENCE + UNSURE - abs(mean)
    return (mean if verdict == "better" else -mean) - (DIFFERENCE - UNSURE)


def main() -> None:
    """Measure and print."""
    seeds = range(int(sys.argv[1]) if len(sys.argv) > 1 else 12)
    print(f"Python {platform.python_version()}, {platform.machine()}, {len(seeds)} seeds")

    def reached(change: dict[str, object]) -> np.ndarray:
        settings = capstone.read(BASE | change)
        return np.array([capstone_training.measure(settings, seed).test for seed in seeds])

    base = reached({})
    print(f"BASE: {base.mean():.3f} ± {base.std(ddof=1):.3f}")
    for card in cards():
        found = reached(card["change"]) - base
        mean, sd = float(found.mean()), float(found.std(ddof=1))
        errors = margin(card["verdict"], mean) / (sd / np.sqrt(capstone_training.N_TRAININGS))
        print(
            f"{card['change']!s:26} {mean:+.3f} ± {sd:.3f}, from {found.min():+.3f} to "
            f"{found.max():+.3f}  {card['verdict']}: {errors:.1f} standard errors",
            flush=True,
        )


if __name__ == "__main__":
    main()
