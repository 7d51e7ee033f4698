"""``same_gradients(model, x, labels, own) -> bool``: do your gradients agree with autograd's?

Pairs of gradients are judged, one right and one faulty, for the same network. The faults are made
on the judge's side, so what is sent to the student's process are arrays only.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.checking.contract import Case, Exercise, OwnRun, case, earns, holds, mistake, slips
from grader.checking.contract.compare import described
from grader.checking.contract.properties import Answer, Property
from grader.checking.contract.wire import Kept, Plain


def same_gradients(model, x, labels, own):
    import copy

    import torch
    from torch.nn.functional import cross_entropy

    exact = copy.deepcopy(model).double()
    loss = cross_entropy(exact(torch.from_numpy(x)), torch.from_numpy(labels))
    theirs = [g.numpy() for g in torch.autograd.grad(loss, list(exact.parameters()))]
    same_form = [g.shape for g in own] == [g.shape for g in theirs]
    pairs = list(zip(own, theirs, strict=False))
    errors = [np.abs(a - b).max() for a, b in pairs]
    sizes = [np.abs(b).max() for _, b in pairs]
    return same_form and bool(np.all(np.array(errors) <= 1e-11 * np.array(sizes)))


# Each fault with the sorts of network that it is made in: one with two layers, one with three.
FAULTS = {
    "an entry": ("plain", "dead"),
    "transposed": ("large", "large"),
    "a row for each sample": ("plain", "plain"),
    "one is missing": ("dead", "plain"),
    "small gradients": ("small", "small"),
    "one small gradient": ("mixed", "mixed"),
    "an epsilon": ("plain", "plain"),
}
NAMES = (  # as in the notebook
    "one entry is wrong",
    "a matrix is transposed",
    "a bias has a row for each sample",
    "an array is missing",
    "all gradients are small, one array is wrong",
    "one array is small, and it is wrong",
    "1e-7 in the logarithm",
)
TITLES = {
    fault: f"{i} {name}" for i, (fault, name) in enumerate(zip(FAULTS, NAMES, strict=True), 1)
}
RULES, ALARMS, AS_BEFORE = "the answers", "right gradients are accepted", "the model is as before"


class Truth(Kept):
    """Of each question: the fault, "" for none, and the pair that it belongs to."""

    of: tuple[tuple[str, int], ...]

    @classmethod
    def keep(cls, of: tuple[tuple[str, int], ...]) -> "Truth":
        kept = cls("kept by the judge")
        object.__setattr__(kept, "of", of)
        return kept


def gradients(
    weights: list[np.ndarray], x: np.ndarray, labels: np.ndarray, epsilon: float = 0.0
) -> list[np.ndarray]:
    """Of the mean of −log(p + epsilon), for weights in PyTorch's shapes."""
    layers = [w.astype(float) for w in weights]
    inputs = [x]
    for W, b in zip(layers[0:-2:2], layers[1:-2:2], strict=True):
        inputs.append(np.maximum(inputs[-1] @ W.T + b, 0))
    y = inputs[-1] @ layers[-2].T + layers[-1]
    p = np.exp(y - y.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    rows = np.arange(len(x))
    dy = p.copy()
    dy[rows, labels] -= 1
    right = p[rows, labels]
    dy *= (right / (right + epsilon))[:, None] / len(x)
    found: list[np.ndarray] = []
    for z, W in zip(inputs[::-1], layers[-2::-2], strict=True):
        found[:0] = [dy.T @ z, dy.sum(axis=0)]
        dy = (dy @ W) * (z > 0)
    return found


def faulty(
    found: list[np.ndarray],
    fault: str,
    question: dict[str, Any],
    rng: np.random.Generator,
    second: bool,
) -> list[np.ndarray]:
    """The gradients with a fault in them; the second one of each fault has its own form."""
    found = [g.copy() for g in found]
    at = int(rng.integers(2)) * 2  # of one of the first two matrices
    if fault == "an entry" and second:  # all are right but this one, and it should be 0
        found[0][int(rng.integers(4)), int(rng.integers(5))] = 1e-4
    elif fault == "an entry":
        i, j = np.unravel_index(np.abs(found[at]).argmax(), found[at].shape)
        found[at][i, j] += 1e-4 * abs(found[at][i, j])
    if fault == "transposed":
        found[-2] = found[-2].T
    if fault == "a row for each sample":
        found[at + 1] = np.tile(found[at + 1], (len(question["x"]), 1))
    if fault == "one is missing":
        found.pop()
    if fault == "small gradients":
        found[at + second] *= 1 + 3e-5  # a matrix, or a bias
    if fault == "one small gradient":
        found[0] *= 0 if second else -1
    if fault == "an epsilon":
        found = gradients(question["weights"], question["x"], question["labels"], 1e-7)
    return found


def question(rng: np.random.Generator, sort: str, layers: int) -> dict[str, Any]:
    """A network of 5, 4 and 4 units, or of 5, 4, 4 and 4; all but the first matrix are square."""
    weights = [
        rng.normal(size=(4, 5)) / 2,
        rng.uniform(0.5, 1, size=4),
        rng.normal(size=(4, 4)) * {"small": 0.1, "mixed": 1e-17}.get(sort, 0.3),
        rng.normal(size=4) / 4,
    ]
    for _ in range(2, layers):
        weights += [rng.normal(size=(4, 4)) / 2, rng.normal(size=4) / 4]
    x, labels = rng.normal(size=(6, 5)), rng.integers(0, 4, size=6)
    if sort == "large":  # the hidden units stay as they are, and rounding errors grow
        weights[0], x = weights[0] / 1e5, x * 1e5
    weights[1][0] -= 20  # this unit is inactive for all samples: its gradients are 0
    if sort == "plain":  # in the column of the last input, the terms of each sum cancel
        weights[0][:, 4] = 0
        each = []
        for sample in np.eye(6):
            x[:, 4] = sample
            each.append(gradients([w.astype(np.float32) for w in weights], x, labels)[0][:, 4])
        x[:, 4] = 3 * np.linalg.svd(np.transpose(each))[2][-1]
    if sort == "dead":  # and so are all the others: three arrays are 0 everywhere
        weights[1] -= 20
    if sort == "small":  # as late in a training: the right class has nearly the probability 1
        labels[:] = labels[0]
        weights[-1][labels[0]] += 9
    return {"weights": [w.astype(np.float32) for w in weights], "x": x, "labels": labels}


def pair_of(
    rng: np.random.Generator, fault: str, sort: str, *, second: bool
) -> tuple[dict[str, Any], list[np.ndarray], list[np.ndarray]]:
    """A network, its gradients, and the same with a fault that is neither tiny nor huge."""
    while True:
        given = question(rng, sort, layers=3 if second else 2)
        right = gradients(given["weights"], given["x"], given["labels"])
        wrong = faulty(right, fault, given, rng, second)
        sizes = [np.abs(g).max() for g in right]
        if (min(sizes) == 0) != (sort == "dead"):
            continue  # all hidden units are inactive, or should be
        if sort == "small" and max(sizes) > 1e-4:
            continue
        if sort == "large":  # as much as another order of the sums may change
            right = [g * (1 + 3e-15) for g in right]
        if sort == "dead":
            return given, right, wrong
        if [g.shape for g in wrong] != [g.shape for g in right]:
            return given, right, wrong
        error = max(
            np.abs(a - b).max() / size for a, b, size in zip(wrong, right, sizes, strict=True)
        )
        low, high = (1e-7, 8e-7 if second else 2e-7) if fault == "an epsilon" else (1e-5, 10)
        if low < error < high:
            return given, right, wrong


def cases(rng: np.random.Generator) -> list[Case]:
    """Pairs of gradients of the same network, one right and one faulty, in a random order."""
    asked: list[tuple[tuple[str, int], dict[str, Any]]] = []
    pair = 0
    for fault, sorts in FAULTS.items():
        for second, sort in enumerate(sorts):
            given, right, wrong = pair_of(rng, fault, sort, second=bool(second))
            asked += [(("", pair), given | {"own": right}), ((fault, pair), given | {"own": wrong})]
            pair += 1
    order = rng.permutation(len(asked))
    return [
        case(
            f"{len(asked)} lists of gradients",
            questions=[asked[i][1] for i in order],
            truth=Truth.keep(tuple(asked[i][0] for i in order)),
        )
    ]


def run(same_gradients, case):
    import torch

    answers, changed = [], []
    for asked in case["questions"]:
        weights = [torch.from_numpy(w) for w in asked["weights"]]
        parts = []
        for W in weights[::2]:
            parts += [torch.nn.Linear(*W.T.shape), torch.nn.ReLU()]
        model = torch.nn.Sequential(*parts[:-1])
        with torch.no_grad():
            for p, w in zip(model.parameters(), weights, strict=True):
                p.copy_(w)
        for p in model.parameters():
            p.grad = torch.ones_like(p)  # as a step leaves it
        before = [p.detach().clone() for p in model.parameters()]
        own = [g.copy() for g in asked["own"]]
        answers.append(same_gradients(model, asked["x"].copy(), asked["labels"].copy(), own))
        for p, w in zip(model.parameters(), before, strict=True):
            if p.dtype != w.dtype or not torch.equal(p, w):
                changed.append("weights, or their type,")
            elif p.grad is None or not bool((p.grad == 1).all()):
                changed.append("gradients, `.grad`,")
    return {"answers": answers, "changed": changed}


def observe(case: Case, outputs: dict[str, Plain]) -> dict[str, object]:
    """Which right gradients were accepted, and which pairs were told apart."""
    answers, truth = outputs["answers"], case["truth"].of
    problem = ""
    if not isinstance(answers, list) or len(answers) != len(truth):
        problem, answers = "There is not one answer for each question.", []
    read = [_read(one) for one in answers]
    if None in read:
        what = described(answers[read.index(None)])
        problem, read = f"It returned {what}; expected True or False.", []
    accepted = dict(zip(truth, read, strict=False)) if not problem else {}
    of_pair = {pair: ok for (fault, pair), ok in accepted.items() if not fault}
    judged = all(of_pair.values())
    found = {
        title: [not ok for (at, _), ok in accepted.items() if at == fault and judged]
        for fault, title in TITLES.items()
    }
    changed = outputs["changed"]
    kept = changed[0] if isinstance(changed, list) and changed else ""
    return {"problem": problem, "changed": kept, "accepted": [*of_pair.values()], **found}


def _read(answer: Plain) -> bool | None:
    value = np.asarray(answer) if isinstance(answer, bool | np.ndarray) else None
    return bool(value) if value is not None and value.dtype == bool and value.size == 1 else None


def few_alarms(case: Case, got: dict[str, Any], want: dict[str, Any]) -> Answer:
    if got["problem"]:
        return str(got["problem"])
    accepted = got["accepted"].count(True)
    said = f"{accepted} of {len(got['accepted'])} right lists of gradients are accepted."
    if accepted == len(got["accepted"]):
        return earns(1.0, said)
    return earns(0.0, f"{said} The others differ from autograd's by rounding alone.")


def told_apart(title: str) -> Callable[..., Answer]:
    def test(case: Case, got: dict[str, Any], want: dict[str, Any]) -> Answer:
        if got["problem"] or not all(got["accepted"]):
            return "Judged once all right gradients are accepted."
        said = f"{sum(got[title])} of {len(got[title])} faulty lists of gradients are rejected."
        return earns(1.0 if all(got[title]) else 0.0, said)

    return test


def left_alone(case: Case, got: dict[str, Any], want: dict[str, Any]) -> Answer:
    return f"Its {got['changed']} are not the same after the call." if got["changed"] else None


def fault(name: str, weight: int, help: str) -> Property:
    return holds(TITLES[name], told_apart(TITLES[name]), weight=weight, help=help)


def always(model, x, labels, own):
    """You accept all gradients. Compare them with those of autograd."""
    return True


def never(model, x, labels, own):
    """You reject right gradients, too. Is your tolerance smaller than the rounding of the type in
    which the model computes? In float32 it is about 1e-7 of an entry. And if you divide by an
    entry: it may be 0.
    """
    return False


exercise = Exercise(
    points=4,
    reference=(same_gradients,),
    cases=cases,
    run=OwnRun(run, needs="torch"),
    observe=observe,
    judge=[
        holds(
            ALARMS,
            few_alarms,
            weight=2,
            alone=False,
            help="""Two right gradients differ by rounding. How far, if a copy of the model computes
            in float64, too? And an entry that is far smaller than the others of its array has their
            rounding error.""",
        ),
        holds(
            AS_BEFORE,
            left_alone,
            weight=1,
            alone=False,
            help="""`model.double()` changes the model itself, and `backward()` adds to each
            `.grad`. `copy.deepcopy(model)` is another model with the same weights.""",
        ),
        fault("an entry", 1, "Only one entry is wrong. What do a mean or a norm say of it?"),
        fault("transposed", 1, "The norm of a matrix does not change if it is transposed."),
        fault("a row for each sample", 1, "Is a difference of two shapes always an error?"),
        fault("one is missing", 1, "How many arrays does `zip` look at if one list is shorter?"),
        fault(
            "small gradients",
            2,
            """All gradients of this network are small. Is your tolerance a fixed number, as the
            1e-8 in `np.allclose`, or does it grow and shrink with the gradients?""",
        ),
        fault(
            "one small gradient",
            2,
            """In this network one array has far smaller gradients than the others. Which size do
            you compare its error with?""",
        ),
        fault(
            "an epsilon",
            4,
            """This backward pass belongs to −log(p + 1e-7). In float32 nobody can tell it from a
            right one. In which type does your copy of the model compute, and how large is your
            tolerance?""",
        ),
    ],
    answers=("grader.exercises.ps24.same_gradients",),
    returns="True or False",
    hints="""
    Let autograd compute the gradients with a copy of the model in float64. Your own are float64
    already.

    Compare array by array, each with the size of its own entries: the largest difference divided by
    the largest entry.

    Rounding in float64 makes about 1e-15 of it, and a few times more after some operations. The
    smallest fault makes about 1e-7. Every tolerance well between the two is right.
    """,
    mistakes=(
        mistake(always),
        mistake(never),
        *slips("""
exact = model.double()
    `model.double()` changes the model that you were given. Its weights are float64 afterwards.
return same_form and bool(np.all(np.array(errors) <= 1e-5 * np.array(sizes)))
    Your tolerance is larger than the smallest fault. A smaller one makes sense if the copy of the
    model computes in float64: the rounding of float32 is as large as this fault.
return same_form and max(errors) <= 1e-8
    Where all gradients are small, a wrong one passes. Is your tolerance a fixed number?
return same_form and max(errors) <= 1e-14
    Your tolerance is a fixed number. Where gradients are large, rounding in float64 is larger, too.
errors = [(a - b).max() for a, b in pairs]
    You accept an array that is too small. Do you compare each array, and the size of each
    difference? A negative one is below every tolerance.
errors = [(b - a).max() for a, b in pairs]
    You accept an array that is too large. Do you compare each array, and the size of each
    difference? A negative one is below every tolerance.
errors = [(np.abs(a - b) / np.abs(b)).max() for a, b in pairs]
return same_form and not any(e > 1e-9 for e in errors)
    Wrong arrays pass. Do you look at each entry of each array? And if you divide by an entry that
    is 0: 0/0 is nan, and each comparison with nan is False.
errors = [np.abs(a - b).max() / np.abs(b).max() for a, b in pairs]
return same_form and all(e <= 1e-11 for e in errors)
    You reject right gradients of a network whose hidden units are all inactive. Three of its arrays
    are 0 everywhere, and 0/0 is nan. Multiply the tolerance by the size instead of dividing by it.
return same_form and all(np.all(np.abs(a - b) <= 1e-10 * np.abs(b)) for a, b in pairs)
    You compare each entry with its own size. A small entry is a sum in which large terms cancel,
    and their rounding errors stay. Which entries say how large such errors are?
return same_form and max(errors) <= 1e-11 * max(sizes)
    You use one tolerance for all arrays. A wrong array of small gradients passes, if its error is
    compared with a fixed number or with the largest gradient of all.
errors = [abs(np.linalg.norm(a) - np.linalg.norm(b)) for a, b in pairs]
    You compare norms. Two different arrays can have the same norm.
return same_form and bool(np.all(np.array(errors) <= 1e-15 * np.array(sizes)))
    Your tolerance is as small as the rounding of a single operation, and two right programs differ
    by several of them.
return same_form and all(e <= 1e-11 * s for e, s in zip(errors, sizes, strict=True) if s)
    You skip arrays that should be 0 everywhere, so every array passes in their place.
return same_form and all(e <= 1e-11 * s or not a.any() for e, s, a in zip(errors, sizes, own))
    An array of zeros passes where the right one is small. Do you skip arrays that are 0, or is a
    part of your tolerance a fixed number?
pairs = list(zip(own[:4], theirs[:4], strict=True))
    You compare four arrays. A network of three layers has six.
same_form = len(own) == len(theirs)
    You compare arrays of different shapes: NumPy broadcasts them.
same_form = all(a.shape == b.shape for a, b in zip(own, theirs, strict=False))
    One of the lists may be shorter. Then `zip` ends early, and nobody looks at the rest.
"""),
    ),
)
