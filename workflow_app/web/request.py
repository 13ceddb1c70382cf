"""What a view may ask of the running request: who acts, what time it is, and the two ways into the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from flask import Flask, current_app
from flask_login import UserMixin, current_user
from sqlalchemy.orm import Session

from workflow_app.act import Act, Actor
from workflow_app.clock import Clock, local_date
from workflow_app.config import Config
from workflow_app.database import Database
from workflow_app.errors import ForbiddenError

EXTENSION = "workflow_app"


@dataclass(frozen=True)
class Runtime:
    """What ``create_app`` was given."""

    config: Config
    database: Database
    clock: Clock


@dataclass(frozen=True)
class SignedIn(UserMixin):
    """The signed-in person of this request: who acts, and what the frame of the page shows of them."""

    token: str  # the server-side session; what Flask-Login keeps in the signed cookie
    actor: Actor
    username: str
    language: str
    must_change: bool
    bureau_name: str
    organisation_name: str

    def get_id(self) -> str:
        """What Flask-Login stores: the token, not the person, so that the server can end the session."""
        return self.token


def install(app: Flask, config: Config, database: Database, clock: Clock) -> None:
    """Keep the parts where requests find them."""
    app.extensions[EXTENSION] = Runtime(config, database, clock)
    app.secret_key = config.secret_key()


def runtime() -> Runtime:
    """The settings, database and clock of this application."""
    runtime: Runtime = current_app.extensions[EXTENSION]
    return runtime


def config() -> Config:
    """The settings."""
    return runtime().config


def now() -> datetime:
    """The present instant, in UTC, by the application's clock."""
    return runtime().clock()


def today() -> date:
    """The county's date."""
    return local_date(now())


def signed_in() -> SignedIn | None:
    """The signed-in person, or None on pages that are open to everyone."""
    user = current_user._get_current_object()
    return user if isinstance(user, SignedIn) else None


def current_account() -> SignedIn:
    """The signed-in person's account.

    Raises:
        ForbiddenError: nobody is signed in.
    """
    user = signed_in()
    if user is None:
        raise ForbiddenError("请先登录。")
    return user


def current_actor() -> Actor:
    """Whoever is signed in, as the services know a person.

    Raises:
        ForbiddenError: nobody is signed in.
    """
    return current_account().actor


@contextmanager
def reading() -> Iterator[Session]:
    """A session for a page; it cannot write."""
    with runtime().database.reading() as session:
        yield session


@contextmanager
def writing() -> Iterator[Act]:
    """An act by the signed-in person, now: leaving the block commits, raising rolls back."""
    actor, instant = current_actor(), now()
    with runtime().database.writing() as session:
        yield Act(session, actor, instant)
