"""Record templates: YAML whose strings are sandboxed Jinja, filled from a case; what is missing fails loudly.

``templates/records/<slug>/<kind>.yaml`` holds the words of one kind of document. Its text belongs to the version of the
process, so a running case keeps the words that it started with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Literal

from jinja2 import TemplateError, Undefined
from jinja2.environment import TemplateExpression
from jinja2.sandbox import SandboxedEnvironment
from pydantic import BaseModel, ConfigDict, model_validator
from pydantic import Field as Constraint

from workflow_app.definitions.loading import load
from workflow_app.errors import WorkflowError
from workflow_app.records.case_data import LINE
from workflow_app.records.closed import compiled
from workflow_app.records.document import (
    Attachment,
    Block,
    Column,
    Heading,
    KindName,
    Paragraph,
    RecordContent,
    Signatory,
    Table,
)
from workflow_app.text import Text


class Strict(BaseModel):
    """Closed to unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class TableTemplate(Strict):
    """A table: its columns, and either fixed rows or one row for each item of ``each``."""

    columns: tuple[Column, ...]
    each: str | None = None  # an expression; ``row`` is the item, ``number`` counts from 1
    row: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    @model_validator(mode="after")
    def _fills_its_columns(self) -> TableTemplate:
        if any(len(row) != len(self.columns) for row in (*self.rows, *([self.row] if self.each is not None else []))):
            raise ValueError(Text("表格每行的格数须与列数相同"))
        return self


class BlockTemplate(Strict):
    """One block, drawn where ``when`` holds; a paragraph is repeated for each item of ``each``."""

    heading: str | None = None
    lead: str = ""
    paragraph: str | None = None
    indent: bool = True
    table: TableTemplate | None = None
    when: str | None = None
    each: str | None = None


class SignatoryTemplate(Strict):
    """A party that signs the document itself."""

    role: str
    name: str


class RecordTemplate(Strict):
    """One kind of document."""

    name: KindName
    word: str  # what follows the bureau's 代字: 复 gives 青教体复
    layout: Literal["red_head", "plain"]
    public: bool = False
    internal: bool = False  # a working paper of the bureau: the applicant does not read it
    sealed: bool = True
    signatories: tuple[SignatoryTemplate, ...] = ()  # the parties of an agreement, who sign instead of the bureau
    title: tuple[str, ...] = Constraint(min_length=1)
    to: str | None = None
    about: str | None = None  # by what a register knows which of several documents this is: "{{ line.teacher_no }}"
    blocks: tuple[BlockTemplate, ...]
    attachments: tuple[str, ...] = ()
    note: str | None = None
    receipt: TableTemplate | None = None
    cc: str | None = None
    imprint: bool = False
    labels: dict[str, str] = Constraint(default_factory=dict)  # what the filter ``label`` says of a choice's value

    @model_validator(mode="after")
    def _is_signed_by_one_side(self) -> RecordTemplate:
        if self.signatories and (self.sealed or self.layout != "plain"):
            raise ValueError(
                Text("由当事双方签署的文书（signatories）用普通格式（plain），不加盖本局印章（sealed: false）")
            )
        return self


class TemplateFaultError(WorkflowError):
    """A template cannot be filled: a fault of the content, or data that the case does not have."""

    status = 422


def read_template(kind: str, text: str) -> RecordTemplate:
    """Read one template.

    Raises:
        TemplateFaultError: it is no YAML or has unknown parts.
    """
    template, faults = load(text, f"{kind}.yaml", RecordTemplate)
    if template is None:
        raise TemplateFaultError("文书模板“{kind}”有误：{fault}", kind=kind, fault=faults[0].message)
    return template


_FAULTS = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError)


class Filler:
    """Fills one template with the data of one case."""

    def __init__(self, kind: str, env: SandboxedEnvironment, data: Mapping[str, Any]) -> None:
        self._kind, self._env, self._data = kind, env, data

    def with_line(self, line: Any) -> Filler:
        """The same for one of several documents, the one about this line of the list."""
        return Filler(self._kind, self._env, {**self._data, LINE: line})

    def text(self, template: str, **more: Any) -> str:
        """One string filled; it may come out empty.

        Raises:
            TemplateFaultError: something that it names is not known or was left empty; the message says what.
        """
        try:
            return compiled(self._env, template).render({**self._data, **more}).strip()
        except _FAULTS as fault:
            raise self._refusal(template, fault) from fault

    def words(self, template: str, **more: Any) -> str:
        """As :meth:`text`, of a string that a document cannot do without."""
        if text := self.text(template, **more):
            return text
        raise self._refusal(template, None)

    def value(self, expression: str, **more: Any) -> Any:
        """The value of an expression: a list to repeat over, or a condition. Raises as :meth:`text` does."""
        try:
            template = TemplateExpression(compiled(self._env, expression, is_expression=True), undefined_to_none=False)
            value = template(**{**self._data, **more})
            if isinstance(value, Undefined):
                bool(value)  # raises, and says what is missing
        except _FAULTS as fault:
            raise self._refusal(expression, fault) from fault
        return value

    def _refusal(self, template: str, fault: Exception | None) -> TemplateFaultError:
        missing = str(fault)[:200] if fault else ""
        return TemplateFaultError(
            "文书“{kind}”缺少内容“{missing}”，不能制发。", kind=self._kind, missing=missing or template[:200]
        )

    def blocks(self, templates: tuple[BlockTemplate, ...]) -> Iterator[Block]:
        """The blocks that are to be drawn."""
        for template in templates:
            if template.when is not None and not self.value(template.when):
                continue
            items = self.value(template.each) if template.each is not None else [None]
            for number, row in enumerate(items, 1):
                yield from self._block(template, {"row": row, "number": number})

    def _block(self, template: BlockTemplate, more: Mapping[str, Any]) -> Iterator[Block]:
        if template.heading is not None:
            yield Heading(text=self.words(template.heading, **more))
        if template.paragraph is not None:
            lead, text = self.text(template.lead, **more), self.words(template.paragraph, **more)
            yield Paragraph(lead=lead, text=text, indent=template.indent)
        if template.table is not None:
            yield self.table(template.table)

    def table(self, template: TableTemplate) -> Table:
        """A table with its rows."""
        if template.each is None:
            rows = [tuple(self.text(cell) for cell in row) for row in template.rows]
        else:
            items = enumerate(self.value(template.each), 1)
            rows = [tuple(self.text(cell, row=row, number=n) for cell in template.row) for n, row in items]
        return Table(columns=template.columns, rows=tuple(rows))


def fill(
    kind: str, template: RecordTemplate, filler: Filler, *, bureau: str, number: str, signed_on: date, code: str
) -> RecordContent:
    """The complete document. Raises as :class:`Filler` does."""
    return RecordContent.model_validate(
        {
            "kind": kind,
            "name": template.name,
            "layout": template.layout,
            "public": template.public,
            "internal": template.internal,
            "issuer": bureau,
            "number": number,
            "title": tuple(filler.words(piece) for piece in template.title),
            "recipient": filler.words(template.to) if template.to else None,
            "about": filler.words(template.about) if template.about else None,
            "blocks": tuple(filler.blocks(template.blocks)),
            "attachments": tuple(Attachment(title=filler.words(t)) for t in template.attachments),
            "signed_on": signed_on,
            "sealed": template.sealed,
            "signatories": tuple(Signatory(role=s.role, name=filler.words(s.name)) for s in template.signatories),
            "note": template.note,
            "receipt": filler.table(template.receipt) if template.receipt else None,
            "cc": filler.words(template.cc) if template.cc else None,
            "printer": f"{bureau}办公室" if template.imprint else None,
            "printed_on": signed_on if template.imprint else None,
            "verify_code": code,
        }
    )
