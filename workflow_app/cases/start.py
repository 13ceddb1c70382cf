"""Starting a case: the version is pinned, the number given, the first step opened for the applicant."""

from __future__ import annotations

from dataclasses import dataclass

from workflow_app import engine
from workflow_app.act import Act, Actor
from workflow_app.audit import new_chain
from workflow_app.cases.duties import duty_of
from workflow_app.cases.follow import finish, follow
from workflow_app.cases.models import Case
from workflow_app.cases.places import starting_parties, take_part
from workflow_app.cases.progress import Progress
from workflow_app.cases.work import Work
from workflow_app.definitions.answers_shape import labelled
from workflow_app.definitions.schema import Head
from workflow_app.definitions.store import current
from workflow_app.directory.models import Organisation
from workflow_app.errors import ForbiddenError
from workflow_app.records.numbering import allocate


@dataclass(frozen=True)
class Started:
    """The new case and its first task."""

    case_id: int
    task_id: int


def applicants(actor: Actor, head: Head) -> list[int]:
    """The organisations for which this person may start a case of this process."""
    position = head.starts.partition("@")[0]
    return sorted(h.organisation_id for h in actor.holdings if h.position == position)


def start_case(act: Act, slug: str, *, applicant_id: int | None = None, duty_id: int | None = None) -> Started:
    """Start a case in the current version of a process. Until its first submission it is a draft (草稿).

    Raises:
        ForbiddenError: the actor holds no position that may start this process, the kind of school does not fit, or a
            duty is wanting where a case is opened for a duty only.
        NotFoundError: no such process is published in this bureau, or the duty is not this school's.
    """
    version_id, version = current(act.session, act.bureau_id, slug)
    allowed = applicants(act.actor, version.head)
    chosen = applicant_id if applicant_id is not None else next(iter(allowed), None)
    if chosen is None or chosen not in allowed:
        raise ForbiddenError("您所在的岗位不能发起“{process}”。", process=labelled(version.head.title))
    applicant = act.session.get_one(Organisation, chosen)
    if applicant.kind not in version.head.applicant_kinds:
        raise ForbiddenError(
            "{school}不属于可以发起“{process}”的单位。", school=applicant.name, process=labelled(version.head.title)
        )
    if version.head.duty is not None and duty_id is None:
        raise ForbiddenError("“{process}”按期报送，请在“应办事项”中办理。", process=labelled(version.head.title))
    duty = duty_of(act, duty_id, slug, chosen) if duty_id is not None else None
    number = version.head.number.format(year=act.today.year, seq=allocate(act, slug, act.today.year))
    chain = new_chain(act, f"case:{number}")
    case = Case(
        bureau_id=act.bureau_id,
        number=number,
        slug=slug,
        version_id=version_id,
        chain_id=chain.id,
        title=version.head.title.zh,
        applicant_id=chosen,
        created_by=act.actor.person_id,
        created_at=act.now,
        stage="draft",
        state=b"",
        facts={},
        parties=starting_parties(act, version.head, chosen),
        progress=Progress(duty_id=duty_id, period=duty.period if duty else None).to_json(),
    )
    act.session.add(case)
    act.session.flush()
    if duty is not None:
        duty.case_id = case.id
    work = Work.on(act, case, chain)
    take_part(work, "applicant", [chosen])
    work.log(
        "case_opened",
        f"case:{case.id}",
        {"number": number, "slug": slug, "version_id": version_id, "applicant_id": chosen},
    )
    follow(work, engine.start(version.spec, work.engine_facts()))
    case.stage = "draft"
    finish(work)
    return Started(case.id, work.opened[0][0].id)
