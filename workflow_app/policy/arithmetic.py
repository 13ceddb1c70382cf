"""Comparison and rounding (processes.md D, convention): exact fractions, never floats.

“不低于x%”的人数向上取整；“不超过”按精确比例，不取整；显示时四舍五入到一位。
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import ceil


def needed_of(share: Fraction, number: int) -> int:
    """不低于: the heads needed so that they are at least ``share`` of ``number``; 18.6 is 19."""
    return ceil(share * number)


def limit_of(share: Fraction, number: int) -> Fraction:
    """不超过: the exact limit that a figure is compared with; nothing is rounded."""
    return share * number


def heads_per(number: int, per_head: Fraction) -> int:
    """The heads needed at one for every ``per_head`` of ``number``, rounded up: 480 pupils at 1:19 need 26."""
    return ceil(number / per_head)


def half_up(value: Fraction | Decimal | int, places: int = 1) -> Decimal:
    """A figure as it is shown, rounded half up (四舍五入) to ``places``: 83.95 is 84.0."""
    exact = Fraction(value)
    scaled = abs(exact) * 10**places + Fraction(1, 2)
    digits = scaled.numerator // scaled.denominator
    return Decimal(digits if exact >= 0 else -digits).scaleb(-places)
