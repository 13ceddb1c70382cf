"""Denied requests in the security chain: each one, until they come so fast that only their number matters.

Whoever tries addresses one after the other would otherwise fill the log, and hold up with it everyone who signs in:
the chain has one lock. So the first attempts of a window are recorded one by one, the others by a line whenever their
number has doubled. Ten thousand attempts leave thirty lines.
"""

from __future__ import annotations

from workflow_app.act import Act
from workflow_app.audit import append
from workflow_app.security.counters import count_attempt

ONE_BY_ONE = 20
"""So many attempts of one account are recorded each for itself within one window."""
WINDOW_MINUTES = 10


def record_denial(act: Act, path: str, method: str) -> None:
    """Record that the actor asked for what is not theirs to see or to do. ``path`` names ids and nothing typed."""
    actor = act.actor
    who = f"invitation:{actor.invitation_id}" if actor.kind == "invited" else f"account:{actor.account_id}"
    count = count_attempt(act.session, "denial", who, act.now, WINDOW_MINUTES)
    if count <= ONE_BY_ONE:
        append(act, "security", "access_denied", who, {"path": path, "method": method})
    elif _has_doubled(count):
        body = {"attempts": count, "minutes": WINDOW_MINUTES}
        append(act, "security", "access_denied_often", who, body)


def _has_doubled(count: int) -> bool:
    """Whether the number is 20 times a power of two: 40, 80, 160 …"""
    times, rest = divmod(count, ONE_BY_ONE)
    return rest == 0 and times & (times - 1) == 0
