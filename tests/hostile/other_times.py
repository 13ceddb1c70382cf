"""Forms that a page offers only at other times than those at which the site's pages are looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import select

from tests.hostile.rules import forms_of_rules
from tests.hostile.site import PageForm, Site
from workflow_app.directory.models import Account, Person

ENTRY = (("change", "joined"), ("role", "member"), ("effective_on", "2026-09-01"), ("reason", "误登"))
CHANGE = (("becomes", "voided"), ("effective_on", "2026-09-01"), ("reason", "误登"))
APPRAISAL = (("total", "79.0"), ("grade", "good"), ("document", "青教体〔2027〕3号"), ("reason", "误登"))
"""Corrections of registers, of which the site's groups have no entry yet."""


def forms_of_other_times(site: Site) -> Iterator[PageForm]:
    """Forms that none of the site's pages shows just now; each by somebody who may send it then."""
    address = site.app.url_map.bind("localhost").build
    yield PageForm("linxiao", "/sign-in", "/sign-in", (("username", "majun"), ("password", "x"), ("next", "/inbox")))
    yield PageForm("limin", "/cases/1", "/cases/1/gates", (("task", "1"), ("check", "groups.size"), ("reason", "理由")))
    end = (("reason", "台账不能登记"),)
    yield PageForm("zhengguodong", "/inbox", address("cases.terminate", {"case_id": 1}), end)
    yield PageForm("linxiao", "/inbox", address("duties.begin", {"duty_id": 1}), (("duty", "1"),))
    yield PageForm("limin", "/inbox", address("incidents.close", {"incident_id": 1}), (("reason", "已处理"),))
    yield PageForm("limin", "/tasks/2", "/tasks/2/draft", (("f-opinion", "同意"), ("f-decision", "accept")))
    yield PageForm("linxiao", "/tasks/1", "/tasks/1/draft", (("f-group_name", "名"), ("f-members", "1")))
    account = address("admin.create_account", {"person_id": _without_account(site)})
    yield PageForm("luoning", "/inbox", account, (("username", "xinren"),))
    yield from _of_invitations(address)
    yield from forms_of_rules(address)
    yield from _of_corrections(address)


def _without_account(site: Site) -> int:
    with site.player.database.reading() as session:
        query = select(Person.id).where(Person.id.not_in(select(Account.person_id))).order_by(Person.id)
        found: int = session.scalars(query.limit(1)).one()
        return found


def _of_corrections(address: Callable[..., str]) -> Iterator[PageForm]:
    for endpoint, who, fields in (
        ("corrections.correct", "zhoumin", ENTRY),
        ("corrections.correct_group_change", "zhoumin", CHANGE),
        ("appraisal_corrections.correct", "zhengguodong", APPRAISAL),
        ("appraisal_corrections.correct_pairing", "zhengguodong", APPRAISAL),
    ):
        yield PageForm(who, "/inbox", address(endpoint, {"entry_id": 1}), fields)


def _of_invitations(address: Callable[..., str]) -> Iterator[PageForm]:
    """Forms of a task that waits for an outsider, which no task of the site does, and of the outsider's own pages."""
    for name, field in (("invite", ("contact", "陈红")), ("make_code", ("x", "")), ("revoke", ("reason", "误发"))):
        yield PageForm("limin", "/inbox", address(f"invitations.{name}", {"task_id": 2}), (field,))
    for name in ("send", "upload", "draft"):
        paper = (("f-paper_received_by", "李敏"), ("f-paper_received_on", "2026-05-13"), ("act", "submit"))
        yield PageForm("limin", "/inbox", address(f"paper.{name}", {"task_id": 2}), paper)
    yield PageForm("linxiao", "/inbox", address("invited.enter"), (("code", "12345678"),))
    for name in ("send", "upload", "draft", "leave"):
        yield PageForm("linxiao", "/inbox", address(f"invited.{name}"), (("f-opinion", "同意"), ("act", "submit")))
