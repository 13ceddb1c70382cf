"""The county's pages for a fuzzer: people who are signed in, every form that any page offers, what is stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from re import sub
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.county import NewCounty, acting, open_task
from tests.files.samples import PDF
from workflow_app import cases
from workflow_app.act import Act, system_actor
from workflow_app.cases.models import Case, Draft, Seat, Submission, Task
from workflow_app.columns import canonical_json, digest
from workflow_app.database import Base
from workflow_app.definitions.schema import TaskForm
from workflow_app.definitions.schema_fields import Field
from workflow_app.definitions.store import version
from workflow_app.demo import formation
from workflow_app.demo.player import Player
from workflow_app.directory.models import Account
from workflow_app.directory.organisations import create_organisation, found_bureau
from workflow_app.directory.people import create_person
from workflow_app.files.models import StoredFile
from workflow_app.security.sessions import open_session
from workflow_app.security.vault import Vault
from workflow_app.web import create_app

PEOPLE = ("linxiao", "limin", "fangrui", "qiushi", "luoning", "hancheng")
"""Clerk, officer, expert, system administrator, security administrator, auditor."""

PAGES_OF_ONE_SHAPE = 3
"""So many pages that differ in their numbers only are opened in search of forms."""

MAY_GROW = frozenset({"draft", "attempt_counter", "audit_event", "audit_chain", "stored_file", "user_session"})
"""What a refusal may leave: what was typed so far and the files sent with it, and the trace of the attempt."""

_COUNT = "SELECT '{name}' AS name, count(*) AS n FROM \"{name}\""
_COUNTS = " UNION ALL ".join(_COUNT.format(name=table.name) for table in Base.metadata.sorted_tables)


@dataclass(frozen=True)
class PageForm:
    """One form as it stands on a page: who sees it, where it is sent to, its fields with what a person might send."""

    person: str
    page: str
    action: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[str, ...] = ()


@dataclass
class Site:
    """The application on a county with cases in several states."""

    player: Player
    app: Flask
    clients: dict[str, FlaskClient] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def client(self, person: str) -> FlaskClient:
        """A browser in which this person is signed in."""
        if person not in self.clients:
            client = self.app.test_client()
            client.environ_base["REMOTE_ADDR"] = f"10.0.1.{len(self.tokens) + 1}"  # attempts are counted by address
            token = self._open_session(person)
            with client.session_transaction() as kept:
                kept["_user_id"] = token
            self.clients[person] = client
            self.tokens[person] = _token(client.get("/password").text)
        return self.clients[person]

    def sign_out_if_lapsed(self, person: str, answer: TestResponse) -> None:
        """Forget a browser whose session a form has ended: its owner signs in anew."""
        if answer.status_code == 303 and answer.headers["Location"].startswith(("/sign-in", "/password")):
            del self.clients[person]

    def _open_session(self, person: str) -> str:
        """A session without the slow check of a password, also for whom a form has locked, disabled or reset."""
        with self.player.database.writing() as session:
            account = session.scalars(select(Account).where(Account.username == person)).one()
            account.disabled_at, account.locked_until, account.must_change = None, None, False
            return open_session(session, account.bureau_id, account.id, self.player.now)

    def token(self, person: str) -> str:
        """The form token of this person's session."""
        return self.tokens[person]

    def forms(self, people: tuple[str, ...] = PEOPLE) -> list[PageForm]:
        """Every form on every page that these people come to by following links."""
        return [found for person in people for page in self.pages(person) for found in _forms(person, *page)]

    def pages(self, person: str, most: int = PAGES_OF_ONE_SHAPE) -> Iterator[tuple[str, TestResponse]]:
        """The pages that a person comes to by following links, a few of each shape."""
        client, seen, waiting = self.client(person), dict[str, int](), ["/inbox", "/cases?tab=all", "/password"]
        known = set(waiting)
        while waiting:
            address = waiting.pop(0)
            shape = sub(r"\d+", "#", address.partition("?")[0])
            seen[shape] = seen.get(shape, 0) + 1
            if seen[shape] > most:
                continue
            answer = client.get(address)
            if answer.mimetype != "text/html":
                answer.close()
                continue
            yield address, answer
            for link in find(answer.text, "//a/@href"):
                if link.startswith("/") and not link.startswith("/static") and link not in known:
                    known.add(link)
                    waiting.append(link.partition("#")[0])

    def counts(self) -> dict[str, int]:
        """The number of rows of every table, in one statement that is written out once: it is asked very often."""
        with self.player.database.reading() as session:
            return {row.name: row.n for row in session.connection().exec_driver_sql(_COUNTS)}

    def standing(self) -> str:
        """One hash over what acts change in place: cases, tasks and seats."""
        with self.player.database.reading() as session:
            rows = [
                *session.execute(
                    select(Case.id, Case.revision, Case.stage, Case.facts, Case.parties).order_by(Case.id)
                ),
                *session.execute(select(Task.id, Task.revision, Task.closed_at, Task.decision).order_by(Task.id)),
                *session.execute(select(Seat.id, Seat.state, Seat.person_id, Seat.decision).order_by(Seat.id)),
            ]
        return digest(canonical_json([list(row) for row in rows]))

    def unlisted(self) -> list[str]:
        """Every stored answer that the form of its step has no place for."""
        found: list[str] = []
        with self.player.database.reading() as session:
            stored = [
                *session.execute(
                    select(Draft.answers, Task.element, Case.version_id)
                    .join(Task, Task.id == Draft.task_id)
                    .join(Case, Case.id == Task.case_id)
                ),
                *session.execute(
                    select(Submission.answers, Submission.element, Case.version_id).join(
                        Case, Case.id == Submission.case_id
                    )
                ),
            ]
            for answers, element, version_id in stored:
                form = version(session, version_id).form(element)
                found += [f"{element}.{path}" for path in _unlisted(form, answers)]
        return found


def _unlisted(form: TaskForm, answers: Mapping[str, Any]) -> Iterator[str]:
    checks, lines = set(form.checks), {line.key for line in form.evidence}
    nested = {"reasons": checks, "overrides": checks, "evidence": lines}
    fields = {f.key: f for f in form.fields}
    for key, value in answers.items():
        if key in nested:
            yield from (f"{key}.{inner}" for inner in value if inner not in nested[key])
        elif key not in fields and key not in {"decision", "opinion"}:
            yield key
        elif key in fields and fields[key].type == "rows":
            yield from _unlisted_columns(fields[key], value)


def _unlisted_columns(table: Field, rows: list[Mapping[str, Any]]) -> Iterator[str]:
    columns = {column.key for column in table.columns}
    yield from (f"{table.key}.{key}" for row in rows for key in row if key not in columns)


def open_site(county_at: NewCounty) -> Site:
    """E1 with its experts at work, another school's application just filed, a third one begun; and another bureau."""
    player = county_at("reviewed")
    formation.arrange(player, 1, "2026-04-22", "2026-04-24")
    filed = player.start("majun", "group-formation")
    answers = formation.application(
        player, filed, clerk="majun", name="城关教育集团", lead="城关第二小学", members=("东岭镇中心小学", "白鹭湾小学")
    )
    player.do("majun", filed, "apply", answers)
    with acting(player, "limin") as act:
        cases.claim(act, open_task(player, "accept_review", filed).id)
    player.start("linxiao", "group-formation")
    _found_neighbour(player)
    app = create_app(player.config, database=player.database, clock=lambda: player.now)
    return Site(player, app)


def _found_neighbour(player: Player) -> None:
    """Another bureau with a school, a person and a file, whose ids nobody of the county may use."""
    with player.database.writing() as session:
        bureau = found_bureau(
            session,
            player.now,
            code="bailu",
            name="白露县教育局",
            county="白露县",
            document_word="白教",
            policy_profile="003",
        )
        act = Act(session, system_actor(bureau.id), player.now)
        school = create_organisation(act, kind="school", code="school", name="白露县第一小学")
        create_person(act, Vault(player.config.data_key()), organisation_id=school.id, name="邻县教师")
        session.add(
            StoredFile(
                bureau_id=bureau.id, owner="case:1", name="邻县.pdf", media_type="application/pdf", size=len(PDF),
                sha256=digest(PDF), uploaded_by=None, uploaded_at=player.now,
            )
        )  # fmt: skip


def find(page: Any, path: str) -> list[Any]:
    """What an XPath finds in a page, given as its text or as an element of it."""
    found = (html.fromstring(page) if isinstance(page, str) else page).xpath(path)
    assert isinstance(found, list)
    return found


def _token(page: str) -> str:
    (token,) = find(page, "//meta[@name='csrf-token']/@content")
    return str(token)


def _forms(person: str, page: str, answer: TestResponse) -> Iterator[PageForm]:
    for form in find(answer.text, "//form[@method='post']"):
        fields = tuple(_fields(form))
        files = tuple(find(form, ".//input[@type='file']/@name"))
        buttons = [
            (b.get("formaction") or form.get("action") or page, b.get("name"), b.get("value") or "")
            for b in find(form, ".//button")
        ]
        for action, name, value in dict.fromkeys(buttons):
            sent = (*fields, (name, value)) if name else fields
            yield PageForm(person, page, urlsplit(action).path, sent, files)


def _fields(form: Any) -> Iterator[tuple[str, str]]:
    chosen: set[str] = set()
    for entry in find(form, ".//input[@name and not(@type='file')] | .//textarea[@name] | .//select[@name]"):
        name = entry.get("name")
        if entry.tag == "select":
            offered = [str(value) for value in find(entry, ".//option/@value") if value]
            yield name, offered[0] if offered else ""
        elif entry.tag == "textarea":
            yield name, entry.text or "测试填写"
        elif entry.get("type") in {"radio", "checkbox"}:
            if name not in chosen:
                chosen.add(name)
                yield name, entry.get("value") or "on"
        else:
            yield name, entry.get("value") or ""
