"""Policy profiles: shipped sets of parameters of one county, loaded into a bureau and changed there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import insert, select

from workflow_app.act import Act
from workflow_app.audit import append
from workflow_app.calendar.periods import PERIOD_UNITS
from workflow_app.database import canonical_json, digest
from workflow_app.directory.models import Bureau
from workflow_app.directory.rights import require
from workflow_app.errors import InvalidError, NotFoundError
from workflow_app.policy.models import PolicyParameter
from workflow_app.policy.parameters import Parameter, forget_policy

_PROFILES = Path(__file__).parent / "profiles"

COMMON_PRACTICE = "通行做法"
"""The clause of a default that no document states; a bureau replaces it by its own rule."""

UNITS = PERIOD_UNITS | {"count", "ratio", "yuan", "score", "text"}


@dataclass(frozen=True)
class Profile:
    """A shipped profile: its code, its document, and its parameters."""

    code: str
    title: str
    parameters: tuple[Parameter, ...]


def shipped_profiles() -> list[str]:
    """The codes of the profiles that come with the product."""
    return sorted(path.stem for path in _PROFILES.glob("*.yaml"))


def read_profile(code: str) -> Profile:
    """A shipped profile.

    Raises:
        NotFoundError: there is none of this code.
    """
    if code not in shipped_profiles():
        raise NotFoundError("没有名为{profile}的政策口径。", profile=code)
    content = yaml.safe_load((_PROFILES / f"{code}.yaml").read_text(encoding="utf-8"))
    parameters = [_parameter(key, row, content) for key, row in content["parameters"].items()]
    return Profile(content["profile"], content["title"], tuple(parameters))


def load_profile(act: Act, code: str) -> int:
    """Enter the parameters of a shipped profile that the bureau does not have yet; the number entered.

    What the bureau has changed stays as it is. Loading twice enters nothing the second time.

    Raises:
        NotFoundError: there is no such profile.
    """
    profile = read_profile(code)
    known = set(
        act.session.scalars(
            select(PolicyParameter.key).where(
                PolicyParameter.bureau_id == act.bureau_id, PolicyParameter.profile == code
            )
        )
    )
    new = [p for p in profile.parameters if p.key not in known]
    if new:
        rows = [{"bureau_id": act.bureau_id, "profile": code, "recorded_at": act.now, **vars(p)} for p in new]
        act.session.execute(insert(PolicyParameter), rows)
        forget_policy(act.session, act.bureau_id)
        body = {"profile": code, "parameters": len(new), "digest": digest(canonical_json([vars(p) for p in new]))}
        append(act, "policy", "policy_loaded", f"profile:{code}", body)
    return len(new)


def change(act: Act, key: str, value: str, clause: str, valid_from: date, reason: str) -> PolicyParameter:
    """Give a parameter of the bureau's profile a new value from a date on, as a new version; audited.

    Rows of history stay: what was checked before keeps the version that it was checked with.

    Raises:
        ForbiddenError: the actor may not change policy amounts.
        NotFoundError: the profile has no such parameter.
        InvalidError: the value does not fit the unit, or clause or reason are missing.
    """
    require(act.actor, "edit_policy")
    last = act.session.scalars(
        select(PolicyParameter)
        .join(Bureau, (Bureau.id == PolicyParameter.bureau_id) & (Bureau.policy_profile == PolicyParameter.profile))
        .where(PolicyParameter.bureau_id == act.bureau_id, PolicyParameter.key == key)
        .order_by(PolicyParameter.version.desc())
        .limit(1)
    ).one_or_none()
    if last is None:
        raise NotFoundError("本局的政策口径中没有参数{key}。", key=key)
    if not clause.strip() or not reason.strip():
        raise InvalidError("调整政策参数须写明依据和理由。")
    if not fits(value, last.unit):
        raise InvalidError(
            "“{value}”不能作为{title}的值（单位{unit}）。", value=value, title=last.title, unit=last.unit
        )
    row = PolicyParameter(
        bureau_id=act.bureau_id,
        profile=last.profile,
        key=key,
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
        "key": key,
        "value": value,
        "unit": row.unit,
        "clause": clause,
        "valid_from": valid_from.isoformat(),
        "version": row.version,
        "reason": reason,
    }
    append(act, "policy", "policy_changed", f"policy:{key}", body)
    act.session.flush()
    return row


def fits(value: str, unit: str) -> bool:
    """Whether a value can be read in its unit: a natural number, an exact fraction or decimal, or any text."""
    try:
        if unit in PERIOD_UNITS:
            return value.isascii() and value.isdigit()
        if unit == "ratio":
            return Fraction(value) >= 0
        if unit in {"count", "yuan", "score"}:
            return Decimal(value) >= 0
    except (ValueError, ZeroDivisionError, InvalidOperation):
        return False
    return unit in UNITS and bool(value.strip())


def _parameter(key: str, row: dict[str, Any], content: dict[str, Any]) -> Parameter:
    return Parameter(
        key=key,
        value=row["value"],
        unit=row["unit"],
        clause=row["clause"],
        title=row["title"],
        valid_from=row.get("valid_from", content["valid_from"]),
        valid_to=row.get("valid_to", content["valid_to"]),
        version=1,
    )
