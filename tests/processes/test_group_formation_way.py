"""The ways a founding of a group can take, driven through the engine by decisions alone (worked case E1)."""

from __future__ import annotations

import pytest

from workflow_app.definitions.dry_run import dry_run
from workflow_app.definitions.source import read_source
from workflow_app.definitions.version import ProcessVersion, load_version
from workflow_app.engine import Advance, EngineRefused, Facts, complete, fire, send, start

EXAMINED = [
    *["apply", "accept_review", "acceptance_notice", "first_review", "sections_opinions"],
    *["arrange_assessment", "assessment_notice", "assessment", "assessment_report"],
    *["notice_post", "notice_publish", "notice_period", "notice_result"],
]
ISSUED = ["draft", "review", "legal", "sign", "number", "seal", "deliver"]
CHARTER = ["register_group", "file_charter", "charter_check", "charter_receipt", "register_charter"]


@pytest.fixture(scope="module")
def version() -> ProcessVersion:
    """The content as it would be published."""
    return load_version(read_source("group-formation"), 1)


class Walk:
    """A case that goes on by itself: what waits is completed in turn, and the notice period ends.

    A planned decision (element, value) is taken when its element comes, in the order of the plan; elsewhere the first
    decision of a step, which form files write as the ordinary one. ``passed`` lists what was completed.
    """

    def __init__(self, version: ProcessVersion, *planned: tuple[str, str]) -> None:
        self.version = version
        self.planned = list(planned)
        self.decided: dict[str, dict[str, str]] = {}
        self.passed: list[str] = []
        self._waiting: dict[str, str] = {}
        self._take(start(version.spec, self._facts()))

    @property
    def open(self) -> set[str]:
        """The elements that wait now."""
        return set(self._waiting.values())

    def step(self) -> Walk:
        """Complete what waits; the period of a supplement never ends by itself."""
        task, element = next((t, e) for t, e in self._waiting.items() if not e.endswith("_overdue"))
        if element in self.version.timers:
            return self.lapse(element)
        self._decide(element)
        self._take(complete(self.version.spec, self.state, task, self._facts()))
        self.passed.append(element)
        return self

    def to(self, *elements: str) -> Walk:
        """Go on until one of these waits; without any, to the end."""
        while self.outcome is None and self.open.isdisjoint(elements):
            self.step()
        return self

    def lapse(self, element: str) -> Walk:
        """Let a running period end."""
        task = next(task for task, waiting in self._waiting.items() if waiting == element)
        self._take(fire(self.version.spec, self.state, task, self._facts()))
        self.passed.append(element)
        return self

    def withdraw(self) -> Walk:
        """Let the school withdraw."""
        assert self.version.head.withdraw is not None
        self._take(send(self.version.spec, self.state, self.version.head.withdraw.message, self._facts()))
        return self

    def _facts(self) -> Facts:
        return self.version.complete_facts(self.decided)

    def _take(self, advance: Advance) -> None:
        self.state, self.outcome = advance.state, advance.outcome
        for gone in (*advance.closed, *advance.undone, *advance.disarmed):
            self._waiting.pop(gone, None)
        self._waiting |= {**advance.opened, **advance.operations, **advance.armed}

    def _decide(self, element: str) -> None:
        form = self.version.tasks.get(element)
        if form is None or not form.decisions:
            return
        offered = [decision.value for decision in form.decisions]
        value = self.planned.pop(0)[1] if self.planned and self.planned[0][0] == element else offered[0]
        assert value in offered
        self.decided[element] = {"decision": value}


def test_every_way_of_the_drawing_can_be_gone() -> None:
    report = dry_run(read_source("group-formation"), fresh_process=False)
    assert [str(fault) for fault in report.faults] == []
    assert report.uncovered == ()
    assert report.outcomes == {"founded", "refused", "withdrawn", "deemed_withdrawn"}


def test_the_worked_case_is_returned_once_and_founded(version: ProcessVersion) -> None:
    walk = Walk(version, ("accept_review", "return")).to()
    returned = ["apply", "accept_review", "supplement_notify", "supplement_supply"]
    issued = [f"approval_{step}" for step in ISSUED]
    assert walk.passed == [*returned, *EXAMINED[1:], "committee", *issued, *CHARTER]
    assert walk.outcome == "founded"


def test_a_refusal_is_issued_and_nothing_is_registered(version: ProcessVersion) -> None:
    walk = Walk(version, ("committee", "refuse")).to()
    assert walk.passed == [*EXAMINED, "committee", *(f"refusal_{step}" for step in ISSUED)]
    assert walk.outcome == "refused"


def test_an_upheld_objection_makes_a_new_notice(version: ProcessVersion) -> None:
    walk = Walk(version, ("notice_result", "upheld")).to("committee")
    assert walk.passed == [*EXAMINED, "notice_correct", *EXAMINED[-4:]]


def test_a_first_review_may_ask_for_changes(version: ProcessVersion) -> None:
    walk = Walk(version, ("first_review", "return")).to("committee")
    assert walk.passed == [*EXAMINED[:4], "revision_notify", "revision_supply", *EXAMINED[3:]]


def test_a_deferred_case_is_examined_anew(version: ProcessVersion) -> None:
    walk = Walk(version, ("committee", "defer")).to("committee").step()
    assert walk.open == {"apply"}
    assert walk.to("committee").passed == [*EXAMINED, "committee", *EXAMINED]


def test_the_school_may_withdraw_until_the_committee_and_again_after_a_deferral(version: ProcessVersion) -> None:
    for element in ("accept_review", "supplement_supply", "sections_opinions", "notice_result"):
        planned = [("accept_review", "return")] if element == "supplement_supply" else []
        assert Walk(version, *planned).to(element).withdraw().outcome == "withdrawn"
    with pytest.raises(EngineRefused):
        Walk(version).to("committee").withdraw()
    deferred = Walk(version, ("committee", "defer")).to("committee").step().to("accept_review")
    assert deferred.withdraw().outcome == "withdrawn"


@pytest.mark.parametrize(("review", "call"), [("accept_review", "supplement"), ("first_review", "revision")])
def test_a_period_that_ends_decides_nothing(version: ProcessVersion, review: str, call: str) -> None:
    walk = Walk(version, (review, "return"), (f"{call}_lapse", "extend"), (f"{call}_lapse", "withdrawn"))
    walk.to(f"{call}_supply").lapse(f"{call}_overdue")
    assert walk.open == {f"{call}_lapse"}
    walk.step()
    assert walk.open == {f"{call}_supply", f"{call}_overdue"}
    walk.lapse(f"{call}_overdue").step()
    assert walk.outcome == "deemed_withdrawn"


def test_what_is_supplied_in_an_extended_period_is_reviewed(version: ProcessVersion) -> None:
    walk = Walk(version, ("accept_review", "return"), ("supplement_lapse", "extend"))
    walk.to("supplement_supply").lapse("supplement_overdue").step().to("committee")
    assert walk.passed[-len(EXAMINED) :] == ["supplement_supply", *EXAMINED[1:]]


def test_returns_inside_the_office_go_back_to_the_drafter(version: ProcessVersion) -> None:
    returned = [(f"approval_{step}", "return") for step in ("review", "legal", "sign")]
    walk = Walk(version, *returned).to("register_group")
    steps = [*ISSUED[:2], *ISSUED[:3], *ISSUED[:4], *ISSUED]
    assert walk.passed == [*EXAMINED, "committee", *(f"approval_{step}" for step in steps)]


def test_a_returned_charter_is_filed_again(version: ProcessVersion) -> None:
    walk = Walk(version, ("charter_check", "return")).to()
    assert walk.passed[-7:] == ["register_group", "file_charter", "charter_check", *CHARTER[1:]]
    assert walk.outcome == "founded"
