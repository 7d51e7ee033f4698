"""How many steps a run has: what a schedule is told, the last minibatch, and who sees a bar."""

import sys
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from course_lib.layers import BatchNorm, Linear
from course_lib.losses import softmax_cross_entropy
from course_lib.models import Sequential, mlp
from course_lib.optimizers import SGD
from course_lib.schedules import warmup_cosine
from course_lib.training import fit

X, T = np.random.default_rng(0).normal(size=(65, 4)).astype("float32"), np.arange(65) % 3


def go(model: Any = None, **changes: Any) -> Any:
    """Train on 65 samples in minibatches of 32."""
    model = mlp([4, 8, 3], rng=np.random.default_rng(0)) if model is None else model
    usual: dict[str, Any] = {"loss": softmax_cross_entropy, "epochs": 1, "batch_size": 32}
    return fit(
        model, X, T, optimizer=SGD(model.parameters(), lr=0.1), rng=np.random.default_rng(0),
        **{**usual, **changes},
    )  # fmt: skip


def totals(**more: Any) -> set[int]:
    seen: set[int] = set()

    def schedule(t: int, total: int) -> float:
        seen.add(total)
        return warmup_cosine(t, lr=0.1, warmup=2, total=total)

    go(schedule=schedule, **more)
    return seen


def test_a_schedule_gets_the_number_of_steps_of_the_whole_run() -> None:
    assert totals(epochs=4) == {12}
    assert totals(epochs=4, drop_last=True) == {8}
    first = go(schedule=lambda t, total: 1.0 - t / total, epochs=2)
    assert go(schedule=lambda t, total: 1.0 - t / total, epochs=4, history=first).lr[-1] == (
        1.0 - 11 / 12
    )
    # One that has a total of its own keeps it.
    assert go(schedule=lambda t, total=3: float(total)).lr == [3.0]


def test_a_last_minibatch_of_one_row_is_refused_before_the_first_step() -> None:
    model = Sequential(Linear(4, 3, rng=np.random.default_rng(0)), BatchNorm(3))
    before = model.state_dict()
    with pytest.raises(ValueError, match=r"65 samples .* of 32 leave .*drop_last=True"):
        go(model)
    np.testing.assert_equal(model.state_dict(), before)
    assert go(model, drop_last=True).epochs == 1
    without = Sequential(Linear(4, 3, rng=np.random.default_rng(0)))
    assert go(without).epochs == 1  # one row is enough there


def test_drop_last_leaves_out_the_smaller_minibatch() -> None:
    sizes: list[int] = []

    def watching(y: Any, t: Any) -> Any:
        sizes.append(len(t))
        return softmax_cross_entropy(y, t)

    go(loss=watching, drop_last=True, epochs=2)
    assert sizes == [32, 32] * 2


@pytest.mark.parametrize("place", ["a file", "a terminal", "a notebook"])
def test_only_a_terminal_and_a_notebook_get_a_moving_bar(
    place: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("tqdm")
    if place == "a terminal":
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    shell = SimpleNamespace(kernel=None) if place == "a notebook" else SimpleNamespace()
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    go(epochs=3)
    out, err = capsys.readouterr()
    assert err == ""
    assert "epoch 3, loss" in out
    assert ("\r" in out) == (place != "a file")
    if place == "a file":
        assert out.count("\n") == 1
