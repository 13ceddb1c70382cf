"""A pairing in the register, and entries that may be corrected, for the requests that are about one."""

from __future__ import annotations

from datetime import date, datetime

from workflow_app.demo.player import Player
from workflow_app.registers.appraisal_models import AppraisalEntry
from workflow_app.registers.appraisal_scores import DIMENSIONS
from workflow_app.registers.change_models import GroupChangeEntry
from workflow_app.registers.pairing_models import Pairing, PairingAppraisal


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


def corrigible(player: Player, bureau_id: int, group_id: int, school_id: int) -> dict[str, int]:
    """A type change and an appraisal of a group, and an appraisal of a pairing; their ids."""
    common = {"bureau_id": bureau_id, "case_id": 1, "recorded_at": player.now}
    decided = {"school_year": "2024-2025", "decided_on": date(2025, 7, 20), "total": "79.0", "grade": "qualified"}
    typed = {"change": "type_changed", "kind": "cooperative", "effective_on": date(2027, 9, 1)}
    points = {**dict.fromkeys(DIMENSIONS, "79"), "value_added": "0", "scorers": 3, "uses": ""}
    sides = {"host_score": "80", "helper_score": "80", "targets": 1, "targets_met": 1, "next_step": "renew"}
    pairing_id = pairing(player, bureau_id, school_id, school_id)
    change = GroupChangeEntry(group_id=group_id, reason="布局调整", recorded_by="李敏", **typed, **common)
    appraisal = AppraisalEntry(group_id=group_id, **decided, **points, **common)
    of_pairing = PairingAppraisal(pairing_id=pairing_id, **decided, **sides, **common)
    with player.database.writing() as session:
        session.add_all([change, appraisal, of_pairing])
        session.flush()
        return {"change": change.id, "appraisal": appraisal.id, "pairing_appraisal": of_pairing.id}
