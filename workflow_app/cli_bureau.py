"""Setting up a bureau on an empty database: the tenant, its sections, calendar, policy and first administrators."""

from __future__ import annotations

import secrets
from typing import Any

import click
from sqlalchemy import select

from workflow_app import cases
from workflow_app.act import Act, system_actor
from workflow_app.calendar.years import import_year, load_shipped_years
from workflow_app.clock import system_clock
from workflow_app.definitions.source import read_source, slugs
from workflow_app.definitions.store import publish
from workflow_app.directory.accounts import create_account
from workflow_app.directory.holdings import assign_position
from workflow_app.directory.models import Bureau
from workflow_app.directory.organisations import by_code, create_organisation, found_bureau
from workflow_app.directory.people import create_person
from workflow_app.directory.positions import POSITIONS, Position
from workflow_app.errors import NotFoundError
from workflow_app.policy.profiles import load_profile, shipped_profiles
from workflow_app.security.vault import Vault
from workflow_app.terminal import say
from workflow_app.text import Text

SECTIONS = (
    ("office", "办公室"),
    ("personnel", "人事科"),
    ("basic_education", "基础教育科"),
    ("private_education", "学前与民办教育科"),
    ("finance", "计划财务科"),
    ("inspection", "教育督导室"),
    ("safety", "安全管理科"),
    ("legal", "政策法规科"),
    ("training", "教师发展中心"),
    ("party_building", "教育工委党建办公室"),
)
"""The sections that processes name; a bureau renames them as its own are called."""

ADMINISTRATORS = ("system_admin", "security_admin", "audit_admin")


@click.group()
def bureau() -> None:
    """Set up a bureau and its yearly calendar."""


@bureau.command()
@click.option("--code", required=True, help="short code of the bureau, for instance qinghe")
@click.option("--name", required=True, help="full name, for instance 青禾县教育体育局")
@click.option("--county", required=True, help="name of the county, for instance 青禾县")
@click.option("--document-word", required=True, help="first part of document numbers, for instance 青教体")
@click.option("--profile", type=click.Choice(shipped_profiles()), required=True, help="policy profile")
@click.pass_obj
def create(program: Any, code: str, name: str, county: str, document_word: str, profile: str) -> None:
    """Create the bureau with sections, calendar, policy, processes and three administrators.

    Each administrator gets a first password, printed once, that must be changed at the first sign-in.
    """
    vault, now = Vault(program.config.data_key()), system_clock()
    with program.database.writing() as session:
        tenant = found_bureau(
            session, now, code=code, name=name, county=county, document_word=document_word, policy_profile=profile
        )
        act = Act(session, system_actor(tenant.id), now)
        load_profile(act, profile)
        load_shipped_years(act)
        root = by_code(session, tenant.id, "bureau").id
        for section, called in SECTIONS:
            create_organisation(act, kind="section", code=section, name=called, parent_id=root)
        passwords = [_administrator(act, vault, root, code, POSITIONS[position]) for position in ADMINISTRATORS]
        for slug in slugs():
            publish(act, read_source(slug), cases.CATALOGUE)
    say(Text("已建立{name}。三位管理员的初始密码（仅显示一次，首次登录须修改）：", name=name))
    for username, title, password in passwords:
        say(Text("  {title}  {username}  {password}", title=title, username=username, password=password))


def _administrator(act: Act, vault: Vault, root: int, code: str, position: Position) -> tuple[str, Text, str]:
    # Until somebody enters the person's name, the account is called as the position is.
    person = create_person(act, vault, organisation_id=root, name=position.zh)
    assign_position(act, person_id=person.id, organisation_id=root, position=position.code, valid_from=act.today)
    password = f"{secrets.token_urlsafe(9)}-A7"
    username = f"{code}-{position.code.removesuffix('_admin')}"
    create_account(act, person_id=person.id, username=username, password=password)
    return username, position.name, password


@bureau.command("calendar")
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option("--code", required=True, help="code of the bureau")
@click.pass_obj
def import_calendar(program: Any, file: Any, code: str) -> None:
    """Enter the State Council's notice of a further year, as a YAML file like those shipped."""
    with program.database.writing() as session:
        tenant = session.scalars(select(Bureau).where(Bureau.code == code)).one_or_none()
        if tenant is None:
            raise NotFoundError("没有代码为{code}的教育局。", code=code)
        year = import_year(Act(session, system_actor(tenant.id), system_clock()), file.read())
    say(Text("已录入{year}年的节假日安排。", year=year.year))
