"""Measurements on a run, each one number; they use only what an adapter for any framework offers.

A run has ``restart()``, ``train()``, ``batch()``, ``step(batch)``, ``loss(batch)``,
``gradients(batch)``, ``predict(images)``, ``parameters()``, and ``training``, ``validation`` and
``new``: images and labels each. :class:`course_lib.course.clinic.TrainingRun` says what they do.
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
