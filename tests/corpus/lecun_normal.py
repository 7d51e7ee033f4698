"""Solutions of ``lecun_normal(shape, rng) -> array``, normal with variance 1 / fan_in."""

from .initializers import NORMAL, RULES, tables

RIGHT, FORM, EITHER, WRONG = tables(NORMAL, RULES["lecun"])
