"""Hashing, re-hashing and the demands on a new password."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from workflow_app.security.passwords import (
    first_password,
    hash_password,
    needs_rehash,
    nobodys_hash,
    password_faults,
    verify_password,
)

pytestmark = pytest.mark.usefixtures("slow_passwords")


def test_a_hash_fits_its_password_alone() -> None:
    stored = hash_password("Qinghe-2026")
    assert "Qinghe" not in stored
    assert verify_password(stored, "Qinghe-2026")
    assert not verify_password(stored, "qinghe-2026")


def test_parameters_leave_the_machine_room() -> None:
    assert hash_password("x").startswith("$argon2id$v=19$m=47104,t=1,p=1$")


def test_an_unreadable_hash_fits_no_password() -> None:
    assert not verify_password("", "")
    assert not verify_password("plain text", "plain text")


def test_a_hash_of_other_parameters_wants_to_be_made_anew() -> None:
    assert needs_rehash(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("x"))
    assert not needs_rehash(hash_password("x"))


def test_nobodys_hash_costs_as_much_as_a_real_one() -> None:
    assert not needs_rehash(nobodys_hash())
    assert nobodys_hash() == nobodys_hash()


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("Ab1-xyz", "密码至少10个字符。"),
        ("A1-" + "x" * 126, "密码不能超过128个字符。"),
        ("abcdefgh12", "密码须包含大写字母、小写字母、数字、其他符号中的至少3类。"),
        ("李敏-Abcde-2026", "密码中不能包含用户名或姓名。"),
        ("Xx-LiMin-2026", "密码中不能包含用户名或姓名。"),
    ],
)
def test_weak_passwords_are_named(password: str, fault: str) -> None:
    assert [str(f) for f in password_faults(password, "limin", "李敏")] == [fault]


@pytest.mark.parametrize("password", ["Abcdefgh12", "abcdefg-12", "青禾教育办件系统Ab1"])
def test_three_classes_are_enough(password: str) -> None:
    assert password_faults(password, "limin", "李敏") == []


def test_first_passwords_differ_and_satisfy_the_rule() -> None:
    made = {first_password() for _ in range(50)}
    assert len(made) == 50
    assert all(password_faults(p, "limin") == [] for p in made)
