"""The training loop: minibatch gradient descent, epoch after epoch (S0, S1)."""

import copy
import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

import numpy as np

from course_lib.backend import Array, Generator, in_precision_of
from course_lib.habits import helpful
from course_lib.layers.layer import Layer
from course_lib.optimizers.optimizer import Optimizer
from course_lib.requirements import labels_checked
from course_lib.settings import require_counts
from course_lib.training.callbacks import Callback
from course_lib.training.evaluate import Loss, evaluate, parameter_for
from course_lib.training.explain_divergence import explain_divergence
from course_lib.training.history import History
from course_lib.training.metrics import Means
from course_lib.training.minibatches import FromArrays, FromIterable
from course_lib.training.progress import Progress
from course_lib.training.rate import Schedule, rate_of_step
from course_lib.training.require_run import (
    require_callbacks,
    require_extras,
    require_last_batch,
    require_run,
    require_validation,
    takes_targets,
)
from course_lib.training.train_step import Penalty, train_step
from course_lib.transfers import Number


@helpful
def fit(
    model: Layer,
    x: Any,
    t: Array | None = None,
    *,
    loss: Loss,
    optimizer: Optimizer,
    epochs: int,
    batch_size: int | None = None,
    rng: Generator | None = None,
    schedule: Schedule | None = None,
    augment: Callable[..., Any] | None = None,
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
    x : (N, …) inputs; floating-point ones are used in the precision of the parameters. Or, without
        t, minibatches (x, t) from elsewhere: an iterable that can be gone through once for each
        epoch, or a function that makes one, such as a generator function
    t : (N, …) targets; integer labels (N,) make `fit` record the accuracy as well
    loss : ``value, dy = loss(y, t)``, a mean over samples
    optimizer : has the model's parameters
    epochs, batch_size : 1 or more; minibatches from elsewhere have their own size
    rng : source of the order of samples, and of augment; needed for these only
    schedule : learning rate of a step from its number, counted from 0 over all epochs. A schedule
        that needs to know the end has a second parameter ``total``, in which it gets the number of
        steps of all epochs:
        ``lambda t, total: warmup_cosine(t, lr=0.1, warmup=100, total=total)``
    augment : ``augment(x, rng)`` -> inputs to train on instead, or ``augment(x, t, rng)`` -> inputs
        and targets, for instance ``lambda x, t, rng: mixup(x, one_hot(t, 10), rng, 0.2)``.
    penalty : ``value, gradients = penalty(weights)``, for instance
        ``lambda weights: l2_penalty(weights, 1e-4)``: its gradients are added to those of the loss.
        It gets the optimizer's parameters that are weights: no biases, gamma, beta. The losses in
        the history do not include it, so that training and validation can be compared.
    clip_norm : the gradients of all parameters are clipped to this common norm (`clip_by_norm`),
        those of the penalty included
    validation : (x, t), evaluated after every epoch
    callbacks : called after every epoch with its number, counted from 0, and the history; training
        ends when one returns True. A callback may have further methods, see `Callback`
    history : of an earlier part of the run, to continue after its last epoch; ``epochs`` includes
        them. `Checkpoint` shows how to put model, optimizer and rng back where that part ended.
    drop_last : whether an epoch leaves out its last minibatch if that is smaller than the others
    progress : whether to show a progress bar, on standard output; where that is a file, or tqdm is
        not installed, a line every ten seconds and at the end

    Returns
    -------
    history : losses and accuracies, one per epoch; a new one

    Raises
    ------
    FloatingPointError
        If the loss is not finite; the message says when, where it began, and the likely cause. On
        NumPy arrays it is raised in that step, on a GPU at the end of the epoch. Or if gradients
        that are to be clipped are not finite.
    KeyboardInterrupt
        After Ctrl-C. The callbacks have finished, so `StopEarly` has restored the best weights; the
        history of the complete epochs is the exception's attribute ``history``.
    TypeError
        If an argument is of the wrong kind; the message says what to write.
    ValueError
        If sizes do not fit, if a label is out of range, if the optimizer has none of the model's
        parameters, or if the model does not accept a last minibatch of one row (batch
        normalisation); ``drop_last=True`` leaves it out.
    """
    require_run("fit", model, optimizer, loss)
    require_counts("fit", epochs=epochs)
    source: FromIterable | FromArrays = (
        FromIterable(x) if t is None else FromArrays(x, t, batch_size, rng, drop_last)
    )
    steps = source.steps
    rate = None if schedule is None else rate_of_step(schedule, steps and epochs * steps)
    require_extras(penalty, augment, clip_norm, rng)
    require_validation(validation, model)
    require_callbacks(callbacks, validation)
    augmented = None if augment is None else _augmented(augment, rng)
    if isinstance(source, FromArrays):
        if not drop_last and augment is None:
            require_last_batch(lambda: copy.deepcopy(model), source.x, source.batch_size)
        parameter = parameter_for(model, source.x)
        source.x = source.x if parameter is None else in_precision_of(parameter.data, source.x)
    history = History() if history is None else copy.deepcopy(history)
    ended = _call_all("begin", callbacks, history)
    every: list[Any] = list(callbacks)
    calls = [callback for callback in every if callable(callback)]
    hooks = [callback.step for callback in every if hasattr(callback, "step")]
    left = range(epochs, epochs) if ended else range(history.epochs, epochs)
    # Overflow is reported below, with its cause, and not by a warning on standard error.
    quiet = np.errstate(over="ignore", invalid="ignore", divide="ignore")

    def require_finite(value: Number, step: int, x: Array, t: Array) -> None:
        if isinstance(value, float) and not math.isfinite(value):
            raise FloatingPointError(
                f"fit: the loss became {value} in epoch {epoch + 1} of {epochs}, "
                f"step {step + 1} of {steps or '?'}. "
                + explain_divergence(model, x, t, optimizer.lr)
            )

    t_step = left.start * (steps or 0)
    total = steps and len(left) * steps
    with quiet, Progress(total, shown=progress) as bar, _ctrl_c(callbacks, history):
        for epoch in left:
            began = time.perf_counter()
            means = Means()
            for step, (batch, targets) in enumerate(source.epoch()):
                if augmented is not None:
                    batch, targets = augmented(batch, targets)
                if rate is not None:
                    optimizer.lr = rate(t_step)
                first = step == 0 and epoch == left.start
                with (
                    labels_checked(targets, source.all_labels(targets)) if first else nullcontext()
                ):
                    value, y = train_step(
                        model, batch, targets, loss=loss, optimizer=optimizer, penalty=penalty,
                        clip_norm=clip_norm,
                    )  # fmt: skip
                require_finite(value, step, batch, targets)
                for after_step in hooks:
                    after_step(t_step)
                t_step += 1
                means.add(value, y, targets)
                bar.advance()
            # Losses on a GPU are fetched here. Their minibatches are gone: all data are passed on.
            for step, value in enumerate(means.losses()):
                require_finite(value, step, *source.last())
            validated = None if validation is None else evaluate(model, *validation, loss=loss)
            # Together, so that an interrupted history has no list that is longer than the others.
            history.lr.append(optimizer.lr)
            history.loss.append(means.loss())
            if (share := means.accuracy()) is not None:
                history.accuracy.append(share)
            if validated is not None:
                history.validation_loss.append(validated[0])
                if validated[1] is not None:
                    history.validation_accuracy.append(validated[1])
            history.seconds.append(time.perf_counter() - began)
            bar.say(f"epoch {epoch + 1}, {history.last()}")
            # Call every callback, even if one has asked to stop.
            answers = [call(epoch, history) for call in calls]
            if any(answers):
                break
    _call_all("finish", callbacks, history)
    return history


@contextmanager
def _ctrl_c(callbacks: Sequence[Callback], history: History) -> Iterator[None]:
    """After Ctrl-C the callbacks finish, and the exception has the history."""
    try:
        yield
    except KeyboardInterrupt as problem:
        _call_all("finish", callbacks, history)
        problem.history = history  # type: ignore[attr-defined]
        problem.add_note(
            f"fit: {history.epochs} epochs are complete; after `import sys`, their history is "
            "sys.last_value.history"
        )
        raise


def _call_all(name: str, callbacks: Sequence[Callback], history: History) -> bool:
    """Call this method of every callback that has it; True if one of them returned True."""
    methods = [getattr(callback, name, None) for callback in callbacks]
    answers = [method(history) for method in methods if method is not None]  # call every one
    return any(answers)


def _augmented(
    augment: Callable[..., Any], rng: Generator | None
) -> Callable[[Array, Array], tuple[Array, Array]]:
    """The augmentation as a function of inputs and targets."""
    changes_targets = takes_targets(augment)

    def augmented(batch: Array, targets: Array) -> tuple[Array, Array]:
        if changes_targets:
            batch, targets = augment(batch, targets, rng)
            return batch, targets
        return augment(batch, rng), targets

    return augmented
