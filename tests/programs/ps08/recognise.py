"""Solutions of ``recognise(x_train, t_train, x_new, rng) -> labels``."""

import numpy as np

from course_lessons.own_network import nearest_neighbour
from grader.exercises.ps01.standardize import standardize
from grader.exercises.ps08.own_network import OwnNetwork
from grader.exercises.ps08.train import train
from grader.exercises.ps08.train_step import train_step
from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


def trained(x, t, widths, plan, rng, batch_size=32):
    network, few = OwnNetwork(widths, rng), (x[:10], t[:10])
    for lr, epochs in plan:
        train(network, (x, t), few, lr=lr, epochs=epochs, batch_size=batch_size, rng=rng)
    return network


def waves():
    """An orthonormal base (196, 6) of the slow cosine waves."""
    place = np.cos(np.pi * np.outer(np.arange(3), (np.arange(14) + 0.5) / 14))
    slow = [np.outer(place[i], place[j]).ravel() for i in range(3) for j in range(3 - i)]
    return np.linalg.qr(np.transpose(slow))[0]


def without_waves(x):
    return x - x @ waves() @ waves().T


def without_plane(x):
    """Minus the plane that fits an image best, by least squares."""
    row, column = np.indices((14, 14)).reshape(2, -1)
    A = np.stack([np.ones(196), row, column], axis=1)
    return x - (A @ np.linalg.lstsq(A, x.T, rcond=None)[0]).T


@right
def two_hidden_layers(x_train, t_train, x_new, rng):
    x, new = standardize(without_waves(np.vstack([x_train, -x_train])), without_waves(x_new))
    t, plan = np.tile(t_train, 2), ((0.1, 8), (0.02, 3))
    return trained(x, t, [196, 100, 100, 10], plan, rng).forward(new).argmax(axis=1)


@right
def both_signs_of_each_image(x_train, t_train, x_new, rng):
    """A negative shows the same digit, so it is a second training image; no history, in lists."""
    x, new = standardize(without_plane(np.vstack([x_train, -x_train])), without_plane(x_new))
    t = np.concatenate([t_train, t_train])
    network = OwnNetwork([196, 200, 10], rng)
    for lr in np.linspace(0.15, 0.01, 10):
        order = rng.permutation(len(x))
        for start in range(0, len(x), 32):
            rows = order[start : start + 32]
            train_step(network, x[rows], t[rows], lr)
    return [int(k) for k in network.forward(new).argmax(axis=1)]


@right
def nearest_up_to_its_sign(x_train, t_train, x_new, rng):
    """No network: without the light, the nearest image up to its sign answers."""

    def clean(x):
        rest = without_waves(x)
        return rest / np.linalg.norm(rest, axis=1, keepdims=True)

    return t_train[np.abs(clean(x_new) @ clean(x_train).T).argmax(axis=1)]


@wrong
def nearest(x_train, t_train, x_new, rng):
    return nearest_neighbour(x_train, t_train, x_new)


@wrong
def logistic_regression(x_train, t_train, x_new, rng):
    x, new = standardize(x_train, x_new)
    return trained(x, t_train, [196, 10], [(0.05, 10)], rng).forward(new).argmax(axis=1)


@wrong
def one_epoch(x_train, t_train, x_new, rng):
    x, new = standardize(x_train, x_new)
    return trained(x, t_train, [196, 200, 10], [(0.1, 1)], rng).forward(new).argmax(axis=1)


@wrong
def one_label_for_all(x_train, t_train, x_new, rng):
    return np.full(len(x_new), 7)


@wrong
def scores_in_place_of_labels(x_train, t_train, x_new, rng):
    x, new = standardize(x_train, x_new)
    return trained(x, t_train, [196, 50, 10], [(0.1, 1)], rng).forward(new)


@wrong
def thirty_units(x_train, t_train, x_new, rng):
    x, new = standardize(x_train, x_new)
    return trained(x, t_train, [196, 30, 10], [(0.1, 8)], rng).forward(new).argmax(axis=1)


@wrong(chance="the accuracy of one training lies on the ramp")
def network_of_section_5(x_train, t_train, x_new, rng):
    x, new = standardize(x_train, x_new)
    return trained(x, t_train, [196, 100, 10], [(0.1, 15)], rng).forward(new).argmax(axis=1)


programs.beside_the_point = [
    "nearest",
    "logistic_regression",
    "one_epoch",
    "one_label_for_all",
    "thirty_units",
]
