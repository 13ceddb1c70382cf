"""Documents and a case of the E1 kind for tests of the records room, and readers for the PDFs that come out."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ContentStream

from workflow_app.content import content_root
from workflow_app.definitions.case_view import Answered, CaseView
from workflow_app.records.document import Block, KindName, Paragraph, RecordContent, Table
from workflow_app.records.press import Press
from workflow_app.records.render import render
from workflow_app.records.seals import SampleSeals

PRESS = Press(base_url="https://qinghe.example.cn", seals=SampleSeals())
SENTENCE = "请按照章程规定健全校长负责制、教职工代表大会、家长委员会等制度，于每学年开学前报我局备案。"


def paragraphs(count: int) -> tuple[Block, ...]:
    """Body text of about two lines each."""
    return tuple(Paragraph(text=f"第{number}条，{SENTENCE}") for number in range(1, count + 1))


def document(**changes: Any) -> RecordContent:
    """A short approval; changes replace single parts."""
    parts: dict[str, Any] = {
        "kind": "approval",
        "name": KindName(zh="批复", en="Approval"),
        "layout": "red_head",
        "public": True,
        "issuer": "青禾县教育体育局",
        "number": "青教体复〔2026〕12号",
        "title": ("青禾县教育体育局", "关于同意组建", "青禾县实验小学教育集团", "的批复"),
        "recipient": "青禾县实验小学",
        "blocks": (Paragraph(text="你校的请示收悉，现批复如下："), Paragraph(text="此复。")),
        "signed_on": date(2026, 5, 13),
        "verify_code": "7Q2K9D4XYZABCDE",
    }
    return RecordContent(**{**parts, **changes})


@dataclass(frozen=True)
class Word:
    """A drawn piece of text with the place of its baseline, in points from the lower left corner."""

    x: float
    y: float
    text: str
    size: float


@dataclass(frozen=True)
class Printed:
    """A rendered document as a reader's program sees it."""

    data: bytes
    reader: PdfReader = field(repr=False)

    @property
    def texts(self) -> list[str]:
        """The text of each page, spaces left out, because they stand for gaps of the layout."""
        return ["".join(page.extract_text().split()) for page in self.reader.pages]

    def words(self, number: int) -> list[Word]:
        """The pieces of text of a page (from 1)."""
        found: list[Word] = []

        def visit(text: str, _cm: Any, tm: Sequence[float], _font: Any, size: float) -> None:
            if text.strip():
                found.append(Word(float(tm[4]), float(tm[5]), text.strip(), float(size)))

        self.reader.pages[number - 1].extract_text(visitor_text=visit)
        return found

    def operations(self, number: int) -> list[tuple[list[Any], bytes]]:
        """The drawing operations of a page (from 1)."""
        content = self.reader.pages[number - 1].get_contents()
        assert isinstance(content, ContentStream)
        return list(content.operations)


def printed(content: RecordContent, press: Press = PRESS) -> Printed:
    """Render and read back."""
    data = render(content, press).data
    return Printed(data, PdfReader(io.BytesIO(data)))


def plain_text(content: RecordContent) -> str:
    """A document as lines of text, for comparison with the golden texts."""
    lines = [content.issuer, content.full_title, content.number]
    lines += [f"{content.recipient}："] if content.recipient else []
    for block in content.blocks:
        if isinstance(block, Table):
            lines += [" | ".join(c.title for c in block.columns)] if block.has_header else []
            lines += [" | ".join(row) for row in block.rows]
        else:
            lines.append(f"{block.lead}{block.text}" if isinstance(block, Paragraph) else block.text)
    lines += [content.issuer, content.signed_on.isoformat()]
    lines += [text for text in (content.note, content.cc and f"抄送：{content.cc}", content.printer) if text]
    return "\n".join(lines) + "\n"


def golden(kind: str, said: str) -> str:
    """What a kind of document of worked case E1 says. With GOLDEN=write in the environment ``said`` is kept as that."""
    path = Path(__file__).parent / "golden" / f"{kind}.txt"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(said)
    return path.read_text()


@dataclass(frozen=True)
class Schools:
    """The ids of the organisations and people of the sample case."""

    lead: int
    members: tuple[int, ...]
    heads: tuple[int, ...]
    experts: tuple[int, ...]


def answers_of_e1(schools: Schools) -> dict[str, dict[str, Any]]:
    """The answers of worked case E1 that documents speak of, by element."""
    lead, (one, two) = schools.lead, schools.members
    figures = ((lead, 24, 1056, 58, 7), (one, 12, 480, 25, 3), (two, 6, 96, 11, 1))
    keys = ("school", "classes", "pupils", "teachers", "backbone")
    return {
        "apply": {
            "group_name": "青禾县实验小学教育集团",
            "group_type": "close_knit",
            "stage": "primary",
            "members": [{"school": one, "distance_km": "12.5"}, {"school": two, "distance_km": "18.0"}],
            "base_data": [dict(zip(keys, row, strict=True)) for row in figures],
            "chief_head": schools.heads[0],
            "exec_heads": list(schools.heads[1:]),
            "effective_on": "2026-09-01",
        },
        "accept_review": {
            "decision": "return",
            "items": [{"item": "石桥村小学教代会决议", "reason": "未附决议", "basis": "003·A2二(一)2"}],
        },
        "arrange_assessment": {
            "experts": list(schools.experts),
            "from": "2026-04-22",
            "to": "2026-04-24",
            "site_plan": "实地查看各成员校。",
        },
        "notice_post": {"contact": "基础教育科 0873-1234567"},
        "committee": {
            "held_on": "2026-05-11",
            "reasons_for_refusal": "师资统筹方案不具体，成员校教职工代表大会未通过加入集团的决议。",
        },
        "approval_draft": {},
        "refusal_draft": {},
        "file_charter": {
            "version": 1,
            "council_on": "2026-05-28",
            "consultation": [
                {"school": one, "reply": "同意", "adopted": True},
                {"school": two, "reply": "建议明确接送车辆经费", "adopted": False},
            ],
        },
    }


def case_view(bureau_id: int, schools: Schools, answers: Mapping[str, Mapping[str, Any]]) -> CaseView:
    """The sample case as operations see it."""

    def answered(element: str, given: Mapping[str, Any], day: int = 22) -> Answered:
        person = (schools.heads[0], "某人", schools.lead, "school_clerk")
        return Answered(element, given, given.get("decision"), *person, date(2026, 4, day))

    scores = [
        answered("assessment", {"score": score, "opinion": "方案可行，建议同意组建。"}, day)
        for day, score in ((22, "82"), (23, "85"), (24, "85"))
    ]
    everything = [*(answered(element, given) for element, given in answers.items()), *scores]
    return CaseView(
        case_id=1,
        bureau_id=bureau_id,
        number="P1-2026-0001",
        slug="group-formation",
        title="组建青禾县实验小学教育集团",
        applicant_id=schools.lead,
        filed_on=date(2026, 4, 8),
        accepted_on=date(2026, 4, 15),
        due_on=date(2026, 5, 15),
        clock=None,
        parties={"lead_school": (schools.lead,), "members": schools.members},
        facts={"assessment": {"score": "84.0"}},
        submissions=lambda: everything,
        period=None,
        record_template=template_text,
    )


def template_text(kind: str) -> str:
    """The shipped template of a kind: the process's own, else the shared one."""
    root = content_root() / "templates" / "records"
    own = root / "group-formation" / f"{kind}.yaml"
    return (own if own.is_file() else root / "shared" / f"{kind}.yaml").read_text()
