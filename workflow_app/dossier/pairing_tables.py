"""The register of pairings as a table. A school reads the pairings in which it is a side itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from workflow_app.dossier.tables import Asked, Cell, Link, Row, Table, Tone
from workflow_app.registers.pairing_kinds import KINDS, MIDTERM_RESULTS
from workflow_app.registers.pairing_midterms import midterms_of
from workflow_app.registers.pairings import PairingLine, pairings_at, sides_seen
from workflow_app.text import Text
from workflow_app.typed import whole_number

MIDTERM_TONES: Mapping[str, Tone] = {"passed": "ok", "mending": "warn", "mended": "ok", "ended": "warn"}
"""The tone of the mark of a mid-term check."""


def pairings(session: Session, asked: Asked) -> Table:
    """pairings: the pairings that this person may see, the newest first, as they stand today."""
    head = (
        Text("受援方"),
        Text("支援方"),
        Text("类型"),
        Text("开始日期"),
        Text("结束日期"),
        Text("中期检查"),
        Text("状态"),
    )
    lines = _lines(session, asked)[: asked.limit]
    newest_first = midterms_of(session, asked.actor.bureau_id, [line.id for line in lines])
    checked = {entry.pairing_id: entry.result for entry in reversed(newest_first)}
    rows = [_pairing(line, checked.get(line.id), asked.today) for line in lines]
    return Table("pairings", Text("结对帮扶台账"), head, rows, as_of=asked.today)


def further_pairings(session: Session, asked: Asked) -> int | None:
    """The id after which the next page of :func:`pairings` begins; None if there is none."""
    lines, limit = _lines(session, asked), asked.limit
    return lines[limit - 1].id if limit is not None and len(lines) > limit else None


def state_of(line: PairingLine, day: date) -> tuple[Text, Tone]:
    """How a pairing stands on a day, and the tone of its mark."""
    if line.starts_on > day:
        return Text("未开始"), ""
    if line.runs_on(day):
        return Text("帮扶中"), "run"
    return (Text("已终止"), "warn") if line.ended else (Text("已期满"), "")


def _lines(session: Session, asked: Asked) -> list[PairingLine]:
    """The wanted lines, and one more, which says that there is a further page."""
    return pairings_at(
        session,
        asked.actor.bureau_id,
        only=sides_seen(asked.actor),
        after=whole_number(asked.args.get("after")),
        limit=None if asked.limit is None else asked.limit + 1,
    )


def _pairing(line: PairingLine, checked: str | None, day: date) -> Row:
    words, tone = state_of(line, day)
    return (
        Cell(line.recipient, Link("pairings.pairing", {"pairing_id": line.id})),
        line.helper,
        KINDS[line.kind].name,
        line.starts_on,
        line.ends_on,
        Cell(MIDTERM_RESULTS[checked], tone=MIDTERM_TONES[checked]) if checked else None,
        Cell(words, tone=tone),
    )
