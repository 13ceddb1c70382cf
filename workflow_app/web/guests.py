"""Invited outsiders on the web: a session of their own beside the sign-in, which opens one task and nothing else."""

from __future__ import annotations

from flask import g, redirect, session, url_for
from werkzeug.wrappers import Response

from workflow_app.cases import invited
from workflow_app.text import Text
from workflow_app.web.errors import answer, wants_json
from workflow_app.web.request import config, current_guest, now, reading, runtime

LINK, GUEST = "invitation", "guest"
"""Keys of the signed cookie: the link that was followed, and the session that the code has opened."""

PUBLIC = frozenset({"invited.follow", "invited.door", "invited.enter", "invited.answered"})
"""Endpoints that open without a code: the way in, and the words after the answer. They tell nothing of any case."""

OWN = frozenset({"invited.show", "invited.send", "invited.upload", "invited.draft", "invited.file", "invited.leave"})
"""Endpoints that are an invited outsider's alone; no account opens them, and an outsider opens no other."""

_LAPSED = Text("本次进入已失效，请重新输入验证码。")


def admit() -> Response | None:
    """Let an invited outsider pass whose session lives; everybody else is led to the door.

    The session is asked for anew at every request, so that whatever has ended it takes effect with this one.
    """
    load()
    if current_guest() is not None:
        return None
    return answer(401, _LAPSED) if wants_json() else redirect(way_in(), 303)


def way_in() -> str:
    """Where somebody belongs who is not inside: to the door, or, if the answer is given, to the words after it. So a
    second click on the button that answers gets what the first one got.
    """
    token = session.get(GUEST)
    if token is None:
        return url_for("invited.door")
    with reading() as database:
        is_answered = invited.has_answered(database, token)
    return url_for("invited.answered" if is_answered else "invited.door")


def load() -> None:
    """Find whoever is inside with this browser, for the rest of the request."""
    parts, instant, token = runtime(), now(), session.get(GUEST)
    if token is None:
        return
    with reading() as database:
        found = invited.guest(database, token, instant, config().idle_minutes, config().session_hours)
    if found is not None and found.touch_due:
        with parts.database.writing() as database:
            invited.touch(database, token, instant)
    g.guest = found


def follow(link: str) -> None:
    """Keep a link that was opened in the cookie, so that no further address holds it; another one than before begins
    anew.
    """
    if session.get(LINK) != link:
        session.pop(GUEST, None)
    session[LINK] = link


def begin(token: str) -> None:
    """Begin the session that a code has opened. What the cookie held before is dropped, the form token included."""
    link = session.get(LINK)
    session.clear()
    session[LINK], session[GUEST] = link, token


def end() -> None:
    """End the session, on the server too. The link stays, so that a code leads in again while the invitation lives."""
    token = session.pop(GUEST, None)
    if token is not None:
        with runtime().database.writing() as database:
            invited.leave(database, token)
