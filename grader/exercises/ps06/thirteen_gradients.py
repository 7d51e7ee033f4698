"""``thirteen_gradients(v) -> d``: thirteen gradients, from the loss to the input."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    CaseResult,
    Property,
    case,
    function,
    shapes,
    slips,
    step,
    unchanged_inputs,
    values,
)


def thirteen_gradients(v):
    N, K = v["p"].shape
    d = {}
    d["l"] = np.full(N, 1 / N)
    d["q"] = -d["l"] / v["q"]
    d["p"] = d["q"][:, None] * (np.arange(K) == v["t"][:, None])
    d["s"] = -(d["p"] * v["e"]).sum(axis=1, keepdims=True) / v["s"] ** 2
    d["e"] = d["p"] / v["s"] + d["s"]
    d["y"] = d["e"] * v["e"]
    d["z"] = d["y"] @ v["V"].T
    d["V"] = v["z"].T @ d["y"]
    d["c"] = d["y"].sum(axis=0)
    d["u"] = d["z"] * (1 - v["z"] ** 2)
    d["W"] = v["x"].T @ d["u"]
    d["b"] = d["u"].sum(axis=0)
    d["x"] = d["u"] @ v["W"].T
    return d


# The same lines one by one, so that each can be judged with the student's own earlier lines.
Arrays = Mapping[str, Any]
LINES: dict[str, Callable[[Arrays, Arrays], np.ndarray]] = {
    "l": lambda d, v: np.full(len(v["q"]), 1 / len(v["q"])),
    "q": lambda d, v: -d["l"] / v["q"],
    "p": lambda d, v: d["q"][:, None] * (np.arange(v["p"].shape[1]) == v["t"][:, None]),
    "s": lambda d, v: -(d["p"] * v["e"]).sum(axis=1, keepdims=True) / v["s"] ** 2,
    "e": lambda d, v: d["p"] / v["s"] + d["s"],
    "y": lambda d, v: d["e"] * v["e"],
    "z": lambda d, v: d["y"] @ v["V"].T,
    "V": lambda d, v: v["z"].T @ d["y"],
    "c": lambda d, v: d["y"].sum(axis=0),
    "u": lambda d, v: d["z"] * (1 - v["z"] ** 2),
    "W": lambda d, v: v["x"].T @ d["u"],
    "b": lambda d, v: d["u"].sum(axis=0),
    "x": lambda d, v: d["u"] @ v["W"].T,
}
NEEDS = dict(zip("qpseyzVcuWbx", ("l", "q", "p", "ps", "e", *"yyyzuuu"), strict=True))
ROUNDING = 1e-6
MISSING, STOPPED, BASELESS = "not in d yet", "stopped by ", "computed without "


def run(thirteen_gradients, case):
    import ast
    import inspect
    import textwrap

    names, why = "lqpseyzVcuWbx", "not in d yet"

    def line_by_line(v, error):
        """d without the lines that stop with an error, which are left out one by one."""
        nonlocal why
        try:
            own = inspect.unwrap(
                thirteen_gradients
            )  # the judge calls it through a function of ours
            (function,) = ast.parse(textwrap.dedent(inspect.getsource(own))).body
            known = {**own.__globals__, function.args.args[0].arg: v, "d": None}
        except Exception:
            raise error from None
        stops = ""
        for statement in function.body:
            try:
                exec(compile(ast.Module([statement], []), "<line>", "exec"), known)
            except Exception as problem:
                if isinstance(statement, ast.If | ast.Raise | ast.Assert):
                    raise error from None  # the author's own check ends the function
                stops = stops or f"{type(problem).__name__}: {problem}"
        if not isinstance(known["d"], dict) or set(names) <= set(known["d"]):
            raise error
        why = f"stopped by {stops}"
        return known["d"]

    def gradients(v):
        try:
            return thirteen_gradients(v)
        except NotImplementedError:
            raise
        except Exception as error:
            return line_by_line(v, error)

    gradients({name: array + 0 for name, array in case["other"].items()})
    found = gradients(case["v"])
    if not isinstance(found, dict):
        raise TypeError("the function must return the dictionary d")
    return {"d" + name: found.get(name, why) for name in names}


def by_own_lines(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """A line that is right for the student's own earlier lines counts as the right gradient."""
    v = case["v"]
    right: dict[str, np.ndarray] = {}
    for name, rule in LINES.items():
        right[name] = rule(right, v)
    own, judged = dict(right), dict[str, Any]()
    for name, rule in LINES.items():
        got = outputs[f"d{name}"]
        if isinstance(got, np.ndarray) and got.shape == right[name].shape:
            follows = _equal(got, rule(own, v), right[name])
            # Zeros from nowhere and numbers that are not finite tell nothing of the lines after.
            tells = np.isfinite(got).all() and not _equal(got, 0 * got, right[name])
            own[name] = got if follows or tells else right[name]
            got = right[name] if follows else got
            if absent := [n for n in NEEDS.get(name, "") if isinstance(outputs[f"d{n}"], str)]:
                got = f"{BASELESS}d['{absent[0]}']"
        judged[f"d{name}"] = got
    return judged


def _equal(a: np.ndarray, b: np.ndarray, usual: np.ndarray) -> bool:
    """Whether they agree but for rounding: where terms cancel, that of the ``usual`` numbers."""
    return bool(np.abs(a - b).max() <= ROUNDING * np.abs(b).max() + 1e-9 * np.abs(usual).max())


def line(name: str, about: str, weight: int = 1, alone: bool = True) -> Property:
    """One of the gradients has the right values; a missing one is called missing, and why.

    Not earned alone: a line without any value of the forward pass, which follows from its upstream
    gradient whatever the network is.
    """
    prop = values(name, weight=weight, title=f"{name}: {about}", alone=alone)

    def test(result: CaseResult) -> Any:
        got, missing = result.got.get(name), f"`d` has no entry '{name[1:]}'"
        if isinstance(got, str) and got == MISSING:
            return f"{missing} yet."
        if isinstance(got, str) and got.startswith(STOPPED):
            error = got.removeprefix(STOPPED)
            return f"{missing}. Its line, or one whose result it uses, stops with {error}"
        if isinstance(got, str) and got.startswith(BASELESS):
            return f"{name} follows from {got.removeprefix(BASELESS)}, which is not in d yet."
        return prop.test(result)

    return replace(prop, test=test)


def network(
    rng: np.random.Generator, about: str, n: int, n_in: int, n_hidden: int, n_out: int
) -> Case:
    return case(
        about,
        v=forward(rng, n, n_in, n_hidden, n_out),
        other=forward(rng, n + 1, n_in, n_hidden, n_out),
    )


def forward(rng: np.random.Generator, n: int, n_in: int, n_hidden: int, n_out: int) -> Arrays:
    """All values of the forward pass; every class occurs, where there are enough samples."""
    t = rng.permutation(np.resize(np.arange(n_out), n))
    if n == n_out and (t == np.arange(n)).all():
        t = np.roll(t, 1)  # else dp is diagonal, and its transpose is right as well
    v = {"x": rng.normal(size=(n, n_in)), "t": t}
    v |= {"W": 0.5 * rng.normal(size=(n_in, n_hidden)), "b": rng.normal(size=n_hidden)}
    v |= {"V": rng.normal(size=(n_hidden, n_out)), "c": rng.normal(size=n_out)}
    v["u"] = v["x"] @ v["W"] + v["b"]
    v["z"] = np.tanh(v["u"])
    v["y"] = v["z"] @ v["V"] + v["c"]
    v["e"] = np.exp(v["y"])
    v["s"] = v["e"].sum(axis=1, keepdims=True)
    v["p"] = v["e"] / v["s"]
    v["q"] = v["p"][np.arange(n), v["t"]]
    v["l"] = -np.log(v["q"])
    v["L"] = v["l"].mean()
    return v


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        network(rng, "two samples", 2, 2, 3, 4),
        network(rng, "more samples than classes", 5, 4, 6, 3),
        network(rng, "all sizes equal", 3, 3, 3, 3),
    ]


GRADIENTS = [
    line("dl", "the mean over the samples", alone=False),
    line("dq", "the logarithm", alone=False),
    line("dp", "one entry of each row is picked", alone=False),
    line("ds", "the sum in the denominator", weight=2),
    line("de", "used in two places", weight=4),
    line("dy", "the exponential function"),
    line("dz", "the input of the second layer"),
    line("dV", "the weights of the second layer"),
    line("dc", "the biases of the second layer", alone=False),
    line("du", "tanh", weight=4),
    line("dW", "the weights of the first layer"),
    line("db", "the biases of the first layer", alone=False),
    line("dx", "the input"),
]


exercise = function(
    thirteen_gradients,
    returns="a dictionary with thirteen gradients",
    outputs="d",
    points=4,
    uses=("linear_forward", "linear_backward", "activation_backward"),
    cases=cases,
    run=run,
    observe=by_own_lines,
    judge=GRADIENTS,
    form=(shapes(), unchanged_inputs()),
    answers=("grader.exercises.ps06.thirteen_gradients",),  # it teaches nothing a library needs
    hints=(
        step(
            """Repair the first line that is wrong, in the order l, q, p, s, e, y, z, V, c, u, W, b,
            x. The check computes each line from your own earlier lines, so a line after it is wrong
            only by its own mistake.""",
            *(prop.title for prop in GRADIENTS),
        ),
        step(
            """For each line, ask two questions. Which later steps use this value? What is the
            derivative of each of these steps? Each use contributes its upstream gradient times its
            derivative, and the contributions are added.""",
            *(prop.title for prop in GRADIENTS),
        ),
        step(
            """A smaller example: one sample with e = [1, 3] and the true class 0. Then s = 4, p =
            [1/4, 3/4] and q = 1/4. Going back: dl = 1, dq = −4, dp = [−4, 0], ds = 4·1/16 = 1/4, de
            = [−4/4 + 1/4, 1/4] = [−3/4, 1/4], dy = [−3/4, 3/4].""",
            *(prop.title for prop in GRADIENTS[:6]),
        ),
    ),
    mistakes=slips("""
d["l"] = np.ones(N)
    `dl` is 1 for every sample. The loss L is the mean of N losses: what is its derivative with
    respect to one of them?
d["l"] = v["l"] / N
    `dl` contains the losses themselves. The derivative of a mean with respect to one of its terms
    does not depend on the terms.
d["s"] = (d["p"] * v["e"]).sum(axis=1, keepdims=True) / v["s"] ** 2
    `ds` has the wrong sign. Does e/s rise or fall if s rises?
d["s"] = -(d["p"] * v["e"]).sum(axis=1, keepdims=True) / v["s"]
    In `ds`, the derivative of 1/s with respect to s has a higher power of s in its denominator.
d["s"] = -d["p"].sum(axis=1, keepdims=True) / v["s"] ** 2
    In `ds` a factor is missing: s is the denominator of e/s, and the numerator stays in the
    derivative.
d["s"] = -(d["p"] * v["e"] / v["s"] ** 2)
    `ds` has one entry for each class. All entries of a row of `p` use the same s: what happens to
    their contributions?
d["s"] = -(d["p"] * v["e"]).mean(axis=1, keepdims=True) / v["s"] ** 2
    `ds` is a mean over the classes. The contributions of the entries of a row are added.
d["e"] = d["p"] / v["s"]
    `de` contains only the path through `p`. In which other step is e used?
d["e"] = d["s"] + 0 * v["e"]
    `de` contains only the path through `s`. In which other step is e used?
d["e"] = d["p"] / v["s"] - d["s"]
    In `de` one path is subtracted. The gradients of several uses are added; `ds` already has its
    own sign.
d["e"] = d["p"] / v["s"] + d["s"] * v["e"]
    In `de`, the path through `s` has a factor too many. What is the derivative of a sum with
    respect to one of its terms?
d["e"] = d["p"] * v["s"] + d["s"]
    In `de`, the path through `p` multiplies by s. What is the derivative of e/s with respect to e?
d["e"] = d["p"] + d["s"]
    In `de`, the path through `p` lacks a factor. What is the derivative of e/s with respect to e?
d["y"] = d["e"]
    `dy` is the upstream gradient `de` unchanged. What is the derivative of the exponential
    function?
d["y"] = d["e"] * v["y"]
    `dy` multiplies by y. The derivative of exp(y) is exp(y), which is one of the stored values.
d["y"] = d["e"] * np.exp(v["e"])
    `dy` applies the exponential function a second time. Which stored value is exp(y)?
d["z"] = d["y"] @ v["V"].reshape(v["V"].shape[::-1])
    In `dz` the weights stand in the wrong places. `V` has to be transposed, not reshaped.
d["V"] = (d["y"].T @ v["z"]).reshape(v["V"].shape)
    In `dV` the factors are exchanged. Its rows belong to the hidden units, its columns to the
    classes.
d["V"] = v["u"].T @ d["y"]
    `dV` uses the pre-activation u. What was the input of the second layer?
d["V"] = v["z"].T @ d["y"] / N
    `dV` is divided by N a second time. The factor 1/N is already in `dy`.
d["W"] = v["x"].T @ d["u"] / N
    `dW` is divided by N a second time. The factor 1/N is already in `du`.
d["V"] = v["z"].T @ d["y"] / N
d["W"] = v["x"].T @ d["u"] / N
    `dV` and `dW` are divided by N a second time. The factor 1/N is in the first line, and each
    later line inherits it.
d["c"] = d["y"].mean(axis=0)
    `dc` is a mean over the samples. Every sample uses the same `c`, and the factor 1/N is already
    in `dy`: add.
d["c"] = d["y"]
    `dc` has a row for each sample. There is one bias for each class, and all samples use it.
d["b"] = d["u"].mean(axis=0)
    `db` is a mean over the samples. Every sample uses the same `b`, and the factor 1/N is already
    in `du`: add.
d["b"] = d["u"]
    `db` has a row for each sample. There is one bias for each hidden unit, and all samples use it.
d["c"] = d["y"].mean(axis=0)
d["b"] = d["u"].mean(axis=0)
    `dc` and `db` are means over the samples. The factor 1/N is in the first line, and each later
    line inherits it: add.
d["u"] = d["z"]
    `du` is the upstream gradient `dz` unchanged. Multiply by the derivative of tanh.
d["u"] = d["z"] * v["z"]
    `du` multiplies by the value of tanh. The backward pass needs its derivative.
d["u"] = d["z"] * (1 - v["u"] ** 2)
    `du` squares the pre-activation u. The derivative of tanh contains the square of its value z.
d["u"] = d["z"] * (1 - v["z"])
    In `du` a square is missing: the derivative of tanh at u = 0 is its largest value.
d["u"] = d["z"] * v["z"] * (1 - v["z"])
    `du` uses the derivative of the sigmoid. The hidden layer has tanh.
d["u"] = d["z"] * (v["u"] > 0)
    `du` uses the derivative of the ReLU. The hidden layer has tanh.
d["W"] = v["x"].T @ d["z"]
    `dW` uses `dz`. The upstream gradient of the first layer is the gradient of its output u.
d["b"] = d["z"].sum(axis=0)
    `db` uses `dz`. The upstream gradient of the first layer is the gradient of its output u.
d["x"] = d["z"] @ v["W"].T
    `dx` uses `dz`. The upstream gradient of the first layer is the gradient of its output u.
d["W"] = v["x"].T @ d["z"]
d["b"] = d["z"].sum(axis=0)
d["x"] = d["z"] @ v["W"].T
    All gradients of the first layer use `dz`. Its upstream gradient is the gradient of its output
    u, after the step through tanh.
d["p"] = d["q"][:, None] * (np.arange(K) == v["t"][:, None]) / N
    `dp` is divided by N a second time. The factor 1/N is already in `dq`.
"""),
)
