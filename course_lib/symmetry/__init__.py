"""Weight-space symmetries: different weights that compute the same function."""

from typing import TYPE_CHECKING

from course_lib.lazy import lazily

if TYPE_CHECKING:
    from course_lib.symmetry.counting import n_equivalent as n_equivalent
    from course_lib.symmetry.order import permute_hidden_units as permute_hidden_units
    from course_lib.symmetry.signs import flip_tanh_units as flip_tanh_units
else:
    __getattr__, __dir__, __all__ = lazily(
        __name__,
        {
            "counting": ["n_equivalent"],
            "order": ["permute_hidden_units"],
            "signs": ["flip_tanh_units"],
        },
    )
