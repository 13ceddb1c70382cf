"""The register of groups: E1's entries, members by date, corrections, charters, proof."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select, text

from tests.audit.test_append import statements
from tests.registers.conftest import County
from workflow_app.audit.verify import verify
from workflow_app.directory.models import Organisation
from workflow_app.errors import ConflictError, NotFoundError
from workflow_app.files.models import StoredFile
from workflow_app.registers.groups import charter_at, file_charter, groups_at, register_group
from workflow_app.registers.membership import members_at
from workflow_app.registers.models import CharterEntry, EducationGroup, MembershipEntry
from workflow_app.registers.proof import CONTENT_CHECKS

BEGINS = date(2026, 9, 1)


def _members(county: County, group_id: int, day: date) -> list[tuple[str, str]]:
    return [(m.school, m.role) for m in members_at(county.act.session, county.act.bureau_id, group_id, day)]


def _faults(county: County) -> list[str]:
    county.act.session.flush()
    return [str(f.message) for f in verify(county.act.session, county.act.bureau_id, CONTENT_CHECKS).faults]


def test_e1_enters_the_group_and_three_memberships_from_the_new_school_year(
    county: County, founded: Callable[[], int]
) -> None:
    group_id = founded()
    group = county.act.session.get_one(EducationGroup, group_id)
    assert (group.name, group.kind, group.stage) == ("青禾县实验小学教育集团", "close_knit", "primary")
    assert (group.approved_on, group.effective_on, group.case_id) == (date(2026, 5, 13), BEGINS, 7)
    assert county.facts["register_group"] == {"group_id": group_id, "effective_on": "2026-09-01", "members": 3}
    assert _members(county, group_id, date(2026, 8, 31)) == []
    assert _members(county, group_id, BEGINS) == [
        ("青禾县实验小学", "lead"),
        ("柳溪镇中心小学", "member"),
        ("石桥村小学", "member"),
    ]
    entries = county.act.session.scalars(select(MembershipEntry)).all()
    assert {(e.change, e.reason, e.case_id, e.recorded_by) for e in entries} == {("joined", "集团组建", 7, "测试员")}
    assert _faults(county) == []


def test_registering_is_thrifty(county: County, founded: Callable[[], int]) -> None:
    """The lock of the schools, policy, group, their other groups, memberships; three for the first event of the chain,
    two for its head and its four events.
    """
    session = county.act.session
    session.info.clear()  # Nothing is remembered from the preparation.
    with statements(session.get_bind().engine) as seen:
        founded()
        session.flush()
    assert len([s for s in seen if s in {"SELECT", "INSERT", "UPDATE"}]) == 10


def test_a_name_is_given_once(county: County, founded: Callable[[], int]) -> None:
    founded()
    with pytest.raises(ConflictError, match="青禾县实验小学教育集团"):
        register_group(county.operating("register_group"))


def test_the_record_may_come_from_another_element(county: County) -> None:
    county.answer("apply", county.application())
    county.facts["order_number"] = {"record_id": 41, "issued_on": "2026-09-02"}
    result = register_group(county.operating("register_group", record="order_number"))
    group = county.act.session.get_one(EducationGroup, result.facts["group_id"])
    assert (group.record_id, group.effective_on) == (41, date(2027, 9, 1))


def test_a_school_that_left_is_a_member_until_the_day_before(county: County, founded: Callable[[], int]) -> None:
    group_id = founded()
    stone, leaving = county.ids["石桥村小学"], date(2027, 9, 1)
    county.act.session.add(
        MembershipEntry(
            bureau_id=county.act.bureau_id,
            group_id=group_id,
            school_id=stone,
            change="left",
            role="member",
            effective_on=leaving,
            reason="退出",
            recorded_at=county.act.now,
            recorded_by="测试员",
        )
    )
    county.act.session.flush()
    assert ("石桥村小学", "member") in _members(county, group_id, date(2027, 8, 31))
    assert ("石桥村小学", "member") not in _members(county, group_id, leaving)


def test_the_register_lists_groups_with_their_members(county: County, founded: Callable[[], int]) -> None:
    group_id = founded()
    session, bureau_id = county.act.session, county.act.bureau_id
    with statements(session.get_bind().engine) as seen:
        (line,) = groups_at(session, bureau_id, date(2026, 5, 13))
    assert len(seen) == 3
    assert (line.id, line.lead_school, line.effective_on) == (group_id, "青禾县实验小学", BEGINS)
    assert [m.school for m in line.members] == ["青禾县实验小学", "柳溪镇中心小学", "石桥村小学"]
    assert groups_at(session, bureau_id, date(2026, 5, 12)) == []
    assert groups_at(session, bureau_id + 1, BEGINS) == []
    assert len(groups_at(session, bureau_id, BEGINS)[0].members) == 3


def test_charters_are_versions(county: County, founded: Callable[[], int]) -> None:
    group_id = founded()
    session, bureau_id = county.act.session, county.act.bureau_id
    stored = StoredFile(
        bureau_id=bureau_id,
        owner="case:7",
        name="章程.pdf",
        media_type="application/pdf",
        size=9,
        sha256="ab" * 32,
        uploaded_at=county.act.now,
    )
    session.add(stored)
    session.flush()
    county.on(date(2026, 6, 10))
    county.answer("file_charter", {"evidence": {"charter": [stored.id]}})
    county.facts["charter_receipt"] = {"record_id": 42}
    first = file_charter(county.operating("register_charter"))
    county.on(date(2026, 7, 1))
    second = file_charter(county.operating("register_charter"))
    assert (first.facts["version"], second.facts["version"]) == (1, 2)
    charter = charter_at(session, bureau_id, group_id, date(2026, 6, 30))
    assert charter is not None
    assert (charter.version, charter.file_hash, charter.record_id) == (1, "ab" * 32, 42)
    assert charter_at(session, bureau_id, group_id, date(2026, 6, 9)) is None
    assert _faults(county) == []


def test_a_charter_needs_its_group(county: County) -> None:
    with pytest.raises(NotFoundError):
        file_charter(county.operating("register_charter", group_id=999))
    assert county.act.session.scalars(select(CharterEntry)).all() == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE education_group SET name = '别名'", ["所记内容已被改动"]),
        ("UPDATE membership_entry SET effective_on = '2025-09-01' WHERE role = 'lead'", ["所记内容已被改动"]),
        ("DELETE FROM membership_entry WHERE role = 'lead'", ["所记内容已不存在"]),
    ],
)
def test_a_register_changed_by_hand_is_found(
    county: County, founded: Callable[[], int], statement: str, said: list[str]
) -> None:
    founded()
    county.act.session.flush()
    county.act.session.execute(text(statement))
    county.act.session.expire_all()
    assert _faults(county) == said


def test_an_entry_slipped_in_by_hand_is_found(county: County, founded: Callable[[], int]) -> None:
    group_id = founded()
    other = Organisation(
        bureau_id=county.act.bureau_id, kind="school", code="X", name="某校", short_name="某校", active_from=BEGINS
    )
    county.act.session.add(other)
    county.act.session.flush()
    county.act.session.add(
        MembershipEntry(
            bureau_id=county.act.bureau_id,
            group_id=group_id,
            school_id=other.id,
            change="joined",
            role="member",
            effective_on=BEGINS,
            reason="",
            recorded_at=county.act.now,
            recorded_by="",
        )
    )
    assert _faults(county) == ["没有审计记录的台账登记：编号4"]
