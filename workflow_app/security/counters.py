"""Counting attempts per network address, in the database, so that all processes and nodes count together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.database import insert_or
from workflow_app.errors import TooManyError
from workflow_app.security.models import AttemptCounter


@dataclass(frozen=True)
class Limit:
    """So many attempts of one kind from one address within one window."""

    kind: str
    attempts: int
    window_minutes: int

    def refuse_beyond(self, count: int) -> None:
        """Refuse the attempt that comes when ``count`` were made already.

        Raises:
            TooManyError: the limit is reached.
        """
        if count >= self.attempts:
            raise TooManyError("该网络地址尝试次数过多，请{minutes}分钟后再试。", minutes=self.window_minutes)


SIGN_IN_FAILURES = Limit("sign_in", attempts=30, window_minutes=15)
"""Failed sign-ins from one address. A school shares one address, so that it is wider than the five of one account."""

VERIFICATIONS = Limit("verification", attempts=60, window_minutes=10)
"""Look-ups of record verification codes from one address: enough for a desk, too few to guess codes."""

INVITATION_FAILURES = Limit("invitation", attempts=20, window_minutes=15)
"""Refused invitations from one address. An invitation locks itself much earlier; this is for those who try links."""


def count_attempt(session: Session, kind: str, place: str, now: datetime, window_minutes: int) -> int:
    """Count one more attempt and return the number within the present window, this one included. One statement."""
    statement = (
        insert_or(session, AttemptCounter)
        .values(kind=kind, place=network_of(place), window_start=_window_start(now, window_minutes), count=1)
        .on_conflict_do_update(
            index_elements=["kind", "place", "window_start"], set_={"count": AttemptCounter.count + 1}
        )
        .returning(AttemptCounter.count)
    )
    return session.execute(statement).scalar_one()


def attempts(session: Session, kind: str, place: str, now: datetime, window_minutes: int) -> int:
    """The number of attempts within the present window; nothing is counted."""
    return (
        session.scalar(
            select(AttemptCounter.count).where(
                AttemptCounter.kind == kind,
                AttemptCounter.place == network_of(place),
                AttemptCounter.window_start == _window_start(now, window_minutes),
            )
        )
        or 0
    )


def network_of(place: str) -> str:
    """What is counted as one place: an IPv4 address, or the /64 network that one IPv6 subscriber owns."""
    try:
        address = ip_address(place)
    except ValueError:
        return place[:80]
    if not isinstance(address, IPv6Address):
        return str(address)
    return str(address.ipv4_mapped or ip_network((address, 64), strict=False))


def _window_start(now: datetime, window_minutes: int) -> datetime:
    window = timedelta(minutes=window_minutes)
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return epoch + (now - epoch) // window * window
