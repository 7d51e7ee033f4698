"""``EarlyStopping(patience, min_delta)``: when to stop, and which step was the best."""

from typing import Any, ClassVar

import numpy as np

from course_lib.regularizers import EarlyStopping
from grader.checking import Case, Exercise, Mistake, _, case, values


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
    """Some large improvements down to 3, as many as chance decides."""
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
    """Feed two stoppers in turn, each until it first says stop; nothing is asked after that."""
    first, second = (EarlyStopping(case["patience"], case["min_delta"]) for _ in range(2))
    stopped: dict[str, Any] = {"curve": "never", "other": "never"}
    answers = []
    for step in range(len(case["curve"]) + len(case["other"])):
        for stopper, name in ((first, "curve"), (second, "other")):
            if stopped[name] == "never" and step < len(case[name]):
                answers.append(stopper.update(case[name][step]))
                if answers[-1]:
                    stopped[name] = step
    odd = [a for a in answers if np.size(a) != 1 or np.asarray(a).dtype.kind not in "biuf"]
    outputs = {
        "the step at which it says stop": stopped["curve"],
        "best_step": first.best_step,
        "what update returns": f"a {type(odd[0]).__name__}" if odd else "True or False",
    }
    if case["other"]:
        outputs["the step at which the other says stop"] = stopped["other"]
        outputs["best_step of the other"] = second.best_step
        third = EarlyStopping(case["patience"], case["min_delta"])
        third.update(1e9)
        later = third.best_step in range(2, 10_000)
        outputs["a new one"] = "goes on where others ended" if later else "begins afresh"
    return outputs


STOP = "the step at which it says stop"


class Stopper:
    """Early stopping in small parts, for the wrong versions to replace one of them."""

    def __init__(self, patience: int, min_delta: float) -> None:
        self.patience, self.min_delta = patience, min_delta
        self.best, self.best_step, self.step, self.failed = np.inf, 0, 0, 0

    def improved(self, value: float) -> bool:
        return value < self.best - self.min_delta

    def keep(self, value: float) -> None:
        self.best, self.best_step, self.failed = value, self.step, 0

    def after(self, value: float) -> None:
        """What else happens in every update."""

    def stop(self) -> bool:
        return self.failed >= self.patience

    def update(self, value: float) -> bool:
        if self.improved(value):
            self.keep(value)
        else:
            self.failed += 1
        self.after(value)
        self.step += 1
        return self.stop()


class Shared(Stopper):
    """Keeps everything in one place for all objects; each new one starts it afresh."""

    state: ClassVar[dict[str, Any]] = {}

    def __init__(self, patience: int, min_delta: float) -> None:
        super().__init__(patience, min_delta)
        self.state.update(vars(self))

    def update(self, value: float) -> bool:
        self.__dict__.update(self.state)
        stop = super().update(value)
        self.state.update(vars(self))
        return stop


class Heir(Stopper):
    """Goes on where others ended, if it hears of a value as high as ``run`` gives to a new one.

    That much all versions have in common whose memory belongs to the class and outlives objects.
    """

    def keep(self, value: float) -> None:
        super().keep(value)
        self.best_step += 9 if value > 1e8 else 0


def wrong(name: str, hint: str, costs: float = 0.0, title: str = "", **parts: Any) -> Mistake:
    """A Stopper with the given parts."""
    stopper = type("EarlyStopping", (Stopper,), parts)
    return Mistake(stopper, hint, name=name, costs=costs, title=title)


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
        values(
            STOP,
            weight=4,
            cases=PLAIN,
            title=_("stops after `patience` updates in a row without improvement"),
        ),
        values(STOP, weight=3, cases=MARGIN, title=_("min_delta: what is no improvement")),
        values(
            "best_step",
            weight=2,
            cases=(*PLAIN, "gains above min_delta"),
            title=_("best_step, counted from 0"),
        ),
        values(
            STOP,
            "best_step",
            "the step at which the other says stop",
            "best_step of the other",
            "a new one",
            cases="two at once",
            title=_("several of them do not disturb each other"),
        ),
        # Form: `if stopper.update(value):` works with None as well.
        values("what update returns", form=True, title=_("update returns True or False")),
    ],
    mistakes=[
        wrong(
            "counts in total",
            _(
                "All failures are counted together. Patience is about failures in a row: what "
                "should an improvement do to the count?"
            ),
            keep=lambda self, value: self.__dict__.update(best=value, best_step=self.step),
        ),
        wrong(
            "one later",
            _(
                "It stops one update too late. With patience 1 the first failure is enough; how "
                "does your comparison treat that?"
            ),
            stop=lambda self: self.failed > self.patience,
            costs=0.25,
            title=_("it stops at `patience` failures, not after one more"),
        ),
        wrong(
            "one earlier",
            _(
                "It stops one update too early. With patience 1 it may not stop before the first "
                "failure."
            ),
            stop=lambda self: self.failed >= self.patience - 1,
        ),
        wrong(
            "at the first rise",
            _("The first failure stops it, whatever `patience` is."),
            stop=lambda self: self.failed >= 1,
        ),
        wrong(
            "without margin",
            _("`min_delta` is not used: a tiny gain should not count as an improvement."),
            improved=lambda self, value: value < self.best,
        ),
        wrong(
            "margin added",
            _(
                "`min_delta` has the wrong sign: as written, a value that is a little WORSE than "
                "the best counts as an improvement."
            ),
            improved=lambda self, value: value < self.best + self.min_delta,
        ),
        wrong(
            "margin relative",
            _("`min_delta` is taken as a share of the best value. It is a plain difference."),
            improved=lambda self, value: (
                self.best == np.inf or value < self.best * (1 - self.min_delta)
            ),
        ),
        wrong(
            "margin included",
            _("A gain of exactly `min_delta` is not enough: it has to be more than that."),
            improved=lambda self, value: value <= self.best - self.min_delta,
        ),
        wrong(
            "higher is better",
            _("You look for the highest value. These are losses: lower is better."),
            improved=lambda self, value: self.best == np.inf or value > self.best + self.min_delta,
        ),
        wrong(
            "best from zero",
            _(
                "The best value begins at 0, which no positive loss ever beats. With what must it "
                "begin so that the first value is an improvement?"
            ),
            improved=lambda self, value: value < min(self.best, 0) - self.min_delta,
        ),
        wrong(
            "zero is nothing",
            _(
                "A best value of 0 is taken for “none yet”, since `not 0.0` is True. Ask "
                "`is None`, or begin with infinity."
            ),
            improved=lambda self, value: not self.best or Stopper.improved(self, value),
        ),
        wrong(
            "first is best",
            _("The best value stays the very first one. An improvement sets a new mark."),
            keep=lambda self, value: self.__dict__.update(
                best=value if self.step == 0 else self.best, best_step=self.step, failed=0
            ),
        ),
        wrong(
            "best follows",
            _(
                "The mark moves with gains too small to count, so that many small gains never add "
                "up to one. Move it only at an improvement."
            ),
            after=lambda self, value: self.__dict__.update(best=min(self.best, value)),
        ),
        wrong(
            "compares with previous",
            _("Each value is compared with the one before. Compare it with the best so far."),
            after=lambda self, value: self.__dict__.update(best=value),
        ),
        wrong(
            "counts from one",
            _("`best_step` is one too large: the first update is step 0."),
            keep=lambda self, value: self.__dict__.update(
                best=value, best_step=self.step + 1, failed=0
            ),
        ),
        wrong(
            "last step",
            _("`best_step` is the last step. Which one would you restore the weights of?"),
            after=lambda self, value: self.__dict__.update(best_step=self.step),
        ),
        wrong(
            "says improved",
            _("`update` says True at an improvement. True is to mean: stop now."),
            stop=lambda self: self.failed == 0,
        ),
        wrong(
            "says it in words",
            _(
                "`update` returns a text. Every text but the empty one counts as true, also "
                '"go on": `if stopper.update(value):` would always stop. Return True or False.'
            ),
            stop=lambda self: "stop" if Stopper.stop(self) else "go on",
        ),
        Mistake(
            Heir,
            hint=_(
                "A new one goes on where others ended: its memory belongs to the class, or to a "
                "default argument. Give each object its own in `__init__`, with `self.`"
            ),
        ),
        Mistake(
            Shared,
            hint=_(
                "Two of them share their memory: what one is told changes the other. Keep it in "
                "`self`, set in `__init__`."
            ),
        ),
    ],
    answers=("course_lib.regularizers.early_stopping",),
    returns="an object with update(value) -> bool and best_step",
    hints=(
        _("Three things to remember: the best value, its step, and how many failed since."),
        _(
            "An improvement sets all three anew; anything else adds 1 to the failures. Then answer "
            "whether there are `patience` of them."
        ),
        _(
            "Smaller: patience 2, min_delta 0.1, values 1.0, 0.8, 0.75, 0.72. 0.8 improves on 1.0; "
            "0.75 and 0.72 do not improve on 0.8 by more than 0.1. Answers: False, False, False, "
            "True; best_step = 1."
        ),
    ),
)
