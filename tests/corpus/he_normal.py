"""Solutions of ``he_normal(shape, rng) -> array``, normal with variance 2 / fan_in."""

from .initializers import NORMAL, RULES, tables

RIGHT, FORM, EITHER, WRONG = tables(NORMAL, RULES["he"])
