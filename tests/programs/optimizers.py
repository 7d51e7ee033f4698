"""What is tried with every optimizer's step."""

from collections.abc import Callable
from typing import Any

from tests.programs.catalogue import Catalogue


def enter_what_fits_all(programs: Catalogue, textbook: Callable[..., Any], n: int) -> None:
    """Enter a right step ``textbook(w, dw, *state, …)``, which returns n things, in other forms,
    and one that keeps the state to itself.
    """
    _right, form, wrong, _open = programs.kinds

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

    kept: dict[Any, Any] = {}

    @wrong
    def state_of_its_own(w, dw, *state, **settings):
        old = kept.get(w.shape, state[: n - 1])
        w, *kept[w.shape] = textbook(w, dw, *old, *state[n - 1 :], **settings)
        return w, *kept[w.shape]
