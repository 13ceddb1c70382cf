"""Passwords: how they are hashed, and what a new one must be like (G-25)."""

from __future__ import annotations

import secrets
import string
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from workflow_app.text import Text

MIN_LENGTH, MAX_LENGTH, MIN_CLASSES = 10, 128, 3
HISTORY = 5
"""A new password is none of the last five, the present one included."""

# 46 MiB, one pass, one lane: the OWASP setting that leaves a machine of two cores able to serve others meanwhile.
_HASHER = PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1)


def hash_password(password: str) -> str:
    """The Argon2id hash to store, with its parameters and salt."""
    return _HASHER.hash(password)


def verify_password(stored: str, password: str) -> bool:
    """Whether the password belongs to the stored hash; a hash that cannot be read fits no password."""
    try:
        return _HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made with other parameters than today's, so that it should be made anew at sign-in."""
    return _HASHER.check_needs_rehash(stored)


@cache
def nobodys_hash() -> str:
    """The hash that is verified when the user name is unknown, so that the answer takes as long as for a known one."""
    return hash_password(secrets.token_urlsafe(24))


def password_faults(password: str, *names: str) -> list[Text]:
    """What is wrong with a new password, in the user's words; empty if it may be used.

    ``names`` are the user name and the person's own: whoever wants to get in tries these first.
    """
    faults = []
    if len(password) < MIN_LENGTH:
        faults.append(Text("密码至少{count}个字符。", count=MIN_LENGTH))
    if len(password) > MAX_LENGTH:
        faults.append(Text("密码不能超过{count}个字符。", count=MAX_LENGTH))
    if _classes(password) < MIN_CLASSES:
        faults.append(Text("密码须包含大写字母、小写字母、数字、其他符号中的至少{count}类。", count=MIN_CLASSES))
    if any(name and name.casefold() in password.casefold() for name in names):
        faults.append(Text("密码中不能包含用户名或姓名。"))
    return faults


def first_password() -> str:
    """A random password for a new account, which its owner must change; it satisfies :func:`password_faults`."""
    # Letters and digits that look alike on paper are left out, because first passwords are handed over in writing.
    letters = [secrets.choice("abcdefghjkmnpqrstuvwxyz") for _ in range(5)]
    capitals = [secrets.choice("ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(5)]
    digits = [secrets.choice("23456789") for _ in range(4)]
    characters = letters + capitals + digits
    secrets.SystemRandom().shuffle(characters)
    return "".join(characters)


def _classes(password: str) -> int:
    groups = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
    named = sum(any(c in group for c in password) for group in groups)
    return named + any(not any(c in group for group in groups) for c in password)
