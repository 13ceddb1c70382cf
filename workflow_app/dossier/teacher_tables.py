"""The registers of teachers as tables: mentoring and support teaching. A school reads what it takes part in itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from workflow_app.act import Actor
from workflow_app.definitions.answers_display import masked
from workflow_app.directory.rights import has_right, organisations_of, sees_whole_bureau
from workflow_app.dossier.tables import Amount, Asked, Cell, Link, Row, Table, Tone, Value
from workflow_app.records.queries import records_about
from workflow_app.registers.teacher_codes import TITLES
from workflow_app.registers.teacher_lists import AgreementLine, ServiceLine, agreements, services
from workflow_app.text import Text, listed
from workflow_app.typed import whole_number

PROOF = "proof"
"""The kind of the record of support-teachers that proves a service (任教经历证明)."""

KINDS: Mapping[str, Text] = {"mentor": Text("师徒结对"), "studio": Text("名师工作室")}
STATES: Mapping[str, tuple[Text, Tone]] = {
    "running": (Text("结对中"), "run"),
    "reviewed": (Text("已考核"), "ok"),
    "ended_early": (Text("提前终止"), "warn"),
}
RESULTS: Mapping[str, tuple[Text, Tone]] = {
    "passed": (Text("合格"), "ok"),
    "failed": (Text("不合格"), "bad"),
    "ended_early": (Text("提前终止"), "warn"),
    "excellent": (Text("优秀"), "ok"),
    "qualified": (Text("合格"), "ok"),
    "returned_early": (Text("提前返回"), "warn"),
}


def mentoring(session: Session, asked: Asked) -> Table:
    """mentoring: the agreements approved by the day, newest first, with the terms' work and the results until then."""
    head = (
        *(Text("师傅"), Text("工号"), Text("职称"), Text("所在学校"), Text("类型"), Text("学科"), Text("徒弟")),
        *(Text("开始日期"), Text("结束日期"), Text("考核日"), Text("学期任务"), Text("状态")),
    )
    lines = _agreements(session, asked)[: asked.limit]
    return Table("mentoring", Text("师徒结对台账"), head, [_agreement(line, _said(asked.actor)) for line in lines])


def support(session: Session, asked: Asked) -> Table:
    """support: the services begun by the day, newest first, with what had come of them by then."""
    head = (
        *(Text("支教人员"), Text("工号"), Text("学科"), Text("批次"), Text("派出学校"), Text("受援学校")),
        *(
            Text("农村或薄弱学校"),
            Text("报到日期"),
            Text("结束日期"),
            Text("任教月数"),
            Text("结果"),
            Text("任教经历证明"),
        ),
    )
    lines = _services(session, asked)[: asked.limit]
    proved = {line.row.case_id for line in lines if line.result is not None and line.result.proved}
    proofs = records_about(session, asked.actor.bureau_id, PROOF, proved)
    rows = [_service(line, asked.actor, proofs.get((line.row.case_id, line.row.teacher_no))) for line in lines]
    return Table("support", Text("支教人员台账"), head, rows)


def further_mentoring(session: Session, asked: Asked) -> int | None:
    """The id after which the next page of :func:`mentoring` begins; None if there is none."""
    return _last(_agreements(session, asked), asked.limit)


def further_support(session: Session, asked: Asked) -> int | None:
    """The id after which the next page of :func:`support` begins; None if there is none."""
    return _last(_services(session, asked), asked.limit)


def _agreements(session: Session, asked: Asked) -> list[AgreementLine]:
    more = _one_more(asked)
    return agreements(
        session, asked.actor.bureau_id, asked.day, within=_within(asked.actor), before=_before(asked), limit=more.limit
    )


def _services(session: Session, asked: Asked) -> list[ServiceLine]:
    more = _one_more(asked)
    return services(
        session, asked.actor.bureau_id, asked.day, within=_within(asked.actor), before=_before(asked), limit=more.limit
    )


def _one_more(asked: Asked) -> Asked:
    """A row more than is shown says that there is a further page."""
    return asked if asked.limit is None else replace(asked, limit=asked.limit + 1)


def _last(lines: list[AgreementLine] | list[ServiceLine], limit: int | None) -> int | None:
    return lines[limit - 1].row.id if limit is not None and len(lines) > limit else None


def _before(asked: Asked) -> int | None:
    return whole_number(asked.args.get("before"))


def _within(actor: Actor) -> frozenset[int] | None:
    """The organisations whose lines a person sees; None: those of the whole bureau."""
    whole = has_right(actor, "reveal_personal") or sees_whole_bureau(actor)
    return None if whole else organisations_of(actor)


def _said(actor: Actor) -> Callable[[str], str]:
    """How this reader is told names and numbers: masked for who sees them without handling (个人信息保护法6条)."""
    return masked if sees_whole_bureau(actor) and not has_right(actor, "reveal_personal") else str


def _agreement(line: AgreementLine, said: Callable[[str], str]) -> Row:
    row = line.row
    people = [
        Text("{name}（{result}）", name=said(person.name), result=RESULTS[person.result][0])
        if person.result
        else said(person.name)
        for person in line.apprentices
    ]
    done = Text(
        "听课{heard}节、示范课{shown}节、指导{guided}次", heard=line.heard, shown=line.shown, guided=line.guided
    )
    state, tone = STATES[line.state]
    return (
        *(said(row.mentor), said(row.mentor_no), TITLES[row.mentor_title], line.mentor_school, KINDS[row.kind]),
        *(row.subject, listed(people), row.starts_on, row.ends_on, row.review_on, done, Cell(state, tone=tone)),
    )


def _service(line: ServiceLine, actor: Actor, proof: tuple[int, str] | None) -> Row:
    """``proof`` is id and number of the record that proves it; a batch of an earlier version has one for all."""
    row, result, said = line.row, line.result, _said(actor)
    counts = Text("是") if row.host_counts else Text("否")
    known = (said(row.name), said(row.teacher_no), row.subject, row.batch, line.home, line.host, counts, row.starts_on)
    if result is None:
        return (*known, row.planned_until, None, Cell(Text("支教中"), tone="run"), None)
    words, tone = RESULTS[result.result]
    months = Amount(result.months, Text("{count}个月", count=result.months))
    return (*known, result.ended_on, months, Cell(words, tone=tone), _proof(result.proved, proof, said))


def _proof(earned: bool, proof: tuple[int, str] | None, said: Callable[[str], str]) -> Value | Cell:
    """The number leads to the document, which names the person in full: not for who is told names masked."""
    if not earned:
        return Text("未出具")
    if proof is None:
        return Cell(Text("已出具"), tone="ok")
    record_id, number = proof
    return Cell(number, Link("records.download", {"record_id": record_id}) if said is str else None)
