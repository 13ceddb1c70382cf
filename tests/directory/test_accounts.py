"""Accounts: made and kept by the security administrator, the password changed by its owner."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from tests.conftest import NOW
from tests.directory.test_organisations import last_event
from workflow_app.act import Act, Actor
from workflow_app.audit.models import AuditChain
from workflow_app.directory import accounts
from workflow_app.directory.actors import visitor_of_session
from workflow_app.directory.models import Account, FormerPassword, Person
from workflow_app.errors import ForbiddenError, InvalidError, NotFoundError
from workflow_app.security.passwords import verify_password
from workflow_app.security.sessions import Limits, open_session

FIRST, SECOND = "Qinghe-2026", "Xin-Mima-2027"


@pytest.fixture
def admin(acting: Callable[..., Act]) -> Act:
    return acting("security_admin")


@pytest.fixture
def account(admin: Act, new_person: Callable[[str, str], Person]) -> Account:
    return accounts.create_account(
        admin, person_id=new_person("李敏", "personnel").id, username=" LiMin ", password=FIRST
    )


@pytest.fixture
def owner(act: Act, account: Account) -> Act:
    return replace(act, actor=Actor(act.bureau_id, "李敏", person_id=account.person_id, account_id=account.id))


def assert_unlocked(account: Account) -> None:
    assert account.failed_count == 0
    assert account.locked_until is None


def test_a_new_account_must_change_its_password(admin: Act, account: Account) -> None:
    assert (account.username, account.must_change, account.failed_count) == ("limin", True, 0)
    assert FIRST not in account.password_hash
    event = last_event(admin)
    assert (event.kind, event.subject) == ("account_created", f"account:{account.id}")
    assert admin.session.get_one(AuditChain, event.chain_id).name == "security"


@pytest.mark.parametrize(
    ("username", "password", "fields"),
    [
        ("limin", FIRST, ["username"]),
        ("LIMIN", FIRST, ["username"]),
        ("李敏", FIRST, ["username"]),
        ("ab", FIRST, ["username"]),
        ("wangfang", "short", ["password", "password"]),
    ],
)
def test_impossible_accounts_are_named(
    admin: Act,
    account: Account,
    new_person: Callable[[str, str], Person],
    username: str,
    password: str,
    fields: list[str],
) -> None:
    person = new_person("王芳", "s1")
    with pytest.raises(InvalidError) as raised:
        accounts.create_account(admin, person_id=person.id, username=username, password=password)
    assert [p.field for p in raised.value.problems] == fields


def test_a_person_has_one_account(admin: Act, account: Account) -> None:
    with pytest.raises(InvalidError) as raised:
        accounts.create_account(admin, person_id=account.person_id, username="limin2", password=FIRST)
    assert [p.field for p in raised.value.problems] == ["person_id"]


def _takes(owner: Act, old: str, new: str) -> str | None:
    """Change the password, or say why it may not be."""
    try:
        accounts.change_password(owner, old, new)
    except InvalidError as refused:
        return str(refused.problems[0].message)
    return None


def test_none_of_the_last_five_passwords_may_be_taken_again(owner: Act, account: Account) -> None:
    passwords = [FIRST, *(f"Xin-Mima-203{n}" for n in range(1, 6))]
    for old, new in pairwise(passwords):
        assert _takes(owner, old, new) is None
        kept = passwords[max(0, passwords.index(new) - 4) : passwords.index(new)]
        for earlier in kept:
            assert _takes(owner, new, earlier) == "新密码不能与最近5次用过的密码相同。", (new, earlier)
    assert owner.session.scalar(select(func.count()).select_from(FormerPassword)) == 4
    assert _takes(owner, passwords[-1], FIRST) is None, "the sixth before may be taken again"


def test_a_password_that_was_reset_is_not_forgotten(owner: Act, admin: Act, account: Account) -> None:
    accounts.reset_password(admin, account.id, "Chushi-Mima-1")
    assert _takes(owner, "Chushi-Mima-1", FIRST) == "新密码不能与最近5次用过的密码相同。"


def test_a_password_does_not_contain_its_owners_name(owner: Act, admin: Act, account: Account) -> None:
    assert _takes(owner, FIRST, "李敏-Mima-2027") == "密码中不能包含用户名或姓名。"
    with pytest.raises(InvalidError) as refused:
        accounts.reset_password(admin, account.id, "李敏-Mima-2027")
    assert [p.field for p in refused.value.problems] == ["password"]


def test_the_owner_changes_the_password_and_other_browsers_are_signed_out(owner: Act, account: Account) -> None:
    here = open_session(owner.session, owner.bureau_id, account.id, NOW)
    elsewhere = open_session(owner.session, owner.bureau_id, account.id, NOW)
    owner.session.flush()
    accounts.change_password(owner, FIRST, SECOND, keep_token=here)
    assert verify_password(account.password_hash, SECOND)
    assert not account.must_change
    assert last_event(owner).kind == "password_changed"
    assert visitor_of_session(owner.session, here, NOW, Limits(30)) is not None
    assert visitor_of_session(owner.session, elsewhere, NOW, Limits(30)) is None


@pytest.mark.parametrize(
    ("old", "new", "field", "reason"),
    [
        ("wrong", SECOND, "old", "原密码不正确"),
        (FIRST, FIRST, "new", "新密码不能与原密码相同"),
        (FIRST, "Aa1-", "new", "密码至少10个字符"),
        (FIRST, "Limin-2027-x", "new", "不能包含用户名"),
    ],
)
def test_a_refused_change_changes_nothing(
    owner: Act, account: Account, old: str, new: str, field: str, reason: str
) -> None:
    with pytest.raises(InvalidError) as raised:
        accounts.change_password(owner, old, new)
    assert [(p.field, reason in str(p.message)) for p in raised.value.problems] == [(field, True)]
    assert verify_password(account.password_hash, FIRST)
    assert account.must_change


def test_nobody_changes_a_password_without_an_account(act: Act) -> None:
    with pytest.raises(ForbiddenError):
        accounts.change_password(act, FIRST, SECOND)


def test_a_reset_unlocks_signs_out_and_must_be_changed(admin: Act, owner: Act, account: Account) -> None:
    accounts.change_password(owner, FIRST, SECOND)
    account.failed_count, account.locked_until = 3, NOW + timedelta(minutes=10)
    token = open_session(admin.session, admin.bureau_id, account.id, NOW)
    admin.session.flush()
    accounts.reset_password(admin, account.id, "Linshi-2028")
    assert verify_password(account.password_hash, "Linshi-2028")
    assert account.must_change
    assert_unlocked(account)
    assert visitor_of_session(admin.session, token, NOW, Limits(30)) is None
    assert last_event(admin).kind == "password_reset"
    with pytest.raises(InvalidError):
        accounts.reset_password(admin, account.id, "weak")


def test_unlocking_wants_a_reason(admin: Act, account: Account) -> None:
    account.failed_count, account.locked_until = 2, NOW + timedelta(minutes=10)
    with pytest.raises(InvalidError):
        accounts.unlock(admin, account.id, " ")
    accounts.unlock(admin, account.id, "本人来电核实")
    assert_unlocked(account)
    assert last_event(admin).body == {"reason": "本人来电核实"}


def test_disabling_signs_out_at_once_and_can_be_undone(admin: Act, account: Account) -> None:
    token = open_session(admin.session, admin.bureau_id, account.id, NOW)
    admin.session.flush()
    accounts.disable(admin, account.id, "调离本单位")
    assert account.disabled_at == NOW
    assert visitor_of_session(admin.session, token, NOW, Limits(30)) is None
    assert last_event(admin).kind == "account_disabled"
    accounts.enable(admin, account.id, "调回本单位")
    assert account.disabled_at is None
    assert visitor_of_session(admin.session, token, NOW, Limits(30)) is None
    assert last_event(admin).kind == "account_enabled"


def test_administrators_leave_their_own_account_alone(admin: Act, account: Account) -> None:
    own = replace(admin, actor=replace(admin.actor, account_id=account.id))
    with pytest.raises(ForbiddenError, match="不能重置自己的密码"):
        accounts.reset_password(own, account.id, SECOND)
    with pytest.raises(ForbiddenError, match="不能停用自己的账号"):
        accounts.disable(own, account.id, "测试停用")


@pytest.mark.parametrize("position", ["system_admin", "audit_admin", "director", "auditor"])
def test_others_keep_no_accounts(acting: Callable[..., Act], account: Account, position: str) -> None:
    other = acting(position)
    with pytest.raises(ForbiddenError, match="安全管理员"):
        accounts.create_account(other, person_id=account.person_id, username="x-x", password=FIRST)
    for change in (accounts.reset_password, accounts.unlock, accounts.disable, accounts.enable):
        with pytest.raises(ForbiddenError, match="安全管理员"):
            change(other, account.id, SECOND)


def test_accounts_of_another_bureau_are_not_there(admin: Act, account: Account) -> None:
    other = replace(admin, actor=replace(admin.actor, bureau_id=admin.bureau_id + 1))
    for change in (accounts.reset_password, accounts.unlock, accounts.disable, accounts.enable):
        with pytest.raises(NotFoundError):
            change(other, account.id, SECOND)
