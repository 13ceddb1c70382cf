"""Answers and evidence held against the events that tell of them; all content checks of the product in one tuple."""

from __future__ import annotations

from workflow_app.audit.proof import row_hash, rows_agree
from workflow_app.audit.verify import ContentCheck
from workflow_app.cases.ballot import box_hash
from workflow_app.cases.models import SealedBox, Submission
from workflow_app.files.models import StoredFile
from workflow_app.records import proof as records
from workflow_app.registers import proof as registers
from workflow_app.text import Text


def submission_hash(submission: Submission) -> str:
    """The hash over the whole of an answer: what was said, by whom, for which seat, when."""
    return row_hash(submission)


CONTENT_CHECKS: tuple[ContentCheck, ...] = (
    rows_agree(
        Submission, Text("办理意见"), "task_completed", "submission_id", "content_hash", hash_of=submission_hash
    ),
    rows_agree(
        SealedBox,
        Text("票箱"),
        "ballot_counted",
        "box_id",
        "content_hash",
        hash_of=box_hash,
        among=SealedBox.choices.is_not(None),
    ),
    rows_agree(StoredFile, Text("材料"), "file_uploaded", "file_id", "file_hash", among=~records.RENDERED_FILES),
    *records.CONTENT_CHECKS,
    *registers.CONTENT_CHECKS,
)
"""What the verification holds against the chains, on the command line and on the auditor's page alike."""
