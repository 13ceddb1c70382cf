"""Organisations: the bureau, its sections, schools and partner departments."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from workflow_app.act import Act, system_actor
from workflow_app.audit import append
from workflow_app.columns import digest
from workflow_app.database import insert_new
from workflow_app.directory.kinds import ORGANISATION_KINDS, OUTSIDE, SCHOOL_KINDS
from workflow_app.directory.models import Bureau, Organisation, OrganisationAttribute
from workflow_app.directory.rights import require
from workflow_app.errors import InvalidError, NotFoundError, Problem
from workflow_app.text import Text, day_text
from workflow_app.typed import text_problem

CHAIN = "directory"
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")


def found_bureau(
    session: Session, now: datetime, *, code: str, name: str, county: str, document_word: str, policy_profile: str
) -> Bureau:
    """A new tenant together with the root of its tree, an organisation of kind and code ``bureau``."""
    bureau = Bureau(code=code, name=name, county=county, document_word=document_word, policy_profile=policy_profile)
    session.add(bureau)
    session.flush()
    create_organisation(Act(session, system_actor(bureau.id), now), kind="bureau", code="bureau", name=name)
    return bureau


def create_organisation(
    act: Act,
    *,
    kind: str,
    code: str,
    name: str,
    short_name: str | None = None,
    parent_id: int | None = None,
    active_from: date | None = None,
) -> Organisation:
    """A new organisation, active from today unless another date is given.

    Raises:
        ForbiddenError: the actor may not manage the directory.
        InvalidError: unknown kind or parent, empty name, or a code that is malformed or taken.
    """
    require(act.actor, "manage_directory")
    name, short_name = name.strip(), (short_name or name).strip()
    problems = [*_name_problems(name, short_name), *_code_problems(act, code)]
    if kind not in ORGANISATION_KINDS:
        problems.append(Problem("kind", Text("没有“{kind}”这种单位类别。", kind=kind)))
    if parent_id is not None and not _exists(act, parent_id):
        problems.append(Problem("parent_id", Text("上级单位不存在。")))
    if problems:
        raise InvalidError(problems=problems)
    row = Organisation(
        bureau_id=act.bureau_id,
        parent_id=parent_id,
        kind=kind,
        code=code,
        name=name,
        short_name=short_name,
        active_from=active_from or act.today,
    )
    act.session.add(row)
    act.session.flush()
    append(act, CHAIN, "organisation_created", f"organisation:{row.id}", {"kind": kind, "code": code, "name": name})
    return row


def outside_bureau(act: Act, name: str) -> int:
    """The id of an outside organisation that a case names: the one of this name, or a new one.

    It takes no right of the directory, for it gives nobody any: an outside organisation has no people here, and
    answers by invitation only. Of two acts that name it at once one writes it, and both get the same id.
    """
    name = name.strip()
    known = select(Organisation.id).where(
        Organisation.bureau_id == act.bureau_id, Organisation.kind == OUTSIDE, Organisation.name == name
    )
    found: int | None = act.session.scalar(known.order_by(Organisation.id).limit(1))
    if found is not None:
        return found
    code = f"outside-{digest(name)[:20]}"
    values = {"kind": OUTSIDE, "code": code, "name": name, "short_name": name[:40], "active_from": act.today}
    new = insert_new(act.session, Organisation, "bureau_id", "code").values(bureau_id=act.bureau_id, **values)
    written: int | None = act.session.scalar(new.returning(Organisation.id))
    if written is None:  # Written at the same moment by another act; or renamed since.
        return by_code(act.session, act.bureau_id, code).id
    told = {"kind": OUTSIDE, "code": code, "name": name}
    append(act, CHAIN, "organisation_created", f"organisation:{written}", told)
    return written


def rename(act: Act, organisation_id: int, name: str, short_name: str | None = None) -> Organisation:
    """Give a new name; the old one stays in the history and in everything issued so far.

    Raises:
        ForbiddenError: the actor may not manage the directory.
        InvalidError: the name is empty or too long.
    """
    require(act.actor, "manage_directory")
    row = organisation(act.session, act.bureau_id, organisation_id)
    name, short_name = name.strip(), (short_name or name).strip()
    if problems := _name_problems(name, short_name):
        raise InvalidError(problems=problems)
    changes = {
        "name": {"from": row.name, "to": name},
        "short_name": {"from": row.short_name, "to": short_name},
    }
    row.name, row.short_name = name, short_name
    act.session.flush()
    append(act, CHAIN, "organisation_changed", f"organisation:{row.id}", {"changes": changes})
    return row


def close(act: Act, organisation_id: int, last_day: date) -> Organisation:
    """Close an organisation after ``last_day``. Its running cases and its people's positions go on until they end.

    Raises:
        ForbiddenError: the actor may not manage the directory.
        InvalidError: it is the bureau itself, it is closed already, or the day lies before it began.
    """
    require(act.actor, "manage_directory")
    row = organisation(act.session, act.bureau_id, organisation_id)
    if row.kind == "bureau":
        raise InvalidError("“{name}”是本局，不能停用。", name=row.name)
    if row.active_to is not None:
        raise InvalidError("“{name}”已于{day}停用。", name=row.name, day=day_text(row.active_to))
    if last_day < row.active_from:
        raise InvalidError("停用日期不能早于启用日期{day}。", day=day_text(row.active_from))
    row.active_to = last_day
    act.session.flush()
    append(act, CHAIN, "organisation_closed", f"organisation:{row.id}", {"active_to": last_day})
    return row


def organisation(session: Session, bureau_id: int, organisation_id: int) -> Organisation:
    """One organisation.

    Raises:
        NotFoundError: this bureau has no such organisation.
    """
    return _one(session, Organisation.bureau_id == bureau_id, Organisation.id == organisation_id)


def by_code(session: Session, bureau_id: int, code: str) -> Organisation:
    """One organisation by its code (a school's 标识码, ``basic_education``).

    Raises:
        NotFoundError: this bureau has no such organisation.
    """
    return _one(session, Organisation.bureau_id == bureau_id, Organisation.code == code)


def names(session: Session, bureau_id: int, organisation_ids: Iterable[int]) -> dict[int, str]:
    """Id to name, in one statement; ids that are not this bureau's are left out."""
    wanted = set(organisation_ids)
    if not wanted:
        return {}
    rows = session.execute(
        select(Organisation.id, Organisation.name).where(
            Organisation.bureau_id == bureau_id, Organisation.id.in_(wanted)
        )
    )
    return {row.id: row.name for row in rows}


def children(session: Session, bureau_id: int, parent_id: int) -> list[Organisation]:
    """The organisations directly below one, closed ones included, by kind and name."""
    return _several(session, Organisation.bureau_id == bureau_id, Organisation.parent_id == parent_id)


def of_kind(session: Session, bureau_id: int, *kinds: str, day: date) -> list[Organisation]:
    """The organisations of these kinds that are active on the day, by kind and name."""
    return _several(session, Organisation.bureau_id == bureau_id, Organisation.kind.in_(kinds), _active_on(day))


def schools(session: Session, bureau_id: int, *, stage: str | None = None, day: date) -> list[Organisation]:
    """The schools and kindergartens active on the day; with ``stage`` only those of that 学段 as recorded by then."""
    conditions = [Organisation.bureau_id == bureau_id, Organisation.kind.in_(SCHOOL_KINDS), _active_on(day)]
    if stage is not None:
        conditions.append(_stage_on(day) == stage)
    return _several(session, *conditions)


def _stage_on(day: date) -> ColumnElement[str | None]:
    attribute = OrganisationAttribute
    return (
        select(attribute.value)
        .where(
            attribute.bureau_id == Organisation.bureau_id,
            attribute.organisation_id == Organisation.id,
            attribute.key == "stage",
            attribute.since <= day,
        )
        .order_by(attribute.since.desc(), attribute.recorded_at.desc(), attribute.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def _active_on(day: date) -> ColumnElement[bool]:
    return (Organisation.active_from <= day) & or_(Organisation.active_to.is_(None), Organisation.active_to >= day)


def _one(session: Session, *conditions: ColumnElement[bool]) -> Organisation:
    row = session.scalar(select(Organisation).where(*conditions))
    if row is None:
        raise NotFoundError
    return row


def _several(session: Session, *conditions: ColumnElement[bool]) -> list[Organisation]:
    ordered = select(Organisation).where(*conditions).order_by(Organisation.kind, Organisation.name, Organisation.id)
    return list(session.scalars(ordered))


def _exists(act: Act, organisation_id: int) -> bool:
    return bool(names(act.session, act.bureau_id, [organisation_id]))


def _name_problems(name: str, short_name: str) -> list[Problem]:
    problems = []
    if not 0 < len(name) <= 100:
        problems.append(Problem("name", Text("请填写名称，不超过{count}个字。", count=100)))
    elif problem := text_problem(Text("名称"), name, 100):
        problems.append(Problem("name", problem))
    if len(short_name) > 40:
        problems.append(Problem("short_name", Text("简称不超过{count}个字。", count=40)))
    elif problem := text_problem(Text("简称"), short_name, 40):
        problems.append(Problem("short_name", problem))
    return problems


def _code_problems(act: Act, code: str) -> list[Problem]:
    if not _CODE.fullmatch(code):
        return [Problem("code", Text("代码只能由字母、数字、下划线和连字符组成，不超过{count}位。", count=40))]
    taken = act.session.scalar(
        select(Organisation.name).where(Organisation.bureau_id == act.bureau_id, Organisation.code == code)
    )
    return [Problem("code", Text("代码“{code}”已被“{name}”使用。", code=code, name=taken))] if taken else []
