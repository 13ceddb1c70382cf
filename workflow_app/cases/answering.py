"""What may stand in an answer: fields by the one validator, checks by name, reasons and overrides where asked for."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Any

from workflow_app.cases.catalogue import CHECKS, QUOTAS
from workflow_app.cases.lookup import CaseLookup
from workflow_app.cases.models import Task
from workflow_app.cases.places import organisation_of
from workflow_app.cases.work import Work
from workflow_app.definitions.answers import check_answers, well_formed
from workflow_app.definitions.case_view import CheckContext
from workflow_app.definitions.schema import TaskForm
from workflow_app.errors import InvalidError, Problem
from workflow_app.policy.finding import Finding
from workflow_app.policy.parameters import hold
from workflow_app.text import Text


def findings_of(
    work: Work, element: str, form: TaskForm, answers: Mapping[str, Any], only: Container[str] | None = None
) -> list[Finding]:
    """Run the checks of a form, or some of them, over answers. They only read."""
    names = [name for name in form.checks if only is None or name in only]
    if not names:
        return []
    party = work.version.place_of(element).partition("@")[2]
    context = CheckContext(work.act, work.view(), element, answers, party)
    found: list[Finding] = []
    for name in names:
        outcome = CHECKS[name](context)
        found.extend([outcome] if isinstance(outcome, Finding) else outcome)
    return found


def draft_findings(
    work: Work, element: str, form: TaskForm, answers: Mapping[str, Any], only: Container[str] | None = None
) -> list[Finding]:
    """A draft may be half typed: checks see only what is well formed, and what they say of empty fields is left out."""
    sound = well_formed(form, answers, today=work.act.today)
    if work.case.filed_on is None and not sound.keys() - {"evidence"}:
        return []
    unanswered = {f.key for f in form.fields if sound.get(f.key) in (None, "", [])}
    found = findings_of(work, element, form, sound, only)
    return [f for f in found if (f.field_path or "").partition(".")[0] not in unanswered]


def accepted_findings(work: Work, task: Task, form: TaskForm, answers: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Validate answers and run the checks; what the submission is to store of each finding.

    Raises:
        InvalidError: fields are wrong, a check finds an error, an advice has no reason, or a gate is not lifted.
    """
    lookup = CaseLookup(work.act.session, work.case.bureau_id, work.case.id, work.act.today)
    problems = check_answers(form, answers, lookup, today=work.act.today)
    if problems:
        raise InvalidError(problems=problems)
    hold(work.act.session, work.case.bureau_id, [QUOTAS[name] for name in form.checks if name in QUOTAS])
    findings = findings_of(work, task.element, form, answers)
    stored = [_stored(work, task, finding, answers) for finding in findings]
    if _returns(form, answers):
        return stored
    problems = [p for p in (_problem(f, s) for f, s in zip(findings, stored, strict=True)) if p]
    if problems:
        raise InvalidError(problems=problems)
    return stored


def _returns(form: TaskForm, answers: Mapping[str, Any]) -> bool:
    """Whether the decision sends the case back: what the checks find is then a reason for it, not in its way."""
    return any(d.skips_checks for d in form.decisions if d.value == answers.get("decision"))


def _stored(work: Work, task: Task, finding: Finding, answers: Mapping[str, Any]) -> dict[str, Any]:
    entry = finding.to_json()
    if finding.level == "advice":
        entry["reason"] = str((answers.get("reasons") or {}).get(finding.check, "")).strip()
    if finding.level == "gate":
        entry["override"] = _override(work, task, finding, answers)
    return entry


def _override(work: Work, task: Task, finding: Finding, answers: Mapping[str, Any]) -> dict[str, str] | None:
    """The override recorded under the position that the gate names; or the one in these answers, if the answerer
    holds that position.
    """
    recorded = work.progress.override_of(task.id, finding.check, finding.override or "")
    if recorded is not None:
        return recorded
    reason = str((answers.get("overrides") or {}).get(finding.check, "")).strip()
    if reason and finding.override and may_override(work, finding.override):
        return {"by": work.act.actor.name, "place": finding.override, "reason": reason}
    return None


def may_override(work: Work, place: str) -> bool:
    """Whether the actor holds the position that may lift a gate."""
    organisation_id, position = organisation_of(work, place)
    return work.act.actor.holds(position, organisation_id)


def _problem(finding: Finding, stored: Mapping[str, Any]) -> Problem | None:
    if finding.level == "error":
        return Problem(finding.field_path or "", finding.message)
    if finding.level == "advice" and not stored["reason"]:
        return Problem(f"reasons.{finding.check}", Text("系统提示：{finding} 请说明理由。", finding=finding.message))
    if finding.level == "gate" and not stored["override"]:
        return Problem(f"overrides.{finding.check}", Text("卡点：{finding}", finding=finding.message))
    return None


def serious_first(findings: Sequence[Finding]) -> list[Finding]:
    """Findings in the order of a page: errors, gates, advice, and what is clear last."""
    order = {"error": 0, "gate": 1, "advice": 2, "clear": 3}
    return sorted(findings, key=lambda f: order[f.level])
