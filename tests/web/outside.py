"""征求外地意见, published in the small bureau: a case that waits for an outside bureau, and who comes in there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.web.conftest import Browser, County, NewBrowser, Time
from tests.web.open_day import PDF
from workflow_app import cases
from workflow_app.act import Act, system_actor
from workflow_app.audit.models import AuditChain, AuditEvent
from workflow_app.calendar.years import load_shipped_years
from workflow_app.cases import CATALOGUE
from workflow_app.cases.models import Case, Task
from workflow_app.clock import local_date
from workflow_app.config import Config
from workflow_app.database import Database
from workflow_app.definitions.source import read_source
from workflow_app.definitions.store import publish
from workflow_app.directory.actors import actor_for
from workflow_app.directory.models import Account
from workflow_app.files.store import FileStore
from workflow_app.files.upload import upload
from workflow_app.policy.profiles import load_profile

CONTENT = Path(__file__).parent / "content"
PARTNER, CONTACT = "深圳市福田区教育局", "陈红"
PROPOSAL = {
    "topic": "对口帮扶协议征求意见",
    "partner": PARTNER,
    "contact": CONTACT,
    "phone": "13800138000",
    "evidence": {"agreement": []},
}
REMARK = "协议金额须再核。"


@dataclass
class Outside:
    """The bureau with one case that waits for the outside bureau, and the browsers of both."""

    database: Database
    config: Config
    county: County
    time: Time
    new_browser: NewBrowser
    case_id: int = 0
    agreement: int = 0
    minutes: int = 0

    def ask(self) -> None:
        """Start the case and take it to the step of the outside bureau."""
        with self.database.writing() as session:
            act = Act(session, system_actor(self.county.bureau_id), self.time.now)
            load_profile(act, "003")
            load_shipped_years(act)
            publish(act, read_source("partner-opinion", CONTENT), CATALOGUE)
        with self.database.writing() as session:
            self.case_id = cases.start_case(self.act(session), "partner-opinion").case_id
        self.agreement, self.minutes = self.file("协议草案.pdf"), self.file("研究记录.pdf")
        self.do("propose", {**PROPOSAL, "evidence": {"agreement": [self.agreement]}})
        self.do("remark", {"opinion": REMARK, "evidence": {"minutes": [self.minutes]}})

    def act(self, session: Session, username: str = "limin") -> Act:
        """An act of somebody of the bureau, now."""
        account_id = session.scalars(select(Account.id).where(Account.username == username)).one()
        return Act(session, actor_for(session, account_id, local_date(self.time.now)), self.time.now)

    def do(self, element: str, answers: Mapping[str, Any]) -> None:
        """Let the officer answer a step."""
        with self.database.writing() as session:
            task = self._task(session, element)
            cases.complete_task(self.act(session), task.id, task.revision, answers, f"key-{task.id}")

    def file(self, name: str) -> int:
        """Let the officer upload a file; its id."""
        with self.database.writing() as session:
            chain = session.get_one(AuditChain, session.get_one(Case, self.case_id).chain_id)
            store, owner = FileStore(self.config.data / "files"), f"case:{self.case_id}"
            act = self.act(session)
            return upload(act, store, owner, name, PDF, allowed=("pdf",), max_bytes=2**20, chain=chain).id

    @property
    def task_id(self) -> int:
        """The task that waits for the outside bureau."""
        with self.database.reading() as session:
            return self._task(session, "reply").id

    def _task(self, session: Session, element: str) -> Task:
        waiting = select(Task).where(Task.case_id == self.case_id, Task.element == element, Task.closed_at.is_(None))
        return session.scalars(waiting).one()

    def invite(self, contact: str = CONTACT) -> str:
        """Make a link as its page does; where it leads."""
        with self.database.writing() as session:
            return f"/invitation/{cases.invite(self.act(session), self.task_id, contact)}"

    def code(self) -> str:
        """Make a code as its page does."""
        with self.database.writing() as session:
            return cases.make_code(self.act(session), self.task_id)

    def revoke(self) -> None:
        """Take the invitation back."""
        with self.database.writing() as session:
            cases.revoke(self.act(session), self.task_id, "联系人已调离。")

    def guest(self) -> Guest:
        """Somebody who has been invited and has come in."""
        guest = Guest(self.new_browser(), self.invite())
        assert guest.enter(self.code()).location == "/invited"
        return guest

    def events(self, *kinds: str) -> list[AuditEvent]:
        """The events of some kinds in the case's chain."""
        with self.database.reading() as session:
            query = select(AuditEvent).join(Case, Case.chain_id == AuditEvent.chain_id)
            found = query.where(Case.id == self.case_id, AuditEvent.kind.in_(kinds)).order_by(AuditEvent.seq)
            events = list(session.scalars(found))
            session.expunge_all()
            return events


@dataclass
class Guest:
    """An outsider's browser at a link."""

    browser: Browser
    link: str

    def enter(self, code: str) -> TestResponse:
        """Open the link and give a code."""
        door = self.browser.get(self.link)
        assert (door.status_code, door.location) == (303, "/invitation")
        return self.browser.post("/invitation", page="/invitation", code=code)

    def page(self) -> str:
        """The task's page."""
        answer = self.browser.get("/invited")
        assert answer.status_code == 200, answer.location
        return answer.text

    def send(self, values: Mapping[str, Any], *, to: str = "", page: str | None = None) -> TestResponse:
        """Press a button of the form, on the page as it is now or as it was."""
        html = page or self.page()
        names = ("csrf_token", "revision", "key")
        hidden = {name: re.findall(rf'name="{name}" value="([^"]*)"', html)[-1] for name in names}
        return self.browser.client.post(
            f"/invited{to}",
            data={**hidden, **values},
            content_type="multipart/form-data",
            headers={"Referer": "http://localhost/invited"},
        )
