"""Copies of models, so that computing with a copy leaves the model as it is."""

import copy
from collections.abc import Iterator
from typing import Any, TypeVar

from course_lib.tree import Tree, generators, is_generator

T = TypeVar("T")


def deep_copy(value: T) -> T:
    """A deep copy, which shares the random generators that cannot be copied.

    A `cupy.random.Generator` cannot be copied, because it holds a lock. The copy draws from the
    same generator, so that one moves on. Everything else is copied.

    Parameters
    ----------
    value : a model, an optimizer or a generator, or a tuple of these
    """
    shared = {id(rng): rng for rng in _generators(value) if not _can_be_copied(rng)}
    return copy.deepcopy(value, shared)


def _generators(value: Any) -> Iterator[Any]:
    if is_generator(value):
        yield value
    elif isinstance(value, Tree):
        yield from generators(value).values()
    elif isinstance(value, tuple):
        for item in value:
            yield from _generators(item)


def _can_be_copied(rng: object) -> bool:
    try:
        copy.deepcopy(rng)
    except TypeError:  # "cannot pickle …"
        return False
    return True
