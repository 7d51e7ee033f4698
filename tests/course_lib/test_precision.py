"""Single precision in, single precision out, whatever a layer or an optimizer has seen before."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib import Op, Parameter
from course_lib.augmentation import rotate, shear
from course_lib.functional import softmax
from course_lib.layers import BatchNorm, Layer
from course_lib.losses import (
    bce_with_logits,
    binary_hinge,
    huber,
    kl_divergence,
    mean_absolute_error,
    perceptron_loss,
    poisson_loss,
    softmax_cross_entropy,
    squared_error,
)
from course_lib.models import Sequential, mlp, small_cnn
from course_lib.optimizers import SGD
from course_lib.preprocessing import one_hot
from course_lib.regularizers import elastic_net_penalty, l1_penalty, l2_penalty
from course_lib.training import fit, train_step
from course_lib.tree import is_array, map_arrays, walk
from tests.catalogue.layers import LAYERS, MAKES_AND_SHAPES, Make, rng
from tests.catalogue.optimizers import OPTIMIZERS

PRECISIONS = ["float32", "float64"]

each_layer = pytest.mark.parametrize(("make", "shape"), MAKES_AND_SHAPES, ids=LAYERS)


def arrays(layer: Layer) -> dict[str, Any]:
    """Parameters, their gradients, buffers."""
    found = {}
    for leaf in walk(layer):
        if isinstance(leaf.value, Parameter):
            found |= {leaf.name: leaf.value.data, f"{leaf.name}, gradient": leaf.value.grad}
        elif is_array(leaf.value):
            found[leaf.name] = leaf.value
    return found


def through(layer: Layer, shape: tuple[int, ...], dtype: str, *, training: bool) -> Any:
    """Output, and gradient with respect to the input."""
    y, backward = layer.forward(rng(1).normal(size=shape).astype(dtype), training=training)
    return y, backward(np.ones_like(y))


calls = st.lists(st.tuples(st.sampled_from(PRECISIONS), st.booleans()), max_size=4)


@each_layer
@pytest.mark.parametrize("own", PRECISIONS)
@pytest.mark.parametrize("training", [True, False])
@settings(max_examples=8, deadline=None, derandomize=True)
@given(before=calls)
def test_a_layer_keeps_its_precision(
    make: Make, shape: tuple[int, ...], own: str, training: bool, before: Any
) -> None:
    layer = make()
    map_arrays(layer, lambda array: array.astype(own))
    for dtype, was_training in [*before, ("float64", True)]:
        through(layer, shape, dtype, training=was_training)
        assert {name: str(a.dtype) for name, a in arrays(layer).items()} == dict.fromkeys(
            arrays(layer), own
        )
    y, dx = through(layer, shape, own, training=training)
    assert y.dtype == dx.dtype == own


@pytest.mark.parametrize("own", PRECISIONS)
def test_running_statistics_keep_theirs_with_a_pair_of_your_own(own: str) -> None:
    def forward(x: Any, gamma: Any, beta: Any, state: Any, **settings: Any) -> Any:
        return x, None, {"mean": x.astype(float).mean(axis=0), "var": x.astype(float).var(axis=0)}

    layer = BatchNorm(3, dtype=own, op=Op(forward, lambda dy, cache: (dy, dy[0], dy[0])))
    layer.forward(rng().normal(size=(5, 3)).astype(own), training=True)
    assert layer.running_mean.dtype == layer.running_var.dtype == own


@pytest.mark.parametrize("own", PRECISIONS)
@pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_an_optimizer_keeps_the_precision_of_its_parameters(make: Any, own: str) -> None:
    p = Parameter(np.ones((3, 4), own))
    optimizer = make([p])
    for dtype in ("float64", "float32", "float64"):
        p.grad = np.ones((3, 4), dtype)
        optimizer.step()
        state = {name: a.dtype for name, a in optimizer.state_dict().items() if is_array(a)}
        assert state == dict.fromkeys(state, np.dtype(own))
        assert p.data.dtype == own


T = one_hot(np.arange(12) % 3, 3)
LOSSES: Any = [  # loss, targets in double precision
    (squared_error, T), (mean_absolute_error, T), (lambda y, t: huber(y, t, 0.5), T),
    (softmax_cross_entropy, T), (bce_with_logits, T), (binary_hinge, 2.0 * T - 1.0),
    (perceptron_loss, 2.0 * T - 1.0), (poisson_loss, T),
    (lambda y, t: kl_divergence(np.log(softmax(y)), t), T),
    (lambda y, t: (0.5 * np.mean((y - t) ** 2), (y - t) / y.size), T),  # a loss of one's own
]  # fmt: skip


class Watching(Layer):
    """The identity; remembers the precision of what passes through it."""

    def __init__(self) -> None:
        self.seen: set[str] = set()

    def forward(self, x: Any, *, training: bool) -> Any:
        def backward(dy: Any) -> Any:
            self.seen.add(str(dy.dtype))
            return dy

        self.seen.add(str(x.dtype))
        return x, backward


@pytest.mark.parametrize("own", PRECISIONS)
@pytest.mark.parametrize("penalty", [l1_penalty, l2_penalty, elastic_net_penalty])
@pytest.mark.parametrize(("loss", "t"), LOSSES)
def test_a_training_step_is_in_the_precision_of_the_inputs(
    own: str, penalty: Any, loss: Any, t: Any
) -> None:
    """Targets in double precision are usual for regression, and so are numbers of NumPy."""
    watching = Watching()
    model = Sequential(watching, mlp([4, 5, 3], rng=rng(), norm=BatchNorm), watching)
    map_arrays(model, lambda array: array.astype(own))
    numbers = [np.float64(0.1)] * (2 if penalty is elastic_net_penalty else 1)
    _, y = train_step(
        model, rng().normal(size=(12, 4)).astype(own), t.astype("float64"), loss=loss,
        optimizer=SGD(model.parameters(), lr=np.float64(0.1), momentum=0.9),
        penalty=lambda weights: penalty(weights, *numbers), clip_norm=np.float64(0.5),
    )  # fmt: skip
    assert y.dtype == own
    assert watching.seen == {own}
    assert {str(a.dtype) for a in arrays(model).values()} == {own}


def test_augmented_images_in_single_precision_train_a_network_that_stays_single() -> None:
    watching = Watching()
    model = Sequential(watching, small_cnn((1, 8, 8), 3, rng=rng(), norm=BatchNorm))
    images, t = rng().normal(size=(12, 1, 8, 8)).astype("float32"), np.arange(12) % 3
    fit(
        model, images, t, loss=softmax_cross_entropy, optimizer=SGD(model.parameters(), lr=0.1),
        epochs=2, batch_size=4, rng=rng(), progress=False,
        augment=lambda x, rng: rotate(shear(x, np.float64(0.3), rng), np.float64(9.0), rng),
    )  # fmt: skip
    assert watching.seen == {"float32"}
    assert {str(a.dtype) for a in arrays(model).values()} == {"float32"}
