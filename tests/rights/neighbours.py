"""The directory's part of the world, and the bureau next door, which has one of everything."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, make_transient

from workflow_app import cases
from workflow_app.act import Act, Actor, Holding, system_actor
from workflow_app.audit.models import AuditChain
from workflow_app.calendar.years import load_shipped_years
from workflow_app.cases.models import Case
from workflow_app.cli_bureau import SECTIONS
from workflow_app.database import Base
from workflow_app.definitions.source import read_source
from workflow_app.definitions.store import publish
from workflow_app.demo.evidence import sample_pdf
from workflow_app.demo.player import Player
from workflow_app.directory.accounts import create_account, disable
from workflow_app.directory.holdings import assign_position, end_position
from workflow_app.directory.models import Account, Organisation, Person, PositionHolding
from workflow_app.directory.organisations import close, create_organisation, found_bureau
from workflow_app.directory.people import create_person
from workflow_app.files.store import FileStore
from workflow_app.files.upload import upload
from workflow_app.policy.profiles import load_profile
from workflow_app.records.models import IssuedRecord, RecordArtefact
from workflow_app.registers.models import EducationGroup, MembershipEntry
from workflow_app.security.vault import Vault

Row = TypeVar("Row", bound=Base)
Ids = Mapping[str, int]
"""Ids by kind of object."""

PASSWORD = "Beside-2026"
FOUNDED = date(2020, 1, 1)


def directory_ids(player: Player) -> dict[str, dict[str, int]]:
    """People and organisations of the county by relation; those under ``closed`` are closed, disabled and dismissed."""
    with player.database.writing() as session:
        act = Act(session, system_actor(1), player.now)
        found = {
            "own": _person(session, "陈晓", "秦岚", "办公室"),
            "other_school": _person(session, "马骏", "江澜", "城关第二小学"),
            "closed": _person(session, "段玉", "尹川", "枫林初级中学"),
        }
        gone = found["closed"]
        account_id = session.scalars(select(Account.id).where(Account.person_id == gone["person"])).one()
        disable(act, account_id, "已调离")
        end_position(act, gone["holding"])
        close(act, gone["organisation"], act.today)
    return found


def _person(session: Session, name: str, unaccounted: str, organisation: str) -> dict[str, int]:
    person_id = session.scalars(select(Person.id).where(Person.name == name)).one()
    holding = select(PositionHolding.id).where(PositionHolding.person_id == person_id)
    return {
        "person": person_id,
        "unaccounted": session.scalars(select(Person.id).where(Person.name == unaccounted)).one(),
        "holding": session.scalars(holding.order_by(PositionHolding.id)).first() or 0,
        "organisation": session.scalars(select(Organisation.id).where(Organisation.name == organisation)).one(),
    }


def neighbour_bureau(player: Player, record_id: int, group_id: int, entry_id: int) -> dict[str, int]:
    """邻县教育体育局 with a school, a clerk who can sign in, a draft with a file, a record, a group and its entry."""
    with player.database.writing() as session:
        founded = {"county": "邻县", "document_word": "邻教体", "policy_profile": "003"}
        bureau_id = found_bureau(session, player.now, code="linxian", name="邻县教育体育局", **founded).id
        act = Act(session, system_actor(bureau_id), player.now)
        load_profile(act, "003")
        load_shipped_years(act)
        publish(act, read_source("group-formation"), cases.CATALOGUE)
        for code, name in SECTIONS:
            create_organisation(act, kind="section", code=code, name=name, active_from=FOUNDED)
        school = create_organisation(act, kind="school", code="9", name="邻县第一小学", active_from=FOUNDED)
        clerk, holding_id, unaccounted = _clerk(act, Vault(player.config.data_key()), school.id)
        started = cases.start_case(Act(session, clerk, player.now), "group-formation")
        store, owner = FileStore(player.config.data / "files"), f"case:{started.case_id}"
        sheet = sample_pdf("邻县方案")
        chain = session.get_one(AuditChain, session.get_one(Case, started.case_id).chain_id)
        file_id = upload(act, store, owner, "方案.pdf", sheet, allowed=("pdf",), max_bytes=2**20, chain=chain).id
        duty = owed(act, school.id)
        group = copied(session, EducationGroup, group_id, bureau_id=bureau_id, name="邻县第一小学教育集团")
        entry = copied(session, MembershipEntry, entry_id, bureau_id=bureau_id, group_id=group.id)
    assert clerk.person_id is not None
    return {
        "case": started.case_id,
        "task": started.task_id,
        "panel": started.task_id,
        "seat": 1,
        "file": file_id,
        "group": group.id,
        "entry": entry.id,
        "duty": duty,
        "person": clerk.person_id,
        "unaccounted": unaccounted,
        "holding": holding_id,
        "organisation": school.id,
        "record": copied_record(player, player.now, record_id, bureau_id, started.case_id),
    }


def copied_record(player: Player, now: datetime, record_id: int, bureau_id: int, case_id: int) -> int:
    """The same document once more, as that of another case."""
    with player.database.writing() as session:
        code = f"COPY{bureau_id}{case_id}"
        place = {"bureau_id": bureau_id, "case_id": case_id, "issued_at": now, "verify_code": code}
        record = copied(session, IssuedRecord, record_id, **place, seq=9000 + case_id)
        artefact_id = session.scalars(select(RecordArtefact.id).where(RecordArtefact.record_id == record_id)).one()
        copied(session, RecordArtefact, artefact_id, bureau_id=bureau_id, record_id=record.id)
        return record.id


def owed(act: Act, organisation_id: int, done: bool = False) -> int:
    """The duty of a school to hand in a plan; its id."""
    duty = cases.create_duty(
        act,
        slug="group-plan",
        organisation_id=organisation_id,
        period="2025-2026" if done else "2026-2027",
        parameter="plan_due",
        opens_on=act.today,
        due_on=act.today,
    )
    duty.fulfilled_at = act.now if done else None
    return duty.id


def _clerk(act: Act, vault: Vault, school_id: int) -> tuple[Actor, int, int]:
    """The clerk as an actor, the position held, and a colleague without an account."""
    person = create_person(act, vault, organisation_id=school_id, name="邻晓")
    colleague = create_person(act, vault, organisation_id=school_id, name="邻远")
    held = assign_position(
        act, person_id=person.id, organisation_id=school_id, position="school_clerk", valid_from=FOUNDED
    )
    account = create_account(act, person_id=person.id, username="linxian", password=PASSWORD, must_change=False)
    holdings = frozenset({Holding(school_id, "school_clerk")})
    actor = Actor(act.bureau_id, person.name, "person", person.id, account.id, school_id, holdings)
    return actor, held.id, colleague.id


def copied(session: Session, table: type[Row], ident: int, **changes: object) -> Row:
    """A row once more, with a new id and these changes."""
    row = session.get_one(table, ident)
    session.expunge(row)
    make_transient(row)
    for name, value in {"id": None, **changes}.items():
        setattr(row, name, value)
    session.add(row)
    session.flush()
    return row
