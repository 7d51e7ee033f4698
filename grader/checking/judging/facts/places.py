"""Facts that show in the positions of the numbers: an axis, a row, an order."""

from collections.abc import Callable
from itertools import permutations

import numpy as np

from grader.checking.judging.effects import ENOUGH
from grader.checking.judging.facts.seen import Array, Fact, Said, Seen, given, same


def _axes(wrong: list[Seen], _seen: list[Seen]) -> Said:
    ndim = wrong[0].want.ndim
    if any({one.want.ndim, one.got.ndim} != {ndim} for one in wrong) or not 2 <= ndim <= 4:
        return
    if not all(one.has_places for one in wrong):
        return
    for order in list(permutations(range(ndim)))[1:]:
        text = "{{name}} has its axes in the wrong order: it is `expected.transpose({order})`."
        if ndim == 2:
            text = "{{name}} is transposed: its rows and columns are exchanged."
        so = all(one.is_like(one.want.transpose(order)) for one in wrong)
        yield so, text.format(order=", ".join(map(str, order)))


def _reduced(wrong: list[Seen], _seen: list[Seen]) -> Said:
    """Summed or averaged over an axis too many or too few."""
    if not all(one.has_places for one in wrong):
        return
    for words, reduce in (("sum", np.sum), ("mean", np.mean)):
        for axis in range(4):
            text = "{{name}} still has axis {axis}: take the {words} over it."
            so = all(_is_reduced(one.got, one.want, reduce, axis) for one in wrong)
            yield so, text.format(words=words, axis=axis)
            text = "{{name}} is the {words} of the expected numbers over their axis {axis}."
            if all(one.want.ndim == 1 for one in wrong):
                text = "{{name}} is one number, the {words} of those that are expected."
            so = all(_is_reduced(one.want, one.got, reduce, axis) for one in wrong)
            yield so, text.format(words=words, axis=axis)


def _is_reduced(whole: Array, part: Array, reduce: Callable[..., Array], axis: int) -> bool:
    if axis >= whole.ndim or whole.shape[axis] < 2 or not whole.any():
        return False
    return same(part.squeeze(), reduce(whole, axis=axis).squeeze())


def _moved(wrong: list[Seen], _seen: list[Seen]) -> Said:
    """Reversed, shifted, one too many or too few, or in another order."""
    for axis, unit in _units(wrong):
        pairs = [(np.moveaxis(o.got, axis, 0), np.moveaxis(o.want, axis, 0)) for o in wrong]
        so: tuple[tuple[str, Callable[[Array, Array], bool]], ...] = (
            ("{{name}} is in reverse order, {unit} by {unit}.", lambda g, w: same(g, w[::-1])),
            ("The last {unit} of {{name}} is missing.", lambda g, w: same(g, w[:-1])),
            ("The first {unit} of {{name}} is missing.", lambda g, w: same(g, w[1:])),
            ("{{name}} has one {unit} too many at the end.", lambda g, w: same(g[:-1], w)),
            ("{{name}} has one {unit} too many at the start.", lambda g, w: same(g[1:], w)),
            ("{{name}} comes one {unit} too late.", lambda g, w: _shifted(w, g)),
            ("{{name}} comes one {unit} too early.", lambda g, w: _shifted(g, w)),
        )
        for text, is_so in so:
            yield all(is_so(got, want) for got, want in pairs), text.format(unit=unit)


def _another_order(wrong: list[Seen], _seen: list[Seen]) -> Said:
    so = all(
        one.same_shape
        and one.has_places
        and len(np.unique(one.want)) > max(3, one.want.size / 2)
        and same(np.sort(one.got.ravel()), np.sort(one.want.ravel()))
        for one in wrong
    )
    yield so, "{name} has the right numbers, but in another order."


def _shifted(ahead: Array, behind: Array) -> bool:
    whole = ahead.shape == behind.shape and len(ahead) > 2
    return whole and bool(np.ptp(ahead) > 0) and same(behind[1:], ahead[:-1])


def _units(wrong: list[Seen]) -> list[tuple[int, str]]:
    """Axes that all wrong results have, and the name of an entry along each."""
    dims = {array.ndim for one in wrong for array in (one.got, one.want)}
    if len(dims) != 1 or not all(one.has_places for one in wrong):
        return []
    names = {1: ["entry"], 2: ["row", "column"]}
    (ndim,) = dims
    along = "entry along axis {axis}"
    return list(enumerate(names.get(ndim) or [along.format(axis=k) for k in range(ndim)]))


def _where_along(wrong: list[Seen], _seen: list[Seen]) -> Said:
    """Wrong in the first or the last entry, row or column alone, or right in the first alone."""
    if not all(one.same_shape and one.want.ndim <= 2 for one in wrong):
        return
    for axis, unit in _units(wrong)[:1]:  # rows may follow each other, columns do not
        found = [_any_along(one.wrong, axis) for one in wrong]
        # What is 0 everywhere is right for another reason.
        telling = [_any_along(one.tells | one.wrong, axis) for one in wrong]
        if any(len(there) < 3 for there in found) or not all(there.all() for there in telling):
            continue
        patterns: tuple[tuple[str, Callable[[Array], Array]], ...] = (
            ("Only the first {unit} of {{name}} is wrong.", lambda i: i == 0),
            ("Only the last {unit} of {{name}} is wrong.", lambda i: i == i[-1]),
            ("Only the first {unit} of {{name}} is right.", lambda i: i > 0),
            (
                "Only the first and the last {unit} of {{name}} are wrong.",
                lambda i: (i == 0) | (i == i[-1]),
            ),
        )
        for text, pattern in patterns:
            so = all(np.array_equal(there, pattern(np.arange(len(there)))) for there in found)
            yield so, text.format(unit=unit)


def _any_along(there: Array, axis: int) -> Array:
    """Of each entry along the axis, whether anything in it is true."""
    return np.asarray(np.moveaxis(there, axis, 0).reshape(there.shape[axis], -1).any(1))


def _where_inputs(wrong: list[Seen], seen: list[Seen]) -> Said:
    """Wrong exactly where an input of the same shape is, for example, negative, 0 or large."""
    comparable = [one for one in seen if one.same_shape and one.want.ndim]
    if not all(one.same_shape and one.want.ndim for one in wrong):
        return
    for name in wrong[0].case:
        pairs = [
            (array.astype(float).ravel(), one.wrong.ravel(), one.tells.ravel())
            for one in comparable
            if (array := given(one.case, name)) is not None and array.shape == one.want.shape
        ]
        if len(pairs) < len(comparable):
            continue
        x, bad, tells = (np.concatenate(parts) for parts in zip(*pairs, strict=True))
        if bad.sum() < ENOUGH or (~bad & tells).sum() < ENOUGH:
            continue
        mixed = [wrong.any() and not wrong.all() for _x, wrong, _tells in pairs].count(True) > 1
        for words, so in (
            ("negative", x < 0),
            ("positive", x > 0),
            ("0", x == 0),
            ("not 0", x != 0),
            ("0 or negative", x <= 0),
            ("0 or positive", x >= 0),
            ("1", x == 1),
        ):
            text = "{{name}} is wrong where `{given}` is {words}, and right elsewhere."
            yield np.array_equal(bad, so), text.format(given=name, words=words)
        near = abs(x) < np.min(abs(x[bad]))
        text = f"{{name}} is right only where `{name}` is near 0."
        yield mixed and np.array_equal(~bad, near), text


PLACES: tuple[Fact, ...] = (_axes, _reduced, _moved)
PARTS: tuple[Fact, ...] = (_another_order, _where_along, _where_inputs)
