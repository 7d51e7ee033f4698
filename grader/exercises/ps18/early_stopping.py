"""``EarlyStopping(patience, min_delta)``: when to stop, and which step was the best."""

from dataclasses import replace
from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    Exercise,
    OwnRun,
    PartialCredit,
    case,
    slip,
    slips,
    values,
)
from grader.checking.contract.properties import Answer, CaseResult, Property

STOP = "the step at which it stops"
IN_A_ROW = "stops after `patience` updates in a row without improvement"


class EarlyStopping:
    def __init__(self, patience, min_delta):
        self.patience, self.min_delta = patience, min_delta
        self.best, self.best_step = np.inf, 0
        self.step, self.failed = 0, 0

    def update(self, value):
        improved = value < self.best - self.min_delta
        self.best = value if improved else self.best
        self.best_step = self.step if improved else self.best_step
        self.failed = 0 if improved else self.failed + 1
        self.step += 1
        stop = self.failed >= self.patience
        return stop


def curve(
    rng: np.random.Generator, pattern: str, start: float = 3.0, min_delta: float = 0.0
) -> list[float]:
    """Values that improve at every ``+`` and are far above at ``-``; several ``-`` in a row fall.

    ``*`` stands for some improvements: how many, and so where it stops, is random. Without a margin
    they fall by less than 8 on the whole, with one of 1/4 by less than 25. All values are multiples
    of 1/64, so that sums and differences are exact in whatever order they are taken.
    """
    best = start
    result = []
    pattern = pattern.replace("*", "+" * int(rng.integers(1, 61)))
    for run_of in pattern.replace("+-", "+ -").replace("-+", "- +").split():
        amounts = rng.integers(1, 9, size=len(run_of)) / 64
        if run_of[0] == "+":
            for amount in amounts:
                best -= min_delta + float(amount)
                result.append(best)
        else:
            result += [best + min_delta + float(amount) for amount in np.cumsum(amounts)[::-1]]
    return result


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    def driven(
        about: str, patience: int, curve: list[float], min_delta: float = 0.0, other: Any = ()
    ) -> Case:
        return case(about, patience=patience, min_delta=min_delta, curve=curve, other=[*other])

    def steep(*then: float) -> list[float]:
        """Some large improvements down to 3, their number random, and ``then`` these values."""
        return [*map(float, range(int(rng.integers(3, 63)), 2, -1)), *then]

    gain = float(rng.integers(11, 15)) / 64
    later = [2.25, *(2.5 - rng.integers(1, 9, size=6) / 64).tolist()]
    some = int(rng.integers(3, 63))
    again = np.arange(some, 2, -1.0).tolist()  # down to 3
    rise = np.cumsum(rng.integers(1, 9, size=5))[::-1] / 64  # above the best, and falling
    return {
        IN_A_ROW: [
            driven("rises at once", 2, curve(rng, "+-----")),
            driven("patience 1", 1, curve(rng, "+++--++-")),
            driven("always improves", 2, curve(rng, "++++++")),
            driven("bumps on the way", 3, curve(rng, "*+-+--+--+-+----", 12)),
            driven("large values", 2, curve(rng, "*+-+---", 1e6)),
            driven(
                "the largest numbers", 2, [2.0**1000 * one for one in curve(rng, "*+-+---", 40)]
            ),
            driven("negative values", 3, curve(rng, "*+-+----", -5.0)),
            driven("great patience", 70, curve(rng, f"*{'-' * 69}+{'-' * 75}", 30)),
            driven("tiny improvements", 2, [*(1 - np.arange(some) * 2.0**-48), 1.5, 1.25, 1.125]),
            driven("a best value of 0", 2, [1.0, 0.5, 0.0, *rise]),
            driven("the best value comes again", 9, [*again, 3.5, 3.0, 3.25, 3.0]),
        ],
        "min_delta: the smallest improvement that counts": [
            driven("gains above min_delta", 3, curve(rng, "*+-+--++----", 30, 0.25), 0.25),
            driven("gains too small to count", 3, steep(*(2 - k / 64 for k in range(8))), 0.5),
            driven("gains of exactly min_delta", 3, steep(1, 0.75, 0.75, 0.75, 0.75, 0.75), 0.25),
            driven("small gains add up", 4, steep(*(2 - k * gain for k in range(10))), 0.5),
            driven("one gain after small ones", 4, steep(2.625, 2.75, 2.6875, *later), 0.5),
        ],
        "several objects are independent": [
            driven(
                "", 3, curve(rng, "*+-+--+---", 12), other=curve(rng, "*+---++-++-----", 33, 0.25)
            )
        ],
    }


def run(EarlyStopping: Any, case: Case) -> dict[str, Any]:
    """Update two objects in turn, each until it first returns True, and not after that.

    The second one has settings of its own.
    """
    first = EarlyStopping(case["patience"], case["min_delta"])
    second = EarlyStopping(case["patience"] + 2, case["min_delta"] + 0.25)
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


def nearly(prop: Property) -> Property:
    """``prop``, which holds in part where each object stops one update late."""

    def test(result: CaseResult) -> Answer:
        problem = prop.test(result)
        got, want = result.got.get(STOP), result.want[STOP]
        late = got == (want if want == "never" else want + 1)
        return PartialCredit(0.3, problem) if isinstance(problem, str) and late else problem

    return replace(prop, test=test)


exercise = Exercise(
    points=3,
    reference=(EarlyStopping,),
    cases=cases,
    run=OwnRun(run),
    # With a margin, "the best step" may be read as that of the lowest value or of the last
    # improvement: it is judged only where both are the same.
    judge=[
        nearly(
            values(
                STOP,
                weight=6,
                cases=IN_A_ROW,
                help="""Remember three numbers: the best value, its step, and the number of updates
                without improvement since.""",
            )
        ),
        values(
            STOP,
            weight=4,
            cases="min_delta: the smallest improvement that counts",
            after=IN_A_ROW,
            help="""A value is an improvement or not. Which values are less than `min_delta` below
            the best one, and which of your three numbers do they change?""",
        ),
        values(
            "best_step",
            weight=3,
            cases=(IN_A_ROW, "gains above min_delta"),
            title="best_step, counted from 0",
            help="At the end, which update does `best_step` name, and does your count start at 0?",
        ),
        values(
            STOP,
            "best_step",
            "the step at which the other one stops",
            "best_step of the other",
            "a new one",
            cases="several objects are independent",
            after=IN_A_ROW,
            help="Where does one object keep its numbers, and does another object share them?",
        ),
        # Form: `if stopper.update(value):` works with None as well.
        values("what update returns", alone=False, title="update returns True or False"),
    ],
    answers=("course_lib.regularizers",),
    returns="an object with update(value) -> bool and best_step",
    hints="""
    An improvement sets all three numbers; any other value adds 1 to the failures. Then return
    whether there are `patience` failures.

    A smaller example: patience 2, min_delta 0.1, values 1.0, 0.8, 0.75, 0.72. 0.8 improves on 1.0;
    0.75 and 0.72 do not improve on 0.8 by more than 0.1. The results are False, False, False, True;
    best_step = 1.
    """,
    mistakes=(
        *slips("""
self.failed = self.failed + (not improved)
    You count all failures. Patience counts failures in a row. What should an improvement do to the
    count?
stop = self.failed > self.patience
    It stops one update too late. With patience 1, one failure is enough. How does your comparison
    treat this case?
stop = self.failed >= self.patience - 1
    It stops one update too early. With patience 1 it may not stop before the first failure.
stop = self.failed >= 1
    It always stops at the first failure. Use `patience`.
improved = value < self.best
    `min_delta` is not used: a tiny gain should not count as an improvement.
improved = value < self.best + self.min_delta
    `min_delta` has the wrong sign: a value that is a little WORSE than the best counts as an
    improvement.
improved = self.best == np.inf or value < self.best * (1 - self.min_delta)
    You use `min_delta` as a share of the best value. It is a difference.
improved = abs(value - self.best) > self.min_delta
    A value far ABOVE the best one counts as an improvement. A loss should fall.
improved = self.best - value < self.min_delta
    Even the first value does not count as an improvement. Is an improvement below the best value by
    more or by less than `min_delta`?
return None
    `update` returns None. It has to return each time whether to stop.
improved = value <= self.best - self.min_delta
    A gain of exactly `min_delta` is not enough. It has to be larger.
improved = self.best == np.inf or value > self.best + self.min_delta
    You look for the highest value. These are losses: lower is better.
self.best, self.best_step = 1000.0, 0
    Your best value starts at a number of your own. The first value always improves: with which
    number does the best value have to start?
self.best, self.best_step = 0.0, 0
    Your best value starts at 0, so no positive loss is an improvement. With which number does it
    have to start?
improved = not self.best or value < self.best - self.min_delta
    You treat a best value of 0 as “none yet”, because `not 0.0` is True. Test `is None`, or start
    with infinity.
self.best = self.best if self.step else value
    Your best value is always the first one. An improvement has to replace it.
self.best = min(self.best, value)
    You update the best value even for gains that are too small, so many small gains never add up to
    an improvement. Update it only at an improvement.
self.best = value
    You compare each value with the one before. Compare it with the best so far.
self.best_step = self.step + 1 if improved else self.best_step
    `best_step` is too large by 1: the first update is step 0.
self.best_step = self.step
    `best_step` is the last step. It should be the step of the best value.
stop = self.failed == 0
    `update` returns True after the first value, which is an improvement. True should mean: stop
    now.
return 'stop' if stop else 'go on'
    `update` returns a text. Every text but the empty one counts as true, also "go on": `if
    stopper.update(value):` would always stop. Return True or False.
"""),
        *slips(
            """
self.failed = 0 if improved else self.failed + (value > self.best + self.min_delta)
    With a margin it stops too late, because you do not count a value that is neither clearly better
    nor clearly worse. Such a value is not an improvement.
""",
            needs=(IN_A_ROW,),
        ),
        slip(
            "self.failed = 0 if improved else self.failed + 1",
            "falls = value < getattr(self, 'last', np.inf) - self.min_delta\n"
            "        self.failed = 0 if improved or falls else self.failed + 1\n"
            "        self.last = value",
            "You set the count of failures back when a value is below the one before. Only a "
            "value below the best so far is an improvement.",
        ),
        # What all such versions do with the value that ``run`` gives to a new object.
        *slips("""
self.best_step = self.step + 9 * (value == 1e9) if improved else self.best_step
    A new object continues where others ended, because its numbers belong to the class or to a
    default argument. Set them in `__init__`, with `self.`
"""),
        slip(
            "min_delta):\n",
            "min_delta, state={}):\n        self.__dict__ = state\n",
            "Two objects share their numbers, so an update of one changes the other. Keep the "
            "numbers in `self`, set in `__init__`.",
        ),
    ),
)
