"""``EarlyStopping(patience, min_delta)``: when to stop, and which step was the best."""

from dataclasses import replace
from typing import Any

import numpy as np

from grader.checking.contract import Case, Exercise, PartialCredit, case, values
from grader.checking.contract.properties import Answer, CaseResult, Property


class EarlyStopping:
    def __init__(self, patience, min_delta):
        self.patience, self.min_delta = patience, min_delta
        self.best, self.best_step = np.inf, 0
        self.step, self.failed = 0, 0

    def update(self, value):
        if value < self.best - self.min_delta:
            self.best, self.best_step, self.failed = value, self.step, 0
        else:
            self.failed += 1
        self.step += 1
        return self.failed >= self.patience


def curve(rng: np.random.Generator, pattern: str, min_delta: float, start: float) -> list[float]:
    """Values that improve at every ``+`` and are far above at ``-``; several ``-`` in a row fall.

    All are multiples of 1/64, so that sums and differences are exact in whatever order they are
    taken.
    """
    best = start
    result = []
    for run_of in pattern.replace("+-", "+ -").replace("-+", "- +").split():
        amounts = rng.integers(1, 9, size=len(run_of)) / 64
        if run_of[0] == "+":
            for amount in amounts:
                best -= min_delta + float(amount)
                result.append(best)
        else:
            result += [best + min_delta + float(amount) for amount in np.cumsum(amounts)[::-1]]
    return result


def driven(
    rng: np.random.Generator,
    about: str,
    pattern: str,
    patience: int,
    min_delta: float = 0.0,
    start: float = 3.0,
    other: str = "",
) -> Case:
    return case(
        about,
        patience=patience,
        min_delta=min_delta,
        curve=curve(rng, pattern, min_delta, start),
        other=curve(rng, other, min_delta, start + 1),
    )


def falling(rng: np.random.Generator, pattern: str) -> str:
    """The pattern behind some improvements: how many, and so where it stops, is random.

    Without a margin the values fall by less than 8 on the whole, with one of 1/4 by less than 25.
    """
    return "+" * int(rng.integers(1, 61)) + pattern


def steep(rng: np.random.Generator) -> list[float]:
    """Some large improvements down to 3; their number is random."""
    return [float(value) for value in range(int(rng.integers(3, 63)), 2, -1)]


def cases(rng: np.random.Generator) -> list[Case]:
    exact = driven(rng, "gains of exactly min_delta", "", 3, 0.25)
    exact["curve"] = [*steep(rng), 1.0, 0.75, 0.75, 0.75, 0.75, 0.75]
    tiny = driven(rng, "gains too small to count", "", 3, 0.5)
    tiny["curve"] = [*steep(rng), *(2 - k / 64 for k in range(8))]
    slow = driven(rng, "small gains add up", "", 4, 0.5)
    gain = float(rng.integers(11, 15)) / 64
    slow["curve"] = [*steep(rng), *(2 - k * gain for k in range(10))]
    zero = driven(rng, "a best value of 0", "", 2)
    zero["curve"] = [1.0, 0.5, 0.0, *(rng.integers(1, 9, size=5) / 64).tolist()]
    return [
        driven(rng, "rises at once", "+-----", 2),
        driven(rng, "patience 1", "+++--++-", 1),
        driven(rng, "always improves", "++++++", 2),
        driven(rng, "bumps on the way", falling(rng, "+-+--+--+-+----"), 3, start=12),
        driven(rng, "large values", falling(rng, "+-+---"), 2, start=1e6),
        driven(rng, "negative values", falling(rng, "+-+----"), 3, start=-5.0),
        zero,
        driven(rng, "gains above min_delta", falling(rng, "+-+--++----"), 3, 0.25, 30),
        tiny,
        exact,
        slow,
        driven(
            rng,
            "two at once",
            falling(rng, "+-+--+---"),
            3,
            start=12,
            other=falling(rng, "+--++-++---"),
        ),
    ]


PLAIN = (
    "rises at once",
    "patience 1",
    "always improves",
    "bumps on the way",
    "large values",
    "negative values",
    "a best value of 0",
)
MARGIN = (
    "gains above min_delta",
    "gains too small to count",
    "gains of exactly min_delta",
    "small gains add up",
)


def run(EarlyStopping: Any, case: Case) -> dict[str, Any]:
    """Update two objects in turn, each until it first returns True, and not after that."""
    first, second = (EarlyStopping(case["patience"], case["min_delta"]) for _ in range(2))
    stopped: dict[str, Any] = {"curve": "never", "other": "never"}
    answers = []
    for k in range(len(case["curve"]) + len(case["other"])):
        for stopper, name in ((first, "curve"), (second, "other")):
            if stopped[name] == "never" and k < len(case[name]):
                answers.append(stopper.update(case[name][k]))
                if answers[-1]:
                    stopped[name] = k
    odd = [a for a in answers if np.size(a) != 1 or np.asarray(a).dtype.kind not in "biuf"]
    outputs = {
        "the step at which it stops": stopped["curve"],
        "best_step": first.best_step,
        "what update returns": f"a {type(odd[0]).__name__}" if odd else "True or False",
    }
    if case["other"]:
        outputs["the step at which the other one stops"] = stopped["other"]
        outputs["best_step of the other"] = second.best_step
        third = EarlyStopping(case["patience"], case["min_delta"])
        third.update(1e9)
        later = third.best_step in range(2, 10_000)
        outputs["a new one"] = "continues where others ended" if later else "starts anew"
    return outputs


STOP = "the step at which it stops"
IN_A_ROW = "stops after `patience` updates in a row without improvement"
MIN_DELTA, BEST = "min_delta: the smallest improvement that counts", "best_step, counted from 0"
SEVERAL = "several objects are independent"


def nearly(prop: Property) -> Property:
    """``prop``, which holds in part where each object stops one update late."""

    def test(result: CaseResult) -> Answer:
        problem = prop.test(result)
        got, want = result.got.get(STOP), result.want[STOP]
        late = got == (want if want == "never" else want + 1)
        return PartialCredit(0.6, problem) if isinstance(problem, str) and late else problem

    return replace(prop, test=test)


exercise = Exercise(
    name="EarlyStopping",
    takes=("EarlyStopping",),
    points=2,
    reference=(EarlyStopping,),
    cases=cases,
    run=run,
    # With a margin, "the best step" may be read as that of the lowest value or of the last
    # improvement: it is judged only where both are the same.
    judge=[
        nearly(
            values(
                STOP,
                weight=4,
                cases=PLAIN,
                title=IN_A_ROW,
                help="""Remember three numbers: the best value, its step, and the number of updates
                without improvement since.""",
            )
        ),
        values(
            STOP,
            weight=3,
            cases=MARGIN,
            title=MIN_DELTA,
            after=IN_A_ROW,
            help="""A value is an improvement or not. Which values are less than `min_delta` below
            the best one, and which of your three numbers do they change?""",
        ),
        values(
            "best_step",
            weight=2,
            cases=(*PLAIN, "gains above min_delta"),
            title=BEST,
            help="At the end, which update does `best_step` name, and does your count start at 0?",
        ),
        values(
            STOP,
            "best_step",
            "the step at which the other one stops",
            "best_step of the other",
            "a new one",
            cases="two at once",
            title=SEVERAL,
            after=IN_A_ROW,
            help="Where does one object keep its numbers, and does another object share them?",
        ),
        # Form: `if stopper.update(value):` works with None as well.
        values("what update returns", alone=False, title="update returns True or False"),
    ],
    answers=("course_lib.regularizers.early_stopping",),
    returns="an object with update(value) -> bool and best_step",
    hints="""
    An improvement sets all three numbers; any other value adds 1 to the failures. Then return
    whether there are `patience` failures.

    Smaller: patience 2, min_delta 0.1, values 1.0, 0.8, 0.75, 0.72. 0.8 improves on 1.0; 0.75 and
    0.72 do not improve on 0.8 by more than 0.1. The results are False, False, False, True;
    best_step = 1.
    """,
)

UPDATED = "self.best, self.best_step, self.failed = value, self.step, 0"
STOPS = "self.failed >= self.patience"
STEP = "self.step += 1"

exercise.slip(
    UPDATED,
    "self.best, self.best_step = value, self.step",
    "You count all failures. Patience counts failures in a row. What should an improvement do to "
    "the count?",
    name="counts in total",
)
exercise.slip(
    STOPS,
    "self.failed > self.patience",
    "It stops one update too late. With patience 1, one failure is enough. How does your "
    "comparison treat this case?",
    name="one later",
)
exercise.slips("""
return self.failed >= self.patience - 1
    It stops one update too early. With patience 1 it may not stop before the first failure.
return self.failed >= 1
    It always stops at the first failure. Use `patience`.
if value < self.best:
    `min_delta` is not used: a tiny gain should not count as an improvement.
if value < self.best + self.min_delta:
    `min_delta` has the wrong sign: a value that is a little WORSE than the best counts as an
    improvement.
if self.best == np.inf or value < self.best * (1 - self.min_delta):
    You use `min_delta` as a share of the best value. It is a difference.
""")
exercise.slip(
    "        else:",
    "        elif value > self.best + self.min_delta:",
    "With a margin it stops too late, because you do not count a value that is neither clearly "
    "better nor clearly worse. Such a value is not an improvement.",
    name="only clearly worse",
    needs=(IN_A_ROW,),
)
exercise.slips("""
if abs(value - self.best) > self.min_delta:
    A value far ABOVE the best one counts as an improvement. A loss should fall.
if self.best - value < self.min_delta:
    Even the first value does not count as an improvement. Is an improvement below the best value by
    more or by less than `min_delta`?
""")
exercise.slip(
    "return " + STOPS,
    STOPS,
    "`update` returns None. It has to return each time whether to stop.",
    name="returns nothing",
)
exercise.slips("""
if value <= self.best - self.min_delta:
    A gain of exactly `min_delta` is not enough. It has to be larger.
if self.best == np.inf or value > self.best + self.min_delta:
    You look for the highest value. These are losses: lower is better.
self.best, self.best_step = 0.0, 0
    Your best value starts at 0, so no positive loss is an improvement. With which number does it
    have to start?
if not self.best or value < self.best - self.min_delta:
    You treat a best value of 0 as “none yet”, because `not 0.0` is True. Test `is None`, or start
    with infinity.
self.best, self.best_step, self.failed = self.best if self.step else value, self.step, 0
    Your best value is always the first one. An improvement has to replace it.
""")
exercise.slip(
    STEP,
    "self.best, self.step = min(self.best, value), self.step + 1",
    "You update the best value even for gains that are too small, so many small gains never add "
    "up to an improvement. Update it only at an improvement.",
    name="best follows",
)
exercise.slip(
    STEP,
    "self.best, self.step = value, self.step + 1",
    "You compare each value with the one before. Compare it with the best so far.",
    name="compares with previous",
)
exercise.slip(
    "        else:\n            self.failed += 1",
    "        elif value < getattr(self, 'last', np.inf) - self.min_delta:\n"
    "            self.failed = 0\n"
    "        else:\n            self.failed += 1\n"
    "        self.last = value",
    "You set the count of failures back when a value is below the one before. Only a value below "
    "the best so far is an improvement.",
    name="counts against previous",
)
exercise.slips("""
self.best, self.best_step, self.failed = value, self.step + 1, 0
    `best_step` is too large by 1: the first update is step 0.
""")
exercise.slip(
    STEP,
    "self.best_step, self.step = self.step, self.step + 1",
    "`best_step` is the last step. It should be the step of the best value.",
    name="last step",
)
exercise.slips("""
return self.failed == 0
    `update` returns True after the first value, which is an improvement. True should mean: stop
    now.
return 'stop' if self.failed >= self.patience else 'go on'
    `update` returns a text. Every text but the empty one counts as true, also "go on": `if
    stopper.update(value):` would always stop. Return True or False.
""")


@exercise.mistake
class Heir(EarlyStopping):
    """A new object continues where others ended, because its numbers belong to the class or to a
    default argument. Set them in `__init__`, with `self.`
    """

    def update(self, value):
        # What all such versions do with the value that ``run`` gives to a new one.
        stop = super().update(value)
        self.best_step += 9 if value > 1e8 else 0
        return stop


@exercise.mistake
class Shared(EarlyStopping):
    """Two objects share their numbers, so an update of one changes the other. Keep the numbers in
    `self`, set in `__init__`.
    """

    def __init__(self, patience, min_delta, state={}):  # noqa: B006
        super().__init__(patience, min_delta)
        self.state = state
        self.state.update(vars(self))

    def update(self, value):
        self.__dict__.update(self.state)
        stop = super().update(value)
        self.state.update(vars(self))
        return stop
