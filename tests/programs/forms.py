"""Forms that are tried with every exercise: the reference, with its results in another form, in
arrays that it keeps between calls, or with an argument that has other values after the call.

They cost the form alone. ``FREE`` names the exercises that leave a form open, where it costs
nothing, and ``MORE_THAN_FORM`` those where it changes what is computed. Exercises in ``SETTINGS``
ask for numbers to be found, which are judged by what they lead to, as planned experiments are.
"""

import functools
import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from itertools import count
from typing import Any

import numpy as np

from grader.checking.contract import Exercise
from grader.checking.contract.families.experiment import Experiment
from grader.checking.judging.judge import outcomes_of
from tests.programs.catalogue import Functions

Change = Callable[[Any], Any]


def _array(change: Change) -> Change:
    return lambda value: change(value) if np.ndim(value) else value


def _number(change: Change) -> Change:
    return lambda value: value if np.ndim(value) or not _is_number(value) else change(value)


def _is_number(value: Any) -> bool:
    return np.asarray(value).dtype.kind in "iuf"


RESULTS: dict[str, Change] = {
    "nested_lists": _array(lambda a: a.tolist()),
    "list_of_parts": _array(list),
    "leading_axis": _array(lambda a: a[None]),
    "double_precision": _array(lambda a: a.astype(float) if a.dtype == np.float32 else a),
    "number_in_a_list": _number(lambda value: [value]),
    "number_in_an_array": _number(lambda value: np.array([value])),
}
ASKED = "cards configuration diagnose learn_noisy_labels own_changes random_search recognise"
SETTINGS = set(ASKED.split())
# A step's results go through np.array before the next step; a loss is a number.
STEPS = "adagrad_step adam_step adamw_step momentum_step"
LOSSES = (
    "bce_with_logits margin_loss multiclass_hinge quantile_loss record_loss"
    " softmax_cross_entropy squared_error"
)
NUMBERS = (
    "choose_members edit_distance evaluate numerical_gradient train train_epoch"
    " train_step update_ratio whole_training"
)
# The float type of the gradients of gamma and beta is not judged.
NORMS = "batchnorm_backward layernorm_backward"
LISTS = (
    f"{STEPS} decide gradient_factors initial_deviations undo_calls learn_costs plan_rates"
    " plan_steps"
)
FREE = {
    "nested_lists": LISTS,
    "list_of_parts": LISTS,
    "double_precision": LOSSES,
    "double_precision of dgamma": NORMS,
    "double_precision of dbeta": NORMS,
    "double_precision of state": "batchnorm_forward",
    "number_in_a_list": f"{NUMBERS} undo_calls",
    "number_in_an_array": f"{NUMBERS} undo_calls",
    "kept_arrays": "plan_steps",
    "overwrites_groups": "group_folds",
    "overwrites_x": "same_gradients",
    "overwrites_labels": "same_gradients",
    "overwrites_own": "same_gradients",
}
SYMMETRIES = "align_units balance_units undo_calls make_twin"  # a layer takes the weights
MORE_THAN_FORM = {
    "nested_lists": "random_patch",  # too many numbers in a list
    "leading_axis": SYMMETRIES,
    # What several calls gave is judged together.
    "kept_arrays": "align_units dropout_backward group_folds minibatch_epoch",
    "overwrites_first": "undo_calls",  # a layer that stays is used again
    "overwrites_second": "undo_calls",
}


def forms(exercise: Exercise, cases: Sequence[Any]) -> dict[str, Functions]:
    """The functions of each form, by its name, if it changes anything on one of the cases.

    Of several results only one has another form: ``"nested_lists of dW"``.
    """
    if isinstance(exercise, Experiment):
        return {}
    *given, graded = exercise.reference
    several = re.fullmatch(r"\(\w+(, \w+)+\)", exercise.returns)
    parts = re.findall(r"\w+", exercise.returns) if several else [""]
    bind = inspect.signature(graded).bind
    made: dict[str, Callable[..., Any]] = {}

    @functools.wraps(graded)
    def watched(*args: Any, **settings: Any) -> Any:
        for name, value in bind(*args, **settings).arguments.items():
            if list(_arrays(value)):
                made.setdefault(f"overwrites_{name}", overwriting(name))
        result = graded(*args, **settings)
        if any(array.ndim for array in _arrays(result)):
            made.setdefault("kept_arrays", in_kept_arrays())
        for i, part in enumerate(parts):
            leaves = list(_leaves(result[i] if several else result))
            for name, change in RESULTS.items() if part != "cache" else ():
                if any(change(leaf) is not leaf for leaf in leaves):
                    title = f"{name} of {part}" if several else name
                    made.setdefault(title, returning(change, i))
        return result

    def returning(change: Change, i: int) -> Callable[..., Any]:
        @functools.wraps(graded)
        def returns(*args: Any, **settings: Any) -> Any:
            result = graded(*args, **settings)
            if not several:
                return _changed(change, result)
            return (*result[:i], _changed(change, result[i]), *result[i + 1 :])

        return returns

    def in_kept_arrays() -> Callable[..., Any]:
        kept: dict[Any, np.ndarray] = {}

        @functools.wraps(graded)
        def keeps(*args: Any, **settings: Any) -> Any:
            places = count()

            def written(leaf: Any) -> Any:
                at = next(places)
                if not isinstance(leaf, np.ndarray):
                    return leaf
                array = kept.setdefault((at, leaf.shape, leaf.dtype), np.empty_like(leaf))
                array[...] = leaf
                return array

            return _changed(written, graded(*args, **settings))

        return keeps

    def overwriting(name: str) -> Callable[..., Any]:
        @functools.wraps(graded)
        def overwrites(*args: Any, **settings: Any) -> Any:
            result = deepcopy(graded(*args, **settings))  # it may be a view of what is overwritten
            for array in _arrays(bind(*args, **settings).arguments[name]):
                if array.dtype.kind == "U":
                    array[...] = array[::-1].copy()
                else:
                    array[...] = ~array if array.dtype == bool else 1 - array
            return result

        return overwrites

    outcomes_of(exercise, (*given, watched), cases)
    return {
        title: (*given, function)
        for title, function in made.items()
        if not named(MORE_THAN_FORM, title, exercise.name)
    }


def named(table: dict[str, str], title: str, exercise: str) -> bool:
    """Whether ``table`` names the exercise for this form."""
    return any(exercise in table.get(t, "").split() for t in (title, title.partition(" of ")[0]))


def _changed(change: Change, value: Any) -> Any:
    if isinstance(value, list | tuple):
        return type(value)(_changed(change, part) for part in value)
    if isinstance(value, dict):
        return {key: _changed(change, part) for key, part in value.items()}
    return change(value)


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, list | tuple | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _leaves(part)
    else:
        yield value


def _arrays(value: Any) -> Iterator[np.ndarray]:
    return (leaf for leaf in _leaves(value) if isinstance(leaf, np.ndarray) and leaf.size)
