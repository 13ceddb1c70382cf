"""Issuing: the words of each kind, the number, the frozen content, and refusals that write nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event, func, select

from tests.records.conftest import Issuing
from tests.records.samples import golden, plain_text
from workflow_app.act import Act, system_actor
from workflow_app.audit.models import AuditEvent
from workflow_app.errors import InvalidError
from workflow_app.jobs.models import Job
from workflow_app.records import OPERATIONS
from workflow_app.records.codes import ALPHABET, LENGTH
from workflow_app.records.document import RecordContent
from workflow_app.records.models import IssuedRecord, NumberSeries
from workflow_app.records.numbering import set_next
from workflow_app.records.press import current_press
from workflow_app.records.template import TemplateFaultError

issue = OPERATIONS["records.issue"]

KINDS: dict[str, dict[str, str]] = {
    "supplement_notice": {
        "on": "2026-04-10",
        "element": "supplement_notify",
        "to": "lead_school",
        "items_of": "accept_review",
        "period": "supplement_days",
    },
    "acceptance_notice": {"on": "2026-04-15", "element": "acceptance_notice"},
    "assessment_notice": {"on": "2026-04-22", "element": "assessment_notice"},
    "assessment_report": {"on": "2026-04-24", "element": "assessment_report"},
    "public_notice": {"on": "2026-04-27", "element": "notice_publish", "period": "public_notice_days"},
    "approval": {"on": "2026-05-13", "element": "approval_number"},
    "refusal": {"on": "2026-05-13", "element": "refusal_number"},
    "charter_receipt": {"on": "2026-06-08", "element": "charter_receipt"},
}


def issued(act: Act) -> RecordContent:
    """The frozen content of the only record."""
    return RecordContent.model_validate(act.session.scalars(select(IssuedRecord)).one().content)


@pytest.mark.parametrize("kind", KINDS)
def test_the_words_of_each_kind(act: Act, issuing: Issuing, kind: str) -> None:
    """After a wanted change of words: ``GOLDEN=write pytest tests/records/test_issue.py``, then read the diff."""
    issue(issuing(kind, **KINDS[kind]))
    said = plain_text(issued(act))
    assert said == golden(kind, said)


def test_an_approval_is_numbered_frozen_recorded_and_sent_to_the_press(act: Act, issuing: Issuing) -> None:
    set_next(replace(act, actor=system_actor(act.bureau_id)), "青教体复", 2026, 12, "此前已以纸质方式编发11号")
    result = issue(issuing("approval"))
    record = act.session.scalars(select(IssuedRecord)).one()
    assert result.facts == {"record_id": record.id, "number": "青教体复〔2026〕12号", "issued_on": "2026-05-13"}
    assert (record.number_text, record.seq, record.year, record.kind) == ("青教体复〔2026〕12号", 12, 2026, "approval")
    assert record.title == "青禾县教育体育局关于同意组建青禾县实验小学教育集团的批复"
    assert record.content_hash == issued(act).hash()
    assert record.layout_version == current_press().layout_version
    assert record.public
    act.session.flush()
    events = act.session.scalars(select(AuditEvent).where(AuditEvent.kind == "record_issued")).all()
    assert [(e.subject, e.content_hash) for e in events] == [(f"record:{record.id}", record.content_hash)]
    (job,) = act.session.scalars(select(Job)).all()
    assert (job.kind, job.args["record_id"]) == ("render_record", record.id)


def test_codes_are_long_random_and_easy_to_read(act: Act, issuing: Issuing) -> None:
    for _ in range(5):
        issue(issuing("acceptance_notice"))
    codes = act.session.scalars(select(IssuedRecord.verify_code)).all()
    assert len(set(codes)) == 5
    assert all(len(code) == LENGTH and set(code) <= set(ALPHABET) for code in codes)
    assert len(ALPHABET) ** LENGTH > 2**60
    assert not set("0O1ILU") & set(ALPHABET)


@pytest.mark.parametrize(
    ("kind", "changes", "message"),
    [
        ("approval", {"committee": {}}, "文书“批复”缺少内容“committee.held_on”，不能制发。"),
        ("refusal", {"committee": {"held_on": "2026-05-11"}}, "“committee.reasons_for_refusal”"),
        ("refusal", {"committee": {"held_on": "2026-05-11", "reasons_for_refusal": None}}, "reasons_for_refusal"),
        ("public_notice", {"notice_post": {}}, "“notice_post.contact”"),
    ],
)
def test_missing_data_is_named_and_nothing_is_written(
    act: Act, issuing: Issuing, kind: str, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(TemplateFaultError) as refusal:
        issue(issuing(kind, changes=changes, **KINDS[kind]))
    assert message in str(refusal.value)
    _nothing_written(act)


def test_a_character_without_a_glyph_is_named_with_its_place_and_nothing_is_written(act: Act, issuing: Issuing) -> None:
    changes = {"approval_draft": {"remarks": "请李𪚥同志负责。"}}
    with pytest.raises(InvalidError) as refusal:
        issue(issuing("approval", changes=changes))
    (problem,) = refusal.value.problems
    assert "“𪚥”" in str(problem.message)
    assert "正文第10段" in str(problem.message)
    _nothing_written(act)


def test_further_requirements_of_the_drafter_stand_in_the_text(act: Act, issuing: Issuing) -> None:
    issue(issuing("approval", changes={"approval_draft": {"remarks": "请于9月底前报送首份工作计划。"}}))
    assert "请于9月底前报送首份工作计划。\n此复。" in plain_text(issued(act))


def test_a_corrected_notice_says_what_was_corrected(act: Act, issuing: Issuing) -> None:
    changes = {"notice_correct": {"correction": "石桥村小学教职工人数更正为11人。"}}
    issue(issuing("public_notice", changes=changes, **KINDS["public_notice"]))
    assert "更正说明：石桥村小学教职工人数更正为11人。" in plain_text(issued(act))


@pytest.mark.parametrize(
    ("score", "conclusion"),
    [("80.0", "达到80分，建议同意组建"), ("79.9", "建议修改完善后再议"), ("59.9", "不足60分，建议不予组建")],
)
def test_the_report_concludes_by_the_bands_of_policy(act: Act, issuing: Issuing, score: str, conclusion: str) -> None:
    context = issuing("assessment_report", **KINDS["assessment_report"])
    context.case.facts["assessment"]["score"] = score  # type: ignore[index]
    issue(context)
    assert conclusion in plain_text(issued(act))


def test_issuing_takes_few_statements(act: Act, issuing: Issuing) -> None:
    context = issuing("approval")
    issue(context)  # policy, calendar and the case's chain are at hand in the act of a real case
    act.session.flush()
    statements: list[str] = []
    engine = act.session.get_bind()
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    issue(context)
    act.session.flush()
    assert len(statements) <= 9, "\n".join(s.replace("\n", " ")[:90] for s in statements)


def _nothing_written(act: Act) -> None:
    act.session.flush()
    for table in (IssuedRecord, NumberSeries, Job):
        assert act.session.scalar(select(func.count()).select_from(table)) == 0
