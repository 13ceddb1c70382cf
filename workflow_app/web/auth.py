"""Signing in and out, the password, the language."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask_login import login_user, logout_user
from werkzeug.wrappers import Response

from workflow_app.directory import accounts, signing_in
from workflow_app.directory.actors import visitor_for
from workflow_app.directory.signing_in import SignInRefused
from workflow_app.errors import InvalidError, Problem
from workflow_app.languages import LOCALES
from workflow_app.security import passwords
from workflow_app.text import Text
from workflow_app.web import i18n
from workflow_app.web.request import (
    SignedIn,
    client_address,
    config,
    current_account,
    current_token,
    now,
    reading,
    runtime,
    signed_in,
    today,
    writing,
)
from workflow_app.web.security import must_change_password, safe_next

blueprint = Blueprint("auth", __name__)

YEAR = 365 * 24 * 3600


@blueprint.get("/sign-in")
def sign_in() -> str | Response:
    """The form; whoever is signed in already goes on to the page that was asked for."""
    if signed_in() is not None:
        return redirect(_next_page(), 303)
    return _form()


@blueprint.post("/sign-in")
def enter() -> Response | tuple[str, int]:
    """Sign in and go on to the page that was asked for.

    Raises:
        TooManyError: too many failures came from this network address.
    """
    username, password = request.form.get("username", ""), request.form.get("password", "")
    place, instant = client_address(), now()
    with reading() as database:
        credentials = signing_in.look_up(database, username, place, instant)
    checked = signing_in.check_password(credentials, password)
    with runtime().database.writing() as database:
        answer = signing_in.sign_in(database, checked, place, instant)
    if isinstance(answer, SignInRefused):
        return _form(username, answer.message), 401
    with reading() as database:
        visitor = visitor_for(database, answer.account_id, today())
    if visitor is None:
        return _form(username, signing_in.REFUSED), 401
    # What the cookie held before the sign-in is dropped, the form token included: nobody can have prepared it.
    session.clear()
    login_user(SignedIn(answer.token, visitor))  # type: ignore[no-untyped-call]
    return redirect(_next_page(), 303)


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End the session, here and on the server."""
    with writing() as act:
        signing_in.sign_out(act, current_token())
    logout_user()  # type: ignore[no-untyped-call]
    session.clear()
    flash(i18n.gettext("您已退出登录。"), "ok")
    return redirect(url_for("auth.sign_in"), 303)


@blueprint.get("/password")
def password() -> str:
    """The form for a new password; after the first sign-in it is the only page there is."""
    return _password_form(())


@blueprint.post("/password")
def change_password() -> Response | tuple[str, int]:
    """Take the new password; every other session of the account ends."""
    old, new = request.form.get("old", ""), request.form.get("new", "")
    if new != request.form.get("again", ""):
        return _password_form([Problem("again", Text("两次输入的新密码不一致。"))]), 422
    try:
        with writing() as act:
            accounts.change_password(act, old, new, keep_token=current_token())
    except InvalidError as error:
        return _password_form(error.problems), 422
    flash(i18n.gettext("密码已修改。"), "ok")
    return redirect(url_for("home.index"), 303)


@blueprint.post("/language")
def language() -> Response:
    """Show the pages in the other language from now on, on this browser."""
    chosen = request.form.get("language", "")
    response = redirect(_next_page(request.form.get("next")), 303)
    if chosen in LOCALES:
        response.set_cookie(
            i18n.COOKIE, chosen, max_age=YEAR, secure=config().secure_cookies, httponly=True, samesite="Lax"
        )
    return response


def _next_page(asked: str | None = None) -> str:
    return safe_next(asked or request.args.get("next")) or url_for("home.index")


def _form(username: str = "", refusal: Text | None = None) -> str:
    return render_template(
        "auth/sign_in.html",
        next=safe_next(request.args.get("next")),
        username=username[:60],
        refusal=refusal,
        demo_accounts=current_app.config.get("DEMO_ACCOUNTS", ()) if config().demo else (),
    )


def _password_form(problems: Sequence[Problem]) -> str:
    return render_template(
        "auth/password.html",
        problems=problems,
        expired=not current_account().must_change and must_change_password(current_account()),
        days=config().password_days,
        history=passwords.HISTORY,
        min_length=passwords.MIN_LENGTH,
        min_classes=passwords.MIN_CLASSES,
    )
