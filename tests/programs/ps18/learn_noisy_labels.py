"""Solutions of ``learn_noisy_labels(x, t, rng) -> [W1, b1, W2, b2]``."""

import numpy as np

from grader.exercises.ps08.own_network import OwnNetwork
from grader.exercises.ps08.train import train
from grader.exercises.ps08.train_step import train_step
from grader.exercises.ps18.early_stopping import EarlyStopping
from grader.exercises.ps18.penalised_minimum import penalised_minimum
from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds

BY_CHANCE = "the accuracy of a training lies on the ramp"


def epoch(network, x, t, lr, rng, lam=0.0, batch_size=32):
    order = rng.permutation(len(x))
    for start in range(0, len(x), batch_size):
        rows = order[start : start + batch_size]
        train_step(network, x[rows], t[rows], lr)
        for W in network.parameters[::2]:
            W *= 1 - 2 * lr * lam


def trained(x, t, rng, lr, epochs, lam=0.0):
    network = OwnNetwork([49, 100, 10], rng)
    for _ in range(epochs):
        epoch(network, x, t, lr, rng, lam)
    return network


def loss(network, x, t):
    u = network.forward(x)
    u = u - u.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(u).sum(axis=1)) - u[np.arange(len(t)), t])


@right
def a_weaker_penalty_and_larger_steps(x, t, rng):
    return trained(x, t, rng, 0.03, 60, lam=0.04).parameters


@right
def proximal_steps(x, t, rng):
    """`penalised_minimum` after each step, with h = 1/η, on smaller pixels; W1 takes the scale."""
    network, lr = OwnNetwork([49, 100, 10], rng), 0.1
    for _ in range(60):
        order = rng.permutation(len(x))
        for rows in np.split(order, range(50, len(x), 50)):
            train_step(network, x[rows] / 4, t[rows], lr)
            for W in network.parameters[::2]:
                W[...] = penalised_minimum(W, 1 / lr, 0.0, 0.03)
    W1, *rest = network.parameters
    return [W1 / 4, *rest]


@right
def a_penalty_and_the_best_epoch(x, t, rng):
    """A class that stops, a copy of the best weights, and a penalty besides."""
    network, stopper = OwnNetwork([49, 100, 10], rng), EarlyStopping(20, 0.0)
    (x_own, t_own), (x_val, t_val) = (x[80:], t[80:]), (x[:80], t[:80])
    for k in range(80):
        epoch(network, x_own, t_own, 0.01, rng, lam=0.07)
        stop = stopper.update(loss(network, x_val, t_val))
        if stopper.best_step == k:
            best = [p.copy() for p in network.parameters]
        if stop:
            break
    return best


@open_(chance=BY_CHANCE)
def stopped_in_time(x, t, rng):
    """No penalty: small steps, and the epoch with the lowest loss on 100 held-out images."""
    network, stopper = OwnNetwork([49, 100, 10], rng), EarlyStopping(25, 0.0)
    (x_own, t_own), (x_val, t_val) = (x[100:], t[100:]), (x[:100], t[:100])
    for k in range(150):
        epoch(network, x_own, t_own, 0.002, rng)
        stop = stopper.update(loss(network, x_val, t_val))
        if stopper.best_step == k:
            best = [p.copy() for p in network.parameters]
        if stop:
            break
    return tuple(best)


@wrong
def memorises(x, t, rng):
    return trained(x, t, rng, 0.1, 60).parameters


@wrong
def a_best_epoch_that_is_no_copy(x, t, rng):
    network, least = OwnNetwork([49, 100, 10], rng), np.inf
    for _ in range(60):
        epoch(network, x[100:], t[100:], 0.05, rng)
        if (one := loss(network, x[:100], t[:100])) < least:
            least, best = one, network.parameters
    return best


@wrong(chance=BY_CHANCE)
def the_penalty_of_section_2(x, t, rng):
    return trained(x, t, rng, 0.1, 150, lam=0.01).parameters


@wrong
def images_standardised_for_the_training_alone(x, t, rng):
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    return trained(z, t, rng, 0.03, 40, lam=0.02).parameters


@wrong
def the_penalty_has_the_wrong_sign(x, t, rng):
    return trained(x, t, rng, 0.1, 60, lam=-0.1).parameters


@wrong
def a_penalty_stronger_than_the_loss(x, t, rng):
    return trained(x, t, rng, 0.01, 60, lam=2.0).parameters


@wrong
def the_largest_steps(x, t, rng):
    return trained(x, t, rng, 3.0, 5).parameters


@wrong
def hardly_a_step(x, t, rng):
    return trained(x, t, rng, 1e-5, 5).parameters


@wrong
def rows_that_do_not_belong_together(x, t, rng):
    return trained(rng.permutation(x), t, rng, 0.01, 30, lam=0.1).parameters


@wrong(chance=BY_CHANCE)
def a_penalty_that_is_hardly_felt(x, t, rng):
    return trained(x, t, rng, 0.03, 60, lam=0.01).parameters


@wrong(chance=BY_CHANCE)
def too_strong_a_penalty(x, t, rng):
    return trained(x, t, rng, 0.01, 60, lam=0.35).parameters


@wrong
def no_hidden_layer(x, t, rng):
    return OwnNetwork([49, 10], rng).parameters


@wrong
def of_the_first_call(x, t, rng, kept=[]):  # noqa: B006
    kept.append(trained(x, t, rng, 0.01, 60, lam=0.1).parameters)
    return kept[0]


@wrong(chance=BY_CHANCE)
def the_training_of_notebook_08(x, t, rng):
    network = OwnNetwork([49, 100, 10], rng)
    for lr, epochs in ((0.1, 12), (0.02, 4)):
        train(network, (x, t), (x, t), lr=lr, epochs=epochs, batch_size=32, rng=rng)
    return network.parameters


@wrong
def initial_weights(x, t, rng):
    return OwnNetwork([49, 100, 10], rng).parameters


programs.beside_the_point = [
    "memorises",
    "no_hidden_layer",
    "initial_weights",
]

programs.told = {
    "memorises": "Your network predicts 1.00 of its training labels, and 0.4",
    "a_best_epoch_that_is_no_copy": "Your network predicts",
    "images_standardised_for_the_training_alone": "Your network expects standardised",
    "the_penalty_has_the_wrong_sign": "Your largest weight",
    "a_penalty_stronger_than_the_loss": "All your weights are near 0",
    "the_largest_steps": "Your network gives one label",
    "hardly_a_step": "Your network predicts only",
    "rows_that_do_not_belong_together": "Your network predicts only",
    "a_penalty_that_is_hardly_felt": "Your network predicts 0.",
    "too_strong_a_penalty": "Your network predicts 0.",
}
