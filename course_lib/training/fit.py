"""The training loop: minibatch gradient descent, epoch after epoch (S0, S1)."""

import copy
import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

import numpy as np

from course_lib.averages import weights_told
from course_lib.backend import Array, Generator
from course_lib.habits import helpful
from course_lib.layers.layer import Layer
from course_lib.optimizers.optimizer import Optimizer
from course_lib.requirements import labels_checked
from course_lib.settings import require_counts
from course_lib.training.callbacks import Callback, Run, StopEarly
from course_lib.training.checkpoint import Checkpoint
from course_lib.training.evaluate import Loss, judged
from course_lib.training.explain_divergence import explain_divergence
from course_lib.training.history import History
from course_lib.training.metrics import Means, metrics_of
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
from course_lib.training.samples import Data
from course_lib.training.train_step import Penalty, train_step
from course_lib.transfers import Number


@helpful
def fit(
    model: Layer,
    x: Any,
    t: Data | None = None,
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
    sample_weight: Array | None = None,
    validation: tuple[Data, ...] | None = None,
    metrics: Iterable[Any] = (),
    callbacks: Sequence[Callback] = (),
    history: History | None = None,
    drop_last: bool = False,
    progress: bool = True,
) -> History:
    """Train a model in place.

    Each epoch visits every sample once, in a new random order; the last minibatch may be smaller.
    The arguments are checked before the first step, labels of the training set in each step.
    On a GPU, the program waits for it once in the first step, for the labels, and then only at the
    end of each epoch: once for the losses and accuracies of all steps, and twice more if there is a
    validation set, for its labels and its loss. A minibatch at a time is cast and moved to where
    the model is, so x and t may be larger than its memory, and on disk.

    However the training ends, all callbacks finish; so `StopEarly` restores the best weights. An
    exception has the history of the complete epochs as its attribute ``history``.

    Parameters
    ----------
    model : any layer
    x : (N, …) inputs, or a tuple of several for a model that takes a tuple, such as `Parallel`;
        floating-point ones are used in the precision of the parameters. Or, without t, minibatches
        (x, t) or (x, t, sample_weight) from elsewhere: an iterable that can be gone through once
        for each epoch, or a function that makes one, such as a generator function
    t : (N, …) targets, or a tuple of several; integer labels (N,), or (N, …) for outputs (N, …, K),
        make `fit` record the accuracy as well. For one-hot rows, ``metrics=[accuracy]`` does.
    loss : ``value, dy = loss(y, t)``, a mean over samples, or over what it says by `averaged_over`;
        y and dy are tuples if the model has several outputs
    optimizer : has the model's parameters
    epochs, batch_size : 1 or more; minibatches from elsewhere have their own size
    rng : source of the order of samples, and of augment; needed for these only
    schedule : learning rate of a step from its number, counted from 0 over all epochs. A schedule
        that needs to know the end has a second parameter ``total``, in which it gets the number of
        steps of all epochs:
        ``lambda t, total: warmup_cosine(t, lr=0.1, warmup=100, total=total)``. Up to a
        thousand steps are asked for before the first one, so it depends on the step alone
    augment : ``augment(x, rng)`` -> inputs to train on instead, or ``augment(x, t, rng)`` -> inputs
        and targets, for instance ``lambda x, t, rng: mixup(x, one_hot(t, 10), rng, 0.2)``.
    penalty : ``value, gradients = penalty(weights)``, for instance
        ``lambda weights: l2_penalty(weights, 1e-4)``: its gradients are added to those of the loss.
        It gets the optimizer's parameters that are weights: no biases, gamma, beta. The losses in
        the history do not include it, so that training and validation can be compared.
    clip_norm : the gradients of all parameters are clipped to this common norm (`clip_by_norm`),
        those of the penalty included
    sample_weight : (N,) how often each sample counts; the loss gets that of a minibatch as its
        argument of this name
    validation : (x, t) or (x, t, sample_weight), evaluated after every epoch as by `evaluate`
    metrics : what else to measure on the validation set: functions ``metric(y, t)`` of all outputs
        and targets as NumPy arrays, functions of scikit-learn, or their names, such as
        ``"balanced_accuracy_score"``; or a dictionary name -> function. Where scikit-learn calls
        its second argument y_pred and t are labels, it gets the classes, else the outputs.
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
        NumPy arrays it is raised in that step, which changes nothing; on a GPU at the end of the
        epoch, because to look at each loss would be one more wait in each step. Or if gradients
        that are to be clipped are not finite.
    KeyboardInterrupt
        After Ctrl-C.
    TypeError
        If an argument is of the wrong kind; the message says what to write.
    ValueError
        If sizes do not fit, if a label is out of range, if the optimizer has none of the model's
        parameters, or none up to a layer with running statistics that is not `Frozen`, if a
        learning rate is negative, or if the model does not accept a last minibatch of one row
        (batch normalisation); ``drop_last=True`` leaves it out.
    """
    require_run("fit", model, optimizer, loss, sample_weight)
    require_counts("fit", epochs=epochs)
    source: FromIterable | FromArrays = (
        FromIterable(x)
        if t is None
        else FromArrays(x, t, sample_weight, batch_size, rng, drop_last)
    )
    if t is None and sample_weight is not None:
        raise TypeError("fit: minibatches have their own weights; give (x, t, sample_weight)")
    steps = source.steps
    rate = None if schedule is None else rate_of_step(schedule, steps and epochs * steps)
    require_extras(penalty, augment, clip_norm, rng)
    measures = metrics_of(metrics)
    require_validation(validation, model, loss, measures)
    require_callbacks(callbacks, validation, measures)
    augmented = None if augment is None else _augmented(augment, rng)
    if isinstance(source, FromArrays) and not drop_last and augment is None:
        require_last_batch(lambda: copy.deepcopy(model), source.x, source.N, source.batch_size)
    # A checkpoint is called last in an epoch, and finishes first.
    every: list[Any] = [c.best for c in callbacks if isinstance(c, StopEarly) and c.best]
    every += sorted(callbacks, key=lambda callback: isinstance(callback, Checkpoint))
    calls = [callback for callback in every if callable(callback)]
    hooks = [callback.step for callback in every if hasattr(callback, "step")]
    history = History() if history is None else copy.deepcopy(history)
    # Overflow is reported below, with its cause, and not by a warning on standard error.
    quiet = np.errstate(over="ignore", invalid="ignore", divide="ignore")

    def require_finite(value: Number, step: int, x: Data, t: Data) -> None:
        if isinstance(value, float) and not math.isfinite(value):
            raise FloatingPointError(
                f"fit: the loss became {value} in epoch {epoch + 1} of {epochs}, "
                f"step {step + 1} of {steps or '?'}. "
                + explain_divergence(model, x, t, optimizer.lr)
            )

    _call_all("join", every, Run(model, optimizer, rng, every))
    ended = _call_all("begin", every, history)
    left = range(epochs, epochs) if ended else range(history.epochs, epochs)
    t_step = sum(history.steps) if steps is None else left.start * steps
    total = steps and len(left) * steps
    with _ending(every, history), quiet, Progress(total, shown=progress) as bar:
        for epoch in left:
            began = time.perf_counter()
            means = Means()
            for step, (batch, targets, weight) in enumerate(source.epoch()):
                if augmented is not None:
                    batch, targets = augmented(batch, targets)
                if rate is not None:
                    optimizer.lr = rate(t_step)
                first = step == 0 and epoch == left.start
                labels = targets if t is None or augment is not None else t
                check = labels_checked(targets, labels) if first else nullcontext()
                with check, weights_told() as told:
                    value, y = train_step(
                        model, batch, targets, loss=loss, optimizer=optimizer, penalty=penalty,
                        clip_norm=clip_norm, sample_weight=weight,
                    )  # fmt: skip
                require_finite(value, step, batch, targets)
                for after_step in hooks:
                    after_step(t_step)
                t_step += 1
                means.add(value, y, targets, told)
                bar.advance()
            # Losses on a GPU are fetched here. Their minibatches are gone: pass all data on.
            for step, value in enumerate(means.losses()):
                require_finite(value, step, *source.last())
            found = None
            if validation is not None:
                found = judged(model, *validation, loss=loss, metrics=measures)
            history.steps.append(step + 1)
            _record(history, means, found, optimizer.lr, time.perf_counter() - began)
            bar.say(f"epoch {epoch + 1}, {history.last()}")
            # Call every callback, even if one has asked to stop.
            answers = [call(epoch, history) for call in calls]
            if any(answers):
                break
    return history


def _record(history: History, means: Means, found: Any, lr: float, seconds: float) -> None:
    """Append the numbers of an epoch; a list that has begun has one for each epoch."""
    shares = [(history.accuracy, means.accuracy())]
    if found is not None:
        history.validation_loss.append(found[0])
        shares.append((history.validation_accuracy, found[1]))
        for name, value in found[2].items():
            history.metrics.setdefault(name, []).append(value)
    for values, share in shares:
        if share is not None or values:
            values.append(math.nan if share is None else share)
    history.lr.append(lr)
    history.loss.append(means.loss())
    history.seconds.append(seconds)


@contextmanager
def _ending(callbacks: Sequence[Any], history: History) -> Iterator[None]:
    """Whatever ends a training: all callbacks finish, and an exception has the history."""
    problems: list[BaseException] = []
    try:
        yield
    except BaseException as problem:
        problems.append(problem)
    for callback in reversed(callbacks):
        try:
            _call_all("finish", [callback], history)
        except BaseException as problem:
            problems.append(problem)
    if problems:
        first, *others = problems
        first.history = history  # type: ignore[attr-defined]
        first.add_note(
            f"fit: {history.epochs} epochs are complete; after `import sys`, their history is "
            "sys.last_value.history"
        )
        for other in others:
            first.add_note(f"fit: finishing failed, too: {type(other).__name__}: {other}")
        raise first


def _call_all(name: str, callbacks: Sequence[Any], argument: History | Run) -> bool:
    """Call this method of every callback that has it; True if one of them returned True."""
    methods = [getattr(callback, name, None) for callback in callbacks]
    answers = [method(argument) for method in methods if method is not None]  # call every one
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
