"""Policy parameters: read once for a day, used with their source, changed by adding a version."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, bindparam, func, select
from sqlalchemy.orm import Session

from workflow_app.calendar.periods import due_date
from workflow_app.calendar.working import WorkCalendar
from workflow_app.database import read_columns, remembered
from workflow_app.directory.models import Bureau
from workflow_app.errors import WorkflowError
from workflow_app.policy.finding import Used
from workflow_app.policy.models import PolicyParameter
from workflow_app.text import day_text


class PolicyError(WorkflowError):
    """A parameter that is needed is not there, is not in force, or is not of the kind that is asked for."""

    status = 409


class Parameter(NamedTuple):
    """One version of one parameter; a tuple, because who sets a deadline makes one of every version there is."""

    key: str
    value: str
    unit: str
    clause: str
    title: str
    valid_from: date
    valid_to: date | None
    version: int

    def is_valid_on(self, day: date) -> bool:
        """Whether the version is in force on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class Policy:
    """The parameters of a bureau's profile on one day."""

    profile: str
    day: date
    versions: Mapping[str, Sequence[Parameter]]

    def parameter(self, key: str) -> Parameter:
        """The version in force: of those valid on the day the one that begins latest, of these the newest.

        Raises:
            PolicyError: the profile has no such parameter, or none that is in force on the day.
        """
        versions = self.versions.get(key, ())
        valid = [p for p in versions if p.is_valid_on(self.day)]
        if valid:
            return max(valid, key=lambda p: (p.valid_from, p.version))
        names = {"profile": self.profile, "key": key, "day": day_text(self.day)}
        if not versions:
            raise PolicyError("政策口径{profile}中没有参数{key}，请联系系统管理员。", **names)
        last = max(versions, key=lambda p: (p.valid_from, p.version))
        if last.valid_to is not None and last.valid_to < self.day:
            raise PolicyError(
                "政策口径{profile}的参数{key}（{title}）已于{until}失效，{day}没有有效的值。",
                title=last.title,
                until=day_text(last.valid_to),
                **names,
            )
        raise PolicyError("政策口径{profile}的参数{key}（{title}）在{day}尚未生效。", title=last.title, **names)

    def used(self, key: str) -> Used:
        """The parameter as a finding stores it: value, unit, clause, version."""
        p = self.parameter(key)
        return Used(self.profile, p.key, p.value, p.unit, p.clause, p.version)

    def text(self, key: str) -> str:
        """The value as written."""
        return self.parameter(key).value

    def texts(self, key: str) -> tuple[str, ...]:
        """The values of a list written with commas: ``excellent,good``."""
        return tuple(part.strip() for part in self.text(key).split(","))

    def integer(self, key: str) -> int:
        """The value as a whole number."""
        try:
            return int(self.text(key))
        except ValueError:
            raise self._unreadable(key) from None

    def decimal(self, key: str) -> Decimal:
        """The value as an exact decimal."""
        try:
            return Decimal(self.text(key))
        except InvalidOperation:
            raise self._unreadable(key) from None

    def fraction(self, key: str) -> Fraction:
        """The value as an exact fraction: ``2/3``, ``12.5``, ``0.05``."""
        try:
            return Fraction(self.text(key))
        except (ValueError, ZeroDivisionError):
            raise self._unreadable(key) from None

    def due(self, calendar: WorkCalendar, key: str, start: date) -> date:
        """The last day of the period that a parameter sets, counted from ``start`` in its own unit.

        Raises:
            PolicyError: the parameter is not a period.
        """
        try:
            return due_date(calendar, start, self.integer(key), self.parameter(key).unit)
        except ValueError:
            raise self._unreadable(key) from None

    def current(self) -> list[Parameter]:
        """Every parameter in force on the day, by key."""
        return [self.parameter(key) for key in sorted(self.versions) if any(map(self._valid, self.versions[key]))]

    def expiring(self, within_days: int) -> list[Parameter]:
        """Parameters in force that lapse within so many calendar days, soonest first: a warning in good time."""
        ending = [p for p in self.current() if p.valid_to is not None and (p.valid_to - self.day).days <= within_days]
        return sorted(ending, key=lambda p: (p.valid_to or self.day, p.key))

    def _valid(self, parameter: Parameter) -> bool:
        return parameter.is_valid_on(self.day)

    def _unreadable(self, key: str) -> PolicyError:
        return PolicyError(
            "政策口径{profile}的参数{key}的值“{value}”（单位{unit}）不能用于此处。",
            profile=self.profile,
            key=key,
            value=self.text(key),
            unit=self.parameter(key).unit,
        )


_OF_ITS_PROFILE = (Bureau.id == PolicyParameter.bureau_id) & (Bureau.policy_profile == PolicyParameter.profile)

# Built once: an act that sets a deadline asks for them.
_VERSIONS = (
    select(Bureau.policy_profile, PolicyParameter.id, *(getattr(PolicyParameter, name) for name in Parameter._fields))
    .join(Bureau, _OF_ITS_PROFILE)
    .where(PolicyParameter.bureau_id == bindparam("bureau"))
    .order_by(PolicyParameter.id)
)
_STAMP = (
    select(Bureau.policy_profile, func.count(PolicyParameter.id), func.max(PolicyParameter.id))
    .join(Bureau, _OF_ITS_PROFILE)
    .where(PolicyParameter.bureau_id == bindparam("bureau"))
    .group_by(Bureau.policy_profile)
)


class _Read(NamedTuple):
    """What was read of a bureau. Rows are only ever added, so their number and the last id say whether it still holds;
    the last id alone does not, for who commits last need not have the highest."""

    profile: str
    rows: int
    last_id: int
    versions: Mapping[str, Sequence[Parameter]]


_known: WeakKeyDictionary[Engine, dict[int, _Read]] = WeakKeyDictionary()
_known_lock = threading.Lock()
_CHANGED_HERE = "policy.changed_here"


def load_policy(session: Session, bureau_id: int, day: date) -> Policy:
    """The policy of the bureau's profile on a day; once in a transaction it is asked whether what the process has read
    before still holds.

    Raises:
        PolicyError: the bureau's profile has not been loaded.
    """
    here = remembered(session)
    found: _Read | None = here.get((Policy, bureau_id))
    if found is None:
        # What this very transaction has entered may yet be rolled back, and its ids be given to others.
        own = (_CHANGED_HERE, bureau_id) in here
        found = here[Policy, bureau_id] = _read(session, bureau_id) if own else _current(session, bureau_id)
    return Policy(found.profile, day, found.versions)


def forget_policy(session: Session, bureau_id: int) -> None:
    """Let the policy be read anew in this transaction: it was changed."""
    remembered(session).pop((Policy, bureau_id), None)
    remembered(session)[_CHANGED_HERE, bureau_id] = True


def hold(session: Session, bureau_id: int, keys: Collection[str]) -> None:
    """Let no one else count against these parameters until this transaction ends: their rows are locked, if any are
    named. It is done after the case has been locked and before anything is entered or numbered.

    Whoever has waited counts anew what was entered meanwhile. On SQLite there is one writer at a time anyhow.
    """
    if keys:
        rows = select(PolicyParameter.id).where(PolicyParameter.bureau_id == bureau_id, PolicyParameter.key.in_(keys))
        session.execute(rows.order_by(PolicyParameter.id).with_for_update()).all()


def _current(session: Session, bureau_id: int) -> _Read:
    """What this process has read, if it still holds, else what is there now."""
    with _known_lock:
        known = _known.setdefault(session.get_bind().engine, {})
    found = known.get(bureau_id)
    if found is None or [found[:3]] != read_columns(session, _STAMP, {"bureau": bureau_id}):
        found = known[bureau_id] = _read(session, bureau_id)
    return found


def _read(session: Session, bureau_id: int) -> _Read:
    rows = read_columns(session, _VERSIONS, {"bureau": bureau_id})
    if not rows:
        raise PolicyError("本局的政策口径尚未载入，请联系系统管理员。")
    versions: dict[str, list[Parameter]] = {}
    for row in rows:
        parameter = Parameter._make(row[2:])
        versions.setdefault(parameter.key, []).append(parameter)
    return _Read(rows[0][0], len(rows), rows[-1][1], versions)
