"""Right functions whose results are carried strangely or ruined: cheats and odd types.

``carried(functions)`` gives the four tables for the graded (last) function; ``outputs`` names the
places of the returned tuple that are touched (a cache is left alone).
"""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

Change = Callable[[Any], Any]
Functions = tuple[Callable[..., Any], ...]
Table = dict[str, Functions]


class SaysYes:
    """Claims to equal everything."""

    __hash__ = object.__hash__

    def __init__(self, value: Any) -> None:
        self.shape = np.shape(value)
        self.dtype = np.asarray(value).dtype
        self.ndim = len(self.shape)

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False

    def __le__(self, other: object) -> bool:
        return True

    __lt__ = __ge__ = __gt__ = __le__

    def __sub__(self, other: Any) -> float:
        return 0.0

    __rsub__ = __sub__

    def __abs__(self) -> float:
        return 0.0


class Zeros(SaysYes):
    """Turns into zeros when it is made an array."""

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return np.zeros(self.shape)


class Wrapped:
    """Turns into the right values when it is made an array, as a tensor class would."""

    def __init__(self, value: Any) -> None:
        self.value = np.asarray(value)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return self.value.astype(dtype or self.value.dtype)


class Mine(np.ndarray):
    """A subclass that changes nothing."""


class Agreeable(np.ndarray):
    """A subclass for which every comparison and every function of NumPy says yes."""

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> Any:
        return np.ones(self.shape, dtype=bool)

    def __array_ufunc__(self, *args: Any, **kwargs: Any) -> Any:
        return np.True_

    def __array_function__(self, *args: Any, **kwargs: Any) -> Any:
        return True


class YesFloat(float):
    """A number that equals every other."""

    __hash__ = float.__hash__

    def __eq__(self, other: object) -> bool:
        return True

    def __sub__(self, other: Any) -> float:
        return 0.0

    __rsub__ = __sub__


def one_entry_off(value: Any) -> Any:
    value = np.array(value, order="C")
    value.reshape(-1)[-1:] += 1
    return value


def last_row_missing(value: Any) -> Any:
    return np.array(value)[:-1] if np.ndim(value) else None


def last_row_repeated(value: Any) -> Any:
    value = np.array(value)
    return np.concatenate([value, value[-1:]]) if value.ndim else np.stack([value, value + 1])


def fortran(value: Any) -> Any:
    return np.asfortranarray(value) if np.ndim(value) else value


def every_second(value: Any) -> Any:
    return np.repeat(value, 2, axis=-1)[..., ::2] if np.ndim(value) else value


def read_only(value: Any) -> Any:
    value = np.array(value)
    value.flags.writeable = False
    return value


def subclass(value: Any, kind: Any) -> Any:
    return np.array(value).view(kind)


def noisy(value: Any) -> Any:
    value = np.asarray(value)
    return value + 0.01 * (1 + np.abs(value)) * np.random.default_rng(7).choice(
        [-1, 1], value.shape
    )


RIGHT_CHANGES: dict[str, Change] = {
    "carried_in_fortran_order": fortran,
    "carried_every_second_of_a_larger_array": every_second,
    "carried_read_only": read_only,
}

EITHER_CHANGES: dict[str, Change] = {
    "carried_in_a_masked_array_without_mask": np.ma.asarray,
    "carried_in_a_subclass": lambda value: subclass(value, Mine),
    "carried_in_an_object_with_array": Wrapped,
    "carried_as_python_objects": lambda value: np.asarray(value).astype(object),
    "carried_as_long_double": lambda value: np.asarray(value).astype(np.longdouble),
    "carried_as_complex_without_imaginary_part": lambda value: np.asarray(value) + 0j,
    "carried_big_endian": lambda value: np.asarray(value).astype(">f8"),
}

WRONG_CHANGES: dict[str, Change] = {
    "cheat_zeros": np.zeros_like,
    "cheat_ones": np.ones_like,
    "cheat_nan": lambda value: np.full_like(value, np.nan),
    "cheat_infinity": lambda value: np.full_like(value, np.inf),
    "cheat_none": lambda value: None,
    "cheat_ellipsis": lambda value: ...,
    "cheat_random": lambda value: np.random.default_rng(3).normal(size=np.shape(value)),
    "cheat_constant": lambda value: np.full_like(value, 0.42),
    "cheat_text": lambda value: "the right answer",
    "cheat_generator": lambda value: (entry for entry in np.ravel(value)),
    "cheat_imaginary_part": lambda value: np.asarray(value) + 1j,
    "cheat_says_yes": SaysYes,
    "cheat_zeros_on_demand": Zeros,
    "cheat_agreeable_subclass": lambda value: subclass(np.zeros_like(value), Agreeable),
    "cheat_yes_float": lambda value: YesFloat(0.0),
    "cheat_object_array_of_yes": lambda value: np.full(np.shape(value), YesFloat(0), dtype=object),
    "cheat_all_masked": lambda value: np.ma.array(np.zeros_like(value), mask=True),
    "cheat_half_masked": lambda value: np.ma.array(
        np.zeros_like(value), mask=np.asarray(value) != 0, shrink=False
    ),
    "cheat_huge": lambda value: np.broadcast_to(0.0, (100, 2_000)),
    "cheat_ragged": lambda value: [[1.0], [1.0, 2.0]],
    "cheat_dict": lambda value: {"value": value},
    "cheat_set": lambda value: set(np.ravel(value).tolist()),
    "cheat_type": lambda value: np.ndarray,
    "negated": lambda value: -np.asarray(value),
    "doubled": lambda value: 2 * np.asarray(value),
    "one_percent_off": noisy,
    "one_entry_off": one_entry_off,
    "last_row_missing": last_row_missing,
    "last_row_repeated": last_row_repeated,
    "three_decimals": lambda value: np.round(value, 2),
}
CHANCE = {"three_decimals": "a result may happen to be near its rounded value"}


def through(change: Change, value: Any) -> Any:
    """``change`` applied to every array inside lists, tuples and dicts."""
    if isinstance(value, list | tuple):
        return type(value)(through(change, entry) for entry in value)
    if isinstance(value, dict):
        return {key: through(change, entry) for key, entry in value.items()}
    return change(value)


def carry(functions: Functions, change: Change, outputs: tuple[int, ...] | None) -> Functions:
    *given, graded = functions

    @functools.wraps(graded)
    def changed(*args: Any, **kwargs: Any) -> Any:
        result = graded(*args, **kwargs)
        if outputs is None:
            return through(change, result)
        return tuple(through(change, r) if i in outputs else r for i, r in enumerate(result))

    return (*given, changed)


def raising(functions: Functions, error: type[BaseException]) -> Functions:
    def stops(*args: Any, **kwargs: Any) -> Any:
        raise error("stopped here")

    return (*functions[:-1], stops)


def endless_recursion(functions: Functions) -> Functions:
    def again(*args: Any, **kwargs: Any) -> Any:
        return again(*args, **kwargs)

    return (*functions[:-1], again)


def returning(functions: Functions, change: Change) -> Functions:
    """The whole result, not each array, changed."""
    *given, graded = functions

    def changed(*args: Any, **kwargs: Any) -> Any:
        return change(graded(*args, **kwargs))

    return (*given, changed)


def first_argument(functions: Functions, n: int) -> Functions:
    """Gives back the first argument in place of each of ``n`` results."""

    def echo(*args: Any, **kwargs: Any) -> Any:
        return args[0] if n == 1 else (args[0],) * n

    return (*functions[:-1], echo)


def carried(
    functions: Functions, outputs: tuple[int, ...] | None = None, n: int = 1
) -> tuple[Table, Table, Table]:
    """Tables (RIGHT, WRONG, EITHER) made from a right solution that returns ``n`` things."""
    right, wrong, either = (
        {name: carry(functions, change, outputs) for name, change in changes.items()}
        for changes in (RIGHT_CHANGES, WRONG_CHANGES, EITHER_CHANGES)
    )
    wrong["cheat_gives_back_the_first_argument"] = first_argument(functions, n)
    wrong["raises_system_exit"] = raising(functions, SystemExit)
    wrong["raises_not_implemented"] = raising(functions, NotImplementedError)
    wrong["recurses_without_end"] = endless_recursion(functions)
    wrong["prints_and_returns_nothing"] = returning(functions, print)
    if n > 1:
        wrong["one_result_too_many"] = returning(functions, lambda result: (*result, result[0]))
        wrong["one_result_too_few"] = returning(functions, lambda result: result[:-1])
        wrong["results_in_a_generator_of_nothing"] = returning(functions, lambda _: (i for i in ()))
    return right, wrong, either
