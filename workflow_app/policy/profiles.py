"""Policy profiles: shipped sets of parameters of one county, loaded into a bureau by whoever operates the program."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import insert, select

from workflow_app.act import Act
from workflow_app.audit import append
from workflow_app.calendar.periods import PERIOD_UNITS
from workflow_app.columns import canonical_json, digest
from workflow_app.directory.rights import require
from workflow_app.errors import NotFoundError
from workflow_app.policy.models import PolicyParameter
from workflow_app.policy.parameters import Parameter, forget_policy

_PROFILES = Path(__file__).parent / "profiles"

COMMON_PRACTICE = "通行做法"
"""The clause of a default that no document states; a bureau replaces it by its own rule."""

_PERIOD, _DECIMAL = r"\d{1,4}", r"\d{1,12}(\.\d{1,6})?"
_NUMBERS = {
    **dict.fromkeys(PERIOD_UNITS, re.compile(_PERIOD, re.ASCII)),
    **dict.fromkeys(("count", "yuan", "score"), re.compile(_DECIMAL, re.ASCII)),
    "ratio": re.compile(rf"{_DECIMAL}|\d{{1,6}}/[1-9]\d{{0,5}}", re.ASCII),
}

UNITS = frozenset({*_NUMBERS, "text"})


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
        ForbiddenError: the actor is a person.
        NotFoundError: there is no such profile.
    """
    require(act.actor, "set_policy")
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
        rows = [{"bureau_id": act.bureau_id, "profile": code, "recorded_at": act.now, **p._asdict()} for p in new]
        act.session.execute(insert(PolicyParameter), rows)
        forget_policy(act.session, act.bureau_id)
        body = {"profile": code, "parameters": len(new), "digest": digest(canonical_json([p._asdict() for p in new]))}
        append(act, "policy", "policy_loaded", f"profile:{code}", body)
    return len(new)


def fits(value: str, unit: str) -> bool:
    """Whether a value can be read in its unit: a natural number, an exact fraction or decimal, or any text.

    Numbers are written out in plain digits and are bounded: one with an exponent may be too large to be worked with.
    """
    if unit == "text":
        return bool(value.strip())
    return unit in _NUMBERS and _NUMBERS[unit].fullmatch(value) is not None


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
