"""``gradient_factor(us, weights, df, dz) -> factor``: what all layers do to a gradient's RMS."""

from itertools import pairwise
from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    function,
    shapes,
    slip,
    slips,
    unchanged_inputs,
    values,
)
from grader.exercises.ps10.signal_rms import ONE, SEVERAL, networks


def gradient_factor(us, weights, df, dz):
    dx = dz
    for W, u in zip(reversed(weights), reversed(us), strict=True):
        du = dx * df(u)
        dx = du @ W.T
    return np.sqrt(np.mean(dx**2) / np.mean(dz**2))


def made(rng: np.random.Generator, about: str, kind: str, *widths: int) -> Case:
    return case(
        about,
        kind=kind,
        us=[rng.normal(size=(4, n)) for n in widths[1:]],
        weights=[rng.normal(0.2, 0.8, size=shape) for shape in pairwise(widths)],
        dz=rng.normal(0.6, 1, size=(4, widths[-1])),
    )


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    found = networks(rng, made)
    found[SEVERAL][-1]["dz"] *= 1e-9  # a small number in the denominator would count
    return found


def run(gradient_factor: Any, case: Case) -> dict[str, Any]:
    df = {
        "linear": np.ones_like,
        "tanh": lambda u: 1 - np.tanh(u) ** 2,
        "relu": lambda u: (u > 0) * 1.0,
        "sine": np.cos,
    }[case["kind"]]
    return {"factor": gradient_factor(case["us"], case["weights"], df, case["dz"])}


exercise = function(
    gradient_factor,
    returns="factor",
    points=2,
    cases=cases,
    run=run,
    judge=[
        values(
            "factor",
            title="one layer",
            cases=ONE,
            weight=1,
            help="From dz to the gradient of u, then from there to that of x. Compare the two RMS.",
        ),
        values(
            "factor",
            title="several layers",
            cases=SEVERAL,
            weight=4,
            help="Forward, a layer applies W and then f. Which of the two does the gradient meet "
            "first, and at which array does f′ stand?",
        ),
    ],
    form=(shapes("factor", title="a single number"), unchanged_inputs()),
    without=("in place",),
    answers=("grader.exercises.ps10.gradient_factor",),
    hints="""
    Go through the layers from the last to the first. A layer turns the gradient with respect to its
    output into that with respect to its input, in two steps: through f, then through W.

    A smaller example: one layer, u = [[2]], W = [[3], [4]], f(u) = u² with f′(u) = 2u, dz = [[5]].
    Then the gradient with respect to u is [[20]], and that with respect to x is [[60, 80]], of RMS
    70.7: the factor is 14.1.
    """,
    mistakes=(
        *slips("""
return np.sqrt(np.mean(dx**2))
    You return the RMS of the gradient at x. By which number do you compare it with that of dz?
return np.mean(dx**2) / np.mean(dz**2)
    You return the factor of the mean square. The root is missing.
return np.sqrt(np.sum(dx**2) / np.sum(dz**2))
    You compare the sums of the squares. The two arrays can have different numbers of entries.
return np.sqrt(np.mean(dz**2) / np.mean(dx**2))
    Your factor is upside down: the gradient at x is divided by the given one.
return np.std(dx) / np.std(dz)
    You compare standard deviations, which subtract the mean first. The RMS subtracts nothing.
return np.mean(np.abs(dx)) / np.mean(np.abs(dz))
    You compare the means of the absolute values. The RMS is the root of the mean of the squares.
return np.sqrt(np.mean(dx**2) / np.mean(dz**2)) ** (1 / len(weights))
    You return the factor of one layer. Asked for is that of all layers together.
return np.sqrt(np.mean(du**2) / np.mean(dz**2))
    You measure the gradient with respect to the first pre-activation. Asked for is that with
    respect to x, behind the first W.
du = dx
    The derivative of the activation function is missing. Which step leads from the gradient of z to
    that of u?
du = dx * df(np.maximum(u, 0))
    You take the derivative at the activation f(u). It belongs at u, the pre-activation.
du = dx * df(np.tanh(u))
    You take the derivative at the output of tanh. It belongs at u, the pre-activation.
du = dx * df(u) if u is not us[-1] else dx
    The derivative of the last activation function is missing. The given dz belongs to the output z
    of the last layer, so it passes f first, too.
du = dx * df(u) if u is not us[0] else dx
    The derivative of the first activation function is missing.
du = dx * df(dx)
    The derivative belongs at u, the pre-activation. You take it at the gradient.
du = dx * u
    You multiply by u. The factor is the derivative of f at u.
du = dz * df(u)
    You begin with dz in every layer. What arrives at a layer has passed all layers behind it.
for W, u in zip(weights, us):
    You begin with the first layer. The given dz belongs to the output of the last one.
for W, u in zip(weights[::-1], us):
    The matrices go backward, but `us` goes forward. Each W belongs to the u that it made.
"""),
        slip(
            "dx = du @ W.T",
            "dx = dx @ W.T * df(u)",
            "In the backward pass, the gradient goes through f first, then through W. Which shape "
            "has df(u)?",
        ),
        slip(
            "dx = du @ W.T",
            "dx = du @ W",
            "A gradient with respect to the inputs has one column for each input. Which of the two "
            "sides of W belongs to the inputs?",
        ),
    ),
)
