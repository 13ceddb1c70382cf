"""Every amount of the shipped profiles that is a code or a day says so: pages name it, typing errors are refused."""

from __future__ import annotations

import re

import pytest

from workflow_app.policy.profiles import read_profile, shipped_profiles
from workflow_app.registers.amount_kinds import AMOUNT_KINDS

PLAIN = re.compile(r"[\x20-\x7e]+")


@pytest.mark.parametrize("code", shipped_profiles())
def test_no_text_of_a_profile_is_left_as_a_code(code: str) -> None:
    texts = {p.key: p.value for p in read_profile(code).parameters if p.unit == "text"}
    bare = {key for key, value in texts.items() if PLAIN.fullmatch(value)}
    assert bare == set(AMOUNT_KINDS)
    for key, kind in AMOUNT_KINDS.items():
        assert kind.allows(texts[key]), key
        assert str(kind.said(texts[key])) != texts[key], key
