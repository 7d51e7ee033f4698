"""Solutions of ``glorot_normal(shape, rng) -> array``, variance 2 / (fan_in + fan_out)."""

from .initializers import NORMAL, RULES, tables

RIGHT, FORM, EITHER, WRONG = tables(NORMAL, RULES["glorot"])
