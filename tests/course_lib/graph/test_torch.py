"""Backpropagation on a graph, and sums over axes that were stretched, agree with PyTorch.

In double precision the two differ by rounding only.
"""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from course_lib.graph import backprop, evaluate_graph, unbroadcast
from tests.course_lib.graph.shapes import pairs_that_broadcast
from tests.course_lib.graph.tapes import TAPES, Tape

pytestmark = pytest.mark.torch

CLOSE: dict[str, Any] = {"rtol": 1e-9, "atol": 1e-12}


@pytest.fixture
def torch() -> Any:
    import torch

    torch.set_num_threads(1)
    return torch


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


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
