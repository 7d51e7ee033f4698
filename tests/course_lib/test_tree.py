"""The walk over a layer or an optimizer: what it finds, what it refuses, what is built on it."""

import copy
import inspect
import textwrap
from collections import deque, namedtuple
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from course_lib import Op, Parameter, layers, models, optimizers
from course_lib.backend import to_numpy
from course_lib.layers import BatchNorm, Dropout, Layer, Linear, ReLU
from course_lib.losses import squared_error
from course_lib.models import Sequential, mlp
from course_lib.optimizers import SGD, Adam, Optimizer
from course_lib.training import fit, load, save
from course_lib.tree import Tree, generators, map_arrays, walk
from tests.catalogue.layers import LAYERS, MAKES, Make, rng
from tests.course_lib.exports import exports
from tests.course_lib.libraries.library import find_library


class Empty(Layer):
    """A layer of one's own; tests give it attributes."""

    def __init__(self, **attributes: Any) -> None:
        vars(self).update(attributes)

    def forward(self, x: Any, *, training: bool = True) -> Any:
        return x, lambda dy: dy


def parameter(value: float = 0.0) -> Parameter:
    return Parameter(np.full(2, value))


def test_the_layer_in_the_docstring_is_checked_trained_and_saved(tmp_path: Path) -> None:
    _, _, source = inspect.getdoc(Layer).partition("::\n")  # type: ignore[union-attr]
    names: dict[str, Any] = {"Layer": Layer, "Parameter": Parameter, "np": np}
    exec(textwrap.dedent(source), names)
    model = Sequential(names["Scale"](3))
    x = rng(1).normal(size=(20, 3))
    t = x * np.array([2.0, -1.0, 0.5])
    optimizer = SGD(model.parameters(), lr=0.5)
    fit(model, x, t, loss=squared_error, optimizer=optimizer, epochs=30, batch_size=10, rng=rng(),
        progress=False)  # fmt: skip
    save(model, tmp_path / "model.npz")
    other = load(Sequential(names["Scale"](3)), tmp_path / "model.npz")
    # 60 steps on a quadratic: the error shrinks by a constant factor in each.
    np.testing.assert_allclose(other.state_dict()["0.gamma"], [2.0, -1.0, 0.5], atol=1e-3)


def linear(seed: int = 0) -> Linear:
    return Linear(2, 2, rng=rng(seed))


Two = namedtuple("Two", ["left", "right"])


def everywhere() -> Empty:
    """Parameters and buffers in every place that the walk follows."""
    return Empty(
        W=parameter(1.0),
        buffer=np.zeros(3),
        blocks=[linear(1), [linear(2), {"deep": linear(3)}]],
        heads={"left": linear(4), 7: parameter(5.0), "seen": np.ones(2)},
        pair=(parameter(6.0), np.full(2, 7.0), np.full(2, 8.0)),
        named=Two(parameter(9.0), np.full(2, 10.0)),
        layers=[linear(11), ReLU()],
        slope=0.3,
        word="no state",
        nothing=None,
        rng=rng(),
    )


def test_every_place_has_its_name() -> None:
    assert list(everywhere().state_dict()) == [
        *("W", "buffer", "blocks.0.W", "blocks.0.b", "blocks.1.0.W", "blocks.1.0.b"),
        *("blocks.1.1.deep.W", "blocks.1.1.deep.b", "heads.left.W", "heads.left.b", "heads.7"),
        *("heads.seen", "pair.0", "pair.1", "pair.2", "named.0", "named.1", "0.W", "0.b"),
    ]
    names = [name for name, _ in everywhere().named_parameters()]
    buffers = {"buffer", "heads.seen", "pair.1", "pair.2", "named.1"}
    assert names == [name for name in everywhere().state_dict() if name not in buffers]


def test_named_parameters_are_the_parameters_themselves() -> None:
    model = mlp([3, 4, 2], rng=rng(), norm=BatchNorm)
    assert [p for _, p in model.named_parameters()] == model.parameters()
    assert dict(model.named_parameters())["1.gamma"] is model.layers[1].gamma  # type: ignore[attr-defined]


def test_what_is_in_two_places_is_listed_once() -> None:
    shared, p = linear(), parameter()
    model = Empty(a=shared, b=[shared, p], c={"again": p})
    assert list(model.state_dict()) == ["a.W", "a.b", "b.1"]
    assert model.parameters() == [shared.W, shared.b, p]
    Adam(model.parameters())  # refuses a parameter that is listed twice


def test_a_layer_may_refer_to_itself_and_to_the_model_around_it() -> None:
    inner = Empty(W=parameter())
    outer = Empty(inner=inner, own=parameter())
    vars(inner).update(parent=outer, me=inner, items=[inner])
    assert len(outer.parameters()) == len(inner.parameters()) == 2


class WithSlots(Empty):
    __slots__ = ("W",)


def test_attributes_in_slots_are_found() -> None:
    layer = WithSlots()
    layer.W = parameter()
    assert layer.parameters() == [layer.W]
    layer.load_state_dict({"W": np.ones(2)})
    np.testing.assert_array_equal(layer.W.data, 1.0)


class Shared(Empty):
    W = parameter()


class Helper:
    """An object, not a layer, with a parameter and a method."""

    def __init__(self) -> None:
        self.W = parameter()

    def forward(self, x: Any) -> Any:
        return x, None


def object_array() -> Any:
    array = np.empty(1, dtype=object)
    array[0] = parameter()
    return array


HIDDEN: dict[str, Any] = {  # place -> a layer whose parameter is there
    "a set": lambda: Empty(extra={parameter()}),
    "a set of layers": lambda: Empty(extra={Sequential(Sequential(linear()))}),
    "a deque": lambda: Empty(extra=deque([parameter()])),
    "the keys of a dictionary view": lambda: Empty(extra={parameter(): 1}.keys()),
    "an array of objects": lambda: Empty(extra=object_array()),
    "an object that is not a layer": lambda: Empty(extra=SimpleNamespace(W=parameter())),
    "an object in a list": lambda: Empty(extra=[1, SimpleNamespace(W=[parameter()])]),
    "a pair of methods of an object": lambda: Empty(extra=Op(Helper().forward, len)),
    "the class": Shared,
    "a layer inside": lambda: Sequential(ReLU(), Empty(extra={parameter()})),
}


@pytest.mark.parametrize("make", HIDDEN.values(), ids=HIDDEN)
def test_a_parameter_that_training_would_miss_is_refused(make: Any) -> None:
    layer = make()
    for use in (layer.parameters, layer.state_dict, lambda: layer.to("cpu")):
        with pytest.raises(TypeError, match=r"Parameter\(.*\) is inside .*would not find it; ass"):
            use()


def test_a_parameter_that_is_also_in_a_set_is_found() -> None:
    p = parameter()
    assert Empty(frozen={p}, W=p).parameters() == [p]
    assert Shared(W=p).parameters() == [p]  # the class has another one, which is not in use


def test_two_values_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match=r"Empty: two values are named a\.b"):
        Empty(**{"a.b": parameter(), "a": {"b": parameter()}}).state_dict()


def filled(layer: Layer, seed: int) -> Layer:
    """The layer with random numbers in all parameters and buffers."""
    draw = rng(seed)
    map_arrays(layer, lambda array: draw.uniform(0.5, 2.0, size=array.shape).astype(array.dtype))
    return layer


@pytest.mark.parametrize("make", MAKES, ids=LAYERS)
def test_a_state_makes_two_layers_the_same(make: Make) -> None:
    a, b = filled(make(), 1), filled(make(), 2)
    b.load_state_dict(a.state_dict())
    np.testing.assert_equal(b.state_dict(), a.state_dict())
    for p, q in zip(a.parameters(), b.parameters(), strict=True):
        assert not np.shares_memory(p.data, q.data)


def test_a_state_reaches_every_place() -> None:
    a, b = everywhere(), filled(everywhere(), 1)
    b.load_state_dict(a.state_dict())
    np.testing.assert_equal(b.state_dict(), a.state_dict())
    assert isinstance(b.named, Two)  # type: ignore[attr-defined]
    assert isinstance(b.pair[0], Parameter)  # type: ignore[attr-defined]


def test_a_state_is_a_copy() -> None:
    layer = BatchNorm(2)
    state = layer.state_dict()
    for array in (layer.gamma.data, layer.running_mean):
        array[...] = 9.0
    np.testing.assert_array_equal(state["gamma"], 1.0)
    np.testing.assert_array_equal(state["running_mean"], 0.0)
    layer.load_state_dict(state)
    layer.gamma.data[...] = 9.0
    np.testing.assert_array_equal(state["gamma"], 1.0)


def test_every_problem_of_a_state_is_told_and_nothing_is_changed() -> None:
    model = mlp([3, 4, 2], rng=rng(), norm=BatchNorm)
    before = model.state_dict()
    wrong = {name: array + 1.0 for name, array in before.items()}
    del wrong["0.b"]
    wrong |= {"3.W": np.zeros((4, 5)), "4.W": np.zeros(7), "1.running_mean": np.zeros(())}
    with pytest.raises(ValueError, match="load_state_dict: the state does not fit") as caught:
        model.load_state_dict(wrong)
    for words in (
        "0.b (4,) is missing",
        "3.W has shape (4, 5), expected (4, 2)",
        "4.W (7,) is not expected",
        "1.running_mean has shape (), expected (4,)",
    ):
        assert words in str(caught.value)
    np.testing.assert_equal(model.state_dict(), before)


def test_a_value_that_cannot_be_converted_changes_nothing() -> None:
    layer = Empty(a=np.zeros(()), b=np.zeros(()))
    with pytest.raises(ValueError, match="could not convert"):
        layer.load_state_dict({"a": 1.0, "b": "text"})
    np.testing.assert_array_equal(layer.state_dict()["a"], 0.0)


def test_precision_stays_and_the_generator_stays_the_same_object() -> None:
    layer = everywhere()
    draws = layer.rng  # type: ignore[attr-defined]
    layer.load_state_dict({n: a.astype("float32") for n, a in layer.state_dict().items()})
    assert layer.state_dict()["buffer"].dtype == np.float64
    assert generators(layer) == {"rng": draws}


def test_buffers_and_gradients_move_with_to() -> None:
    library = find_library("array_api_strict")
    model = Sequential(everywhere(), BatchNorm(2), Dropout(0.2, rng=rng()))
    expected = model.state_dict()
    map_arrays(model, lambda array: library.array(to_numpy(array)))
    assert all(map(library.owns, model.state_dict().values()))
    assert all(library.owns(p.grad) for p in model.parameters())
    assert model.to("cpu") is model
    assert all(type(array) is np.ndarray for array in model.state_dict().values())
    assert all(type(p.grad) is np.ndarray for p in model.parameters())
    np.testing.assert_equal(model.state_dict(), expected)


def test_a_copy_has_the_same_state_and_shares_nothing() -> None:
    model = everywhere()
    other = copy.deepcopy(model)
    filled(other, 1)
    np.testing.assert_equal(everywhere().state_dict(), model.state_dict())


OPTIMIZERS: dict[str, Any] = {
    name: thing
    for name, thing in exports(optimizers).items()
    if inspect.isclass(thing) and thing is not Optimizer
}


def steps(optimizer: Optimizer, params: list[Parameter], n: int) -> list[Any]:
    for k in range(n):
        optimizer.zero_grad()
        for p in params:
            p.add_grad(np.sin(p.data + k))
        optimizer.step()
    return [np.array(p.data) for p in params]


@pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_an_optimizer_continues_from_its_state(make: Any) -> None:
    params = [parameter(1.0), parameter(2.0)]
    optimizer = make(params, lr=0.1)
    steps(optimizer, params, 3)
    optimizer.lr = 0.05
    others = [Parameter(np.array(p.data)) for p in params]
    other = make(others, lr=0.1)
    other.load_state_dict(optimizer.state_dict())
    np.testing.assert_equal(other.state_dict(), optimizer.state_dict())
    np.testing.assert_array_equal(steps(other, others, 3), steps(optimizer, params, 3))


def test_the_state_of_an_optimizer_is_numbers_and_arrays_and_no_parameters() -> None:
    params = [parameter(1.0)]
    state = Adam(params).state_dict()
    assert {"lr", "t", "m.0", "v.0"} <= state.keys()
    assert [name for name, value in state.items() if np.shape(value)] == ["m.0", "v.0"]
    other = Adam(params)
    other.load_state_dict({name: np.asarray(value) for name, value in state.items()})
    assert type(other.t) is int and type(other.lr) is float
    with pytest.raises(ValueError, match=r"m\.0 has shape \(3,\), expected \(2,\)"):
        other.load_state_dict(state | {"m.0": np.zeros(3)})


def test_no_class_of_the_library_lists_its_own_parameters() -> None:
    own = {"parameters", "named_parameters", "to", "state_dict", "load_state_dict"}
    for thing in (exports(layers) | exports(models) | exports(optimizers)).values():
        if inspect.isclass(thing) and issubclass(thing, Tree) and thing is not Layer:
            assert not own & vars(thing).keys(), thing


@pytest.mark.parametrize("make", MAKES, ids=LAYERS)
def test_every_array_of_a_layer_is_in_its_state(make: Make) -> None:
    """Every array that the layer refers to, however deep: a deep copy meets all of them."""
    layer = make()
    state = {id(leaf.value.data if isinstance(leaf.value, Parameter) else leaf.value)
             for leaf in walk(layer)}  # fmt: skip
    gradients = {id(p.grad) for p in layer.parameters()}
    copied: dict[int, Any] = {}
    copy.deepcopy(layer, copied)
    met = {
        id(a)
        for a in copied.get(id(copied), [])
        if isinstance(a, np.ndarray) and a.dtype.kind == "f"
    }
    assert met <= state | gradients
    assert len(met) >= 2 * len(layer.parameters())
