"""校园开放日备案, published in the small bureau and driven through the pages as people do it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from werkzeug.test import TestResponse

from tests.conftest import NOW
from tests.web.conftest import Browser, County
from workflow_app.act import Act, system_actor
from workflow_app.cases import CATALOGUE
from workflow_app.database import Database
from workflow_app.definitions.source import read_source
from workflow_app.definitions.store import publish

CONTENT = Path(__file__).parent / "content"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"

APPLICATION = {
    "f-title": "春季校园开放日",
    "f-held_on": "2026-05-20",
    "f-is_public": "yes",
    "f-places": "120",
    "f-guests": "0",
}


def publish_open_day(database: Database, county: County) -> None:
    """Make the process available."""
    with database.writing() as session:
        publish(Act(session, system_actor(county.bureau_id), NOW), read_source("open-day", CONTENT), CATALOGUE)


class Form:
    """The form of a task's page, as a browser without scripts has it."""

    def __init__(self, browser: Browser, task_id: int) -> None:
        self.browser, self.path = browser, f"/tasks/{task_id}"
        self.page = browser.get(self.path)
        assert self.page.status_code == 200, self.page.text
        names = ("csrf_token", "revision", "key")
        self.hidden = {name: self._value(name) for name in names}

    def _value(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.page.text)
        assert found is not None, f"{name} is not on the page"
        return found[1]

    def send(self, values: Mapping[str, Any], *, to: str = "", follow: bool = False) -> TestResponse:
        """Press a button; its name and value stand among the values: ``act``, ``rows-add``."""
        return self.browser.client.post(
            self.path + to,
            data={**self.hidden, **values},
            content_type="multipart/form-data",
            headers={"Referer": f"http://localhost{self.path}"},
            follow_redirects=follow,
        )

    def submit(self, answers: Mapping[str, Any]) -> TestResponse:
        """Press 提交."""
        return self.send({**answers, "act": "submit"})


def begin(browser: Browser) -> int:
    """Start a case; the id of its first task."""
    answer = browser.post("/cases/start/open-day", page="/cases/start")
    assert answer.status_code == 303, answer.text
    return task_in(answer)


def task_in(answer: TestResponse) -> int:
    """The task that an answer leads to."""
    found = re.search(r"/tasks/(\d+)", answer.headers["Location"])
    assert found is not None, answer.headers["Location"]
    return int(found[1])


def file_of(name: str = "方案.pdf", content: bytes = PDF) -> tuple[BytesIO, str]:
    """A file as a form sends it."""
    return BytesIO(content), name


def waiting_task(browser: Browser, case_id: int) -> int:
    """The task that the case's page offers this person."""
    page = browser.get(f"/cases/{case_id}")
    found = re.search(r'href="/tasks/(\d+)"', page.text)
    assert found is not None, page.text
    return int(found[1])


def file_application(browser: Browser, **changes: str) -> int:
    """Apply with a plan; the id of the case."""
    answer = Form(browser, begin(browser)).submit({**APPLICATION, **changes, "upload-evidence.plan": file_of()})
    assert answer.status_code == 303, answer.text
    found = re.search(r"/cases/(\d+)", answer.headers["Location"])
    assert found is not None, answer.headers["Location"]
    return int(found[1])
