"""What the notebook on momentum measures, trains and draws."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from course_lessons import figures
from course_lessons.gradient_descent import patients
from course_lib.optimizers import momentum_step
from course_lib.plots import Picture, label_lines, theme, with_alt

Step = Callable[..., Any]
Gradient = Callable[[np.ndarray], np.ndarray]
Walk = Callable[..., np.ndarray]

VALLEY = np.array([1.0, 100.0])
"""Curvatures along the floor of the valley and across it."""
RAVINE = np.array([1.0, 25.0])
BEST = (4 / 121, 81 / 121)
"""The best rate and momentum in the valley, by the formula."""
RATES = np.sort(np.append(np.linspace(0.0005, 0.042, 60), [2 / 101, BEST[0]]))
MOMENTA = np.sort(np.concatenate([np.linspace(0, 0.93, 32), [0.96, 0.99, BEST[1]]]))


def path(
    gradient: Gradient,
    w: Sequence[float] | np.ndarray,
    steps: int,
    step: Step = momentum_step,
    **setting: float,
) -> np.ndarray:
    """All points of a path with momentum from rest, (steps + 1, …)."""
    points = [np.array(w, dtype=float)]
    v: Any = np.zeros_like(points[0])
    with np.errstate(all="ignore"):  # what diverges may overflow
        for _ in range(steps):
            new, v = step(points[-1], gradient(points[-1]), v, **setting)
            points.append(np.array(new))
    return np.array(points)


def valley_paths(
    rates: np.ndarray, mu: float, steps: int, step: Step = momentum_step
) -> np.ndarray:
    """Paths in the valley at many rates from one point, (steps + 1, rates, 2)."""
    # A step contains the rate only in lr * dw. So lr = 1 and rate * dw run all rates at once.
    start = np.full((len(rates), 2), 0.5**0.5)
    return path(lambda w: rates[:, None] * VALLEY * w, start, steps, step, lr=1.0, mu=mu)


def largest_rates(momenta: Sequence[float], step: Step | None = None) -> np.ndarray:
    """For each momentum, the largest of 1,151 rates that is closer to the minimum after 600 steps.

    Gradient descent has the limit 0.02 in this valley.
    """
    rates = 0.02 * np.linspace(0.5, 12, 1151)
    ends = (valley_paths(rates, mu, 600, step or momentum_step)[-1] for mu in momenta)
    return np.array([rates[np.hypot(*end.T) < 1][-1] for end in ends])


def draw_largest(momenta: Sequence[float], largest: np.ndarray) -> Picture:
    """The largest stable rate for each momentum."""
    import matplotlib.pyplot as plt

    with theme.style():
        figure, ax = plt.subplots(figsize=(6, 3))
        ax.plot(momenta, largest, "o-", color=theme.FORWARD)
        ax.set(xlabel="momentum", ylabel="largest stable rate", ylim=(0, 0.045))
        ax.set_title("Largest stable rate in the valley, measured")
    values = ", ".join(f"{rate:.3f} at {mu}" for mu, rate in zip(momenta, largest, strict=True))
    return with_alt(figure, f"The largest stable rate against momentum: {values}.")


# --- What the velocity remembers ------------------------------------------------------------------


def print_speeds(step: Step) -> None:
    """Print the velocity after some steps where the gradient is always 1, at the rate 0.1."""
    print("  mu   v after 1      2      5     20    100  2,000 steps")
    for mu in (0.0, 0.1, 0.5, 0.9, 0.99):
        speed = np.diff(path(np.ones_like, [0.0], 2000, step, lr=0.1, mu=mu)[:, 0])
        row = " ".join(f"{speed[k - 1]:6.2f}" for k in (1, 2, 5, 20, 100, 2000))
        print(f"{mu:4}     {row}")


def path_in_form_of(source: str, rates: Sequence[float], step: Step = momentum_step) -> np.ndarray:
    """The path in the ravine with mu = 0.8 in the form of a source; S2: by ``step``."""
    w, mu = np.array([-4.0, 1.0]), 0.8
    before, kept, points = w, np.zeros(2), [w]
    for lr in rates:
        g = RAVINE * w
        if source == "S0":
            before, w = w, w - lr * g + mu * (w - before)
        elif source == "S1":
            kept = -lr * g + mu * kept
            w = w + kept
        elif source == "S3":
            kept = mu * kept + g
            w = w - lr * kept
        elif source in ("S4", "S3's formula"):  # v points against the step: the minus looks ahead
            g = g if source == "S4" else RAVINE * (w - mu * kept)
            kept = mu * kept + lr * g
            w = w - kept
        else:
            w, kept = step(w, g, kept, lr=lr, mu=mu)
        points.append(w)
    return np.array(points)


def distances_of_forms(step: Step) -> dict[str, tuple[float, float]]:
    """Largest distance of each source's path from yours: at a constant rate, at one that falls."""
    constant, falling = [0.03] * 30, [0.03] * 15 + [0.003] * 15

    def apart(source: str, rates: Sequence[float]) -> float:
        mine = path_in_form_of("S2", rates, step)
        return float(np.abs(path_in_form_of(source, rates) - mine).max())

    sources = ("S0", "S1", "S3", "S4")
    return {source: (apart(source, constant), apart(source, falling)) for source in sources}


def distances_from_S3(nesterov_path: Walk, step: Step) -> dict[str, tuple[float, float]]:
    """For S3's formula and for its code: largest distance from momentum's and Nesterov's path."""
    start, rates = np.array([-4.0, 1.0]), [0.03] * 40
    mine = path_in_form_of("S2", rates, step)
    ahead = nesterov_path(start, lambda w: RAVINE * w, lr=0.03, mu=0.8, steps=len(rates))
    return {
        name: (float(np.abs(of - mine).max()), float(np.abs(of - ahead).max()))
        for name, source in (("formula", "S3's formula"), ("code", "S3"))
        for of in [path_in_form_of(source, rates)]
    }


# --- One direction --------------------------------------------------------------------------------


def measured_growth(lr: float, mu: float, curvature: float, step: Step = momentum_step) -> float:
    """Factor per step of the distance from the minimum, over 200 steps of 400."""
    w = path(lambda w: curvature * w, [1.0], 400, step, lr=lr, mu=mu)[:, 0]
    size = np.hypot(w[1:], np.diff(w))  # does not pass through 0 as an oscillation does
    # Near a border between real and complex roots it still rises and falls: so the largest of 40.
    return float((size[-40:].max() / size[160:200].max()) ** (1 / 200))


def best_setting(flattest: float, steepest: float) -> tuple[float, float]:
    """The best rate and momentum for curvatures between these two, by the formula."""
    low, high = np.sqrt(flattest), np.sqrt(steepest)
    return float((2 / (low + high)) ** 2), float(((high - low) / (high + low)) ** 2)


def crossings(mu: float, step: Step = momentum_step) -> list[tuple[int, int | None]]:
    """Changes of sign in 60 steps at the rate 0.019, and when the distance stays below 0.05.

    First across the valley, then along it; None if that takes more than 60 steps.
    """
    points = path(lambda w: VALLEY * w, [1.0, 1.0], 60, step, lr=0.019, mu=mu)
    changes = np.sum(np.diff(np.sign(points), axis=0) != 0, axis=0)
    return [(int(changes[k]), arrival(np.abs(points[:, k]) < 0.05)) for k in (1, 0)]


def arrival(arrived: np.ndarray) -> int | None:
    """The first step from which on ``arrived`` stays true, or None."""
    away = np.flatnonzero(~arrived)
    first = int(away[-1]) + 1 if len(away) else 0
    return first if first < len(arrived) else None


# --- The map --------------------------------------------------------------------------------------


def digit_map(growth: Callable[..., float]) -> np.ndarray:
    """Digits that 100 steps in the valley gain, in the long run, (momenta, rates)."""
    slowest = [
        [max(growth(lr, mu, curvature) for curvature in VALLEY) for lr in RATES] for mu in MOMENTA
    ]
    return np.asarray(-100 * np.log10(slowest))


def roots(rates: np.ndarray, mu: float, curvature: float, step: Step) -> np.ndarray:
    """The two roots of a direction, which are the eigenvalues of one step: (rates, 2)."""
    columns = []
    for start in ((1.0, 0.0), (0.0, 1.0)):
        w, v = (np.full_like(rates, number) for number in start)
        columns.append(np.stack(step(w, rates * curvature * w, v, lr=1.0, mu=mu), axis=-1))
    return np.linalg.eigvals(np.stack(columns, axis=-1))


def draw_map(digits: np.ndarray, growth: Callable[..., float], step: Step) -> figures.Live:
    """The live map: path and roots for a rate and a momentum that the reader chooses.

    Parameters
    ----------
    digits : (momenta, rates), digits per hundred steps at `RATES` and `MOMENTA`
    growth, step : the student's functions
    """
    sheets, traces = _around_the_map(step)
    ax = _map_with_borders(digits)
    places = ((k, rate, m, mu) for k, rate in enumerate(RATES) for m, mu in enumerate(MOMENTA))
    says = np.array(
        [
            f"Rate {rate:.4f}, momentum {mu:.2f}: growth {growth(rate, mu, 1.0):.3f} along the "
            f"floor, {growth(rate, mu, 100.0):.3f} across. "
            + (f"{digits[m, k]:.1f} digits in 100 steps." if digits[m, k] > 0 else "It diverges.")
            for k, rate, m, mu in places
        ],
        dtype=object,
    )
    return figures.live(
        [sheets, [ax.figure]],
        {"rate": RATES, "momentum": MOMENTA},
        traces,
        says=says.reshape(len(RATES), len(MOMENTA)),
        start={"rate": RATES[26], "momentum": MOMENTA[0]},
        choose=ax,
        alt="A path in a valley, the two roots of each direction beside the unit circle, and a map "
        "of the digits gained in a hundred steps with rate and momentum as axes.",
    )


def _around_the_map(step: Step) -> tuple[list[Any], list[figures.Trace]]:
    """The contours of the valley and the unit circle, and what moves in them."""
    import matplotlib.pyplot as plt

    with theme.style():
        left, ax = plt.subplots(figsize=(3.6, 3.1))
        a, b = np.meshgrid(np.linspace(-0.85, 0.85, 80), np.linspace(-4, 4, 321))
        heights, levels = 0.5 * (a**2 + 100 * b**2), 800 * np.linspace(0.02, 1, 9) ** 2
        ax.contour(a, b, heights, levels, colors=theme.QUIET, linewidths=0.5)
        ax.set(xlim=(-0.85, 0.85), ylim=(-4, 4), xlabel="w[0]", ylabel="w[1]")
        ax.set(xticks=[-0.5, 0, 0.5], title="The first 40 steps in the valley")
        ax.grid(visible=False)
        right, circle = plt.subplots(figsize=(3.6, 3.1))
        around = np.linspace(0, 2 * np.pi, 200)
        circle.plot(np.cos(around), np.sin(around), color=theme.QUIET, linewidth=1)
        circle.set(xlim=(-1.5, 1.5), ylim=(-1.25, 1.25), aspect="equal", ylabel="imaginary part")
        circle.set(xlabel="real part (inside the circle: shrinks)", title="Two roots per direction")
    walked = np.stack([valley_paths(RATES, mu, 40, step) for mu in MOMENTA]).transpose(2, 0, 1, 3)
    traces = [figures.Trace(ax, walked[..., 0], walked[..., 1], width=1.2, marker=4)]
    for lam, colour in zip(VALLEY, ("#009E73", "#A0527A"), strict=True):
        found = np.stack([roots(RATES, mu, lam, step) for mu in MOMENTA], axis=1)
        look: dict[str, Any] = {"color": colour, "width": 0, "marker": 9, "label": f"λ = {lam:.0f}"}
        traces.append(figures.Trace(circle, found.real, found.imag, **look))
    return [left, right], traces


def _map_with_borders(digits: np.ndarray) -> Any:
    """The digits per hundred steps, and over them the borders between real and complex roots."""
    import matplotlib.pyplot as plt

    mu = np.linspace(0, 1, 200)
    with theme.style():
        figure, ax = plt.subplots(figsize=(6.2, 3.9))
        beyond: dict[str, Any] = {"facecolor": "0.88", "hatch": "///", "edgecolor": "0.6"}
        ax.fill_between([0, 1], 0, 1, **beyond, lw=0, zorder=-1, transform=ax.transAxes)
        levels = [0, 0.2, 0.5, 0.8, 1.4, 2, 3, 4.5, 6, 7.5, 9.5]
        colours = plt.get_cmap("Blues")(np.linspace(1, 0, len(levels) - 1))
        shades = ax.contourf(RATES, MOMENTA, digits, levels, colors=colours, zorder=0)
        figure.colorbar(shades, label="digits in 100 steps", ticks=levels)
        for border, line in (
            (2 * (1 + mu) / 100, "-"),
            ((1 + np.sqrt(mu)) ** 2 / 100, ":"),
            ((1 - np.sqrt(mu)) ** 2, "--"),
        ):
            ax.plot(border, mu, line, color=theme.INK, linewidth=1.3)
        paper = {"facecolor": theme.PAPER, "edgecolor": "none", "pad": 2}
        arrow = {"arrowstyle": "-", "color": theme.INK, "linewidth": 0.8}
        ax.text(0.0345, 0.30, "diverges", fontsize=9, bbox=paper, va="center")
        for place, name, at in (
            ((0.0105, 0.806), "roots of λ = 1 meet", (0.0015, 0.62)),
            ((0.0195, 0.157), "roots of λ = 100 meet", (0.0045, 0.25)),
        ):
            ax.annotate(name, place, at, fontsize=9, bbox=paper, arrowprops=arrow)
        ax.set(xlabel="rate", ylabel="momentum", ylim=(0, 1), xlim=(0.0005, 0.042))
        ax.set_title("Digits in 100 steps. Ring: your choice, click to move it")
        ax.grid(visible=False)
    return ax


# --- Landscapes -----------------------------------------------------------------------------------


def draw_both(nesterov_path: Walk, step: Step) -> Picture:
    """Momentum and Nesterov's method in the ravine, across it and along it."""
    import matplotlib.pyplot as plt

    given = {"lr": 0.03, "mu": 0.95}
    both = {
        "momentum": path(lambda w: RAVINE * w, [-4.0, 1.0], 120, step, **given),
        "Nesterov": nesterov_path(np.array([-4.0, 1.0]), lambda w: RAVINE * w, **given, steps=120),
    }
    with theme.style():
        figure, axes = plt.subplots(1, 2, figsize=(8, 2.9))
        looks = ((theme.CYCLE[0], "--"), (theme.CYCLE[3], "-"))
        for (name, points), (colour, line) in zip(both.items(), looks, strict=True):
            for ax, k in zip(axes, (1, 0), strict=True):
                ax.plot(points[:, k], color=colour, linestyle=line, linewidth=1.4, label=name)
        figure.suptitle("Both methods at the rate 0.03 and momentum 0.95")
        axes[0].set(xlabel="step", ylabel="w[1]", title="Across the ravine (curvature 25)")
        axes[1].set(xlabel="step", ylabel="w[0]", title="Along the ravine (curvature 1)")
        label_lines(axes[1])
    return with_alt(
        figure,
        "Two panels over 120 steps. Across the ravine momentum oscillates all the time, and "
        "Nesterov's method is at rest after a few steps. Along it both oscillate slowly, and the "
        "oscillation of Nesterov's method fades earlier.",
    )


RUNNERS = {"gradient descent": (0.02, 0.0), "momentum": (0.02, 0.9), "Nesterov": (0.02, 0.9)}
RUNNERS["control, rate 0.2"] = (0.2, 0.0)
TUNED = {"gradient descent, 0.077": (2 / 26, 0.0), "momentum, best setting": (1 / 9, 4 / 9)}
"""The best settings in the ravine, by the formulas; they run there only."""
# name -> loss, gradient, start, goal, bounds
PLACES: dict[str, tuple[Any, ...]] = {
    "ravine": (
        lambda a, b: 0.5 * (a**2 + 25 * b**2),
        lambda w: RAVINE * w,
        (-4.0, 1.0),
        (0, 0),
        ((-4.6, 2.4), (-2.2, 2.2)),
    ),
    "saddle": (
        lambda a, b: 0.5 * a**2 - 0.5 * b**2 + 0.25 * b**4,
        lambda w: np.array([w[0], w[1] ** 3 - w[1]]),
        (1.5, 0.001),
        (0, 1),
        ((-1.2, 1.8), (-0.7, 1.4)),
    ),
    "plateau": (
        lambda a, b: 1 - np.exp(-0.5 * (a**2 + b**2)),
        lambda w: w * np.exp(-0.5 * np.sum(w**2)),
        (-2.4, 1.6),
        (0, 0),
        ((-3.0, 1.6), (-1.6, 2.2)),
    ),
}
Runs = Mapping[tuple[str, str], np.ndarray]


def runs(step: Step, nesterov_path: Walk) -> Runs:
    """The paths of all runners in all places, and of those tuned for the ravine, 1,600 steps."""
    found = {}
    for place, (_, gradient, start, _, _) in PLACES.items():
        for runner, (lr, mu) in (RUNNERS | TUNED if place == "ravine" else RUNNERS).items():
            with np.errstate(all="ignore"):
                found[place, runner] = (
                    nesterov_path(np.array(start), gradient, lr=lr, mu=mu, steps=1600)
                    if runner == "Nesterov"
                    else path(gradient, start, 1600, step, lr=lr, mu=mu)
                )
    return found


def steps_to_goal(points: np.ndarray, place: str) -> int | None:
    """The step from which on the path stays within 0.1 of the goal, or None."""
    with np.errstate(all="ignore"):
        return arrival(np.abs(points - PLACES[place][3]).max(axis=1) < 0.1)


def print_arrivals(found: Runs) -> None:
    """Print for each runner the steps to the goal in each place."""
    print(f"{'steps to the goal':24}" + "".join(f"{place:>9}" for place in PLACES))
    for runner in RUNNERS | TUNED:
        ran = [place for place in PLACES if (place, runner) in found]
        steps = [steps_to_goal(found[place, runner], place) for place in ran]
        print(f"{runner:24}" + "".join(f"{'never' if k is None else k:>9}" for k in steps))


def draw_race(found: Runs, steps: int = 130) -> Picture:
    """The first steps of the four runs, a row each, in the three places."""
    import matplotlib.pyplot as plt

    colours = [colour for colour in theme.CYCLE if colour != theme.GRADIENT][:4]
    with theme.style():
        figure, axes = plt.subplots(4, 3, figsize=(5.6, 6.2), sharex="col", sharey="col")
        for column, (place, (loss, _, _, goal, bounds)) in zip(axes.T, PLACES.items(), strict=True):
            grid = np.meshgrid(*(np.linspace(low, high, 45) for low, high in bounds))
            heights, share = loss(*grid), np.linspace(0.02, 1, 9)
            levels = heights.min() + np.ptp(heights) * share ** (1 if place == "plateau" else 2)
            column[0].set_title(place)
            for ax, runner, colour in zip(column, RUNNERS, colours, strict=True):
                ax.contour(*grid, heights, levels=levels, colors="0.75", linewidths=0.6)
                points = found[place, runner][: steps + 1]
                ax.plot(*points[np.abs(points).max(axis=1) < 100].T, color=colour, linewidth=1.4)
                ax.plot(*points[-1], "o", color=colour, markersize=7)
                ax.plot(*goal, "*", color=theme.INK, markersize=11)
                if not np.abs(points[-1]).max() < 100:
                    ax.text(0.97, 0.05, "has left", transform=ax.transAxes, ha="right", fontsize=8)
                ax.set(xlim=bounds[0], ylim=bounds[1], xticks=[], yticks=[])
        for ax, runner, colour in zip(axes[:, 0], RUNNERS, colours, strict=True):
            ax.set_ylabel(runner, color=theme.for_text(colour))
        figure.suptitle(f"Four runs after {steps} steps (star: the goal)", size=10)
    return with_alt(
        figure,
        "Four runs in a ravine, at a saddle and on a plateau. Momentum and Nesterov arrive in all "
        "three, gradient descent lags behind, and the control with rate 0.2 leaves the ravine.",
    )


def ends_deep(starts: np.ndarray, mu: float, step: Step = momentum_step) -> np.ndarray:
    """Whether balls at rest on (w² − 1)² + 0.6 w end in the deep valley, at the rate 0.01.

    `TURNS` are the deep minimum, the pass and the shallow minimum.
    """
    ends = path(lambda w: 4 * w * (w**2 - 1) + 0.6, starts, 3000, step, lr=0.01, mu=mu)
    return np.asarray(ends[-1] < TURNS[1])


def print_balls(step: Step) -> None:
    """Print which of the balls that start everywhere change the valley, by the momentum."""
    right = STARTS > TURNS[1]
    print("rate 0.01   from the shallow side:   from the deep side:   of all balls:")
    print("momentum                come over             leave it        end deep")
    for mu in (0.0, 0.5, 0.9, 0.99):
        ends = ends_deep(STARTS, mu, step)
        shares = f"{ends[right].mean():24.0%} {1 - ends[~right].mean():20.0%} {ends.mean():15.0%}"
        print(f"{mu:8} {shares}")


TURNS = np.sort(np.roots([4, 0, -4, 0.6]).real)
STARTS = np.linspace(-2, 2, 301)


# --- Patients -------------------------------------------------------------------------------------

MOST = 600


@cache
def hospital(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Curvatures (11, 11) and minimum (11,) of the loss of 442 patients, and initial weights.

    The patients are drawn at random, with replacement, from the 442 of the data.
    """
    x, t = patients()
    rng = np.random.default_rng(seed)
    drawn = rng.integers(0, len(x), len(x))
    H = x[drawn].T @ x[drawn] / len(x)
    return H, np.linalg.solve(H, x[drawn].T @ t[drawn] / len(x)), rng.normal(0, 0.3, 11)


def known_curvatures() -> np.ndarray:
    """The curvatures of the 442 patients of the data, (11,), from the smallest to the largest."""
    x, _ = patients()
    return np.linalg.eigvalsh(x.T @ x / len(x))


def train(lr: float, mu: float, seed: int) -> int:
    """Steps that the hospital of this seed needs; `MOST` if it does not reach the goal.

    The excess of the loss over its minimum must fall to a ten thousandth of that at w = 0.
    """
    w: Any
    H, best, w = hospital(seed)
    goal, v = 1e-4 * best @ H @ best, np.zeros_like(w)
    for k in range(MOST):
        gap = w - best
        if gap @ H @ gap < goal:
            return k
        if not np.abs(gap).max() < 1e6:
            break
        w, v = momentum_step(w, H @ gap, v, lr=lr, mu=mu)
    return MOST


# --- Noise, and a valley that is not known --------------------------------------------------------


def noise_floor(lr: float, mu: float, step: Step = momentum_step, paths: int = 4000) -> float:
    """The mean of w² in the long run, where a random error is added to each gradient.

    One direction of curvature 1, whose errors have the variance 1; paths side by side.
    """
    rng = np.random.default_rng(0)
    w: Any = np.zeros(paths)
    v: Any = np.zeros(paths)
    squares = []
    for k in range(1500):
        w, v = step(w, w + rng.normal(size=paths), v, lr=lr, mu=mu)
        if k >= 1000:
            squares.append(np.mean(w * w))
    return float(np.mean(squares))


def unseen(
    seed: int, kappa: float, n: int = 1200
) -> tuple[Callable[[np.ndarray], np.ndarray], np.ndarray]:
    """``product(v)``, which is H·v in a valley with this condition number, and its curvatures."""
    rng = np.random.default_rng(seed)
    inner = rng.uniform(np.log(3 / kappa), 0, size=n - 2)
    lam = 10 ** rng.uniform(-1, 3) * np.exp([-np.log(kappa), *inner, 0.0])
    signs = rng.choice([-1.0, 1.0], size=n)

    def turned(v: np.ndarray) -> np.ndarray:
        f = np.fft.fft(v)
        return np.asarray((f.real - f.imag) / n**0.5)

    return lambda v: signs * turned(lam * turned(signs * v)), np.sort(lam)


def steps_for_six_digits(curvatures: np.ndarray, step: Step, lr: float, mu: float) -> int | None:
    """Steps from a distance of 1e-3 to one of 1e-9, from 1 in each direction; None if it fails."""
    start = np.ones(len(curvatures)) / len(curvatures) ** 0.5
    walked = path(lambda w: curvatures * w, start, 1000, step, lr=lr, mu=mu)
    if not np.abs(walked[-1]).max() < 1e-9:
        return None
    far = np.linalg.norm(walked, axis=1)
    return int(np.argmax(far < 1e-9) - np.argmax(far < 1e-3))
