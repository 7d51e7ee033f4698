"""The family ``experiment``: a procedure that asks for trainings and returns an interval.

The student's function gets ``trial``, which trains once for a setting and a seed, within a budget.
The check repeats the whole procedure in many worlds. There ``trial`` looks up a table of
trainings that were made once, by ``python -m grader.exercises.trainings NAME``, and each world
changes what they say: by a hidden shift, or with another best rate. So no constant is right in all
of them. Judged are the rules, how often the interval contains the true value of its world, and its
width.

A case holds no more than a procedure could ask for: in each world one value for each setting and
each of as many seeds as there are trainings. The first seed that is asked for gets the first of
them, for all settings, so that trainings with the same seed stay paired. The true values stay with
the judge.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from grader.checking.contract.exercise import Case, Exercise, case
from grader.checking.contract.families.calling import shown
from grader.checking.contract.families.intervals import (
    ENDS,
    JudgeOfIntervals,
    Truth,
    Truths,
    percent,
)
from grader.checking.contract.families.trainings_table import read_table
from grader.checking.contract.mistakes import Function
from grader.checking.contract.properties import holds
from grader.checking.contract.run import Run
from grader.checking.contract.wire import Plain

RULES, COVERAGE, WIDTH = "the rules", "how often the interval is right", "the width"
WORLDS = "the worlds"
AGAIN = 40  # worlds that come once more with other seeds, to tell chance from what stays

World = Callable[[np.random.Generator, np.ndarray], tuple[np.ndarray, Truth]]
Options = Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class InWorlds(Run):
    """Repeats the procedure in each of the worlds, with trainings out of ``values``.

    It gives what was returned, up to the first that has not as many parts as ``returns`` has names;
    how many different trainings each world was asked for, refused ones included; and with how many
    values of each option and seeds.
    """

    returns: Sequence[str]

    def __call__(self, procedure: Function, case: Case) -> dict[str, Plain]:
        # A check of another kind does not need the library.
        from course_lib.course.experiment import Trials, price

        options, budget, cost = case["options"], case["budget"], case["cost"]
        returned: list[Plain] = []
        asked: list[Plain] = []
        variety: list[Plain] = []
        for values in case["values"]:
            made: list[tuple[Any, ...]] = []
            trial = Trials(_looked_up(values, options, made), options, budget, cost)
            result = procedure(trial)
            returned.append(result)
            # Counted here: the function may have caught what was raised.
            asked.append(sum(price(one, options, cost) for one in made) + trial.refused)
            variety.append([len(set(of_one)) for of_one in zip(*made, strict=True)])
            if not _has_parts(result, len(self.returns)):
                break
        return {"returned": returned, "asked": asked, "variety": variety}

    def shown(self, case: Case) -> dict[str, Any]:
        return {"about": case["about"]}


@dataclass(frozen=True, eq=False)
class Experiment(Exercise):
    """An exercise with the trainings that make its table, see :func:`experiment`.

    Attributes
    ----------
    terms : what the check does and asks for, as pairs (name, words): the builder writes them above
        the function
    """

    terms: Sequence[tuple[str, str]] = ()
    train: Callable[..., float] | None = None
    options: Options = field(default_factory=dict)
    seeds: int = 0
    table: Path | None = None


def experiment(
    reference: Function,
    *,
    returns: str,
    options: Options,
    budget: int,
    world: World,
    points: float,
    coverage: float,
    widest: float,
    table: str | np.ndarray,
    train: Callable[..., float] | None = None,
    seeds: int = 60,
    cost: str = "",
    half: float | None = None,
    worlds: int = 400,
    quantity: str = "the true value",
    **more: Any,
) -> Exercise:
    """A procedure that plans trainings and returns an interval for what they are to show.

    Parameters
    ----------
    reference : ``reference(trial)`` -> what ``returns`` names
    returns : ``"(low, high)"``, or with what else is chosen before them, ``"(factor, low, high)"``;
        what has the name of an option is one of its values
    options : what may be varied, name -> values, in the order in which ``trial`` takes them
    budget : how many different trainings may be asked for in a world
    world : ``world(rng, table)`` -> the values that trials look up in a new world, in the shape of
        the table, and ``truth(*what is returned before the interval)``, the number that the
        interval should contain. The seeds come in another order in each world without its help.
    coverage, half : the share of the worlds whose interval contains the truth that earns all
        points, and the share that earns half of them (more in between, nothing below); without
        ``half`` it is 0.2 less
    widest : mean width of the intervals that is allowed. Up to 1.5 times as wide, only the width
        loses points; wider ones earn nothing, because any constant would be in them.
    table : name of the file beside the exercise that holds the trainings, of shape (number of
        values of each option…, seeds); or the numbers themselves
    train, seeds : ``train(*setting, seed)`` -> a number from 0 to 6.5, and for how many seeds it is
        in the table: what ``python -m grader.exercises.trainings`` calls
    cost : the option whose value says how many trainings one call makes; without it, each makes one
    worlds : how often the procedure is repeated
    quantity : what the interval is for, in words that follow "contain": "the true difference". They
        are printed above the function, so they name the condition on what else is returned.
    more : further arguments of :class:`Exercise`
    """
    names = tuple(name.strip() for name in returns.strip("()").split(","))
    where = reference.__name__
    if names[-2:] != ENDS:
        raise ValueError(f"{where}: returns={returns!r} should end with “low, high”")
    most = budget // min(options[cost]) if cost else budget  # seeds that can be asked for
    if not 0 < most <= seeds:
        raise ValueError(f"{where}: budget={budget} should be from 1 to seeds={seeds}")
    half = coverage - 0.2 if half is None else half
    if not 0 < half < coverage <= 1:
        raise ValueError(f"{where}: coverage={coverage}, half={half}: give 0 < half < coverage ≤ 1")
    shape = (*map(len, options.values()), seeds)
    numbers: Callable[[], np.ndarray]
    if isinstance(table, str):
        file = Path(inspect.getfile(reference)).with_name(table)
        numbers = cache(lambda: read_table(file, where, shape))
    else:
        given = table
        if given.shape != shape:
            raise ValueError(f"{where}: the table has shape {given.shape}, expected {shape}")
        file, numbers = None, lambda: given

    def cases(rng: np.random.Generator) -> list[Case]:
        drawn = [world(rng, numbers().copy()) for _ in range(worlds)]
        if wrong := next((v.shape for v, _ in drawn if v.shape != shape), None):
            raise ValueError(f"{where}: a world has values of shape {wrong}, expected {shape}")
        repeated = [values for values, _truth in (*drawn, *drawn[:AGAIN])]
        seen = [values[..., rng.permutation(seeds)[:most]] for values in repeated]
        return [
            case(
                f"{worlds} worlds",
                values=np.array(seen, np.float32),
                options={name: list(values) for name, values in options.items()},
                budget=budget,
                cost=cost,
                truths=Truths("kept by the judge", tuple(truth for _values, truth in drawn)),
            )
        ]

    judge = JudgeOfIntervals(names, coverage, half, widest, quantity)
    answers = more.pop("answers", (reference.__module__,))
    price_of_one = f"; a call costs as many as its `{cost}`" if cost else ""
    again = "the same call again costs nothing"
    terms = (
        (
            WORLDS,
            f"an interval from each of {worlds}; `trial` looks up trainings made before; seeds are "
            "0, 1, 2, …",
        ),
        (RULES, f"at most {budget} trainings in each world{price_of_one}; {again}"),
        (COVERAGE, f"at least {percent(coverage)} % of the intervals contain {quantity}"),
        (WIDTH, f"on average at most {widest:g}"),
    )
    return Experiment(
        terms=terms,
        points=points,
        reference=(reference,),
        cases=cases,
        run=InWorlds(names),
        observe=judge.observe,
        judge=[
            holds(RULES, judge.rules, alone=False),
            holds(COVERAGE, judge.coverage_of, weight=3),
            holds(WIDTH, judge.width_of),
        ],
        returns=shown(", ".join(names)),
        answers=answers,
        train=train,
        options=options,
        seeds=seeds,
        table=file,
        **more,
    )


def shifted(values: np.ndarray, by: int | np.integer[Any], axis: int = 0) -> np.ndarray:
    """The values ``by`` places further along an axis; beyond an end, the last one again.

    So a ``world`` moves the best of an option that is in order, such as a rate.
    """
    places = np.arange(values.shape[axis]) + by
    return np.take(values, places, axis=axis, mode="clip")


def two_sides(hidden: float) -> World:
    """The worlds of a comparison of two sides, in a table (side, value, seed).

    The best value of each side moves by one place up or down, or not; at the end of the list the
    last one is taken twice. The second side gets a number from -hidden to hidden. What it gains, at
    the best value of each side, is true.
    """

    def world(rng: np.random.Generator, table: np.ndarray) -> tuple[np.ndarray, Truth]:
        for side in range(2):
            table[side] = shifted(table[side], rng.integers(-1, 2))
        table[1] += rng.uniform(-hidden, hidden)
        first, second = table.mean(axis=2).max(axis=1)
        return table, lambda: float(second - first)

    return world


def _looked_up(
    values: np.ndarray, options: Options, made: list[tuple[Any, ...]]
) -> Callable[..., float]:
    """``train`` of a world: it notes in ``made`` what it was asked for."""
    columns: dict[int, int] = {}
    places = [{(type(v), v): at for at, v in enumerate(of)} for of in options.values()]

    def train(*training: Any) -> float:
        *setting, seed = training
        made.append(training)
        at = [place[type(v), v] for v, place in zip(setting, places, strict=True)]
        return float(values[(*at, columns.setdefault(seed, len(columns)))])

    return train


def _has_parts(result: Any, n: int) -> bool:
    try:
        return not isinstance(result, str | dict) and len(result) == n
    except Exception:
        return False
