"""Smaller experiments in the browser, which computes several times more slowly."""

from collections.abc import Sized
from typing import Any

from course_lib.fast.table import in_browser


def smaller_in_browser(**settings: tuple[Any, Any]) -> Any:
    """The settings of an experiment: the full ones, or in the browser smaller ones.

    In the browser it prints one line, which says what is smaller, and that the numbers in the text
    of the notebook are those of the full experiment. Elsewhere it prints nothing.

    Parameters
    ----------
    settings : the name of each in the plural (``hidden_units`` is printed as "hidden units"), and
        two values: everywhere else, in the browser. A value is a count or a collection, of which
        the length is printed

    Returns
    -------
    The value, or a tuple of the values if there are several settings.

    Examples
    --------
    >>> seeds, epochs = smaller_in_browser(seeds=([0, 1, 2], [0, 1]), epochs=(30, 20))
    >>> seeds, epochs
    ([0, 1, 2], 30)
    """
    if not settings:
        raise ValueError("smaller_in_browser: no setting is given; write seeds=(3, 2), for example")
    for name, values in settings.items():
        _require_smaller(name, values)
    here = in_browser()
    if here:
        print(_said(settings))
    chosen = tuple(values[here] for values in settings.values())
    return chosen if len(chosen) > 1 else chosen[0]


def _require_smaller(name: str, values: Any) -> None:
    if not isinstance(values, tuple) or len(values) != 2:
        raise TypeError(
            f"smaller_in_browser: {name} is {values!r}, expected a tuple of two values: everywhere "
            "else, in the browser"
        )
    full, small = map(_count, values)
    if not 1 <= small < full:
        raise ValueError(
            f"smaller_in_browser: {name} is {small} in the browser and {full} elsewhere; it has to "
            "be smaller in the browser, and 1 or more"
        )


def _count(value: Any) -> int:
    return len(value) if isinstance(value, Sized) else int(value)


def _said(settings: dict[str, tuple[Any, Any]]) -> str:
    parts = []
    for name, values in settings.items():
        full, small = map(_count, values)
        words = name.replace("_", " ")
        words = words.removesuffix("s") if small == 1 else words
        parts.append(f"{small:,} {words} instead of {full:,}")
    return (
        f"In the browser, which is slower: {', '.join(parts)}. "
        "The numbers in the text are those of the full experiment."
    )
