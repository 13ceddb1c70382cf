"""Reading records: the list of a case and the public word on a document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.conftest import NOW
from tests.records.conftest import Issuing
from workflow_app.act import Act
from workflow_app.files.store import FileStore
from workflow_app.records import OPERATIONS, handlers
from workflow_app.records.codes import grouped, normal
from workflow_app.records.models import IssuedRecord
from workflow_app.records.queries import records_of_case, verify


@pytest.fixture
def record(act: Act, issuing: Issuing) -> IssuedRecord:
    """An issued approval."""
    OPERATIONS["records.issue"](issuing("approval"))
    return act.session.scalars(select(IssuedRecord)).one()


def test_the_records_of_a_case_show_whether_they_are_ready(act: Act, record: IssuedRecord, tmp_path: Path) -> None:
    (before,) = records_of_case(act.session, act.bureau_id, 1, with_internal=True)
    assert (before.number, before.kind.zh, before.pages) == ("青教体复〔2026〕1号", "批复", None)
    args = {"record_id": record.id, "chain": "case:P1-2026-0001"}
    handlers(FileStore(tmp_path))["render_record"](act.session, args, act.bureau_id, NOW)
    act.session.flush()
    (after,) = records_of_case(act.session, act.bureau_id, 1, with_internal=True)
    assert after.pages == 2
    assert records_of_case(act.session, act.bureau_id + 1, 1, with_internal=True) == []
    assert records_of_case(act.session, act.bureau_id, 2, with_internal=True) == []


def test_a_genuine_record_is_vouched_for(act: Act, record: IssuedRecord) -> None:
    found = verify(act.session, record.verify_code)
    assert found is not None
    assert (found.number, found.issuer, found.issued_on.isoformat()) == (
        "青教体复〔2026〕1号",
        "青禾县教育体育局",
        "2026-05-13",
    )
    assert found.title == "青禾县教育体育局关于同意组建青禾县实验小学教育集团的批复"
    assert found.unchanged


def test_the_title_of_a_paper_that_is_not_public_is_not_told(act: Act, issuing: Issuing) -> None:
    OPERATIONS["records.issue"](issuing("acceptance_notice"))
    code = act.session.scalars(select(IssuedRecord.verify_code)).one()
    found = verify(act.session, code)
    assert found is not None
    assert (found.title, found.unchanged) == (None, True)


def test_a_changed_record_is_not_vouched_for(act: Act, record: IssuedRecord) -> None:
    content: dict[str, Any] = {**record.content, "recipient": "柳溪镇中心小学"}
    for change in ({"content": content}, {"number_text": "青教体复〔2026〕9号"}):
        with act.session.begin_nested() as attempt:
            act.session.execute(update(IssuedRecord).values(**change))
            act.session.expire_all()
            found = verify(act.session, record.verify_code)
            assert found is not None
            assert not found.unchanged
            attempt.rollback()
            act.session.expire_all()
    assert (again := verify(act.session, record.verify_code)) is not None
    assert again.unchanged


def test_an_unknown_code_says_nothing(act: Act, record: IssuedRecord) -> None:
    assert verify(act.session, "2" * 15) is None
    assert verify(act.session, "") is None


def test_a_code_may_be_typed_as_it_is_printed(record: IssuedRecord) -> None:
    printed = grouped(record.verify_code)
    assert [len(part) for part in printed.split("-")] == [5, 5, 5]
    assert normal(f" {printed.lower()} ") == record.verify_code
