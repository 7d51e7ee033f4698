"""Solutions of ``glorot_uniform(shape, rng) -> array``, variance 2 / (fan_in + fan_out)."""

from .initializers import RULES, UNIFORM, tables

RIGHT, FORM, EITHER, WRONG = tables(UNIFORM, RULES["glorot"])
