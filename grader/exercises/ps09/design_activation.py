"""``design_activation(low, high, mean, slope) -> f``: an activation function to order.

Any function that meets the order is right. So the values of f are judged by what was asked for, and
a mistake is read off them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from grader.checking.contract import Case, case, function, holds, step
from grader.checking.contract.properties import Answer, earns


def design_activation(low, high, mean, slope):
    v = np.linspace(-6, 6, 301)
    p = np.exp(-(v**2) / 2) / np.sum(np.exp(-(v**2) / 2))
    both = low is not None and high is not None
    sign = -1.0 if low is None else 1.0

    def shape(u, w, t):
        if both:
            z = np.tanh((u - t) / w)
            return z, (1 - z**2) / w
        left = np.exp(np.minimum(u - t, 0) / w)
        return np.where(u > t, u - t, w * (left - 1)), np.where(u > t, 1.0, left)

    fits = []
    for w in np.geomspace(0.3, 3, 12):
        for t in np.linspace(-1, 1, 9):
            z, df = shape(v, w, t)
            a = slope / np.sqrt(p @ df**2)
            b = mean - sign * a * (p @ z)
            ends = (b - a, b + a) if both else (b - sign * a * w,) * 2
            if (low is None or ends[0] >= low) and (high is None or ends[1] <= high):
                fits.append((p @ (a * df > slope / 20), w, t, a, b))
    _, w, t, a, b = max(fits)

    def f(u):
        z, df = shape(sign * u, w, t)
        return b + sign * a * z, a * df

    return f


BELOW, ABOVE, BOTH = "bounded below", "bounded above", "bounded on both sides"
CLOSE, FAR = 0.02, 0.1  # a relative error: full points, and none
ACTIVE = 0.8  # of all u: where |f'(u)| is above slope / 20


def order(rng: np.random.Generator, about: str, *room: float | None) -> Case:
    """Bounds so many slopes below the mean and above it; None: no bound."""
    slope = float(rng.uniform(0.6, 1.6))
    mean = float(rng.uniform(0.15, 0.6) * rng.choice([-1, 1]))
    below, above = (None if r is None else float(r * rng.uniform(0.95, 1.05)) for r in room)
    u = np.linspace(-5, 5, 2000) + rng.uniform(-0.002, 0.002, size=2000)
    return case(
        about,
        low=None if below is None else mean - below * slope,
        high=None if above is None else mean + above * slope,
        mean=mean,
        slope=slope,
        u=rng.permutation(u).reshape(500, 4),
        far=rng.uniform(20, 200, size=(3, 4)) * np.array([-1.0, 1.0, -40.0, 40.0]),
    )


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    return {
        BELOW: [
            order(rng, "bounded below, near", 0.8, None),
            order(rng, "bounded below", 1.1, None),
        ],
        ABOVE: [
            order(rng, "bounded above, near", None, 0.8),
            order(rng, "bounded above", None, 1.1),
        ],
        BOTH: [
            order(rng, "bounded on both sides", 1.3, 1.3),
            order(rng, "bounded on both sides, nearer below", 1.15, 1.6),
        ],
    }


def run(design_activation: Any, case: Case) -> dict[str, Any]:
    # A first call with another order shows what is kept between calls.
    design_activation(-5.0, None, 0.1, 1.0)(np.zeros((1, 2)))
    f = design_activation(case["low"], case["high"], case["mean"], case["slope"])
    if not callable(f):
        raise TypeError(
            f"design_activation returned a {type(f).__name__}; return the function f itself"
        )
    u = case["u"]
    pair = f(u)
    if not isinstance(pair, tuple | list | np.ndarray) or len(pair) != 2:
        raise TypeError("f should return two arrays, z and the derivative df")
    z, df = pair
    found = {"z": z, "df": df, "right of u": f(u + 1e-5)[0], "left of u": f(u - 1e-5)[0]}
    return found | {"far": f(case["far"])[0]}


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """What matters of f: means for a normal u, bounds, and how the derivative fits."""
    shape = case["u"].shape
    arrays = {}
    for name, value in outputs.items():
        wanted = case["far"].shape if name == "far" else shape
        try:
            arrays[name] = np.asarray(value, dtype=float)
        except (TypeError, ValueError):
            return {"problem": "f should return two arrays of numbers, z and df"}
        if arrays[name].shape != wanted:
            return {"problem": f"f returned the shape {arrays[name].shape}; u has {wanted}"}
        if not np.isfinite(arrays[name]).all():
            return {"problem": "f returned inf or nan; u lies between −8,000 and 8,000"}
    z, df, u = arrays["z"], arrays["df"], case["u"]
    p = np.exp(-(u**2) / 2)
    p /= p.sum()
    true = (arrays["right of u"] - arrays["left of u"]) / 2e-5
    off = np.abs(df - true) > 0.01 * case["slope"]
    steep = np.abs(true) > 0.05 * case["slope"]
    factors = df[steep] / true[steep]
    everywhere = np.concatenate([z.ravel(), arrays["far"].ravel()])
    return {
        "problem": "",
        "mean": float(np.sum(p * z)),
        "slope": float(np.sqrt(np.sum(p * df**2))),
        "mean of df": float(np.sum(p * df)),
        "RMS of z": float(np.sqrt(np.sum(p * z**2))),
        "middle": float(z.ravel()[np.abs(u).argmin()]),
        "lowest": [float(z.min()), float(everywhere.min())],
        "highest": [float(z.max()), float(everywhere.max())],
        "active": float(np.sum(p[np.abs(true) > case["slope"] / 20])),
        "off": float(np.mean(off)),
        "falls": float(np.mean(true < -0.01 * case["slope"])),
        "factor": float(np.median(factors)) if steep.any() and np.ptp(factors) < 0.02 else 1.0,
    }


def below(case: Case, got: Mapping[str, Any], at: int = 1) -> float:
    """How far a bound is passed, in slopes; at 0: for u from −5 to 5 alone."""
    low, high = case["low"], case["high"]
    past = [0.0] if low is None else [low - got["lowest"][at]]
    past += [] if high is None else [got["highest"][at] - high]
    return max(0.0, *past) / float(case["slope"])


def ramp(error: float, close: float = CLOSE, far: float = FAR) -> float:
    """1 up to ``close``, 0 from ``far`` on."""
    return float(np.clip((far - error) / (far - close), 0, 1))


def parts(case: Case, got: Mapping[str, Any]) -> dict[str, float]:
    """The share of the points for each part of the order, by what was measured in words."""
    return {
        f"the mean of f is {got['mean']:.3f}, asked for {case['mean']:.3f}": ramp(
            abs(got["mean"] - case["mean"]) / case["slope"]
        ),
        f"the root of the mean of f'² is {got['slope']:.3f}, asked for {case['slope']:.3f}": ramp(
            abs(got["slope"] / case["slope"] - 1)
        ),
        f"f passes a bound by {below(case, got) * case['slope']:.3f}": ramp(below(case, got)),
        f"df is not the derivative at {got['off']:.1%} of the u": ramp(got["off"]),
        f"f falls at {got['falls']:.1%} of the u": ramp(got["falls"]),
        f"|f'(u)| is above slope/20 for {got['active']:.0%} of the normal u, asked for "
        f"{ACTIVE:.0%}": ramp(ACTIVE - got["active"], 0.0, 0.25),
    }


def to_order(case: Case, got: dict[str, Any], want: dict[str, Any]) -> Answer:
    """The product of the shares, so that each part of the order is needed."""
    if got["problem"]:
        return str(got["problem"])
    shares = parts(case, got)
    missing = [words for words, share in shares.items() if share < 1]
    return earns(float(np.prod([*shares.values()])), "; ".join(missing) or "f is to order")


def recognised(case: Case, got: Mapping[str, Any]) -> Sequence[str]:
    """What is wrong, read off the values of f."""
    if got["problem"]:
        return ()
    slope, said = case["slope"], []

    def is_asked(value: float, asked: float = slope) -> bool:
        return bool(abs(value - asked) < CLOSE * slope)

    if abs(got["factor"] - 1) > CLOSE:
        said.append(
            "Your df is a constant times the derivative of z. The derivative of a·h(u/w) is "
            "(a/w)·h'(u/w): is a factor missing, or there twice, or has it the wrong sign?"
        )
    elif got["off"] > CLOSE:
        said.append(
            "Your df is not the derivative of your z. Compare it with a central difference: at "
            "which u do they differ?"
        )
    if got["off"] <= CLOSE and not is_asked(got["slope"]):
        if is_asked(abs(got["mean of df"])):
            said.append(
                "The mean of your f' is `slope`. The factor of section 2 is the root of the mean "
                "of f'²."
            )
        elif is_asked(got["slope"] ** 2):
            said.append("The mean of your f'² is `slope`. Its root should be.")
        elif is_asked(got["RMS of z"]):
            said.append(
                "The RMS of your f is `slope`. The order is about f', which passes a gradient."
            )
    if not is_asked(got["mean"], case["mean"]):
        if is_asked(got["middle"], case["mean"]):
            said.append(
                "f(0) is `mean`. The mean of f(u) over a normal u is another number where f is "
                "not symmetric."
            )
        elif is_asked(got["mean"], 0.0):
            said.append("Your f is centred at 0. Add what the order asks for.")
    if below(case, got) > CLOSE:
        if below(case, got, at=0) <= CLOSE:
            said.append(
                "f keeps its bounds for u from −5 to 5, and passes them farther away. A bound "
                "holds for every u."
            )
        else:
            said.append(
                "f passes a bound. Once slope and mean are fixed, the shape decides: try a "
                "tail that ends earlier, another width w or another place t of the bend."
            )
    if got["falls"] > CLOSE:
        said.append(
            "f falls for some u. A wave can have any mean, slope and bounds, but then different u "
            "have the same output. Take a shape that never falls."
        )
    if got["active"] < ACTIVE:
        said.append(
            "f is flat for too many u: there, a unit is inactive or saturated. Take the widest "
            "bend that the bounds allow."
        )
    return said


exercise = function(
    design_activation,
    returns="f",
    points=6,
    cases=cases,
    run=run,
    observe=observe,
    recognise=recognised,
    compares=False,
    judge=[
        holds(
            BELOW,
            to_order,
            cases=BELOW,
            help="Which h of section 3 is bounded below and never falls? For f(u) = a·h(u) + b, "
            "which a gives the slope, and then which b the mean? Where does f end?",
        ),
        holds(
            ABOVE,
            to_order,
            cases=ABOVE,
            help="−h(−u) is bounded above if h is bounded below. What is its derivative?",
        ),
        holds(
            BOTH,
            to_order,
            cases=BOTH,
            help="Which h that you know is bounded on both sides? How far apart are the ends of f "
            "once a gives the slope, and what do a width and a centre change?",
        ),
    ],
    form=(),
    without=("in place",),
    answers=("grader.exercises.ps09.design_activation",),
    hints=(
        step(
            "Three steps: a from the slope, b from the mean, then look whether the ends of f keep "
            "the bounds. If not, try the next shape: a loop over widths w and places t.",
            BELOW,
            ABOVE,
            BOTH,
        ),
        step(
            "A smaller example: h has the root of the mean square of h' 0.8 and the mean 0.3, and "
            "its lowest value is −1. For slope 1.6 and mean 0, a = 2 and b = −0.6: f ends at −2.6.",
            BELOW,
            ABOVE,
        ),
    ),
)
