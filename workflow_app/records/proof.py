"""Records held against the events that tell of their issue and rendering."""

from __future__ import annotations

from sqlalchemy import select

from workflow_app.audit.proof import rows_agree
from workflow_app.audit.verify import ContentCheck
from workflow_app.files.models import StoredFile
from workflow_app.records.models import IssuedRecord, RecordArtefact
from workflow_app.text import Text

RENDERED_FILES = StoredFile.id.in_(select(RecordArtefact.file_id))
"""The files that are records; every other one was uploaded."""

CONTENT_CHECKS: tuple[ContentCheck, ...] = (
    rows_agree(IssuedRecord, Text("文书"), "record_issued", "record_id", "row_hash"),
    rows_agree(RecordArtefact, Text("文书的版式文件"), "record_rendered", "artefact_id", "artefact_hash"),
    rows_agree(StoredFile, Text("文书的版式文件"), "record_rendered", "file_id", "file_hash", among=RENDERED_FILES),
)
"""What the verification of the audit log compares the records with."""
