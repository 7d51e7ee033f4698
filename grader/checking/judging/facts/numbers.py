"""Facts that show in the values: zeros, a sign, a factor, the square of the result."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from grader.checking.contract.compare import same_values
from grader.checking.judging.facts.inputs import (
    an_input,
    another_output,
    input_as_factor,
    input_as_term,
    well_known,
)
from grader.checking.judging.facts.seen import (
    Array,
    Fact,
    Said,
    Seen,
    given,
    is_setting,
    varies,
)


def _all_wrong(wrong: list[Seen], seen: list[Seen]) -> bool:
    """Whether what is said of ``wrong`` is so everywhere."""
    telling = [one for one in seen if not one.right or one.want.any()]
    return len(telling) == len(wrong)


def _nothing(wrong: list[Seen], seen: list[Seen]) -> Said:
    zeros = all(one.same_shape and one.want.any() and not one.got.any() for one in wrong)
    yield zeros and _all_wrong(wrong, seen), "{name} is 0 everywhere."
    yield zeros and len(wrong) > 1, "{name} is 0 where it is wrong."


def sign(wrong: list[Seen], seen: list[Seen]) -> Said:
    opposite = all(one.is_like(-one.want) for one in wrong)
    text = "{name} has the opposite sign everywhere. Its absolute values are right."
    yield opposite and _all_wrong(wrong, seen), text
    yield opposite, "Where {name} is wrong, it has the opposite sign."


def some_signs(wrong: list[Seen], _seen: list[Seen]) -> Said:
    text = "Some numbers of {name} have the wrong sign. All absolute values are right."
    yield all(not same_values("", abs(one.got), abs(one.want)) for one in wrong), text


def _factors(wrong: list[Seen]) -> list[float]:
    """The factor by which each result is wrong; none if one of them has several."""
    factors = []
    for one in wrong:
        if not one.same_shape or not one.want.any():
            return []
        at = np.unravel_index(np.argmax(abs(one.want)), one.want.shape)
        factors.append(float(one.got[at] / one.want[at]))
        if not factors[-1] or not one.is_like(one.want * factors[-1]):
            return []
    return factors


def _factor(wrong: list[Seen], seen: list[Seen]) -> Said:
    factors = _factors(wrong)
    if not factors or any(np.isclose(factor, 1, rtol=1e-4) for factor in factors):
        return
    sizes = [abs(factor) for factor in factors]
    what = _named_factor(sizes, wrong)
    if not what and len(sizes) > 1 and _all_wrong(wrong, seen) and _are_one(sizes):
        what = f"{sizes[0]:.4g}"
    if what:
        everywhere, somewhere = (
            "{{name}} is {what} times the expected value.",
            "Where {{name}} is wrong, it is {what} times the expected value.",
        )
        if max(factors) < 0:
            everywhere, somewhere = (
                "{{name}} has the opposite sign, and its size is {what} times the expected one.",
                "Where {{name}} is wrong, its sign is opposite; its size is {what} times right.",
            )
        text = everywhere if _all_wrong(wrong, seen) else somewhere
        yield max(factors) < 0 or min(factors) > 0, text.format(what=what)


def plain_factor(wrong: list[Seen], _seen: list[Seen]) -> Said:
    """A factor that is a whole number or a fraction."""
    factors = _factors(wrong)
    what = _plain_number(abs(factors[0])) if factors and _are_one(factors) else ""
    yield bool(what) and factors[0] > 0, f"{{name}} is {what} times the expected value."


def _are_one(factors: list[float]) -> bool:
    return bool(np.allclose(factors, factors[0], rtol=1e-4))


def _one_factor(wrong: list[Seen], _seen: list[Seen]) -> Said:
    """A factor that has no name."""
    factors = _factors(wrong)
    shown = ", ".join(dict.fromkeys(f"{factor:.4g}" for factor in factors[:4]))
    text = (
        "In each case, {{name}} is wrong by one factor, which differs from case to case ({shown})."
    )
    if len(factors) == 1:
        text = "Where {{name}} is wrong, all its numbers are wrong by one factor ({shown})."
    # A single number always differs by a factor.
    so = bool(factors) and (len(factors) == 1 or not _are_one(factors))
    yield so and all(one.want.size > 2 for one in wrong), text.format(shown=shown)


FORMS: tuple[tuple[str, Callable[[Array], Array]], ...] = (
    ("{}", lambda v: v),
    ("1/{}", lambda v: 1 / v),
    ("√{}", np.sqrt),
    ("1/√{}", lambda v: 1 / np.sqrt(v)),
    ("{}²", np.square),
    ("(1 − {})", lambda v: np.where(v < 1, 1 - v, np.nan)),
    ("1/(1 − {})", lambda v: np.where(v < 1, 1 / (1 - v), np.nan)),
    ("({} − 1)", lambda v: np.where(v > 1, v - 1, np.nan)),
    ("1/({} − 1)", lambda v: np.where(v > 1, 1 / (v - 1), np.nan)),
)


def _named_factor(factors: list[float], wrong: list[Seen]) -> str:
    """The factor in words: a plain number, or the same size or setting in every case."""
    if _are_one(factors) and (number := _plain_number(factors[0])):
        return number
    for text, values in _sizes_and_settings(wrong):
        if np.ptp(values) == 0:
            continue  # a number, which may be another size or setting as well
        for words, form in FORMS:
            made = form(np.asarray(values, float))
            for times, multiple in (("", 1.0), ("2·", 2.0), ("½·", 0.5)):
                if np.isfinite(made).all() and np.allclose(factors, multiple * made, rtol=1e-4):
                    return times + words.format(text)
    return ""


def _sizes_and_settings(wrong: list[Seen]) -> Iterator[tuple[str, list[float]]]:
    """Those that all cases have, in words."""
    cases = [one.case for one in wrong]
    for name in cases[0]:
        values: list[Any] = [case.get(name) for case in cases]
        if is_setting(name, values):
            yield f"`{name}`", [float(value) for value in values]
            continue
        shapes = [array.shape for case in cases if (array := given(case, name)) is not None]
        ndim = len(shapes[0]) if shapes else 0
        if len(shapes) < len(cases) or any(len(shape) != ndim for shape in shapes):
            continue
        for axis in range(ndim):
            yield f"`{name}.shape[{axis}]`", [shape[axis] for shape in shapes]
        for axis, part in list(enumerate(("", "[0]", "[0, 0]")))[: max(ndim - 1, 0)]:
            yield f"`{name}{part}.size`", [float(np.prod(shape[axis:])) for shape in shapes]
        added = [float(np.prod(s)) / one.want.size for s, one in zip(shapes, wrong, strict=True)]
        words = "(the number of values of `{name}` for each value of the result)"
        yield words.format(name=name), added


def _plain_number(value: float) -> str:
    """A whole number or a fraction, as people write them; "" for all others."""
    for number, text in ((value, "{}"), (1 / value, "1/{}")):
        if 1 < number < 17 and np.isclose(number, round(number), rtol=1e-5):
            return text.format(round(number))
    return ""


def _offset(wrong: list[Seen], _seen: list[Seen]) -> Said:
    if all(one.same_shape and one.want.size > 2 for one in wrong):
        offsets = [float((one.got - one.want).flat[0]) for one in wrong]
        shown = ", ".join(dict.fromkeys(f"{d:+.4g}" for d in offsets[:3]))
        text = "All numbers of {{name}} are off by the same amount ({shown})."
        so = all(one.is_like(one.want + d) for one, d in zip(wrong, offsets, strict=True))
        yield so, text.format(shown=shown)


def _factor_along(wrong: list[Seen], seen: list[Seen]) -> Said:
    """Rows or columns that are each wrong by their own factor, wherever anything is wrong."""
    if not all(one.same_shape and one.has_places and one.want.ndim == 2 for one in wrong):
        return
    for axis, unit in ((0, "column"), (1, "row")):
        long = any(one.want.shape[axis] > 2 for one in wrong)
        long = long and all(one.wrong.any(axis=axis).all() for one in wrong)
        text = "Each {unit} of {{name}} is the expected one times a factor of its own."
        so = long and all(_has_factors(one, axis) for one in wrong) and _all_wrong(wrong, seen)
        yield so, text.format(unit=unit)


def _has_factors(one: Seen, axis: int) -> bool:
    """Whether the numbers along ``axis`` are all wrong by the same factor."""
    largest = np.expand_dims(np.argmax(abs(one.want), axis=axis), axis)
    got, want = (np.take_along_axis(array, largest, axis) for array in (one.got, one.want))
    factors = np.where(want == 0, 1, got / want)
    several = factors.size == 1 or bool(np.ptp(factors) > 1e-4 * np.max(abs(factors)))
    return several and bool(np.all(factors != 0)) and one.is_like(one.want * factors)


FUNCTIONS: tuple[tuple[str, Callable[[Array], Array]], ...] = (
    ("the square", np.square),
    ("the square root", np.sqrt),
    ("the reciprocal", np.reciprocal),
    ("the logarithm", np.log),
    ("the exponential", np.exp),
    ("the absolute value", np.abs),
    ("the integer part", np.trunc),
    ("the rounded value", np.round),
)


def _function(wrong: list[Seen], _seen: list[Seen]) -> Said:
    if all(one.want.any() for one in wrong) and varies(wrong):
        for words, function in FUNCTIONS:
            text = f"{{name}} is {words} of the expected value."
            yield all(one.is_like(function(one.want)) for one in wrong), text
        text = "{name} is 1 minus the expected value."
        yield all(one.is_like(1 - one.want) for one in wrong), text


ABSOLUTE: tuple[Fact, ...] = (_nothing, an_input, another_output, well_known)
NUMBERS: tuple[Fact, ...] = (sign, some_signs, _factor)
RELATIONS: tuple[Fact, ...] = (input_as_factor, input_as_term, _function)
LOOSE: tuple[Fact, ...] = (_one_factor, _offset, _factor_along)
