"""Checks of the database and of what is stored in it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from workflow_app import health, migrate
from workflow_app.audit.models import AuditEvent
from workflow_app.calendar.models import CalendarYear
from workflow_app.cases.models import Incident
from workflow_app.clock import local_date
from workflow_app.columns import Instant
from workflow_app.database import Base
from workflow_app.definitions.models import Definition, DefinitionVersion
from workflow_app.definitions.source import read_source, slugs
from workflow_app.demo.county import PASSWORD, demo_accounts
from workflow_app.directory.models import Account, Bureau, Person
from workflow_app.directory.people import masked
from workflow_app.doctor.finding import Finding, Place, fine
from workflow_app.security.passwords import verify_password
from workflow_app.security.vault import UnreadableValueError, Vault
from workflow_app.text import Text, listed
from workflow_app.typed import HIGHEST_ID

MOST_DRIFT = timedelta(seconds=60)
"""How far the clocks of server and database may be apart: deadlines are counted in days."""
CALENDAR_MONTH = 11
"""The State Council tells the next year's days off at the beginning of November; from then on they are missed."""


def database(place: Place) -> Finding:
    """The database answers; an embedded one that is not there is not made by looking for it."""
    url = make_url(place.config.database_url)
    shown = url.render_as_string(hide_password=True)
    missing = Finding(
        "fault",
        Text("数据库{url}无法访问，或尚未建立", url=shown),
        Text("请核对WORKFLOW_APP_DATABASE_URL和数据库服务；新安装请先运行workflow-app upgrade。"),
    )
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        return missing
    return fine(Text("数据库{url}可以访问", url=shown)) if health.answers(place.database) else missing


def schema(place: Place) -> Finding:
    """The tables are those of this program."""
    try:
        present, newest = migrate.revisions(place.database)
    except SQLAlchemyError:
        return Finding("fault", Text("无法读取数据库结构版本"), Text("请先使数据库可以访问。"))
    if present == newest:
        return fine(Text("数据库结构为最新版本{revision}", revision=newest))
    return Finding(
        "fault",
        Text("数据库结构为版本{present}，程序需要{newest}", present=present or "0", newest=newest),
        Text("请停止程序、备份，再运行workflow-app upgrade；若数据库较新，请改用较新的程序。"),
    )


def clock(place: Place, session: Session) -> Finding:
    """Our clock and the database's agree, and neither was set back."""
    theirs = session.scalar(select(func.current_timestamp(type_=Instant)))
    assert theirs is not None
    drift = abs(theirs - place.now)
    advice = Text("请在所有服务器上启用时间同步（NTP）。")
    if drift > MOST_DRIFT:
        seconds = f"{drift.total_seconds():.0f}"
        return Finding("fault", Text("本机与数据库的时钟相差{seconds}秒", seconds=seconds), advice)
    last = session.scalar(select(AuditEvent.at).order_by(AuditEvent.id.desc()).limit(1))
    if last is not None and last > place.now + MOST_DRIFT:
        return Finding("fault", Text("最近一条审计记录的时间在将来，时钟可能被拨回过"), advice)
    return fine(Text("时钟一致"))


def definitions(place: Place, session: Session) -> Finding:  # noqa: ARG001 - signature of every check
    """Every bureau works with the processes that this program ships."""
    shipped = {slug: read_source(slug).content_hash for slug in slugs()}
    published = session.execute(
        select(Bureau.code, Definition.slug, DefinitionVersion.content_hash)
        .join(Definition, Definition.bureau_id == Bureau.id)
        .join(DefinitionVersion, DefinitionVersion.id == Definition.current_version_id)
    ).all()
    current = {(code, slug): content_hash for code, slug, content_hash in published}
    codes = session.scalars(select(Bureau.code).order_by(Bureau.code)).all()
    if not codes:
        return Finding("warning", Text("还没有建立教育局"), Text("请运行workflow-app bureau create。"))
    behind = [f"{code} {slug}" for code in codes for slug in shipped if current.get((code, slug)) != shipped[slug]]
    if behind:
        return Finding(
            "warning",
            Text("流程与程序自带的不同：{names}", names=listed(behind)),
            Text("刚升级的，请运行workflow-app process publish；本局自行修改的，无需处理。"),
        )
    return fine(Text("{count}个流程已发布，与程序自带的一致", count=len(shipped)))


def calendar(place: Place, session: Session) -> Finding:
    """The days off of this year are entered, and from November on those of the next."""
    today = local_date(place.now)
    wanted = [today.year] if today.month < CALENDAR_MONTH else [today.year, today.year + 1]
    entered = {
        (bureau_id, year) for bureau_id, year in session.execute(select(CalendarYear.bureau_id, CalendarYear.year))
    }
    bureaus = session.execute(select(Bureau.id, Bureau.name).order_by(Bureau.id)).all()
    missing = [f"{name} {year}" for bureau_id, name in bureaus for year in wanted if (bureau_id, year) not in entered]
    if missing:
        return Finding(
            "warning",
            Text("没有录入节假日安排：{years}", years=listed(missing)),
            Text("请用workflow-app bureau calendar录入；在此之前按周一至周五计算，期限标为暂定。"),
        )
    return fine(Text("工作日历已录入到{year}年", year=wanted[-1]))


def demo_data(place: Place, session: Session) -> Finding:
    """Nobody can sign in with the published password of the demonstration."""
    if place.config.demo:
        return fine(Text("演示方式，密码公开，不得用于正式环境"))
    names = [account.username for account in demo_accounts()]
    hashes = select(Account.username, Account.password_hash).where(
        Account.username.in_(names), Account.disabled_at.is_(None)
    )
    for username, stored in session.execute(hashes.order_by(Account.username)):
        if verify_password(stored, PASSWORD):
            return Finding(
                "fault",
                Text("正式环境中有演示账号，密码是公开的：{name}", name=username),
                Text("请换用空的数据库；演示请用workflow-app demo run。"),
            )
    return fine(Text("没有演示账号"))


def data_key(place: Place, session: Session) -> Finding:
    """The key of the sensitive values is the one that they were sealed with."""
    person = session.scalars(select(Person).where(Person.phone_encrypted.is_not(None)).limit(1)).one_or_none()
    if person is None:
        return fine(Text("还没有加密的内容"))
    path = place.config.data / "keys" / "data.key"
    try:
        masked(Vault(bytes.fromhex(path.read_text())), person)
    except (OSError, ValueError, UnreadableValueError):
        return Finding(
            "fault",
            Text("密钥{path}不能解开库中的加密内容", path=str(path)),
            Text("请放回原来的密钥；换了密钥，电话和证件号码就再也读不出来。"),
        )
    return fine(Text("加密内容可以解开"))


def ids(place: Place, session: Session) -> Finding:  # noqa: ARG001 - signature of every check
    """No table has given half of its ids away; the highest of each is found by the primary key."""
    tables = [table for table in Base.metadata.sorted_tables if "id" in table.c]
    highest = select(*(select(func.max(table.c.id)).scalar_subquery() for table in tables))
    filled = {t.name: number for t, number in zip(tables, session.execute(highest).one(), strict=True) if number}
    full = [name for name, number in sorted(filled.items()) if number > HIGHEST_ID // 2]
    if full:
        return Finding(
            "warning",
            Text("编号已用去一半以上的表：{names}", names=listed(full)),
            Text("请与程序的维护者联系，在编号用完之前换用更长的编号。"),
        )
    return fine(Text("编号充足，最多的表用到{highest}", highest=max(filled.values(), default=0)))


def incidents(place: Place, session: Session) -> Finding:
    """Nobody waits for an administrator."""
    count, oldest = session.execute(
        select(func.count(), func.min(Incident.opened_at)).where(Incident.closed_at.is_(None))
    ).one()
    if count:
        days = max((place.now - oldest).days, 0)
        return Finding(
            "warning",
            Text("有{count}项异常未处理，最早的已{days}天", count=count, days=days),
            Text("请在“异常”页面处理。"),
        )
    return fine(Text("没有未处理的异常"))
