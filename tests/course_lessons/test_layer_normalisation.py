"""The deep networks of the lesson are those that its text describes, and so are its figures."""

from itertools import combinations
from typing import Any

import numpy as np
import pytest

from course_lessons import layer_normalisation as lesson
from course_lib.functional import layernorm_forward, relu_forward
from course_lib.gradient_check import numerical_gradient
from course_lib.layers import Linear

FEW = 3


@pytest.mark.parametrize("network", lesson.NETWORKS)
def test_a_block_has_the_parts_of_its_name(network: str) -> None:
    model = lesson.deep_network(network, 0.5, np.random.default_rng(0), blocks=FEW)
    x = model[0](lesson.digits()[0][:5])
    assert len(model) == 1 + FEW + (network != "shortcuts") + 2
    weights = [p.data for p in model[1].parameters() if p.data.ndim == 2]
    assert [W.shape for W in weights] == [(50, 50)]
    assert weights[0].var() == pytest.approx(0.25 * 2 / 50, rel=0.1)
    one = np.ones(50, x.dtype)
    h = x if network == "shortcuts" else layernorm_forward(x, one, 0 * one, eps=1e-5)[0]
    f = relu_forward(h)[0] @ weights[0]
    wanted = f if network == "layer norm" else x + f
    np.testing.assert_allclose(model[1](x), wanted, rtol=1e-4, atol=1e-5)


def test_the_pre_norm_block_has_the_gradient_of_its_output() -> None:
    rng = np.random.default_rng(0)
    block = lesson.PreNorm(4, Linear(4, 4, rng=rng, dtype="float64"))
    block.gamma.data, block.beta.data = rng.normal(size=4), rng.normal(size=4)
    x, dy = rng.normal(size=(2, 3, 4))
    _, backward = block.forward(x)
    measured = numerical_gradient(lambda x: float(np.sum(block(x) * dy)), x, 1e-6)
    np.testing.assert_allclose(backward(dy), measured, rtol=1e-6, atol=1e-8)
    assert len(block.parameters()) == 4


def test_a_training_is_that_of_its_seed_and_an_overflow_counts_as_guessing() -> None:
    few: dict[str, Any] = {"blocks": FEW}
    first = lesson.train("pre-norm", 0.18, 0.1, 0, **few)
    assert first == lesson.train("pre-norm", 0.18, 0.1, 0, **few) > 0.7
    assert first != lesson.train("pre-norm", 0.18, 0.1, 1, **few)
    assert lesson.train("shortcuts", 1.0, 1.0, 0) == 0.1


def test_thirty_blocks_are_those_of_layer_norm_alone() -> None:
    assert lesson.thirty_blocks(0) == lesson.train("layer norm", 1.0, 0.003, 0)


def test_the_normalisations_are_those_of_the_library() -> None:
    def rows(x: Any) -> Any:
        one = np.ones(x.shape[-1])
        return layernorm_forward(x, one, 0 * one, eps=1e-5)[0]

    x = np.random.default_rng(0).normal(size=(4, 6, 5))
    kinds = lesson.normalisations(
        rows, lambda x, groups: rows(x.reshape(len(x), groups, -1)).reshape(x.shape)
    )
    batch, images, groups = (f(x) for f in kinds.values())
    alike: tuple[tuple[Any, Any], ...] = ((batch, (0, 2)), (images, (1, 2)))
    for values, axes in alike:
        np.testing.assert_allclose(values.mean(axis=axes), 0, atol=1e-12)
        np.testing.assert_allclose(values.std(axis=axes), 1, rtol=1e-3)
    np.testing.assert_allclose(groups[:, 2:4].mean(axis=(1, 2)), 0, atol=1e-12)


def test_sizes_and_cosines_are_those_of_the_values_and_their_pairs() -> None:
    model = lesson.deep_network("shortcuts", 1.0, np.random.default_rng(0), blocks=FEW)
    sizes, cosines = lesson.through_blocks(model, FEW)
    z = model[: FEW + 1](lesson.digits()[0][:128])
    alike = [a @ b / np.linalg.norm(a) / np.linalg.norm(b) for a, b in combinations(z, 2)]
    assert len(sizes) == len(cosines) == FEW + 1
    assert sizes[-1] == pytest.approx(np.sqrt(np.mean(z**2)), rel=1e-5)
    assert cosines[-1] == pytest.approx(np.mean(alike), rel=1e-5)


def test_the_figures_say_what_they_show() -> None:
    changed = np.zeros((4, 6, 4), bool)
    changed[1, 2:4] = True
    both = np.array([1.0, 2.0]), np.array([0.7, 0.95])
    reacts = dict.fromkeys("abc", changed)
    assert (
        "sample 1, channels 2 and 3, all positions" in lesson.draw_reactions(reacts, (1, 2, 1)).alt
    )
    assert "deep: 1 and 2, 0.70 and 0.95" in lesson.draw_blocks({"deep": both}).alt
