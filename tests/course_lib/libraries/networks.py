"""Layers moved to another array library, as `Layer.to` moves them to a GPU."""

from typing import TypeVar

from course_lib.backend import to_numpy
from course_lib.layers import BatchNorm, Layer
from course_lib.models import Sequential
from tests.course_lib.libraries.library import Library

L = TypeVar("L", bound=Layer)


def moved_to(library: Library, layer: L) -> L:
    for p in layer.parameters():
        p.data, p.grad = library.array(to_numpy(p.data)), library.array(to_numpy(p.grad))
    for part in layer.layers if isinstance(layer, Sequential) else [layer]:
        if isinstance(part, BatchNorm):
            part.state = {name: library.array(to_numpy(a)) for name, a in part.state.items()}
    return layer
