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

from course_lib.graph.backprop import backprop as backprop
from course_lib.graph.backprop import topological_order as topological_order
from course_lib.graph.evaluate_graph import evaluate_graph as evaluate_graph
from course_lib.graph.unbroadcast import unbroadcast as unbroadcast
