"""Amounts that are no numbers: what is accepted, and how it is said."""

from __future__ import annotations

import pytest

from workflow_app.policy.values import Codes, DayOfMonth, Kind, MonthDay
from workflow_app.text import Text

NAMES = {"excellent": Text("优秀"), "good": Text("良好")}

CASES: list[tuple[str, Kind, str, bool, str]] = [
    ("several", Codes(NAMES), "excellent,good", True, "优秀、良好"),
    ("with_a_blank", Codes(NAMES), "excellent, good", True, "优秀、良好"),
    ("unknown", Codes(NAMES), "excellent,bad", False, "优秀、bad"),
    ("twice", Codes(NAMES), "good,good", False, "良好、良好"),
    ("none", Codes(NAMES), "", False, ""),
    ("one", Codes(NAMES, many=False), "good", True, "良好"),
    ("two_for_one", Codes(NAMES, many=False), "excellent,good", False, "优秀、良好"),
    ("day", MonthDay(), "09-01", True, "9月1日"),
    ("leap_day", MonthDay(), "02-29", False, "02-29"),
    ("no_month", MonthDay(), "13-01", False, "13-01"),
    ("a_date", MonthDay(), "2026-09-01", False, "2026-09-01"),
    ("full_width", MonthDay(), "０９-01", False, "０９-01"),
    ("last_day", DayOfMonth(), "28", True, "每月28日"),
    ("not_in_february", DayOfMonth(), "29", False, "29"),
    ("day_zero", DayOfMonth(), "0", False, "0"),
]


@pytest.mark.parametrize(("kind", "value", "allowed", "said"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_values_by_their_kind(kind: Kind, value: str, allowed: bool, said: str) -> None:
    assert (kind.allows(value), str(kind.said(value))) == (allowed, said)
