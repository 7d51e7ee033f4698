"""Textbook behaviour on a ravine: steep walls, a floor that hardly falls."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from course_lib.optimizers import (
    adam_step,
    effective_lr,
    momentum_step,
    nesterov_step,
    rmsprop_step,
    sgd_step,
)

STEEP, FLAT = 100.0, 1.0
ALONG = np.diag([FLAT, STEEP])  # loss w'Hw/2, its floor along the first axis
c = math.sqrt(0.5)
TURN = np.array([[c, -c], [c, c]])
ACROSS = TURN @ ALONG @ TURN.T  # the same ravine turned by 45 degrees
START = np.array([1.0, 1.0])

Step = Callable[[Any, Any, Any, int], Any]  # w, gradient, state, t -> w, state


def plain(lr: float) -> Step:
    return lambda w, dw, state, t: (sgd_step(w, dw, lr=lr), state)


def momentum(lr: float, mu: float) -> Step:
    return lambda w, dw, v, t: momentum_step(w, dw, v[:2], lr=lr, mu=mu)


def adam(lr: float) -> Step:
    def step(w: Any, dw: Any, state: Any, t: int) -> Any:
        w, m, v = adam_step(w, dw, state[:2], state[2:], t, lr=lr, beta1=0.9, beta2=0.999, eps=1e-8)
        return w, np.concatenate([m, v])

    return step


def losses(step: Step, H: Any, w: Any, steps: int) -> np.ndarray:
    """Loss after every step."""
    state: Any = np.zeros(4)
    values = []
    for t in range(1, steps + 1):
        w, state = step(w, H @ w, state, t)
        values.append(0.5 * float(w @ H @ w))
    return np.array(values)


def steps_to(values: np.ndarray, loss: float) -> int:
    """After how many steps the loss stays below this."""
    above = np.flatnonzero(~(values < loss))
    return int(above[-1]) + 2 if above.size else 1


# With the best settings for curvatures between l and L the distance shrinks per step by
# (L - l) / (L + l) for descent, by (sqrt L - sqrt l) / (sqrt L + sqrt l) for momentum (Polyak).
BEST_LR = 2 / (STEEP + FLAT)
BEST_MU = ((math.sqrt(STEEP) - math.sqrt(FLAT)) / (math.sqrt(STEEP) + math.sqrt(FLAT))) ** 2
BEST_LR_MOMENTUM = (2 / (math.sqrt(STEEP) + math.sqrt(FLAT))) ** 2


@pytest.mark.parametrize("H", [ALONG, ACROSS], ids=["along", "across"])
def test_momentum_beats_the_best_plain_descent(H: Any) -> None:
    descent = losses(plain(BEST_LR), H, START, 1500)
    ball = losses(momentum(BEST_LR_MOMENTUM, BEST_MU), H, START, 1500)
    # In theory log(0.980) / log(0.818) = 10 times fewer steps, less a slow start.
    assert steps_to(descent, 1e-9) > 5 * steps_to(ball, 1e-9)
    assert steps_to(descent, 1e-9) < 1500


def test_momentum_allows_a_larger_rate() -> None:
    # Plain descent is stable below 2 / STEEP, momentum below 2 (1 + mu) / STEEP.
    limit, mu = 2 / STEEP, 0.9
    assert losses(plain(0.98 * limit), ALONG, START, 1000)[-1] < 1e-6
    assert losses(plain(1.02 * limit), ALONG, START, 1000)[-1] > 1e6
    assert losses(momentum(1.02 * limit, mu), ALONG, START, 1000)[-1] < 1e-6
    assert losses(momentum(0.98 * (1 + mu) * limit, mu), ALONG, START, 3000)[-1] < 1e-6
    assert losses(momentum(1.02 * (1 + mu) * limit, mu), ALONG, START, 300)[-1] > 1e6


def test_along_the_floor_momentum_is_descent_at_its_effective_rate() -> None:
    # Slow enough not to swing: both go the same way, up to the time momentum takes to get going.
    mu, lr = 0.8, 2e-4
    floor = np.array([1.0, 0.0])
    ball = losses(momentum(lr, mu), ALONG, floor, 2000)[-1]
    assert ball == pytest.approx(
        losses(plain(effective_lr(lr, mu)), ALONG, floor, 2000)[-1], rel=0.05
    )
    assert ball < 0.5 * losses(plain(lr), ALONG, floor, 2000)[-1]


def test_nesterov_beats_plain_descent_too_and_swings_less_than_momentum() -> None:
    lr, mu = 0.5 / STEEP, 0.95

    def nesterov(w: Any, dw: Any, v: Any, t: int) -> Any:
        return nesterov_step(w, lambda point: ALONG @ point, v[:2], lr=lr, mu=mu)

    descent = losses(plain(lr), ALONG, START, 3000)
    ball = losses(momentum(lr, mu), ALONG, START, 3000)
    ahead = losses(nesterov, ALONG, START, 3000)
    assert steps_to(ahead, 1e-9) < steps_to(ball, 1e-9) < steps_to(descent, 1e-9)
    assert np.sum(np.diff(ahead[:100]) > 0) < np.sum(np.diff(ball[:100]) > 0)


@pytest.mark.parametrize("lr", [0.01, 0.03, 0.1])
def test_adam_suffers_from_a_turned_ravine_and_descent_does_not(lr: float) -> None:
    along = losses(adam(lr), ALONG, START, 3000)
    across = losses(adam(lr), ACROSS, TURN @ START, 3000)
    # It knows coordinates only: two scales along the axes, but one and the same in both after the
    # turn. Measured: 203 and 1837 steps at 0.01, 80 and 689 at 0.03, 77 and 241 at 0.1.
    assert steps_to(across, 1e-2) > 2.5 * steps_to(along, 1e-2)
    for step in (plain(BEST_LR), momentum(BEST_LR_MOMENTUM, BEST_MU)):
        np.testing.assert_allclose(
            losses(step, ALONG, START, 100), losses(step, ACROSS, TURN @ START, 100), rtol=1e-9
        )


@pytest.mark.parametrize("name", ["adam", "rmsprop"])
def test_adaptive_methods_do_not_care_for_the_scale_of_a_coordinate(name: str) -> None:
    """A loss in other units per coordinate: the path is the same; descent's is not."""

    def rmsprop(w: Any, dw: Any, cache: Any, t: int) -> Any:
        return rmsprop_step(w, dw, cache[:2], lr=0.01, decay=0.9, eps=1e-12)

    step = adam(0.01) if name == "adam" else rmsprop
    ends = []
    for chosen in (step, plain(0.01)):
        for scale in (np.ones(2), np.array([10.0, 0.1])):
            w, state = START, np.zeros(4)
            for t in range(1, 31):
                w, state = chosen(w, scale * w, state, t)
            ends.append(w)
    np.testing.assert_allclose(ends[0], ends[1], rtol=1e-5)
    assert np.abs(ends[2] - ends[3]).max() > 0.1


def test_momentum_leaves_a_plateau_sooner() -> None:
    """Loss -cos(w) near its maximum, where the slope is almost zero."""
    arrivals = []
    for step in (plain(0.02), momentum(0.02, 0.9)):
        w, state = np.full(2, math.pi - 1e-3), np.zeros(4)
        for t in range(1, 1000):
            w, state = step(w, np.sin(w), state, t)
            if abs(w[0]) < 1.0:
                arrivals.append(t)
                break
    assert len(arrivals) == 2
    assert arrivals[0] > 3 * arrivals[1]
