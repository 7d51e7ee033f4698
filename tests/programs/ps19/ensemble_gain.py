"""Solutions of ``ensemble_gain(probabilities, t) -> (accuracy, loss)``."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(probabilities, t):
    mean, rows = probabilities.mean(axis=0), np.arange(len(t))
    accuracy = np.mean(mean.argmax(axis=1) == t) - np.mean(probabilities.argmax(axis=2) == t)
    each = np.log(probabilities[:, rows, t])
    return accuracy, np.mean(each) - np.mean(np.log(mean[rows, t]))


@right
def with_one_hot_labels(probabilities, t):
    one_hot = np.eye(probabilities.shape[2])[t]
    true = np.einsum("mnc,nc->mn", probabilities, one_hot)
    mean = probabilities.sum(axis=0) / len(probabilities)
    right_ones = [(p.argmax(axis=1) == t).mean() for p in (mean, *probabilities)]
    loss = np.log(true).mean() - np.log(true.mean(axis=0)).mean()
    return right_ones[0] - sum(right_ones[1:]) / len(probabilities), loss


@right
def image_by_image(probabilities, t):
    M, N, _ = probabilities.shape
    accuracy = loss = 0.0
    for n, label in enumerate(t):
        p = probabilities[:, n]
        mean = sum(p) / M
        accuracy += float(np.argmax(mean) == label) - sum(np.argmax(q) == label for q in p) / M
        loss += -np.log(mean[label]) + sum(np.log(q[label]) for q in p) / M
    return accuracy / N, loss / N


@wrong
def gain_of_the_first_call(probabilities, t, kept=[]):  # noqa: B006
    accuracy, loss = textbook(probabilities, t)
    kept.append(accuracy)
    return kept[0], loss


programs.beside_the_point = [
    "return 0.0, 0.0",
    "return np.mean(probabilities.argmax(axis=2) == t), 0.0",
    "return 0.02, -0.1",
]
