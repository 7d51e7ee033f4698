"""Layers, optimizers and whole networks on every array library."""

from typing import Any

import numpy as np
import pytest

from course_lib import Parameter, layers, optimizers
from course_lib.backend import to_numpy
from course_lib.functional import linear_forward
from course_lib.layers import Layer
from tests.catalogue.layers import LAYERS, MAKES, MAKES_AND_SHAPES, Make, rng
from tests.catalogue.optimizers import OPTIMIZERS
from tests.course_lib.exports import exports
from tests.course_lib.libraries.library import NUMPY, Library, moved_to


@pytest.mark.parametrize(("make", "shape"), MAKES_AND_SHAPES, ids=LAYERS)
@pytest.mark.parametrize("training", [True, False])
def test_layers(make: Make, shape: tuple[int, ...], training: bool, library: Library) -> None:
    results = []
    for where in (NUMPY, library):
        layer = moved_to(where, make())
        y, backward = layer.forward(where.array(rng(1).normal(size=shape)), training=training)
        arrays = [y, backward(y + 1.0), *(p.grad for p in layer.parameters())]
        arrays += layer.state_dict().values()
        assert all(map(where.owns, arrays))
        results.append(arrays)
    for a, b in zip(*results, strict=True):
        np.testing.assert_allclose(to_numpy(b), a, rtol=1e-9, atol=1e-10)  # see test_every_function


def test_the_table_has_every_layer() -> None:
    made = {type(make()) for make in MAKES}
    assert {c for c in exports(layers).values() if isinstance(c, type) and c is not Layer} <= made


@pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_optimizers(make: Any, dtype: str, library: Library) -> None:
    ends = []
    for where in (NUMPY, library):
        p = Parameter(where.array(rng().normal(size=(3, 4)).astype(dtype)))
        optimizer = make([p])
        for _ in range(4):
            optimizer.zero_grad()
            p.add_grad(p.data * p.data)
            optimizer.step()
        assert where.owns(p.data)
        assert p.data.dtype == getattr(where.xp, dtype)
        ends.append(to_numpy(p.data))
    # Single precision rounds at 6e-8; four steps, and divisions by small roots.
    np.testing.assert_allclose(*ends, rtol=1e-9 if dtype == "float64" else 1e-4)


# Plain SGD has no state that it uses.
@pytest.mark.parametrize("name", sorted(OPTIMIZERS.keys() - {"SGD"}))
def test_an_optimizer_made_before_its_model_was_moved_names_the_cause(
    name: str, library: Library
) -> None:
    p = Parameter(np.ones((3, 4)))
    optimizer = OPTIMIZERS[name]([p])
    p.data, p.grad = library.array(p.data), library.array(p.data)
    with pytest.raises(TypeError, match=r"the optimizer's state is a numpy\.ndarray.*model\.to"):
        optimizer.step()


def test_the_list_has_every_optimizer() -> None:
    made = {type(make([Parameter(np.ones(2))])) for make in OPTIMIZERS.values()}
    assert {c for c in exports(optimizers).values() if isinstance(c, type)} - {
        optimizers.Optimizer
    } == made


def test_arrays_of_two_libraries_are_refused_by_name(library: Library) -> None:
    x, W, b = np.ones((2, 3)), library.array(np.ones((3, 4))), library.array(np.ones(4))
    with pytest.raises(TypeError, match=r"linear_forward: expected arrays of one library, got "):
        linear_forward(x, W, b)
    with pytest.raises(TypeError, match=rf"{library.name}\..*, numpy\.ndarray; .*to_device"):
        linear_forward(x, W, b)
