"""What a training run requires of its arguments, checked before the first step."""

import inspect
from collections.abc import Callable, Iterable
from typing import Any

from course_lib.backend import Array, Generator
from course_lib.layers.layer import Layer
from course_lib.settings import require_function, require_number
from course_lib.training.evaluate import require_loss, sample_count


def require_run(where: str, model: Layer, optimizer: Any, loss: Any) -> None:
    """What `fit` and `lr_range_test` have in common."""
    require_model(where, model)
    require_optimizer(where, optimizer)
    require_loss(where, loss)
    mine = {id(p) for p in model.parameters()}
    # An optimizer of your own may store its parameters elsewhere; then nothing is compared.
    theirs = {id(p) for p in getattr(optimizer, "params", [])}
    if mine and theirs and mine.isdisjoint(theirs):
        raise ValueError(
            f"{where}: the optimizer has none of this model's parameters, so it would train "
            "nothing; make it of model.parameters() after the model"
        )


def require_model(where: str, model: Any) -> None:
    """Raise TypeError unless this is a layer."""
    if not isinstance(model, Layer):
        raise TypeError(
            f"{where}: model is {model!r}, expected a layer, for instance "
            "mlp([784, 100, 10], rng=rng) or a Sequential"
        )


def require_optimizer(where: str, optimizer: Any) -> None:
    """Raise TypeError unless this can be used as an optimizer."""
    usable = hasattr(optimizer, "step") and hasattr(optimizer, "zero_grad")
    if isinstance(optimizer, type) or not usable:
        name = getattr(optimizer, "__name__", "SGD")
        raise TypeError(
            f"{where}: optimizer is {optimizer!r}, expected an optimizer that has the model's "
            f"parameters; write {name}(model.parameters(), lr=…)"
        )


def require_extras(
    penalty: Callable[..., Any] | None,
    augment: Callable[..., Any] | None,
    clip_norm: float | None,
    rng: Generator | None,
) -> None:
    """Raise TypeError unless these are functions that `fit` can call, and a number."""
    if clip_norm is not None:
        require_number("fit", clip_norm=clip_norm)
    if penalty is not None:
        example = "lambda weights: l2_penalty(weights, 1e-4)"
        require_function("fit", example, "weights", penalty=penalty)
    if augment is not None:
        if rng is None:
            raise TypeError(
                "fit: rng is missing, from which augment draws; numpy.random.default_rng(0) makes "
                "one"
            )
        example = "lambda x, rng: random_crop(x, 28, rng, 2)"
        arguments = ("x", "t", "rng") if takes_targets(augment) else ("x", "rng")
        require_function("fit", example, *arguments, augment=augment)


def takes_targets(augment: Callable[..., Any]) -> bool:
    """Whether an augmentation needs three arguments: inputs, targets and a generator."""
    try:
        parameters = inspect.signature(augment).parameters.values()
    except (TypeError, ValueError):  # a built-in function
        return False
    by_place = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(p.default is p.empty and p.kind in by_place for p in parameters) == 3


def require_validation(validation: Any, model: Layer) -> None:
    """Raise unless this is a pair of inputs, which the model accepts, and targets, or None."""
    if validation is None:
        return
    if not isinstance(validation, tuple | list) or len(validation) != 2:
        raise TypeError(
            f"fit: validation is a {type(validation).__name__}, expected a pair of inputs and "
            "targets, validation=(x_validation, t_validation)"
        )
    x, t = validation
    sample_count("fit", x, t, of="validation ")
    try:
        model(x[:1, ...])
    except ValueError as problem:
        raise ValueError(f"fit: the model does not accept the validation set: {problem}") from None


def require_callbacks(callbacks: Any, validation: Any) -> None:
    """Raise unless these are callbacks, which find the values that they watch."""
    if not isinstance(callbacks, Iterable):
        raise TypeError(
            f"fit: callbacks is a {type(callbacks).__name__}, expected a list; write "
            "callbacks=[callback]"
        )
    for callback in callbacks:
        name = getattr(callback, "__name__", type(callback).__name__)
        if isinstance(callback, type):
            raise TypeError(
                f"fit: callbacks has the class {name}, expected an object; write {name}(…)"
            )
        if not callable(callback) and not hasattr(callback, "step"):
            wrapped = f"StopEarly({name}(…))" if hasattr(callback, "update") else "a function"
            raise TypeError(
                f"fit: callbacks has a {name}, which cannot be called as "
                f"callback(epoch, history); write {wrapped}"
            )
        if validation is None and str(getattr(callback, "watch", "")).startswith("validation"):
            raise ValueError(
                f"fit: {name} watches {callback.watch}, but there is no validation set; write "
                "fit(…, validation=(x_validation, t_validation))"
            )


def require_last_batch(model: Callable[[], Layer], x: Array, batch_size: int) -> None:
    """Raise if a last minibatch of one row would stop the run at the end of its first epoch.

    Batch normalisation cannot train on one value per column.

    Parameters
    ----------
    model : makes a copy of the model, because a forward pass in training changes a model
    """
    N = int(x.shape[0])
    if N % batch_size != 1 or N == 1:
        return
    try:
        model().forward(x[:2, ...], training=True)
    except ValueError:
        return  # it is not because of the one row; the first step will say what it is
    try:
        model().forward(x[:1, ...], training=True)
    except ValueError as problem:
        raise ValueError(
            f"fit: {N} samples in minibatches of {batch_size} leave a last minibatch of one row, "
            f"which the model does not accept ({problem}). Write fit(…, drop_last=True) to leave "
            "it out, or choose another batch_size"
        ) from None
