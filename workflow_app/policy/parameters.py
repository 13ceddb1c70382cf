"""Policy parameters: read once for a day, used with their source, changed by adding a version."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from sqlalchemy import bindparam, select
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


@dataclass(frozen=True)
class Parameter:
    """One version of one parameter."""

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


# Built once: an act that sets a deadline asks for it.
_VERSIONS = (
    select(Bureau.policy_profile, *(getattr(PolicyParameter, field.name) for field in fields(Parameter)))
    .join(Bureau, (Bureau.id == PolicyParameter.bureau_id) & (Bureau.policy_profile == PolicyParameter.profile))
    .where(PolicyParameter.bureau_id == bindparam("bureau"))
    .order_by(PolicyParameter.id)
)


def load_policy(session: Session, bureau_id: int, day: date) -> Policy:
    """The policy of the bureau's profile on a day, read with one statement and once in a transaction.

    Raises:
        PolicyError: the bureau's profile has not been loaded.
    """
    known: tuple[str, Mapping[str, Sequence[Parameter]]] | None = remembered(session).get((Policy, bureau_id))
    profile, versions = known or _read_versions(session, bureau_id)
    return Policy(profile, day, versions)


def forget_policy(session: Session, bureau_id: int) -> None:
    """Let the policy be read anew in this transaction: it was changed."""
    remembered(session).pop((Policy, bureau_id), None)


def hold(session: Session, bureau_id: int, keys: Collection[str]) -> None:
    """Let no one else count against these parameters until this transaction ends: their rows are locked, if any are
    named. It is done after the case has been locked and before anything is entered or numbered.

    Whoever has waited counts anew what was entered meanwhile. On SQLite there is one writer at a time anyhow.
    """
    if keys:
        rows = select(PolicyParameter.id).where(PolicyParameter.bureau_id == bureau_id, PolicyParameter.key.in_(keys))
        session.execute(rows.order_by(PolicyParameter.id).with_for_update()).all()


def _read_versions(session: Session, bureau_id: int) -> tuple[str, Mapping[str, Sequence[Parameter]]]:
    rows = read_columns(session, _VERSIONS, {"bureau": bureau_id})
    if not rows:
        raise PolicyError("本局的政策口径尚未载入，请联系系统管理员。")
    versions: dict[str, list[Parameter]] = {}
    for row in rows:
        parameter = Parameter(*row[1:])
        versions.setdefault(parameter.key, []).append(parameter)
    read = remembered(session)[Policy, bureau_id] = (rows[0][0], versions)
    return read
