"""What is tried with every learning rate schedule."""

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.programs.catalogue import Catalogue

FEW_DECIMALS = "a drawn rate may happen to have so few decimals"


def enter_what_fits_all(programs: Catalogue, textbook: Callable[..., Any]) -> None:
    """Enter a right schedule ``textbook(t, *, …)`` with other types of result, and spoilt."""
    right, form, wrong, open_ = programs.kinds

    @form
    def list_of_one(t, **settings):
        return [textbook(t, **settings)]

    @form
    def comma_too_many(t, **settings):
        return (textbook(t, **settings),)

    @open_
    def single_precision(t, **settings):
        return np.float32(textbook(t, **settings))
