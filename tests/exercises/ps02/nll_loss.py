"""Programs for ``nll_loss``."""

import numpy as np


def textbook(log_p, labels):
    N = len(labels)
    d = np.zeros_like(log_p)
    d[np.arange(N), labels] = -1 / N
    return -log_p[np.arange(N), labels].mean(), d


def one_hot(log_p, labels):
    t = np.eye(log_p.shape[1])[labels]
    return -(t * log_p).sum() / len(t), -t / len(t)


def along_axis(log_p, labels):
    at = labels.astype(np.int64)[:, None]
    d = np.zeros(log_p.shape)
    np.put_along_axis(d, at, -1.0, axis=1)
    return np.mean(-np.take_along_axis(log_p, at, axis=1)), d / log_p.shape[0]


def compared(log_p, labels):
    mask = np.arange(log_p.shape[1])[None, :] == labels[:, None]
    return -np.sum(log_p[mask]) / len(mask), np.where(mask, -1 / len(mask), 0)


def row_by_row(log_p, labels):
    total, d = 0.0, [[0.0] * log_p.shape[1] for _ in labels]
    for n, label in enumerate(labels):
        total -= float(log_p[n][label])
        d[n][int(label)] = -1.0 / len(labels)
    return total / len(labels), np.array(d)


def log_of_the_product(log_p, labels):
    likelihood = np.prod(np.exp(log_p[range(len(labels)), labels].astype(float)))
    t = (labels[:, None] == np.arange(log_p.shape[1])) * 1.0
    return np.float64(-np.log(likelihood) / len(labels)), t * (-1.0 / len(labels))


VARIANTS = [
    (f.__name__, (f,))
    for f in (textbook, one_hot, along_axis, compared, row_by_row, log_of_the_product)
]


def gradient_as_list(log_p, labels):
    value, d = textbook(log_p, labels)
    return value, d.tolist()


def value_in_an_array(log_p, labels):
    value, d = textbook(log_p, labels)
    return np.array([[value]]), d


def turns_log_p_positive(log_p, labels):
    log_p *= -1
    return textbook(-log_p, labels)


DRESSED = [(f.__name__, (f,)) for f in (gradient_as_list, value_in_an_array, turns_log_p_positive)]


def always_the_first_class(log_p, labels):
    return textbook(log_p, 0 * labels)


def most_likely_class(log_p, labels):
    return textbook(log_p, log_p.argmax(axis=1))


def labels_from_one(log_p, labels):
    return textbook(log_p, labels.astype(int) - 1)


def first_label_for_all(log_p, labels):
    return textbook(log_p, np.full(len(labels), labels[0]))


def base_two(log_p, labels):
    value, d = textbook(log_p, labels)
    return value / np.log(2), d


def also_pushes_the_others(log_p, labels):
    value, d = textbook(log_p, labels)
    return value, d - d.mean(axis=1, keepdims=True)


def no_gradient(log_p, labels):
    return textbook(log_p, labels)[0], 0 * log_p


def weighted_by_label(log_p, labels):
    value, d = textbook(log_p, labels)
    return value * (1 + labels.mean()), d * (1 + labels[:, None])


WRONG = [
    (f.__name__, (f,))
    for f in (
        always_the_first_class,
        most_likely_class,
        labels_from_one,
        first_label_for_all,
        base_two,
        also_pushes_the_others,
        no_gradient,
        weighted_by_label,
    )
]
