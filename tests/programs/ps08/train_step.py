"""Solutions of ``train_step(network, x, t, lr) -> loss``."""

import numpy as np

from course_lib.losses import softmax_cross_entropy
from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def with_the_loss_of_notebook_02(network, x, t, lr):
    loss, du = softmax_cross_entropy(network.forward(x), t)
    for p, dp in zip(network.parameters, network.backward(du), strict=True):
        p -= lr * dp
    return loss


@right
def one_hot_rows(network, x, t, lr):
    u = network.forward(x)
    y = np.exp(u - u.max(axis=1, keepdims=True))
    sums = y.sum(axis=1)
    right = np.eye(u.shape[1])[t]
    loss = np.mean(np.log(sums) + u.max(axis=1) - (u * right).sum(axis=1))
    gradients = network.backward((y / sums[:, None] - right) / len(x))
    for p, dp in zip(network.parameters, gradients, strict=True):
        np.subtract(p, lr * dp, out=p)
    return float(loss)


@wrong
def a_new_list(network, x, t, lr):
    """A network whose layers hold its arrays goes on with the old ones."""
    loss, du = softmax_cross_entropy(network.forward(x), t)
    gradients = network.backward(du)
    network.parameters = [p - lr * dp for p, dp in zip(network.parameters, gradients, strict=True)]
    return loss


@right
def in_place_by_index(network, x, t, lr):
    u = network.forward(x)
    n = len(t)
    loss, du = 0.0, np.zeros(u.shape)
    for k in range(n):
        shifted = u[k] - max(u[k])
        log_y = shifted - np.log(np.sum(np.exp(shifted)))
        loss -= log_y[t[k]] / n
        du[k] = np.exp(log_y) / n
        du[k, t[k]] -= 1 / n
    gradients = network.backward(du)
    for i in range(len(gradients)):
        network.parameters[i][...] = network.parameters[i] - lr * gradients[i]
    return loss


@wrong
def momentum_of_the_step_before(network, x, t, lr):
    """Something of an earlier step is added."""
    loss, du = softmax_cross_entropy(network.forward(x), t)
    gradients = network.backward(du)
    before = vars(network).setdefault("before", [0 * dp for dp in gradients])
    for p, dp, old in zip(network.parameters, gradients, before, strict=True):
        p -= lr * (dp + 0.9 * old)
    network.before = gradients
    return loss


@wrong
def the_first_array_alone(network, x, t, lr):
    loss, du = softmax_cross_entropy(network.forward(x), t)
    network.parameters[0] -= lr * network.backward(du)[0]
    return loss


@wrong
def returns_nothing(network, x, t, lr):
    with_the_loss_of_notebook_02(network, x, t, lr)


@wrong(chance="scores far apart overflow in one of two outputs or in both")
def probabilities_clipped(network, x, t, lr):
    u = network.forward(x)
    y = np.exp(u) / np.exp(u).sum(axis=1, keepdims=True)
    rows = np.arange(len(x))
    loss = -np.mean(np.log(np.maximum(y[rows, t], 1e-12)))
    y[rows, t] -= 1
    for p, dp in zip(network.parameters, network.backward(y / len(x)), strict=True):
        p -= lr * dp
    return loss


@wrong
def loss_alone(network, x, t, lr):
    return softmax_cross_entropy(network.forward(x), t)[0]


@wrong
def the_biases_alone(network, x, t, lr):
    loss, du = softmax_cross_entropy(network.forward(x), t)
    network.parameters[-1] -= lr * network.backward(du)[-1]
    return loss


@wrong
def four_arrays(network, x, t, lr):
    loss, du = softmax_cross_entropy(network.forward(x), t)
    for p, dp in zip(network.parameters[:4], network.backward(du), strict=False):
        p -= lr * dp
    return loss


@wrong
def backward_again_for_each_array(network, x, t, lr):
    """Later gradients belong to a network that has changed."""
    loss, du = softmax_cross_entropy(network.forward(x), t)
    for i, p in enumerate(network.parameters):
        p -= lr * network.backward(du)[i]
    return loss


@wrong
def a_rate_of_0_is_replaced(network, x, t, lr):
    return with_the_loss_of_notebook_02(network, x, t, lr or 0.1)


programs.beside_the_point = [
    "loss_alone",
    "the_biases_alone",
]

programs.equivalent = changes("""
for p, dp in zip(network.parameters, gradients, strict=True): -> for p, dp in zip(network.parameters, gradients, strict=False):
    strict= only guards against another mistake
""")
