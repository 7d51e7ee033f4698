"""``pooling_is_right(pooling) -> bool``: a test of max pooling, judged on right and faulty ones."""

from collections.abc import Callable
from typing import Any

import numpy as np

from course_lib.course.unknown_pooling import CALLS, FAULTS, RULES, random_pooling
from grader.checking.contract import Case, Exercise, OwnRun, case, earns, holds, mistake, slips
from grader.checking.contract.compare import described
from grader.checking.contract.properties import Answer, Property
from grader.checking.contract.wire import Kept, Plain
from grader.exercises.ps14.max_pool2d_backward import max_pool2d_backward, max_pool2d_forward


def pooling_is_right(pooling):
    rng = np.random.default_rng(0)
    several = 2, 3
    low, high = 6, 10
    overlapping = (*several, low, high), 3, 2
    apart = (*several, high, low), 2, 3
    plans = overlapping, apart
    for shape, size, stride in plans:
        x = rng.normal(size=shape)
        y, cache = max_pool2d_forward(x, size=size, stride=stride)
        dy = rng.normal(size=y.shape)
        wanted = max_pool2d_backward(dy, cache)
        found = pooling.backward(dy, x, size, stride)
        if not np.allclose(found, wanted):
            return False
    x = np.round(rng.uniform(size=(2, 3, 8, 8)))
    dy = rng.normal(size=(2, 3, 4, 4))
    dx = pooling.backward(dy, x, 2, 2)
    windows = dx.reshape(2, 3, 4, 2, 4, 2)
    got = windows.sum(axis=(3, 5))
    return bool(np.allclose(got, dy))


HIDDEN = [fault for fault in FAULTS if fault != "mean"]
PAIRS = 4 * len(RULES)  # for each hidden fault: both kinds with each rule for ties, twice
TITLES = [f"fault {i}" for i in range(1, len(HIDDEN) + 1)]
KEPT, ALARMS = "the rules", "right poolings are accepted"
MOST_ALARMS, LEAST_FOUND = 0.05, 0.9


class Truth(Kept):
    """Of each pooling: the place of its fault among the hidden ones, or -1, and its pair."""

    of: tuple[tuple[int, int], ...]

    @classmethod
    def keep(cls, of: tuple[tuple[int, int], ...]) -> "Truth":
        kept = cls("kept by the judge")
        object.__setattr__(kept, "of", of)
        return kept


def cases(rng: np.random.Generator) -> list[Case]:
    """Pairs of poolings with the same rule for ties, one right and one faulty, in random order."""
    drawn: list[tuple[tuple[int, int], dict[str, Any]]] = []
    for place, fault in enumerate(HIDDEN):
        for i in range(PAIRS):
            numbers = random_pooling(rng, fault, i)
            pair = place * PAIRS + i
            drawn += [((-1, pair), numbers | {"fault": ""}), ((place, pair), numbers)]
    order = rng.permutation(len(drawn))
    return [
        case(
            f"{len(drawn)} poolings",
            poolings=[drawn[i][1] for i in order],
            budget=CALLS,
            truth=Truth.keep(tuple(drawn[i][0] for i in order)),
        )
    ]


def run(pooling_is_right, case):
    # A check of another kind does not need the library.
    from course_lib.course.unknown_pooling import UnknownPooling

    verdicts, spent = [], []
    for numbers in case["poolings"]:
        pooling = UnknownPooling(numbers, case["budget"])
        verdicts.append(pooling_is_right(pooling))
        spent.append(pooling.spent)
    return {"verdicts": verdicts, "spent": spent}


def observe(case: Case, outputs: dict[str, Plain]) -> dict[str, object]:
    """Which rule is broken; which right poolings were accepted, which pairs were told apart."""
    verdicts, truth = outputs["verdicts"], case["truth"].of
    problem = ""
    if not isinstance(verdicts, list) or len(verdicts) != len(truth):
        problem, verdicts = "there is not one answer for each pooling", []
    read = [_read(one) for one in verdicts]
    if None in read:
        what = described(verdicts[read.index(None)])
        problem, read = f"it returned {what}; expected True (accept) or False (reject)", []
    elif not problem and max(np.asarray(outputs["spent"], int)) > case["budget"]:
        problem = f"it asked a pooling for more than {case['budget']} backward passes"
    accepted = dict(zip(truth, read, strict=False)) if not problem else {}
    of_pair = {pair: ok for (place, pair), ok in accepted.items() if place < 0}
    found = {
        title: [of_pair[pair] and not ok for (at, pair), ok in accepted.items() if at == place]
        for place, title in enumerate(TITLES)
    }
    spent = np.asarray(outputs["spent"], int) if not problem else np.zeros(1, int)
    plan = f"You asked for {spent.min()} to {spent.max()} of {case['budget']} backward passes."
    return {"problem": problem, "plan": plan, "accepted": [*of_pair.values()], **found}


def _read(verdict: Plain) -> bool | None:
    value = np.asarray(verdict) if isinstance(verdict, bool | np.ndarray) else None
    return bool(value) if value is not None and value.dtype == bool and value.size == 1 else None


def kept(case: Case, got: dict[str, Any], want: dict[str, Any]) -> Answer:
    from grader.checking.contract import Held

    return f"{got['problem']}." if got["problem"] else Held(got["plan"])


def few_alarms(case: Case, got: dict[str, Any], want: dict[str, Any]) -> Answer:
    """All points for at most 5 % false alarms, none from 25 % on."""
    if got["problem"]:
        return "Judged once the rules are kept."
    share = got["accepted"].count(False) / len(got["accepted"])
    said = f"{share:.0%} of {len(got['accepted'])} right poolings are rejected, and at most "
    said += f"{MOST_ALARMS:.0%} may be."
    return earns((0.25 - share) / (0.25 - MOST_ALARMS), said.replace("%", " %"))


def told_apart(title: str) -> Callable[..., Answer]:
    def test(case: Case, got: dict[str, Any], want: dict[str, Any]) -> Answer:
        """All points for 90 % of the pairs, none for half of them."""
        if got["problem"]:
            return "Judged once the rules are kept."
        share = float(np.mean(got[title]))
        said = f"{sum(got[title])} of {len(got[title])} pairs are told apart: the faulty pooling "
        said += "is rejected and its right twin is accepted."
        return earns((share - 0.5) / (LEAST_FOUND - 0.5), said)

    return test


def fault(title: str, help: str, weight: int = 2) -> Property:
    return holds(title, told_apart(title), weight=weight, help=help)


def accepts_all(pooling):
    """You accept every pooling. Compare what `pooling.backward` returns with what it should be."""
    return True


def rejects_all(pooling):
    """You reject every pooling. Compare what `pooling.backward` returns with what it should be."""
    return False


exercise = Exercise(
    points=5,
    reference=(pooling_is_right,),
    cases=cases,
    run=OwnRun(run),
    observe=observe,
    uses=("max_pool2d_backward",),
    judge=[
        holds(KEPT, kept, alone=False),
        holds(
            ALARMS,
            few_alarms,
            weight=2,
            alone=False,
            help="""The right poolings differ in one thing: who gets the gradient of equally large
            pixels. On which of your images does more than one result count as right?""",
        ),
        fault(TITLES[0], "Which of your calls has pixels that lie in several windows?"),
        fault(
            TITLES[1],
            "Can the stride be smaller than the size, equal to it, and larger? Which do you call?",
        ),
        fault(
            TITLES[2],
            "Do your windows cover the image exactly? What would be different if they did not?",
        ),
        fault(TITLES[3], "Which of your images have more columns than rows, or more rows?"),
        fault(TITLES[4], "How many images and channels have your calls?"),
        fault(
            TITLES[5],
            """How often do normal random numbers give two largest pixels in one window? Where they
            do, what can you say about dx without knowing who gets the gradient?""",
            weight=4,  # where several answers are right, a comparison is not enough
        ),
    ],
    answers=("grader.exercises.ps14.pooling_is_right",),
    returns="True or False",
    hints="""
    List what can differ between two calls: the numbers of images, channels, rows and columns, size
    and stride, the pixels. For each of them ask: with which value could a wrong program be right?

    Four calls have to show everything, so let each call show several things at once. Two properties
    that exclude each other, such as windows that overlap and windows with gaps, need two calls.

    Compare with your own `max_pool2d_backward` where all pixels differ. On images with equally
    large pixels, choose windows that do not overlap, and add up dx within each window.
    """,
    mistakes=(
        mistake(accepts_all),
        mistake(rejects_all),
        *slips("""
plans = (apart,)
    In none of your calls do windows overlap. Which fault shows only where a pixel lies in two of
    them?
plans = (overlapping,)
    In your only comparison with your own function, the windows overlap and the image is wide. What
    about windows with gaps, and images that are higher than wide?
overlapping = (*several, 7, 7), 3, 2
apart = (*several, 8, 8), 2, 3
    All your images are square, and your windows cover them to the last pixel. What could a program
    confuse, or count from the wrong end, without a difference here?
several = 1, 1
    You compare single images with one channel. Which mistake needs a second image or a second
    channel to show?
got = dy
    You do not look at images with equally large pixels, or you do not judge what they get. Normal
    random numbers are never equal.
wanted = max_pool2d_backward(dy, max_pool2d_forward(x, size=2, stride=2)[1])
got = dy if np.allclose(dx, wanted) else 0
    You compare with your own function on images with equally large pixels. There another result is
    allowed, too. What have all allowed results in common?
"""),
    ),
)
