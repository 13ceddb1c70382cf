"""Attributes of schools from a date on, with their source: “薄弱/优质”等标记来自年度名单 (processes.md C, 学校)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow_app.act import Act
from workflow_app.audit import append
from workflow_app.directory.kinds import CODES, COUNTS, DATES, SCHOOL_ATTRIBUTES
from workflow_app.directory.models import OrganisationAttribute
from workflow_app.directory.organisations import CHAIN, organisation
from workflow_app.directory.rights import require
from workflow_app.errors import InvalidError, Problem
from workflow_app.text import Text


@dataclass(frozen=True)
class Attribute:
    """A value as it stood on a day: since when, and by which list or decision."""

    value: str
    since: date
    source: str


def record_attribute(
    act: Act, organisation_id: int, key: str, value: str, since: date, source: str
) -> OrganisationAttribute:
    """Record a value from a date on. Nothing is overwritten: a correction is a later record of the same date.

    An empty value of an attribute without a code list says that there is none from that date on.

    Raises:
        ForbiddenError: the actor may not record attributes.
        NotFoundError: this bureau has no such organisation.
        InvalidError: unknown attribute, a value outside its code list, or no source.
    """
    require(act.actor, "record_attributes")
    row = organisation(act.session, act.bureau_id, organisation_id)
    value, source = value.strip(), source.strip()
    if problems := _problems(key, value, source):
        raise InvalidError(problems=problems)
    entry = OrganisationAttribute(
        bureau_id=act.bureau_id,
        organisation_id=row.id,
        key=key,
        value=value,
        since=since,
        source=source,
        recorded_at=act.now,
    )
    act.session.add(entry)
    act.session.flush()
    body = {"key": key, "value": value, "since": since, "source": source}
    append(act, CHAIN, "attribute_recorded", f"organisation:{row.id}", body)
    return entry


def attributes_at(
    session: Session, bureau_id: int, organisation_ids: Iterable[int], day: date
) -> dict[int, dict[str, Attribute]]:
    """The attributes of several organisations as they stood on a day, in one statement.

    Of each attribute the newest ``since`` up to the day counts, and of several with that date the last recorded.
    Every organisation that was asked for is a key of the answer.
    """
    answer: dict[int, dict[str, Attribute]] = {ident: {} for ident in organisation_ids}
    if not answer:
        return answer
    entry = OrganisationAttribute
    rank = func.row_number().over(
        partition_by=(entry.organisation_id, entry.key),
        order_by=(entry.since.desc(), entry.recorded_at.desc(), entry.id.desc()),
    )
    ranked = (
        select(entry.organisation_id, entry.key, entry.value, entry.since, entry.source, rank.label("rank"))
        .where(entry.bureau_id == bureau_id, entry.organisation_id.in_(answer), entry.since <= day)
        .subquery()
    )
    for row in session.execute(select(ranked).where(ranked.c.rank == 1)):
        if row.value:
            answer[row.organisation_id][row.key] = Attribute(row.value, row.since, row.source)
    return answer


def _problems(key: str, value: str, source: str) -> list[Problem]:
    problems = []
    if key not in SCHOOL_ATTRIBUTES:
        problems.append(Problem("key", Text("没有“{key}”这项学校信息。", key=key)))
    elif not _is_possible(key, value):
        label = SCHOOL_ATTRIBUTES[key][0]
        problems.append(Problem("value", Text("“{value}”不是{label}的有效值。", value=value, label=label)))
    if not 0 < len(source) <= 200:
        problems.append(Problem("source", Text("请填写来源（名单、文件或决定），不超过{count}个字。", count=200)))
    return problems


def _is_possible(key: str, value: str) -> bool:
    if key in CODES:
        return value in CODES[key]
    if key in COUNTS:
        return value.isascii() and value.isdigit() and len(value) <= 9
    if key in DATES and value:
        try:
            return date.fromisoformat(value).isoformat() == value
        except ValueError:
            return False
    return len(value) <= 200
