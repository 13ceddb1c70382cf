"""Checks on a pairing that is being agreed: who is helped, who helps, how much, for how long (processes.md B2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from workflow_app.definitions.case_view import CheckContext
from workflow_app.directory.organisations import of_kind
from workflow_app.policy.finding import Figures, Finding, Level
from workflow_app.policy.parameters import Policy, load_policy
from workflow_app.registers.pairing_kinds import INDICATORS, KINDS, PairingKind, owner_of
from workflow_app.registers.pairing_matching import proposals, same_stage, stronger_in
from workflow_app.registers.pairings import HELPER_LOAD, MATCH, NEEDS, agreed_terms, carried_at
from workflow_app.registers.schools import School, schools_at
from workflow_app.text import Text, in_lines, one_after_another

OVERRIDE = "deputy_director@bureau"
"""Who may lift a gate of a pairing, with a reason: 分管副局长."""

GATES: Mapping[str, str] = dict.fromkeys(
    ("pairings.helper_is_stronger", HELPER_LOAD, "pairings.recipient_needs_help", "pairings.same_stage"),
    OVERRIDE.partition("@")[0],
)
"""The checks here that may stop a task, and the position whose holder may lift them."""

QUOTAS: Mapping[str, str] = {HELPER_LOAD: "pairing_helper_max"}
"""The check here that counts what other cases may be taking at the same moment, and the parameter that limits it."""

SLUG = "pairing"
"""The process whose cases take a place with their helper as soon as the section has agreed."""

MOST_SHOWN = 6
"""As many proposals are shown to the officer who matches."""


@dataclass(frozen=True)
class Matched:
    """The two sides and the kind, as far as they are known."""

    recipient: School
    helper: School | None
    kind: PairingKind | None
    scope: str
    policy: Policy
    needs: Mapping[str, Any]

    @property
    def outside(self) -> bool:
        """Whether the helper is an outside bureau, of which no school figures are recorded here."""
        return self.kind is not None and self.kind.outside


def matched(context: CheckContext) -> Matched:
    """The pairing that a check is about: what is being chosen, or what was chosen before."""
    session, bureau_id, today = context.act.session, context.act.bureau_id, context.act.today
    chosen = context.answers if context.element == MATCH else context.case.answers(MATCH)
    needs = context.answers if "needs" in context.answers else context.case.answers(NEEDS)
    wanted = [context.case.applicant_id, *([chosen["helper"]] if chosen.get("helper") else [])]
    found = schools_at(session, bureau_id, wanted, today)
    helper = found[1] if len(found) > 1 else None
    kind, scope = KINDS.get(str(chosen.get("kind"))), str(chosen.get("scope"))
    return Matched(found[0], helper, kind, scope, load_policy(session, bureau_id, today), needs)


def recipient_needs_help(context: CheckContext) -> Finding:
    """pairings.recipient_needs_help: the recipient is weak, rural or new, or named by policy (002·二6a).

    The school is told when it states its needs; the section's review is stopped.
    """
    name, clause = "pairings.recipient_needs_help", "002·二6a"
    asked = matched(context)
    reason, named = asked.recipient.reason_for_help, str(asked.needs.get("named_by") or "").strip()
    figures: Figures = {
        Text("办学水平"): asked.recipient.label("level"),
        Text("城乡"): asked.recipient.label("location"),
    }
    if reason is not None:
        message = Text("受援方属于{reason}学校。", reason=reason)
        return Finding(name, "clear", message, clause, figures)
    if named:
        return Finding(name, "clear", Text("受援方由政策文件列名：{document}。", document=named), clause, figures)
    message = Text("受援方不是薄弱、农村或新建学校，也没有写明列名的政策文件。")
    return _finding(name, _level(context), message, clause, figures, "named_by")


def kind_fits(context: CheckContext) -> Finding | list[Finding]:
    """pairings.kind_fits: what each kind asks of the two sides; the wrong kind is an error, not a matter of judgement.

    003·二(二)9: 名园带弱园、名园办分园、公办带民办 are of kindergartens; 003·二(一)2: 公办学校与民办学校结对共建.
    """
    name, asked = "pairings.kind_fits", matched(context)
    if asked.kind is None:
        return []
    if asked.helper is None:
        return Finding(name, "clear", Text("请选择支援方。"), asked.kind.clause, {}, (), "helper")
    faults = list(_faults(asked, asked.kind, asked.helper, _is_outside(context, asked.helper), asked.scope))
    if faults:
        message = Text("“{kind}”不适用：{faults}。", kind=asked.kind.name, faults=one_after_another(faults))
        return Finding(name, "error", message, asked.kind.clause, {}, (), "kind")
    message = Text("双方符合“{kind}”的条件。", kind=asked.kind.name)
    return Finding(name, "clear", message, asked.kind.clause)


def _faults(asked: Matched, kind: PairingKind, helper: School, is_outside: bool, scope: str) -> list[Text]:
    recipient = asked.recipient
    if helper.id == recipient.id:
        return [Text("支援方不能是受援方自己")]
    if kind.outside != is_outside or kind.outside != (scope == "far"):
        return [Text("支援方应为外地教育局，所在地选“外地”") if kind.outside else Text("支援方应为本县学校或幼儿园")]
    faults = []
    both = (recipient, helper)
    if kind.kindergartens and not all(school.value("stage") == "kindergarten" for school in both):
        faults.append(Text("双方均须为幼儿园"))
    if kind.strong_helper and helper.value("level") != "quality":
        faults.append(Text("支援方须为优质园"))
    if kind.new_recipient and recipient.value("is_new") != "yes":
        faults.append(Text("分园须为新建园"))
    if kind.helper_owner is not None and owner_of(helper) != kind.helper_owner:
        faults.append(Text("支援方须为公办"))
    if kind.recipient_owner is not None and owner_of(recipient) != kind.recipient_owner:
        faults.append(Text("受援方须为民办"))
    return faults


def same_stage_check(context: CheckContext) -> Finding:
    """pairings.same_stage: the helper teaches a stage of the recipient (小学对小学；通行做法). Outside bureaus send
    whom the stage needs.
    """
    name, clause, asked = "pairings.same_stage", "通行做法", matched(context)
    if asked.helper is None or asked.outside:
        return Finding(name, "clear", Text("由外地教育局按学段选派，或尚未选择支援方。"), clause, {}, (), "helper")
    figures: Figures = {school.name: school.label("stage") for school in (asked.recipient, asked.helper)}
    if same_stage(asked.helper, asked.recipient):
        return Finding(name, "clear", Text("双方学段一致。"), clause, figures)
    return _finding(name, _level(context), Text("双方学段不同。"), clause, figures, "helper")


def helper_is_stronger(context: CheckContext) -> Finding:
    """pairings.helper_is_stronger: the helper is stronger in at least one target figure (通行做法, processes.md B2).

    While the section matches, every recorded figure counts; at the review only those that the agreement names as
    targets. Of an outside bureau no figures are recorded; what it says of itself is judged by the section.
    """
    name, asked = "pairings.helper_is_stronger", matched(context)
    used = asked.policy.used("pairing_stronger_min")
    if asked.helper is None or asked.outside:
        message = Text("支援方为外地教育局或尚未选定，不比较台账数据。")
        return Finding(name, "clear", message, used.clause, {}, (used,), "helper")
    rows = agreed_terms(context.case).get("targets") if context.element != MATCH else None
    aimed = {str(row["indicator"]) for row in rows} if isinstance(rows, list) else set(INDICATORS)
    better = [c for c in stronger_in(asked.helper, asked.recipient) if c.indicator in aimed]
    figures: Figures = {Text("强于受援方的指标"): str(len(better)), Text("至少"): used.value}
    if len(better) >= asked.policy.integer("pairing_stronger_min"):
        said = one_after_another([comparison.words for comparison in better])
        return Finding(
            name, "clear", Text("支援方强于受援方：{figures}。", figures=said), used.clause, figures, (used,)
        )
    message = Text("支援方在目标指标上没有强于受援方的记录。")
    return _finding(name, _level(context), message, used.clause, figures, "helper", (used,))


def helper_load(context: CheckContext) -> Finding:
    """pairings.helper_load: with this pairing the helper carries no more than the limit of policy (通行做法).

    What the section has agreed to in other cases counts before it is entered.
    """
    name, asked = HELPER_LOAD, matched(context)
    used = asked.policy.used("pairing_helper_max")
    if asked.helper is None:
        return Finding(name, "clear", Text("请选择支援方。"), used.clause, {}, (used,), "helper")
    load, agreed = _loads(context, [asked.helper.id])[asked.helper.id]
    figures: Figures = {Text("已承担"): str(load), Text("已审核同意待登记"): str(agreed), Text("最多"): used.value}
    if load + agreed < asked.policy.integer("pairing_helper_max"):
        message = Text("支援方已承担帮扶{load}项，可以再承担。", load=load)
        if agreed:
            message = Text("支援方已承担帮扶{load}项，另有{agreed}项待登记，可以再承担。", load=load, agreed=agreed)
        return Finding(name, "clear", message, used.clause, figures, (used,))
    message = Text("支援方已承担帮扶{load}项，达到上限{most}项。", load=load, most=used.value)
    if agreed:
        words = {"load": load, "agreed": agreed, "most": used.value}
        message = Text("支援方已承担帮扶{load}项，另有{agreed}项待登记，达到上限{most}项。", **words)
    return _finding(name, _level(context), message, used.clause, figures, "helper", (used,))


def _loads(context: CheckContext, helpers: Collection[int]) -> dict[int, tuple[int, int]]:
    """Of each helper the pairings that it carries, and those that were agreed and are not entered yet."""
    act = context.act
    carried = carried_at(act.session, act.bureau_id, act.today)
    agreed = Counter(
        helper
        for case in context.case.others.agreed((SLUG,), helpers)
        if case.facts.get("decide", {}).get("decision") != "refuse"
        for helper in case.parties.get("helper", ())
    )
    return {helper: (len(carried.get(helper, ())), agreed[helper]) for helper in helpers}


def rematch_once(context: CheckContext) -> Finding:
    """pairings.rematch_once: a recipient that refused once is matched once more; after that the case ends (B2)."""
    name = "pairings.rematch_once"
    policy = load_policy(context.act.session, context.act.bureau_id, context.act.today)
    used = policy.used("pairing_rematches")
    refused = sum(answer.decision == "refuse" for answer in context.case.all_answers("confirm"))
    figures: Figures = {Text("受援方不同意次数"): str(refused), Text("可重新匹配次数"): used.value}
    if refused > policy.integer("pairing_rematches") and context.answers.get("decision") == "match":
        message = Text("受援方已{count}次不同意协议，不再重新匹配，请终止本次结对。", count=refused)
        return Finding(name, "error", message, used.clause, figures, (used,), "decision")
    return Finding(name, "clear", Text("受援方不同意{count}次。", count=refused), used.clause, figures, (used,))


def candidates(context: CheckContext) -> Text:
    """pairings.candidates: schools that could help, in order and with reasons; the officer chooses (B2, matching)."""
    asked = matched(context)
    session, bureau_id, today = context.act.session, context.act.bureau_id, context.act.today
    kind = "kindergarten" if asked.recipient.value("stage") == "kindergarten" else "school"
    everyone = schools_at(session, bureau_id, [row.id for row in of_kind(session, bureau_id, kind, day=today)], today)
    loads = {helper: sum(parts) for helper, parts in _loads(context, [school.id for school in everyone]).items()}
    limit = asked.policy.integer("pairing_helper_max")
    needs: Collection[str] = asked.needs.get("needs") or ()
    found = proposals(asked.recipient, needs, everyone, loads, limit)[:MOST_SHOWN]
    if not found:
        return Text("台账中没有同学段、有强项且未达上限的学校，请联系外地教育局或补充学校数据。")
    return in_lines(
        [
            Text("{number}. {school}：{reasons}", number=number, school=proposal.school.name, reasons=proposal.reasons)
            for number, proposal in enumerate(found, 1)
        ]
    )


def _is_outside(context: CheckContext, helper: School) -> bool:
    session, bureau_id, today = context.act.session, context.act.bureau_id, context.act.today
    return any(row.id == helper.id for row in of_kind(session, bureau_id, "outside_bureau", day=today))


def _level(context: CheckContext) -> Level:
    """The schools and the officer who matches are told; the review and the decision are stopped."""
    return "gate" if context.element in {"review", "decide"} else "advice"


def _finding(
    name: str,
    level: Level,
    message: Text,
    clause: str,
    figures: Figures,
    field_path: str | None,
    used: tuple[Any, ...] = (),
) -> Finding:
    override = OVERRIDE if level == "gate" else None
    # From the review on nothing of the agreement can be typed, so the finding is about no field of that step.
    return Finding(name, level, message, clause, figures, used, None if override else field_path, override)
