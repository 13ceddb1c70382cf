"""People: where they belong, and their personal values, sealed, masked, and shown in full only for a purpose."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.act import Act, Actor
from workflow_app.audit import append
from workflow_app.columns import canonical_json, digest
from workflow_app.directory import organisations
from workflow_app.directory.models import Person
from workflow_app.directory.rights import require
from workflow_app.errors import InvalidError, NotFoundError, Problem
from workflow_app.security.vault import Vault, mask_identity, mask_phone
from workflow_app.text import Text
from workflow_app.typed import text_problem

_PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}", re.ASCII)
_IDENTITY = re.compile(r"\d{17}[\dX]", re.ASCII)
_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

PersonalField = Literal["phone", "identity"]


@dataclass(frozen=True)
class PersonRef:
    """A person as lists and seats name them: id, name and the organisation they belong to."""

    id: int
    name: str
    organisation_id: int


@dataclass(frozen=True)
class MaskedValues:
    """Personal values as pages show them: ``138****1234``; None where nothing is recorded."""

    phone: str | None
    identity: str | None


def create_person(
    act: Act,
    vault: Vault,
    *,
    organisation_id: int,
    name: str,
    staff_no: str | None = None,
    is_teacher: bool = False,
    phone: str | None = None,
    identity: str | None = None,
) -> Person:
    """A new person of an organisation. Telephone and identity numbers are sealed, bound to this person.

    Raises:
        ForbiddenError: the actor may not manage the directory.
        NotFoundError: this bureau has no such organisation.
        InvalidError: no name, or a number that cannot be one.
    """
    require(act.actor, "manage_directory")
    home = organisations.organisation(act.session, act.bureau_id, organisation_id)
    name = name.strip()
    if problems := _problems(name, staff_no, phone, identity):
        raise InvalidError(problems=problems)
    row = Person(bureau_id=act.bureau_id, organisation_id=home.id, name=name, staff_no=staff_no, is_teacher=is_teacher)
    act.session.add(row)
    act.session.flush()
    if phone:
        row.phone_encrypted = vault.seal(phone, _context("phone", row.id))
    if identity:
        row.identity_encrypted = vault.seal(identity, _context("identity", row.id))
    act.session.flush()
    values = {"name": name, "staff_no": staff_no, "phone": phone, "identity": identity}
    body = {"organisation_id": home.id, "values_hash": vault.fingerprint(canonical_json(values))}
    append(act, organisations.CHAIN, "person_created", f"person:{row.id}", body)
    return row


def move(act: Act, person_id: int, organisation_id: int) -> Person:
    """Let a person belong to another organisation. Positions are ended and granted separately, by who may grant.

    Raises:
        ForbiddenError: the actor may not manage the directory.
        NotFoundError: this bureau has no such person or organisation.
    """
    require(act.actor, "manage_directory")
    row = person(act.session, act.bureau_id, person_id)
    home = organisations.organisation(act.session, act.bureau_id, organisation_id)
    fields = {"organisation_id": {"from": row.organisation_id, "to": home.id}}
    row.organisation_id = home.id
    act.session.flush()
    body = {"fields": fields, "values_hash": digest(canonical_json(fields))}
    append(act, organisations.CHAIN, "person_changed", f"person:{row.id}", body)
    return row


def person(session: Session, bureau_id: int, person_id: int) -> Person:
    """One person.

    Raises:
        NotFoundError: this bureau has no such person.
    """
    row = session.scalar(select(Person).where(Person.bureau_id == bureau_id, Person.id == person_id))
    if row is None:
        raise NotFoundError
    return row


def refs(session: Session, bureau_id: int, person_ids: Iterable[int]) -> dict[int, PersonRef]:
    """Id to person, in one statement; ids that are not this bureau's are left out."""
    wanted = set(person_ids)
    if not wanted:
        return {}
    rows = session.execute(
        select(Person.id, Person.name, Person.organisation_id).where(
            Person.bureau_id == bureau_id, Person.id.in_(wanted)
        )
    )
    return {row.id: PersonRef(*row) for row in rows}


def names(session: Session, bureau_id: int, person_ids: Iterable[int]) -> dict[int, str]:
    """Id to name, in one statement."""
    return {ident: ref.name for ident, ref in refs(session, bureau_id, person_ids).items()}


def organisations_of_people(session: Session, bureau_id: int, person_ids: Iterable[int]) -> dict[int, int]:
    """Id of each person to the id of the organisation they belong to, in one statement."""
    return {ident: ref.organisation_id for ident, ref in refs(session, bureau_id, person_ids).items()}


def people_of(
    session: Session, bureau_id: int, organisation_id: int, *, teachers_only: bool = False
) -> list[PersonRef]:
    """The people who belong to an organisation, by name."""
    conditions = [Person.bureau_id == bureau_id, Person.organisation_id == organisation_id]
    if teachers_only:
        conditions.append(Person.is_teacher.is_(True))
    rows = session.execute(
        select(Person.id, Person.name, Person.organisation_id).where(*conditions).order_by(Person.name, Person.id)
    )
    return [PersonRef(*row) for row in rows]


def masked(vault: Vault, row: Person) -> MaskedValues:
    """A person's numbers as every page, list and export shows them (G-30)."""
    phone, identity = _opened(vault, row, "phone"), _opened(vault, row, "identity")
    return MaskedValues(phone and mask_phone(phone), identity and mask_identity(identity))


def reveal_phone(act: Act, vault: Vault, person_id: int, purpose: str) -> str | None:
    """The telephone number in full, None if none is recorded. The look and its purpose are recorded (G-30).

    Raises:
        ForbiddenError: neither a handler of the bureau, nor the person, nor the head of the person's school.
        NotFoundError: this bureau has no such person.
        InvalidError: no purpose was given.
    """
    return _reveal(act, vault, person_id, "phone", purpose)


def reveal_identity(act: Act, vault: Vault, person_id: int, purpose: str) -> str | None:
    """The identity number in full; otherwise as :func:`reveal_phone`."""
    return _reveal(act, vault, person_id, "identity", purpose)


def _reveal(act: Act, vault: Vault, person_id: int, field: PersonalField, purpose: str) -> str | None:
    row = person(act.session, act.bureau_id, person_id)
    if not _is_own_matter(act.actor, row):
        require(act.actor, "reveal_personal")
    purpose = purpose.strip()
    if not 2 <= len(purpose) <= 200:
        raise InvalidError(problems=[Problem("purpose", Text("请写明查看目的（2至200字）。"))])
    if problem := text_problem(Text("查看目的"), purpose, 200):
        raise InvalidError(problems=[Problem("purpose", problem)])
    append(act, "security", "personal_value_revealed", f"person:{row.id}", {"field": field, "purpose": purpose})
    return _opened(vault, row, field)


def _is_own_matter(actor: Actor, row: Person) -> bool:
    return actor.person_id == row.id or actor.holds("school_head", row.organisation_id)


def _opened(vault: Vault, row: Person, field: PersonalField) -> str | None:
    sealed = row.phone_encrypted if field == "phone" else row.identity_encrypted
    return None if sealed is None else vault.open(sealed, _context(field, row.id))


def _context(field: PersonalField, person_id: int) -> str:
    return f"person.{field}:{person_id}"


def _problems(name: str, staff_no: str | None, phone: str | None, identity: str | None) -> list[Problem]:
    problems = []
    if not 0 < len(name) <= 60:
        problems.append(Problem("name", Text("请填写姓名，不超过{count}个字。", count=60)))
    elif problem := text_problem(Text("姓名"), name, 60):
        problems.append(Problem("name", problem))
    if staff_no and len(staff_no) > 30:
        problems.append(Problem("staff_no", Text("工号不超过{count}位。", count=30)))
    elif staff_no and (problem := text_problem(Text("工号"), staff_no, 30)):
        problems.append(Problem("staff_no", problem))
    if phone and not _PHONE.fullmatch(phone):
        problems.append(Problem("phone", Text("电话号码有误，请填写手机号或带区号的座机号。")))
    if identity and not _is_identity(identity):
        problems.append(Problem("identity", Text("身份证号有误，请核对18位号码。")))
    return problems


def _is_identity(number: str) -> bool:
    """GB 11643: the last of eighteen characters is a checksum over the others."""
    if not _IDENTITY.fullmatch(number):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _IDENTITY_WEIGHTS, strict=True))
    return number[17] == "10X98765432"[total % 11]
