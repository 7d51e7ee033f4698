"""What is tried with every normalisation: right values in deviating forms."""

from collections.abc import Callable
from typing import Any

from tests.programs.catalogue import Catalogue


def forms_of_forward(programs: Catalogue, textbook: Callable[..., Any]) -> None:
    """Enter a right forward pass ``textbook(x, gamma, beta, …) -> (y, cache, …)``."""
    form = programs.form

    @form
    def nested_lists(x, *given, **settings):
        y, *rest = textbook(x, *given, **settings)
        return y.tolist(), *rest

    @form
    def double_precision(x, *given, **settings):
        return textbook(x.astype(float), *given, **settings)

    @form
    def leading_axis(x, *given, **settings):
        y, *rest = textbook(x, *given, **settings)
        return y[None], *rest

    @form
    def gamma_scaled(x, gamma, *given, **settings):
        result = textbook(x, gamma, *given, **settings)
        gamma *= 2
        return result


def forms_of_backward(programs: Catalogue, textbook: Callable[..., Any]) -> None:
    """Enter a right backward pass ``textbook(dy, cache) -> (dx, dgamma, dbeta)``."""
    form = programs.form

    @form
    def parameters_as_rows(dy, c):
        dx, dgamma, dbeta = textbook(dy, c)
        return dx, dgamma[None], dbeta[None]

    @form
    def nested_lists(dy, c):
        return tuple(g.tolist() for g in textbook(dy, c))

    @form
    def double_precision(dy, c):
        return tuple(g.astype(float) for g in textbook(dy, c))
