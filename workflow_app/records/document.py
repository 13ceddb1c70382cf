"""The content of an official document: frozen JSON that holds everything that is drawn, and nothing about how.

The hash of this content is what the verification page vouches for.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from workflow_app.columns import canonical_json, digest
from workflow_app.text import Text


class Frozen(BaseModel):
    """Immutable, and closed to unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Heading(Frozen):
    """First level: 一、…… in 黑体, on a line of its own."""

    kind: Literal["heading"] = "heading"
    text: str


class Paragraph(Frozen):
    """A paragraph in 仿宋; ``lead`` opens it in 楷体 (second level: （一）……。)."""

    kind: Literal["paragraph"] = "paragraph"
    text: str
    lead: str = ""
    indent: bool = True


class Column(Frozen):
    """A column of a table: title, relative width, alignment; label columns are set in 黑体."""

    title: str = ""
    width: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)]
    align: Literal["left", "center"] = "left"
    label: bool = False


class Table(Frozen):
    """A table; the titles of its columns are repeated on every page, unless all are empty."""

    kind: Literal["table"] = "table"
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def has_header(self) -> bool:
        """Whether any column has a title."""
        return any(c.title for c in self.columns)


Block = Annotated[Heading | Paragraph | Table, Field(discriminator="kind")]


class Attachment(Frozen):
    """An attachment: its name in the list, and its blocks if it is drawn as an annex of the document."""

    title: str
    blocks: tuple[Block, ...] = ()


class Signatory(Frozen):
    """One of the parties that sign a document themselves: what the document calls it (甲方), and its name."""

    role: str
    name: str


class KindName(Frozen):
    """What the document is called, in both languages."""

    zh: str
    en: str


class RecordContent(Frozen):
    """One official document, complete."""

    kind: str  # approval
    name: KindName  # 批复
    layout: Literal["red_head", "plain"]
    public: bool
    internal: bool = False  # for the bureau alone
    issuer: str  # 青禾县教育体育局
    number: str  # 青教体复〔2026〕12号
    title: tuple[str, ...]  # in pieces of sense: a line may end after each
    recipient: str | None
    about: str | None = None  # not drawn: whom or what it is about, where several were issued at once
    blocks: tuple[Block, ...]
    attachments: tuple[Attachment, ...] = ()
    signed_on: date
    sealed: bool = True
    signatories: tuple[Signatory, ...] = ()  # an agreement is theirs: they sign it, the issuer only numbers it
    note: str | None = None  # （此件公开发布）
    receipt: Table | None = None  # 送达回执
    cc: str | None = None
    printer: str | None = None  # 青禾县教育体育局办公室
    printed_on: date | None = None
    verify_code: str

    @property
    def full_title(self) -> str:
        """The title in one line."""
        return "".join(self.title)

    def hash(self) -> str:
        """SHA-256 over the canonical spelling of the content."""
        return digest(canonical_json(self.model_dump(mode="json")))


def chinese_date(day: date) -> str:
    """2026年5月13日: full year, no leading zeros."""
    return f"{day.year}年{day.month}月{day.day}日"


def places(content: RecordContent) -> Iterator[tuple[Text, str]]:
    """Every text that is drawn, with the place in the document where a reader finds it."""
    yield Text("发文机关"), content.issuer
    yield Text("发文字号"), content.number
    yield Text("标题"), content.full_title
    yield Text("主送机关"), content.recipient or ""
    yield from _block_places(content.blocks, Text("正文"))
    for attachment in content.attachments:
        yield Text("附件说明"), attachment.title
        yield from _block_places(attachment.blocks, Text("附件“{title}”", title=attachment.title))
    for signatory in content.signatories:
        yield Text("签署方"), f"{signatory.role}{signatory.name}"
    yield Text("附注"), content.note or ""
    if content.receipt:
        yield from _block_places((content.receipt,), Text("送达回执"))
    yield Text("版记"), f"{content.cc or ''}{content.printer or ''}"


def _block_places(blocks: tuple[Block, ...], part: Text) -> Iterator[tuple[Text, str]]:
    for number, block in enumerate(blocks, start=1):
        if isinstance(block, Table):
            yield Text("{part}表头", part=part), "".join(c.title for c in block.columns)
            for row_number, row in enumerate(block.rows, start=1):
                yield Text("{part}表格第{row}行", part=part, row=row_number), "".join(row)
        else:
            lead = block.lead if isinstance(block, Paragraph) else ""
            yield Text("{part}第{number}段", part=part, number=number), lead + block.text
