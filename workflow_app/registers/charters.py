"""Charters of groups (章程), clause by clause: the text of a case, the versions that are filed, filing a new one.

003·A2二(二)2: the members are consulted, the council votes, the bureau approves and files. What is filed is what was
voted on: both are named by the hash of their clauses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.database import remembered
from workflow_app.definitions.case_view import Answered, CaseView, CheckContext, OperationContext, OperationResult
from workflow_app.definitions.clauses import Clause, as_answer, clauses_in, text_hash
from workflow_app.definitions.comparison import Comparison, compare
from workflow_app.registers.entries import add_entries, not_entered, record_in
from workflow_app.registers.filings import LedGroup, led_group
from workflow_app.registers.models import CharterEntry, EducationGroup
from workflow_app.text import Text, day_text

DRAFT, CONSULT, RESPOND, VOTE = "draft", "consult", "respond", "vote"
"""Steps of the process: the text, what the members say, what is answered to them, the vote of the council."""

SETTLE = "settle_text"
"""The operation that names the text by its hash before it goes further."""

CHAPTERS: Mapping[str, Text] = {
    "purpose": Text("办学宗旨"),
    "philosophy": Text("办学理念"),
    "organisation": Text("组织架构和运行机制"),
    "management": Text("师生管理"),
    "research": Text("教科研"),
    "safety": Text("安全"),
    "ideology": Text("意识形态"),
    "rights": Text("成员校权利义务"),
    "powers": Text("权责界限"),
}
"""The parts of a charter by their code (003·A2二(二)2); which of them a charter needs is policy."""


@dataclass(frozen=True)
class Opinion:
    """What a member school says of one clause of the draft."""

    school: int
    clause: int  # its number in the draft, from 1
    remark: str
    wanted: str | None

    @property
    def key(self) -> tuple[int, int, str]:
        """By what an answer is known to be the answer to this opinion."""
        return self.school, self.clause, self.remark


def charters_of(session: Session, bureau_id: int, group_id: int) -> Sequence[CharterEntry]:
    """The filed versions of a group's charter, the newest first."""
    query = select(CharterEntry).where(CharterEntry.bureau_id == bureau_id, CharterEntry.group_id == group_id)
    return session.scalars(query.order_by(CharterEntry.version.desc())).all()


def text_of(case: CaseView) -> tuple[Clause, ...]:
    """The text of the case as it was last handed in."""
    return clauses_in(case.answers(DRAFT).get("clauses"))


def text_here(context: CheckContext) -> tuple[Clause, ...]:
    """The text that a step is about: what is being typed, else what was handed in last."""
    typed = context.answers.get("clauses")
    return clauses_in(typed) if typed is not None else text_of(context.case)


def replies(case: CaseView) -> dict[int, Answered]:
    """What each member school has answered last."""
    return {answered.organisation_id: answered for answered in case.all_answers(CONSULT)}


def opinions(case: CaseView) -> list[Opinion]:
    """Every opinion that the members have on the text, school by school; a further round replaces the earlier one."""
    return [
        Opinion(school, row["clause"], row["remark"], row.get("wanted"))
        for school, answered in replies(case).items()
        for row in answered.answers.get("opinions") or []
    ]


def charter_group(context: CheckContext | OperationContext) -> LedGroup | None:
    """The group whose charter the case is about: the one that the applicant leads; read once in a transaction."""
    known, key = remembered(context.act.session), (charter_group, context.case.applicant_id, context.act.today)
    if key not in known:
        known[key] = led_group(context.act.session, context.case, context.act.today)
    found: LedGroup | None = known[key]
    return found


def newest_filed(context: CheckContext | OperationContext) -> CharterEntry | None:
    """The version of the charter that was filed last, read once in a transaction; None if there is none."""
    group = charter_group(context)
    if group is None:
        return None
    known, key = remembered(context.act.session), (newest_filed, group.id)
    if key not in known:
        known[key] = next(iter(charters_of(context.act.session, context.act.bureau_id, group.id)), None)
    found: CharterEntry | None = known[key]
    return found


def against_filed(context: CheckContext) -> Comparison:
    """groups.charter_changes: the text of the case against the version that was filed last."""
    return compared(newest_filed(context), text_here(context))


def compared(before: CharterEntry | None, text: Sequence[Clause]) -> Comparison:
    """A text against a filed version. A version that is a file has no clauses: then everything counts as added."""
    if before is None:
        return compare((), text, Text("尚无已备案的章程，全部条文均为新增。"), CHAPTERS)
    if before.clauses is None:
        message = Text(
            "第{version}版以文件备案，没有逐条文本，不能逐条对照，全部条文列为新增。", version=before.version
        )
        return compare((), text, message, CHAPTERS)
    message = Text("与第{version}版（{day}备案）对照。", version=before.version, day=day_text(before.filed_on))
    return compare(clauses_in(before.clauses), text, message, CHAPTERS)


def hash_figure(context: CheckContext) -> Text:
    """groups.charter_hash: the hash by which the text of the case is named, in groups of eight."""
    text = text_here(context)
    return Text("{code}", code=in_groups(text_hash(text))) if text else Text("—")


def in_force_figure(context: CheckContext) -> Text:
    """groups.charter_in_force: from when the text is in force if it is approved today."""
    return day_text(_in_force_from(context.case, context.act.today))


def _in_force_from(case: CaseView, approved_on: date) -> date:
    """The day of the approval, or the later day that was asked for."""
    asked = case.answers(DRAFT).get("effective_on")
    return max(approved_on, date.fromisoformat(asked)) if asked else approved_on


def in_groups(code: str) -> str:
    """A hash as people compare it, and as a line can break it."""
    return " ".join(code[start : start + 8] for start in range(0, len(code), 8))


def filed_clauses(context: CheckContext) -> list[dict[str, str]]:
    """groups.filed_clauses: what a new text begins with, the clauses of the version filed last."""
    entry = newest_filed(context)
    return as_answer(clauses_in(entry.clauses)) if entry is not None else []


def opinions_to_answer(context: CheckContext) -> list[dict[str, Any]]:
    """groups.charter_opinions: a row for each opinion of a member, for the lead school to answer."""
    rows = [
        {"school": o.school, "clause": o.clause, "remark": o.remark, "wanted": o.wanted} for o in opinions(context.case)
    ]
    return [{key: value for key, value in row.items() if value is not None} for row in rows]


def settle_charter(context: OperationContext) -> OperationResult:
    """groups.settle_charter: name the text by its hash, and say where it goes next.

    ``next`` is ``consult`` while a member of today has not been heard, ``vote`` while the council has not adopted this
    very text over this very version, else ``check``: whatever changes after the vote goes back to the vote.
    """
    case, text = context.case, text_of(context.case)
    entry, before = newest_filed(context), case.facts.get(SETTLE) or {}
    code = text_hash(text)
    found = {"hash": code, "base": entry.version if entry else 0}
    adopted = (case.facts.get(VOTE) or {}).get("decision") == "adopted"
    voted = adopted and {key: before.get(key) for key in found} == found
    heard = not unheard(context)
    step = "check" if heard and voted else "vote" if heard else "consult"
    facts = {**found, "shown": in_groups(code), "clauses": len(text), "next": step}
    return OperationResult(facts, {"text_hash": code, "next": step})


def unheard(context: CheckContext | OperationContext) -> list[str]:
    """The names of today's member schools that have not answered."""
    group, heard = charter_group(context), replies(context.case).keys()
    schools = group.schools if group else ()
    return [s.name for s in schools if s.id != context.case.applicant_id and s.id not in heard]


def file_charter_text(context: OperationContext) -> OperationResult:
    """groups.file_charter_text: enter the approved text as the next version; ``issued_in`` says what issued the record.

    In force from the day of the approval, or from the later day that the text was to be in force from.

    Raises:
        ConflictError: the applicant leads no group any more, the text is not the one that the council adopted, or
            another version was filed meanwhile.
    """
    act, case, group = context.act, context.case, charter_group(context)
    if group is None:
        raise not_entered(Text("台账中没有由本校牵头的集团，不能登记。"))
    # A group is locked while something is entered for it, so that two cases of one group queue up.
    act.session.execute(select(EducationGroup.id).where(EducationGroup.id == group.id).with_for_update())
    # What was read before the lock may be out of date.
    filed = next(iter(charters_of(act.session, act.bureau_id, group.id)), None)
    text, settled = text_of(case), case.facts.get(SETTLE) or {}
    version = filed.version + 1 if filed else 1
    if text_hash(text) != settled.get("hash") or version != settled.get("base", -1) + 1:
        raise not_entered(Text("章程文本与集团理事会表决通过的文本不一致，不能备案；请退回重新表决。"))
    entry = CharterEntry(
        bureau_id=act.bureau_id,
        group_id=group.id,
        version=version,
        filed_on=act.today,
        effective_on=_in_force_from(case, act.today),
        clauses=as_answer(text),
        text_hash=settled["hash"],
        voted_on=date.fromisoformat(case.answers(VOTE)["held_on"]),
        case_id=case.case_id,
        record_id=record_in(context),
        recorded_at=act.now,
    )
    add_entries(act, entry)
    return OperationResult({"charter_id": entry.id, "version": version}, {"group": group.name, "version": version})
