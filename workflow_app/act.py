"""An act: who does something, when, inside which transaction. Every service that writes takes one.

Nobody below the web layer knows a request or a current user; the actor is part of the act.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from sqlalchemy.orm import Session

from workflow_app.clock import local_date

ActorKind = Literal["person", "system", "external", "invited"]


@dataclass(frozen=True)
class Holding:
    """One position (岗位) that a person holds today at one organisation."""

    organisation_id: int
    position: str


@dataclass(frozen=True)
class Actor:
    """Whoever acts. A person carries the positions held today; the system acts by rule and carries none.

    An invited outsider is nobody of the directory: the invitation names the one seat that may be answered. A person
    with a ``seat_id`` enters there what an outside organisation has answered on paper.
    """

    bureau_id: int
    name: str
    kind: ActorKind = "person"
    person_id: int | None = None
    account_id: int | None = None
    organisation_id: int | None = None
    holdings: frozenset[Holding] = field(default_factory=frozenset)
    invitation_id: int | None = None
    seat_id: int | None = None

    def holds(self, position: str, organisation_id: int | None = None) -> bool:
        """Whether the actor holds this position, at this organisation or (None) at any."""
        return any(
            h.position == position and (organisation_id is None or h.organisation_id == organisation_id)
            for h in self.holdings
        )

    @property
    def is_standing_in(self) -> bool:
        """Whether a person answers a seat for the outside organisation whose it is."""
        return self.kind == "person" and self.seat_id is not None

    @property
    def recorded_id(self) -> int | None:
        """What the history keeps beside the kind of the actor: a person's id, or that of an invitation."""
        return self.invitation_id if self.kind == "invited" else self.person_id


def system_actor(bureau_id: int) -> Actor:
    """The actor of reminders, deadlines and rendering: the program itself."""
    return Actor(bureau_id=bureau_id, name="系统", kind="system")


@dataclass(frozen=True)
class Act:
    """One transaction's worth of doing: the open session, the actor and the moment."""

    session: Session
    actor: Actor
    now: datetime

    @property
    def today(self) -> date:
        """The county's date at the moment of the act."""
        return local_date(self.now)

    @property
    def bureau_id(self) -> int:
        """The tenant that the act happens in."""
        return self.actor.bureau_id
