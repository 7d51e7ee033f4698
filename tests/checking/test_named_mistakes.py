"""Hints for mistakes that look like another one: no property can tell these programs apart."""

import numpy as np
import pytest

from grader.checking.contract.registry import find
from grader.checking.home.judged_in_notebook import judge_in_notebook


def upper_half_left_below(x):
    bits = x.view(np.uint32)
    return (bits + 0x7FFF + ((bits >> 16) & 1) >> 16).view(np.float32)


def bracket_missing(x):
    bits = x.view(np.uint32)
    return (bits + 0x7FFF + (bits >> 16) & 1).view(np.float32)


def bracket_missing_and_masked(x):
    bits = x.view(np.uint32)
    return ((bits + 0x7FFF + (bits >> 16) & 1) & 0xFFFF0000).view(np.float32)


@pytest.mark.parametrize(
    "function", [upper_half_left_below, bracket_missing, bracket_missing_and_masked]
)
def test_numbers_that_became_0_have_one_hint_with_both_causes(function):
    [hint] = judge_in_notebook(find("to_bfloat16"), [function]).hints
    assert "move the upper half" in hint and "bind more weakly than `+`" in hint
