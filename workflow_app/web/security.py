"""Who may call what, and under which headers: everything needs a signed-in person, except two short lists."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from flask import Flask, Response, abort, flash, redirect, request, session, url_for
from flask_login import LoginManager
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.routing import IntegerConverter, ValidationError
from werkzeug.wrappers import Response as AnyResponse

from workflow_app.directory.actors import Visitor, visitor_of_session
from workflow_app.security.headers import security_headers
from workflow_app.security.sessions import Limits, touch
from workflow_app.text import Text
from workflow_app.typed import whole_number
from workflow_app.web import guests
from workflow_app.web.errors import answer, wants_json
from workflow_app.web.i18n import gettext
from workflow_app.web.request import SignedIn, config, now, reading, runtime, signed_in

PUBLIC = (
    frozenset(
        {"static", "auth.sign_in", "auth.enter", "auth.language", "home.healthz", "home.readyz", "records.verify"}
    )
    | guests.PUBLIC
)
"""Endpoints that are open to everyone. Everything else requires a sign-in; a test walks the whole map of addresses."""

BEFORE_PASSWORD = PUBLIC | {"auth.password", "auth.change_password", "auth.sign_out"}
"""Endpoints that may be used while the first password has not been changed."""

FORM_BYTES = 2 * 1024 * 1024
"""The largest form without its files: far above the longest application, far below a burden."""

FORM_PARTS = 5_000
"""The most fields of one form: a plan with hundreds of rows still passes."""


class IdConverter(IntegerConverter):
    """Ids in addresses: plain digits, no more than the database can hold. Anything else is an unknown address."""

    regex = r"[0-9]{1,10}"

    def to_python(self, value: str) -> int:
        if (number := whole_number(value)) is None:
            raise ValidationError
        return number


def safe_next(address: str | None) -> str | None:
    """The address if it stays on this site, else None: a foreign one would make the sign-in page a lure.

    Only a path counts, in the plainest spelling: browsers read ``//host``, ``/\\host`` and control characters freely.
    """
    if not address or not address.startswith("/") or address.startswith("//"):
        return None
    if "\\" in address or any(ord(c) < 32 for c in address):
        return None
    parts = _parts(address)
    return None if parts.scheme or parts.netloc else address


def _parts(address: str | None) -> SplitResult:
    """The parts of an address, all empty where it cannot be one."""
    try:
        return urlsplit(address or "")
    except ValueError:
        return urlsplit("")


def install(app: Flask, *, secure_cookies: bool, max_file_mb: int) -> None:
    """Guard every endpoint, protect every form, set the headers of every answer."""
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure_cookies,
        MAX_CONTENT_LENGTH=max_file_mb * 1024 * 1024 + FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=FORM_BYTES,
        MAX_FORM_PARTS=FORM_PARTS,
        # The token lives as long as the session; a form that was open over lunch is still accepted after a sign-in.
        WTF_CSRF_TIME_LIMIT=None,
    )
    login = LoginManager(app)  # type: ignore[no-untyped-call]
    login.user_loader(_load_user)  # type: ignore[no-untyped-call]
    login.session_protection = ""  # off: the server keeps the session, with rules of its own
    app.before_request(_require_sign_in)
    app.before_request(_require_readable)
    app.before_request(_refuse_foreign_forms)
    # After the guard: whose session has lapsed is asked to sign in, not told about a token.
    CSRFProtect(app)  # type: ignore[no-untyped-call]
    app.after_request(_set_headers)
    app.url_defaults(_add_content_hash)


def _load_user(token: str) -> SignedIn | None:
    """The living session of a token, and whose it is; what was revoked is gone with this very request."""
    parts, instant = runtime(), now()
    with reading() as database:
        limits = Limits(parts.config.idle_minutes, parts.config.session_hours)
        seen = visitor_of_session(database, token, instant, limits)
    if seen is None:
        return None
    if seen.touch_due:
        with parts.database.writing() as database:
            touch(database, token, instant)
    return SignedIn(token, seen.visitor)


def _require_sign_in() -> AnyResponse | None:
    if request.endpoint is None or request.endpoint in PUBLIC:
        return None
    if request.endpoint in guests.OWN:
        return guests.admit()
    user = signed_in()
    if user is None:
        return _ask_to_sign_in()
    if must_change_password(user) and request.endpoint not in BEFORE_PASSWORD:
        return redirect(url_for("auth.password"), 303)
    return None


def _require_readable() -> None:
    """Stop what no browser sends: more fields than any form has, and the character that no database can store."""
    sent = [*request.args.items(multi=True), *request.form.items(multi=True)]
    if len(sent) > FORM_PARTS or any("\0" in part for pair in sent for part in pair) or "\0" in request.path:
        abort(400)


def must_change_password(user: Visitor) -> bool:
    """Whether a new password comes before everything else: the first one, or one that has become too old."""
    days = config().password_days
    return user.must_change or (days > 0 and now() - user.password_changed_at > timedelta(days=days))


def _ask_to_sign_in() -> AnyResponse:
    lapsed = session.pop("_user_id", None) is not None
    if wants_json():
        return answer(401, Text("登录已失效，请重新登录。"))
    if lapsed:
        flash(gettext("您已有一段时间没有操作，为安全起见已退出。请重新登录，登录后回到原来的页面。"), "warn")
    return redirect(url_for("auth.sign_in", next=_page_to_return_to()), 303)


def _refuse_foreign_forms() -> None:
    """Browsers say which page a form stood on. The token protects where they do not; where they do, both must be right.

    Raises:
        CSRFError: the form stood on a page of another site.
    """
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    if request.headers.get("Sec-Fetch-Site", "none") not in {"same-origin", "none"}:
        raise CSRFError("sent by another site")
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc not in {request.host, urlsplit(config().base_url).netloc}:
        raise CSRFError("sent by another site")


def _page_to_return_to() -> str | None:
    """The page that was asked for; for a form that was sent, the page that it stood on."""
    if request.method == "GET":
        asked = request.full_path.rstrip("?")
        return None if asked == "/" else safe_next(asked)
    referrer = _parts(request.referrer)
    if referrer.netloc != request.host:
        return None
    return safe_next(referrer.path + (f"?{referrer.query}" if referrer.query else ""))


def _set_headers(response: Response) -> Response:
    for name, value in security_headers(secure=config().secure_cookies).items():
        response.headers.setdefault(name, value)
    if request.endpoint == "static":
        if request.args.get("v") and response.status_code == 200:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        # Pages hold what only this person may see: no shared or shelved copy.
        response.headers.setdefault("Cache-Control", "no-store")
    return response


@cache
def _content_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _add_content_hash(endpoint: str, values: dict[str, Any]) -> None:
    """Static files carry the hash of their content in the address, so that a browser may keep them for a year."""
    if endpoint == "static" and "filename" in values and "v" not in values:
        path = Path(__file__).parent / "static" / values["filename"]
        if path.is_file():
            values["v"] = _content_hash(path)
