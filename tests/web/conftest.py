"""Fixtures for pages: a small bureau with people who can sign in, the application, a browser without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.conftest import NOW
from workflow_app.config import Config, from_environment
from workflow_app.database import Database
from workflow_app.directory.models import Account, Bureau, Organisation, Person, PositionHolding
from workflow_app.security.passwords import hash_password
from workflow_app.web import create_app

if TYPE_CHECKING:
    from tests.web.outside import Outside

PASSWORD = "Test-Passw0rd"
HASH = hash_password(PASSWORD)
SINCE = date(2020, 1, 1)


@dataclass
class Time:
    """A clock that a test sets."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class County:
    """The ids of the small bureau: organisations and people by code."""

    bureau_id: int
    organisations: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)


@pytest.fixture
def config(tmp_path: Path, database: Database) -> Config:
    """Settings as on one machine, with keys of their own."""
    return from_environment({"WORKFLOW_APP_DATA": str(tmp_path), "WORKFLOW_APP_DATABASE_URL": database.url})


@pytest.fixture
def time() -> Time:
    """The application's clock, standing at NOW until a test moves it."""
    return Time()


def enrol(
    session: Session, county: County, username: str, name: str, place: str, position: str, *, must_change: bool = False
) -> None:
    """A person with a position and an account; everybody's password is the same."""
    organisation_id = county.organisations[place]
    person = Person(bureau_id=county.bureau_id, organisation_id=organisation_id, name=name)
    session.add(person)
    session.flush()
    county.people[username] = person.id
    session.add_all(
        [
            PositionHolding(
                bureau_id=county.bureau_id,
                person_id=person.id,
                organisation_id=organisation_id,
                position=position,
                valid_from=SINCE,
            ),
            Account(
                bureau_id=county.bureau_id,
                person_id=person.id,
                username=username,
                password_hash=HASH,
                must_change=must_change,
                password_changed_at=NOW,
            ),
        ]
    )


@pytest.fixture
def county(database: Database) -> County:
    """A bureau with two sections and two schools, and one person for each kind of reader."""
    with database.writing() as session:
        bureau = Bureau(
            code="qinghe", name="青禾县教育体育局", county="青禾县", document_word="青教体", policy_profile="003"
        )
        session.add(bureau)
        session.flush()
        county = County(bureau.id)
        for code, kind, name in (
            ("bureau", "bureau", "青禾县教育体育局"),
            ("basic_education", "section", "基础教育科"),
            ("office", "section", "办公室"),
            ("school_1", "school", "青禾县第一中学"),
            ("school_2", "school", "青禾县第二中学"),
        ):
            row = Organisation(bureau_id=bureau.id, kind=kind, code=code, name=name, short_name=name, active_from=SINCE)
            session.add(row)
            session.flush()
            county.organisations[code] = row.id
        for username, name, place, position in (
            ("limin", "李敏", "basic_education", "section_officer"),
            ("wangfang", "王芳", "school_1", "school_clerk"),
            ("zhaolei", "赵磊", "school_2", "school_clerk"),
            ("auditor", "周正", "office", "auditor"),
            ("newcomer", "陈新", "basic_education", "section_officer"),
        ):
            enrol(session, county, username, name, place, position, must_change=username == "newcomer")
    return county


@pytest.fixture
def app(config: Config, database: Database, county: County, time: Time) -> Flask:
    """The application on the small bureau."""
    app = create_app(config, database=database, clock=time)
    app.testing = True
    return app


class Browser:
    """A browser without scripts: it keeps cookies, and sends a form with the token that the page gave it."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **headers: str) -> TestResponse:
        """Open a page."""
        return self.client.get(path, headers=headers)

    def token(self, page: str = "/sign-in") -> str:
        """The form token of a page."""
        html = self.client.get(page, follow_redirects=True).text
        found = re.search(r'name="csrf-token" content="([^"]+)"', html)
        assert found is not None, html
        return found[1]

    def post(self, path: str, page: str = "/sign-in", follow: bool = False, **values: str) -> TestResponse:
        """Send a form that stood on a page."""
        return self.client.post(
            path,
            data={"csrf_token": self.token(page), **values},
            headers={"Referer": f"http://localhost{page}"},
            follow_redirects=follow,
        )

    def sign_in(self, username: str, password: str = PASSWORD, *, then: str | None = None) -> TestResponse:
        """Sign in, optionally with a page to return to."""
        path = "/sign-in" if then is None else f"/sign-in?next={then}"
        return self.post(path, username=username, password=password)


NewBrowser = Callable[[], Browser]


@pytest.fixture
def new_browser(app: Flask) -> NewBrowser:
    """Makes browsers."""
    return lambda: Browser(app.test_client())


@pytest.fixture
def browser(new_browser: NewBrowser) -> Browser:
    """A browser that nobody has signed in with."""
    return new_browser()


@pytest.fixture
def officer(browser: Browser) -> Browser:
    """A browser that 李敏 of 基础教育科 has signed in with."""
    assert browser.sign_in("limin").status_code == 303
    return browser


@pytest.fixture
def clerk(new_browser: NewBrowser) -> Browser:
    """A browser that 王芳 of 第一中学 has signed in with."""
    return signed_in(new_browser, "wangfang")


@pytest.fixture
def stranger(new_browser: NewBrowser) -> Browser:
    """A browser that 赵磊 of 第二中学, who has no part in the case, has signed in with."""
    return signed_in(new_browser, "zhaolei")


@pytest.fixture
def auditor(new_browser: NewBrowser) -> Browser:
    """A browser that the auditor has signed in with."""
    return signed_in(new_browser, "auditor")


@pytest.fixture
def staff(database: Database, county: County) -> County:
    """The small bureau with a system administrator and a security administrator."""
    with database.writing() as session:
        enrol(session, county, "qiushi", "邱实", "office", "system_admin")
        enrol(session, county, "luoning", "罗宁", "office", "security_admin")
    return county


@pytest.fixture
def system(staff: County, new_browser: NewBrowser) -> Browser:
    """The system administrator's browser."""
    return signed_in(new_browser, "qiushi")


@pytest.fixture
def security(staff: County, new_browser: NewBrowser) -> Browser:
    """The security administrator's browser."""
    return signed_in(new_browser, "luoning")


def signed_in(new_browser: NewBrowser, username: str) -> Browser:
    """A browser that somebody has signed in with."""
    browser = new_browser()
    assert browser.sign_in(username).status_code == 303
    return browser


@pytest.fixture
def outside(database: Database, config: Config, county: County, time: Time, new_browser: NewBrowser) -> Outside:
    """A case that waits for the outside bureau."""
    from tests.web.outside import Outside  # it is about the browsers of this file

    outside = Outside(database, config, county, time, new_browser)
    outside.ask()
    return outside
