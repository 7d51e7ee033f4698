"""The types of arrays ask only for what the array API standard has."""

import inspect
import typing

import array_api_strict
import numpy as np
import pytest

from course_lib.array import Array, Generator, LinearAlgebra, Namespace


def members(protocol: type) -> list[str]:
    """Names of the attributes and methods that a protocol asks for."""
    empty = type("Empty", (typing.Protocol,), {"__annotations__": {}})  # type: ignore[misc]
    asked = {*vars(protocol), *inspect.get_annotations(protocol)}
    return sorted(asked - set(vars(empty)))


@pytest.mark.parametrize("library", [array_api_strict, np], ids=["standard", "numpy"])
def test_arrays_have_everything_that_is_asked_for(library: typing.Any) -> None:
    array = library.asarray([[1.0, 2.0]])
    assert [name for name in members(Array) if not hasattr(array, name)] == []
    assert [name for name in members(Namespace) if not hasattr(library, name)] == []
    assert [name for name in members(LinearAlgebra) if not hasattr(library.linalg, name)] == []


def test_generators_have_everything_that_is_asked_for() -> None:
    rng = np.random.default_rng(0)
    assert [name for name in members(Generator) if not hasattr(rng, name)] == []


@pytest.mark.parametrize("name", [n for n in members(Namespace) if n in vars(Namespace)])
def test_functions_take_the_standards_keywords(name: str) -> None:
    asked = inspect.signature(getattr(Namespace, name)).parameters
    standard = inspect.signature(getattr(array_api_strict, name)).parameters
    keywords = {key for key, value in asked.items() if value.kind is value.KEYWORD_ONLY}
    assert keywords <= set(standard)
