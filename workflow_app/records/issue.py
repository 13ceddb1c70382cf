"""Issuing a record: words filled, glyphs checked, number taken, content frozen; the bytes follow in a job."""

from __future__ import annotations

from workflow_app.audit import append
from workflow_app.audit.proof import row_hash
from workflow_app.definitions.case_view import OperationContext, OperationResult
from workflow_app.errors import InvalidError, Problem
from workflow_app.jobs import enqueue
from workflow_app.records.case_data import CaseData
from workflow_app.records.closed import environment
from workflow_app.records.codes import new_code
from workflow_app.records.document import RecordContent, places
from workflow_app.records.models import IssuedRecord
from workflow_app.records.numbering import allocate
from workflow_app.records.press import current_press
from workflow_app.records.template import Filler, fill, read_template
from workflow_app.text import Text

RENDER = "render_record"
"""The kind of the job that makes the bytes."""


def number_text(word: str, year: int, seq: int) -> str:
    """青教体复〔2026〕12号: full year, six-angle brackets, no leading zero (GB/T 9704-2012, 7.2.5)."""
    return f"{word}〔{year}〕{seq}号"


def issue(context: OperationContext) -> OperationResult:
    """The operation ``records.issue``: number and freeze the document that ``record`` names.

    Raises:
        TemplateFaultError: the case lacks something that the words need.
        InvalidError: a character of the document is in no font; nothing is numbered.
    """
    act, case = context.act, context.case
    kind = str(context.args["record"])
    template = read_template(kind, case.record_template(kind))
    data = CaseData(context)
    filters = {**data.filters(), "label": template.labels.__getitem__}
    filler = Filler(template.name.zh, environment(filters), data.variables())
    word, year, code = f"{data.bureau.document_word}{template.word}", act.today.year, new_code()
    number = number_text(word, year, 1)
    draft = fill(kind, template, filler, bureau=data.bureau.name, number=number, signed_on=act.today, code=code)
    _check_glyphs(draft)
    seq = allocate(act, word, year)
    content = draft.model_copy(update={"number": number_text(word, year, seq)})
    record = IssuedRecord(
        bureau_id=act.bureau_id,
        case_id=case.case_id,
        kind=kind,
        word=word,
        year=year,
        seq=seq,
        number_text=content.number,
        title=content.full_title,
        issued_on=act.today,
        issued_at=act.now,
        issued_by=act.actor.name,
        content=content.model_dump(mode="json"),
        content_hash=content.hash(),
        layout_version=current_press().layout_version,
        verify_code=code,
        public=content.public,
    )
    act.session.add(record)
    act.session.flush()
    chain = f"case:{case.number}"
    body = {
        "record_id": record.id,
        "kind": kind,
        "number": content.number,
        "content_hash": record.content_hash,
        "row_hash": row_hash(record),
    }
    append(act, chain, "record_issued", f"record:{record.id}", body)
    enqueue(act, kind=RENDER, args={"record_id": record.id, "chain": chain}, key=f"{RENDER}:{record.id}")
    facts = {"record_id": record.id, "number": content.number, "issued_on": act.today.isoformat()}
    return OperationResult(facts=facts)


def _check_glyphs(content: RecordContent) -> None:
    """Refuse a character that no font has before anything is numbered: a page never shows an empty box."""
    fonts = current_press().fonts
    problems = [
        Problem(
            "",
            Text(
                "文书{place}中的“{characters}”没有可用字形，请改用规范汉字后再提交。",
                place=place,
                characters="".join(sorted(missing)),
            ),
        )
        for place, text in places(content)
        if (missing := fonts.missing_glyphs(text))
    ]
    if problems:
        raise InvalidError(problems=problems)
