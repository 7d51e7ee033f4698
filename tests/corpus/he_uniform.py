"""Solutions of ``he_uniform(shape, rng) -> array``, uniform with variance 2 / fan_in."""

from .initializers import RULES, UNIFORM, tables

RIGHT, FORM, EITHER, WRONG = tables(UNIFORM, RULES["he"])
