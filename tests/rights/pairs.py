"""A pairing in the register, for the requests that are about one."""

from __future__ import annotations

from datetime import date, datetime

from workflow_app.demo.player import Player
from workflow_app.registers.pairing_models import Pairing


def pairing(player: Player, bureau_id: int, recipient_id: int, helper_id: int) -> int:
    """A pairing of two organisations; its id."""
    now: datetime = player.now
    with player.database.writing() as session:
        row = Pairing(
            bureau_id=bureau_id,
            kind="school_pair",
            recipient_id=recipient_id,
            helper_id=helper_id,
            starts_on=date(2026, 3, 1),
            ends_on=date(2028, 2, 29),
            goals="提高教学质量。",
            people=1,
            case_id=1,
            recorded_at=now,
        )
        session.add(row)
        session.flush()
        return row.id
