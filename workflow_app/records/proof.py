"""Records held against the events that tell of their issue and rendering."""

from __future__ import annotations

from workflow_app.audit.proof import row_hash, rows_agree
from workflow_app.audit.verify import ContentCheck
from workflow_app.files.models import StoredFile
from workflow_app.records.models import IssuedRecord

CONTENT_CHECKS: tuple[ContentCheck, ...] = (
    rows_agree(IssuedRecord, "record_issued", "record_id", "row_hash", row_hash),
    rows_agree(StoredFile, "record_rendered", "file_id", "sha256", lambda file: file.sha256, complete=False),
)
"""What the verification of the audit log compares the records with."""
