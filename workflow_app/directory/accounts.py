"""Accounts: made, unlocked, reset and disabled by the security administrator; the password changed by its owner."""

from __future__ import annotations

import re

from sqlalchemy import delete, select

from workflow_app.act import Act
from workflow_app.audit import append
from workflow_app.directory.holdings import release_claims
from workflow_app.directory.models import Account, FormerPassword, Person
from workflow_app.directory.people import person
from workflow_app.directory.rights import require
from workflow_app.errors import ForbiddenError, InvalidError, NotFoundError, Problem
from workflow_app.security.passwords import HISTORY, hash_password, password_faults, verify_password
from workflow_app.security.sessions import close_all
from workflow_app.text import Text
from workflow_app.typed import text_problem

CHAIN = "security"
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,59}")


def username_of(typed: str) -> str:
    """The spelling under which a user name is stored and looked up."""
    return typed.strip().lower()


def create_account(
    act: Act, *, person_id: int, username: str, password: str, must_change: bool = True, hashed: str | None = None
) -> Account:
    """An account for a person, with a first password that the owner must change at the first sign-in.

    ``hashed`` is the hash of that password where it has been made already: the accounts of a demonstration share one.

    Raises:
        ForbiddenError: the actor may not manage accounts.
        NotFoundError: this bureau has no such person.
        InvalidError: the person has an account, the user name is malformed or taken, or the password too weak.
    """
    require(act.actor, "manage_security")
    owner = person(act.session, act.bureau_id, person_id)
    username = username_of(username)
    if problems := _problems(act, owner, username, password):
        raise InvalidError(problems=problems)
    row = Account(
        bureau_id=act.bureau_id,
        person_id=owner.id,
        username=username,
        password_hash=hashed or hash_password(password),
        must_change=must_change,
        failed_count=0,
        password_changed_at=act.now,
        language="zh",
    )
    act.session.add(row)
    act.session.flush()
    append(act, CHAIN, "account_created", f"account:{row.id}", {"username": username, "person_id": owner.id})
    return row


def change_password(act: Act, old: str, new: str, *, keep_token: str | None = None) -> None:
    """The owner changes the password; every other session of the account ends, that of ``keep_token`` goes on.

    Raises:
        ForbiddenError: the actor has no account.
        InvalidError: the old password is wrong, or the new one is too weak or was the account's before.
    """
    if act.actor.account_id is None:
        raise ForbiddenError("请先登录。")
    row = _account(act, act.actor.account_id)
    if not verify_password(row.password_hash, old):
        raise InvalidError(problems=[Problem("old", Text("原密码不正确。"))])
    faults = password_faults(new, row.username, act.actor.name)
    if old == new:
        faults.append(Text("新密码不能与原密码相同。"))
    elif not faults and _was_used(act, row, new):
        faults.append(Text("新密码不能与最近{count}次用过的密码相同。", count=HISTORY))
    if faults:
        raise InvalidError(problems=[Problem("new", fault) for fault in faults])
    _set_password(act, row, new, must_change=False, keep_token=keep_token)
    append(act, CHAIN, "password_changed", f"account:{row.id}", {})


def reset_password(act: Act, account_id: int, password: str) -> None:
    """Give a new first password, unlock the account and end its sessions; the owner must change the password.

    Raises:
        ForbiddenError: the actor may not manage accounts, or would reset their own.
        NotFoundError: this bureau has no such account.
        InvalidError: the password is too weak.
    """
    require(act.actor, "manage_security")
    if act.actor.account_id == account_id:
        raise ForbiddenError("不能重置自己的密码，请使用“修改密码”。")
    row = _account(act, account_id)
    if faults := password_faults(password, row.username, person(act.session, act.bureau_id, row.person_id).name):
        raise InvalidError(problems=[Problem("password", fault) for fault in faults])
    row.failed_count, row.locked_until = 0, None
    _set_password(act, row, password, must_change=True, keep_token=None)
    append(act, CHAIN, "password_reset", f"account:{row.id}", {})


def unlock(act: Act, account_id: int, reason: str) -> None:
    """End a lock before its time.

    Raises:
        ForbiddenError: the actor may not manage accounts.
        NotFoundError: this bureau has no such account.
        InvalidError: no reason was given.
    """
    require(act.actor, "manage_security")
    row = _account(act, account_id)
    row.failed_count, row.locked_until = 0, None
    act.session.flush()
    append(act, CHAIN, "account_unlocked", f"account:{row.id}", {"reason": _reason(reason)})


def disable(act: Act, account_id: int, reason: str) -> None:
    """Disable an account and end its sessions at once; the person and everything they did stays, but what they have
    claimed goes back to their position.

    Raises:
        ForbiddenError: the actor may not manage accounts, or would disable their own.
        NotFoundError: this bureau has no such account.
        InvalidError: no reason was given.
    """
    require(act.actor, "manage_security")
    if act.actor.account_id == account_id:
        raise ForbiddenError("不能停用自己的账号，请由其他安全管理员办理。")
    row = _account(act, account_id)
    row.disabled_at = act.now
    act.session.flush()
    close_all(act.session, act.bureau_id, row.id, act.now)
    release_claims(act, row.person_id, f"account:{row.id}:{act.now:%Y%m%dT%H%M%S}", act.now)
    append(act, CHAIN, "account_disabled", f"account:{row.id}", {"reason": _reason(reason)})


def enable(act: Act, account_id: int, reason: str) -> None:
    """Let a disabled account be used again; a person has one account for good. Raises as :func:`unlock` does."""
    require(act.actor, "manage_security")
    row = _account(act, account_id)
    row.disabled_at = None
    act.session.flush()
    append(act, CHAIN, "account_enabled", f"account:{row.id}", {"reason": _reason(reason)})


def _account(act: Act, account_id: int) -> Account:
    row = act.session.scalar(
        select(Account).where(Account.bureau_id == act.bureau_id, Account.id == account_id).with_for_update()
    )
    if row is None:
        raise NotFoundError
    return row


def _was_used(act: Act, row: Account, password: str) -> bool:
    """Whether the password is one of those kept; each costs a verification, so the cheap faults come first."""
    kept = select(FormerPassword.password_hash).where(
        FormerPassword.bureau_id == act.bureau_id, FormerPassword.account_id == row.id
    )
    return any(verify_password(stored, password) for stored in act.session.scalars(kept))


def _keep_former(act: Act, row: Account) -> None:
    """Keep the hash that is about to be replaced, and of the older ones as many as are asked for."""
    former = (FormerPassword.bureau_id == act.bureau_id, FormerPassword.account_id == row.id)
    newest = select(FormerPassword.id).where(*former).order_by(FormerPassword.id.desc()).limit(HISTORY - 2)
    kept = list(act.session.scalars(newest))
    act.session.execute(delete(FormerPassword).where(*former, FormerPassword.id.not_in(kept)))
    act.session.add(
        FormerPassword(bureau_id=act.bureau_id, account_id=row.id, password_hash=row.password_hash, replaced_at=act.now)
    )


def _set_password(act: Act, row: Account, password: str, *, must_change: bool, keep_token: str | None) -> None:
    _keep_former(act, row)
    row.password_hash = hash_password(password)
    row.password_changed_at = act.now
    row.must_change = must_change
    act.session.flush()
    close_all(act.session, act.bureau_id, row.id, act.now, keep_token=keep_token)


def _reason(reason: str) -> str:
    reason = reason.strip()
    if not 2 <= len(reason) <= 200:
        raise InvalidError(problems=[Problem("reason", Text("请写明原因（2至200字）。"))])
    if problem := text_problem(Text("原因"), reason, 200):
        raise InvalidError(problems=[Problem("reason", problem)])
    return reason


def _problems(act: Act, owner: Person, username: str, password: str) -> list[Problem]:
    problems = [Problem("password", fault) for fault in password_faults(password, username, owner.name)]
    if not _USERNAME.fullmatch(username):
        problems.append(Problem("username", Text("用户名由3至60位字母、数字、点、下划线或连字符组成。")))
    # User names are one namespace for all bureaus, because a sign-in names no bureau.
    taken = select(Account.person_id).where((Account.username == username) | (Account.person_id == owner.id))
    for holder in act.session.scalars(taken):
        if holder == owner.id:
            problems.append(Problem("person_id", Text("该人员已有账号。")))
        else:
            problems.append(Problem("username", Text("用户名“{username}”已被使用。", username=username)))
    return problems
