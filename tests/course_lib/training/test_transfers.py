"""A training step fetches nothing from a GPU and moves nothing there.

The stand-in for a GPU is a second device of array_api_strict. Everything that makes numbers of its
arrays, or its arrays of numbers, is counted as a transfer.
"""

import inspect
from collections import Counter
from collections.abc import Iterator
from typing import Any

import array_api_strict
import numpy as np
import pytest

from course_lib import Parameter, losses, regularizers
from course_lib.backend import array_namespace, to_numpy
from course_lib.layers import BatchNorm, Layer
from course_lib.losses import softmax_cross_entropy, squared_error
from course_lib.models import mlp, small_cnn
from course_lib.optimizers import SGD, Adam, clip_by_norm
from course_lib.regularizers import l2_penalty
from course_lib.training import evaluate, fit
from tests.catalogue.optimizers import OPTIMIZERS
from tests.course_lib.exports import exports
from tests.course_lib.libraries.library import NUMPY, Library, find_library, moved_to

STRICT = find_library("array_api_strict")
Strict = type(STRICT.array(0.0))
N, BATCH = 48, 8


class OnDevice:
    """A random generator whose numbers are made on the device, as CuPy's are."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def random(self, size: Any, dtype: Any = float) -> Any:
        return made_there(self.rng.random(size, dtype=dtype))

    def permutation(self, n: int) -> Any:
        return made_there(self.rng.permutation(n))


def made_there(values: Any) -> Any:
    """An array that was computed on the device: no transfer."""
    return Strict._new(values, device=STRICT.device)


@pytest.fixture
def transfers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """Number of transfers so far, by the method that did them."""
    counted: Counter[str] = Counter()

    def watch(owner: Any, name: str, applies: Any) -> None:
        plain = getattr(owner, name)

        def watched(*args: Any, **kwargs: Any) -> Any:
            counted[name] += bool(applies(args[0]))
            return plain(*args, **kwargs)

        monkeypatch.setattr(owner, name, watched)

    for name in (
        "__float__", "__int__", "__bool__", "__index__", "__complex__",
        "__array__", "__buffer__", "__dlpack__", "to_device",
    ):  # fmt: skip
        if hasattr(Strict, name):
            watch(Strict, name, lambda array: True)
    watch(array_api_strict, "asarray", lambda x: not isinstance(x, Strict))
    watch(array_api_strict, "from_dlpack", lambda x: True)
    # Whose length depends on values: a program has to wait for these as well.
    with array_api_strict.ArrayAPIStrictFlags(data_dependent_shapes=False, boolean_indexing=False):
        yield counted


def test_the_counter_counts(transfers: Counter[str]) -> None:
    x = made_there(np.ones(3))
    assert x + 1.0 is not None and transfers.total() == 0
    ways = [
        lambda: float(x[0]), lambda: bool(x[0] > 0), lambda: to_numpy(x),
        lambda: array_api_strict.asarray([1.0], device=STRICT.device),
    ]  # fmt: skip
    for k, way in enumerate(ways, start=1):
        way()
        assert transfers.total() >= k
    with pytest.raises(RuntimeError):
        x[x > 0]


def perceptron(rng: Any) -> Layer:
    return mlp([5, 6, 4], rng=rng, norm=BatchNorm, drop_prob=0.3)


def cnn(rng: Any) -> Layer:
    return small_cnn((2, 8, 8), 4, rng=rng, channels=(2, 3), norm=BatchNorm, drop_prob=0.3)


NETWORKS = {"MLP": (perceptron, (5,)), "CNN": (cnn, (2, 8, 8))}


def training(library: Library, name: str) -> dict[str, Any]:
    """Arguments of `fit` with everything that happens in a step; dropout draws on the device."""
    make, shape = NETWORKS[name]
    rng = np.random.default_rng(0)
    model = moved_to(library, make(rng))
    for layer in getattr(model, "layers", []):
        if hasattr(layer, "rng"):
            layer.rng = OnDevice(1) if library is STRICT else np.random.default_rng(1)
    return {
        "model": model,
        "x": library.array(rng.normal(size=(N, *shape)).astype(np.float32)),
        "t": library.array(np.arange(N) % 4),
        "loss": softmax_cross_entropy,
        "optimizer": Adam(model.parameters(), lr=0.01),
        "batch_size": BATCH,
        "rng": OnDevice(2) if library is STRICT else np.random.default_rng(2),
        "schedule": lambda t: 0.01 / (1 + t),
        "penalty": lambda weights: l2_penalty(weights, 1e-3),
        "clip_norm": 0.5,
        "progress": False,
    }


@pytest.mark.parametrize("validated", [False, True])
@pytest.mark.parametrize("name", NETWORKS)
def test_no_transfer_in_a_step(name: str, validated: bool, transfers: Counter[str]) -> None:
    after: list[int] = []

    def noting(t: int) -> float:
        after.append(transfers.total())
        return 0.01

    given = {**training(STRICT, name), "schedule": noting}
    if validated:
        given["validation"] = given["x"], given["t"]
    transfers.clear()
    fit(**given, epochs=3)
    steps = N // BATCH
    per_step = np.diff(after[-3 * steps :])  # the schedule is asked before the first step, too
    between_epochs = per_step[steps - 1 :: steps]
    within = np.delete(per_step, np.arange(steps - 1, len(per_step), steps))
    assert within[0] == 1  # the labels, once
    np.testing.assert_array_equal(within[1:], 0)
    # Losses and numbers of correct samples together; labels and loss of the validation set.
    np.testing.assert_array_equal(between_epochs, 3 if validated else 1)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_history_is_that_of_numpy(name: str) -> None:
    there = fit(**training(STRICT, name), epochs=3)
    here = fit(**training(NUMPY, name), epochs=3)
    np.testing.assert_allclose(there.loss, here.loss, rtol=1e-4)  # single precision
    np.testing.assert_allclose(there.accuracy, here.accuracy, atol=1.5 / N)
    assert {type(value) for value in [*there.loss, *there.accuracy]} == {float}


@pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_no_optimizer_transfers_anything(make: Any, transfers: Counter[str]) -> None:
    p = Parameter(made_there(np.ones((3, 4))), made_there(np.ones((3, 4))))
    optimizer = make([p])
    for _ in range(3):
        optimizer.step()
    assert transfers.total() == 0


LOSSES: dict[str, Any] = {
    "softmax_cross_entropy": lambda u, t: losses.softmax_cross_entropy(u, t),
    "rows of probabilities": lambda u, t: losses.softmax_cross_entropy(u, u * u),
    "smooth labels": lambda u, t: losses.softmax_cross_entropy(u, losses.smooth_labels(t, 4, 0.1)),
    "nll_loss": lambda u, t: losses.nll_loss(u, t),
    "multiclass_hinge": lambda u, t: losses.multiclass_hinge(u, t, 1.0),
    "kl_divergence": lambda u, t: losses.kl_divergence(u, u * u),
    "bce_with_logits": lambda u, t: losses.bce_with_logits(u, u * u),
    "binary_hinge": lambda u, t: losses.binary_hinge(u, u),
    "perceptron_loss": lambda u, t: losses.perceptron_loss(u, u),
    "poisson_loss": lambda u, t: losses.poisson_loss(u, u * u),
    "squared_error": lambda u, t: losses.squared_error(u, u * u),
    "mean_absolute_error": lambda u, t: losses.mean_absolute_error(u, u * u),
    "huber": lambda u, t: losses.huber(u, u * u, 1.0),
    "info_nce": lambda u, t: losses.info_nce(u, u * u, 0.5),
    "triplet_loss": lambda u, t: losses.triplet_loss(u, u * u, u + 1.0, 1.0),
    "contrastive_loss": lambda u, t: losses.contrastive_loss(u, u * u, u[:, 0], 1.0),
    "l1_penalty": lambda u, t: regularizers.l1_penalty([u, u], 0.1),
    "l2_penalty": lambda u, t: regularizers.l2_penalty([u, u], 0.1),
    "elastic_net_penalty": lambda u, t: regularizers.elastic_net_penalty([u, u], 0.1, 0.5),
}


def test_the_list_has_every_loss_and_penalty() -> None:
    functions = {name for name, value in exports(losses).items() if inspect.isfunction(value)}
    in_main_memory, no_losses = {"soft_dtw", "edit_distance", "tree_distance"}, {"smooth_labels"}
    assert functions - in_main_memory - no_losses <= set(LOSSES)
    assert {name for name in exports(regularizers) if name.endswith("_penalty")} <= set(LOSSES)


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_no_loss_transfers_anything(loss: Any, transfers: Counter[str]) -> None:
    u = made_there(np.random.default_rng(0).normal(size=(6, 4)))
    value, *_ = loss(u, made_there(np.arange(6) % 4))
    assert isinstance(value, Strict) and value.shape == ()
    assert transfers.total() == 0


def test_evaluation_fetches_once_whatever_the_number_of_minibatches(
    transfers: Counter[str],
) -> None:
    given = training(STRICT, "MLP")
    counts = []
    for size in (N, BATCH):
        transfers.clear()
        evaluate(given["model"], given["x"], given["t"], loss=given["loss"], batch_size=size)
        counts.append(transfers.total())
    assert counts[0] == counts[1] <= 8


def test_a_label_out_of_range_is_found_on_a_gpu_too() -> None:
    given = training(STRICT, "MLP")
    given["t"] = STRICT.array(np.arange(N) % 4 - 1)
    with pytest.raises(ValueError, match=r"labels run from -1 to 2, but u has 4 columns"):
        fit(**given, epochs=1)
    with pytest.raises(ValueError, match=r"labels run from -1 to 2"):
        evaluate(given["model"], given["x"], given["t"], loss=given["loss"])


def test_a_loss_of_ones_own_may_ignore_a_label() -> None:
    """Label -1: no class. NumPy has never refused it, because the loss decides."""

    def ignoring(y: Any, t: Any) -> Any:
        xp = array_namespace(y)
        known = xp.astype(t >= 0, y.dtype)
        value, dy = squared_error(y * known[:, None], xp.zeros_like(y))
        return value, dy * known[:, None]

    for library in (STRICT, NUMPY):
        given = training(library, "MLP") | {"loss": ignoring}
        given["t"] = library.array(np.arange(N) % 4 - 1)
        assert fit(**given, epochs=1).epochs == 1


def test_a_loss_that_is_not_finite_is_explained_after_the_epoch() -> None:
    def run(x: Any) -> str:
        model = moved_to(STRICT, mlp([5, 6, 4], rng=np.random.default_rng(0)))
        with pytest.raises(FloatingPointError) as caught:
            fit(
                model, x, STRICT.array(np.zeros((N, 4), np.float32)), loss=squared_error,
                optimizer=SGD(model.parameters(), lr=1e8), epochs=5, batch_size=BATCH,
                rng=OnDevice(2), progress=False,
            )  # fmt: skip
        return str(caught.value)

    x = np.random.default_rng(0).normal(size=(N, 5)).astype(np.float32)
    message = run(STRICT.array(x))
    assert "in epoch 1 of 5, step" in message and "the learning rate 1e+08 is too high" in message
    x[3, 2] = np.nan
    assert "The inputs contain nan or inf" in run(STRICT.array(x))


@pytest.mark.parametrize("max_norm", [0.01, 1.0, 1e3])
def test_clipping_on_a_gpu_is_that_of_numpy(max_norm: float, transfers: Counter[str]) -> None:
    rng = np.random.default_rng(0)
    gradients = [rng.normal(size=shape) for shape in ((3, 4), (4,))]
    there = [made_there(g) for g in gradients]
    clipped, norm = clip_by_norm(there, max_norm)
    assert transfers.total() == 0
    expected, expected_norm = clip_by_norm(gradients, max_norm)
    assert float(norm) == pytest.approx(expected_norm, rel=1e-14)
    for a, b in zip(clipped, expected, strict=True):
        np.testing.assert_allclose(to_numpy(a), b, rtol=1e-13)
    for bad in (np.nan, np.inf):
        (first, second), _ = clip_by_norm([there[0] * bad, there[1]], max_norm)
        assert np.isnan(to_numpy(first)).all() and np.isnan(to_numpy(second)).all()
    zeros = [made_there(np.zeros(3))]
    np.testing.assert_array_equal(to_numpy(clip_by_norm(zeros, max_norm)[0][0]), 0.0)
