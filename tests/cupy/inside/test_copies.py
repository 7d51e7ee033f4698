"""A training step fetches nothing from a GPU and moves nothing there, counted in the real CuPy.

tests/course_lib/training/test_transfers.py counts on array_api_strict, on every machine. It cannot
see what waits inside CuPy and array_api_compat.
"""

from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from course_lib import Parameter, augmentation, regularizers
from course_lib import functional as F
from course_lib.backend import array_namespace, to_device, to_numpy
from course_lib.layers import BatchNorm, Layer
from course_lib.losses import softmax_cross_entropy
from course_lib.models import mlp, small_cnn
from course_lib.optimizers import Adam
from course_lib.regularizers import l2_penalty
from course_lib.training import fit
from course_lib.tree import walk
from tests.catalogue.layers import LAYERS
from tests.catalogue.optimizers import OPTIMIZERS
from tests.course_lib.exports import exports
from tests.course_lib.libraries.conftest import ON_THE_GPU
from tests.course_lib.training.test_transfers import LOSSES
from tests.cupy.host.memory import copies, lines

pytestmark = ON_THE_GPU
N, BATCH = 48, 8


def generator(seed: int = 0) -> Any:
    import cupy

    return cupy.random.default_rng(seed)


def there(*shape: int, dtype: str = "float32") -> Any:
    return to_device(np.random.default_rng(0).normal(size=shape).astype(dtype), "cuda")


def drawing_there(layer: Layer) -> Layer:
    """The layer on the GPU, with its masks drawn there."""
    for leaf in walk(layer.to("cuda")):
        if isinstance(leaf.value, np.random.Generator):
            leaf.replace(generator())
    return layer


def copied(function: Callable[[], Any]) -> dict[str, int]:
    """Copies in the second call of a function: in the first one CuPy gets ready."""
    function()
    copies.clear()
    lines.clear()
    function()
    return dict(copies)


def test_the_counter_counts() -> None:
    x = there(3, 4)
    xp: Any = array_namespace(x)
    assert copied(lambda: x + 1.0) == copied(lambda: x @ x.T) == {}
    for fetches in (lambda: float(x[0, 0]), lambda: bool(x[0, 0] > 0.0), lambda: to_numpy(x)):
        assert copied(fetches) == {"fetched": 1}
    assert copied(lambda: xp.asarray([1.0, 2.0])) == {"moved": 1}


def test_why_the_backend_has_its_own_clip_sign_and_windows() -> None:
    x = there(3, 4)
    xp: Any = array_namespace(x)
    windows = xp.lib.stride_tricks.sliding_window_view
    for waiting in (lambda: xp.clip(x, -1, 1), lambda: xp.sign(x), lambda: windows(x, 2, axis=1)):
        assert copied(waiting).get("fetched", 0) > 0


NETWORKS: dict[str, Any] = {
    "MLP": (lambda rng: mlp([5, 6, 4], rng=rng, norm=BatchNorm, drop_prob=0.3), (5,)),
    "CNN": (
        lambda rng: small_cnn(
            (2, 8, 8), 4, rng=rng, channels=(2, 3), norm=BatchNorm, drop_prob=0.3
        ),
        (2, 8, 8),
    ),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_no_copy_in_a_step(name: str) -> None:
    make, shape = NETWORKS[name]
    model = drawing_there(make(np.random.default_rng(0)))
    after: list[Counter[str]] = []

    def noting(k: int) -> float:
        after.append(lines.copy())
        return 0.01 / (1 + k)

    fit(
        model, there(N, *shape), to_device(np.arange(N) % 4, "cuda"), loss=softmax_cross_entropy,
        optimizer=Adam(model.parameters(), lr=0.01), epochs=3, batch_size=BATCH, rng=generator(1),
        schedule=noting, penalty=lambda weights: l2_penalty(weights, 1e-3), clip_norm=0.5,
        progress=False,
    )  # fmt: skip
    steps = N // BATCH
    # Before the first step, `fit` asks the schedule for its rates.
    per_step = [later - sooner for sooner, later in pairwise(after[-3 * steps :])]
    between_epochs = per_step[steps - 1 :: steps]
    within = [step for k, step in enumerate(per_step) if (k + 1) % steps]
    # In the first step CuPy gets ready, and the labels are checked once. To stack more than eight
    # arrays, here the norms of gradients, CuPy moves a table of their addresses; nothing waits.
    copied_in = {line for step in within[1:] for line in step}
    assert all(line.startswith("moved in ") and "/clip_by_norm.py:" in line for line in copied_in)
    assert max(step.total() for step in within[1:]) <= 1
    # Losses and numbers of correct samples, each in one copy.
    assert all(0 < step.total() <= 4 for step in between_epochs)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_no_copy_in_an_optimizer(name: str) -> None:
    p = Parameter(there(3, 4), there(3, 4))
    optimizer = OPTIMIZERS[name]([p])
    assert copied(optimizer.step) == {}, lines


@pytest.mark.parametrize("name", LOSSES)
def test_no_copy_in_a_loss(name: str) -> None:
    u, t = there(6, 4), to_device(np.arange(6) % 4, "cuda")
    assert copied(lambda: LOSSES[name](u, t)) == {}, lines


@pytest.mark.parametrize("name", LAYERS)
def test_no_copy_in_a_layer(name: str) -> None:
    make, shape = LAYERS[name].make, LAYERS[name].shape
    layer, x = drawing_there(make()), there(*shape, dtype="float64")

    def both_ways() -> None:
        y, backward = layer.forward(x, training=True)
        backward(y)

    assert copied(both_ways) == {}, lines


def test_no_copy_in_a_function_without_a_layer() -> None:
    x, dy = there(3, 4), there(3, 4)
    assert copied(lambda: F.gelu_erf_backward(dy, F.gelu_erf_forward(x)[1])) == {}, lines
    assert copied(lambda: regularizers.soft_threshold(x, 0.3)) == {}, lines


AUGMENTATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "horizontal_flip": lambda x, rng: augmentation.horizontal_flip(x, rng, 0.5),
    "translate": lambda x, rng: augmentation.translate(x, 2, rng),
    "rotate": lambda x, rng: augmentation.rotate(x, 20.0, rng),
    "shear": lambda x, rng: augmentation.shear(x, 0.3, rng),
    "sample": lambda x, rng: augmentation.sample(x, x[:, 0] + 1.5, x[:, 1] + 1.5),
    "cutout": lambda x, rng: augmentation.cutout(x, 3, rng),
    "random_crop": lambda x, rng: augmentation.random_crop(x, 8, rng, 2),
    "random_scale": lambda x, rng: augmentation.random_scale(x, (8, 12), rng),
    "mixup": lambda x, rng: augmentation.mixup(x, x[:, :, 0, 0], rng, 0.4),
}
# Sizes of images have to be known in main memory; lambda is one number for the whole batch.
ONE = {"random_scale", "mixup"}


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_no_copy_in_an_augmentation(name: str) -> None:
    images, rng = there(4, 3, 8, 8), generator()
    expected = {"fetched": 1} if name in ONE else {}
    assert copied(lambda: AUGMENTATIONS[name](images, rng)) == expected, lines


def test_the_list_has_every_augmentation() -> None:
    assert set(exports(augmentation)) == set(AUGMENTATIONS)
