"""``largest_curvature(grad, w, v) -> curvature``: power iteration with gradients alone."""

from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    Property,
    case,
    function,
    holds,
    mistake,
    shapes,
    slips,
    step,
    unchanged_inputs,
    values,
)


def largest_curvature(grad, w, v):
    h, curvature, before = 1e-4, 1.0, 0.0
    while abs(curvature - before) > 1e-7 * abs(curvature):
        unit = v / np.linalg.norm(v)
        v = (grad(w + h * unit) - grad(w - h * unit)) / (2 * h)
        curvature, before = unit @ v, curvature
    return curvature


def landscape(
    rng: np.random.Generator, about: str, curvatures: list[float], bend: float = 0.0
) -> Case:
    """Gradient ``A w + bend * sin(2 w) - b``, with these eigenvalues of A, rotated at random."""
    n = len(curvatures)
    lam = np.array(curvatures) * rng.uniform(0.8, 1.25)
    while True:
        Q, _R = np.linalg.qr(rng.normal(size=(n, n)))
        A = (Q * lam) @ Q.T
        w = rng.uniform(0.2, 1.2, size=n) * rng.choice([-1.0, 1.0], size=n)
        H = A + 2 * bend * np.diag(np.cos(2 * w))
        v = rng.normal(size=n)
        found, directions = np.linalg.eigh(H)
        part = abs(v @ directions[:, -1]) / np.linalg.norm(v)
        # Neither the entries of H nor the random start tell the answer, but the start sees it.
        known_early = np.max(np.abs(H)) > 0.97 * found[-1] or v @ H @ v > 0.97 * found[-1] * (v @ v)
        apart = not bend or np.abs(found[:-1]).max() < 0.7 * found[-1]
        if n == 1 or (part > 0.1 and apart and found[-1] > -1.2 * found[0] and not known_early):
            return case(about, A=(A + A.T) / 2, bend=bend, b=rng.uniform(3, 5, size=n), w=w, v=v)


def across(rng: np.random.Generator, about: str) -> Case:
    """The steepest direction is orthogonal to a vector of ones, which is another eigenvector."""
    n = 4
    Q, _R = np.linalg.qr(np.column_stack([np.ones(n), rng.normal(size=(n, n - 1))]))
    A = (Q * (rng.uniform(0.8, 1.25) * np.array([1.5, 4.0, 0.8, 0.3]))) @ Q.T
    return case(
        about,
        A=(A + A.T) / 2,
        bend=0.0,
        b=rng.uniform(3, 5, size=n),
        w=rng.uniform(0.2, 1.2, size=n) * rng.choice([-1.0, 1.0], size=n),
        v=Q @ (rng.uniform(0.4, 1, size=n) * rng.choice([-1.0, 1.0], size=n)),
    )


def at_the_minimum(rng: np.random.Generator, about: str) -> Case:
    """The gradient is 0, and w lies along the first axis, an eigenvector with another curvature."""
    made = landscape(rng, about, [4.0, 1.5, 0.5])
    A, w = np.zeros((4, 4)), rng.uniform(0.2, 1.2) * np.eye(4)[0]
    A[0, 0], A[1:, 1:] = rng.uniform(1, 2), made["A"]
    return made | {"A": A, "b": A @ w, "w": w, "v": np.append(rng.normal(), made["v"])}


def scaled(found: Case, size: float) -> Case:
    """The case with the loss in another unit."""
    return found | {"A": size * found["A"], "b": size * found["b"]}


def close_together(rng: np.random.Generator) -> Case:
    """A start that sees more of the second curvature: after 100 products the error is 0.2 %."""
    n = 12
    lam = np.array([1.0, 0.98, *rng.uniform(0.1, 0.7, size=n - 2)])
    Q, _R = np.linalg.qr(rng.normal(size=(n, n)))
    parts = rng.uniform(0.5, 1, size=n) * rng.choice([-1.0, 1.0], size=n)
    parts[0], parts[1] = 0.5 * np.sign(parts[0]), 1.25 * np.sign(parts[1])
    A = (Q * (rng.uniform(0.8, 1.25) * lam)) @ Q.T
    return case(
        CLOSE,
        A=(A + A.T) / 2,
        bend=0.0,
        b=rng.uniform(3, 5, size=n),
        w=rng.uniform(0.2, 1.2, size=n) * rng.choice([-1.0, 1.0], size=n),
        v=Q @ parts,
    )


def many_weights(rng: np.random.Generator) -> Case:
    """H is a diagonal and one product of a column and a row: its entries are never computed."""
    n = 1500
    return case(
        LARGE,
        A=rng.uniform(-0.5, 1.0, size=n),
        u=2 * rng.normal(size=n) / np.sqrt(n),
        bend=0.0,
        b=rng.uniform(3, 5, size=n),
        w=rng.normal(size=n),
        v=rng.normal(size=n),
    )


CLOSE = "two curvatures that are nearly equal"
FAR = "one curvature far above all others"
LARGE = "1,500 weights, one curvature far above all others"
FLAT, STEEP = "a nearly flat loss", "a very steep loss"


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    return {
        "a quadratic": [
            landscape(rng, "three weights", [4.0, 1.5, 0.5]),
            landscape(rng, "one weight", [2.0]),
            across(rng, "the steepest direction is orthogonal to a row of ones"),
            at_the_minimum(rng, "w is the minimum"),
        ],
        "not a quadratic: H at w": [landscape(rng, "", [3.0, 2.0, 1.0, 0.5], bend=1.5)],
        FLAT: [scaled(landscape(rng, "", [1.0, 0.6, 0.2]), 1e-10)],
        STEEP: [scaled(landscape(rng, "", [1.0, 0.6, 0.2]), 1e6)],
        "one negative curvature": [landscape(rng, "", [4.0, 1.0, -2.5])],
        CLOSE: [close_together(rng)],
        FAR: [
            landscape(rng, FAR, [4.0, 1.2, 0.6, -0.9]),
            scaled(landscape(rng, f"{FAR}, steep", [4.0, 1.2, 0.6, -0.9]), 1e8),
        ],
        LARGE: [many_weights(rng)],
    }


def run(largest_curvature: Any, case: Case) -> dict[str, Any]:
    most = 100 if "u" in case else 2000

    def counted(function: Any) -> Any:
        calls = [0]

        def grad(w: Any) -> Any:
            calls[0] += 1
            if calls[0] > most:
                raise RuntimeError(f"grad was called more than {most:,} times: stop earlier")
            return function(w)

        return grad, calls

    def of(w: Any) -> Any:
        if "u" in case:
            return case["A"] * w + case["u"] * (case["u"] @ w) - case["b"]
        return case["A"] @ w + case["bend"] * np.sin(2 * w) - case["b"]

    # A first call with another loss shows what is kept between calls.
    largest_curvature(counted(lambda w: 40 * w)[0], case["w"] + 1, case["v"] - 1)
    grad, calls = counted(of)
    found = largest_curvature(grad, case["w"], case["v"])
    return {"curvature": found, "calls": "at most 100" if calls[0] <= 100 else "more than 100"}


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """The calls count only where few are enough."""
    few = {"calls": outputs["calls"]} if case["about"].startswith(FAR) else {}
    return {"curvature": outputs["curvature"], **few}


def few_calls(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | None:
    if got["calls"] != want["calls"]:
        return "grad is called more than 100 times"
    if not np.allclose(got["curvature"], want["curvature"], rtol=1.2e-3, atol=0):
        return "the curvature is another one"
    return None


def whole_matrix(grad, w, v):
    """You compute all of H, column by column. With 1,500 weights that takes 1,500 products, but
    power iteration needs about ten of them here. Which vector is multiplied next?
    """
    H = np.array([(grad(w + 1e-4 * e) - grad(w - 1e-4 * e)) / 2e-4 for e in np.eye(len(w))])
    return np.linalg.eigvalsh(H)[-1]


def always(products):
    """A loop that makes the same number of products for every H."""

    def largest_curvature(grad, w, v):
        for _ in range(products):
            v = v / np.linalg.norm(v)
            Hv = (grad(w + 1e-4 * v) - grad(w - 1e-4 * v)) / 2e-4
            curvature, v = v @ Hv, Hv
        return curvature

    return largest_curvature


def one_product(grad, w, v):
    """This is the curvature along the first v, a random direction. What does another product with H
    do to v?
    """
    v = v / np.linalg.norm(v)
    return v @ (grad(w + 1e-4 * v) - grad(w - 1e-4 * v)) / 2e-4


ALL = ("a quadratic", "not a quadratic: H at w")


def curvature(group: str, weight: int = 1, help: str = "", **more: Any) -> Property:
    return values("curvature", weight=weight, cases=group, rtol=1.2e-3, atol=0.0, help=help, **more)


exercise = function(
    largest_curvature,
    returns="curvature",
    points=4,
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        curvature(
            "a quadratic",
            2,
            help="Begin with one product: make v of length 1, then compute H v from two gradients. "
            "Print v·Hv: it lies between the smallest and the largest curvature.",
        ),
        curvature(
            "not a quadratic: H at w",
            help="H changes from place to place here. Is your h small, and are both gradients "
            "taken near w?",
        ),
        curvature(
            FLAT,
            help="All curvatures are near a millionth. Does your rule for stopping compare the "
            "change with the curvature itself?",
        ),
        curvature(
            STEEP,
            help="All curvatures are near a million, where rounding errors are large, too. Does "
            "your rule for stopping compare the change with the curvature itself?",
        ),
        curvature(
            "one negative curvature",
            alone=False,
            help="One curvature is negative. Does your loop stop where it should go on?",
        ),
        curvature(
            CLOSE,
            7,
            help="The second largest curvature is 0.98 times the largest, so each product removes "
            "only a little of the error. How small must the last change be?",
        ),
        holds(
            "few calls where few are enough",
            few_calls,
            weight=2,
            cases=FAR,
            alone=False,
            help="Here each product removes more than 85 % of the error. How does your loop notice "
            "that it is done?",
        ),
        curvature(
            LARGE,
            6,
            title="1,500 weights: the curvature without the matrix",
            help="grad may be called 100 times here, because no other curvature is above half of "
            "the largest. A column of H for each weight takes far more calls.",
        ),
    ],
    form=(shapes("curvature"), unchanged_inputs()),
    answers=("grader.exercises.ps04.largest_curvature",),
    hints=(
        step(
            "Then repeat: the next v is Hv, made of length 1. Print v·Hv in each round. It rises "
            "to the largest curvature.",
            *ALL,
        ),
        "When to stop? If an error shrinks by only 4 % in a step, the change in this step is 4 % "
        "of the error. So the last change has to be far below the error that is allowed.",
        "A smaller example: H = [[2, 1], [1, 2]] and v = [1, 0]. Hv = [2, 1] and v·Hv = 2. The "
        "next v is [2, 1]/√5 with v·Hv = 2.8, then 2.976, 2.997 and so on to 3.",
    ),
    mistakes=(
        *slips("""
while abs(curvature - before) > 1e-3 * abs(curvature):
    Your loop stops where the last change is below 0.1 %. The error is larger than the last change
    if each product removes only a little of it.
while abs(curvature - before) > 1e-3:
    Your loop compares the change with a fixed number. What is a small change where the curvature
    itself is 0.01?
h, curvature, before = 1.0, 1.0, 0.0
    Your h is so large that w ± h·v lie far away, where H is another matrix.
h, curvature, before = 1e-15, 1.0, 0.0
    Your h is so small that rounding errors fill the difference of the two gradients. A larger h is
    better: on a quadratic the difference is exact at any h.
v = (grad(w + h * unit) - grad(w - h * unit)) / h
    Your product is twice too large. How far apart are the two places?
v = grad(w + h * unit) / h
    H v is the change of the gradient from w to w + h·v. What has to be subtracted?
v = (grad(h * unit) - grad(-h * unit)) / (2 * h)
    Your product uses H at 0. The task asks for H at w.
unit = v
    Your v is not made of length 1, so it grows or shrinks by a factor in each round, and v·Hv with
    it.
return 2 / curvature
    This is the largest stable rate. The task asks for the curvature itself.
return np.sqrt(abs(curvature))
    You return the root of the curvature. Is v·Hv the curvature or its square?
"""),
        mistake(whole_matrix, needs=("a quadratic",)),
        mistake(
            always(10),
            name="ten products",
            hint="Ten products are enough where one curvature is much larger than all others. How "
            "can the loop itself find out that it is not done?",
        ),
        mistake(
            always(50),
            name="fifty products",
            needs=("a quadratic",),
            hint="Where two curvatures are nearly equal, your loop ends too early. How can it find "
            "out that it is not done?",
        ),
        mistake(
            always(900),
            name="nine hundred products",
            needs=("a quadratic",),
            hint="Your loop makes more products where the curvature hardly changes any more. Which "
            "number in the loop shows this, and how small does it have to be?",
        ),
        mistake(one_product),
    ),
)
