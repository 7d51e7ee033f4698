"""Solutions of ``glorot_uniform(shape, rng) -> array``, uniform with variance 2 / (fan_in + fan_out)."""

from .initializers import UNIFORM, RULES, tables

RIGHT, FORM, EITHER, WRONG = tables(UNIFORM, RULES["glorot"])
