"""``growth(lr, mu, curvature) -> factor``: how much a step of momentum multiplies the distance."""

import numpy as np

from grader.checking.contract import Case, case, function, shapes, slips, values


def growth(lr, mu, curvature):
    c = 1 + mu - lr * curvature
    d = np.sqrt(complex(c * c - 4 * mu))
    first, second = (c + d) / 2, (c - d) / 2
    factor = max(abs(first), abs(second))
    return float(factor)


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    def at(about: str, mu: float, product: float, sign: float = 1.0) -> Case:
        lr = rng.uniform(0.02, 0.2)
        return case(about, lr=lr, mu=mu, curvature=sign * product / lr)

    def between(low: float, high: float) -> float:
        return float(rng.uniform(low, high))

    def edges(mu: float) -> tuple[float, float]:
        """Between these two products lr * curvature the roots are complex."""
        return (1 - mu**0.5) ** 2, (1 + mu**0.5) ** 2

    steady, wavy, double = between(0.3, 0.4), between(0.8, 0.9), between(0.5, 0.7)
    slow, slower = between(0.4, 0.6), between(0.75, 0.85)
    near, beyond = between(0.1, 0.2), between(0.3, 0.5)
    limit = 2 * (1 + near)
    return {
        "without momentum": [
            at("mu = 0, a small rate", 0.0, between(0.1, 0.3)),
            at("mu = 0, a large rate", 0.0, between(1.4, 1.8)),
        ],
        "complex roots": [
            at("complex roots, c > 0", steady, 1 + steady - between(0.2, 0.5)),
            at("complex roots, c < 0", wavy, 1 + wavy + between(0.3, 1.0)),
            at("a double root", double, edges(double)[0]),
        ],
        "real roots at a small rate": [
            at("mu near 0.5", slow, edges(slow)[0] * between(0.3, 0.5)),
            at("mu near 0.8", slower, edges(slower)[0] * between(0.5, 0.8)),
            at("almost a double root", double, edges(double)[0] - between(1e-8, 2e-8)),
        ],
        "real roots at a large rate": [
            at("just below the limit", near, limit - between(0.2, 0.4) * (limit - edges(near)[1])),
            at("above the limit", beyond, 2 * (1 + beyond) + between(0.1, 0.5)),
            at("far above the limit", beyond, between(20, 40)),
        ],
        "a saddle: negative curvature": [
            at("mu near 0.4", between(0.3, 0.5), between(0.02, 0.1), -1.0),
            at("mu near 0.85", between(0.8, 0.9), between(0.02, 0.1), -1.0),
        ],
    }


exercise = function(
    growth,
    returns="the factor, one number",
    outputs="factor",
    points=3,
    cases=cases,
    without=("in place",),  # it is given numbers
    judge=[
        # The factor of gradient descent would satisfy it.
        values(cases="without momentum", alone=False),
        values(
            weight=3,
            cases="complex roots",
            help="What is the absolute value of a complex root, and what is the product of both?",
        ),
        values(
            weight=3,
            cases="real roots at a small rate",
            help="The roots are real and positive. Which of the two decides in the long run?",
        ),
        values(
            weight=3,
            cases="real roots at a large rate",
            help="Here c is negative, and so are both roots. Which one has the larger size?",
        ),
        values(
            weight=3,
            cases="a saddle: negative curvature",
            help="The formula for c holds for a negative curvature, too. On which side of 1 is c "
            "− mu then?",
        ),
    ],
    form=(shapes(title="one number comes back"),),
    answers=("course_lib.descent",),
    hints=(
        "One direction of curvature λ: w_next = c·w − mu·w_before. Which c? Put w = r^t into it: "
        "which quadratic equation does r solve?",
        "The roots are (c ± √(c² − 4·mu)) / 2. Under the root may stand a negative number; "
        "`np.sqrt(complex(x))` and `np.roots` compute with it, and `abs` of a complex number is "
        "its distance from 0.",
        "A smaller example: mu = 0.5 and c = 1.5 give r² − 1.5·r + 0.5 = 0 with the roots 1 and "
        "0.5, so the factor is 1. With c = −1.8 the roots are −0.4 and −1.4 (their product is 0.56 "
        "= mu), and the factor is 1.4. With c = 0 and mu = 0.5 they are ±0.707i, and the factor is "
        "0.707.",
    ),
    mistakes=slips("""
c = 1 + mu + lr * curvature
    Your step goes uphill: a positive curvature makes your c larger. With which sign does the
    gradient lr·λ·w enter the step?
c = 1 - mu - lr * curvature
    In your c the momentum has a minus. w_next = w − lr·λ·w + mu·(w − w_before): which terms with w
    does it contain?
c = 1 - lr * curvature
    Your c has no mu. w_next = w − lr·λ·w + mu·(w − w_before): which terms with w does it contain?
c = mu - lr * curvature
    Your c lacks the 1: the new weight begins at the old one. Collect all terms with w again.
c = 1 + mu - lr
    The curvature is not used. Along a direction of curvature λ the gradient at w is λ·w.
c = 1 + mu - curvature
    The rate is not used. A step moves w by −lr times the gradient, λ·w.
c = 1 + mu - lr * abs(curvature)
    You take the absolute value of the curvature. With a negative curvature the gradient points the
    other way, and w leaves. Keep the sign.
c = 1 + mu - max(lr * curvature, 0)
    You replace a negative curvature by 0. There the distance grows at every step. Keep the number
    as it is.
c = 1 + mu - lr * curvature / (1 - mu)
    The effective rate stands in your c. It holds for a constant gradient only. Here the gradient
    changes at every step; the given rate enters each of them.
d = np.sqrt(complex(c * c + 4 * mu))
    Under your root stands c² + 4·mu. The product of the two roots has to be +mu. Which sign follows
    from that?
d = np.sqrt(complex(c * c - mu))
    Under your root stands c² − mu. The formula for the roots of r² − c·r + mu has another number in
    front of mu.
d = np.sqrt(complex(c - 4 * mu))
    Under your root stands c, not its square.
d = np.sqrt(c * c - 4 * mu)
    Your result is nan where c² < 4·mu: there the roots are complex. `np.sqrt` of a complex number
    gives them, of a float it gives nan.
d = np.sqrt(max(c * c - 4 * mu, 0))
    Where c² < 4·mu your factor is |c|/2, the real part of the roots. There the roots are complex.
    What is the absolute value of c/2 ± i·b?
d = np.sqrt(abs(c * c - 4 * mu))
    You take the root of |c² − 4·mu|. Where it is negative, the roots are complex, and d is
    imaginary.
first, second = c + d, c - d
    Your roots are twice as large as they should be. Their product has to be mu.
first, second = (c + d) / 2, (c + d) / 2
    You take only the root with the plus. With a negative c the other one has the larger size.
first, second = c / 2, c / 2
    Your roots are c/2, without the square root. So their product is not mu.
factor = max(first.real, second.real)
    You take the largest real part. A root of −0.9 shrinks the distance only to nine tenths at each
    step, and a complex root has an imaginary part, too. What is the size of a root?
factor = mu if abs(c) < 2 * np.sqrt(mu) else max(abs(first), abs(second))
    Where the roots are complex, you return mu, which is their product. Both have the same absolute
    value. What is it?
factor = min(abs(first), abs(second))
    You take the smaller root. The path is a sum of powers of both roots. Which one is left after
    many steps?
factor = max(abs(first), abs(second)) ** 2
    Your factor is squared: it belongs to two steps, or to the loss. Asked is the distance, for one
    step.
factor = min(max(abs(first), abs(second)), 1)
    Your factor never exceeds 1. Where the path diverges, it does.
factor = (abs(first) + abs(second)) / 2
    You take the mean of the two sizes. After many steps only the larger root is left.
return np.abs([first, second])
    You return the sizes of both roots. Which of them is left after many steps?
return first if abs(first) > abs(second) else second
    You return a root itself, with its sign and its imaginary part. Asked is its size.
return np.max(np.abs(np.roots([mu, -c, 1])))
    Your roots are 1 over the right ones. `np.roots` takes the number in front of r² first, here 1.
return np.sqrt(mu)
    √mu is the factor only while the roots are complex. When are they real, and which is larger
    then?
return mu
    You return mu, the product of the roots. Which of the roots decides, and what is its size?
return abs(1 - lr * curvature)
    This is the factor of gradient descent. Where does mu come in?
return abs(1 - lr / (1 - mu) * curvature)
    This is gradient descent at the effective rate. That rate holds for a constant gradient. Here
    the gradient λ·w changes at each step, so solve r² − c·r + mu = 0.
lr, mu = mu, lr
    `lr` and `mu` are exchanged.
"""),
)
