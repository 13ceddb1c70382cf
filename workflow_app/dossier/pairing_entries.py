"""What is registered of one pairing, as tables: indicators, activities, checks, changes; and its photographs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from workflow_app.act import Actor
from workflow_app.cases.checks import period_text
from workflow_app.cases.evidence import evidence_of
from workflow_app.database import remembered
from workflow_app.definitions.answers import StoredName
from workflow_app.dossier.appraisal_tables import by_entry
from workflow_app.dossier.pairing_tables import MIDTERM_TONES
from workflow_app.dossier.tables import Amount, Asked, Cell, Link, Row, Table
from workflow_app.errors import NotFoundError
from workflow_app.registers.appraisal_models import AppraisalCorrection
from workflow_app.registers.corrected import PAIRINGS
from workflow_app.registers.decided import may_correct_decided
from workflow_app.registers.pairing_activities import STEPS, activities_of
from workflow_app.registers.pairing_appraisals import appraisals_of
from workflow_app.registers.pairing_kinds import (
    ACTIVITY_FORMS,
    CHANGES,
    GRADES,
    INDICATORS,
    MIDTERM_LINES,
    MIDTERM_RESULTS,
    NEXT_STEPS,
)
from workflow_app.registers.pairing_midterms import Reached, midterms_of, reached_of
from workflow_app.registers.pairing_models import PairingActivity, PairingAppraisal
from workflow_app.registers.pairings import PairingLine, changes_of, pairings_at, sides_seen, targets_of
from workflow_app.text import Text
from workflow_app.typed import whole_number


@dataclass(frozen=True)
class Album:
    """The photographs of one activity."""

    activity: PairingActivity
    photos: Sequence[StoredName]


def pairing_of(session: Session, asked: Asked) -> PairingLine:
    """The pairing that is asked about, as it stands today.

    Raises:
        NotFoundError: there is no such pairing, or this reader may not see it.
    """
    actor = asked.actor
    known, key = remembered(session), (PairingLine, actor, asked.about)
    if key not in known:
        lines = pairings_at(session, actor.bureau_id, only=sides_seen(actor), of=asked.about or 0)
        known[key] = next(iter(lines), None)
    found: PairingLine | None = known[key]
    if found is None:
        raise NotFoundError
    return found


def sees_scores(actor: Actor) -> bool:
    """Whether both sides' scores are shown: to those who work in the bureau alone, so that the helper never learns
    what the school that it helps has said of it.
    """
    return sides_seen(actor) is None


def indicators(session: Session, asked: Asked) -> Table:
    """pairing-indicators: where each target began, what was reached in each school year and by the mid-term check, and
    what it is to be.
    """
    pairing = pairing_of(session, asked)
    reached = reached_of(session, asked.actor.bureau_id, pairing.id)
    rows = [
        (INDICATORS[target.indicator].name, when, Decimal(value), Decimal(target.target), target.due_on)
        for target in targets_of(session, asked.actor.bureau_id, pairing.id)
        for when, value in (
            (Text("结对时"), target.base),
            *((_when(one), one.value) for one in reached if one.indicator_id == target.id),
        )
    ]
    head = (Text("指标"), Text("时间"), Text("数值"), Text("目标值"), Text("目标日期"))
    return _table("pairing-indicators", Text("目标指标"), head, rows, pairing, asked)


def activities(session: Session, asked: Asked) -> Table:
    """pairing-activities: what both sides have confirmed, the newest first."""
    pairing = pairing_of(session, asked)
    rows = [
        (
            activity.held_on,
            Cell(ACTIVITY_FORMS[activity.form], tone="run"),
            activity.content,
            activity.heads,
            Decimal(activity.hours),
            Amount(activity.photos, Text("{count}张", count=activity.photos)),
            activity.confirmed_on,
        )
        for activity in _activities(session, asked)[: asked.limit]
    ]
    head = (*(Text("日期"), Text("形式"), Text("内容"), Text("人次"), Text("课时"), Text("照片"), Text("双方确认")),)
    return _table("pairing-activities", Text("帮扶活动"), head, rows, pairing, asked)


def further_activities(session: Session, asked: Asked) -> int | None:
    """The id after which the next page of :func:`activities` begins; None if there is none."""
    found, limit = _activities(session, asked), asked.limit
    return found[limit - 1].id if limit is not None and len(found) > limit else None


def albums(session: Session, asked: Asked) -> list[Album]:
    """The photographs of the activities on a page, of those whose case this reader may see."""
    found = _activities(session, asked)[: asked.limit]
    files = evidence_of(session, asked.actor, [one.case_id for one in found], STEPS, "photos")
    shown = ((one, [file for file in files.get(one.case_id, ()) if file.is_picture]) for one in found)
    return [Album(activity, photos) for activity, photos in shown if photos]


def midterms(session: Session, asked: Asked) -> Table:
    """pairing-midterms: how the mid-term check stands, the newest entry first, with the score of every line."""
    pairing = pairing_of(session, asked)
    rows = [
        (
            entry.entered_on,
            Cell(MIDTERM_RESULTS[entry.result], tone=MIDTERM_TONES[entry.result]),
            Decimal(entry.total),
            *(Decimal(points) for points in entry.points.split(",")),
            entry.mend_by,
        )
        for entry in midterms_of(session, asked.actor.bureau_id, [pairing.id])
    ]
    head = (Text("登记日期"), Text("结果"), Text("总分"), *MIDTERM_LINES.values(), Text("整改期限"))
    return _table("pairing-midterms", Text("中期检查"), head, rows, pairing, asked)


def appraisals(session: Session, asked: Asked) -> Table:
    """pairing-appraisals: the yearly appraisals, the newest first; with both sides' scores for the bureau alone."""
    pairing, scored = pairing_of(session, asked), sees_scores(asked.actor)
    head = [Text("学年"), Text("等次"), Text("达到的指标"), Text("下一步")]
    if scored:
        head += [Text("受援方评分"), Text("支援方评分"), Text("综合得分")]
    head += [Text("状态"), Text("更正依据和理由")]
    entries = appraisals_of(session, asked.actor.bureau_id, pairing.id)
    corrected = by_entry(session, asked, PAIRINGS, [entry.id for entry in entries])
    rows = [row for entry in entries for row in _appraised(asked, entry, corrected.get(entry.id, ()), scored)]
    return _table("pairing-appraisals", Text("年度考核"), head, rows, pairing, asked)


def changes(session: Session, asked: Asked) -> Table:
    """pairing-changes: how the pairing was renewed, changed or ended, in the order of the entries."""
    pairing = pairing_of(session, asked)
    rows = [
        (
            change.effective_on,
            Cell(CHANGES[change.change], tone="warn" if change.change == "ended" else "run"),
            change.ends_on,
            change.terms,
        )
        for change in changes_of(session, asked.actor.bureau_id, [pairing.id])
    ]
    head = (Text("登记日期"), Text("变动"), Text("截止日期"), Text("内容"))
    return _table("pairing-changes", Text("续签、调整和终止"), head, rows, pairing, asked)


def _table(
    name: str, title: Text, head: Sequence[Text], rows: Sequence[Row], pairing: PairingLine, asked: Asked
) -> Table:
    return Table(name, title, head, rows, pairing.id, f"{pairing.recipient}-{pairing.helper}", as_of=asked.today)


def _when(reached: Reached) -> Text:
    return Text("中期检查") if reached.school_year is None else period_text(reached.school_year)


def _appraised(
    asked: Asked, entry: PairingAppraisal, later: Sequence[AppraisalCorrection], scored: bool
) -> Iterator[Row]:
    """An appraisal as it was decided, struck out where it was corrected, and its corrections below it."""
    met = Amount(entry.targets_met, Text("{met}/{targets}", met=entry.targets_met, targets=entry.targets))
    year, is_void = period_text(entry.school_year), bool(later)
    sides = (Decimal(entry.host_score), Decimal(entry.helper_score), Cell(Decimal(entry.total), is_void=is_void))
    state = _state(asked, entry, is_void=is_void)
    grade = _grade(entry.grade, is_void=is_void)
    yield (year, grade, met, NEXT_STEPS[entry.next_step], *(sides if scored else ()), state, None)
    for correction in later:
        is_void = correction is not later[-1]
        total = (None, None, Cell(Decimal(correction.total), is_void=is_void))
        state = _state(asked, entry, is_void=is_void, corrects=True)
        grade = _grade(correction.grade, is_void=is_void)
        # Why a score was corrected is for those who see scores.
        basis = _basis(correction) if scored else correction.document
        yield (year, grade, None, None, *(total if scored else ()), state, basis)


def _state(asked: Asked, entry: PairingAppraisal, *, is_void: bool, corrects: bool = False) -> Cell:
    """Whether a result stands; who may correct what stands is led there."""
    words = Text("已更正") if is_void else Text("更正") if corrects else Text("有效")
    link = (
        Link("appraisal_corrections.ask_pairing", {"entry_id": entry.id})
        if may_correct_decided(asked.actor) and not is_void
        else None
    )
    return Cell(words, link, tone="warn" if is_void else "run" if corrects else "ok")


def _basis(correction: AppraisalCorrection) -> Text:
    """By which document a correction goes, why, and who entered it."""
    return Text(
        "{document}：{reason}（{by}）",
        document=correction.document,
        reason=correction.reason,
        by=correction.recorded_by,
    )


def _grade(grade: str, *, is_void: bool) -> Cell:
    if is_void:
        return Cell(GRADES[grade], is_void=True)
    return Cell(GRADES[grade], tone="warn" if grade == "failed" else "run")


def _activities(session: Session, asked: Asked) -> Sequence[PairingActivity]:
    """The wanted activities, read once for a page, and one more, which says that there is a further page."""
    pairing, before = pairing_of(session, asked), whole_number(asked.args.get("before"))
    known, key = remembered(session), (PairingActivity, pairing.id, before, asked.limit)
    if key not in known:
        limit = None if asked.limit is None else asked.limit + 1
        known[key] = activities_of(session, asked.actor.bureau_id, pairing.id, before=before, limit=limit)
    found: Sequence[PairingActivity] = known[key]
    return found
