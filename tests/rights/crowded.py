"""Putting a random crowd into the database, beside the county's worked case from which its cases take their content."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.rights.neighbours import copied
from tests.rights.strangers import Chair, Crowd, Matter
from workflow_app.cases.models import Case, CaseParty, Seat, Task
from workflow_app.demo.player import Player
from workflow_app.directory.models import Account, Bureau, Organisation, Person, PositionHolding
from workflow_app.directory.organisations import found_bureau
from workflow_app.files.models import StoredFile
from workflow_app.records.models import IssuedRecord, RecordArtefact


def places(player: Player) -> list[list[int]]:
    """The organisations of the county, and a few of a bureau beside it that is founded here."""
    with player.database.writing() as session:
        founded = {"county": "邻县", "document_word": "邻教体", "policy_profile": "003"}
        other = found_bureau(session, player.now, code="linxian", name="邻县教育体育局", **founded).id
        schools = [
            Organisation(bureau_id=other, kind="school", code=str(n), name=f"邻县第{n}小学", short_name=f"邻{n}小",
                         active_from=player.now.date())
            for n in range(3)
        ]  # fmt: skip
        session.add_all(schools)
        session.flush()
        bureaus = session.scalars(select(Bureau.id).order_by(Bureau.id)).all()
        found = [
            list(session.scalars(select(Organisation.id).where(Organisation.bureau_id == b).order_by(Organisation.id)))
            for b in bureaus
        ]
    # Few places, so that people and cases meet.
    return [found[0][:4] + found[0][14:20], found[1]]


def store(player: Player, crowd: Crowd) -> None:
    """Write the crowd; the ids are entered in it."""
    with player.database.writing() as session:
        for number, person in enumerate(crowd.people):
            row = Person(bureau_id=person.bureau + 1, organisation_id=_home(session, person.bureau), name=f"某{number}")
            session.add(row)
            session.flush()
            account = Account(
                bureau_id=row.bureau_id,
                person_id=row.id,
                username=f"stranger{row.id}",
                password_hash="-",
                must_change=False,
                password_changed_at=player.now,
            )
            held = [
                PositionHolding(
                    bureau_id=row.bureau_id,
                    person_id=row.id,
                    organisation_id=post.organisation,
                    position=post.position,
                    valid_from=post.first,
                    valid_to=post.last,
                )
                for post in person.posts
            ]
            session.add_all([account, *held])
            session.flush()
            person.id, person.account = row.id, account.id
        for matter in crowd.matters:
            _store_matter(session, player, crowd, matter)


def _home(session: Session, bureau: int) -> int:
    return session.scalars(select(Organisation.id).where(Organisation.bureau_id == bureau + 1).limit(1)).one()


def _store_matter(session: Session, player: Player, crowd: Crowd, matter: Matter) -> None:
    last = session.scalars(select(Case.id).order_by(Case.id.desc()).limit(1)).one()
    bureau_id, closed_at = matter.bureau + 1, player.now if matter.closed else None
    changes: dict[str, Any] = {"number": f"X-{last:06}", "applicant_id": matter.applicant, "title": f"某事项{last:06}"}
    changes |= {} if matter.filed else {"filed_on": None}
    case = copied(session, Case, 1, bureau_id=bureau_id, closed_at=closed_at, revision=1, **changes)
    session.add_all(
        CaseParty(bureau_id=bureau_id, case_id=case.id, role=f"party{n}", organisation_id=organisation)
        for n, organisation in enumerate(sorted(matter.parties))
    )
    task = Task(
        bureau_id=bureau_id,
        case_id=case.id,
        engine_task_id=str(UUID(int=case.id)),
        element="first_review",
        round=1,
        stage="review",
        opened_at=player.now,
        closed_at=closed_at,
    )
    session.add(task)
    session.flush()
    for number, chair in enumerate(matter.chairs, 1):
        chair.id = _store_chair(session, player, crowd, chair, task, number)
    matter.id, matter.task = case.id, task.id
    file_id = session.scalars(select(StoredFile.id).where(StoredFile.owner == "case:1").limit(1)).one()
    owner = {"bureau_id": bureau_id, "owner": f"case:{case.id}", "uploaded_by": None}
    matter.file = copied(session, StoredFile, file_id, **owner).id
    record_id = session.scalars(select(IssuedRecord.id).order_by(IssuedRecord.id).limit(1)).one()
    sealed = {"bureau_id": bureau_id, "case_id": case.id, "verify_code": f"X{case.id}", "seq": 1000 + case.id}
    matter.record = copied(session, IssuedRecord, record_id, **sealed).id
    artefact_id = session.scalars(select(RecordArtefact.id).where(RecordArtefact.record_id == record_id)).one()
    copied(session, RecordArtefact, artefact_id, bureau_id=bureau_id, record_id=matter.record)


def _store_chair(session: Session, player: Player, crowd: Crowd, chair: Chair, task: Task, number: int) -> int:
    seat = Seat(
        bureau_id=task.bureau_id,
        case_id=task.case_id,
        task_id=task.id,
        no=number,
        organisation_id=chair.organisation,
        position=chair.position,
        person_id=None if chair.named is None else crowd.people[chair.named].id,
        is_named=chair.named is not None,
        state=chair.state,
        due_on=player.now.date() + timedelta(days=number),
        done_by_id=None if chair.done_by is None else crowd.people[chair.done_by].id,
        done_at=player.now,
    )
    session.add(seat)
    session.flush()
    return seat.id
