"""Issuing a record: words filled, glyphs checked, number taken, content frozen; the bytes follow in a job."""

from __future__ import annotations

from collections.abc import Sequence

from workflow_app.act import Act
from workflow_app.audit import append
from workflow_app.audit.proof import row_hash
from workflow_app.definitions.case_view import OperationContext, OperationResult
from workflow_app.errors import InvalidError, Problem
from workflow_app.jobs import Wish, enqueue_all
from workflow_app.records.case_data import EACH, CaseData
from workflow_app.records.closed import environment
from workflow_app.records.codes import new_code
from workflow_app.records.document import RecordContent, places
from workflow_app.records.models import IssuedRecord
from workflow_app.records.numbering import allocate
from workflow_app.records.press import current_press
from workflow_app.records.template import Filler, RecordTemplate, fill, read_template
from workflow_app.text import Text

RENDER = "render_record"
"""The kind of the job that makes the bytes."""


def number_text(word: str, year: int, seq: int) -> str:
    """青教体复〔2026〕12号: full year, six-angle brackets, no leading zero (GB/T 9704-2012, 7.2.5)."""
    return f"{word}〔{year}〕{seq}号"


def issue(context: OperationContext) -> OperationResult:
    """The operation ``records.issue``: number and freeze the document that ``record`` names.

    With ``each: <operation>.<fact>`` there is one document for each line of that list, each with a number of its own;
    its words call the line ``line``.

    Raises:
        TemplateFaultError: the case lacks something that the words need.
        InvalidError: a character of a document is in no font; nothing is numbered.
    """
    act, case = context.act, context.case
    kind = str(context.args["record"])
    template = read_template(kind, case.record_template(kind))
    data = CaseData(context)
    word = f"{data.bureau.document_word}{template.word}"
    drafts = _drafts(context, kind, template, data, word)
    for draft in drafts:
        _check_glyphs(draft)
    first = allocate(act, word, act.today.year, len(drafts)) if drafts else 0
    records = [_frozen(context, draft, word, seq) for seq, draft in enumerate(drafts, start=first)]
    act.session.add_all(records)
    act.session.flush()
    _tell(act, f"case:{case.number}", records)
    told = [{"record_id": record.id, "number": record.number_text} for record in records]
    what = {"records": told} if EACH in context.args else told[0]
    return OperationResult({**what, "issued_on": act.today.isoformat()})


def _drafts(
    context: OperationContext, kind: str, template: RecordTemplate, data: CaseData, word: str
) -> list[RecordContent]:
    """The documents complete but for their numbers."""
    act = context.act
    values = data.variables()
    filler = Filler(template.name.zh, environment({**data.filters(), "label": template.labels.__getitem__}), values)
    each = context.args.get(EACH)
    worlds = [filler] if each is None else [filler.with_line(line) for line in filler.value(f"facts.{each}")]
    number = number_text(word, act.today.year, 1)
    return [
        fill(kind, template, world, bureau=data.bureau.name, number=number, signed_on=act.today, code=new_code())
        for world in worlds
    ]


def _frozen(context: OperationContext, draft: RecordContent, word: str, seq: int) -> IssuedRecord:
    """The row of a document under its number."""
    act = context.act
    content = draft.model_copy(update={"number": number_text(word, act.today.year, seq)})
    return IssuedRecord(
        bureau_id=act.bureau_id,
        case_id=context.case.case_id,
        kind=content.kind,
        word=word,
        year=act.today.year,
        seq=seq,
        number_text=content.number,
        title=content.full_title,
        issued_on=act.today,
        issued_at=act.now,
        issued_by=act.actor.name,
        content=content.model_dump(mode="json"),
        content_hash=content.hash(),
        layout_version=current_press().layout_version,
        verify_code=content.verify_code,
        public=content.public,
    )


def _tell(act: Act, chain: str, records: Sequence[IssuedRecord]) -> None:
    """The events of records, and the jobs that make their bytes."""
    for record in records:
        body = {
            "record_id": record.id,
            "kind": record.kind,
            "number": record.number_text,
            "content_hash": record.content_hash,
            "row_hash": row_hash(record),
        }
        append(act, chain, "record_issued", f"record:{record.id}", body)
    ids = [record.id for record in records]
    enqueue_all(act, [Wish(RENDER, f"{RENDER}:{i}", {"record_id": i, "chain": chain}) for i in ids])


def _check_glyphs(content: RecordContent) -> None:
    """Refuse a character that no font has before anything is numbered: a page never shows an empty box."""
    typefaces = current_press().typefaces
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
        if (missing := typefaces.missing_glyphs(text))
    ]
    if problems:
        raise InvalidError(problems=problems)
