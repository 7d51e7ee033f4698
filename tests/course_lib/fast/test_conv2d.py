"""Convolution by blocks of images agrees with the definition."""

import threading
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib import Op
from course_lib.fast import faster
from course_lib.fast.conditions import BlockCache
from course_lib.fast.conditions import in_blocks as suits
from course_lib.fast.formulas import conv2d as blocks
from course_lib.fast.formulas import uncopied
from course_lib.functional.conv2d import conv2d_backward as definition_backward
from course_lib.functional.conv2d import conv2d_forward as definition_forward
from course_lib.functional.conv2d import conv2d_parameter_gradients
from course_lib.layers import Conv2d

ROUNDING = {"float32": 1e-5, "float64": 1e-13}  # sums of at most 10,000 products, in another order


SIDES: Any = {
    "image": st.tuples(st.integers(1, 9), st.integers(1, 9)),
    "size": st.tuples(st.integers(1, 5), st.integers(1, 5)),
    "padding": st.tuples(st.integers(0, 4), st.integers(0, 4)),
}


def data(
    N: int, C_in: int, H: int, W: int, C_out: int, dtype: str = "float64", size: Any = (3, 3)
) -> Any:
    rng = np.random.default_rng(N + C_in + H + W + C_out)
    shapes = (N, C_in, H, W), (C_out, C_in, *size), (C_out,)
    return [rng.normal(size=shape).astype(dtype) for shape in shapes]


PAIR = faster(Op(definition_forward, definition_backward, conv2d_parameter_gradients))
conv2d_forward, conv2d_backward = PAIR.forward, PAIR.backward  # those that a layer uses


def assert_close(found: Any, expected: Any) -> None:
    assert found.dtype == expected.dtype and found.shape == expected.shape
    scale = max(1.0, float(np.max(np.abs(expected), initial=0.0)))
    np.testing.assert_allclose(found, expected, rtol=0, atol=ROUNDING[str(found.dtype)] * scale)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    sizes=st.tuples(st.integers(1, 3), st.integers(1, 4), st.integers(1, 4)),
    **SIDES,
    dtype=st.sampled_from(["float32", "float64"]),
)
def test_agrees_with_the_definition_for_all_sizes(
    sizes: Any, image: Any, size: Any, padding: Any, dtype: str
) -> None:
    (N, C_in, C_out), (H, W) = sizes, image
    x, weights, b = data(N, C_in, H, W, C_out, dtype, size)
    fits = H + 2 * padding[0] >= size[0] and W + 2 * padding[1] >= size[1]
    if not fits or padding[0] >= size[0] or padding[1] >= size[1]:
        assert not suits(x, weights, b, padding=padding)
        return
    assert suits(x, weights, b, padding=padding)
    expected, cache = definition_forward(x, weights, b, padding=padding)
    u, block_cache = blocks.conv2d_forward(x, weights, b, padding=padding)
    assert_close(u, expected)
    du = np.random.default_rng(0).normal(size=u.shape).astype(dtype)
    wanted = definition_backward(du, cache)
    for found, gradient in zip(blocks.conv2d_backward(du, block_cache), wanted, strict=True):
        assert_close(found, gradient)
    found_parameters = blocks.conv2d_parameter_gradients(du, block_cache)
    for found, gradient in zip(found_parameters, wanted[1:], strict=True):
        assert_close(found, gradient)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    sizes=st.tuples(st.integers(1, 5), st.integers(1, 5), st.integers(1, 3)),
    **SIDES,
    products=st.sampled_from([1, 1000, 10_000]),
)
def test_without_copied_windows_it_agrees_for_all_sizes_and_blocks(
    sizes: Any, image: Any, size: Any, padding: Any, products: int
) -> None:
    (N, C_in, C_out), (H, W) = sizes, image
    x, weights, b = data(N, C_in, H, W, C_out, size=size)
    padding = tuple(min(p, k - 1) for p, k in zip(padding, size, strict=True))
    if H + 2 * padding[0] < size[0] or W + 2 * padding[1] < size[1]:
        return
    expected, cache = definition_forward(x, weights, b, padding=padding)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(uncopied, "PRODUCTS", products)  # the last block may be a part
        row = uncopied.Row(x.transpose(0, 2, 3, 1), weights, padding)
    assert_close(uncopied.correlate(row, weights, b).transpose(0, 3, 1, 2), expected)
    du = np.random.default_rng(0).normal(size=expected.shape)
    _, dW, _ = definition_backward(du, cache)
    assert_close(uncopied.filter_gradient(row, du.transpose(0, 2, 3, 1)), dW)


@pytest.mark.parametrize("spoilt", [0, 1, 2, 3], ids=["x", "W", "b", "du"])
@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan, 1e200])
@pytest.mark.parametrize("C", [1, 5, 16])
@pytest.mark.filterwarnings("ignore:invalid value", "ignore:overflow")
def test_a_number_that_is_not_finite_spoils_what_it_spoils_in_the_definition(
    C: int, bad: float, spoilt: int
) -> None:
    x, W, b = data(6, C, 20, 20, 4)
    du = np.random.default_rng(0).normal(size=(6, 4, 20, 20))
    inputs = [x, W, b, du]
    inputs[spoilt][(0,) * (inputs[spoilt].ndim - 1)][0] = bad
    if spoilt in (0, 3):
        inputs[spoilt][1, 0, 19, 3] = bad
    expected, cache = definition_forward(x, W, b, padding=1)
    u, fast_cache = conv2d_forward(x, W, b, padding=1)
    wanted = expected, *definition_backward(du, cache)
    for found, same in zip((u, *conv2d_backward(du, fast_cache)), wanted, strict=True):
        np.testing.assert_array_equal(np.isnan(found), np.isnan(same))
        np.testing.assert_array_equal(np.isinf(found), np.isinf(same))


def test_windows_are_copied_where_that_is_faster() -> None:
    def suits(N: int, C_in: int, C_out: int, side: int, k: int, padding: int) -> bool:
        x, W, _ = data(N, C_in, side, side, C_out, size=(k, k))
        return uncopied.Row(x.transpose(0, 2, 3, 1), W, (padding, padding)).suits()

    assert suits(32, 16, 16, 32, 3, 1) and suits(64, 16, 6, 10, 5, 4)
    assert not suits(64, 8, 16, 14, 3, 1)  # short rows
    assert not suits(16, 128, 128, 8, 3, 1)  # few rows in a product
    assert not suits(64, 16, 16, 5, 5, 0)  # one window of each image, of 25


C = 5


@pytest.mark.parametrize("padding", [0, 1, (2, 0)])
@pytest.mark.parametrize("C", [5, 16])
def test_a_layer_takes_it_and_agrees_with_the_definition(C: int, padding: Any) -> None:
    x, W, b = data(6, C, 40, 41, C + 1, "float32")  # more than one block of images
    settings = {"padding": padding}
    assert suits(x, W, b, **settings)
    layer = Conv2d(C, C + 1, 3, padding=padding, rng=np.random.default_rng(0))
    layer.W.data, layer.b.data = W, b
    u, backward = layer.forward(x)
    expected, cache = definition_forward(x, W, b, **settings)
    assert_close(u, expected)
    du = np.random.default_rng(0).normal(size=u.shape).astype(np.float32)
    wanted = definition_backward(du, cache)
    for found, gradient in zip((backward(du), layer.W.grad, layer.b.grad), wanted, strict=True):
        assert_close(found, gradient)
    before = layer.W.grad
    backward.without_dx(du)
    assert_close(layer.W.grad - before, wanted[1])
    _, block_cache = conv2d_forward(x, W, b, **settings)
    assert PAIR.parameter_gradients is not None
    found_parameters = PAIR.parameter_gradients(du, block_cache)
    for found, gradient in zip(found_parameters, wanted[1:], strict=True):
        assert_close(found, gradient)


def test_backward_functions_of_your_own_get_the_cache_of_the_definition() -> None:
    x, W, b = data(2, C, 6, 6, C, "float32")
    seen = []

    def backward(du: Any, cache: Any) -> Any:
        seen.append(cache)
        return definition_backward(du, cache)

    op = Op(definition_forward, backward)
    layer = Conv2d(C, C, 3, rng=np.random.default_rng(0), op=op)
    u, back = layer.forward(x)
    back(u)
    assert not isinstance(seen[0], BlockCache)


def test_a_gradient_of_another_shape_is_refused() -> None:
    x, W, b = data(2, C, 6, 6, C)
    u, cache = conv2d_forward(x, W, b)
    with pytest.raises(ValueError, match="conv2d_backward: du has shape"):
        conv2d_backward(u[:1], cache)
    with pytest.raises(ValueError, match="conv2d_backward: du has shape"):
        blocks.conv2d_parameter_gradients(u[:1], cache)


def test_what_does_not_suit_is_left_to_the_definition() -> None:
    x, W, b = data(2, C, 8, 8, C)
    assert suits(x, W, b, stride=1, padding=1)
    assert not suits(x, W, b, stride=(2, 1), padding=1)
    assert not suits(x, W, b, padding=(3, 0))
    assert not suits(x, W, b, padding=-1)
    assert not suits(x[:0], W, b)
    assert not suits(x[:, :, :2], W, b)
    assert not suits(x, W, b[1:])
    assert not suits(x[:, 1:], W, b)
    assert not suits(x[0], W, b)
    assert not suits(x, W.astype(np.float32), b)
    assert not suits(*(a.astype(np.float16) for a in (x, W, b)))
    assert not suits(x.tolist(), W, b)


@pytest.mark.parametrize(
    "disguise",
    [np.asfortranarray, lambda a: np.repeat(a, 2, axis=0)[::2], lambda a: a[::-1].copy()[::-1]],
    ids=["Fortran order", "every other row", "negative strides"],
)
@pytest.mark.parametrize("C", [5, 16])
def test_memory_layout_does_not_matter_and_inputs_do_not_change(disguise: Any, C: int) -> None:
    x, W, b = data(3, C, 27, 26, C)
    u, cache = conv2d_forward(x, W, b, padding=1)
    du = np.random.default_rng(0).normal(size=u.shape)
    inputs = [disguise(a) for a in (x, W, b, du)]
    before = [a.copy() for a in inputs]
    u2, cache2 = conv2d_forward(*inputs[:3], padding=1)
    results = [u2, *conv2d_backward(inputs[3], cache2)]
    for found, expected in zip(results, [u, *conv2d_backward(du, cache)], strict=True):
        assert_close(found, expected)
    for a, same in zip(inputs, before, strict=True):
        np.testing.assert_array_equal(a, same)
    assert not any(np.shares_memory(r, a) for r in results for a in inputs)


def test_calls_share_nothing_that_their_callers_keep() -> None:
    small, large = data(2, C, 5, 5, C), data(4, C, 9, 9, C)
    alone = []
    for x, W, b in (small, large):
        u, cache = conv2d_forward(x, W, b, padding=1)
        alone.append([a.copy() for a in (u, *conv2d_backward(u, cache))])
    passes = [conv2d_forward(x, W, b, padding=1) for x, W, b in (small, large, small)]
    x = small[0]
    x += 1.0  # what a user does with the images afterwards
    gradients = [conv2d_backward(u, cache) for u, cache in passes]
    for (u, _), grads, expected in zip(passes, gradients, [*alone, alone[0]], strict=True):
        for found, same in zip((u, *grads), expected, strict=True):
            np.testing.assert_array_equal(found, same)


@pytest.mark.parametrize("C", [5, 16])
def test_threads_do_not_disturb_each_other(C: int) -> None:
    inputs = [data(3, C, 20, 20 + k, C) for k in range(4)]

    def train(x: Any, W: Any, b: Any) -> list[Any]:
        u, cache = conv2d_forward(x, W, b, padding=1)
        return [u, *conv2d_backward(u, cache)]

    expected = [train(*arrays) for arrays in inputs]
    found: dict[int, list[Any]] = {}

    def often(k: int) -> None:
        for _ in range(10):
            found[k] = train(*inputs[k])

    threads = [threading.Thread(target=often, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for k, same in enumerate(expected):
        for a, b in zip(found[k], same, strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("dtype", ["float16", ">f4", ">f8"])
@pytest.mark.parametrize("C", [5, 16])
def test_a_gradient_of_another_type_is_computed_in_the_type_of_the_forward_pass(
    dtype: str, C: int
) -> None:
    x, W, b = data(2, C, 26, 26, C, "float32")
    u, cache = conv2d_forward(x, W, b, padding=1)
    assert isinstance(cache, BlockCache)
    du = np.random.default_rng(0).normal(size=u.shape).astype(dtype)
    right = definition_backward(du.astype("float64"), definition_forward(x, W, b, padding=1)[1])
    for found, expected in zip(conv2d_backward(du, cache), right, strict=True):
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-3)
    dW, _ = blocks.conv2d_parameter_gradients(du, cache)
    np.testing.assert_allclose(dW, right[1], rtol=0, atol=1e-3)
