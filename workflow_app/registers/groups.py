"""The register of education groups (集团台账): founding, members, charters. Entries are added, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from workflow_app.act import Act
from workflow_app.calendar.terms import next_autumn_term
from workflow_app.database import insert_new
from workflow_app.definitions.case_view import CaseView, OperationContext, OperationResult
from workflow_app.directory.models import Organisation
from workflow_app.errors import NotFoundError
from workflow_app.files.models import StoredFile
from workflow_app.policy.parameters import load_policy
from workflow_app.registers.application import APPLY, member_ids
from workflow_app.registers.entries import add_entries, not_entered, queue_up
from workflow_app.registers.group_limits import refuse_elsewhere
from workflow_app.registers.membership import Member, dissolved_on, kind_on, members_of
from workflow_app.registers.models import CharterEntry, EducationGroup, MembershipEntry
from workflow_app.registers.proof import enter
from workflow_app.text import Text

Role = Literal["lead", "member"]

FOUNDED = str(Text("集团组建"))

CHARTER_FILED = "file_charter"
"""The step that hands in the charter; its file stands in the evidence under ``charter``."""


@dataclass(frozen=True)
class GroupLine:
    """One group in the register as of the day asked for (or of its first day, if that is later).

    ``dissolved_on`` is the day from which it is dissolved, which may lie ahead.
    """

    id: int
    name: str
    kind: str
    stage: str
    lead_school_id: int
    lead_school: str
    approved_on: date
    effective_on: date
    case_id: int
    record_id: int | None
    dissolved_on: date | None
    members: tuple[Member, ...]


def register_group(context: OperationContext) -> OperationResult:
    """groups.register: enter the group and its members, with effect from the coming school year.

    It reads the newest answers to ``apply`` and the facts of the record that approved the group; the argument
    ``record`` names the element that issued it (``approval_number`` if not given).

    Raises:
        ConflictError: a group of this name is in the register already, or a school is in another close-knit group.
    """
    act, case = context.act, context.case
    answers = case.answers(APPLY)
    record = _facts(case, str(context.args.get("record", "approval_number")))
    approved_on = date.fromisoformat(record["issued_on"]) if record.get("issued_on") else act.today
    starts = load_policy(act.session, act.bureau_id, act.today).text("autumn_term_start")
    effective_on = next_autumn_term(approved_on, starts)
    roles: dict[int, Role] = {case.applicant_id: "lead"}
    roles |= {ident: "member" for ident in member_ids(answers) if ident != case.applicant_id}
    queue_up(act, *roles)
    refuse_elsewhere(context, "groups.not_in_other_close_knit", roles.keys(), effective_on)
    group = act.session.scalars(
        insert_new(act.session, EducationGroup, "bureau_id", "name").returning(EducationGroup),
        [
            {
                "bureau_id": act.bureau_id,
                "name": answers["group_name"],
                "kind": answers["group_type"],
                "stage": answers["stage"],
                "lead_school_id": case.applicant_id,
                "approved_on": approved_on,
                "effective_on": effective_on,
                "case_id": case.case_id,
                "record_id": record.get("record_id"),
                "recorded_at": act.now,
            }
        ],
    ).one_or_none()
    if group is None:
        raise not_entered(Text("集团台账中已有“{name}”。", name=answers["group_name"]))
    _enter_members(act, group, roles)
    enter(act, group, case.case_id)
    facts = {"group_id": group.id, "effective_on": effective_on.isoformat(), "members": len(roles)}
    return OperationResult(facts, {"group": group.name, "members": len(roles), "effective_on": facts["effective_on"]})


def file_charter(context: OperationContext) -> OperationResult:
    """groups.file_charter: enter the next version of the charter, in force from the day of its approval.

    The group is the one that ``register_group`` entered in this case, or the argument ``group_id``; the record is that
    of the element named by the argument ``record`` (``charter_receipt`` if not given).

    Raises:
        NotFoundError: the group is not in this bureau's register.
    """
    act, case = context.act, context.case
    group_id = context.args.get("group_id") or _facts(case, "register_group").get("group_id")
    record = _facts(case, str(context.args.get("record", "charter_receipt")))
    version = act.session.scalar(
        select(func.count(CharterEntry.id))
        .select_from(EducationGroup)
        .outerjoin(CharterEntry, CharterEntry.group_id == EducationGroup.id)
        .where(EducationGroup.bureau_id == act.bureau_id, EducationGroup.id == group_id)
        .group_by(EducationGroup.id)
    )
    if version is None:
        raise NotFoundError
    file_id, file_hash = _charter_file(act, case)
    entry = CharterEntry(
        bureau_id=act.bureau_id,
        group_id=group_id,
        version=version + 1,
        filed_on=act.today,
        effective_on=act.today,
        file_id=file_id,
        file_hash=file_hash,
        case_id=case.case_id,
        record_id=record.get("record_id"),
        recorded_at=act.now,
    )
    add_entries(act, entry)
    return OperationResult({"charter_id": entry.id, "version": entry.version}, {"version": entry.version})


def groups_at(session: Session, bureau_id: int, day: date) -> list[GroupLine]:
    """The groups approved by a day, newest first, with two statements. A group approved for later is among them."""
    rows = session.execute(
        select(EducationGroup, Organisation.name, kind_on(day), dissolved_on())
        .join(Organisation, Organisation.id == EducationGroup.lead_school_id)
        .where(EducationGroup.bureau_id == bureau_id, EducationGroup.approved_on <= day)
        .order_by(EducationGroup.approved_on.desc(), EducationGroup.id.desc())
    ).all()
    groups = [group for group, *_ in rows]
    coming = max((group.effective_on for group in groups), default=day)
    now = members_of(session, bureau_id, [g.id for g in groups if g.effective_on <= day], day)
    later = members_of(session, bureau_id, [g.id for g in groups if g.effective_on > day], coming)
    members = (*now, *later)
    return [
        _line(group, lead, kind, dissolved, [m for m in members if m.group_id == group.id])
        for group, lead, kind, dissolved in rows
    ]


def charter_at(session: Session, bureau_id: int, group_id: int, day: date) -> CharterEntry | None:
    """The version of a group's charter in force on a day; None before the first."""
    return session.scalars(
        select(CharterEntry)
        .where(CharterEntry.bureau_id == bureau_id, CharterEntry.group_id == group_id, CharterEntry.effective_on <= day)
        .order_by(CharterEntry.version.desc())
        .limit(1)
    ).one_or_none()


def _enter_members(act: Act, group: EducationGroup, roles: Mapping[int, Role]) -> None:
    rows = [
        {
            "bureau_id": act.bureau_id,
            "group_id": group.id,
            "school_id": school_id,
            "change": "joined",
            "role": role,
            "effective_on": group.effective_on,
            "corrects_id": None,
            "reason": FOUNDED,
            "case_id": group.case_id,
            "recorded_at": act.now,
            "recorded_by": act.actor.name,
        }
        for school_id, role in roles.items()
    ]
    for entry in act.session.scalars(insert(MembershipEntry).returning(MembershipEntry), rows):
        enter(act, entry, group.case_id)


def _charter_file(act: Act, case: CaseView) -> tuple[int | None, str | None]:
    evidence = case.answers(CHARTER_FILED).get("evidence") or {}
    files = evidence.get("charter") or []
    if not files:
        return None, None
    query = select(StoredFile.sha256).where(StoredFile.bureau_id == act.bureau_id, StoredFile.id == files[0])
    return files[0], act.session.scalar(query)


def _facts(case: CaseView, element: str) -> Mapping[str, Any]:
    return case.facts.get(element) or {}


def _line(group: EducationGroup, lead: str, kind: str, dissolved: date | None, members: list[Member]) -> GroupLine:
    return GroupLine(
        id=group.id,
        name=group.name,
        kind=kind,
        stage=group.stage,
        lead_school_id=group.lead_school_id,
        lead_school=lead,
        approved_on=group.approved_on,
        effective_on=group.effective_on,
        case_id=group.case_id,
        record_id=group.record_id,
        dissolved_on=dissolved,
        members=tuple(members),
    )
