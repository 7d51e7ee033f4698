"""Computational graphs: evaluation in the forward pass, backpropagation in the backward pass.

A graph is a dictionary, node -> (operation, inputs):

>>> graph = {
...     "x": ("input", ()),
...     "W": ("input", ()),
...     "u": ("matmul", ("x", "W")),
...     "z": ("tanh", ("u",)),
...     "L": ("sum", ("z",)),
... }
"""

from typing import TYPE_CHECKING

from course_lib.lazy import lazily

if TYPE_CHECKING:
    from course_lib.graph.evaluation import evaluate_graph as evaluate_graph
    from course_lib.graph.ordering import topological_order as topological_order
    from course_lib.graph.reverse import backprop as backprop
else:
    __getattr__, __dir__, __all__ = lazily(
        __name__,
        {
            "evaluation": ["evaluate_graph"],
            "ordering": ["topological_order"],
            "reverse": ["backprop"],
        },
    )
