"""Long cases: fifty steps in a row, and a thousand acts in one case. The last step costs what the first did."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from sqlalchemy import select

from bench import product
from bench.measure import Figure, Times, quiet
from bench.part import Bench
from bench.product import Product
from tests.costs import counting
from workflow_app.cases import case_page
from workflow_app.cases.models import Case
from workflow_app.definitions.source import Source

ROW, LOOP = "bench-row", "bench-loop"
STEPS = 50
MOST_GROWTH = 1.25
"""How much more the last steps may cost than the first: the noise of a quiet machine, and no trend."""

Step = tuple[str, Mapping[str, Any]]


def run(bench: Bench) -> Iterator[Figure]:
    """Both shapes on each database."""
    for name in bench.stores.names:
        config, database = bench.stores.new(name)
        county = product.load(config, database, row_of_steps(), loop_of_two())
        steps = [(_step(n), _AGREE) for n in range(STEPS)]
        rows = [_play(county, ROW, steps) for _ in range(bench.rounds(6, 2))]
        columns = list(zip(*(seconds for seconds, _, _ in rows), strict=True))
        yield from _growth(f"{STEPS} steps, {name}", columns, rows[0][1])
        # A case that has ended keeps no state.
        _, _, waiting = _play(county, ROW, steps[:-1])
        yield _state(county, f"state of a case before the last of {STEPS} steps, {name}", waiting)
        acts = bench.rounds(1000, 100)
        draft, check = ("draft", {"opinion": "已修改。"}), ("check", {"decision": "return", "opinion": "请修改。"})
        seconds, statements, case_id = _play(county, LOOP, [(draft, check)[n % 2] for n in range(acts)])
        yield from _growth(f"{acts:,} acts, {name}", [(one,) for one in seconds], statements)
        yield _state(county, f"state of a case after {acts:,} acts, {name}", case_id)
        yield _page(county, f"page of a case with {acts:,} acts, {name}", case_id)
        database.dispose()


def _play(county: Product, slug: str, steps: Sequence[Step]) -> tuple[list[float], list[int], int]:
    """One case through all steps: the seconds and the statements of each, and the case."""
    case_id = county.start("linxiao", slug)
    times, statements = Times(), []
    for element, answers in steps:
        act = county.completion(case_id, element, "limin", answers)
        with quiet(), counting(county.database.engine) as cost, times.one():
            act()
        statements.append(len(cost.statements))
    return times.seconds, statements, case_id


def _growth(what: str, columns: Sequence[Sequence[float]], statements: Sequence[int]) -> Iterator[Figure]:
    """The last fifth of the steps beside the first; the very first and last open and close a case and stand aside."""
    share = len(columns) // 5
    first = Times([second for column in columns[2 : 2 + share] for second in column])
    last = Times([second for column in columns[-2 - share : -2] for second in column])
    yield first.figure(f"a completion among the first {share} of {what}")
    yield last.figure(f"a completion among the last {share} of {what}")
    yield Figure(f"last completions as a share of the first, {what}", last.median / first.median, "", MOST_GROWTH)
    early, late = statistics.median(statements[2 : 2 + share]), statistics.median(statements[-2 - share : -2])
    yield Figure(f"statements of the last completions, {what}", late, "", early, detail=f"first {early:g}")


def _state(county: Product, what: str, case_id: int) -> Figure:
    with county.database.reading() as session:
        state, facts = session.execute(select(Case.state, Case.facts).where(Case.id == case_id)).one()
    return Figure(
        what, len(state), "bytes", detail=f"compressed, without specification; facts {len(str(facts))} characters"
    )


def _page(county: Product, what: str, case_id: int) -> Figure:
    times, actor = Times(), county.actor("limin")
    for _ in range(7):
        with quiet(), county.database.reading() as session, times.one():
            case_page(session, actor, case_id, county.player.now)
    return times.figure(what)


_AGREE: Mapping[str, Any] = {"decision": "agree", "opinion": "同意。"}


def _step(number: int) -> str:
    return f"step_{number:02}"


def row_of_steps() -> Source:
    """A drawing of fifty user tasks, one after another."""
    names = [_step(n) for n in range(STEPS)]
    drawn = "".join(f'<bpmn:userTask id="{name}" name="{name}"/>' for name in names)
    tasks = "".join(_task(name, _AGREE_ONLY) for name in names)
    return _source(ROW, "五十步", names, drawn, _flows("start", *names, "done"), tasks)


def loop_of_two() -> Source:
    """A draft and a check that returns it as often as it likes."""
    drawn = '<bpmn:userTask id="draft" name="拟稿"/><bpmn:userTask id="check" name="核稿"/>'
    drawn += '<bpmn:exclusiveGateway id="sound" name="通过？" default="sound__done"/>'
    flows = _flows("start", "draft", "check", "sound", "done") + (
        '<bpmn:sequenceFlow id="back" sourceRef="sound" targetRef="draft"><bpmn:conditionExpression>'
        "check['decision'] == 'return'</bpmn:conditionExpression></bpmn:sequenceFlow>"
    )
    tasks = _task("draft", "[]") + _task("check", _AGREE_OR_RETURN)
    return _source(LOOP, "往返", ["draft", "check", "sound"], drawn, flows, tasks)


_AGREE_ONLY = "[{value: agree, label: {zh: 同意, en: Agree}}]"
_AGREE_OR_RETURN = "[{value: agree, label: {zh: 同意, en: Agree}}, {value: return, label: {zh: 退回, en: Return}}]"


def _flows(*nodes: str) -> str:
    return "".join(f'<bpmn:sequenceFlow id="{a}__{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in pairwise(nodes))


def _task(name: str, decisions: str) -> str:
    label = f"label: {{zh: {name}, en: {name}}}"
    return f"  {name}: {{{label}, stage: review, opinion: optional, clause: 测速, decisions: {decisions}}}\n"


def _source(slug: str, title: str, nodes: Sequence[str], drawn: str, flows: str, tasks: str) -> Source:
    process = slug.replace("-", "_")
    references = "".join(f"<bpmn:flowNodeRef>{node}</bpmn:flowNodeRef>" for node in ("start", *nodes, "done"))
    drawing = (
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:bench">'
        f'<bpmn:process id="{process}" name="{title}" isExecutable="true">'
        f'<bpmn:laneSet id="lanes"><bpmn:lane id="section" name="科室">{references}</bpmn:lane></bpmn:laneSet>'
        f'<bpmn:startEvent id="start"/>{drawn}<bpmn:endEvent id="done"/>{flows}</bpmn:process></bpmn:definitions>'
    )
    form = f"""process:
  title: {{zh: {title}, en: {slug}}}
  summary: {{zh: 测速用的流程。, en: For measuring only.}}
  category: general
  clauses: [测速]
  starts: school_clerk@school
  applicant_kinds: [school]
  number: "{process.upper()[6:]}-{{year}}-{{seq:06d}}"
  case_title: "{title}"
  parties:
    school: {{label: {{zh: 申请单位, en: Applicant}}, source: applicant}}
    basic_education: {{label: {{zh: 基础教育科, en: Section}}, source: "section:basic_education"}}
  lanes: {{section: section_officer@basic_education}}
  outcomes: {{done: {{label: {{zh: 已办结, en: Done}}, result: approved}}}}
tasks:
{tasks}"""
    return Source(slug, drawing, form)
