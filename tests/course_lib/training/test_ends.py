"""However a training ends, it ends the same way; what can be checked is checked before it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from course_lib.layers import BatchNorm, Linear
from course_lib.losses import softmax_cross_entropy, squared_error
from course_lib.models import Frozen, Sequential, mlp
from course_lib.optimizers import SGD, Adam
from course_lib.training import (
    Checkpoint,
    History,
    KeepBest,
    StopEarly,
    evaluate,
    fit,
    saving,
    train_step,
)
from tests.course_lib.training.runs import data, go_on, start

LOSS = softmax_cross_entropy


class Diary:
    """Says when it began and finished; may raise."""

    def __init__(self, **raises: Any) -> None:
        self.raises, self.finished = raises, 0

    def step(self, t: int) -> None:
        if self.raises.get("step") == t:
            raise KeyboardInterrupt

    def __call__(self, epoch: int, history: History, /) -> None:
        if "call" in self.raises and epoch == 5:
            raise self.raises["call"]

    def finish(self, history: History) -> None:
        self.finished += 1
        if "finish" in self.raises:
            raise self.raises["finish"]


ENDS: dict[str, Any] = {
    "Ctrl-C in a step": ({"step": 17}, KeyboardInterrupt),
    "Ctrl-C in a callback": ({"call": KeyboardInterrupt()}, KeyboardInterrupt),
    "a fault in a callback": ({"call": KeyError("k")}, KeyError),
    "a full disk": ({"disk": True}, OSError),
    "nan": ({"nan": True}, FloatingPointError),
    "a fault at the end": ({"finish": ValueError("f")}, ValueError),
    "two faults": ({"call": KeyError("k"), "finish": ValueError("f")}, KeyError),
}


@pytest.mark.parametrize("end", ENDS)
def test_history_best_weights_and_finish_are_there(
    end: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raises, kind = ENDS[end]
    model, optimizer, rng = start(SGD, lr=5.0)
    first, last = Diary(**raises), Diary()
    checkpoint = Checkpoint(tmp_path / "run.npz", model, optimizer, rng)

    def loss(y: Any, t: Any) -> Any:
        value, dy = LOSS(y, t)
        return (np.nan if "nan" in raises and len(seen) == 5 else value), dy

    seen: list[Any] = []

    def epochs(epoch: int, history: History) -> None:
        seen.append(model.state_dict())
        if "disk" in raises and epoch == 5:

            def full(*_: Any, **__: Any) -> None:
                raise OSError("no space left")

            monkeypatch.setattr(saving.np, "savez", full)

    x, t, validation = data().values()
    with pytest.raises(kind) as caught:
        fit(
            model, x, t, loss=loss, optimizer=optimizer, epochs=9, batch_size=20, rng=rng,
            validation=validation, progress=False,
            callbacks=[checkpoint, StopEarly(patience=99, restore=model), epochs, first, last],
        )  # fmt: skip
    history = caught.value.history  # type: ignore[attr-defined]
    assert history.epochs == len(history.validation_loss) == len(seen) >= 5
    assert f"{history.epochs} epochs are complete" in caught.value.__notes__[0]
    np.testing.assert_equal(model.state_dict(), seen[history.best_epoch()])
    assert first.finished == last.finished == 1
    if end == "two faults":
        assert "ValueError: f" in caught.value.__notes__[1]


CHANGES: dict[str, Any] = {  # arguments of fit, from model, optimizer and generator
    "labels of the validation set": lambda m, o, r: {"validation": (data()["x"], data()["t"] + 1)},
    "a callback of one parameter": lambda m, o, r: {"callbacks": [lambda epoch: None]},
    "a step without a number": lambda m, o, r: {
        "callbacks": [type("C", (), {"step": lambda self: 0})()]
    },
    "a schedule of nan": lambda m, o, r: {"schedule": lambda t: float("nan")},
    "a negative schedule": lambda m, o, r: {"schedule": lambda t: -1.0},
    "a schedule that ends below 0": lambda m, o, r: {"schedule": lambda t: 0.1 - 0.01 * t},
    "a schedule of nan for some steps": lambda m, o, r: {
        "epochs": 400,
        "schedule": lambda t: float("nan") if 300 <= t < 310 else 0.1,
    },
    "a validation set with nan": lambda m, o, r: {"validation": with_nan(data()["validation"], 0)},
    "targets of it with nan": lambda m, o, r: {
        "validation": with_nan(data()["validation"], 1),
        "loss": squared,
    },
    "another model to restore": lambda m, o, r: {"callbacks": [StopEarly(restore=start()[0])]},
    "another model to keep": lambda m, o, r: {"callbacks": [KeepBest(start()[0])]},
    "another rng": lambda m, o, r: {"callbacks": [Checkpoint("x", m, o, start()[2])]},
    "another optimizer": lambda m, o, r: {"callbacks": [Checkpoint("x", m, start()[1], r)]},
    "another model to save": lambda m, o, r: {"callbacks": [Checkpoint("x", start()[0], o, r)]},
    "no such folder": lambda m, o, r: {"callbacks": [Checkpoint("nowhere/x", m, o, r)]},
    "a state that is no array": lambda m, o, r: {
        "callbacks": [Checkpoint("x", m, o, r), Stateful({"a": object()})]
    },
    "epochs whose weights are lost": lambda m, o, r: {
        "history": History([2.0, 1.0], validation_loss=[2.0, 1.0]),
        "callbacks": [StopEarly(restore=m)],
    },
    "a metric that fails": lambda m, o, r: {"metrics": {"m": lambda y, t: np.ones(3)}},
    "a metric of no name": lambda m, o, r: {"metrics": ["f2"]},
    "a list that is not there": lambda m, o, r: {"callbacks": [KeepBest(m, watch="f2")]},
}


def with_nan(pair: Any, place: int) -> Any:
    x, t = pair
    pair = [x.copy(), np.eye(3)[t]] if place else [x.copy(), t]
    pair[place][20, 1] = np.nan
    return tuple(pair)


def squared(y: Any, t: Any) -> Any:
    """Squared error of labels, or of rows."""
    return squared_error(y, np.eye(3)[t] if t.ndim == 1 else t)


class Stateful:
    def __init__(self, state: Any) -> None:
        self.state = state

    def __call__(self, epoch: int, history: History, /) -> None: ...

    def state_dict(self) -> Any:
        return self.state

    def load_state_dict(self, state: Any) -> None: ...


@pytest.mark.parametrize("change", CHANGES)
def test_it_is_found_before_the_first_step(
    change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    model, optimizer, rng = start()
    before = model.state_dict(), optimizer.state_dict(), rng.bit_generator.state
    x, t, validation = data().values()
    with pytest.raises((TypeError, ValueError, AttributeError, FileNotFoundError)):
        fit(
            model, x, t, **{  # type: ignore[arg-type]
                "loss": LOSS, "optimizer": optimizer, "epochs": 9, "batch_size": 20, "rng": rng,
                "validation": validation, "progress": False,
                **CHANGES[change](model, optimizer, rng),
            },
        )  # fmt: skip
    after = model.state_dict(), optimizer.state_dict()
    np.testing.assert_equal(after, before[:2])


def test_nan_that_a_loss_leaves_out_may_be_in_the_validation_set() -> None:
    def known(y: Any, t: Any) -> Any:
        r = np.where(np.isnan(t), 0.0, y - t)
        return 0.5 * float((r * r).sum()) / len(y), r / len(y)

    x, t = with_nan(data()["validation"], 1)
    model, optimizer, rng = start()
    history = fit(
        model, x, t, loss=known, optimizer=optimizer, epochs=2, batch_size=20, rng=rng,
        validation=(x, t), progress=False,
    )  # fmt: skip
    assert np.isfinite(history.validation_loss).all()


@pytest.mark.parametrize("make", [lambda m: StopEarly(patience=3, restore=m), KeepBest])
def test_a_callback_begins_anew_for_a_second_fit(make: Any) -> None:
    def run(callback: Any, model: Any, lr: float) -> Any:
        optimizer = SGD(model.parameters(), lr=lr)
        rng = np.random.default_rng(1)
        history = go_on(model, optimizer, rng, epochs=9, schedule=None, callbacks=[callback])
        getattr(callback, "best", callback).restore()
        return history, model.state_dict()

    model = start()[0]
    initial = model.state_dict()
    callback = make(model)
    run(callback, model, 0.3)
    worse = {name: 40.0 * array for name, array in initial.items()}
    model.load_state_dict(worse)
    again = run(callback, model, 0.02)
    fresh = start()[0]
    fresh.load_state_dict(worse)
    expected = run(make(fresh), fresh, 0.02)
    assert again[0].epochs == expected[0].epochs
    assert evaluate(model, *data()["validation"], loss=LOSS)[0] == min(again[0].validation_loss)


def test_a_stopper_that_has_stopped_another_training_is_refused() -> None:
    model, optimizer, rng = start()
    stop = StopEarly(patience=3)
    go_on(model, optimizer, rng, epochs=3, callbacks=[stop])
    with pytest.raises(ValueError, match="stopper has seen the values of another training"):
        StopEarly(stop.stopper)


def test_a_batch_that_is_not_finite_changes_nothing() -> None:
    model, optimizer, _ = start()
    x, t, _ = data().values()
    before = model.state_dict(), optimizer.state_dict()
    for bad in (np.nan, np.inf):
        broken = x.copy()
        broken[3, 1] = bad
        with np.errstate(invalid="ignore"):
            value, _ = train_step(model, broken, t, loss=LOSS, optimizer=optimizer)
        assert not np.isfinite(value)
    with pytest.raises(ValueError, match="labels run from"):
        train_step(model, x, t + 1, loss=LOSS, optimizer=optimizer)
    np.testing.assert_equal((model.state_dict(), optimizer.state_dict()), before)
    train_step(model, x, t, loss=LOSS, optimizer=optimizer)
    assert not np.array_equal(model.state_dict()["1.running_mean"], before[0]["1.running_mean"])


def test_what_is_frozen_stays_and_what_is_not_is_named() -> None:
    def network(rng: Any) -> Sequential:
        return Sequential(
            Linear(3, 6, rng=rng), BatchNorm(6), mlp([6, 4, 3], rng=rng, drop_prob=0.5)
        )

    rng = np.random.default_rng(0)
    plain = network(rng)
    with pytest.raises(ValueError, match=r"no parameter up to 1\.running_mean, which would"):
        go_on(plain, Adam(plain[2].parameters()), rng, epochs=1)
    rest = [p for name, p in plain.named_parameters() if name not in ("1.gamma", "1.beta")]
    go_on(plain, Adam(rest), rng, epochs=1)  # in a network that learns, they may stay
    body, head = network(rng), Linear(3, 3, rng=rng)
    before = body.state_dict()
    model = Sequential(Linear(3, 3, rng=rng), Frozen(body), head)
    with pytest.raises(ValueError, match=r"the optimizer has 1\.frozen\.0\.W, a parameter of a Fr"):
        go_on(model, Adam(model.parameters()), rng, epochs=1)
    trained = [*model[0].parameters(), *head.parameters()]
    history = go_on(model, Adam(trained), rng, epochs=20, schedule=None)
    assert history.loss[-1] < history.loss[0]
    np.testing.assert_equal(body.state_dict(), before)
    y, backward = model[1].forward(data()["x"], training=True)
    np.testing.assert_array_equal(y, body(data()["x"]))


def test_the_state_of_an_optimizer_belongs_to_names(tmp_path: Path) -> None:
    def make(turned: bool) -> Any:
        rng = np.random.default_rng(0)
        model = mlp([3, 3, 3], rng=rng)
        first, second = model[0].parameters(), model[2].parameters()
        return model, Adam(second + first if turned else first + second, lr=0.05), rng

    whole = make(False)
    expected = go_on(*whole, epochs=6)
    first = make(False)
    go_on(*first, epochs=3, callbacks=[Checkpoint(tmp_path / "run.npz", *first)])
    second = make(True)
    checkpoint = Checkpoint(tmp_path / "run.npz", *second)
    assert go_on(*second, epochs=6, history=checkpoint.resume()) == expected
    np.testing.assert_equal(second[0].state_dict(), whole[0].state_dict())
    model, _, rng = make(False)
    fewer = Adam(model[0].parameters(), lr=0.05)
    with pytest.raises(ValueError, match="does not fit"):
        Checkpoint(tmp_path / "run.npz", model, fewer, rng).resume()
    groups = Adam([{"params": model[2].parameters()}, {"params": model[0].parameters()}])
    with pytest.raises(ValueError, match="does not fit"):
        Checkpoint(tmp_path / "run.npz", model, groups, rng).resume()
