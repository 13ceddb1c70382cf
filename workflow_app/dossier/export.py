"""A register taken out of the product as a spreadsheet. The audit log keeps who took what, and the hash of the file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from workflow_app.act import Act
from workflow_app.audit import append
from workflow_app.clock import COUNTY_ZONE
from workflow_app.directory.models import Bureau
from workflow_app.dossier.registers import table
from workflow_app.dossier.tables import Asked, Table
from workflow_app.dossier.workbook import Origin, Words, title_of, write_workbook
from workflow_app.errors import InvalidError
from workflow_app.text import Text, day_text

MOST_ROWS = 20_000
"""Rows in one file. A person cannot read more, and the file is made in memory, within the request."""


@dataclass(frozen=True)
class Exported:
    """A spreadsheet: the name under which a browser keeps it, and its bytes."""

    name: str
    content: bytes


def export_table(
    act: Act,
    name: str,
    day: date,
    words: Words,
    *,
    about: int | None = None,
    args: Mapping[str, str] | None = None,
    most: int = MOST_ROWS,
) -> Exported:
    """The table as its page shows it to this person, all rows of it, as a workbook in the reader's language.

    ``about`` and ``args`` are those of :class:`Asked`. Nothing is stored but the event.

    Raises:
        NotFoundError: there is no such table for this person.
        ForbiddenError: the table is not for this person.
        InvalidError: it has too many rows for one file.
    """
    asked = Asked(act.actor, day, act.today, about, args or {}, limit=most + 1)
    found = table(act.session, name, asked)
    if len(found.rows) > most:
        raise InvalidError(
            "“{title}”超过{most}行，一次导不出来，请缩小查询范围后再导出。", title=found.title, most=most
        )
    day = found.as_of or day
    content = write_workbook(found, _origin(act, found, day), words)
    body = {
        "register": name,
        "about": about,
        "day": day.isoformat(),
        "rows": len(found.rows),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    append(act, "registers", "register_exported", f"register:{name}", body)
    return Exported(f"{title_of(found, words)} {day.isoformat()}.xlsx", content)


def _origin(act: Act, found: Table, day: date) -> Origin:
    bureau = act.session.get_one(Bureau, act.bureau_id)
    note = Text(
        "{bureau} · 截至{day} · 导出人：{person} · 导出时间：{now} · 共{count}行",
        bureau=bureau.name,
        day=day_text(day),
        person=act.actor.name,
        now=act.now.astimezone(COUNTY_ZONE).strftime("%Y-%m-%d %H:%M"),
        count=len(found.rows),
    )
    return Origin(note, act.actor.name, act.now)
