"""An interrupted run that is resumed is the same as one that was not interrupted."""

import pickle
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.models import mlp
from course_lib.optimizers import (
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    AdamW,
    Nesterov,
    RMSprop,
)
from course_lib.schedules import (
    capped_inverse,
    exponential_decay,
    inverse_time_decay,
    piecewise_constant,
    step_decay,
    warmup_cosine,
)
from course_lib.training import Checkpoint, History, StopEarly, saving
from course_lib.tree import Tree, generators
from tests.course_lib.training.runs import go_on, start
from tests.sizes import LONG


def momentum(params: Any, lr: float) -> SGD:
    return SGD(params, lr=lr, momentum=0.9)


def in_groups(params: Any, lr: float) -> AdamW:
    groups = [{"params": params[:2], "lr": lr / 4, "betas": (0, 0.9)}, {"params": params[2:]}]
    return AdamW(groups, lr=lr, eps=1e-6, weight_decay=0)


OPTIMIZERS: Any = [
    SGD, momentum, Nesterov, Adagrad, RMSprop, Adadelta, Adam, AdamW, in_groups,
]  # fmt: skip

SCHEDULES: dict[str, Any] = {
    "none": None,
    "a whole number": lambda t: 1 if t < 4 else 0,
    "step_decay": lambda t: step_decay(t, lr=1, factor=0.5, every=4),
    "exponential_decay": lambda t: exponential_decay(t, lr=0.5, k=0.1),
    "inverse_time_decay": lambda t: inverse_time_decay(t, lr=0.5, k=0.1),
    "capped_inverse": lambda t: capped_inverse(t + 1, cap=0.1, numerator=1),
    "piecewise_constant": lambda t: piecewise_constant(t, boundaries=[5], values=[1, 0.5]),
    "warmup_cosine": lambda t: warmup_cosine(t, lr=0.5, warmup=4, total=18),
}


def numbers(*trees: Tree) -> dict[str, Any]:
    """All there is to compare, generators included."""
    found = {f"{i}.{n}": a for i, tree in enumerate(trees) for n, a in tree.state_dict().items()}
    for i, tree in enumerate(trees):
        found |= {f"{i}.{n}": r.bit_generator.state for n, r in generators(tree).items()}
    return found


def assert_same(a: dict[str, Any], b: dict[str, Any]) -> None:
    assert a.keys() == b.keys()
    for name in a:
        np.testing.assert_equal(a[name], b[name], err_msg=name)


def halve_the_rate_of(optimizer: Any) -> Any:
    """A callback of one's own, which halves the learning rate after every epoch."""

    def callback(epoch: int, history: History) -> None:
        optimizer.lr = optimizer.lr / 2

    return callback


# A schedule sets one rate or that of each group; the state of every optimizer is kept as it is.
PAIRS = [
    (make, schedule)
    for make in OPTIMIZERS
    for schedule in (*SCHEDULES, "a callback")
    if LONG or make in (momentum, in_groups) or schedule in ("none", "step_decay")
]


@pytest.mark.parametrize(("make", "schedule"), PAIRS)
@pytest.mark.parametrize("interrupted_after", [1, 4])
def test_resumed_is_the_same_as_uninterrupted(
    make: Any, schedule: str, interrupted_after: int, tmp_path: Path
) -> None:
    """The optimizers are made with whole numbers, lr=1 and weight_decay=0."""

    def run(parts: Any, epochs: int, **more: Any) -> History:
        callbacks = [halve_the_rate_of(parts[1])] if schedule == "a callback" else []
        callbacks += more.pop("callbacks", [])
        return go_on(
            *parts, epochs=epochs, schedule=SCHEDULES.get(schedule), callbacks=callbacks, **more
        )

    model, optimizer, rng = start(make, lr=1)
    whole = run((model, optimizer, rng), 6)

    first = start(make, lr=1)
    checkpoint = Checkpoint(tmp_path / "run.npz", *first)
    run(first, interrupted_after, history=checkpoint.resume(), callbacks=[checkpoint])

    # Another process: everything is made anew, and then put back.
    second = start(make, lr=1)
    checkpoint = Checkpoint(tmp_path / "run.npz", *second)
    history = checkpoint.resume()
    assert history.epochs == interrupted_after
    resumed = run(second, 6, history=history, callbacks=[checkpoint])

    assert history.epochs == interrupted_after  # fit returns a new one
    assert resumed == whole
    assert len(resumed.seconds) == 6
    assert_same(numbers(second[0], second[1]), numbers(model, optimizer))
    assert second[2].bit_generator.state == rng.bit_generator.state


number_of_an_epoch = st.one_of(
    st.floats(), st.integers(-10, 10), st.floats(width=32).map(np.float32)
)


@settings(max_examples=30, deadline=None)
@given(
    values=st.fixed_dictionaries(
        {name: st.lists(number_of_an_epoch, max_size=3) for name in vars(History())}
    )
)
def test_a_history_comes_back_as_it_was(values: dict[str, list[float]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "run.npz"
        Checkpoint(file, *start())(0, History(**values))
        np.testing.assert_equal(vars(Checkpoint(file, *start()).resume()), values)


@pytest.mark.parametrize("kind", [np.random.MT19937, np.random.Philox, np.random.SFC64])
def test_every_generator_of_numpy_is_put_back(kind: Any, tmp_path: Path) -> None:
    model, optimizer, _ = start()
    rng = np.random.Generator(kind(3))
    rng.random(5, dtype=np.float32)  # an odd number of halves: one is waiting inside
    Checkpoint(tmp_path / "run.npz", model, optimizer, rng)(0, History([1.0]))
    expected = rng.random(9, dtype=np.float32)
    other = np.random.Generator(kind(4))
    Checkpoint(tmp_path / "run.npz", model, optimizer, other).resume()
    np.testing.assert_array_equal(other.random(9, dtype=np.float32), expected)


def stopping(model: Any) -> StopEarly:
    return StopEarly(patience=3, restore=model)


@pytest.mark.parametrize("interrupted", ["before the best", "after the best", "after the end"])
def test_early_stopping_goes_on_where_it_was(interrupted: str, tmp_path: Path) -> None:
    model, optimizer, rng = start()
    stop = stopping(model)
    whole = go_on(model, optimizer, rng, epochs=60, callbacks=[stop])
    best = whole.best_epoch() + 1
    assert 1 < best < whole.epochs < 60
    after = {"before the best": best - 1, "after the best": best + 1, "after the end": 60}

    resumed = History()
    for epochs in (after[interrupted], 60):
        second = start()
        stop = stopping(second[0])
        checkpoint = Checkpoint(tmp_path / "run.npz", *second)
        resumed = go_on(
            *second, epochs=epochs, history=checkpoint.resume(), callbacks=[stop, checkpoint]
        )
    assert resumed == whole
    assert_same(numbers(second[0]), numbers(model))  # the best weights of both parts


def test_without_a_file_it_starts_and_every_so_often_it_writes(tmp_path: Path) -> None:
    file = tmp_path / "run.npz"
    parts = start()
    before = numbers(*parts[:2])
    checkpoint = Checkpoint(file, *parts, every=3)
    assert checkpoint.resume() == History()
    assert_same(numbers(*parts[:2]), before)
    there = []
    go_on(  # the other callbacks of an epoch are called before the checkpoint
        *parts, epochs=5, callbacks=[checkpoint, lambda epoch, history: there.append(file.exists())]
    )
    assert there == [False, False, False, True, True]
    assert Checkpoint(file, *start()).resume().epochs == 5  # the last epoch, whatever its number


def test_a_crash_while_writing_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "run.npz"
    parts = start()
    go_on(*parts, epochs=2, callbacks=[Checkpoint(file, *parts)])
    old = file.read_bytes()

    def full_disk(stream: Any, **arrays: Any) -> None:
        stream.write(b"half")
        raise OSError("no space left")

    def no_replacing(path: Path, target: Path) -> None:
        raise OSError("no space left")

    for owner, name, failing in [
        (saving.np, "savez", full_disk),
        (Path, "replace", no_replacing),
    ]:
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, failing)
            with pytest.raises(OSError, match="no space left"):
                Checkpoint(file, *parts)(2, History([1.0]))
        assert file.read_bytes() == old
        assert list(tmp_path.iterdir()) == [file]


def test_the_file_holds_no_pickle(tmp_path: Path) -> None:
    file = tmp_path / "run.npz"
    parts = start()
    go_on(*parts, epochs=1, callbacks=[Checkpoint(file, *parts)])
    with np.load(file, allow_pickle=False) as stored:
        assert all(stored[name].dtype != object for name in stored.files)
    with zipfile.ZipFile(file) as members:
        assert all(members.read(name)[:6] == b"\x93NUMPY" for name in members.namelist())


def test_what_does_not_fit_is_named_and_nothing_is_changed(tmp_path: Path) -> None:
    file = tmp_path / "run.npz"
    parts = start()
    go_on(*parts, epochs=1, callbacks=[Checkpoint(file, *parts)])
    with pytest.raises(ValueError, match="written with Adam, the optimizer now is SGD"):
        Checkpoint(file, *start(SGD)).resume()
    larger = mlp([3, 9, 3], rng=np.random.default_rng(0))
    optimizer = Adam(larger.parameters())
    before = numbers(larger, optimizer)
    with pytest.raises(ValueError, match=r"model\.0\.W has shape \(3, 8\), expected \(3, 9\)"):
        Checkpoint(file, larger, optimizer, np.random.default_rng()).resume()
    assert_same(numbers(larger, optimizer), before)
    file.write_bytes(pickle.dumps({"harm": 1}))
    with pytest.raises(ValueError, match="it is damaged"):
        Checkpoint(file, *start()).resume()


def test_impossible_settings() -> None:
    model, optimizer, rng = start()
    with pytest.raises(ValueError, match="every is 0"):
        Checkpoint("run.npz", model, optimizer, rng, every=0)
    legacy: Any = np.random.RandomState(0)
    with pytest.raises(TypeError, match="RandomState, whose state cannot be saved"):
        Checkpoint("run.npz", model, optimizer, legacy)
