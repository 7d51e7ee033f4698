"""Facts that relate wrong numbers to the inputs: equal to one, a function of one, one too often."""

from collections.abc import Callable, Iterator
from itertools import product

import numpy as np

from grader.checking.contract.compare import as_numbers
from grader.checking.judging.facts.seen import Array, Said, Seen, given, same, varies


def an_input(wrong: list[Seen], _seen: list[Seen]) -> Said:
    for name in wrong[0].case:
        text = f"{{name}} is equal to the input `{name}`."
        yield all(one.is_like(given(one.case, name)) for one in wrong), text


def _sigmoid(v: Array) -> Array:
    made: Array = 0.5 * (1 + np.tanh(0.5 * v))
    return made


WELL_KNOWN: tuple[tuple[str, Callable[[Array], Array]], ...] = (
    ("the sigmoid", _sigmoid),
    ("the hyperbolic tangent", np.tanh),
    ("the ReLU", lambda v: np.maximum(v, 0)),
    ("the arctangent", np.arctan),
    ("the softplus", lambda v: np.logaddexp(0, v)),
    ("the exponential", np.exp),
    ("the square", np.square),
    ("the absolute value", np.abs),
    ("the sign", np.sign),
    ("the derivative of the sigmoid", lambda v: _sigmoid(v) * _sigmoid(-v)),
    ("the derivative of the hyperbolic tangent", lambda v: 1 - np.tanh(v) ** 2),
    ("the derivative of ReLU", lambda v: (v > 0) + 0.0),
)


def well_known(wrong: list[Seen], _seen: list[Seen]) -> Said:
    """A function with a name, of an input, alone or times another input."""
    if not all(one.same_shape for one in wrong) or not varies(wrong):
        return
    same = [
        name
        for name in _inputs(wrong)
        if all(np.shape(one.case[name]) == one.want.shape for one in wrong)
    ]
    for name, (words, function) in product(same, WELL_KNOWN):
        made = [function(np.asarray(one.case[name], float)) for one in wrong]
        pairs = list(zip(wrong, made, strict=True))
        text = f"{{name}} is {words} of `{name}`."
        yield all(one.is_like(v) for one, v in pairs), text
        for other in same:
            text = "{{name}} is `{other}` times {words} of `{given}`."
            yield (
                all(one.is_like(one.case[other] * v) for one, v in pairs),
                text.format(other=other, words=words, given=name),
            )


def another_output(wrong: list[Seen], _seen: list[Seen]) -> Said:
    for name in filter(str.isidentifier, wrong[0].expected.values):
        arrays = [as_numbers(one.expected.values.get(name)) for one in wrong]
        so = all(
            array is not None and not one.label and same(one.got, array)
            for one, array in zip(wrong, arrays, strict=True)
        )
        yield so, f"{{name}} has the values that `{name}` should have."


def input_as_factor(wrong: list[Seen], _seen: list[Seen]) -> Said:
    """An input that is a factor once too often, or is missing as a factor."""
    for name in _inputs(wrong):
        x = [np.asarray(given(one.case, name), float) for one in wrong]
        pairs = list(zip(wrong, x, strict=True))
        text = f"{{name}} lacks the factor `{name}`."
        yield all(_is_product(one.want, one.got, v) for one, v in pairs), text
        text = f"{{name}} is multiplied by `{name}` once too often."
        yield all(_is_product(one.got, one.want, v) for one, v in pairs), text


def _is_product(product: Array, factor: Array, x: Array) -> bool:
    return bool(np.any(x != 1)) and product.shape == factor.shape and same(product, factor * x)


def input_as_term(wrong: list[Seen], _seen: list[Seen]) -> Said:
    """An input that is added or subtracted once too often, or missing as a term."""
    for name in _inputs(wrong):
        x = [np.asarray(given(one.case, name), float) for one in wrong]
        for text, sign in (
            ("{{name}} lacks the term `{given}`.", -1.0),
            ("{{name}} has `{given}` added once too often.", 1.0),
            ("{{name}} has `{given}` subtracted instead of added.", -2.0),
            ("{{name}} has `{given}` added instead of subtracted.", 2.0),
        ):
            so = all(one.is_like(one.want + sign * v) for one, v in zip(wrong, x, strict=True))
            yield so, text.format(given=name)


def _inputs(wrong: list[Seen]) -> Iterator[str]:
    """Names of arrays that can be combined with the quantity, in all cases."""
    for name in wrong[0].case:
        if all(
            one.same_shape
            and (array := given(one.case, name)) is not None
            and 0 < array.ndim <= one.want.ndim
            and array.shape == one.want.shape[one.want.ndim - array.ndim :]
            for one in wrong
        ):
            yield name
