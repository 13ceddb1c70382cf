"""Signing in: the same answer and the same work for every refusal, the lock, and that each attempt is recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from tests.conftest import NOW
from tests.directory.conftest import TODAY
from workflow_app.act import Act
from workflow_app.audit.models import AuditEvent
from workflow_app.directory import accounts
from workflow_app.directory.actors import actor_for, visitor_of_session
from workflow_app.directory.models import Account, Person
from workflow_app.directory.signing_in import (
    LOCK,
    MAX_FAILURES,
    REFUSED,
    SignedIn,
    SignInRefused,
    check_password,
    look_up,
    sign_in,
    sign_out,
)
from workflow_app.errors import TooManyError
from workflow_app.security.counters import SIGN_IN_FAILURES
from workflow_app.security.passwords import MAX_LENGTH, hash_password, needs_rehash
from workflow_app.security.sessions import Limits

PASSWORD, WRONG, PLACE = "Qinghe-2026", "Qinghe-2025", "10.0.0.9"
MINUTE = timedelta(minutes=1)
Attempt = Callable[..., SignedIn | SignInRefused]

pytestmark = pytest.mark.usefixtures("slow_passwords")


@pytest.fixture
def account(setup: Act, new_person: Callable[[str, str], Person]) -> Account:
    return accounts.create_account(
        setup, person_id=new_person("李敏", "personnel").id, username="limin", password=PASSWORD
    )


@pytest.fixture
def attempt(act: Act, account: Account) -> Attempt:
    """One whole sign-in, all three steps."""

    def make(
        password: str = PASSWORD, *, username: str = "limin", at: datetime = NOW, place: str = PLACE
    ) -> SignedIn | SignInRefused:
        act.session.flush()
        checked = check_password(look_up(act.session, username, place, at), password)
        return sign_in(act.session, checked, place, at)

    return make


def events(act: Act, account: Account) -> list[tuple[str, str]]:
    act.session.flush()
    found = act.session.scalars(
        select(AuditEvent).where(AuditEvent.subject == f"account:{account.id}").order_by(AuditEvent.id)
    )
    return [(e.kind, e.body.get("reason", "")) for e in found][1:]  # the first tells that the account was made


def test_a_right_password_opens_a_session(act: Act, account: Account, attempt: Attempt) -> None:
    answer = attempt(username=" LiMin ")
    assert isinstance(answer, SignedIn)
    assert (answer.account_id, answer.bureau_id, answer.must_change) == (account.id, act.bureau_id, True)
    seen = visitor_of_session(act.session, answer.token, NOW, Limits(30))
    assert seen is not None
    assert seen.visitor.actor.account_id == account.id
    assert events(act, account) == [("signed_in", "")]


def test_signing_out_ends_the_session_and_is_recorded(act: Act, account: Account, attempt: Attempt) -> None:
    answer = attempt()
    assert isinstance(answer, SignedIn)
    owner = replace(act, actor=actor_for(act.session, account.id, TODAY))
    sign_out(owner, answer.token)
    assert visitor_of_session(act.session, answer.token, NOW, Limits(30)) is None
    assert events(act, account)[-1] == ("signed_out", "user")


def test_every_refusal_reads_the_same(act: Act, account: Account, attempt: Attempt, setup: Act) -> None:
    answers = [attempt(WRONG), attempt(WRONG, username="nobody"), attempt("x" * 100_000)]
    account.locked_until = NOW + MINUTE
    answers.append(attempt())
    account.locked_until = None
    accounts.disable(setup, account.id, "调离本单位")
    answers.append(attempt())
    assert answers == [SignInRefused(REFUSED)] * 5
    assert "锁定15分钟" in str(REFUSED)
    assert [r for k, r in events(act, account) if k == "sign_in_refused"] == [
        "wrong_password",
        "wrong_password",
        "locked",
        "disabled",
    ]


@pytest.mark.parametrize("case", ["right", "wrong", "unknown", "locked", "disabled", "endless"])
def test_every_attempt_verifies_exactly_one_hash(
    account: Account, attempt: Attempt, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    attempt(WRONG, username="nobody")  # Nobody's hash is made once per process and counts for no attempt.
    account.locked_until = NOW + MINUTE if case == "locked" else None
    account.disabled_at = NOW if case == "disabled" else None
    work: list[str] = []

    def counted(name: str) -> Callable[..., object]:
        real = getattr(PasswordHasher, name)

        def call(self: PasswordHasher, stored: str, *args: object) -> object:
            work.append(f"{name} {stored.rpartition('$')[0].rpartition('$')[0]}" if name == "verify" else name)
            return real(self, stored, *args)

        return call

    for name in ("verify", "hash"):
        monkeypatch.setattr(PasswordHasher, name, counted(name))
    passwords = {"wrong": WRONG, "endless": "x" * 100_000}
    attempt(passwords.get(case, PASSWORD), username="nobody" if case == "unknown" else "limin")
    assert work == ["verify $argon2id$v=19$m=47104,t=1,p=1"]


def test_five_failures_lock_for_fifteen_minutes(act: Act, account: Account, attempt: Attempt) -> None:
    for n in range(MAX_FAILURES):
        assert account.locked_until is None
        attempt(WRONG, at=NOW + n * MINUTE)
    locked_at = NOW + (MAX_FAILURES - 1) * MINUTE
    assert account.locked_until == locked_at + LOCK
    assert events(act, account)[-1][0] == "account_locked"
    assert isinstance(attempt(at=locked_at + LOCK - timedelta(seconds=1)), SignInRefused)
    assert isinstance(attempt(at=locked_at + LOCK), SignedIn)
    assert account.failed_count == 0
    assert account.locked_until is None


def test_attempts_during_a_lock_do_not_prolong_it(account: Account, attempt: Attempt) -> None:
    for _ in range(MAX_FAILURES):
        attempt(WRONG)
    for n in range(10):
        attempt(WRONG, at=NOW + n * MINUTE)
    assert account.locked_until == NOW + LOCK


def test_after_a_lock_five_new_failures_lock_again(account: Account, attempt: Attempt) -> None:
    for _ in range(MAX_FAILURES):
        attempt(WRONG)
    for n in range(MAX_FAILURES):
        assert account.locked_until == NOW + LOCK
        attempt(WRONG, at=NOW + LOCK + n * MINUTE)
    assert account.locked_until == NOW + LOCK + (MAX_FAILURES - 1) * MINUTE + LOCK


def test_success_forgets_earlier_failures(account: Account, attempt: Attempt) -> None:
    for _ in range(MAX_FAILURES - 1):
        attempt(WRONG)
    attempt()
    attempt(WRONG)
    assert account.failed_count == 1
    assert account.locked_until is None


def test_an_address_that_fails_too_often_is_refused_before_any_work(
    attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(SIGN_IN_FAILURES.attempts):
        attempt(WRONG, username=f"guess{n}")

    def no_work(*args: object) -> bool:
        raise AssertionError("a hash was verified")

    with monkeypatch.context() as patch:
        patch.setattr(PasswordHasher, "verify", no_work)
        with pytest.raises(TooManyError, match="请15分钟后再试"):
            attempt()
    assert isinstance(attempt(place="10.0.0.8"), SignedIn)
    assert isinstance(attempt(at=NOW + 15 * MINUTE), SignedIn)


def test_successes_do_not_use_up_a_shared_address(attempt: Attempt) -> None:
    for _ in range(3):
        assert isinstance(attempt(), SignedIn)
    for n in range(SIGN_IN_FAILURES.attempts - 1):
        attempt(WRONG, username=f"guess{n}")
    assert isinstance(attempt(), SignedIn)


def test_a_password_changed_meanwhile_opens_nothing(act: Act, account: Account) -> None:
    checked = check_password(look_up(act.session, "limin", PLACE, NOW), PASSWORD)
    account.password_hash, account.password_changed_at = hash_password("Xin-Mima-2027"), NOW + MINUTE
    act.session.flush()
    assert isinstance(sign_in(act.session, checked, PLACE, NOW), SignInRefused)


def test_more_than_the_password_is_not_the_password(account: Account, attempt: Attempt) -> None:
    longest = "Aa1-" * (MAX_LENGTH // 4)
    account.password_hash = hash_password(longest)
    assert isinstance(attempt(longest + "x"), SignInRefused)
    assert isinstance(attempt(longest), SignedIn)


def test_a_hash_of_older_parameters_is_made_anew(account: Account, attempt: Attempt) -> None:
    account.password_hash = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    assert isinstance(attempt(), SignedIn)
    assert not needs_rehash(account.password_hash)
    assert isinstance(attempt(), SignedIn)


def test_two_who_sign_in_at_once_may_both_bring_a_hash_made_anew(act: Act, account: Account) -> None:
    account.password_hash = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    act.session.flush()
    both = [check_password(look_up(act.session, "limin", PLACE, NOW), PASSWORD) for _ in range(2)]
    for checked in both:
        assert isinstance(sign_in(act.session, checked, PLACE, NOW), SignedIn)
