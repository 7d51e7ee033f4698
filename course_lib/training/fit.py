"""The training loop: minibatch gradient descent, epoch after epoch (S0, S1)."""

import copy
import math
import time
from collections.abc import Callable, Sequence

import numpy as np

from course_lib.backend import Array, Generator, array_namespace
from course_lib.habits import helpful
from course_lib.layers.layer import Layer
from course_lib.optimizers.optimizer import Optimizer
from course_lib.settings import require_counts
from course_lib.training.callbacks import Callback
from course_lib.training.evaluate import Loss, check_labels, evaluate, sample_count
from course_lib.training.explain_divergence import explain_divergence
from course_lib.training.history import History
from course_lib.training.means import Means
from course_lib.training.minibatches import minibatches
from course_lib.training.progress import Progress
from course_lib.training.rate import Schedule, rate_of_step
from course_lib.training.require_run import (
    require_callbacks,
    require_extras,
    require_last_batch,
    require_run,
    require_validation,
)
from course_lib.training.train_step import Penalty, train_step
from course_lib.transfers import Number


@helpful
def fit(
    model: Layer,
    x: Array,
    t: Array,
    *,
    loss: Loss,
    optimizer: Optimizer,
    epochs: int,
    batch_size: int,
    rng: Generator,
    schedule: Schedule | None = None,
    augment: Callable[[Array, Generator], Array] | None = None,
    penalty: Penalty | None = None,
    clip_norm: float | None = None,
    validation: tuple[Array, Array] | None = None,
    callbacks: Sequence[Callback] = (),
    history: History | None = None,
    drop_last: bool = False,
    progress: bool = True,
) -> History:
    """Train a model in place.

    Each epoch visits every sample once, in a new random order; the last minibatch may be smaller.
    The arguments are checked before the first step.
    On a GPU, losses and accuracies stay there until the end of the epoch, and the labels are
    checked once, in the first step.

    Parameters
    ----------
    model : any layer
    x : (N, …) inputs
    t : (N, …) targets; integer labels (N,) make `fit` record the accuracy as well
    loss : ``value, dy = loss(y, t)``, a mean over samples
    optimizer : has the model's parameters
    epochs, batch_size : 1 or more
    rng : source of the order of samples, and of augment
    schedule : learning rate of a step from its number, counted from 0 over all epochs. A schedule
        that needs to know the end has a second parameter ``total``, in which it gets the number of
        steps of all epochs:
        ``lambda t, total: warmup_cosine(t, lr=0.1, warmup=100, total=total)``
    augment : ``augment(x_batch, rng)`` -> inputs to train on instead. Images (N, C, H, W) are
        passed to it, and must be returned, as (N, H, W, C).
    penalty : ``value, gradients = penalty(weights)``, for instance
        ``lambda weights: l2_penalty(weights, 1e-4)``: its gradients are added to those of the loss.
        It gets the optimizer's parameters that are weights: no biases, gamma, beta. The losses in
        the history do not include it, so that training and validation can be compared.
    clip_norm : the gradients of all parameters are clipped to this common norm (`clip_by_norm`),
        those of the penalty included
    validation : (x, t), evaluated after every epoch
    callbacks : called after every epoch with its number, counted from 0, and the history; training
        ends when one returns True
    history : of an earlier part of the run, to continue after its last epoch; ``epochs`` includes
        them. `Checkpoint` shows how to put model, optimizer and rng back where that part ended.
    drop_last : whether an epoch leaves out its last minibatch if that is smaller than the others
    progress : whether to show a progress bar, on standard output; where that is a file, there is
        one line at the end

    Returns
    -------
    history : losses and accuracies, one per epoch; a new one

    Raises
    ------
    FloatingPointError
        If the loss is not finite; the message says when, where it began, and the likely cause. On
        NumPy arrays it is raised in that step, on a GPU at the end of the epoch. Or if gradients
        that are to be clipped are not finite.
    TypeError
        If an argument is of the wrong kind; the message says what to write.
    ValueError
        If sizes do not fit, if a label is out of range, if the optimizer has none of the model's
        parameters, or if the model does not accept a last minibatch of one row (batch
        normalisation); ``drop_last=True`` leaves it out.
    """
    require_run("fit", model, optimizer, loss, batch_size, rng)
    require_counts("fit", epochs=epochs)
    N = sample_count("fit", x, t)
    steps = N // batch_size if drop_last else math.ceil(N / batch_size)
    if steps == 0:
        raise ValueError(
            f"fit: drop_last leaves no minibatch, because there are {N} samples and batch_size is "
            f"{batch_size}"
        )
    rate = None if schedule is None else rate_of_step(schedule, epochs * steps)
    require_extras(penalty, augment, clip_norm)
    require_validation(validation, model)
    require_callbacks(callbacks, validation)
    if not drop_last and augment is None:
        require_last_batch(lambda: copy.deepcopy(model), x, batch_size)
    history = History() if history is None else copy.deepcopy(history)
    ended = _call_all("begin", callbacks, history)
    left = range(epochs, epochs) if ended else range(history.epochs, epochs)
    # Overflow is reported below, with its cause, and not by a warning on standard error.
    quiet = np.errstate(over="ignore", invalid="ignore", divide="ignore")

    def require_finite(value: Number, step: int, x: Array, t: Array) -> None:
        if isinstance(value, float) and not math.isfinite(value):
            raise FloatingPointError(
                f"fit: the loss became {value} in epoch {epoch + 1} of {epochs}, "
                f"step {step + 1} of {steps}. " + explain_divergence(model, x, t, optimizer.lr)
            )

    with quiet, Progress(len(left) * steps, shown=progress) as bar:
        for epoch in left:
            began = time.perf_counter()
            means = Means()
            for step, (batch, targets) in enumerate(
                minibatches(x, t, batch_size, rng, drop_last=drop_last)
            ):
                if augment is not None:
                    batch = _augmented(augment, batch, rng)
                if rate is not None:
                    optimizer.lr = rate(epoch * steps + step)
                value, y = train_step(
                    model, batch, targets, loss=loss, optimizer=optimizer, penalty=penalty,
                    clip_norm=clip_norm,
                )  # fmt: skip
                require_finite(value, step, batch, targets)
                if step == 0 and epoch == left.start:
                    check_labels("fit", y, t)
                means.add(value, y, targets)
                bar.advance()
            # Losses on a GPU are fetched here. Their minibatches are gone: all data are passed on.
            for step, value in enumerate(means.losses()):
                require_finite(value, step, x, t)
            history.lr.append(optimizer.lr)
            history.loss.append(means.loss())
            if (share := means.accuracy()) is not None:
                history.accuracy.append(share)
            if validation is not None:
                _validate(model, validation, loss, history)
            history.seconds.append(time.perf_counter() - began)
            bar.say(f"epoch {epoch + 1}, {history.last()}")
            # Call every callback, even if one has asked to stop.
            answers = [callback(epoch, history) for callback in callbacks]
            if any(answers):
                break
    _call_all("finish", callbacks, history)
    return history


def _call_all(name: str, callbacks: Sequence[Callback], history: History) -> bool:
    """Call this method of every callback that has it; True if one of them returned True."""
    methods = [getattr(callback, name, None) for callback in callbacks]
    answers = [method(history) for method in methods if method is not None]  # call every one
    return any(answers)


def _augmented(augment: Callable[[Array, Generator], Array], batch: Array, rng: Generator) -> Array:
    """Augmentations take images with their channels last, layers with their channels first."""
    if batch.ndim != 4:
        return augment(batch, rng)
    xp = array_namespace(batch)
    images = augment(xp.permute_dims(batch, (0, 2, 3, 1)), rng)
    return xp.permute_dims(images, (0, 3, 1, 2))


def _validate(model: Layer, validation: tuple[Array, Array], loss: Loss, history: History) -> None:
    value, share = evaluate(model, *validation, loss=loss)
    history.validation_loss.append(value)
    if share is not None:
        history.validation_accuracy.append(share)
