"""The check of record templates knows what a record offers, and says the line of a fault."""

from __future__ import annotations

from tests.county import E1_CASE, NewCounty, acting, case_of
from workflow_app.audit.models import AuditChain
from workflow_app.cases.work import Work
from workflow_app.definitions.case_view import OperationContext
from workflow_app.definitions.record_text import RecordText
from workflow_app.records.case_data import CASE_PARTS, FILTERS, VARIABLES, CaseData
from workflow_app.records.check import template_faults


def test_the_check_knows_what_a_record_offers(county_at: NewCounty) -> None:
    player = county_at("filed")
    with acting(player, "limin") as act:
        case = act.session.merge(case_of(player, E1_CASE))
        work = Work.on(act, case, act.session.get_one(AuditChain, case.chain_id))
        data = CaseData(OperationContext(act, work.view(), "approval_number", {}))
        assert data.variables().keys() == VARIABLES
        assert data.variables()["case"].keys() == CASE_PARTS
        assert data.filters().keys() == FILTERS


def test_a_fault_stands_in_its_line() -> None:
    head = "name: {zh: 函, en: Letter}\nword: 函\nlayout: plain\ntitle: [函]\n"
    text = f"{head}blocks:\n  - paragraph: 好\n  - paragraph: '{{{{ x }}}}'\n"
    record = RecordText("templates/records/a/b.yaml", text, (), "number", {}, {}, frozenset(), frozenset())
    (fault,) = template_faults(record)
    assert (fault.line, fault.element, fault.code) == (7, "number", "record_words")


def test_a_figure_is_named_as_the_catalogue_knows_it() -> None:
    head = "name: {zh: 函, en: Letter}\nword: 函\nlayout: plain\ntitle: [函]\nblocks:\n"
    lines = [f"  - paragraph: \"{{{{ figure('schools.{name}') }}}}\"\n" for name in ("staffing", "wealth")]
    text = head + "".join(lines)
    nothing: frozenset[str] = frozenset()
    figures = frozenset({"schools.staffing"})
    record = RecordText("templates/records/a/b.yaml", text, (), "number", {}, {}, nothing, nothing, figures)
    (fault,) = template_faults(record)
    assert (fault.line, str(fault.message)) == (7, "没有名为“schools.wealth”的数据项")
