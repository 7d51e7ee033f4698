"""``signal_rms(x, weights, f) -> (sizes, us)``: the RMS of a signal from layer to layer."""

from itertools import pairwise
from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    dtype,
    function,
    shapes,
    slips,
    unchanged_inputs,
    values,
    with_earlier,
)


def signal_rms(x, weights, f):
    z, us = x, []
    sizes = [np.sqrt(np.mean(x**2))]
    for W in weights:
        us.append(z @ W)
        z = f(us[-1])
        sizes.append(np.sqrt(np.mean(z**2)))
    return np.array(sizes), us


ONE = "one layer"
SEVERAL = "several layers"


def made(rng: np.random.Generator, about: str, kind: str, *widths: int) -> Case:
    """Inputs and weights whose means are not 0, so that an RMS is no standard deviation."""
    weights = [rng.normal(0.2, 0.8, size=shape) for shape in pairwise(widths)]
    return case(about, kind=kind, x=rng.normal(0.6, 1, size=(4, widths[0])), weights=weights)


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    tiny = made(rng, "small weights", "tanh", 4, 5, 3)
    tiny["weights"] = [0.01 * W for W in tiny["weights"]]
    return {
        ONE: [
            made(rng, "one layer, f(u) = u", "linear", 3, 2),
            made(rng, "one tanh", "tanh", 3, 5),
        ],
        SEVERAL: [
            made(rng, "two tanh layers", "tanh", 3, 5, 2),
            made(rng, "three ReLU layers", "relu", 6, 5, 7, 4),
            made(rng, "three square layers of sines", "sine", 4, 4, 4, 4),
            made(rng, "fifty layers", "linear", *[3] * 51),
            tiny,
        ],
    }


def run(signal_rms: Any, case: Case) -> dict[str, Any]:
    f = {
        "linear": lambda u: u,
        "tanh": np.tanh,
        "relu": lambda u: np.maximum(u, 0),
        "sine": np.sin,
    }[case["kind"]]
    result = signal_rms(case["x"], case["weights"], f)
    sizes, us = [result] if isinstance(result, np.ndarray) else result  # two sizes are no pair
    return {"sizes": sizes, "us": us}


exercise = function(
    signal_rms,
    returns="(sizes, us)",
    outputs="sizes, us",
    points=3,
    cases=with_earlier(cases),
    run=run,
    judge=[
        values(
            "sizes",
            title="sizes with one layer",
            cases=ONE,
            weight=2,
            help="RMS: square the values, take the mean, then the root. The first number is of x.",
        ),
        values(
            "sizes",
            title="sizes with several layers",
            cases=SEVERAL,
            weight=4,
            help="The output z of one layer is the input of the next one.",
        ),
        values("us", weight=2, help="us[0] is x @ weights[0], before f. The list has L arrays."),
    ],
    form=(shapes(), dtype("us"), unchanged_inputs()),
    without=("in place",),
    answers=("grader.exercises.ps10.signal_rms",),
    hints="""
    Begin with z = x. What does a layer with the matrix W make of z? Write the two lines of one
    layer, then put them into a loop over `weights`.

    A smaller example: x = [[3, 4]] has the RMS √(25/2) = 3.54. With W = [[1], [−1]] and a ReLU, u =
    [[−1]] and z = [[0]], so sizes is [3.54, 0].
    """,
    mistakes=slips("""
sizes = []
    The first number should be the RMS of x, before any layer.
sizes.append(np.mean(z**2))
    You return the mean square from the first layer on. The root is missing.
sizes = [np.mean(x**2)]
sizes.append(np.mean(z**2))
    You return the mean square. The root is missing.
sizes = [np.std(x)]
sizes.append(np.std(z))
    You return the standard deviation, which subtracts the mean first. The RMS subtracts nothing.
sizes = [np.mean(np.abs(x))]
sizes.append(np.mean(np.abs(z)))
    You return the mean of |z|. The RMS is the root of the mean of z².
sizes = [np.sqrt(np.sum(x**2))]
sizes.append(np.sqrt(np.sum(z**2)))
    You return the root of the sum of squares. Where is the mean?
sizes = [np.sqrt(np.sum(x**2) / len(x))]
sizes.append(np.sqrt(np.sum(z**2) / len(z)))
    You divide the sum of the squares by the number of samples. A mean divides it by another number.
sizes.append(np.sqrt(np.mean(us[-1] ** 2)))
    You measure u, before the activation function. The signal is the output z of a layer.
z = us[-1]
    f is not applied. What does a layer do with its u?
us.append(f(z) @ W)
z = us[-1]
    You apply f before the product. The first layer multiplies x itself; what gets f?
sizes = [np.mean(np.sqrt(np.mean(x**2, axis=1)))]
sizes.append(np.mean(np.sqrt(np.mean(z**2, axis=1))))
    You take the mean of one RMS for each row. A single mean goes over all values, before the root.
z = us[-1]
sizes.append(np.sqrt(np.mean(f(z) ** 2)))
    You measure f(u), but pass u on. What does the next layer receive?
us.append(x @ W)
    Every layer gets x. Which array does the second layer get?
z = f(us[-1]) if W is not weights[-1] else us[-1]
    The last layer has no activation function. Here all L layers have one.
us.append(f(z @ W))
z = us[-1]
    `us` holds the outputs z. The pre-activations u are what f is applied to.
return np.array(sizes), us[::-1]
    The list `us` begins with the last layer. us[0] should belong to the first one.
return np.array(sizes), us[-1]
    The second result is the last u only. Return the list of all of them.
"""),
)
