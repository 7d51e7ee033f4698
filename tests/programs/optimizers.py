"""What is tried with every optimizer's step."""

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.programs.catalogue import Catalogue


def enter_what_fits_all(programs: Catalogue, textbook: Callable[..., Any], n: int) -> None:
    """Enter a right step ``textbook(w, dw, *state, …)``, which returns n things, in other forms,
    and one that keeps the state to itself.
    """
    right, form, wrong, open_ = programs.kinds

    @form
    def gradient_cleared(w, dw, *state, **settings):
        new = textbook(w, dw, *state, **settings)
        dw.fill(0)
        return new

    @form
    def weights_in_place(w, dw, *state, **settings):
        w[...], *new = textbook(w, dw, *state, **settings)
        return w, *new

    @form
    def state_in_place(w, dw, *state, **settings):
        new, *parts = textbook(w, dw, *state, **settings)
        for old, part in zip(state, parts, strict=False):  # t comes last
            old[...] = part
        return new, *parts

    @form
    def leading_axis(w, dw, *state, **settings):
        new, *parts = textbook(w, dw, *state, **settings)
        return new[None], *parts

    @form
    def leading_axis_everywhere(w, dw, *state, **settings):
        flat = [a.ravel() if np.ndim(a) else a for a in (w, dw, *state)]
        return tuple(a.reshape(1, *dw.shape) for a in textbook(*flat, **settings))

    # Lists travel through several steps as well as arrays do.
    @open_
    def nested_lists(w, dw, *state, **settings):
        return tuple(a.tolist() for a in textbook(w, dw, *state, **settings))

    kept: dict[Any, Any] = {}

    @wrong
    def state_of_its_own(w, dw, *state, **settings):
        old = kept.get(w.shape, state[: n - 1])
        w, *kept[w.shape] = textbook(w, dw, *old, *state[n - 1 :], **settings)
        return w, *kept[w.shape]
