"""Record templates: YAML whose strings are sandboxed Jinja, filled from a case; what is missing fails loudly.

``templates/records/<slug>/<kind>.yaml`` holds the words of one kind of document. Its text belongs to the version of the
process, so a running case keeps the words that it started with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import yaml
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment
from pydantic import BaseModel, ConfigDict, ValidationError

from workflow_app.errors import WorkflowError
from workflow_app.records.document import (
    Attachment,
    Block,
    Column,
    Heading,
    KindName,
    Paragraph,
    RecordContent,
    Table,
)


class Strict(BaseModel):
    """Closed to unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class TableTemplate(Strict):
    """A table: its columns, and either fixed rows or one row for each item of ``each``."""

    columns: tuple[Column, ...]
    each: str | None = None  # an expression; ``row`` is the item, ``number`` counts from 1
    row: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


class BlockTemplate(Strict):
    """One block, drawn where ``when`` holds; a paragraph is repeated for each item of ``each``."""

    heading: str | None = None
    lead: str = ""
    paragraph: str | None = None
    indent: bool = True
    table: TableTemplate | None = None
    when: str | None = None
    each: str | None = None


class RecordTemplate(Strict):
    """One kind of document."""

    name: KindName
    word: str  # what follows the bureau's 代字: 复 gives 青教体复
    layout: str
    public: bool = False
    sealed: bool = True
    title: tuple[str, ...]
    to: str | None = None
    blocks: tuple[BlockTemplate, ...]
    attachments: tuple[str, ...] = ()
    note: str | None = None
    receipt: TableTemplate | None = None
    cc: str | None = None
    imprint: bool = False


class TemplateFaultError(WorkflowError):
    """A template cannot be filled: a fault of the content, or data that the case does not have."""

    status = 422


def chinese_date(value: date | str) -> str:
    """2026年5月13日: full year, no leading zeros (GB/T 9704-2012)."""
    day = date.fromisoformat(value) if isinstance(value, str) else value
    return f"{day.year}年{day.month}月{day.day}日"


def environment(filters: Mapping[str, Any]) -> SandboxedEnvironment:
    """The closed world of a template: no loader, no globals, the named filters only."""
    env = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    env.globals.clear()
    env.filters.clear()
    env.filters.update({"date": chinese_date, "join": "、".join, "length": len, **filters})
    return env


def read_template(kind: str, text: str) -> RecordTemplate:
    """Read one template.

    Raises:
        TemplateFaultError: it is no YAML or has unknown parts.
    """
    try:
        return RecordTemplate.model_validate(yaml.safe_load(text))
    except (yaml.YAMLError, ValidationError) as fault:
        raise TemplateFaultError("文书模板“{kind}”有误：{fault}", kind=kind, fault=str(fault)[:300]) from fault


class Filler:
    """Fills one template with the data of one case."""

    def __init__(self, kind: str, env: SandboxedEnvironment, data: Mapping[str, Any]) -> None:
        self._kind, self._env, self._data = kind, env, data

    def text(self, template: str, **more: Any) -> str:
        """One string filled.

        Raises:
            TemplateFaultError: something that it names is not known; the message says what.
        """
        try:
            return self._env.from_string(template).render({**self._data, **more}).strip()
        except (TemplateError, TemplateSyntaxError, TypeError, ValueError, KeyError) as fault:
            raise TemplateFaultError(
                "文书“{kind}”缺少内容，不能制发：{fault}", kind=self._kind, fault=str(fault)[:300]
            ) from fault

    def value(self, expression: str, **more: Any) -> Any:
        """The value of an expression: a list to repeat over, or a condition. Raises as :meth:`text` does."""
        try:
            return self._env.compile_expression(expression, undefined_to_none=False)(**{**self._data, **more})
        except (TemplateError, TypeError, ValueError, KeyError) as fault:
            raise TemplateFaultError(
                "文书“{kind}”缺少内容，不能制发：{fault}", kind=self._kind, fault=str(fault)[:300]
            ) from fault

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
            yield Heading(text=self.text(template.heading, **more))
        if template.paragraph is not None:
            lead, text = self.text(template.lead, **more), self.text(template.paragraph, **more)
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
    cc = filler.text(template.cc) if template.cc else ""
    return RecordContent.model_validate(
        {
            "kind": kind,
            "name": template.name,
            "layout": template.layout,
            "public": template.public,
            "issuer": bureau,
            "number": number,
            "title": tuple(filler.text(piece) for piece in template.title),
            "recipient": filler.text(template.to) if template.to else None,
            "blocks": tuple(filler.blocks(template.blocks)),
            "attachments": tuple(Attachment(title=filler.text(t)) for t in template.attachments),
            "signed_on": signed_on,
            "sealed": template.sealed,
            "note": template.note,
            "receipt": filler.table(template.receipt) if template.receipt else None,
            "cc": f"{cc}。" if cc else None,
            "printer": f"{bureau}办公室" if template.imprint else None,
            "printed_on": signed_on if template.imprint else None,
            "verify_code": code,
        }
    )
