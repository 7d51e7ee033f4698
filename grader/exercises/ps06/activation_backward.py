"""``activation_backward(dz, z, name) -> du``: sigmoid, tanh and ReLU, each from its output z."""

from collections.abc import Callable

import numpy as np

from grader.checking.contract import Case, case, float32, function, slips, values


def activation_backward(dz, z, name):
    of_sigmoid = z * (1 - z)
    of_tanh = 1 - z**2
    of_relu = z > 0
    derivative = {"sigmoid": of_sigmoid, "tanh": of_tanh, "relu": of_relu}[name]
    return dz * derivative


OUTPUTS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "sigmoid": lambda u: 1 / (1 + np.exp(-u)),
    "tanh": np.tanh,
    "relu": lambda u: np.maximum(u, 0.0),
}
ANY_SHAPE = "arrays with one axis, with three and with none"


def outputs(rng: np.random.Generator, about: str, name: str, *shape: int) -> Case:
    """Outputs of units of both signs, each sign with an upstream gradient of the other."""
    u = np.asarray(rng.uniform(0.4, 2.2, size=shape) * rng.choice([-1.0, 1.0], size=shape))
    dz = np.asarray(rng.uniform(0.3, 2, size=shape) * rng.choice([-1.0, 1.0], size=shape))
    signs = np.array([-1, 1, 1, -1])[: u.size]
    others = np.array([1, -1, 1, -1])[: u.size]
    u.flat[:4], dz.flat[:4] = signs * np.abs(u.flat[:4]), others * np.abs(dz.flat[:4])
    return case(about, dz=dz, z=np.asarray(OUTPUTS[name](u)), name=name)


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    ordinary = {
        name: [
            outputs(rng, f"{name}, one row", name, 1, 4),
            outputs(rng, f"{name}, as many rows as columns", name, 3, 3),
            outputs(rng, f"{name}, more rows than columns", name, 5, 3),
            float32(outputs(rng, f"{name}, float32", name, 3, 4)),
        ]
        for name in OUTPUTS
    }
    other_shapes = [
        outputs(rng, f"{name}, {about}", name, *shape)
        for name in OUTPUTS
        for about, shape in (("one axis", (6,)), ("three axes", (2, 3, 4)), ("no axis", ()))
    ]
    for name, upstream in (("sigmoid", 1e12), ("relu", 1.0)):
        tiny = outputs(rng, f"{name}, outputs near 0", name, 3, 2)
        tiny["z"], tiny["dz"] = 1e-12 * tiny["z"], upstream * tiny["dz"]
        ordinary[name].append(tiny)
    for name in ("tanh", "relu"):  # like outputs of a sigmoid
        between = outputs(rng, f"{name}, all outputs between 0 and 1", name, 2, 3)
        between["z"] = rng.uniform(0.2, 0.8, size=(2, 3))
        ordinary[name].append(between)
    ends = outputs(rng, "tanh, outputs near -1 and 1", "tanh", 3, 2)
    ends["z"], ends["dz"] = np.sign(ends["z"]) - 1e-6 * ends["z"], 1e6 * ends["dz"]
    ordinary["tanh"].append(ends)
    return ordinary | {ANY_SHAPE: other_shapes}


exercise = function(
    activation_backward,
    returns="du",
    points=2,
    cases=cases,
    judge=[
        values(
            "du",
            cases="sigmoid",
            weight=4,
            title="du of the sigmoid",
            help="""Write z = 1/s with s = 1 + exp(−u). Differentiate, and replace exp(−u) by s − 1.
            Then replace each 1/s by z.""",
        ),
        values(
            "du",
            cases="tanh",
            weight=3,
            title="du of tanh",
            help="""The quotient rule gives (cosh² − sinh²) / cosh². Divide each term by cosh², and
            write the result with z = sinh / cosh.""",
        ),
        values(
            "du",
            cases="relu",
            weight=4,
            title="du of the ReLU",
            help="""The derivative of max(u, 0) takes two values only. You do not have u: how do you
            see in z whether the unit was active?""",
        ),
        values(
            "du",
            cases=ANY_SHAPE,
            help="`dz` may have any number of axes. Which of your lines assumes two?",
        ),
    ],
    answers=(
        "grader.exercises.ps06.activation_backward",  # the library has a pair for each function
        "course_lib.functional.activations",
    ),
    hints="""
    Every number of z has its own u, so there is no sum and no matrix product: each number of `du`
    is the number of `dz` at the same place times a derivative. `name` says which derivative.

    A smaller example with dz = 10: z = 0.5 of the sigmoid gives 10 · 0.25 = 2.5, z = 0.5 of tanh
    gives 10 · 0.75 = 7.5, and z = 0.5 of the ReLU gives 10. With z = 0, the ReLU gives 0.
    """,
    grows=lambda rng, n: outputs(rng, "growing", "tanh", n, 3),
    mistakes=slips("""
of_sigmoid = np.exp(-z) / (1 + np.exp(-z)) ** 2
    For the sigmoid you put z where the formula has u. z is already the value of the sigmoid: write
    the derivative with z itself.
of_sigmoid = z
    You multiply by the sigmoid itself. Its derivative is something else: it goes to 0 at both ends,
    and it is largest, 1/4, at u = 0.
of_sigmoid = 1 - z
    One factor of the sigmoid's derivative is missing: it has to go to 0 at both ends, and yours
    goes to 1 at the far left.
of_sigmoid = 1 - z**2
    Your derivative of the sigmoid is that of tanh: at u = 0 it would be 3/4, but it is 1/4.
of_sigmoid = z * 1 - z
    Python multiplies before it subtracts: z * 1 - z is 0. Put 1 − z in parentheses.
of_tanh = 1 - np.tanh(z) ** 2
    For tanh you apply tanh a second time, to its own output. The argument is z, not u.
of_tanh = 1 - z
    In the derivative of tanh a square is missing: at u = 0 the derivative is at its maximum, and it
    is the same at u and at −u.
of_tanh = z * (1 - z)
    Your derivative of tanh is that of the sigmoid: at u = 0 it would be 0, but it is 1.
of_tanh = 1 + z**2
    Your derivative of tanh is larger than 1. The curve is steepest at u = 0, with the derivative 1.
of_relu = z >= 0
    The gradient of the ReLU passes also where z is 0, because z is never below 0. Which units have
    exactly z = 0?
of_relu = z
    You multiply by the value of the ReLU. The chain rule multiplies by its derivative: how much
    does z = u change when u does?
of_relu = (z > 0) & (dz > 0)
    Negative gradients of the ReLU become 0, also where the unit was active. How does z change there
    if u changes, and does this depend on the sign of `dz`?
of_relu = z <= 0
    The mask of the ReLU is turned: the gradient passes where the unit was active.
of_relu = np.where(z > 0, 1, 0.01)
    Where the unit was inactive a hundredth of the gradient passes, as with the leaky ReLU. How much
    does z change there when u does?
return derivative
    You return the derivative alone. The chain rule multiplies it by the upstream gradient `dz`.
return dz * derivative / len(dz)
    You divide `du` by the number of rows. The mean over the samples belongs to the loss, so `dz`
    already contains this factor.
return dz.sum(axis=0) * derivative
    You add the gradients over the samples. No parameter is shared here: each number of `du` belongs
    to one number of `dz`.
"""),
)
