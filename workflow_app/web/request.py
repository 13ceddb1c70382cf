"""What a view may ask of the running request: who acts, what time it is, and the two ways into the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from flask import Flask, current_app, g, request
from flask_login import UserMixin, current_user
from sqlalchemy.orm import Session

from workflow_app.act import Act, Actor
from workflow_app.cases.invited import Guest
from workflow_app.clock import Clock, local_date
from workflow_app.config import Config
from workflow_app.database import Database
from workflow_app.directory.actors import Visitor
from workflow_app.errors import ForbiddenError
from workflow_app.files.store import FileStore
from workflow_app.security.vault import Vault
from workflow_app.security.vault import use as use_vault
from workflow_app.typed import whole_number

EXTENSION = "workflow_app"


@dataclass(frozen=True)
class Runtime:
    """What ``create_app`` was given, and what it made of the settings."""

    config: Config
    database: Database
    clock: Clock
    files: FileStore
    vault: Vault


@dataclass(frozen=True)
class SignedIn(UserMixin):
    """The signed-in person of this request, as Flask-Login holds it."""

    token: str
    visitor: Visitor

    def get_id(self) -> str:
        """What the signed cookie keeps: the token of the session, not the person, so that the server can end it."""
        return self.token


def install(app: Flask, config: Config, database: Database, clock: Clock) -> None:
    """Keep the parts where requests find them."""
    vault = Vault(config.data_key())
    use_vault(vault)
    app.extensions[EXTENSION] = Runtime(config, database, clock, FileStore(config.data / "files"), vault)
    app.secret_key = config.secret_key()


def runtime() -> Runtime:
    """The settings, database and clock of this application."""
    runtime: Runtime = current_app.extensions[EXTENSION]
    return runtime


def config() -> Config:
    """The settings."""
    return runtime().config


def file_store() -> FileStore:
    """Where the bytes of evidence and records lie."""
    return runtime().files


def vault() -> Vault:
    """What seals and opens personal values."""
    return runtime().vault


def now() -> datetime:
    """The present instant, in UTC, by the application's clock."""
    return runtime().clock()


def today() -> date:
    """The county's date."""
    return local_date(now())


def signed_in() -> Visitor | None:
    """The signed-in person, or None on pages that are open to everyone."""
    user = current_user._get_current_object()
    return user.visitor if isinstance(user, SignedIn) else None


def current_guest() -> Guest | None:
    """The invited outsider on the pages that are theirs, or None on all others."""
    guest: Guest | None = g.get("guest")
    return guest


def current_account() -> Visitor:
    """The signed-in person's account.

    Raises:
        ForbiddenError: nobody is signed in.
    """
    visitor = signed_in()
    if visitor is None:
        raise ForbiddenError("请先登录。")
    return visitor


def current_actor() -> Actor:
    """Whoever is signed in, or is inside by invitation, as the services know them; on the pages for paper answers,
    whoever is signed in at the seat of the outside organisation.

    Raises:
        ForbiddenError: nobody is.
    """
    guest = current_guest()
    if guest is not None:
        return guest.actor
    standing_in: Actor | None = g.get("stand_in")
    return standing_in or current_account().actor


def current_token() -> str:
    """The token of the session that this request belongs to; only the sign-out and the password need it."""
    user = current_user._get_current_object()
    if not isinstance(user, SignedIn):
        raise ForbiddenError("请先登录。")
    return user.token


def sent_number(field: str) -> int | None:
    """The whole number, such as an id, in a field of the form that was sent; None for all else."""
    return whole_number(request.form.get(field))


def asked_number(name: str) -> int | None:
    """The whole number that the address asks for, such as the id after which a list goes on; None for all else."""
    return whole_number(request.args.get(name))


def asked_words(name: str) -> str | None:
    """The words that the address asks for, such as those of a search."""
    return request.args.get(name, "").strip()[:60] or None


def client_address() -> str:
    """The network address of the browser, by which attempts are counted."""
    return request.remote_addr or ""


@contextmanager
def reading() -> Iterator[Session]:
    """A session for a page; it cannot write. What is read inside of the block, such as for the frame, is read in it."""
    session: Session | None = g.get("reading")
    if session is not None:
        yield session
        return
    with runtime().database.glancing() as session:
        g.reading = session
        try:
            yield session
        finally:
            del g.reading


@contextmanager
def writing() -> Iterator[Act]:
    """An act by the signed-in person, now: leaving the block commits, raising rolls back."""
    actor, instant = current_actor(), now()
    with runtime().database.writing() as session:
        yield Act(session, actor, instant)
