"""``gradient_rms(us, weights, df, dz) -> sizes``: the RMS of the gradient, layer by layer."""

from itertools import pairwise
from typing import Any

import numpy as np

from grader.checking.contract import Case, case, function, shapes, slips, unchanged_inputs, values
from grader.exercises.ps10.signal_rms import ONE, SEVERAL, networks


def gradient_rms(us, weights, df, dz):
    sizes = [np.sqrt(np.mean(dz**2))]
    for W, u in zip(reversed(weights), reversed(us), strict=True):
        du = dz * df(u)
        dz = du @ W.T
        sizes.append(np.sqrt(np.mean(dz**2)))
    return np.array(sizes[::-1])


def made(rng: np.random.Generator, about: str, kind: str, *widths: int) -> Case:
    return case(
        about,
        kind=kind,
        us=[rng.normal(size=(4, n)) for n in widths[1:]],
        weights=[rng.normal(0.2, 0.8, size=shape) for shape in pairwise(widths)],
        dz=rng.normal(0.6, 1, size=(4, widths[-1])),
    )


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    return networks(rng, made)


def run(gradient_rms: Any, case: Case) -> dict[str, Any]:
    df = {
        "linear": np.ones_like,
        "tanh": lambda u: 1 - np.tanh(u) ** 2,
        "relu": lambda u: (u > 0) * 1.0,
        "sine": np.cos,
    }[case["kind"]]
    return {"sizes": gradient_rms(case["us"], case["weights"], df, case["dz"])}


exercise = function(
    gradient_rms,
    returns="an array of L + 1 numbers",
    outputs="sizes",
    points=3,
    cases=cases,
    run=run,
    judge=[
        values(
            "sizes",
            title="sizes with one layer",
            cases=ONE,
            weight=1,
            help="The last number belongs to the given dz, the first one to the gradient of x.",
        ),
        values(
            "sizes",
            title="sizes with several layers",
            cases=SEVERAL,
            weight=4,
            help="Forward, a layer applies W and then f. Which of the two does the gradient meet "
            "first, and at which array does f′ stand?",
        ),
    ],
    form=(shapes("sizes"), unchanged_inputs()),
    without=("in place",),
    answers=("grader.exercises.ps10.gradient_rms",),
    hints="""
    Go through the layers from the last to the first. A layer turns the gradient with respect to its
    output into that with respect to its input, in two steps: through f, then through W.

    A smaller example: one layer, u = [[2]], W = [[3], [4]], f(u) = u² with f′(u) = 2u, dz = [[1]].
    Then du = [[4]], and the gradient with respect to x is [[12, 16]]: sizes is [14.1, 1].
    """,
    mistakes=slips("""
return np.array(sizes)
    Your first number belongs to the last layer. Which number should stand at place 0?
sizes = []
    The RMS of the given dz is missing. It belongs to the last place.
du = dz
    The derivative of the activation function is missing. Which step leads from dz to du?
du = dz * df(np.maximum(u, 0))
    You take the derivative at the activation f(u). It belongs at u, the pre-activation.
du = dz * df(np.tanh(u))
    You take the derivative at the output of tanh. It belongs at u, the pre-activation.
du = dz * df(u) if len(sizes) > 1 else dz
    The derivative of the last activation function is missing. The given dz belongs to the output z
    of the last layer, so it passes f first, too.
du = dz * df(u) if len(sizes) < len(us) else dz
    The derivative of the first activation function is missing.
du = dz * df(dz)
    The derivative belongs at u, the pre-activation. You take it at the gradient.
du = dz * u
    You multiply by u. The factor is the derivative of f at u.
dz = dz @ W.T * df(u)
    In the backward pass, the gradient goes through f first, then through W. Which shape has df(u)?
dz = du @ W
    A gradient with respect to the inputs has one column for each input. Which of the two sides of W
    belongs to the inputs?
sizes.append(np.sqrt(np.mean(du**2)))
    You measure du, the gradient with respect to the pre-activation. Asked for is that with respect
    to the layer's input, behind W.
sizes = []
sizes.append(np.sqrt(np.mean(du**2)))
return np.array([np.sqrt(np.mean(dz**2)), *sizes[::-1]])
    You measure du, the gradient with respect to the pre-activation. Asked for is that with respect
    to the output of each layer, before its f.
sizes.append(np.mean(dz**2))
    You return the mean square of the gradients behind each layer. The root is missing.
sizes = [np.mean(dz**2)]
sizes.append(np.mean(dz**2))
    You return the mean square. The root is missing.
sizes = [np.std(dz)]
sizes.append(np.std(dz))
    You return the standard deviation, which subtracts the mean first. The RMS subtracts nothing.
for W, u in zip(weights, us):
return np.array(sizes)
    You go from the first layer to the last. The gradient dz is given at the last one, so begin
    there.
for W, u in zip(weights, us):
    You begin with the first layer. The given dz belongs to the output of the last one.
for W, u in zip(weights[::-1], us):
    The matrices go backward, but `us` goes forward. Each W belongs to the u that it made.
"""),
)
