"""The losses, and backpropagation on a graph, agree with PyTorch.

In double precision the two differ by rounding only: 1e-9 relative leaves room for sums in another
order and none for another formula. PyTorch's means over elements are made ours, sums over outputs
and means over samples, by `reduction="sum"` and a division by N.
"""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from course_lib import losses
from course_lib.functional import log_softmax, softmax
from course_lib.graph import backprop, evaluate_graph, unbroadcast
from tests.course_lib.graph.shapes import pairs_that_broadcast
from tests.course_lib.graph.tapes import TAPES, Tape

pytestmark = pytest.mark.torch

CLOSE: dict[str, Any] = {"rtol": 1e-9, "atol": 1e-12}
N, K = 7, 4


@pytest.fixture
def torch() -> Any:
    import torch

    torch.set_num_threads(1)
    return torch


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def normal(seed: int) -> Any:
    return 2.0 * rng(seed).normal(size=(N, K))


def assert_same(torch: Any, ours: Any, theirs: Any, moving: list[Any], fixed: list[Any]) -> None:
    """Value and gradients of ``ours(*moving, *fixed)`` are those of the function in PyTorch."""
    tensors = [torch.tensor(a, requires_grad=True) for a in moving]
    rest = [torch.tensor(a) if isinstance(a, np.ndarray) else a for a in fixed]
    expected = theirs(*tensors, *rest)
    expected.backward()
    value, *gradients = ours(*moving, *fixed)
    assert value == pytest.approx(float(expected.detach()), rel=1e-9)
    for gradient, tensor in zip(gradients, tensors, strict=True):
        np.testing.assert_allclose(gradient, tensor.grad.numpy(), **CLOSE)


@pytest.mark.parametrize("delta", [0.3, 1.0, 5.0])
def test_huber(torch: Any, delta: float) -> None:
    def theirs(y: Any, t: Any, delta: float) -> Any:
        return torch.nn.functional.huber_loss(y, t, delta=delta, reduction="sum") / N

    assert_same(torch, losses.huber, theirs, [normal(0)], [normal(1), delta])


def test_mean_absolute_error(torch: Any) -> None:
    def theirs(y: Any, t: Any) -> Any:
        return torch.nn.functional.l1_loss(y, t, reduction="sum") / N

    assert_same(torch, losses.mean_absolute_error, theirs, [normal(0)], [normal(1)])


def test_nll_loss(torch: Any) -> None:
    labels = rng(1).integers(0, K, N)
    theirs = torch.nn.functional.nll_loss
    assert_same(torch, losses.nll_loss, theirs, [log_softmax(normal(0))], [labels])


def test_kl_divergence(torch: Any) -> None:
    p = softmax(normal(1))
    p[0] = [0.0, 0.5, 0.0, 0.5]

    def theirs(log_q: Any, p: Any) -> Any:
        return torch.nn.functional.kl_div(log_q, p, reduction="batchmean")

    assert_same(torch, losses.kl_divergence, theirs, [log_softmax(normal(0))], [p])


@pytest.mark.parametrize("scale", [1.0, 100.0])
def test_bce_with_logits(torch: Any, scale: float) -> None:
    def theirs(u: Any, t: Any) -> Any:
        function = torch.nn.functional.binary_cross_entropy_with_logits
        return function(u, t, reduction="sum") / N

    for t in (rng(1).random((N, K)), rng(1).integers(0, 2, (N, K)).astype(float)):
        assert_same(torch, losses.bce_with_logits, theirs, [scale * normal(0)], [t])


def test_binary_hinge_is_their_margin_loss_of_one_output(torch: Any) -> None:
    f, t = 2.0 * rng(0).normal(size=N), rng(1).choice([-1.0, 1.0], N)

    def theirs(f: Any, t: Any) -> Any:
        # max(0, -t (x1 - x2) + margin) with x2 = 0
        return torch.nn.functional.margin_ranking_loss(f, torch.zeros_like(f), t, margin=1.0)

    assert_same(torch, losses.binary_hinge, theirs, [f], [t])


def test_perceptron_loss_is_their_margin_loss_without_margin(torch: Any) -> None:
    f, t = 2.0 * rng(0).normal(size=N), rng(1).choice([-1.0, 1.0], N)

    def theirs(f: Any, t: Any) -> Any:
        return torch.nn.functional.margin_ranking_loss(f, torch.zeros_like(f), t, margin=0.0)

    assert_same(torch, losses.perceptron_loss, theirs, [f], [t])


@pytest.mark.parametrize("margin", [0.5, 1.0, 3.0])
def test_multiclass_hinge_is_k_times_theirs(torch: Any, margin: float) -> None:
    def theirs(scores: Any, labels: Any, margin: float) -> Any:
        return K * torch.nn.functional.multi_margin_loss(scores, labels, margin=margin)

    labels = rng(1).integers(0, K, N)
    assert_same(torch, losses.multiclass_hinge, theirs, [normal(0)], [labels, margin])


def test_triplet_loss(torch: Any) -> None:
    def theirs(a: Any, p: Any, n: Any, margin: float) -> Any:
        # Their default distance adds 1e-6 to every coordinate; this one does not.
        def distance(x: Any, y: Any) -> Any:
            return torch.linalg.vector_norm(x - y, dim=1)

        return torch.nn.functional.triplet_margin_with_distance_loss(
            a, p, n, distance_function=distance, margin=margin
        )

    assert_same(torch, losses.triplet_loss, theirs, [normal(0), normal(1), normal(2)], [0.7])


def test_contrastive_loss_is_what_autograd_makes_of_its_formula(torch: Any) -> None:
    def theirs(a: Any, b: Any, same: Any, margin: float) -> Any:
        d = torch.linalg.vector_norm(a - b, dim=1)
        return torch.mean(0.5 * (same * d**2 + (1 - same) * torch.relu(margin - d) ** 2))

    same = rng(3).integers(0, 2, N)
    assert_same(torch, losses.contrastive_loss, theirs, [normal(0), normal(1)], [same, 6.0])


def test_info_nce_is_their_cross_entropy_of_cosines(torch: Any) -> None:
    def theirs(a: Any, b: Any, temperature: float) -> Any:
        cosines = torch.nn.functional.cosine_similarity(a[:, None, :], b[None, :, :], dim=2)
        return torch.nn.functional.cross_entropy(cosines / temperature, torch.arange(N))

    assert_same(torch, losses.info_nce, theirs, [normal(0), normal(1)], [0.2])


def test_soft_dtw_is_what_autograd_makes_of_the_recursion(torch: Any) -> None:
    def theirs(x: Any, y: Any, gamma: float) -> Any:
        R: dict[tuple[int, int], Any] = {(-1, -1): torch.zeros((), dtype=torch.float64)}
        for i in range(len(x)):
            for j in range(len(y)):
                ways = [(i - 1, j), (i, j - 1), (i - 1, j - 1)]
                before = torch.stack([R[way] for way in ways if way in R])
                cost = torch.sum((x[i] - y[j]) ** 2)
                R[i, j] = cost - gamma * torch.logsumexp(-before / gamma, dim=0)
        return R[len(x) - 1, len(y) - 1]

    assert_same(torch, losses.soft_dtw, theirs, [normal(0)], [normal(1)[:5], 0.8])


@pytest.mark.parametrize("amount", [0.0, 0.1, 0.7, 1.0])
def test_smooth_labels_give_their_cross_entropy_with_label_smoothing(
    torch: Any, amount: float
) -> None:
    def ours(u: Any, labels: Any) -> Any:
        return losses.softmax_cross_entropy(u, losses.smooth_labels(labels, K, amount))

    def theirs(u: Any, labels: Any) -> Any:
        return torch.nn.functional.cross_entropy(u, labels, label_smoothing=amount)

    assert_same(torch, ours, theirs, [normal(0)], [rng(1).integers(0, K, N)])


@pytest.mark.parametrize("operation", ["add", "sub", "mul"])
@settings(max_examples=80, deadline=None, derandomize=True)
@given(shapes=pairs_that_broadcast())
def test_unbroadcast_is_what_autograd_does_with_shapes_that_differ(
    operation: str, shapes: Any
) -> None:
    import torch

    a, b = (np.asarray(rng(i).normal(size=shape)) for i, shape in enumerate(shapes.input_shapes))
    dy = np.asarray(rng(2).normal(size=shapes.result_shape))
    tensors = [torch.tensor(leaf, requires_grad=True) for leaf in (a, b)]
    getattr(torch, operation)(*tensors).backward(torch.tensor(dy))
    into_a, into_b = {"add": (dy, dy), "sub": (dy, -dy), "mul": (dy * b, dy * a)}[operation]
    for gradient, leaf, tensor in zip((into_a, into_b), (a, b), tensors, strict=True):
        d = unbroadcast(gradient, leaf.shape)
        assert d.shape == tuple(tensor.grad.shape)
        np.testing.assert_allclose(d, tensor.grad.numpy(), **CLOSE)


@pytest.mark.parametrize("tape", TAPES, ids=str)
def test_backprop_on_a_graph(torch: Any, tape: Tape) -> None:
    """Inner nodes too: autograd keeps their gradients when asked to."""
    functions = {
        "add": torch.add, "sub": torch.sub, "mul": torch.mul, "matmul": torch.matmul,
        "exp": torch.exp, "log": torch.log, "tanh": torch.tanh, "sum": torch.sum,
    }  # fmt: skip
    leaves = tape.leaves()
    values = evaluate_graph(tape.graph, leaves)
    gradients = backprop(tape.graph, values, "L")
    tensors: dict[str, Any] = {}
    for node, (operation, inputs) in tape.graph.items():  # a tape is written in order
        if operation == "input":
            tensors[node] = torch.tensor(leaves[node], requires_grad=True)
        else:
            tensors[node] = functions[operation](*(tensors[name] for name in inputs))
        tensors[node].retain_grad()
    tensors["L"].backward()
    for node in tape.graph:
        np.testing.assert_allclose(values[node], tensors[node].detach().numpy(), **CLOSE)
        np.testing.assert_allclose(gradients[node], tensors[node].grad.numpy(), **CLOSE)


def test_poisson_loss_is_their_sum_divided_by_n(torch: Any) -> None:
    def theirs(u: Any, t: Any) -> Any:
        return torch.nn.functional.poisson_nll_loss(u, t, reduction="sum") / N

    assert_same(
        torch, losses.poisson_loss, theirs, [normal(0)], [rng(1).poisson(2.0, (N, K)) * 1.0]
    )
