"""Each fault of a database is planted, and the doctor sees it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from tests.conftest import NOW
from workflow_app.act import Act, system_actor
from workflow_app.audit import append
from workflow_app.calendar.models import CalendarYear
from workflow_app.calendar.years import load_shipped_years
from workflow_app.cases.models import Incident
from workflow_app.clock import system_clock
from workflow_app.config import Config
from workflow_app.definitions.models import Definition, DefinitionVersion
from workflow_app.definitions.source import read_source, slugs
from workflow_app.demo.county import PASSWORD, demo_accounts
from workflow_app.directory.models import Account, Bureau, Organisation
from workflow_app.directory.people import create_person
from workflow_app.doctor import Finding, Place, stored
from workflow_app.security.passwords import hash_password
from workflow_app.security.vault import Vault


def _says(finding: Finding, state: str, words: str) -> None:
    assert (finding.state, words in str(finding.message)) == (state, True), finding
    assert (finding.advice is None) == (state == "fine")


def _at(config: Config, instant: datetime) -> Place:
    return Place(config, lambda: instant)


@pytest.mark.parametrize("url", ["sqlite:////nowhere/at/all.db", "postgresql+psycopg://officer:secret@127.0.0.1:1/x"])
def test_a_database_that_is_not_there(config: Config, url: str) -> None:
    place = Place(replace(config, database_url=url), lambda: NOW)
    finding = stored.database(place)
    _says(finding, "fault", "无法访问")
    assert "secret" not in str(finding.message)
    if "postgresql" in url:
        _says(stored.schema(place), "fault", "无法读取")
        place.close()


def test_a_schema_of_another_program(place: Place) -> None:
    _says(stored.database(place), "fine", "可以访问")
    _says(stored.schema(place), "fine", "最新版本")
    with place.database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    _says(stored.schema(place), "fault", "数据库结构为版本9999，程序需要")
    with place.database.writing() as session:
        session.execute(text("DELETE FROM alembic_version"))
    _says(stored.schema(place), "fault", "数据库结构为版本0，程序需要")


def test_clocks_that_differ_or_were_set_back(config: Config, act: Act) -> None:
    session, now = act.session, system_clock()
    _says(stored.clock(_at(config, now), session), "fine", "时钟一致")
    _says(stored.clock(_at(config, now + timedelta(minutes=5)), session), "fault", "相差")
    append(Act(session, act.actor, now + timedelta(hours=1)), "policy", "case_closed", "task:1", {"outcome": "x"})
    session.flush()
    _says(stored.clock(_at(config, now), session), "fault", "在将来")


def test_processes_that_are_not_published(place: Place, act: Act, bureau: Bureau) -> None:
    session = act.session
    _says(stored.definitions(place, session), "warning", f"qinghe {slugs()[0]}")
    for slug in slugs():
        _publish(session, bureau.id, slug, read_source(slug).content_hash)
    _says(stored.definitions(place, session), "fine", f"{len(slugs())}个流程已发布")
    _publish(session, bureau.id, slugs()[0], "0" * 64)
    _says(stored.definitions(place, session), "warning", f"qinghe {slugs()[0]}")


def test_a_database_without_a_bureau(place: Place) -> None:
    with place.database.reading() as session:
        _says(stored.definitions(place, session), "warning", "还没有建立教育局")


def test_a_year_whose_days_off_are_not_entered(config: Config, act: Act) -> None:
    load_shipped_years(act)
    session, year = act.session, 2026
    _says(stored.calendar(_at(config, _noon(date(year, 10, 31))), session), "fine", "2026年")
    _says(stored.calendar(_at(config, _noon(date(year, 11, 1))), session), "warning", "青禾县教育体育局 2027")
    session.execute(delete(CalendarYear).where(CalendarYear.year == year))
    _says(stored.calendar(_at(config, _noon(date(year, 3, 1))), session), "warning", "青禾县教育体育局 2026")


def test_an_account_with_the_published_password(place: Place, act: Act, bureau: Bureau) -> None:
    session, username = act.session, demo_accounts()[0].username
    _says(stored.demo_data(place, session), "fine", "没有演示账号")
    person = _person(act, Vault(place.config.data_key()))
    session.add(
        Account(
            bureau_id=bureau.id,
            person_id=person,
            username=username,
            password_hash=hash_password(PASSWORD),
            password_changed_at=NOW,
        )
    )
    session.flush()
    finding = stored.demo_data(place, session)
    _says(finding, "fault", username)
    assert PASSWORD not in str(finding)
    demonstration = Place(replace(place.config, demo=True), lambda: NOW)
    _says(stored.demo_data(demonstration, session), "fine", "演示方式")
    session.execute(update(Account).values(password_hash=hash_password("Another-2026")))
    _says(stored.demo_data(place, session), "fine", "没有演示账号")
    session.execute(update(Account).values(password_hash=hash_password(PASSWORD), disabled_at=NOW))
    _says(stored.demo_data(place, session), "fine", "没有演示账号")


def test_a_data_key_that_is_not_the_one_of_the_data(place: Place, act: Act) -> None:
    _says(stored.data_key(place, act.session), "fine", "还没有加密的内容")
    _person(act, Vault(place.config.data_key()), phone="13812345678")
    _says(stored.data_key(place, act.session), "fine", "可以解开")
    key = place.config.data / "keys" / "data.key"
    key.write_text("0" * 64)
    _says(stored.data_key(place, act.session), "fault", "不能解开")
    key.unlink()
    _says(stored.data_key(place, act.session), "fault", "不能解开")


def test_ids_that_run_out(place: Place, act: Act) -> None:
    """Half of those that PostgreSQL has for a table."""
    session = act.session
    _says(stored.ids(place, session), "fine", "编号充足")
    incident = Incident(id=2**30 - 1, bureau_id=1, kind="x", detail="x", opened_at=NOW)
    session.add(incident)
    session.flush()
    _says(stored.ids(place, session), "fine", "最多的表用到1073741823")
    incident.id += 1
    session.flush()
    _says(stored.ids(place, session), "warning", "一半以上的表：incident")


def test_incidents_that_wait(place: Place, act: Act) -> None:
    _says(stored.incidents(place, act.session), "fine", "没有未处理的异常")
    for days in (3, 1):
        opened = NOW - timedelta(days=days)
        act.session.add(Incident(bureau_id=act.bureau_id, kind="job_failed", detail="x", opened_at=opened))
    act.session.flush()
    _says(stored.incidents(place, act.session), "warning", "有2项异常未处理，最早的已3天")
    act.session.execute(update(Incident).values(closed_at=NOW))
    _says(stored.incidents(place, act.session), "fine", "没有未处理的异常")


def _noon(day: date) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00+08:00")


def _publish(session: Session, bureau_id: int, slug: str, content_hash: str) -> None:
    definition = session.scalars(select(Definition).where(Definition.slug == slug)).one_or_none()
    number = 1 if definition is None else 2
    if definition is None:
        definition = Definition(bureau_id=bureau_id, slug=slug)
        session.add(definition)
        session.flush()
    version = DefinitionVersion(
        bureau_id=bureau_id,
        definition_id=definition.id,
        number=number,
        content_hash=content_hash,
        bundle={},
        engine_version="3.2.0",
        published_at=NOW,
        published_by="系统",
    )
    session.add(version)
    session.flush()
    definition.current_version_id = version.id
    session.flush()


def _person(act: Act, vault: Vault, phone: str | None = None) -> int:
    doer = Act(act.session, system_actor(act.bureau_id), act.now)
    home = Organisation(
        bureau_id=act.bureau_id, kind="bureau", code="bureau", name="局", short_name="局", active_from=NOW.date()
    )
    act.session.add(home)
    act.session.flush()
    return create_person(doer, vault, organisation_id=home.id, name="张三", phone=phone).id
