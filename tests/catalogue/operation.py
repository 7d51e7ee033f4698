"""What a row of the catalogue says about an operation, and how any of them is called.

Functions are looked up by name when they are called, so that a test can put others in their place.
"""

import copy
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from course_lib import Op
from tests.course_lib.libraries.library import Kit

Draw = np.random.Generator
Arrays = list[Any]
Refusal = tuple[dict[str, Any], type[Exception], str]
"""Arguments to change (a function changes the one that is given), and what is then raised."""


def settings(**values: Any) -> Callable[[Draw, int, int], dict[str, Any]]:
    return lambda draw, N, D: values


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A function of the library; ``name`` is its own, and after a space what is special here.

    Parameters
    ----------
    inputs : ``inputs(draw, N, D)``, the arrays that it has gradients for, N samples of D columns
    rest : ``rest(draw, N, D)``, the other arguments by name; of a generator each call gets a copy
    definition : plain loops or the textbook's formula, of the same arguments
    theirs : the counterpart, with ``torch.nn.functional`` before the same arguments; where there is
        state, its new values follow the output
    refused : what cannot be, and the error that says so
    unlike : what holds for others and not for this one, in words that the properties ask for:
        "batch" (samples see each other), "empty" (a batch of none is refused), "shapes" (of dy are
        not checked), "no mean" (over samples), "double" (results are), "between pixels"
    """

    name: str
    inputs: Callable[[Draw, int, int], Arrays]
    rest: Callable[[Draw, int, int], dict[str, Any]] = lambda draw, N, D: {}
    definition: Callable[..., Any] | None = None
    theirs: Callable[..., Any] | None = None
    smallest_batch: int = 1
    refused: Sequence[Refusal] = ()
    unlike: str = ""
    package: str = "functional"

    def __str__(self) -> str:
        return self.name

    @property
    def function(self) -> str:
        return self.name.split()[0]

    def find(self, name: str) -> Any:
        return getattr(import_module(f"course_lib.{self.package}"), name)

    def given(self, N: int = 5, D: int = 4, seed: int = 0) -> tuple[Arrays, dict[str, Any]]:
        draw, N = np.random.default_rng(seed), max(N, self.smallest_batch)
        return self.inputs(draw, N, D), self.rest(draw, N, D)

    def call(self, *inputs: Any, **rest: Any) -> Any:
        return self.find(self.function)(*inputs, **fresh(rest))

    def outputs(self, *inputs: Any, **rest: Any) -> Arrays:
        """All that it returns."""
        results = self.call(*inputs, **rest)
        return list(results) if isinstance(results, tuple) else [results]

    def by_name(self, inputs: Arrays, rest: Mapping[str, Any]) -> dict[str, Any]:
        names = inspect.signature(self.find(self.called)).parameters
        return dict(zip(names, inputs, strict=False)) | dict(rest)

    @property
    def called(self) -> str:
        """The function that an error names."""
        return self.function

    def everything(self, inputs: Arrays, rest: Mapping[str, Any], dy: Callable[..., Any]) -> Arrays:
        """All results; ``dy(shape)`` is the gradient that a pair goes back from."""
        return self.outputs(*inputs, **rest)

    def on(self, kit: Kit) -> Arrays:
        """All results of some arguments, computed with a kit's arrays and numbers."""
        inputs, rest = (converted(kit, a) for a in self.given())
        return self.everything(inputs, rest, lambda shape: kit.normal(*shape, seed=9))


@dataclass(frozen=True, kw_only=True)
class Pair(Operation):
    """A forward function and its backward function."""

    forward: Callable[..., Any] | None = None
    backward: Callable[..., Any] | None = None

    @property
    def called(self) -> str:
        return f"{self.function}_forward"

    def op(self, rest: dict[str, Any]) -> Op:
        """The pair as functions of arrays; of new statistics forward returns none."""
        forward = self.forward or self.find(self.called)
        backward = self.backward or self.find(f"{self.function}_backward")
        return Op(lambda *inputs: forward(*inputs, **fresh(rest))[:2], backward)

    def call(self, *inputs: Any, **rest: Any) -> Any:
        return (self.forward or self.find(self.called))(*inputs, **fresh(rest))

    def outputs(self, *inputs: Any, **rest: Any) -> Arrays:
        """The output, and what there is of new statistics."""
        y, _, *state = self.call(*inputs, **rest)
        return [y, *(array for new in state for array in new.values())]

    def gradients(self, dy: Any, cache: Any) -> Arrays:
        result = self.op({}).backward(dy, cache)
        return list(result) if isinstance(result, tuple | list) else [result]

    def everything(self, inputs: Arrays, rest: Mapping[str, Any], dy: Callable[..., Any]) -> Arrays:
        y, cache, *state = self.call(*inputs, **rest)
        new = [array for each in state for array in each.values()]
        return [y, *new, *self.gradients(dy(y.shape), cache)]


@dataclass(frozen=True, kw_only=True)
class Loss(Operation):
    """A function that returns a value, and a gradient for each of its inputs."""

    package: str = "losses"

    def call(self, *inputs: Any, **rest: Any) -> Any:
        """As training calls it: targets and numbers by their places, in the order of ``rest``."""
        settings = "weight", "ignore", "label_smoothing", "pos_weight", "sample_weight"
        by_name = {name: rest[name] for name in settings if name in rest}
        by_place = [value for name, value in rest.items() if name not in by_name]
        return self.find(self.function)(*inputs, *by_place, **by_name)

    def op(self, rest: dict[str, Any]) -> Op:
        """The value as an output of one number, for those who go back from a dy."""

        def forward(*inputs: Any) -> Any:
            value, *gradients = self.call(*inputs, **rest)
            return np.array([value]), gradients

        return Op(forward, lambda dy, gradients: [dy * g for g in gradients])


def fresh(rest: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of one more call: a generator draws the same again."""
    return {k: copy.deepcopy(v) if isinstance(v, Draw) else v for k, v in rest.items()}


def changed(rest: Any, change: Callable[[Any], Any]) -> Any:
    """The arguments with a change made to all arrays among them."""
    if isinstance(rest, np.ndarray):
        return change(rest)
    if isinstance(rest, Mapping):
        return {name: changed(value, change) for name, value in rest.items()}
    return [changed(value, change) for value in rest] if isinstance(rest, list) else rest


def converted(kit: Kit, value: Any) -> Any:
    """Arrays of the kit's library and precision, numbers as the kit makes them."""
    if isinstance(value, float):
        return kit.number(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return kit.whole(value)
    if isinstance(value, tuple):
        return tuple(converted(kit, v) for v in value)
    if isinstance(value, Mapping):
        return {k: converted(kit, v) for k, v in value.items()}
    if isinstance(value, list):
        return [converted(kit, v) for v in value]
    return kit.array(value) if isinstance(value, np.ndarray) else value
