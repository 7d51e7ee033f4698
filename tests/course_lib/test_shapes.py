import sys

import numpy as np
import pytest

from course_lib.shapes import require_shapes

ONES = np.ones


def test_equal_letters_must_be_equal_lengths() -> None:
    require_shapes("f", x=(ONES((2, 3)), "N D"), y=(ONES((2, 5)), "N K"), z=(ONES(5), "K"))
    with pytest.raises(ValueError, match=r"f: N is 2 in x of shape \(2, 3\) but 4 in y"):
        require_shapes("f", x=(ONES((2, 3)), "N D"), y=(ONES((4, 3)), "N D"))


def test_dots_stand_for_any_but_the_same_axes() -> None:
    for shape in [(), (2,), (2, 3), (0, 3)]:
        require_shapes("f", x=(ONES(shape), "..."), y=(ONES(shape), "..."))
    require_shapes("f", x=(ONES((2, 3, 4)), "N ..."), t=(ONES(2), "N"))
    with pytest.raises(ValueError, match="remaining axes are"):
        require_shapes("f", x=(ONES((2, 3)), "N ..."), y=(ONES(2), "N ..."))
    with pytest.raises(ValueError, match=r"x has shape \(\), expected \(N, ...\)"):
        require_shapes("f", x=(ONES(()), "N ..."))


def test_the_number_of_axes_counts() -> None:
    with pytest.raises(ValueError, match=r"b has shape \(3, 1\), expected \(K,\)"):
        require_shapes("f", b=(ONES((3, 1)), "K"))


def test_a_number_in_place_of_an_array_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="x is a float, expected an array of shape"):
        require_shapes("f", x=(1.0, "N"))


def test_shapes_that_were_refused_are_refused_again() -> None:
    for _ in range(2):
        with pytest.raises(ValueError, match="N is 2 in x"):
            require_shapes("f", x=(ONES(2), "N"), y=(ONES(3), "N"))
        require_shapes("f", x=(ONES(2), "N"), y=(ONES(2), "N"))


def test_shapes_that_are_known_cost_two_calls_of_python() -> None:
    def check() -> None:
        require_shapes("f", x=(x, "N D"), W=(W, "D K"), b=(b, "K"))

    x, W, b = ONES((2, 3)), ONES((3, 4)), ONES(4)
    check()
    called = []
    sys.setprofile(
        lambda frame, event, _: called.append(frame.f_code.co_name) if event == "call" else None
    )
    try:
        check()
    finally:
        sys.setprofile(None)
    assert called == ["check", "require_shapes"]
