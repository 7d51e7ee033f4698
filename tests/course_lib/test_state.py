"""What `state_dict` gives, `load_state_dict` puts back as it was: every number, every array."""

import pickle
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from course_lib import Parameter
from course_lib.optimizers import Adam, AdamW
from course_lib.training.saving import read_archive, write_archive
from course_lib.tree import Tree, is_array, is_number
from tests.catalogue.layers import LAYERS, MAKES, Make, rng
from tests.catalogue.optimizers import OPTIMIZERS
from tests.course_lib.test_tree import filled


def as_it_is(state: Any) -> Any:
    return state


def through_pickle(state: Any) -> Any:
    return pickle.loads(pickle.dumps(state))


def through_a_file(state: Any) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        write_archive(Path(folder) / "state.npz", state, {})
        return read_archive(Path(folder) / "state.npz")[0]


WAYS: Any = pytest.mark.parametrize("way", [as_it_is, through_pickle, through_a_file])


class Everything(Tree):
    """A tree whose state is every number and every array, as an optimizer's is."""

    def __init__(self, **values: Any) -> None:
        vars(self).update(values)

    def is_state(self, value: Any) -> bool:
        return is_array(value) or is_number(value)


PYTHON = st.one_of(st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats())
NUMPY = st.one_of(
    st.booleans().map(np.bool_),
    st.integers(-(2**31), 2**31 - 1).map(np.int32),
    st.integers(-(2**63), 2**63 - 1).map(np.int64),
    st.floats(width=32).map(np.float32),
    st.floats().map(np.float64),
)


@WAYS
@settings(max_examples=100, deadline=None)
@given(old=st.one_of(PYTHON, NUMPY), new=st.one_of(PYTHON, NUMPY))
@example(old=1, new=0.5)  # a learning rate that a schedule has set
@example(old=0, new=0.01)  # a weight decay
@example(old=False, new=3)
def test_a_number_comes_back_as_it_was(way: Callable[[Any], Any], old: Any, new: Any) -> None:
    source, target = Everything(a=new, b=(old, [new])), Everything(a=old, b=(new, [old]))
    target.load_state_dict(way(source.state_dict()))
    found = vars(target)
    np.testing.assert_equal(found, vars(source))
    # A file does not tell the numbers of Python from those of NumPy: the tree decides.
    if way is not through_a_file or isinstance(old, np.generic) == isinstance(new, np.generic):
        assert type(found["a"]) is type(new)
        assert type(found["b"][0]) is type(old)
        assert type(found["b"][1][0]) is type(new)


KINDS = ["bool", "int8", "int64", "float32", "float64"]


@WAYS
@pytest.mark.parametrize("old", KINDS)
@pytest.mark.parametrize("new", KINDS)
@pytest.mark.parametrize("shape", [(), (0,), (2, 3)])
def test_a_buffer_comes_back_as_it_was(way: Any, old: str, new: str, shape: Any) -> None:
    """Only floating-point arrays keep their precision: counts may have become means."""
    values = (100.0 * rng().normal(size=shape)).astype(new)
    target = Everything(a=np.zeros(shape, old))
    target.load_state_dict(way({"a": values}))
    kept = old if old.startswith("float") else new
    assert vars(target)["a"].dtype == kept
    np.testing.assert_array_equal(vars(target)["a"], values.astype(kept))


def assert_same(a: Tree, b: Tree) -> None:
    one, other = a.state_dict(), b.state_dict()
    assert list(one) == list(other)
    for name in one:
        np.testing.assert_array_equal(one[name], other[name], err_msg=name)
        assert getattr(one[name], "dtype", type(one[name])) == getattr(
            other[name], "dtype", type(other[name])
        )


@WAYS
@pytest.mark.parametrize("make", MAKES, ids=LAYERS)
def test_every_layer_comes_back_as_it_was(way: Any, make: Make) -> None:
    source, target = filled(make(), 1), filled(make(), 2)
    target.load_state_dict(way(source.state_dict()))
    assert_same(target, source)
    assert_same(through_pickle(source), source)


def used(optimizer: Any) -> Any:
    """The optimizer after three steps, with settings that a schedule or a user has changed."""
    for k in range(3):
        optimizer.zero_grad()
        for p in optimizer.params:
            p.add_grad(np.sin(p.data + k))
        optimizer.step()
    optimizer.lr = 0.5
    for name, value in optimizer.groups[0].settings.items():
        if is_number(value):
            optimizer.groups[0].settings[name] = 0.75
    return optimizer


def parameters() -> list[Parameter]:
    return [Parameter(np.full((2, 3), 1.0)), Parameter(np.full(2, 2.0))]


@WAYS
@pytest.mark.parametrize("lr", [1, 0.1, np.float64(0.1), True])
@pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_every_optimizer_comes_back_as_it_was(way: Any, make: Any, lr: Any) -> None:
    source, target = used(make(parameters())), make(parameters())
    target.lr = lr
    target.load_state_dict(way(source.state_dict()))
    np.testing.assert_equal(target.state_dict(), source.state_dict())
    assert_same(through_pickle(source), source)


def test_the_settings_of_the_formula_are_part_of_an_optimizers_state() -> None:
    """As in PyTorch: an optimizer that was made with other settings continues with the old ones."""
    groups = [{"params": parameters(), "lr": 0.02}, {"params": parameters(), "betas": (0, 0.5)}]
    source = Adam(groups, lr=0.1, betas=(0.5, 0.9), eps=0.01)
    target = Adam([{"params": parameters()}, {"params": parameters()}])
    target.load_state_dict(source.state_dict())
    for optimizer in (source, target):
        used(optimizer)
    for p, q in zip(source.params, target.params, strict=True):
        np.testing.assert_array_equal(p.data, q.data)
    with pytest.raises(ValueError, match=r"groups\.1\.settings\.eps \(\) is missing"):
        Adam(groups).load_state_dict(Adam(parameters()).state_dict())


def test_a_decay_of_zero_comes_back_as_the_one_that_was_used() -> None:
    source, target = (AdamW(parameters(), weight_decay=decay) for decay in (0.3, 0))
    target.load_state_dict(source.state_dict())
    assert target.weight_decay == 0.3
