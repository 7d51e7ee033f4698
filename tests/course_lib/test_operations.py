"""What holds for every row of the catalogue (tests/catalogue)."""

from importlib import import_module
from inspect import isfunction
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from course_lib.gradient_check import check_op
from tests.catalogue import DIFFERENTIABLE, OPERATIONS, PAIRS
from tests.catalogue.losses import LOSSES
from tests.catalogue.operation import Draw, Loss, Operation, Pair, changed, fresh
from tests.course_lib.exports import exports

each_operation = pytest.mark.parametrize("row", OPERATIONS, ids=str)
each_pair = pytest.mark.parametrize("row", PAIRS, ids=str)


def rng(seed: int = 1) -> Draw:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("package", ["functional", "losses", "optimizers", "augmentation"])
def test_every_public_function_has_a_row(package: str) -> None:
    public = exports(import_module(f"course_lib.{package}"))
    functions = {name for name, value in public.items() if isfunction(value)} - {"is_weight"}
    names = {name.removesuffix("_forward").removesuffix("_backward") for name in functions}
    assert names == {row.function for row in OPERATIONS if row.package == package}


def arrays(*things: Any) -> list[Any]:
    """All arrays in nested arguments and results."""
    found: list[Any] = []
    changed(list(things), found.append)
    return found


def copied(things: Any) -> Any:
    return changed(things, np.copy)


def normal(shape: tuple[int, ...]) -> Any:
    return rng().normal(size=shape)


def assert_all_close(found: Any, expected: Any, **tolerance: float) -> None:
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, **tolerance)


@pytest.mark.parametrize("row", [row for row in OPERATIONS if row.definition], ids=str)
def test_agrees_with_its_definition(row: Operation) -> None:
    for seed, (N, D) in enumerate([(5, 4), (4, 4), (1, 4), (5, 1), (1, 1)]):
        inputs, rest = row.given(N, D, seed)
        assert row.definition
        y = row.definition(*inputs, **fresh(rest))
        expected = y if isinstance(y, list) else [y]
        found = row.outputs(*inputs, **rest)[: len(expected)]  # a loss's gradients follow
        assert_all_close(found, expected, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("row", DIFFERENTIABLE, ids=str)
@settings(max_examples=22, deadline=None, derandomize=True)
@given(N=st.integers(1, 9), D=st.integers(1, 9), seed=st.integers(20, 100))
@example(N=5, D=4, seed=0)
@example(N=4, D=4, seed=1)
@example(N=1, D=4, seed=2)
@example(N=5, D=1, seed=3)
@example(N=1, D=1, seed=4)
def test_gradients_agree_with_differences(row: Pair | Loss, N: int, D: int, seed: int) -> None:
    # Default tolerances of check_op: 1e-6 relative. Central differences with h = 1e-5 in double
    # precision are good to about 1e-10 here; a wrong factor or a missing term is off by 1e-2.
    inputs, rest = row.given(N, D, seed)
    checks = check_op(row.op(rest), inputs, rng(seed + 10))
    assert all(checks), [str(check) for check in checks]


@pytest.mark.parametrize(
    "disguise",
    [np.asfortranarray, lambda a: np.repeat(a, 2, axis=0)[::2], lambda a: a[::-1].copy()[::-1]],
    ids=["Fortran order", "every other row", "negative strides"],
)
@each_operation
def test_memory_layout_does_not_matter(row: Operation, disguise: Any) -> None:
    inputs, rest = row.given(6)
    expected = row.everything(inputs, rest, normal)
    inputs, rest = changed(inputs, disguise), changed(rest, disguise)
    found = row.everything(inputs, rest, lambda shape: disguise(normal(shape)))
    # Sums may run in another order: equal up to rounding, 1e-12 is thousands of roundings.
    assert_all_close(found, expected, rtol=1e-12, atol=1e-12)


@each_operation
def test_arguments_are_not_changed_and_results_share_no_memory(row: Operation) -> None:
    inputs, rest = row.given()
    before = copied([inputs, rest])
    y = row.outputs(*inputs, **rest)[0]
    dy = normal(np.shape(y))
    dy_before, results = dy.copy(), arrays(row.everything(inputs, rest, lambda shape: dy))
    for a, b in zip(arrays(inputs, rest, dy), arrays(before, dy_before), strict=True):
        np.testing.assert_array_equal(a, b)
    kept = (
        list(rest["state"].values()) if not rest.get("training", True) and "state" in rest else []
    )
    results = [a for a in results if not any(a is b for b in kept)]  # statistics in evaluation
    assert not any(np.shares_memory(r, a) for r in results for a in arrays(inputs, rest, dy))
    assert not any(np.shares_memory(r, s) for i, r in enumerate(results) for s in results[:i])


@each_pair
def test_two_calls_can_be_undone_in_any_order_and_twice(row: Pair) -> None:
    (first, rest), (second, rest2) = row.given(seed=2), row.given(seed=3)
    y1, cache1, *_ = row.call(*first, **rest)
    alone = copied(row.gradients(y1, cache1))
    y2, cache2, *_ = row.call(*second, **rest2)
    row.gradients(y2, cache2)
    for a, b in zip(row.gradients(y1, cache1), alone, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("row", [r for r in PAIRS if "batch" not in r.unlike], ids=str)
def test_samples_do_not_see_each_other(row: Pair) -> None:
    inputs, rest = row.given(6)
    dy = normal(row.outputs(*inputs, **rest)[0].shape)
    y, cache, *_ = row.call(*inputs, **rest)
    dx, *learned = row.gradients(dy, cache)
    singles = []
    for n in range(6):
        y_n, cache, *_ = row.call(inputs[0][n : n + 1], *inputs[1:], **rest)
        singles.append((y_n, *row.gradients(dy[n : n + 1], cache)))
    ys, dxs, *parts = zip(*singles, strict=True)
    assert_all_close([y, dx], [np.concatenate(ys), np.concatenate(dxs)], rtol=1e-11, atol=1e-12)
    assert_all_close(learned, [sum(part) for part in parts], rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("row", [row for row in PAIRS if "empty" not in row.unlike], ids=str)
def test_no_samples_give_none_and_no_gradient(row: Pair) -> None:
    inputs, rest = row.given()
    y, cache, *_ = row.call(inputs[0][:0], *inputs[1:], **rest)
    dx, *learned = row.gradients(y, cache)
    expected = row.outputs(*inputs, **rest)[0].shape
    assert (y.shape, dx.shape) == ((0, *expected[1:]), (0, *inputs[0].shape[1:]))
    assert [g.shape for g in learned] == [a.shape for a in inputs[1:]]
    assert not any(np.any(g) for g in learned)


@pytest.mark.parametrize("row", [row for row in PAIRS if "shapes" not in row.unlike], ids=str)
def test_a_gradient_of_the_wrong_shape_is_refused(row: Pair) -> None:
    inputs, rest = row.given()
    y, cache, *_ = row.call(*inputs, **rest)
    for wrong in ((y.shape[0] + 1, *y.shape[1:]), (y.shape[0] + 1, y.shape[1]), (2,) * 5):
        with pytest.raises(ValueError, match="expected"):
            row.gradients(np.ones(wrong), cache)


@pytest.mark.parametrize(
    ("row", "changes", "error", "message"),
    [(row, *refusal) for row in OPERATIONS for refusal in row.refused],
    ids=lambda value: value if isinstance(value, str) else getattr(value, "name", ""),
)
def test_what_cannot_be_is_refused(row: Operation, changes: Any, error: Any, message: str) -> None:
    inputs, rest = row.given()
    arguments = row.by_name(inputs, rest)
    for name, change in changes.items():
        arguments[name] = change(arguments[name]) if callable(change) else change
    where = row.called.removeprefix("spatial_")  # whose statistics are refused by batch norm
    with pytest.raises(error, match=f"{where}: .*{message}"):
        row.find(row.called)(**arguments)


@pytest.mark.torch
@pytest.mark.parametrize("row", [row for row in OPERATIONS if row.theirs], ids=str)
def test_pytorch_computes_the_same(torch: Any, row: Operation) -> None:
    """In double precision, where the two differ by the order of their sums only."""
    for seed, N in enumerate((5, 1)):
        inputs, rest = row.given(N, seed=seed)
        found = row.everything(inputs, rest, normal)
        tensors = [torch.tensor(a, requires_grad=True) for a in inputs]
        assert row.theirs
        theirs = row.theirs(torch.nn.functional, *tensors, **changed(fresh(rest), torch.tensor))
        theirs = theirs if isinstance(theirs, list) else [theirs]
        if isinstance(row, Loss):
            theirs[0].backward()
        elif isinstance(row, Pair):
            theirs[0].backward(torch.tensor(normal(theirs[0].shape)))
        theirs += [t.grad for t in tensors if t.grad is not None]
        expected = [t.detach().numpy() for t in theirs]
        # Two values in a unit of a norm: x_hat is 1 or -1 and dx nearly cancels.
        assert_all_close(found, expected, rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("row", [row for row in LOSSES if "no mean" not in row.unlike], ids=str)
def test_a_loss_is_a_mean_over_samples(row: Loss) -> None:
    inputs, rest = row.given(6)
    value, *gradients = row.call(*inputs, **rest)

    def thrice(a: Any) -> Any:
        return np.concatenate([a, a, a])

    value3, *gradients3 = row.call(*changed(inputs, thrice), **changed(rest, thrice))
    assert type(value) is float
    assert value3 == pytest.approx(value, rel=1e-12)
    assert_all_close([g[:6] for g in gradients3], [g / 3 for g in gradients], rtol=1e-12)


@pytest.mark.parametrize("row", LOSSES, ids=str)
def test_a_loss_refuses_empty_batches_integers_lists_and_what_does_not_fit(row: Loss) -> None:
    inputs, rest = row.given()
    first, *others = inputs
    empty = "expected 1 or more" if row.name == "soft_dtw" else r"the batch is empty \(N = 0\)"
    with pytest.raises(ValueError, match=f"^{row.function}: .*{empty}"):
        row.call(*changed(inputs, lambda a: a[:0]), **changed(rest, lambda a: a[:0]))
    with pytest.raises(TypeError, match=rf"^{row.function}: \w+ has dtype int64"):
        row.call(first.astype(np.int64), *others, **rest)
    with pytest.raises(TypeError, match=r"is a list.*numpy\.asarray"):
        row.call(first.tolist(), *others, **rest)
    # One row, or one column, would silently be stretched.
    with pytest.raises(ValueError, match=f"^{row.function}: "):
        row.call(first[:, :1] if row.name == "soft_dtw" else first[:1], *others, **rest)
