"""Verification codes: unguessable, short enough to type, spelled without letters that look like digits."""

from __future__ import annotations

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Thirty signs: no 0 O, 1 I L, U."""
LENGTH = 15
"""log2(30) × 15 = 73 bits."""
_GROUP = 5


def new_code() -> str:
    """A fresh code."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def grouped(code: str) -> str:
    """As it is printed: 7Q2K9-D4XYZ-ABCDE."""
    return "-".join(code[i : i + _GROUP] for i in range(0, len(code), _GROUP))


def normal(typed: str) -> str:
    """As it is stored, from whatever a reader types: lower case, spaces and dashes are forgiven."""
    return "".join(c for c in typed.upper() if c in ALPHABET)
