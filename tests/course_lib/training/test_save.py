from pathlib import Path
from typing import Any

import numpy as np
import pytest

from course_lib.layers import BatchNorm, Conv2d, Flatten, LayerNorm, Linear, ReLU
from course_lib.models import Sequential, mlp
from course_lib.training import Checkpoint, load, save
from tests.course_lib.training.runs import go_on, start


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def nested(seed: int) -> Sequential:
    """Models inside models, and one layer in two places."""
    shared = Linear(4, 4, rng=rng(seed))
    return Sequential(
        Conv2d(1, 2, 3, rng=rng(seed)), BatchNorm(2), Flatten(),
        Sequential(Linear(8, 4, rng=rng(seed)), LayerNorm(4), ReLU()), shared, ReLU(), shared,
    )  # fmt: skip


def test_a_loaded_model_answers_like_the_saved_one(tmp_path: Path) -> None:
    x = rng(5).normal(size=(6, 1, 4, 4)).astype(np.float32)
    saved, other = nested(1), nested(2)
    saved.forward(x, training=True)  # moves running statistics
    save(saved, tmp_path / "model.npz")
    assert not np.allclose(saved(x), other(x))
    assert load(other, tmp_path / "model.npz") is other
    np.testing.assert_array_equal(saved(x), other(x))
    other.forward(x, training=True)[1](np.ones((6, 4), dtype=np.float32))  # still one shared layer
    assert np.any(other.layers[4].parameters()[0].grad != 0.0)


def test_the_two_models_share_no_memory_afterwards(tmp_path: Path) -> None:
    a, b = Linear(2, 2, rng=rng(1)), Linear(2, 2, rng=rng(2))
    save(a, tmp_path / "model.npz")
    load(b, tmp_path / "model.npz")
    load(a, tmp_path / "model.npz")
    a.W.data[...] = 0.0
    assert np.all(b.W.data != 0.0)


def test_precision_is_that_of_the_model(tmp_path: Path) -> None:
    save(Linear(2, 3, rng=rng(1)), tmp_path / "model.npz")
    double = Linear(2, 3, rng=rng(), dtype="float64")
    load(double, tmp_path / "model.npz")
    assert double.W.data.dtype == np.float64
    np.testing.assert_array_equal(double.W.data, Linear(2, 3, rng=rng(1)).W.data)


def test_every_name_and_shape_that_differs_is_told_and_nothing_changes(tmp_path: Path) -> None:
    save(mlp([3, 8, 2], rng=rng()), tmp_path / "model.npz")
    for model, said in [
        (
            mlp([3, 9, 2], rng=rng()),
            [r"load: model\.npz: .*0\.W has shape \(3, 8\), expected \(3, 9\)"],
        ),
        (
            mlp([3, 8, 8, 2], rng=rng()),
            [r"4\.W \(8, 2\) is missing", r"4\.b \(2,\) is missing"],
        ),
        (
            Linear(3, 8, rng=rng()),
            [r"0\.W \(3, 8\) is not expected", r"; W \(3, 8\) is missing"],
        ),
    ]:
        before = [np.array(p.data) for p in model.parameters()]
        for words in said:
            with pytest.raises(ValueError, match=words):
                load(model, tmp_path / "model.npz")
        for old, p in zip(before, model.parameters(), strict=True):
            np.testing.assert_array_equal(old, p.data)


def test_other_files_are_refused(tmp_path: Path) -> None:
    model = mlp([3, 8, 2], rng=rng())
    with pytest.raises(FileNotFoundError):
        load(model, tmp_path / "none.npz")
    contents: dict[str, Any] = {
        "text.npz": b"no archive",
        "empty.npz": b"",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    np.savez(tmp_path / "foreign.npz", W=np.zeros(3))
    np.savez(tmp_path / "pickled.npz", W=np.array([{}], dtype=object))
    np.save(tmp_path / "single.npy", np.zeros(3))
    for file in sorted(tmp_path.iterdir()):
        with pytest.raises(ValueError, match=f"{file.name} is not a file that"):
            load(model, file)
    parts = start()
    go_on(*parts, epochs=1, callbacks=[Checkpoint(tmp_path / "run.npz", *parts)])
    with pytest.raises(ValueError, match="not a saved model but a checkpoint"):
        load(parts[0], tmp_path / "run.npz")
    save(parts[0], tmp_path / "model.npz")
    with pytest.raises(ValueError, match="not a checkpoint but a model"):
        Checkpoint(tmp_path / "model.npz", *parts).resume()


def test_a_layer_of_ones_own_is_saved_without_a_line_for_it(tmp_path: Path) -> None:
    class Own(Linear):
        def __init__(self, seed: int) -> None:
            super().__init__(2, 2, rng=rng(seed))
            self.seen = np.zeros(2) + seed
            self.inner = {"deep": [Linear(2, 2, rng=rng(seed + 10))]}

    a, b = Own(1), Own(2)
    save(a, tmp_path / "model.npz")
    load(b, tmp_path / "model.npz")
    np.testing.assert_array_equal(b.seen, a.seen)
    np.testing.assert_array_equal(b.inner["deep"][0].W.data, a.inner["deep"][0].W.data)
