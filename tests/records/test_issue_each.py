"""One act that issues a document for each line of a list: numbers without a gap, all or none, few statements."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event, func, select

from tests.records.conftest import Issuing
from workflow_app.act import Act
from workflow_app.audit.models import AuditEvent
from workflow_app.definitions.case_view import OperationContext
from workflow_app.definitions.record_text import RecordText, RecordUse
from workflow_app.errors import InvalidError, WorkflowError
from workflow_app.jobs.models import Job
from workflow_app.records import OPERATIONS
from workflow_app.records.check import template_faults
from workflow_app.records.models import IssuedRecord, NumberSeries
from workflow_app.records.queries import records_about
from workflow_app.records.template import TemplateFaultError

issue = OPERATIONS["records.issue"]

HEAD = "name: {zh: 证明, en: Proof}\nword: 证\nlayout: plain\ntitle: [证明]\n"
TEMPLATE = f"{HEAD}about: '{{{{ line.no }}}}'\nblocks:\n  - paragraph: '兹证明{{{{ line.name }}}}任教。'\n"
PEOPLE = [{"no": "T1", "name": "文静"}, {"no": "T2", "name": "陈默"}, {"no": "T3", "name": "梁镕"}]


def proving(issuing: Issuing, lines: Any) -> OperationContext:
    """The context of an operation that issues a proof for each line."""
    context = issuing("proof", element="proof", each="results.proofs")
    facts = {**context.case.facts, "results": {"proofs": lines}}
    case = replace(context.case, facts=facts, record_template=lambda _: TEMPLATE)
    return replace(context, case=case)


def test_each_line_has_a_record_with_a_number_an_event_and_a_job_of_its_own(act: Act, issuing: Issuing) -> None:
    issue(proving(issuing, PEOPLE[:1]))
    context = proving(issuing, PEOPLE[1:])
    result = issue(context)
    records = act.session.scalars(select(IssuedRecord).order_by(IssuedRecord.id)).all()
    assert [(r.seq, r.number_text, r.content["about"]) for r in records] == [
        (n, f"青教体证〔2026〕{n}号", f"T{n}") for n in (1, 2, 3)
    ]
    assert [r.content["blocks"][0]["text"] for r in records] == [f"兹证明{one['name']}任教。" for one in PEOPLE]
    assert result.facts == {
        "records": [{"record_id": r.id, "number": r.number_text} for r in records[1:]],
        "issued_on": "2026-05-13",
    }
    act.session.flush()
    subjects = {f"record:{r.id}" for r in records}
    assert set(act.session.scalars(select(AuditEvent.subject).where(AuditEvent.kind == "record_issued"))) == subjects
    assert {job.args["record_id"] for job in act.session.scalars(select(Job))} == {r.id for r in records}
    case_id, second = context.case.case_id, records[1]
    found = records_about(act.session, act.bureau_id, "proof", [case_id])
    assert found[case_id, "T2"] == (second.id, second.number_text)
    assert len(found) == 3
    assert records_about(act.session, act.bureau_id + 1, "proof", [case_id]) == {}


def test_an_empty_list_issues_nothing(act: Act, issuing: Issuing) -> None:
    assert issue(proving(issuing, [])).facts == {"records": [], "issued_on": "2026-05-13"}
    nothing_written(act)


@pytest.mark.parametrize(
    ("last", "error", "words"),
    [
        pytest.param({"no": "T3", "name": "李𪚥"}, InvalidError, "𪚥", id="no_glyph"),
        pytest.param({"no": "T3"}, TemplateFaultError, "name", id="no_name"),
    ],
)
def test_one_line_that_cannot_be_written_leaves_all_unwritten(
    act: Act, issuing: Issuing, last: dict[str, str], error: type[WorkflowError], words: str
) -> None:
    with pytest.raises(error) as refusal:
        issue(proving(issuing, [*PEOPLE[:2], last]))
    problems = refusal.value.problems if isinstance(refusal.value, InvalidError) else ()
    assert words in "".join([str(refusal.value), *(str(problem.message) for problem in problems)])
    nothing_written(act)


def test_a_list_that_no_operation_left_is_named(act: Act, issuing: Issuing) -> None:
    context = proving(issuing, PEOPLE)
    with pytest.raises(TemplateFaultError, match="缺少内容"):
        issue(replace(context, args={**context.args, "each": "results.people"}))
    nothing_written(act)


def test_many_documents_take_hardly_more_statements_than_one(act: Act, issuing: Issuing) -> None:
    issue(proving(issuing, PEOPLE))
    act.session.flush()
    statements: list[str] = []
    engine = act.session.get_bind()
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    issue(proving(issuing, [{"no": f"T{n}", "name": "文静"} for n in range(40)]))
    act.session.flush()
    others = [s for s in statements if not s.startswith("INSERT INTO issued_record")]
    assert len(others) <= 5, "\n".join(s.replace("\n", " ")[:90] for s in others)


def test_the_check_knows_the_line_only_where_there_is_one_and_asks_what_each_is_about() -> None:
    nothing: frozenset[str] = frozenset()

    def faults(text: str, args: dict[str, str]) -> list[str]:
        uses = (RecordUse("proof", args),)
        record = RecordText("templates/records/a/b.yaml", text, uses, "proof", {}, {}, nothing, nothing)
        return [str(fault.message) for fault in template_faults(record)]

    each = {"record": "b", "each": "results.proofs"}
    assert faults(TEMPLATE, each) == []
    assert faults(TEMPLATE, {"record": "b"}) == [
        f"模板用到“line.{name}”，本流程没有这一内容" for name in ("no", "name")
    ]
    (missing,) = faults(f"{HEAD}blocks:\n  - paragraph: '{{{{ line.name }}}}'\n", each)
    assert "about" in missing


def nothing_written(act: Act) -> None:
    """No number was taken, nothing frozen, no job wished for."""
    act.session.flush()
    for table in (IssuedRecord, NumberSeries, Job):
        assert act.session.scalar(select(func.count()).select_from(table)) == 0
