"""A changed amount is a further version of its parameter, from a day on; what was in force before stays readable."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from workflow_app.act import Act
from workflow_app.audit import append
from workflow_app.directory.models import Bureau
from workflow_app.directory.rights import require
from workflow_app.errors import InvalidError, NotFoundError, Problem
from workflow_app.policy.models import PolicyParameter
from workflow_app.policy.parameters import forget_policy
from workflow_app.policy.profiles import fits
from workflow_app.policy.values import Kind
from workflow_app.text import Text
from workflow_app.typed import text_problem

LONGEST = {"value": 200, "clause": 80, "reason": 500}
"""How many characters a change may need for each of its texts."""

_NAMES = {"value": Text("参数值"), "clause": Text("依据"), "reason": Text("理由")}


def change(act: Act, key: str, value: str, clause: str, valid_from: date, reason: str) -> PolicyParameter:
    """Give a parameter of the bureau's profile a new value from a date on, by a script of its operators; audited.

    People do not reach this: one of them proposes a change and another one confirms it (``policy/proposals.py``).

    Raises:
        ForbiddenError: the actor is a person.
        NotFoundError: the profile has no such parameter.
        InvalidError: the value does not fit the unit, or clause or reason are missing.
    """
    require(act.actor, "set_policy")
    last = newest(act, key)
    check_change(last, value, clause, reason)
    return enter(act, last, value, clause, valid_from, reason)


def newest(act: Act, key: str) -> PolicyParameter:
    """The newest version of a parameter of the bureau's profile; other changes of the policy wait until the act ends.

    Raises:
        NotFoundError: the profile has no such parameter.
    """
    # Without the lock two changes at the same instant would become the same version.
    profile = act.session.scalars(
        select(Bureau.policy_profile).where(Bureau.id == act.bureau_id).with_for_update()
    ).one_or_none()
    row = act.session.scalars(
        select(PolicyParameter)
        .where(
            PolicyParameter.bureau_id == act.bureau_id,
            PolicyParameter.profile == profile,
            PolicyParameter.key == key,
        )
        .order_by(PolicyParameter.version.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        raise NotFoundError("本局的政策口径中没有参数{key}。", key=key)
    return row


def check_change(last: PolicyParameter, value: str, clause: str, reason: str, kind: Kind | None = None) -> None:
    """See that a change says its source and why, and that the value can be read in the parameter's unit and is of its
    kind, if it is of one.

    Raises:
        InvalidError: it does not; every fault is named with its field.
    """
    texts = {"value": value, "clause": clause, "reason": reason}
    problems = [
        Problem(field, problem) for field, text in texts.items() if (problem := _text_problem(field, text)) is not None
    ]
    if not problems and not fits(value, last.unit):
        unit = UNIT_NAMES[last.unit]
        text = Text("“{value}”不能作为{title}的值（单位：{unit}）。", value=value, title=last.title, unit=unit)
        problems.append(Problem("value", text))
    elif not problems and kind is not None and not kind.allows(value):
        problems.append(Problem("value", Text("“{value}”不能作为{title}的值。", value=value, title=last.title)))
    if problems:
        raise InvalidError(problems=problems)


def enter(act: Act, last: PolicyParameter, value: str, clause: str, valid_from: date, reason: str) -> PolicyParameter:
    """Write the version that follows ``last``, and the event that tells of it."""
    row = PolicyParameter(
        bureau_id=act.bureau_id,
        profile=last.profile,
        key=last.key,
        value=value,
        unit=last.unit,
        clause=clause,
        title=last.title,
        valid_from=valid_from,
        valid_to=last.valid_to if last.valid_to and last.valid_to >= valid_from else None,
        version=last.version + 1,
        recorded_at=act.now,
    )
    act.session.add(row)
    forget_policy(act.session, act.bureau_id)
    body = {
        "profile": row.profile,
        "key": row.key,
        "value": value,
        "unit": row.unit,
        "clause": clause,
        "valid_from": valid_from.isoformat(),
        "version": row.version,
        "reason": reason,
    }
    append(act, "policy", "policy_changed", f"policy:{row.key}", body)
    act.session.flush()
    return row


UNIT_NAMES = {
    "workday": Text("个工作日"),
    "day": Text("日"),
    "count": Text("数量"),
    "ratio": Text("比例"),
    "yuan": Text("元"),
    "score": Text("分"),
    "text": Text("文字"),
}
"""What each unit of an amount is called."""


def _text_problem(field: str, text: str) -> Text | None:
    if not text.strip():
        return Text("请填写{name}。", name=_NAMES[field])
    return text_problem(_NAMES[field], text, LONGEST[field], lines=field == "reason")
