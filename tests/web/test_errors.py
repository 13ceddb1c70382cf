"""Refusals say what happened and what to do, in the reader's language, as a page or as JSON; nothing leaks."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from tests.web.conftest import Browser
from workflow_app import errors
from workflow_app.audit.models import AuditEvent
from workflow_app.content import content_root
from workflow_app.database import Database
from workflow_app.errors import InvalidError, Problem, WorkflowError
from workflow_app.text import Text


@pytest.fixture
def failing(app: Flask, officer: Browser) -> Browser:
    """A browser on an application with addresses that fail in every way."""
    failures: dict[str, Exception] = {
        "forbidden": errors.ForbiddenError("该任务由{name}办理。", name="<b>王芳</b>"),
        "missing": errors.NotFoundError(),
        "conflict": errors.ConflictError("李敏 已于 10:42 办结本任务：同意"),
        "invalid": InvalidError(problems=[Problem("members.0.school", Text("请选择学校。"))]),
        "many": errors.TooManyError("请{minutes}分钟后再试。", minutes=15),
        "down": errors.UnavailableError("存储空间不足。"),
        "database": OperationalError("SELECT secret", {}, Exception("password=hunter2")),
        "bug": RuntimeError("hunter2"),
    }

    def fail(kind: str) -> str:
        raise failures[kind]

    app.testing = False
    app._got_first_request = False
    app.add_url_rule("/fail/<kind>", "fail", fail)
    return officer


@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        ("forbidden", 403, "该任务由"),
        ("missing", 404, "没有找到该内容，或您无权查看。"),
        ("conflict", 409, "李敏 已于 10:42 办结本任务：同意"),
        ("invalid", 422, "有1处需要更正。"),
        ("many", 429, "请15分钟后再试。"),
        ("down", 503, "存储空间不足。"),
        ("database", 503, "暂时连接不上数据库"),
        ("bug", 500, "本次操作没有保存"),
    ],
)
def test_each_refusal_has_its_status_and_words(failing: Browser, kind: str, status: int, words: str) -> None:
    page = failing.get(f"/fail/{kind}")
    assert page.status_code == status
    assert words in page.text
    assert "hunter2" not in page.text
    assert "SELECT" not in page.text
    script = failing.get(f"/fail/{kind}", **{"X-Requested-With": "fetch"})
    assert script.status_code == status
    assert script.json is not None
    assert words in script.json["message"]


def test_values_in_a_message_are_escaped(failing: Browser) -> None:
    page = failing.get("/fail/forbidden").text
    assert "<b>王芳" not in page
    assert "&lt;b&gt;王芳" in page


def test_a_script_learns_which_field_is_wrong(failing: Browser) -> None:
    answer = failing.get("/fail/invalid", **{"X-Requested-With": "fetch"})
    assert answer.json is not None
    assert answer.json["problems"] == [{"field": "members.0.school", "message": "请选择学校。"}]


def test_the_number_of_a_failure_is_in_the_log(failing: Browser, caplog: pytest.LogCaptureFixture) -> None:
    page = failing.get("/fail/bug").text
    reference = next(r.args[0] for r in caplog.records if isinstance(r.args, tuple))
    assert str(reference) in page


def test_an_unknown_address_and_a_wrong_method(officer: Browser) -> None:
    missing = officer.get("/nowhere")
    assert missing.status_code == 404
    assert "没有找到" in missing.text
    wrong = officer.client.get("/sign-out")
    assert wrong.status_code == 405
    assert wrong.headers["Allow"] == "OPTIONS, POST" or "POST" in wrong.headers["Allow"]


def test_errors_are_in_the_language_that_was_chosen(failing: Browser) -> None:
    failing.client.set_cookie("language", "en")
    for kind in ("missing", "bug", "database"):
        page = failing.get(f"/fail/{kind}").text
        assert 'lang="en"' in page
        assert not any("\u4e00" <= c <= "\u9fff" for c in page.split("<h1>")[1].split("</section>")[0])


def test_a_denied_access_is_recorded(failing: Browser, database: Database) -> None:
    failing.get("/fail/forbidden")
    failing.get("/fail/conflict")
    with database.reading() as session:
        denied = session.scalars(select(AuditEvent).where(AuditEvent.kind == "access_denied")).all()
        assert [event.body["path"] for event in denied] == ["/fail/<kind>"], "what was typed is not kept"


def test_every_refusal_has_a_heading() -> None:
    from workflow_app.web.errors import HEADINGS

    statuses = {c.status for c in vars(errors).values() if isinstance(c, type) and issubclass(c, WorkflowError)}
    assert statuses <= HEADINGS.keys()


def test_every_form_that_is_sent_names_its_address() -> None:
    """Without, it goes to where the page was: with the mark of the skip link, which takes the focus from the errors."""
    forms = [
        (path.name, form)
        for path in (content_root() / "templates").rglob("*.html")
        for form in re.findall(r'<form[^>]*method="post"[^>]*>', path.read_text())
    ]
    assert len(forms) > 30
    assert [found for found in forms if "action=" not in found[1]] == []
