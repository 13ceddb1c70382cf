"""Reading records: the list of a case, and the public word on whether a document is genuine."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.columns import canonical_json, digest
from workflow_app.definitions.schema_fields import Label
from workflow_app.directory.models import Bureau
from workflow_app.records.codes import LENGTH, grouped
from workflow_app.records.models import IssuedRecord, RecordArtefact


@dataclass(frozen=True)
class RecordLine:
    """One record in the list of a case."""

    id: int
    kind: Label
    number: str
    title: str
    issued_on: date
    verify_code: str
    pages: int | None  # None while the bytes are still being made


@dataclass(frozen=True)
class Verification:
    """What anyone may know of a document whose code they hold: as much as the paper says."""

    number: str
    title: str | None  # of public documents only
    issuer: str
    issued_on: date
    code: str
    content_hash: str
    unchanged: bool  # the frozen content still has the hash under which it was issued


def records_of_case(session: Session, bureau_id: int, case_id: int, *, with_internal: bool) -> list[RecordLine]:
    """The records of a case, oldest first; the bureau's working papers only for readers inside the bureau."""
    rows = session.execute(
        select(IssuedRecord, RecordArtefact.pages)
        .outerjoin(RecordArtefact, (RecordArtefact.record_id == IssuedRecord.id) & (RecordArtefact.kind == "original"))
        .where(IssuedRecord.bureau_id == bureau_id, IssuedRecord.case_id == case_id)
        .order_by(IssuedRecord.id)
    )
    return [
        RecordLine(
            id=record.id,
            kind=Label.model_validate(record.content["name"]),
            number=record.number_text,
            title=record.title,
            issued_on=record.issued_on,
            verify_code=grouped(record.verify_code),
            pages=pages,
        )
        for record, pages in rows
        if with_internal or not is_internal(record)
    ]


def records_about(
    session: Session, bureau_id: int, kind: str, case_ids: Collection[int]
) -> dict[tuple[int, str], tuple[int, str]]:
    """The records of a kind that cases issued line by line: (case, what it is about) -> (id, number)."""
    if not case_ids:
        return {}
    rows = session.execute(
        select(IssuedRecord.case_id, IssuedRecord.content, IssuedRecord.id, IssuedRecord.number_text).where(
            IssuedRecord.bureau_id == bureau_id, IssuedRecord.case_id.in_(case_ids), IssuedRecord.kind == kind
        )
    ).all()
    return {(row.case_id, about): (row.id, row.number_text) for row in rows if (about := row.content.get("about"))}


def is_internal(record: IssuedRecord) -> bool:
    """Whether a record is a working paper of the bureau, such as a report with the scores of single experts."""
    return bool(record.content.get("internal"))


def verify(session: Session, code: str) -> Verification | None:
    """Vouch for the record with this code; None if there is none. The frozen content is hashed anew each time."""
    if len(code) != LENGTH:
        return None
    row = session.execute(
        select(IssuedRecord, Bureau.name)
        .join(Bureau, Bureau.id == IssuedRecord.bureau_id)
        .where(IssuedRecord.verify_code == code)
    ).one_or_none()
    if row is None:
        return None
    record, issuer = row
    return Verification(
        number=record.number_text,
        title=record.title if record.public else None,
        issuer=issuer,
        issued_on=record.issued_on,
        code=grouped(code),
        content_hash=record.content_hash,
        unchanged=_unchanged(record),
    )


def _unchanged(record: IssuedRecord) -> bool:
    content: dict[str, Any] = record.content
    says_the_same = (content.get("number"), content.get("signed_on")) == (
        record.number_text,
        record.issued_on.isoformat(),
    )
    return says_the_same and digest(canonical_json(content)) == record.content_hash
