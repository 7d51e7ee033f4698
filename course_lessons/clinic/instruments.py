"""Measurements on a run, each one number; they use only what an adapter for any framework offers.

A run has ``restart()``, ``train()``, ``batch()``, ``step(batch)``, ``loss(batch)``,
``gradients(batch)``, ``predict(images)``, ``parameters()``, and ``training``, ``validation`` and
``new``: images and labels each. :class:`course_lessons.clinic.TrainingRun` says what they do.
"""

from typing import Any

import numpy as np

MEMORISED = 20  # images of "memorises 20 images"


def accuracy_of(run: Any, part: tuple[np.ndarray, np.ndarray]) -> float:
    """The accuracy of the run's predictions on images and labels, as it is now."""
    images, labels = part
    return float(np.mean(run.predict(images).argmax(axis=1) == labels))


def first_loss(run: Any) -> float:
    """The loss of the initial network on the first batch; about log K for K classes."""
    run.restart()
    return float(run.loss(run.batch()))


def last_loss(run: Any) -> float:
    """The mean logged loss of the last 20 steps of the training."""
    return float(run.train()[-20:, 0].mean())


def gradient_error(run: Any, directions: int = 8, h: float = 1e-7) -> float:
    """The relative error of the run's gradients on its first batch, along random directions.

    Along a direction the gradients predict a derivative of the loss, and a central difference with
    steps of h measures it. With the predictions a and the measurements b of all directions, the
    error is ``|a - b| / (|a| + |b|)``; 0 if both are 0. The parameters are put back.
    """
    run.restart()
    batch, rng = run.batch(), np.random.default_rng(0)
    gradients, parameters = run.gradients(batch), run.parameters()
    kept = [p.copy() for p in parameters]
    predicted, found = [], []
    for _ in range(directions):
        v = [rng.normal(size=p.shape) for p in parameters]
        losses = []
        for sign in (1, -1):
            for p, old, d in zip(parameters, kept, v, strict=True):
                p[...] = old + sign * h * d
            losses.append(run.loss(batch))
        predicted.append(sum(np.sum(g * d) for g, d in zip(gradients, v, strict=True)))
        found.append((losses[0] - losses[1]) / (2 * h))
    for p, old in zip(parameters, kept, strict=True):
        p[...] = old
    a, b = np.array(predicted), np.array(found)
    sizes = float(np.linalg.norm(a) + np.linalg.norm(b))
    return float(np.linalg.norm(a - b)) / max(sizes, 1e-12)


def memorises(run: Any, n: int = MEMORISED, steps: int = 300) -> bool:
    """Whether steps on the first n training images bring their loss below 0.1."""
    run.restart()
    images, labels = run.training
    batch = images[:n], labels[:n]
    for _ in range(steps):
        run.step(batch)
        if run.loss(batch) < 0.1:
            return True
    return False


def update_growth(run: Any, steps: int = 6) -> float:
    """The length of step number ``steps`` on one and the same batch, divided by that of the first.

    All parameters count as one vector. It is 0 where the first step changes nothing.
    """
    run.restart()
    batch, lengths = run.batch(), []
    for _ in range(steps):
        before = [p.copy() for p in run.parameters()]
        run.step(batch)
        moved = [np.sum((p - b) ** 2) for p, b in zip(run.parameters(), before, strict=True)]
        lengths.append(np.sqrt(sum(moved)))
    return float(lengths[-1] / lengths[0]) if lengths[0] else 0.0


def foreign_images(run: Any, batches: int = 4) -> float:
    """The share of images in the first batches that are not in the training set."""
    return float(np.mean([row < 0 for row, _ in _rows(run, batches)]))


def wrong_labels(run: Any, batches: int = 4) -> float:
    """The share of labels in the first batches that the training set gives otherwise.

    Images that are not in the training set do not count.
    """
    labels = run.training[1]
    found = [labels[row] != label for row, label in _rows(run, batches) if row >= 0]
    return float(np.mean(found)) if found else 0.0


def one_image_twice(run: Any) -> float:
    """The largest difference between two predictions for the same images, after the training."""
    run.train()
    images = run.validation[0][:20]
    return float(np.abs(run.predict(images) - run.predict(images)).max())


def alone_and_in_a_batch(run: Any) -> float:
    """The largest difference between predictions for an image alone and among twenty."""
    run.train()
    images = run.validation[0][:20]
    alone = np.concatenate([run.predict(images[i : i + 1]) for i in range(len(images))])
    return float(np.abs(alone - run.predict(images)).max())


def logged_minus_recomputed(run: Any) -> float:
    """The logged training accuracy of the last 20 steps minus that of the predictions."""
    logged = float(run.train()[-20:, 1].mean())
    return logged - accuracy_of(run, run.training)


def validation_minus_new(run: Any) -> float:
    """The validation accuracy minus the accuracy on new images, after the training."""
    run.train()
    return accuracy_of(run, run.validation) - accuracy_of(run, run.new)


def _rows(run: Any, batches: int) -> list[tuple[int, int]]:
    """For each image of the first batches its row in the training set, or −1, and its label."""
    places = {image.tobytes(): row for row, image in enumerate(run.training[0])}
    run.restart()
    found = []
    for _ in range(batches):
        images, labels = run.batch()
        for image, label in zip(images, labels, strict=True):
            found.append((places.get(image.tobytes(), -1), int(label)))
    return found


GIVEN = {
    "first loss": first_loss,
    "last loss": last_loss,
    "gradient error": gradient_error,
    "growth of the updates": update_growth,
    "memorises 20 images": lambda run: float(memorises(run)),
    "foreign images": foreign_images,
    "wrong labels": wrong_labels,
    "one image twice": one_image_twice,
    "alone and in a batch": alone_and_in_a_batch,
    "logged minus recomputed accuracy": logged_minus_recomputed,
    "validation minus new accuracy": validation_minus_new,
}
"""The measurements that are given; the update ratios are the student's."""


def measure(run: Any, measurement: str) -> float:
    """The value of a given measurement, by its name."""
    return GIVEN[measurement](run)
