"""The family ``experiment``: a procedure that asks for trainings and returns an interval.

The student's function gets ``trial``, which trains once for a setting and a seed, within a budget,
and returns an interval of 95 %. The check repeats the whole procedure in many worlds, which are
made from a table of trainings (``python -m grader.exercises.trainings NAME``) while it is judged,
see ``worlds``: other means, so that no constant is right in all of them, and other noise, so that
no width is right in all of them: a third of the worlds is quiet, a third is loud.

A case holds no more than a procedure could ask for: in each world one value for each setting and
each of as many seeds as there are trainings. The first seed that is asked for gets the first of
them, for all settings, so that trainings with the same seed stay paired. What is true stays with
the judge, see ``intervals``; what a plan did is read off its trainings, see ``plans``.
"""

import inspect
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from grader.checking.contract.exercise import Case, Exercise, case
from grader.checking.contract.families.calling import shown
from grader.checking.contract.families.intervals import (
    A_THIRD,
    ENDS,
    LEAST,
    MANY,
    NARROW,
    Hidden,
    JudgeOfIntervals,
    percent,
)
from grader.checking.contract.families.plans import Compared, Misplaced
from grader.checking.contract.families.trainings_table import read_table
from grader.checking.contract.families.worlds import MakesWorld
from grader.checking.contract.mistakes import Function
from grader.checking.contract.properties import holds
from grader.checking.contract.run import Run
from grader.checking.contract.wire import Plain

RULES, COVERAGE, WIDTH = "the rules", "how often the interval is right", "the width"
WORLDS = "the worlds"
LOUDNESS = ((0.4, 0.6), (0.85, 1.15), (1.7, 2.5))  # of the quiet, the middle and the loud third
SECONDS = 4.0  # of processor time, after which a slow plan gets no more worlds than LEAST
CLOCK = 24.0  # seconds on the clock after which it gets no more at all

Options = Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class InWorlds(Run):
    """Repeats the procedure in each of the worlds, with trainings out of ``values``.

    It gives what was returned, up to the first that has not two parts, asked for nothing or is over
    the budget; how many different trainings each world was asked for, refused ones included; which
    ones, as the places of the options' values and of the seed; and whether time ended it: a plan
    that is slow is tried in fewer worlds, here as at home.
    """

    only_listed = True
    seconds = 1.25 * CLOCK

    def __call__(self, procedure: Function, case: Case) -> dict[str, Plain]:
        # A check of another kind does not need the library.
        from course_lessons.experiment import Trials

        options, budget = case["options"], case["budget"]
        most = 2 * budget  # trainings that are noted
        made = np.full((len(case["values"]), most, len(options) + 1), -1, np.int8)
        returned: list[Plain] = []
        asked: list[Plain] = []
        late, clock = False, Clock()
        for world, values in enumerate(case["values"]):
            calls: list[tuple[Any, ...]] = []
            places: list[tuple[int, ...]] = []
            trial = Trials(_looked_up(values, options, calls, places), options, budget)
            result, whole = _in_parts(procedure(trial, *case["told"][world]))
            returned.append(result)
            # Counted here: the function may have caught what was raised.
            spent = len(calls) + max(trial.refused, 0)
            asked.append(spent)
            made[world, : len(places[:most])] = places[:most] or -1
            late = world + 1 < len(case["values"]) and clock.is_late(world + 1)
            if not whole or not 0 < spent <= budget or late:
                break
        return {"returned": returned, "asked": asked, "made": made[: len(returned)], "late": late}

    def shown(self, case: Case) -> dict[str, Any]:
        return {"about": case["about"]}


class Clock:
    """The time that a plan has taken, asked for as rarely as the limits allow."""

    def __init__(self) -> None:
        self.began, self.own = time.monotonic(), time.process_time()

    def is_late(self, worlds: int) -> bool:
        """Whether after so many worlds there is no time for another one."""
        passed = time.monotonic() - self.began
        if worlds < LEAST or passed < SECONDS:
            return passed > CLOCK
        return passed > CLOCK or time.process_time() - self.own > SECONDS


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

    def ladder(self, failing: Collection[str], right: Collection[str] = ()) -> tuple[str, ...]:
        """The help; where a rule is broken, nothing else has been judged."""
        return super().ladder({RULES} if RULES in failing else failing, right)


def experiment(
    reference: Function,
    *,
    options: Options,
    budget: int,
    world: MakesWorld,
    points: float,
    table: str | np.ndarray,
    compares: Sequence[Any] = (),
    misplaced: Misplaced | None = None,
    train: Callable[..., float] | None = None,
    seeds: int = 60,
    coverage: float = 0.92,
    worlds: int = MANY,
    quantity: str = "the true value",
    **more: Any,
) -> Exercise:
    """A procedure that plans trainings and returns an interval for what they are to show.

    Parameters
    ----------
    reference : ``reference(trial, *told)`` -> (low, high), with what its world tells; about the
        best plan that there is, because widths are measured by its own
    options : what may be varied, name -> values, in the order in which ``trial`` takes them
    budget : how many different trainings may be asked for in a world
    world : ``world(rng, table, loud, seeds)`` -> a :class:`worlds.World`, as ``worlds.new_noise``
        makes it
    table : name of the file beside the exercise that holds the trainings, of shape (number of
        values of each option…, seeds); or the numbers themselves
    compares : the option that tells the two sides apart, the value of the side from which is
        subtracted, and the value of the other: ``("split", "photos", "digits")``. A side may have
        several values (a tuple), or the one that the world tells first (None). Without a second
        side, the mean of one is asked for. Without any, only a width that never changes is
        recognised.
    misplaced : ``misplaced(told, settings)`` -> what is wrong with the settings that report in a
        world that tells this, in words, or "". A setting has the place of each option's value.
    train, seeds : ``train(*setting, seed)`` -> a number from 0 to 6.5, and for how many seeds it is
        in the table: what ``python -m grader.exercises.trainings`` calls
    coverage : the share of right intervals that earns all points
    worlds : how often the procedure is repeated, a multiple of 3
    quantity : what the interval is for, in words that follow "contain": "the true difference"
    more : further arguments of :class:`Exercise`; ``terms=()`` if the text says what is asked for
    """
    where = reference.__name__
    if budget < 1 or worlds % 3 or worlds < 2 * LEAST:
        raise ValueError(
            f"{where}: budget={budget}, worlds={worlds}: give a training, and a multiple of 3 that "
            f"is {2 * LEAST} or more"
        )
    sides = Compared.of(where, options, compares, misplaced)
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
        thirds = [int(third) for _ in range(worlds // 3) for third in rng.permutation(3)]
        drawn = [world(rng, numbers(), rng.uniform(*LOUDNESS[third]), budget) for third in thirds]
        wanted = (*shape[:-1], budget)
        if wrong := next((one.values.shape for one in drawn if one.values.shape != wanted), None):
            raise ValueError(f"{where}: a world has values of shape {wrong}, expected {wanted}")
        if None in sides.of_sides and not all(one.told for one in drawn):
            raise ValueError(f"{where}: None in compares={compares!r} is what a world tells first")
        return [
            case(
                f"{worlds} worlds",
                values=np.array([one.values for one in drawn], np.float32),
                told=[list(one.told) for one in drawn],
                options={name: list(values) for name, values in options.items()},
                budget=budget,
                hidden=Hidden("kept by the judge", tuple(drawn), tuple(thirds)),
            )
        ]

    judge = JudgeOfIntervals(coverage, quantity, sides)
    answers = more.pop("answers", (reference.__module__,))
    again = "the same call again costs nothing"
    stated = (
        (
            WORLDS,
            f"an interval of 95 % from each of {worlds}, a third of them quiet (seeds make little "
            "difference), a third in between, a third loud; seeds are 0, 1, 2, …",
        ),
        (RULES, f"at most {budget} trainings in each world; {again}"),
        (
            COVERAGE,
            f"at least {percent(coverage)} % of the intervals contain {quantity}, and "
            f"{percent(coverage - A_THIRD)} % in each third",
        ),
        (WIDTH, f"on average at most {NARROW:g} times that of a good plan, in each third"),
    )
    return Experiment(
        terms=more.pop("terms", stated),
        points=points,
        reference=(reference,),
        cases=cases,
        run=InWorlds(),
        observe=judge.observe,
        recognise=judge.recognised,
        judge=[
            holds(RULES, judge.rules, alone=False),
            holds(COVERAGE, judge.coverage_of),
            holds(WIDTH, judge.width_of),
        ],
        returns=shown(", ".join(ENDS)),
        answers=answers,
        train=train,
        options=options,
        seeds=seeds,
        table=file,
        **more,
    )


def _looked_up(
    values: np.ndarray,
    options: Options,
    calls: list[tuple[Any, ...]],
    made: list[tuple[int, ...]],
) -> Callable[..., float]:
    """``train`` of a world: it notes in ``calls`` what it was asked for.

    In ``made`` it notes each training as the places of its options' values, and of its seed among
    the seeds of this world.
    """
    columns: dict[int, int] = {}
    places = [{(type(v), v): at for at, v in enumerate(of)} for of in options.values()]
    seeds = values.shape[-1]

    def train(*training: Any) -> float:
        *setting, seed = training
        at = [place[type(v), v] for v, place in zip(setting, places, strict=True)]
        column = columns.setdefault(seed, len(columns))
        calls.append(training)
        made.append((*at, column))
        return float(values[(*at, column % seeds)])  # over the budget there are no more

    return train


def _in_parts(result: Any) -> tuple[Any, bool]:
    """What was returned, and whether it has two parts.

    A set has no order, and a dictionary has names, so both stay what they are.
    """
    if isinstance(result, str | dict | set | frozenset):
        return result, False
    try:
        parts = list(islice(iter(result), len(ENDS) + 1))
    except TypeError:
        return result, False
    if len(parts) == len(ENDS):
        return parts, True
    return (result if isinstance(result, Sequence | np.ndarray) else parts), False
