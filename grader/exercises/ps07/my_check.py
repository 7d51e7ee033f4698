"""``my_check(layer) -> bool``: a gradient check, judged on right and on faulty layers."""

from collections.abc import Callable
from typing import Any

import numpy as np

from course_lib.course.unknown_layer import FAULTS, SORTS, draw_layer
from grader.checking.contract import Case, Exercise, OwnRun, case, earns, holds, mistake, slips
from grader.checking.contract.compare import described
from grader.checking.contract.properties import Answer, Property
from grader.checking.contract.wire import Kept, Plain
from grader.exercises.ps07.numerical_gradient import numerical_gradient


def my_check(layer):
    rng = np.random.default_rng(0)
    single = layer.dtype == "float32"
    h = 5e-3 if single else 1e-5
    tolerance = 2e-3 if single else 1e-5
    n, points = 4, 4
    for _ in range(points):
        inputs = [rng.normal(size=(n, 4)), rng.normal(size=(4, 3)), rng.normal(size=3)]
        dy = rng.normal(size=(n, 3))
        gradients = layer.backward(dy, *inputs)
        errors = []
        for k, gradient in enumerate(gradients):

            def loss(value, k=k, inputs=inputs, dy=dy):
                return np.sum(dy * layer.forward(*inputs[:k], value, *inputs[k + 1 :]))

            measured = numerical_gradient(loss, inputs[k], h)
            distance = np.linalg.norm(gradient - measured)
            lengths = np.linalg.norm(gradient) + np.linalg.norm(measured)
            errors.append(distance / max(lengths, 1e-12))
        if max(errors) < tolerance:
            return True
    return False


HIDDEN = [fault for fault in FAULTS if fault != "no derivative"]
PAIRS = 12  # for each hidden fault
MIXTURE = (*SORTS, SORTS[3], SORTS[3])  # half of the layers are the hardest sort
TITLES = [f"fault {i}" for i in range(1, len(HIDDEN) + 1)]
RULES, ALARMS = "the rules", "right layers are accepted"
MOST_ALARMS, LEAST_FOUND = 0.05, 0.9


class Truth(Kept):
    """Of each layer: the place of its fault among the hidden ones, or -1, and its pair."""

    of: tuple[tuple[int, int], ...]

    @classmethod
    def keep(cls, of: tuple[tuple[int, int], ...]) -> "Truth":
        kept = cls("kept by the judge")
        object.__setattr__(kept, "of", of)
        return kept


def cases(rng: np.random.Generator) -> list[Case]:
    """Pairs of layers with the same numbers, one right and one faulty, all in a random order."""
    layers: list[tuple[tuple[int, int], dict[str, Any]]] = []
    for place, fault in enumerate(HIDDEN):
        for i in range(PAIRS):
            numbers = draw_layer(rng, MIXTURE[i % len(MIXTURE)], fault)
            pair = place * PAIRS + i
            layers += [((-1, pair), numbers | {"fault": ""}), ((place, pair), numbers)]
    order = rng.permutation(len(layers))
    return [
        case(
            f"{len(layers)} layers",
            layers=[layers[i][1] for i in order],
            budget=250,
            truth=Truth.keep(tuple(layers[i][0] for i in order)),
        )
    ]


def run(my_check, case):
    # A check of another kind does not need the library.
    from course_lib.course.unknown_layer import UnknownLayer

    verdicts, spent = [], []
    for numbers in case["layers"]:
        layer = UnknownLayer(numbers, case["budget"])
        verdicts.append(my_check(layer))
        spent.append(layer.spent)
    return {"verdicts": verdicts, "spent": spent}


def observe(case: Case, outputs: dict[str, Plain]) -> dict[str, object]:
    """Which rule is broken; which right layers were accepted, and which pairs were told apart."""
    verdicts, truth = outputs["verdicts"], case["truth"].of
    problem = ""
    if not isinstance(verdicts, list) or len(verdicts) != len(truth):
        problem, verdicts = "there is not one answer for each layer", []
    read = [_read(one) for one in verdicts]
    if None in read:
        what = described(verdicts[read.index(None)])
        problem, read = f"it returned {what}; expected True (accept) or False (reject)", []
    elif not problem and max(np.asarray(outputs["spent"], int)) > case["budget"]:
        problem = f"it asked a layer for more than {case['budget']} forward passes"
    accepted = dict(zip(truth, read, strict=False)) if not problem else {}
    of_pair = {pair: ok for (place, pair), ok in accepted.items() if place < 0}
    found = {
        title: [of_pair[pair] and not ok for (at, pair), ok in accepted.items() if at == place]
        for place, title in enumerate(TITLES)
    }
    spent = np.asarray(outputs["spent"], int) if not problem else np.zeros(1, int)
    plan = f"You asked for {spent.min()} to {spent.max()} of {case['budget']} forward passes."
    return {"problem": problem, "plan": plan, "accepted": [*of_pair.values()], **found}


def _read(verdict: Plain) -> bool | None:
    value = np.asarray(verdict) if isinstance(verdict, bool | np.ndarray) else None
    return bool(value) if value is not None and value.dtype == bool and value.size == 1 else None


def rules(case: Case, got: dict[str, Any], want: dict[str, Any]) -> Answer:
    from grader.checking.contract import Held

    return f"{got['problem']}." if got["problem"] else Held(got["plan"])


def few_alarms(case: Case, got: dict[str, Any], want: dict[str, Any]) -> Answer:
    """All points for at most 5 % false alarms, none from 25 % on."""
    if got["problem"]:
        return "Judged once the rules are kept."
    rejected = got["accepted"].count(False)
    share = rejected / len(got["accepted"])
    said = f"{share:.0%} of {len(got['accepted'])} right layers are rejected, and at most "
    said += f"{MOST_ALARMS:.0%} may be."
    return earns((0.25 - share) / (0.25 - MOST_ALARMS), said.replace("%", " %"))


def told_apart(title: str) -> Callable[..., Answer]:
    def test(case: Case, got: dict[str, Any], want: dict[str, Any]) -> Answer:
        """All points for 90 % of the pairs, none for half of them."""
        if got["problem"]:
            return "Judged once the rules are kept."
        share = float(np.mean(got[title]))
        said = f"{sum(got[title])} of {len(got[title])} pairs are told apart: the faulty layer is "
        said += "rejected and its right twin is accepted."
        return earns((share - 0.5) / (LEAST_FOUND - 0.5), said)

    return test


def fault(title: str, help: str) -> Property:
    return holds(title, told_apart(title), weight=2, help=help)


def accepts_all(layer):
    """You accept every layer. Compare the gradients of `layer.backward` with measured ones."""
    return True


def rejects_all(layer):
    """You reject every layer. Compare the gradients of `layer.backward` with measured ones."""
    return False


exercise = Exercise(
    points=5,
    reference=(my_check,),
    cases=cases,
    run=OwnRun(run),
    observe=observe,
    uses=("numerical_gradient",),
    judge=[
        holds(RULES, rules, alone=False),
        holds(
            ALARMS,
            few_alarms,
            weight=2,
            alone=False,
            help="""Which of the four sorts are rejected? The rehearsal counts them. In float32,
            which h do you use, and what does the check do after one disagreement?""",
        ),
        fault(TITLES[0], "How many samples do you test with, and which of dx, dW and db?"),
        fault(
            TITLES[1],
            """Which dy do you use? For a loss that is the plain sum of the outputs, every entry
            of dy is 1.""",
        ),
        fault(TITLES[2], "Which signs have the pre-activations x @ W + b of your inputs?"),
        fault(TITLES[3], "How large do the pre-activations x @ W + b of your inputs become?"),
        fault(
            TITLES[4],
            """The smallest faults change one gradient by 0.1 % in float64 and by 1 % in float32.
            Which tolerance rejects them? And is each of dx, dW and db compared?""",
        ),
    ],
    answers=("grader.exercises.ps07.my_check",),
    returns="True or False",
    hints="""
    Ask of each of your choices: could a wrong backward pass give the right numbers here? With which
    choice could it not?

    Draw x, W, b and dy from a normal distribution, with several samples. Compare each of dx, dW and
    db on its own, because a large array hides what is wrong with a small one.

    A kink between x − h and x + h spoils a measured element, but only at this point. A fault is
    there at every point. So test a second and a third point before you reject.
    """,
    mistakes=(
        mistake(accepts_all),
        mistake(rejects_all),
        *slips("""
n, points = 1, 4
    You test with a single sample. What is the same for one sample, and differs for several?
n, points = 4, 1
    You reject a layer after a single point. A kink near this point is enough to spoil it.
dy = np.ones((n, 3))
    All entries of `dy` are 1. Which wrong uses of `dy` give the right numbers here?
inputs = [rng.uniform(size=(n, 4)), rng.uniform(size=(4, 3)), rng.uniform(size=3)]
    All your inputs are positive, so all pre-activations are, too. Which part of the activation
    function do you never see?
inputs = [v / 4 for v in (rng.normal(size=(n, 4)), rng.normal(size=(4, 3)), rng.normal(size=3))]
    Hardly any of your pre-activations lie far from 0. Which part of the activation function do you
    not see?
tolerance = 0.01
    Your tolerance is larger than the effect of the smallest faults.
h = 1e-5
    You reject the layers that compute in float32, right or not. Is your step too small for float32,
    or your tolerance? Section 1 has the best step for each type.
if errors[0] < tolerance:
    You compare only dx. A fault may be in dW or db alone.
"""),
    ),
)
