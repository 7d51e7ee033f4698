"""What a training run requires of its arguments, checked before the first step."""

import inspect
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from course_lib.backend import Generator, array_namespace, to_numpy
from course_lib.layers.layer import Layer
from course_lib.parameter import Parameter
from course_lib.requirements import labels_checked
from course_lib.settings import require_function, require_number
from course_lib.training.evaluate import given, require_loss
from course_lib.training.explain_divergence import is_finite
from course_lib.training.history import require_list_of_history
from course_lib.training.metrics import Metric
from course_lib.training.samples import (
    Data,
    arrays_of,
    each,
    fitted_to,
    numbers_in,
    rows,
    sample_count,
)
from course_lib.transfers import in_main_memory
from course_lib.tree import is_array, walk


def require_run(where: str, model: Layer, optimizer: Any, loss: Any, weight: Any = None) -> None:
    """What `fit` and `lr_range_test` have in common."""
    require_model(where, model)
    require_optimizer(where, optimizer)
    require_loss(where, loss, weight)
    mine = {id(p) for p in model.parameters()}
    # An optimizer of your own may store its parameters elsewhere; then nothing is compared.
    theirs = {id(p) for p in getattr(optimizer, "params", [])}
    if mine and theirs and mine.isdisjoint(theirs):
        raise ValueError(
            f"{where}: the optimizer has none of this model's parameters, so it would train "
            "nothing; make it of model.parameters() after the model"
        )
    if theirs:
        _require_frozen(where, model, theirs)


def _require_frozen(where: str, model: Layer, trained: set[int]) -> None:
    """Raise unless first layers that the optimizer leaves out are `Frozen`, and no others.

    Behind a layer that learns, fixed gamma and beta are a choice, and the statistics have to move.
    """
    learns = False
    with_parameters: set[str] = set()
    for leaf in walk(model):
        owner = leaf.name.rpartition(".")[0]
        frozen = "frozen" in owner.split(".")
        learns = learns or id(leaf.value) in trained
        if frozen and id(leaf.value) in trained:
            raise ValueError(
                f"{where}: the optimizer has {leaf.name}, a parameter of a Frozen layer; give it "
                "those of the other layers only"
            )
        if isinstance(leaf.value, Parameter):
            with_parameters.add(owner)
        elif is_array(leaf.value) and owner in with_parameters and not learns and not frozen:
            raise ValueError(
                f"{where}: the optimizer has no parameter up to {leaf.name}, which would change in "
                "training all the same; write Frozen(layer), of course_lib.models, for the layers "
                "that are to stay as they are"
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


def require_validation(
    validation: Any, model: Layer, loss: Any, metrics: Mapping[str, Metric]
) -> None:
    """Raise unless this is a pair that the model, the loss and the metrics accept, or None.

    The loss gets all targets, with the outputs for the first sample in each row.
    """
    if validation is None:
        if metrics:
            raise ValueError(
                "fit: metrics are of the validation set; write "
                "fit(…, validation=(x_validation, t_validation))"
            )
        return
    if not isinstance(validation, tuple | list) or len(validation) not in (2, 3):
        raise TypeError(
            f"fit: validation is a {type(validation).__name__}, expected a pair of inputs and "
            "targets, validation=(x_validation, t_validation)"
        )
    x, t, weight = [*validation, None][:3]
    N = sample_count("fit", x, t, weight, of="validation ")
    require_loss("fit", loss, weight)
    fitted = fitted_to(model.parameters())
    try:
        y = model(fitted(rows(x, 0, 1)))
        size = max(1, min(1000, 1_000_000 // numbers_in(y)))
        for start in range(0, N, size):
            targets = fitted(rows(t, start, start + size))
            part = None if weight is None else fitted(rows(weight, start, start + size))
            outputs = _repeated(y, int(arrays_of(targets)[0].shape[0]))
            with labels_checked(targets, targets):
                loss(outputs, targets, **given(part))
            here = rows(x, start, start + size)
            if what := " and ".join(_with_nan(inputs=here, targets=targets)):
                value = loss(model(fitted(here)), targets, **given(part))[0]
                if not math.isfinite(float(value)):
                    raise ValueError(f"its {what} contain nan or inf, so its loss is {value}")
        few = min(N, 100)
        outputs, targets = each(to_numpy, _repeated(y, few)), each(to_numpy, rows(t, 0, few))
        for metric in metrics.values():
            float(metric(outputs, targets))
    except ValueError as problem:
        raise ValueError(f"fit: the model does not accept the validation set: {problem}") from None


def _with_nan(**data: Data) -> list[str]:
    """The names of data with nan or inf; in main memory only."""
    return [
        name
        for name, found in data.items()
        if all(map(in_main_memory, arrays_of(found))) and not is_finite(found)
    ]


def _repeated(y: Data, n: int) -> Data:
    """The one row of each array, n times."""
    return each(lambda a: array_namespace(a).tile(a, (n,) + (1,) * (a.ndim - 1)), y)


def require_callbacks(callbacks: Any, validation: Any, metrics: Iterable[str]) -> None:
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
        if callable(callback):
            example = "lambda epoch, history: print(history.last())"
            require_function("fit", example, "epoch", "history", callback=callback)
        for method, argument in METHODS.items():
            if hasattr(callback, method):
                function = {f"{name}.{method}": getattr(callback, method)}
                require_function("fit", f"def {method}(self, {argument}): …", argument, **function)
        watch = getattr(callback, "watch", None)
        if not isinstance(watch, str):
            continue
        require_list_of_history(name, watch, metrics)
        if validation is None and watch.startswith("validation"):
            raise ValueError(
                f"fit: {name} watches {watch}, but there is no validation set; write "
                "fit(…, validation=(x_validation, t_validation))"
            )


METHODS = {"join": "run", "begin": "history", "step": "t", "finish": "history"}


def require_last_batch(model: Callable[[], Layer], x: Data, N: int, batch_size: int) -> None:
    """Raise if a last minibatch of one row would stop the run at the end of its first epoch.

    Batch normalisation cannot train on one value per column.

    Parameters
    ----------
    model : makes a copy of the model, because a forward pass in training changes a model
    """
    if N % batch_size != 1 or N == 1:
        return
    trial = model()
    one, two = map(fitted_to(trial.parameters()), (rows(x, 0, 1), rows(x, 0, 2)))
    try:
        model().forward(two, training=True)
    except ValueError:
        return  # it is not because of the one row; the first step will say what it is
    try:
        model().forward(one, training=True)
    except ValueError as problem:
        raise ValueError(
            f"fit: {N} samples in minibatches of {batch_size} leave a last minibatch of one row, "
            f"which the model does not accept ({problem}). Write fit(…, drop_last=True) to leave "
            "it out, or choose another batch_size"
        ) from None
