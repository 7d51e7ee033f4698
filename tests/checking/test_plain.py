"""Plain data survives the pipe unchanged, and nothing else gets through it."""

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.checking.contract.wire import NotPlain, Unusable, from_bytes, leaves, plain, to_bytes

arrays = hnp.arrays(
    st.sampled_from(["f4", "f8", "i2", "i8", "u1", "?", "c16"]), hnp.array_shapes(min_side=0)
)
trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | arrays,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=10,
)


def same(a, b):
    if isinstance(a, np.ndarray):
        equal = np.array_equal(a, b, equal_nan=a.dtype.kind in "fc")
        return type(b) is np.ndarray and a.dtype == b.dtype and a.shape == b.shape and equal
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    return type(a) is type(b) and (a == b or a != a)


@given(trees)
def test_what_is_written_is_read(tree):
    assert same(tree, from_bytes(to_bytes(tree)))


@settings(max_examples=1000)
@given(st.binary(max_size=200))
def test_random_bytes_are_refused_and_never_crash(data):
    with pytest.raises(NotPlain):
        from_bytes(data)


@settings(max_examples=500)
@given(trees, st.data())
def test_damaged_bytes_are_read_as_plain_data_or_refused(tree, data):
    damaged = bytearray(to_bytes(tree))
    at = data.draw(st.integers(0, len(damaged) - 1))
    damaged[at] ^= data.draw(st.integers(1, 255))
    try:
        value = from_bytes(damaged)
    except NotPlain:
        return
    to_bytes(value)


def framed(header: bytes, payload: bytes = b"") -> bytes:
    return struct.pack(">Q", len(header)) + header + payload


@pytest.mark.parametrize(
    "data",
    [
        framed(b"[" * 100_000),
        framed(b'["array", "|O8", [1]]', bytes(8)),
        framed(b'["array", "<f8", [-1]]', bytes(8)),
        framed(b'["array", "<f8", [1000000000000]]', bytes(8)),
        framed(b'["array", "<f8", [281474976710655, 281474976710655]]', bytes(8)),
        framed(b'["array", "<f8", [true]]', bytes(8)),
        framed(b'["array", "<f8", [1]]', bytes(9)),
        framed(b'["array", "V8", [1]]', bytes(8)),
        framed(b'["array", "<M8", [1]]', bytes(8)),
        framed(b'["array", "<04", [1]]', bytes(4)),
        framed(b'["float", "1e999999999999x"]'),
        framed(b'["dict", [["a"]]]'),
        framed(b'["dict", [[1, 2]]]'),
        framed(b"3"),
        struct.pack(">Q", 2**63) + b"null",
    ],
)
def test_forged_frames_are_refused(data):
    with pytest.raises(NotPlain):
        from_bytes(data)


def test_results_become_plain():
    class Sub(np.ndarray):
        def __eq__(self, other):
            return True

    got = plain((np.arange(3).view(Sub), np.float32(2), np.ma.array([1.0, 2.0], mask=False)))
    assert [type(item) for item in got] == [np.ndarray] * 3
    assert got[1].dtype == np.float32 and got[1].shape == ()


def test_an_array_of_python_numbers_is_an_array_of_numbers():
    assert same(plain(np.array([1.5, 2], dtype=object)), np.array([1.5, 2.0]))


def test_an_unusable_part_stays_as_it_is_described():
    assert plain(plain([object()])) == plain([object()])


def test_a_view_that_pretends_to_be_huge_is_not_copied():
    huge = np.broadcast_to(np.float64(1), (10**6, 10**4))
    assert "80,000,000,000 bytes" in plain(huge).what


@pytest.mark.parametrize(
    "value", [lambda: 0, object(), iter([1]), np.array([object()]), np.array(["text"]), 1j.__add__]
)
def test_what_has_no_plain_form_is_said_to_be_unusable(value):
    assert isinstance(plain(value), Unusable)
    assert same(plain(value).what, from_bytes(to_bytes(plain(value))).what)


def test_an_object_that_fails_to_become_an_array_is_unusable():
    class Bad:
        def __array__(self, *args, **kwargs):
            raise RuntimeError("no")

    assert "Bad" in plain(Bad()).what


def test_hidden_values_are_not_brought_to_light():
    assert "hidden" in plain(np.ma.array([1.0, 2.0], mask=[True, False])).what


def test_depth_and_size_are_bounded():
    deep: list = []
    for _ in range(100):
        deep = [deep]
    assert any(isinstance(leaf, Unusable) for _, leaf in leaves(plain(deep)))
    many = plain({"y": [[0] * 1000] * 200})
    assert isinstance(many, Unusable) and from_bytes(to_bytes(many)) == many


def test_extended_precision_becomes_double():
    assert plain(np.ones(2, np.longdouble)).dtype == np.float64


def test_leaves_are_named_by_their_path():
    tree = {"grads": [[1, 2], [3]], "y": 4}
    assert leaves(tree) == [("grads[0][0]", 1), ("grads[0][1]", 2), ("grads[1][0]", 3), ("y", 4)]
