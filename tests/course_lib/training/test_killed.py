"""A training that is killed anywhere and resumed ends as one that was not, with every callback."""

import itertools
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from course_lib.optimizers import average_step
from course_lib.training import Checkpoint, History, KeepBest, StopEarly
from tests.course_lib.training.runs import go_on, start
from tests.course_lib.training.test_checkpoint import assert_same, halve_the_rate_of, numbers

STEPS = 3  # in an epoch


class Second:
    """A stopper of one's own: after eight values."""

    def __init__(self) -> None:
        self.values: list[float] = []

    def update(self, value: float) -> bool:
        self.values.append(value)
        return len(self.values) == 8


class Average:
    """An average of the weights, as in docs/recipes.md."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self.averages = [p.data.copy() for p in model.parameters()]

    def step(self, t: int) -> None:
        for i, p in enumerate(self.model.parameters()):
            self.averages[i] = average_step(self.averages[i], p.data, decay=0.9, t=t + 1)

    def state_dict(self) -> dict[str, Any]:
        return {str(i): average for i, average in enumerate(self.averages)}

    def load_state_dict(self, state: Any) -> None:
        self.averages = [state[str(i)] for i in range(len(state))]


CALLBACKS: dict[str, Any] = {
    "StopEarly with restore": lambda model, _: StopEarly(patience=3, restore=model),
    "StopEarly": lambda model, _: StopEarly(Second(), watch="loss"),
    "KeepBest": lambda model, _: KeepBest(model, watch="validation_accuracy"),
    "half the rate": lambda _, optimizer: halve_the_rate_of(optimizer),
    "average": lambda model, _: Average(model),
}
PAIRS = list(itertools.combinations(CALLBACKS, 2))


class Killed(BaseException):
    pass


def run(
    path: Path, names: Any, order: list[int], every: int, killed_after: int | None = None
) -> list[Any]:
    """Train for at most 12 epochs; what there is at the end."""
    parts = start()
    others = [CALLBACKS[name](parts[0], parts[1]) for name in names]
    checkpoint = Checkpoint(path, *parts, every=every)

    def dies(t: int) -> None:
        if t == killed_after:
            if path.exists():  # nothing that happens later in this process counts
                shutil.copy(path, path.with_suffix(".killed"))
            raise Killed

    class Killer:
        step = staticmethod(dies)

    callbacks = [[*others, checkpoint, Killer()][i] for i in order]
    history = go_on(
        *parts, epochs=12, schedule=None, callbacks=callbacks, history=checkpoint.resume()
    )
    best = [one if isinstance(one, KeepBest) else getattr(one, "best", None) for one in others]
    kept = [(one.epoch, one.model.state_dict()) for one in best if one is not None]
    averages = [one.averages for one in others if isinstance(one, Average)]
    return [history, numbers(parts[0], parts[1]), parts[2].bit_generator.state, kept, averages]


@pytest.mark.parametrize("seed", range(20))
def test_killed_and_resumed_it_ends_the_same(seed: int, tmp_path: Path) -> None:
    draw = np.random.default_rng(seed)
    names, every = PAIRS[seed % len(PAIRS)], int(draw.integers(1, 4))
    order = [int(i) for i in draw.permutation(4)]
    whole = run(tmp_path / "whole.npz", names, order, every)
    ended: History = whole[0]
    point = int(draw.integers(0, STEPS * ended.epochs))
    path = tmp_path / "run.npz"
    with pytest.raises(Killed):
        run(path, names, order, every, killed_after=point)
    path.unlink(missing_ok=True)
    if path.with_suffix(".killed").exists():
        path.with_suffix(".killed").rename(path)
    resumed = run(path, names, order, every)
    assert resumed[0] == whole[0]
    assert_same(dict(enumerate(resumed[1:])), dict(enumerate(whole[1:])))  # type: ignore[arg-type]


@pytest.mark.parametrize("names", PAIRS, ids=" and ".join)
@pytest.mark.parametrize("kind", [OSError, FloatingPointError, KeyboardInterrupt])
def test_after_an_exception_it_can_be_resumed_likewise(
    names: Any, kind: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = [0, 1, 2, 3]
    whole = run(tmp_path / "whole.npz", names, order, 1)
    path = tmp_path / "run.npz"
    monkeypatch.setattr("tests.course_lib.training.test_killed.Killed", kind)
    with pytest.raises(kind) as caught:
        run(path, names, order, 1, killed_after=STEPS * 3 + 1)
    assert caught.value.history.epochs == 3  # type: ignore[attr-defined]
    resumed = run(path, names, order, 1)
    assert resumed[0] == whole[0]
    assert_same(dict(enumerate(resumed[1:])), dict(enumerate(whole[1:])))  # type: ignore[arg-type]
