"""Shapes that broadcast with each other."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.extra.numpy import mutually_broadcastable_shapes


def pairs_that_broadcast() -> st.SearchStrategy[Any]:
    """Two shapes and the shape of their sum: `input_shapes` and `result_shape`."""
    return mutually_broadcastable_shapes(num_shapes=2, max_dims=4, min_side=0, max_side=4)
