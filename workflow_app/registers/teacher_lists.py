"""The registers of teachers as pages show them: agreements of mentoring, services of support teachers, newest first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from workflow_app.directory.models import Organisation
from workflow_app.registers.teacher_models import (
    MentoringAgreement,
    MentoringApprentice,
    MentoringLog,
    MentoringOutcome,
    SupportResult,
    SupportService,
)


@dataclass(frozen=True)
class ApprenticeLine:
    """An apprentice of an agreement, with the result as of the day asked for; None while the agreement runs."""

    name: str
    teacher_no: str
    role: str
    result: str | None


@dataclass(frozen=True)
class AgreementLine:
    """One agreement as of a day: mentor, school, apprentices, and what was done so far."""

    row: MentoringAgreement
    mentor_school: str
    school: str
    apprentices: tuple[ApprenticeLine, ...]
    heard: int
    shown: int
    guided: int

    @property
    def state(self) -> str:
        """running, ended_early, or reviewed."""
        results = {person.result for person in self.apprentices}
        if None in results:
            return "running"
        return "ended_early" if results == {"ended_early"} else "reviewed"


@dataclass(frozen=True)
class ServiceLine:
    """One service as of a day; without a result it still goes on."""

    row: SupportService
    home: str
    host: str
    result: SupportResult | None


def agreements(
    session: Session,
    bureau_id: int,
    day: date,
    *,
    within: Collection[int] | None,
    before: int | None,
    limit: int | None,
) -> list[AgreementLine]:
    """The agreements approved by a day, at most ``limit`` of them, with three statements.

    ``within`` leaves those in which one of these schools takes part; ``before`` is the id after which the list begins.
    """
    mentor_school, school = aliased(Organisation), aliased(Organisation)
    learns = exists().where(
        MentoringApprentice.agreement_id == MentoringAgreement.id, MentoringApprentice.school_id.in_(within or ())
    )
    taking_part = or_(
        MentoringAgreement.school_id.in_(within or ()), MentoringAgreement.mentor_school_id.in_(within or ()), learns
    )
    rows = session.execute(
        select(MentoringAgreement, mentor_school.name, school.name)
        .join(mentor_school, mentor_school.id == MentoringAgreement.mentor_school_id)
        .join(school, school.id == MentoringAgreement.school_id)
        .where(
            MentoringAgreement.bureau_id == bureau_id,
            MentoringAgreement.approved_on <= day,
            true() if within is None else taking_part,
            _earlier(MentoringAgreement.id, before),
        )
        .order_by(MentoringAgreement.id.desc())
        .limit(limit)
    ).all()
    ids = [agreement.id for agreement, _, _ in rows]
    people, done = _people(session, bureau_id, ids, day), _done(session, bureau_id, ids, day)
    return [
        AgreementLine(
            agreement, of_mentor, name, tuple(people.get(agreement.id, ())), *done.get(agreement.id, (0, 0, 0))
        )
        for agreement, of_mentor, name in rows
    ]


def services(
    session: Session,
    bureau_id: int,
    day: date,
    *,
    within: Collection[int] | None,
    before: int | None,
    limit: int | None,
) -> list[ServiceLine]:
    """The services begun by a day, with one statement; the arguments as for :func:`agreements`."""
    home, host = aliased(Organisation), aliased(Organisation)
    taking_part = or_(SupportService.home_id.in_(within or ()), SupportService.host_id.in_(within or ()))
    rows = session.execute(
        select(SupportService, home.name, host.name, SupportResult)
        .join(home, home.id == SupportService.home_id)
        .join(host, host.id == SupportService.host_id)
        .outerjoin(SupportResult, and_(SupportResult.service_id == SupportService.id, SupportResult.ended_on <= day))
        .where(
            SupportService.bureau_id == bureau_id,
            SupportService.starts_on <= day,
            true() if within is None else taking_part,
            _earlier(SupportService.id, before),
        )
        .order_by(SupportService.id.desc())
        .limit(limit)
    ).all()
    return [ServiceLine(service, of_home, of_host, result) for service, of_home, of_host, result in rows]


def _earlier(column: InstrumentedAttribute[int], before: int | None) -> ColumnElement[bool]:
    return true() if before is None else column < before


def _people(session: Session, bureau_id: int, ids: Sequence[int], day: date) -> dict[int, list[ApprenticeLine]]:
    rows = session.execute(
        select(MentoringApprentice, MentoringOutcome.result)
        .outerjoin(
            MentoringOutcome,
            and_(MentoringOutcome.apprentice_id == MentoringApprentice.id, MentoringOutcome.ended_on <= day),
        )
        .where(MentoringApprentice.bureau_id == bureau_id, MentoringApprentice.agreement_id.in_(ids))
        .order_by(MentoringApprentice.id)
    )
    found: dict[int, list[ApprenticeLine]] = {}
    for person, result in rows:
        line = ApprenticeLine(person.name, person.teacher_no, person.role, result)
        found.setdefault(person.agreement_id, []).append(line)
    return found


def _done(session: Session, bureau_id: int, ids: Sequence[int], day: date) -> dict[int, tuple[int, int, int]]:
    """The sums of what was logged by a day."""
    rows = session.execute(
        select(
            MentoringLog.agreement_id,
            func.sum(MentoringLog.heard),
            func.sum(MentoringLog.shown),
            func.sum(MentoringLog.guided),
        )
        .where(MentoringLog.bureau_id == bureau_id, MentoringLog.agreement_id.in_(ids), MentoringLog.logged_on <= day)
        .group_by(MentoringLog.agreement_id)
    )
    return {agreement_id: (int(heard), int(shown), int(guided)) for agreement_id, heard, shown, guided in rows}
