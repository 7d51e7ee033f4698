"""``best_pair(product, n) -> (lr, mu)``: the setting of an unseen valley, from products alone."""

from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    OwnRun,
    case,
    function,
    holds,
    mistake,
    shapes,
    slips,
    step,
)
from grader.checking.contract.compare import as_numbers
from grader.checking.contract.properties import Answer, earns
from grader.exercises.ps12.growth import growth


def best_pair(product, n):
    rng = np.random.default_rng(0)
    v = rng.normal(size=n)
    for _again in range(50):
        v = v / np.linalg.norm(v)
        Hv = product(v)
        top = v @ Hv
        v = Hv
    w = rng.normal(size=n)
    for _step in range(900):
        w = w - 1.5 / top * product(w)
    bottom = w @ product(w) / (w @ w)
    flat, steep = np.sqrt(bottom), np.sqrt(1.05 * top)
    lr = (2 / (steep + flat)) ** 2
    mu = ((steep - flat) / (steep + flat)) ** 2
    return lr, mu


N = 1200
FULL, NONE = 1.35, 2.0  # times the steps of the best pair


def valley(rng: np.random.Generator, about: str, kappa: float, least: float = 0.9) -> Case:
    """Curvatures of any size, of which the smallest is a third of the next one, and random signs.

    A third of them are near the largest, which a few products therefore measure too low, and a
    tenth near three times the smallest, which a hundred steps therefore measure too high.
    """
    kappa *= rng.uniform(least, 1.1)
    inner = rng.uniform(np.log(3 / kappa), 0, size=2 * N // 3 - 1)
    inner[: N // 10] = np.log(rng.uniform(3, 3.2, size=N // 10) / kappa)
    near = np.log(rng.uniform(0.85, 1, size=N - len(inner) - 2))
    shares = np.exp([-np.log(kappa), *inner, *near, 0.0])
    lam = 10 ** rng.uniform(-1, 3) * rng.permutation(shares)
    return case(about, lam=lam, signs=rng.choice([-1.0, 1.0], size=N))


SMALL, LARGE = "κ near 8 and 16", "κ near 50 and 100"


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    return {
        SMALL: [valley(rng, "about 8", 8.0), valley(rng, "about 16", 16.0)],
        LARGE: [valley(rng, "about 50", 50.0), valley(rng, "about 100", 100.0, 1.05)],
    }


def run(best_pair: Any, case: Case) -> dict[str, Any]:
    # Hartley's transform of 40 numbers, its own inverse; of all 1,200 it would take far longer.
    angles = 2 * np.pi / 40 * np.outer(np.arange(40), np.arange(40))
    mixes = (np.cos(angles) + np.sin(angles)) / 40**0.5

    def counted(lam: Any) -> Any:
        calls = [0]

        def turned(v: Any) -> Any:
            return (v.reshape(-1, len(mixes)) @ mixes).ravel()

        def product(v: Any) -> Any:
            calls[0] += 1
            if calls[0] > 1000:
                raise RuntimeError("product was called more than 1,000 times")
            v = np.asarray(v, dtype=float)
            if v.shape != lam.shape:
                raise ValueError(f"product takes a vector of shape {lam.shape}, not {v.shape}")
            return case["signs"] * turned(lam * turned(case["signs"] * v))

        return product

    # A first call with another valley shows what is kept between calls.
    best_pair(counted(7 * case["lam"][::-1]), len(case["lam"]))
    lr, mu = best_pair(counted(case["lam"]), len(case["lam"]))
    return {"lr": lr, "mu": mu}


def steps_for_a_digit(lr: float, mu: float, lam: np.ndarray) -> float:
    """Steps for each decimal digit in the long run; infinite where a direction diverges."""
    # Between the smallest and the largest curvature, no direction is slower than both.
    slowest = max(growth(lr, mu, lam.min()), growth(lr, mu, lam.max()))
    return float(-np.log(10) / np.log(slowest)) if slowest < 1 else np.inf


def fast(case: Case, got: dict[str, Any], want: dict[str, Any]) -> Answer:
    """All points up to 1.35 times the steps of the best pair, none from twice as many on."""
    given = [as_numbers(got[name]) for name in ("lr", "mu")]
    numbers = [float(a.ravel()[0]) for a in given if a is not None and a.size == 1]
    if len(numbers) < 2 or not np.isfinite(numbers).all():
        return "lr and mu are not two numbers"
    lr, mu = numbers
    if not (lr > 0 and 0 <= mu < 1):
        return f"lr is {lr:.3g} and mu is {mu:.3g}; lr is positive, and mu at least 0 and below 1"
    lam = case["lam"]
    low, high = lam.min(), lam.max()
    valley = f"κ = {high / low:.0f}"
    if lr * high >= 2 * (1 + mu):
        return (
            f"{valley}: your pair diverges. lr · λmax is {lr * high:.4g}, and the limit 2(1 + mu) "
            f"is {2 * (1 + mu):.4g}"
        )
    r, s = np.sqrt(high), np.sqrt(low)
    least = steps_for_a_digit((2 / (r + s)) ** 2, ((r - s) / (r + s)) ** 2, lam)
    steps = steps_for_a_digit(lr, mu, lam)
    flat, steep = growth(lr, mu, low), growth(lr, mu, high)
    slow = "the flattest" if flat > steep + 1e-9 else "the steepest"
    if abs(flat - steep) < 1e-9:
        slow = "every"
    words = (
        f"{valley}: {steps:.3g} steps for a digit, {steps / least:.2f} times those of the best "
        f"pair. With mu = {mu:.3f}, {slow} direction has the growth {max(flat, steep):.4f}"
    )
    return earns((NONE - steps / least) / (NONE - FULL), words)


def plain(product, n):
    """You use the best rate of gradient descent, without momentum. Which formula of section 3 gives
    the rate and the momentum together?
    """
    lr, mu = best_pair(product, n)
    steep, flat = (1 + np.sqrt(mu)) ** 2 / lr, (1 - np.sqrt(mu)) ** 2 / lr
    return 2 / (steep + flat), 0.0


def usual_momentum(product, n):
    """You use 0.9 for every valley. Section 3: where all roots are complex, the growth is √μ. How
    much momentum does a small κ need?
    """
    lr, mu = best_pair(product, n)
    return 3.6 / ((1 + np.sqrt(mu)) ** 2 / lr), 0.9


exercise = function(
    best_pair,
    returns="lr, mu",
    points=5,
    cases=cases,
    run=OwnRun(run, only_listed=True),
    judge=[
        holds(
            SMALL,
            fast,
            weight=2,
            cases=SMALL,
            help="Section 3 has the best pair for two curvatures. Which two does a valley of 1,200 "
            "directions need?",
        ),
        holds(
            LARGE,
            fast,
            weight=3,
            cases=LARGE,
            help="Two things decide at a large κ: λmin, which takes many steps to measure, and "
            "a margin, because a power iteration finds λmax from below.",
        ),
    ],
    form=(shapes(),),
    answers=("grader.exercises.ps12.best_pair",),
    without=("in place",),
    hints=(
        step(
            "Power iteration (notebook 04): from a random vector, repeat v ← H v / |v|. The "
            "number v · H v / v · v approaches λmax from below.",
            SMALL,
            LARGE,
        ),
        step(
            "In the valley with its minimum at 0, `product(w)` is the gradient at w. A step of "
            "gradient descent multiplies each direction by 1 − ηλ. Which direction is left after "
            "hundreds of steps at a rate near 1/λmax? Measure its curvature as above.",
            SMALL,
            LARGE,
        ),
        step(
            "A smaller example: the curvatures 1 and 9. √9 + √1 = 4 and √9 − √1 = 2, so the best "
            "pair is η = (2/4)² = 0.25 and μ = (2/4)² = 0.25.",
            SMALL,
            LARGE,
        ),
    ),
    mistakes=(
        *slips("""
flat, steep = np.sqrt(bottom), np.sqrt(top)
    You insert the measured λmax as it is. Power iteration finds it from below, and section 3 shows
    how near the limit the best pair lies. What gave the hospitals room?
flat, steep = np.sqrt(bottom), np.sqrt(4 * top)
    Your margin is large: the rate is that of a valley that is four times as steep. How much did the
    hospitals pay for 1.05 or 1.1, and how much for more?
flat, steep = bottom, 1.05 * top
    The formulas of section 3 have the square roots of both curvatures.
lr = 2 / (steep + flat)
    Your formula gives √η. Square it.
mu = (steep - flat) / (steep + flat)
    Your formula gives √μ. Square it.
lr = 2 / (steep**2 + flat**2)
    This is the best rate without momentum. With momentum the steepest direction allows more.
lr = 1 / steep**2
    Your rate is 1/λmax, as if there were no momentum. Which rate belongs to this momentum?
for _step in range(60):
    60 steps leave more than the flattest direction, so the curvature that you measure is too large.
    How much smaller does a step make its part in a valley with κ = 100?
for _again in range(2):
    You take two products for λmax. Until when does v · H v still grow?
bottom = w @ product(w) / (w @ w) / 4
    Your λmin is far too small, so there is too much momentum.
bottom = np.linalg.norm(product(w))
    The length of H·w depends on the length of w. Divide by it.
bottom = top / 30
    You measure λmax alone. The valleys have different condition numbers.
bottom = top / 100
    You take the condition number of section 3 for every valley. Measure λmin, too.
return mu, lr
    The two results are exchanged: return lr, mu.
"""),
        mistake(plain),
        mistake(usual_momentum),
    ),
)
