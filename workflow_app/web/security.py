"""Who may call what: everything needs a signed-in person, except the endpoints of one short list."""

from __future__ import annotations

from flask import Flask, current_app
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect

from workflow_app.web.request import SignedIn

PUBLIC = frozenset({"static", "auth.sign_in", "auth.language", "home.healthz", "records.verify"})
"""Endpoints that are open to everyone. Everything else requires a sign-in; a test walks the whole map of addresses."""


def install(app: Flask) -> None:
    """Guard every endpoint."""
    app.config.update(SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax", WTF_CSRF_TIME_LIMIT=None)
    CSRFProtect(app)  # type: ignore[no-untyped-call]
    LoginManager(app).user_loader(_load_user)  # type: ignore[no-untyped-call]


def _load_user(token: str) -> SignedIn | None:
    user: SignedIn | None = current_app.extensions.get("signed_in", {}).get(token)
    return user
