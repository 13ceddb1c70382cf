"""What stands beside a form: earlier answers as lines, findings grouped by the check that they come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from workflow_app.act import Actor
from workflow_app.cases.gates import GateHolders
from workflow_app.cases.pages import EarlierAnswers
from workflow_app.definitions.answers import NOTHING_MENTIONED, Mentioned, Names, Shown, display, mentioned
from workflow_app.definitions.schema_fields import Label
from workflow_app.directory.positions import POSITIONS
from workflow_app.directory.rights import has_right
from workflow_app.errors import Problem
from workflow_app.policy.finding import Finding, Level
from workflow_app.text import Text
from workflow_app.web.forms.fields import id_of

_SERIOUS_FIRST: Sequence[Level] = ("error", "gate", "advice", "clear")


@dataclass(frozen=True)
class Seen:
    """One earlier step as a page shows it."""

    entry: EarlierAnswers
    lines: tuple[Shown, ...]
    decision: Label | None
    returned: bool  # the case went back


def mentioned_in(earlier: Iterable[EarlierAnswers]) -> Mentioned:
    """What earlier answers mention, all together."""
    found = NOTHING_MENTIONED
    for entry in earlier:
        found |= mentioned(entry.form, entry.answers)
    return found


def seen(earlier: Iterable[EarlierAnswers], names: Names, actor: Actor) -> list[Seen]:
    """Earlier answers as lines; personal values are whole for those who handle cases only."""
    whole = has_right(actor, "reveal_personal")
    result = []
    for entry in earlier:
        lines = display(entry.form, entry.answers, names, may_see_personal=whole)
        decision = next((d for d in entry.form.decisions if d.value == entry.answers.get("decision")), None)
        returned = decision is not None and decision.tone in {"warn", "bad"}
        result.append(Seen(entry, tuple(lines), decision.label if decision else None, returned))
    return result


@dataclass(frozen=True)
class CheckGroup:
    """The findings of one check, and the reason that it asks for."""

    check: str
    level: Level
    findings: tuple[Finding, ...]
    asks: bool  # the reader may give the reason here
    id: str  # of the input
    reason: str
    holders: GateHolders | None  # of a gate: who may lift it, and whether that was done
    position: Label | None  # of these holders
    problem: Text | None


def check_groups(
    findings: Sequence[Finding],
    holders: Mapping[str, GateHolders],
    remarks: Mapping[str, Mapping[str, str]],
    problems: Sequence[Problem],
) -> list[CheckGroup]:
    """Findings by check, the serious ones first: one reason answers all findings of a check."""
    by_check: dict[str, list[Finding]] = {}
    for finding in findings:
        by_check.setdefault(finding.check, []).append(finding)
    groups = [_group(check, found, holders.get(check), remarks, problems) for check, found in by_check.items()]
    return sorted(groups, key=lambda group: _SERIOUS_FIRST.index(group.level))


def _group(
    check: str,
    findings: Sequence[Finding],
    holders: GateHolders | None,
    remarks: Mapping[str, Mapping[str, str]],
    problems: Sequence[Problem],
) -> CheckGroup:
    level = min((f.level for f in findings), key=_SERIOUS_FIRST.index)
    kind = "overrides" if level == "gate" else "reasons"
    path = f"{kind}.{check}"
    position = POSITIONS.get(holders.position) if holders else None
    lifts = holders is not None and holders.mine and holders.lifted_by is None
    return CheckGroup(
        check=check,
        level=level,
        findings=tuple(findings),
        asks=level == "advice" or (level == "gate" and lifts),
        id=id_of(path),
        reason=remarks.get(kind, {}).get(check, ""),
        holders=holders,
        position=Label(zh=position.zh, en=position.en) if position else None,
        problem=next((p.message for p in problems if p.field == path), None),
    )
