"""What a plan did in many worlds, from the trainings that it asked for: each mistake in a sentence.

A plan is recognised by numbers and not by its text. Which trainings have the middle of the interval
as the mean of their differences, how many standard errors of these differences it reaches to each
side, and which settings they have, says what the plan did, however it is written.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress, product
from math import sqrt
from typing import Any

import numpy as np

from grader.checking.contract.exercise import Case

CLOSE = 3e-6  # what rounding leaves of a number that is returned
LOOKED_AT = 120  # worlds
MOSTLY = 0.8  # of them
WRONG = 0.08  # of the worlds have settings whose true difference is another one: more than so far
FAR, NOT_LESS = 1.5, 0.4  # in standard errors, which are not taken as less than this of the usual
EXACT = 0.005  # how much a factor varies from world to world, as a part of itself
ERRATIC = 1.5  # the factor that one in ten worlds exceeds, beside that which nine in ten exceed
T_ROUNDED = 0.025  # a factor that is so near to t is t, out of a table of one decimal
FEW = 4  # pairs, or fewer: more of them is the best advice

BY_SEED = (
    "You take the best setting of each seed by itself. The best of several noisy numbers is too "
    "good on average: choose one setting for all seeds, by a mean."
)
UNPAIRED = (
    "You subtract means of different seeds. What makes a seed hard for both sides cancels only if "
    "both are trained with it: subtract seed by seed."
)
APART = (
    "Both sides have the same seeds, but the width of your interval is not that of the differences "
    "seed by seed. What makes a seed hard for both sides cancels only in the difference of its two "
    "trainings."
)

Setting = tuple[int, ...]
Misplaced = Callable[[Sequence[Any], Sequence[Setting]], str]


@dataclass(frozen=True)
class Plan:
    """What is wrong with a plan, the worst first, and whether its intervals are made otherwise.

    ``other_factor``: another factor than t, extreme values for an interval, or unpaired seeds.
    """

    says: tuple[str, ...] = ()
    other_factor: bool = False


@dataclass(frozen=True)
class Compared:
    """The sides of a comparison: places of one option's values, or None for what a world tells.

    ``axis`` is the option's place; ``misplaced`` says what is wrong with settings, see
    `experiment`. No sides are compared where ``of`` is empty.
    """

    axis: int = 0
    of_sides: tuple[tuple[int, ...] | None, ...] = ()
    words: tuple[str, ...] = ()
    misplaced: Misplaced | None = None

    @classmethod
    def of(
        cls,
        where: str,
        options: Mapping[str, Sequence[Any]],
        given: Sequence[Any],
        misplaced: Misplaced | None,
    ) -> "Compared":
        """Out of the option's name and the values of one or two sides."""
        if not given:
            return cls()
        option, *sides = given
        names = list(options)
        if option not in names:
            raise ValueError(
                f"{where}: compares={given!r} should begin with an option ({', '.join(names)})"
            )
        values, found, words = list(options[option]), [], []
        for side in sides:
            several = side if isinstance(side, tuple) else (side,)
            found.append(None if side is None else tuple(map(values.index, several)))
            words.append(f"the given {option}" if side is None else " or ".join(map(str, several)))
        return cls(names.index(option), tuple(found), tuple(words), misplaced)

    def places(self, told: Sequence[Any], values: Sequence[Any]) -> list[tuple[int, ...]]:
        """The places of each side in a world that tells this."""
        return [(values.index(told[0]),) if side is None else side for side in self.of_sides]


@dataclass(frozen=True)
class Seen:
    """How the interval of one world follows from its trainings.

    Attributes
    ----------
    kind : "pairs", "crossed" (the sign is wrong), "unpaired", "nearly" (the middle is near the mean
        of the settings with most seeds), or "" if it follows from none
    d : the differences whose mean is the middle
    half, ends : half of the width; whether the ends are the smallest and the largest of ``d``
    fresh : whether no other setting was trained with some of the seeds that report
    settings, tried : those that report, and how many each side has
    off : how far the true difference of these settings is from the one that is asked for
    error : standard error of the middle, nan if it is not known
    apart : what it would be if the sides were not paired, or paired in another order
    by_seed : whether the differences of the best ones of each seed have this mean
    misplaced : what is wrong with these settings in this world, in words
    """

    half: float
    kind: str = ""
    d: np.ndarray = field(default_factory=lambda: np.empty(0))
    ends: bool = False
    fresh: bool = True
    settings: tuple[Setting, ...] = ()
    tried: tuple[int, ...] = ()
    off: float = np.nan
    error: float = np.nan
    apart: tuple[float, ...] = ()
    by_seed: bool = False
    misplaced: str = ""


def plan_of(
    rows: np.ndarray,
    made: np.ndarray,
    case: Case,
    compared: Compared,
) -> Plan:
    """What is wrong with a plan; nothing if it is not recognised.

    Parameters
    ----------
    rows : (worlds, 3), low, high and the true value
    made : (worlds, trainings, options + 1), places of the options and of the seed, -1 where fewer
        trainings were asked for
    """
    options = case["options"]
    values = list(options.values())[compared.axis]
    seen = []
    for w in range(min(len(rows), LOOKED_AT)):
        world = case["hidden"].worlds[w]
        sides = compared.places(world.told, values)
        one = _seen(rows[w], made[w], case["values"][w], world.means, compared.axis, sides)
        if compared.misplaced and one.settings:
            one = replace(one, misplaced=compared.misplaced(world.told, one.settings))
        seen.append(one)
    constant = _of_the_width(seen)
    if constant or not compared.of_sides:
        return Plan((constant,) if constant else ())
    kind, often = Counter(one.kind for one in seen).most_common(1)[0]
    if kind == "" or often < MOSTLY * len(seen):
        by_seed = np.mean([one.by_seed for one in seen]) > MOSTLY
        return Plan((BY_SEED,) if by_seed else ())
    seen = [one for one in seen if one.kind == kind]
    says = []
    if kind == "crossed":
        says.append(f"The sign is wrong: what is asked for is {' minus '.join(compared.words)}.")
    if kind == "unpaired":
        says.append(UNPAIRED)
    elif errors := _apart(seen):
        kind = "unpaired"
        seen = [replace(one, error=error) for one, error in zip(seen, errors, strict=True)]
        says.append(APART)
    factor, other = _of_the_factor(seen)
    says += factor
    says += _of_the_settings(seen, options, compared)
    says += _of_the_seeds(seen)
    if not factor:
        says += _of_their_number(seen)
    return Plan(tuple(says), other or kind == "unpaired")


def _seen(
    row: np.ndarray,
    made: np.ndarray,
    values: np.ndarray,
    means: np.ndarray | None,
    axis: int,
    sides: Sequence[Sequence[int]],
) -> Seen:
    low, high, true = row
    middle, half = (low + high) / 2, (high - low) / 2
    numbers: list[dict[Setting, dict[int, float]]] = [{} for _ in sides]
    trained: dict[Setting, set[int]] = {}
    for *at, seed in made[made[:, -1] >= 0].tolist():
        trained.setdefault((*at,), set()).add(seed)
        for side, places in zip(numbers, sides, strict=True):
            if at[axis] in places:
                side.setdefault((*at,), {})[seed] = float(values[(*at, seed)])

    def of_others(settings: Sequence[Setting]) -> set[int]:
        return {seed for one, seeds in trained.items() if one not in settings for seed in seeds}

    if not numbers or not all(numbers):
        return Seen(half)
    tried = tuple(map(len, numbers))
    shared = set.intersection(*(set(seeds) for of in numbers for seeds in of.values()))
    best = [
        [_difference([of_all(of[s] for of in side.values()) for side in numbers]) for s in shared]
        for of_all in (max, min)
    ]
    by_seed = bool(shared) and any(abs(np.mean(d) - middle) < CLOSE for d in best)

    def found(kind: str, settings: Sequence[Setting], d: np.ndarray, **more: Any) -> Seen:
        off = np.nan if means is None else _difference([means[one] for one in settings]) - true
        return Seen(
            half, kind, d, settings=(*settings,), tried=tried, off=off, by_seed=by_seed, **more
        )

    by_many = [[s for s, _ in sorted(of.items(), key=lambda one: -len(one[1]))] for of in numbers]
    for settings in product(*by_many):
        own = [side[one] for side, one in zip(numbers, settings, strict=True)]
        others = of_others(settings)
        common = [seed for seed in own[0] if all(seed in of for of in own)]
        fresh = [seed for seed in common if seed not in others]
        first = [of[:k] for k in (1, 2, 3) for of in (fresh, common)]
        for report in (fresh, common, *first):
            if not report:
                continue
            d = np.array([_difference([of[s] for of in own]) for s in report])
            same = abs(d.mean() - middle) < CLOSE
            ends = len(d) > 2 and max(abs(d.min() - low), abs(d.max() - high)) < CLOSE
            if same or ends or (len(own) > 1 and abs(d.mean() + middle) < CLOSE):
                return found(
                    "pairs" if same or ends else "crossed",
                    settings,
                    d,
                    error=float(d.std(ddof=1)) / sqrt(len(d)) if len(d) > 1 else np.nan,
                    apart=_errors_apart([[of[s] for s in report] for of in own]),
                    ends=bool(ends),
                    fresh=not others.issuperset(report),
                )
        for skip in product((others, set[int]()), repeat=2) if len(own) > 1 else ():
            x, y = (
                [v for s, v in of.items() if s not in out]
                for of, out in zip(own, skip, strict=True)
            )
            if len(x) > 1 and len(y) > 1 and abs(np.mean(x) - np.mean(y) - middle) < CLOSE:
                n = min(len(x), len(y))
                d = np.array(x[:n]) - np.array(y[:n])
                error = sqrt(np.var(x, ddof=1) / len(x) + np.var(y, ddof=1) / len(y))
                return found("unpaired", settings, d, error=error)
    settings = tuple(of[0] for of in by_many)
    own = [side[one] for side, one in zip(numbers, settings, strict=True)]
    common = [seed for seed in own[0] if all(seed in of for of in own)]
    others = of_others(settings)
    fresh = [seed for seed in common if seed not in others]
    d = np.array(
        [_difference([of[s] for of in own]) for s in (fresh if len(fresh) > 2 else common)]
    )
    if not by_seed and len(d) > 2 and abs(d.mean() - middle) < half:
        return found("nearly", settings, d, error=float(d.std(ddof=1)) / sqrt(len(d)))
    return Seen(half, tried=tried, by_seed=by_seed)


def _difference(of_sides: Sequence[Any]) -> float:
    """The first minus the second, or the first where there is no other."""
    return float(of_sides[0] - of_sides[1] if len(of_sides) > 1 else of_sides[0])


def _errors_apart(sides: Sequence[Sequence[float]]) -> tuple[float, ...]:
    """Standard errors of a difference of means, without pairs and with the pairs in other orders.

    Nothing where there is no other side, or one pair.
    """
    n = len(sides[0])
    if len(sides) < 2 or n < 2:
        return ()
    x, y = np.array(sides)
    others = [x - y[::-1], *(x - np.roll(y, k) for k in range(1, n))]
    squares = [x.var(ddof=1) + y.var(ddof=1), *(d.var(ddof=1) for d in others)]
    return tuple(sqrt(square / n) for square in squares)


def _apart(seen: Sequence[Seen]) -> list[float]:
    """The standard errors that the widths follow, if they are not those of the pairs."""
    n = min(len(one.apart) for one in seen)
    errors = np.array([(one.error, *one.apart[:n]) for one in seen])
    if not n or not (errors > 0).all():
        return []
    factors = np.array([one.half for one in seen])[:, None] / errors
    varies = np.quantile(np.abs(factors / np.median(factors, axis=0) - 1), MOSTLY, axis=0)
    at = int(np.argmin(varies))
    return list(errors[:, at]) if varies[at] < EXACT <= varies[0] else []


def _of_the_settings(
    seen: Sequence[Seen], options: Mapping[str, Sequence[Any]], compared: Compared
) -> list[str]:
    """Where the settings that report are others than those asked for, so that seeds do not help."""
    off = np.array([one.off for one in seen])
    error = np.array([one.error for one in seen])
    known = np.isfinite(off)
    usual = np.nanmedian(error) if np.isfinite(error).any() else np.median([o.half for o in seen])
    wrong = known & (np.abs(off) > FAR * np.fmax(error, NOT_LESS * usual))
    if wrong.sum() < WRONG * len(seen):
        return []
    misplaced, often = Counter(compress((one.misplaced for one in seen), wrong)).most_common(1)[0]
    if misplaced and often > wrong.sum() / 2:
        return [misplaced]
    lists, names = list(options.values()), list(options)

    def words(setting: Setting) -> str:
        rest = [f"{names[k]} {lists[k][at]}" for k, at in enumerate(setting) if k != compared.axis]
        return (
            ", ".join(rest)
            or f"{names[compared.axis]} {lists[compared.axis][setting[compared.axis]]}"
        )

    share, by = 100 * wrong.sum() / len(seen), np.sqrt(np.mean(off[wrong] ** 2))
    what = (
        f"in {share:.0f} % of the worlds, the true value of the settings that report is another "
        f"one than what is asked for, by {by:.2g} (root mean square). More seeds do not repair this"
    )
    pairs = Counter(one.settings for one in seen)
    settings, often = pairs.most_common(1)[0]
    sides = list(zip(compared.words, settings, strict=True))
    if often == len(seen):
        each = " and ".join(f"{words(setting)} for {side}" for side, setting in sides)
        return [f"In each world you report {each}, but {what}."]
    if len(sides) > 1 and all(len({words(one) for one in of}) == 1 for of in pairs):
        return [f"Both sides always get the same setting, but {what}. What would each side choose?"]
    tried = [max(one.tried[k] for one in seen) for k in range(len(sides))]
    few = " and ".join(f"{n} of {side}" for n, side in zip(tried, compared.words, strict=True))
    return [
        f"Of each side you try so many settings: {few}. But {what}. Which setting may be the best "
        "that you do not try, and with how many seeds do you choose?"
    ]


def _of_the_width(seen: Sequence[Seen]) -> str:
    """Whether the width is the same in all worlds."""
    half = np.array([one.half for one in seen])
    if half.std() > 0.01 * half.mean():
        return ""
    pairs = [len(one.d) for one in seen if one.kind]
    alone = " One difference does not show how much they vary." if pairs and max(pairs) == 1 else ""
    return (
        f"Your intervals reach {half.mean():.3g} to each side in all worlds, in those where seeds "
        f"hardly differ and in those where they differ much.{alone} How much do your differences "
        "vary? `interval` of them measures it."
    )


def _of_the_factor(seen: Sequence[Seen]) -> tuple[list[str], bool]:
    """Which factor makes the interval out of the differences, if it is another one than t.

    And whether it is the same in all worlds.
    """
    from course_lessons.experiment import interval

    n = int(np.median([len(one.d) for one in seen]))
    if np.mean([one.ends for one in seen]) > MOSTLY:
        right = 100 * (1 - 2.0 ** (1 - n))
        extremes = (
            f"Your interval goes from the smallest to the largest of {n} differences. It contains "
            f"the mean in about {right:.3g} % of the cases, whatever is asked for. An interval of "
            "95 % reaches t standard errors to each side."
        )
        return [extremes], True
    known = [one for one in seen if one.error > 0 and len(one.d) == n]
    if n < 2 or not known:
        return [], False
    ratio = np.array([one.half / one.error for one in known])
    factor = float(np.median(ratio))
    varies = float(np.quantile(np.abs(ratio / max(factor, 1e-9) - 1), MOSTLY))
    low, high = interval(known[0].d)
    t = (high - low) / 2 / (known[0].d.std(ddof=1) / sqrt(n))
    same = varies < EXACT
    should = f"For {n} differences it should reach t · s/√n with t = {t:.3g}."
    least, most = np.quantile(ratio, [0.1, 0.9])
    if most > ERRATIC * least:
        by_sample = (
            " A bootstrap-t does that with so few differences: a sample that repeats one of them "
            "has a standard error near 0."
            if ratio.mean() > t
            else ""
        )
        erratic = (
            f"In a tenth of the worlds your interval reaches less than {least:.2g} standard errors "
            f"to each side, in another tenth more than {most:.2g}.{by_sample} {should}"
        )
        return [erratic], False
    if abs(factor / t - 1) < T_ROUNDED:
        return [], False
    biased = sqrt((n - 1) / n)
    slips = (
        (1, "one standard error to each side, which is right in about two of three cases"),
        (1.96, f"1.96 standard errors, as if the standard deviation of {n} numbers were certain"),
        (2, f"2 standard errors, as if the standard deviation of {n} numbers were certain"),
        (
            1.96 * biased,
            "1.96 standard errors, with a standard deviation (`ddof=0`) that is too small as well",
        ),
        (
            2 * biased,
            "2 standard errors, with a standard deviation (`ddof=0`) that is too small as well",
        ),
        (
            t * biased,
            "t standard errors, but with `ddof=0` the standard deviation is too small",
        ),
        (
            t * sqrt(n),
            "t standard deviations to each side, which is where a single difference lies. The mean "
            f"of {n} is known √{n} times better",
        ),
        (
            2 * sqrt(n),
            "2 standard deviations to each side, which is where single differences lie",
        ),
        (
            sqrt(n),
            "one standard deviation to each side. That says where single differences lie, and not "
            "how well their mean is known",
        ),
        (t / sqrt(n), "t · s/n to each side. The standard error is s/√n"),
    )
    near, slip = min(slips, key=lambda one: abs(one[0] / factor - 1))
    if same and abs(near / factor - 1) < 2 * EXACT:
        return [f"Your interval reaches {slip}. {should}"], True
    about = "" if same else "about "
    resampled = (
        " Resampling so few differences gives intervals that are too narrow: yours should be "
        f"{t / factor:.2f} times as wide."
        if about and factor < t
        else ""
    )
    return [f"Your interval reaches {about}{factor:.3g} standard errors.{resampled} {should}"], same


def _of_the_seeds(seen: Sequence[Seen]) -> list[str]:
    """Seeds that have chosen a setting and report as well."""
    chosen = len({one.settings for one in seen}) > 1
    if not chosen or np.mean([one.fresh for one in seen]) > 1 - MOSTLY:
        return []
    return [
        "The seeds that report have also chosen, so the chosen setting looks too good on them; and "
        "each setting that you try costs as many trainings as the report has pairs."
    ]


def _of_their_number(seen: Sequence[Seen]) -> list[str]:
    n = int(np.median([len(one.d) for one in seen]))
    if not 2 <= n <= FEW:
        return []
    return [
        f"Only {n} differences report, so the factor t is large. Which trainings of the search can "
        "you save, to have more of them?"
    ]
