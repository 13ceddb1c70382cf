"""Positions (岗位): the codes that lanes and seats use, their names, and what each may see beyond its own cases.

One person may hold several; who applies never approves, who finds never checks alone (processes.md C, Roles).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from workflow_app.text import Text, bilingual

Sight = Literal["own", "seat", "bureau", "none"]
"""own: cases in which one's organisation takes part · seat: cases in which one has a seat oneself · bureau: every case
of the bureau · none: no case at all."""


@dataclass(frozen=True)
class Position:
    """A position: its name in both languages, whether it is inside the bureau, and which cases it sees."""

    code: str
    zh: str
    en: str
    internal: bool
    sight: Sight = "own"
    writes: bool = True  # may take steps; an auditor only reads

    @property
    def name(self) -> Text:
        """What the position is called, within a message."""
        return bilingual(self.zh, self.en)


_ALL = (
    Position("school_clerk", "学校经办", "School clerk", internal=False),
    Position("school_head", "校长", "Head teacher", internal=False),
    Position("section_officer", "科室经办", "Section officer", internal=True),
    Position("section_chief", "科长", "Section chief", internal=True),
    Position("office_clerk", "办公室文书", "Records clerk", internal=True),
    Position("committee_secretary", "局党组会秘书", "Committee secretary", internal=True),
    Position("legal_officer", "法制审核", "Legal officer", internal=True),
    Position("deputy_director", "分管副局长", "Deputy director", internal=True, sight="bureau"),
    Position("director", "局长", "Director", internal=True, sight="bureau"),
    Position("department_officer", "会签部门经办", "Partner department officer", internal=True),
    Position("expert", "评审专家", "Expert", internal=False, sight="seat"),
    Position("teacher", "教师", "Teacher", internal=False, sight="seat"),
    Position("inspector", "督学", "Inspector", internal=True),
    Position("auditor", "审计员", "Auditor", internal=True, sight="bureau", writes=False),
    Position("system_admin", "系统管理员", "System administrator", internal=True, sight="none"),
    Position("security_admin", "安全管理员", "Security administrator", internal=True, sight="none"),
    Position("audit_admin", "审计管理员", "Audit administrator", internal=True, sight="none", writes=False),
)

POSITIONS: Mapping[str, Position] = {p.code: p for p in _ALL}
"""Every position by its code."""


INVITED = "invited"
"""The place of an outside organisation that is asked for one answer by invitation. Nobody of the directory holds it, so
that it is no position."""


def place_name(organisation: str, position: str) -> Text:
    """基础教育科 科室经办: a position at an organisation as pages name it, in the reader's language."""
    if position == INVITED:
        return Text("{organisation}（受邀）", organisation=organisation)
    known = POSITIONS.get(position)
    if known is None:
        return Text("{organisation}", organisation=organisation)
    return Text("{organisation} {position}", organisation=organisation, position=known.name)


EXCLUSIVE = frozenset({"system_admin", "security_admin", "audit_admin"})
"""No person may hold two of these, nor one of these beside a position that acts on cases or sees them (G-26)."""
