"""The job that makes the bytes of a record, once; the file becomes visible only when it is whole."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.act import Act, system_actor
from workflow_app.audit import append
from workflow_app.audit.proof import row_hash
from workflow_app.files.models import StoredFile
from workflow_app.files.names import clean_name
from workflow_app.files.store import FileStore
from workflow_app.jobs import Handler
from workflow_app.records.document import RecordContent
from workflow_app.records.issue import RENDER
from workflow_app.records.models import IssuedRecord, RecordArtefact
from workflow_app.records.press import current_press

ORIGINAL = "original"


def handlers(store: FileStore) -> Mapping[str, Handler]:
    """The jobs of the records room by kind."""

    def run(session: Session, args: Mapping[str, Any], bureau_id: int, now: datetime) -> None:
        render_record(Act(session, system_actor(bureau_id), now), store, args["record_id"], args["chain"])

    return {RENDER: run}


def render_record(act: Act, store: FileStore, record_id: int, chain: str) -> None:
    """Draw a record and keep its bytes; done twice, it is done once."""
    record = act.session.scalars(
        select(IssuedRecord).where(IssuedRecord.bureau_id == act.bureau_id, IssuedRecord.id == record_id)
    ).one()
    made = select(RecordArtefact.id).where(RecordArtefact.record_id == record_id, RecordArtefact.kind == ORIGINAL)
    if act.session.scalar(made) is not None:
        return
    from workflow_app.records.render import render  # 10 MB of drawing library and fonts, for the process that draws

    rendered = render(RecordContent.model_validate(record.content), current_press())
    sha256, size = store.put(rendered.data)
    file = StoredFile(
        bureau_id=act.bureau_id,
        owner=f"case:{record.case_id}",
        name=clean_name(f"{record.number_text} {record.title}.pdf"),
        media_type="application/pdf",
        size=size,
        sha256=sha256,
        uploaded_by=None,
        uploaded_at=act.now,
    )
    act.session.add(file)
    act.session.flush()
    artefact = RecordArtefact(
        bureau_id=act.bureau_id,
        record_id=record_id,
        kind=ORIGINAL,
        file_id=file.id,
        pages=rendered.pages,
        made_at=act.now,
    )
    act.session.add(artefact)
    act.session.flush()
    body = {
        "record_id": record_id,
        "artefact_id": artefact.id,
        "artefact_hash": row_hash(artefact),
        "file_id": file.id,
        "file_hash": row_hash(file),
        "sha256": sha256,
        "pages": rendered.pages,
    }
    append(act, chain, "record_rendered", f"record:{record_id}", body)
