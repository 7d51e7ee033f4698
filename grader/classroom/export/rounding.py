"""Rounding as with pen and paper: half up, to a multiple of a step.

Points are floats, which hold 0.145 as a little less. Here they are the decimal numbers as which
they are written, in exact fractions.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import floor


def exact(value: float) -> Fraction:
    """The decimal number as which a float is written: 0.1 is a tenth."""
    return Fraction(repr(value))


def half_up(value: Fraction, step: float) -> Fraction:
    """The multiple of ``step`` nearest to ``value``; of two that are as near, the larger one."""
    unit = exact(step)
    return floor(value / unit + Fraction(1, 2)) * unit


def rounded_points(score: float, step: float) -> Fraction:
    """The points of a problem set, rounded and never below 0."""
    return half_up(max(exact(score), Fraction(0)), step)


def written(value: Fraction) -> str:
    """A decimal number without trailing zeros: 2, 0.75."""
    text = f"{Decimal(value.numerator) / Decimal(value.denominator):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
