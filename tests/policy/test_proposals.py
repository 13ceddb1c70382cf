"""A change of an amount takes two people, begins on a later day, and leaves every day before as it was (G-26)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from tests.conftest import NOW, by_program
from workflow_app.act import Act, Actor, Holding
from workflow_app.audit.models import AuditEvent
from workflow_app.audit.verify import verify
from workflow_app.database import Database
from workflow_app.directory.models import Bureau, Organisation, Person
from workflow_app.directory.positions import POSITIONS
from workflow_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from workflow_app.policy.models import PolicyParameter, PolicyProposal
from workflow_app.policy.parameters import Policy, load_policy
from workflow_app.policy.profiles import load_profile
from workflow_app.policy.proposals import confirm, proposals, propose, reject, withdraw
from workflow_app.policy.versions import change

JUNE = date(2026, 6, 1)
TEXTS = ("5", "青教体〔2026〕3号", JUNE, "专家库已扩大")
Acting = Callable[..., Act]


@pytest.fixture
def acting(act: Act, policy: Policy) -> Acting:
    """Makes acts of people who hold positions; the same name is the same person."""
    place = Organisation(
        bureau_id=act.bureau_id, kind="bureau", code="bureau", name="局", short_name="局", active_from=date(2000, 1, 1)
    )
    act.session.add(place)
    act.session.flush()
    people: dict[str, int] = {}

    def make(name: str, *positions: str) -> Act:
        if name not in people:
            person = Person(bureau_id=act.bureau_id, organisation_id=place.id, name=name)
            act.session.add(person)
            act.session.flush()
            people[name] = person.id
        held = frozenset(Holding(place.id, position) for position in positions)
        return replace(act, actor=replace(act.actor, name=name, person_id=people[name], holdings=held))

    return make


@pytest.fixture
def lawyer(acting: Acting) -> Act:
    return acting("吴思远", "legal_officer")


@pytest.fixture
def leader(acting: Acting) -> Act:
    return acting("郑国栋", "deputy_director")


def _value(act: Act, day: date) -> int:
    return load_policy(act.session, act.bureau_id, day).integer("experts_min")


def _events(act: Act) -> list[tuple[str, str]]:
    act.session.flush()
    query = select(AuditEvent.kind, AuditEvent.actor_name).order_by(AuditEvent.id)
    return [(kind, name) for kind, name in act.session.execute(query) if kind.startswith("policy_")][1:]


def test_what_one_proposes_another_confirms_from_its_day_on(act: Act, lawyer: Act, leader: Act) -> None:
    used = load_policy(act.session, act.bureau_id, act.today).used("experts_min")
    row = propose(lawyer, "experts_min", *TEXTS)
    assert (_value(act, act.today), _value(act, JUNE)) == (3, 3), "a proposal alone changes nothing"
    (line,) = proposals(act.session, act.bureau_id, "003")
    assert (line.row.id, line.proposer, line.decider) == (row.id, "吴思远", None)
    confirm(leader, row.id)
    assert [_value(act, day) for day in (act.today, JUNE - timedelta(days=1), JUNE)] == [3, 3, 5]
    assert load_policy(act.session, act.bureau_id, act.today).used("experts_min") == used, "what was used stays"
    assert load_policy(act.session, act.bureau_id, JUNE).used("experts_min").clause == "青教体〔2026〕3号"
    assert proposals(act.session, act.bureau_id, "003") == []
    (line,) = proposals(act.session, act.bureau_id, "003", "experts_min")
    assert (line.row.outcome, line.decider) == ("confirmed", "郑国栋")
    assert _events(act) == [
        ("policy_proposed", "吴思远"),
        ("policy_confirmed", "郑国栋"),
        ("policy_changed", "郑国栋"),
    ]
    assert verify(act.session, act.bureau_id).is_sound


def test_nobody_confirms_what_they_have_proposed_themselves(act: Act, acting: Acting) -> None:
    both = acting("身兼两职", "legal_officer", "deputy_director")
    row = propose(both, "experts_min", *TEXTS)
    for decide in (lambda: confirm(both, row.id), lambda: reject(both, row.id, "不妥")):
        with pytest.raises(ForbiddenError, match="本人提出"):
            decide()
    assert _value(act, JUNE) == 3
    confirm(acting("局长", "director"), row.id)
    assert _value(act, JUNE) == 5


@pytest.mark.parametrize("position", sorted(POSITIONS))
def test_who_may_propose_and_who_may_confirm(act: Act, lawyer: Act, acting: Acting, position: str) -> None:
    other = acting("另一人", position)
    may: dict[str, Callable[[], object]] = {
        "propose": lambda: propose(other, "committee_quorum", "1/2", "依据", JUNE, "理由"),
        "withdraw": lambda: withdraw(other, propose(lawyer, "score_approve", "85", "依据", JUNE, "理由").id),
        "reject": lambda: reject(other, propose(lawyer, "score_revise", "65", "依据", JUNE, "理由").id, "不妥"),
        "confirm": lambda: confirm(other, propose(lawyer, "experts_min", *TEXTS).id),
    }
    allowed = set()
    for name, doing in may.items():
        try:
            doing()
            allowed.add(name)
        except ForbiddenError:
            continue
    wanted = {"legal_officer": {"propose", "withdraw"}}
    wanted |= {leader: {"confirm", "reject"} for leader in ("deputy_director", "director")}
    assert allowed == wanted.get(position, set())
    assert _value(act, JUNE) == (5 if "confirm" in allowed else 3)


def test_the_program_itself_proposes_and_confirms_nothing(act: Act, lawyer: Act) -> None:
    row = propose(lawyer, "experts_min", *TEXTS)
    program = by_program(act)
    for doing in (
        lambda: propose(program, "score_approve", "85", "依据", JUNE, "理由"),
        lambda: confirm(program, row.id),
        lambda: withdraw(program, row.id),
    ):
        with pytest.raises(ForbiddenError, match="本人登录"):
            doing()


def test_a_day_that_has_come_is_never_changed(act: Act, lawyer: Act, leader: Act) -> None:
    for day in (act.today, date(2026, 1, 1)):
        with pytest.raises(InvalidError) as refusal:
            propose(lawyer, "experts_min", "5", "依据", day, "理由")
        assert [problem.field for problem in refusal.value.problems] == ["valid_from"]
    row = propose(lawyer, "experts_min", *TEXTS)
    late = replace(leader, now=NOW.replace(month=6, day=1))
    with pytest.raises(InvalidError):
        confirm(late, row.id)
    assert row.outcome is None
    reject(late, row.id, "生效日期已到，请另定")
    assert _value(act, JUNE) == 3


def test_one_proposal_at_a_time_and_each_is_decided_once(act: Act, lawyer: Act, leader: Act) -> None:
    first = propose(lawyer, "experts_min", *TEXTS)
    with pytest.raises(ConflictError, match="等待确认"):
        propose(lawyer, "experts_min", "7", "依据", JUNE, "理由")
    withdraw(lawyer, first.id)
    second = propose(lawyer, "experts_min", "7", "依据", JUNE, "理由")
    with pytest.raises(InvalidError):
        reject(leader, second.id, " ")
    reject(leader, second.id, "依据不足")
    for again in (lambda: confirm(leader, second.id), lambda: withdraw(lawyer, first.id)):
        with pytest.raises(ConflictError, match="已经处理"):
            again()
    with pytest.raises(NotFoundError):
        confirm(leader, second.id + 1)
    assert _value(act, JUNE) == 3
    assert [kind for kind, _ in _events(act)] == [
        "policy_proposed",
        "policy_withdrawn",
        "policy_proposed",
        "policy_rejected",
    ]


def test_what_was_proposed_on_an_older_version_is_not_confirmed(act: Act, lawyer: Act, leader: Act) -> None:
    row = propose(lawyer, "experts_min", *TEXTS)
    change(by_program(act), "experts_min", "4", "依据", date(2026, 5, 1), "年中启用")
    with pytest.raises(ConflictError, match="已有新的版本"):
        confirm(leader, row.id)
    assert (_value(act, JUNE), row.outcome) == (4, None)


def test_another_bureau_is_out_of_reach(act: Act, lawyer: Act, leader: Act) -> None:
    row = propose(lawyer, "experts_min", *TEXTS)
    there = replace(leader, actor=replace(leader.actor, bureau_id=act.bureau_id + 1))
    for doing in (
        lambda: confirm(there, row.id),
        lambda: propose(
            replace(there, actor=replace(there.actor, holdings=lawyer.actor.holdings)), "score_approve", *TEXTS
        ),
    ):
        with pytest.raises(NotFoundError):
            doing()
    assert proposals(act.session, there.bureau_id, "003") == []


def test_of_two_who_confirm_at_the_same_instant_one_does(database: Database) -> None:
    with database.writing() as session:
        named = {"code": "a", "name": "局", "county": "县", "document_word": "青", "policy_profile": "003"}
        bureau = Bureau(**named)
        session.add(bureau)
        session.flush()
        place = Organisation(
            bureau_id=bureau.id, kind="bureau", code="b", name="局", short_name="局", active_from=date(2000, 1, 1)
        )
        session.add(place)
        session.flush()
        people = [Person(bureau_id=bureau.id, organisation_id=place.id, name=name) for name in "甲乙丙"]
        session.add_all(people)
        session.flush()
        actors = [
            Actor(bureau.id, person.name, person_id=person.id, holdings=frozenset({Holding(place.id, position)}))
            for person, position in zip(people, ("legal_officer", "director", "deputy_director"), strict=True)
        ]
        founding = Act(session, actors[0], NOW)
        load_profile(by_program(founding), "003")
        proposal_id = propose(founding, "experts_min", *TEXTS).id

    def decide(actor: Actor) -> bool:
        try:
            with database.writing() as session:
                confirm(Act(session, actor, NOW), proposal_id)
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(decide, actors[1:])) == [False, True]
    with database.reading() as session:
        assert session.scalar(select(func.max(PolicyParameter.version))) == 2
        assert session.scalars(select(PolicyProposal.outcome)).all() == ["confirmed"]
