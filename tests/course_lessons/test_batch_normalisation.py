"""What the notebook on batch normalisation trains, measures and draws."""

import numpy as np
import pytest

from course_lessons import batch_normalisation as lesson
from course_lib.functional import batchnorm_backward, batchnorm_forward
from course_lib.layers import BatchNorm
from course_lib.plots import Picture


def test_a_training_is_repeated_by_its_seed_and_may_use_other_layers() -> None:
    made: list[int] = []

    def norm(n: int) -> BatchNorm:
        made.append(n)
        return BatchNorm(n)

    first = lesson.train("with BN", 1.0, seed=5)
    assert lesson.train("with BN", 1.0, 5, norm) == first > 0.7
    assert made == [50, 50]


def test_a_training_that_overflows_counts_as_guessing() -> None:
    assert lesson.train("without BN", 10.0, seed=0) <= 0.2


def test_a_test_in_training_mode_leaves_the_network_as_it_was() -> None:
    network = lesson.trained(0)
    before = network.state_dict()
    order = np.arange(360)
    assert lesson.test_accuracy(network, order, training=True) > 0.9
    assert lesson.test_accuracy(network, order, training=False) > 0.9
    assert all(np.array_equal(value, before[name]) for name, value in network.state_dict().items())


def test_the_factor_of_the_last_layer_is_another_one_if_it_is_given() -> None:
    def at(**factors: float) -> float:
        return lesson.train("without BN", 0.1, 0, **factors)

    assert at() == at(last=10) and at(factor=1) != at(factor=1, last=10)


def test_a_network_written_as_tuples_has_the_outputs_of_its_layers() -> None:
    rng = np.random.default_rng(0)
    network = lesson.image_network(BatchNorm, rng)
    x = rng.normal(size=(5, 1, 8, 8)).astype(np.float32)
    network.forward(3 * x, training=True)  # other running statistics
    layers = lesson.as_layers(network)
    assert [layer[0] for layer in layers[-5:]] == ["conv", "norm", "relu", "conv", "flatten"]
    np.testing.assert_allclose(lesson.outputs(layers, x), network(x), rtol=1e-3, atol=1e-4)
    plain = lesson.as_layers(lesson.image_network(None, rng))
    assert len(layers) - len(plain) == lesson.CONVOLUTIONS
    of_rows, x = lesson.trained(0), lesson.digits()[2]
    y = lesson.outputs(lesson.as_layers(of_rows), x)
    np.testing.assert_allclose(y, of_rows(x), rtol=1e-3, atol=1e-4)


def test_a_network_for_images_learns_and_its_curves_have_a_number_for_each_epoch() -> None:
    network, (losses, accuracies) = lesson.learn(BatchNorm, 0.3, 0, epochs=2)
    assert losses.shape == (2,) and losses[1] < 0.5 * losses[0]
    _, _, x, t = lesson.digits()
    right = network(lesson.as_images(x)).argmax(axis=1) == t
    assert accuracies[-1] == pytest.approx(np.mean(right)) and np.mean(right) > 0.8


def test_rows_pass_through_linear_layers_and_norms() -> None:
    W, b = np.array([[1.0, 2.0]]), np.array([3.0, 4.0])
    norm = [np.array([1.0, -2.0]), np.zeros(2), np.ones(2), np.array([4.0, 0.0]), 1.0]
    found = lesson.outputs([("linear", W, b), ("norm", *norm), ("relu",)], np.array([[-6.0]]))
    np.testing.assert_allclose(found, [[0.0, 18.0]])
    with pytest.raises(ValueError, match="no layer 'pool'"):
        lesson.outputs([("pool",)], found)


def test_shifts_are_new_at_every_step_of_the_training() -> None:
    layer, x = lesson.Shift(4, np.random.default_rng(0)), np.ones((2, 4))
    assert np.array_equal(layer.forward(x, training=False)[0], x)
    first, second = (layer.forward(x, training=True)[0] for _ in range(2))
    assert np.array_equal(first[0], first[1]) and not np.allclose(first, second, atol=0.05)


def test_gamma_and_beta_stay_where_they_are_frozen() -> None:
    layers: list[BatchNorm] = []

    def norm(n: int) -> BatchNorm:
        layers.append(BatchNorm(n))
        return layers[-1]

    loss = lesson.deep_loss("BN, gamma 1 and beta 0", 0, norm)
    assert loss < 0.3 and len(layers) == 8
    assert all(np.all(one.gamma.data == 1) and np.all(one.beta.data == 0) for one in layers)
    lesson.deep_loss("BN before the product", 0, norm)
    assert layers[8].gamma.data.shape == (64,) and not np.all(layers[8].gamma.data == 1)


def with_state(x, gamma, beta, eps):
    state = {"mean": 0 * gamma, "var": 0 * gamma + 1}
    y, cache, _ = batchnorm_forward(x, gamma, beta, state, training=True, momentum=0.1, eps=eps)
    return y, cache


def test_measured_gradients_agree_with_the_library() -> None:
    rng = np.random.default_rng(1)
    x, dy = rng.normal(size=(2, 6, 3))
    gamma, beta = rng.normal(size=(2, 3))
    found = lesson.measured_gradients({"x": x, "dy": dy, "gamma": gamma, "beta": beta, "eps": 0.2})
    _, cache = with_state(x, gamma, beta, 0.2)
    np.testing.assert_allclose(found["x"], batchnorm_backward(dy, cache)[0], atol=1e-8)


def in_steps(x, gamma, beta, eps):
    """The forward pass, and the cache in the notebook's order."""
    y, (c, _, i, _) = with_state(x, gamma, beta, eps)
    return y, (c, i, c * i, gamma)


def test_the_first_wrong_line_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    def backward(dy, cache):
        c, i, _, gamma = cache
        dx_hat = gamma * dy
        dvar = (dx_hat * c).sum(axis=0) * i**3 / 2
        dc = dx_hat.sum(axis=0)
        raise ValueError(f"not done yet: {dvar.shape}, {dc.shape}")

    lesson.compare_lines(in_steps, backward)
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "backward ends with ValueError: not done yet: (2,), (2,)"
    assert said[1].startswith("dx_hat: agrees") and said[2].startswith("dvar: DIFFERS")
    assert said[3] == "dc: has shape (2,), expected (5, 2)" and len(said) == 4


def test_a_wrong_cache_is_told_before_the_lines(capsys: pytest.CaptureFixture[str]) -> None:
    def std_for_i(*args):
        y, (c, i, x_hat, gamma) = in_steps(*args)
        return y, (c, 1 / i, x_hat, gamma)

    lesson.compare_lines(std_for_i, lambda dy, cache: None)
    assert capsys.readouterr().out.startswith("the cache does not hold i: look at normalise_batch")


def test_each_figure_says_what_it_shows() -> None:
    flows = {"without BN": lesson.flow(None), "with BN": lesson.flow(BatchNorm)}
    figures = {
        "c is x − μ": lesson.draw_graph(),
        "logarithmic": lesson.draw_flow(flows),
        "BN: loss 2.00, 1.00, test": lesson.draw_curves(
            {"plain": np.ones((2, 2, 2)), "BN": np.ones((3, 2, 2)) * [2, 1]}
        ),
    }
    for words, figure in figures.items():
        assert isinstance(figure, Picture) and words in figure.alt
