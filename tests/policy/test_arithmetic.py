"""Rounding by the convention of the checks: needed heads up, limits exact, shown figures half up."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from workflow_app.policy.arithmetic import half_up, heads_per, limit_of, needed_of


@pytest.mark.parametrize(
    ("share", "number", "needed"),
    [
        ("0.05", 63, 4),
        ("0.1", 186, 19),
        ("0.2", 19, 4),
        ("0.1", 412, 42),
        ("0.2", 44, 9),
        ("2/3", 15, 10),
        ("2/3", 7, 5),
    ],
)
def test_at_least_is_rounded_up(share: str, number: int, needed: int) -> None:
    """E3, E5, E7, E1."""
    assert needed_of(Fraction(share), number) == needed


def test_at_most_is_exact() -> None:
    """E10: 6 of 108 is over 5 per cent, 5 of 108 is not."""
    assert 6 > limit_of(Fraction("0.05"), 108) == Fraction("5.4") > 5


@pytest.mark.parametrize(
    ("pupils", "per_head", "staff"), [(1056, "19", 56), (480, "19", 26), (100, "12.5", 8), (0, "19", 0)]
)
def test_staff_for_pupils(pupils: int, per_head: str, staff: int) -> None:
    assert heads_per(pupils, Fraction(per_head)) == staff


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        (Fraction(82 + 85 + 85, 3), 1, "84.0"),
        (Fraction("83.95"), 1, "84.0"),
        (Fraction("83.94"), 1, "83.9"),
        (Fraction(300, 63), 2, "4.76"),
        (Decimal("0.25"), 1, "0.3"),
        (Fraction("-0.25"), 1, "-0.3"),
        (79, 1, "79.0"),
        (Fraction(1, 2), 0, "1"),
    ],
)
def test_figures_are_shown_half_up(value: Fraction | Decimal | int, places: int, shown: str) -> None:
    assert str(half_up(value, places)) == shown
