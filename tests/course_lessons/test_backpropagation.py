"""Wrong backward passes are wrong where they should be, and each comparison says so."""

import re
from typing import Any

import numpy as np
import pytest

from course_lessons import backpropagation as lesson
from course_lib import functional as F
from course_lib.gradient_check import numerical_gradient, relative_error
from course_lib.losses import softmax_cross_entropy
from course_lib.plots import Picture


def without_bias(du: Any, cache: Any) -> Any:
    dx, dW, db = F.linear_backward(du, cache)
    return dx, dW, 0 * db


RIGHT = lesson.CORRECT
# Backward passes, and the parameters whose gradient each gets wrong.
PASSES: dict[str, tuple[Any, set[str]]] = {
    "correct": (RIGHT, set()),
    "first layer": ((without_bias, *RIGHT[1:]), {"b1"}),
    "ReLU": ((RIGHT[0], lambda dz, cache: dz, RIGHT[2]), {"W1", "b1"}),
    "second layer": ((*RIGHT[:2], without_bias), {"b2"}),
}
RNG = np.random.default_rng(0)
X, T = RNG.uniform(size=(4, 64)), np.array([0, 3, 3, 9])


@pytest.mark.parametrize("name", PASSES)
def test_a_network_has_the_given_backward_pass(name: str) -> None:
    given, expected = PASSES[name]
    network = lesson.network_with(given, F.linear_forward, np.random.default_rng(1), "float64", 8)
    y, backward = network.forward(X, training=True)
    backward(softmax_cross_entropy(y, T)[1])
    wrong = set()
    for label, p in zip(("W1", "b1", "W2", "b2"), network.parameters(), strict=True):

        def loss(moved: Any, p: Any = p) -> float:
            kept, p.data = p.data, moved
            value, _ = softmax_cross_entropy(network(X), T)
            p.data = kept
            return float(value)

        if relative_error(p.grad, numerical_gradient(loss, p.data, 1e-6)) > 1e-5:
            wrong.add(label)
    assert wrong == expected


def test_the_networks_train_with_the_given_forward_pass() -> None:
    def all_zero(x: Any, W: Any, b: Any) -> Any:
        return 0 * F.linear_forward(x, W, b)[0], None

    passes: dict[str, Any] = {"right": RIGHT, "other": PASSES["ReLU"][0]}
    reached = lesson.trained_accuracies(F.linear_forward, passes, seeds=(0,), epochs=1)
    assert reached.shape == (2, 1) and reached[0, 0] > 0.5
    assert lesson.trained_accuracies(all_zero, passes, seeds=(0,), epochs=1).max() < 0.2


def test_figures_carry_their_numbers_as_text() -> None:
    accuracies = lesson.draw_accuracies(
        np.linspace(0.1, 0.6, 6)[:, None] + np.zeros(3), ["correct", *"abcd", "sign"]
    )
    for picture in (accuracies, lesson.draw_graph(), lesson.draw_deltas()):
        assert isinstance(picture, Picture) and len(picture.alt) > 80
    assert "correct 0.10" in accuracies.alt and "sign 0.60" in accuracies.alt


def test_the_graph_shows_a_step_for_each_value() -> None:
    names = [name for _, names in lesson.STEPS for name in names.split()]
    player = lesson.draw_steps(dict.fromkeys(names, 1.5))
    alt = re.search(r'alt="([^"]*)"', player._repr_mimebundle_()["text/html"])
    assert alt and alt[1].count(" = 1.5") == len(names) == 17


def gradients(v: Any) -> dict[str, Any]:
    t = np.eye(v["p"].shape[1])[v["t"]]
    n = len(t)
    d = {"l": np.full(n, 1 / n), "q": -1 / (n * v["q"]), "p": -t / (n * v["p"])}
    return d | {"s": 1 / (n * v["s"]), "e": (v["p"] - t) / (n * v["e"])}


def test_lines_are_compared_up_to_the_first_that_is_missing(capsys: Any) -> None:
    v = lesson.five_samples()
    lesson.compare_lines(gradients, v)
    *lines, last = capsys.readouterr().out.splitlines()
    assert [line[:9] for line in lines] == [f"d{name} agrees" for name in "lqpse"]
    assert last == 'dy is next: write d["y"] = …, of shape (5, 3)'
    lesson.compare_lines(lambda v: gradients(v) | {"q": v["q"], "p": np.zeros(3)}, v)
    out = capsys.readouterr().out
    assert "dq DIFFERS" in out and "dp has shape (3,), expected (5, 3)" in out


def test_an_empty_function_is_told_where_to_begin(capsys: Any) -> None:
    def empty(v: Any) -> Any:
        raise NotImplementedError

    lesson.compare_lines(empty, lesson.five_samples())
    assert "Replace it by your first line" in capsys.readouterr().out


def stored_forward(x: Any, params: Any) -> Any:
    z, cache = x, []
    for W, b in params:
        u = z @ W + b
        cache.append((z, W, u))
        z = np.maximum(u, 0)
    return u, cache


def without_mask(dy: Any, cache: Any) -> Any:
    dz, gradients = dy, []
    for number, (z, W, u) in reversed(list(enumerate(cache, start=1))):
        du = dz if number == len(cache) else dz * (u > 0)
        gradients = [(z.T @ du, du.sum(axis=0)), *gradients]
        dz = dz @ W.T
    return dz, gradients


@pytest.mark.parametrize(
    ("widths", "wrong"),
    [((3, 2), set()), ((3, 4, 2), {"dx"}), ((3, 4, 5, 2), {"dW1", "db1", "dx"})],
)
def test_half_a_repair_shows_where_the_mask_is_missing(
    widths: tuple[int, ...], wrong: set[str], capsys: Any
) -> None:
    errors = lesson.compare_gradients(
        stored_forward, without_mask, samples=4, widths=widths, with_dx=True
    )
    assert {name for name, error in errors.items() if error > 1e-5} == wrong
    out = capsys.readouterr().out
    assert out.count("DIFFERS") == len(wrong) and out.count(" ok") == len(errors) - len(wrong)
