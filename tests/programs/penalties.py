"""What is tried with every weight penalty."""

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.programs.catalogue import Catalogue


def enter_what_fits_all(programs: Catalogue, textbook: Callable[..., Any]) -> None:
    """Enter a right penalty ``textbook(weights, lam, …)`` in other forms, and one that adds up."""
    right, form, wrong, open_ = programs.kinds

    @open_
    def tuple_of_gradients(weights, *settings):
        # A tuple is as good as a list to go through.
        value, gradients = textbook(weights, *settings)
        return value, tuple(gradients)

    @form
    def double_precision(weights, *settings):
        return textbook([W.astype(float) for W in weights], *settings)

    @form
    def nested_lists(weights, *settings):
        value, gradients = textbook(weights, *settings)
        return value, [gradient.tolist() for gradient in gradients]

    @form
    def value_in_an_array(weights, *settings):
        value, gradients = textbook(weights, *settings)
        return np.array([value]), gradients

    total = [0.0]

    @wrong
    def adds_up_over_calls(weights, *settings):
        value, gradients = textbook(weights, *settings)
        total[0] += value
        return total[0], gradients
