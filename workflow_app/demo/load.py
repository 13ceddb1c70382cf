"""Filling an empty database with the demonstration: the county, the processes, and cases in different states."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from workflow_app import cases
from workflow_app.act import Act, system_actor
from workflow_app.clock import Clock
from workflow_app.config import Config
from workflow_app.database import Database
from workflow_app.definitions.source import read_source, slugs
from workflow_app.definitions.store import publish
from workflow_app.demo import (
    appraisal,
    charter,
    formation,
    further,
    group_change,
    group_year,
    mentoring,
    midterm,
    pairing_years,
    pairings,
)
from workflow_app.demo.county import load_county
from workflow_app.demo.older_group import years as older_group
from workflow_app.demo.player import Player, moment, play_in_order
from workflow_app.directory.models import Bureau
from workflow_app.records.numbering import set_next
from workflow_app.security.vault import Vault

EARLIER = "2024-03-01 08:00"
"""The moment at which the county's history in the product begins."""
FOUNDED = "2026-03-01 08:00"
"""Where the history of the worked cases alone begins."""
YEAR_UNDER_WAY = "2026-11-01 00:00"
"""From then on the demonstration shows the autumn of the group as well (worked case E3)."""
SCHOOL_LEAVING = "2027-05-01 00:00"
"""From then on 石桥村小学 has been allowed to leave with the school year (worked case E3)."""
YEAR_APPRAISED = "2027-08-01 00:00"
"""From then on it shows the group's appraisal of that school year, too."""
FIRST_REPLY = 12
"""The counter of 青教体复 starts here, by an audited act (worked case E1)."""


def is_loaded(database: Database) -> bool:
    """Whether the database holds a bureau already."""
    with database.reading() as session:
        return session.scalars(select(Bureau.id).limit(1)).first() is not None


def load_foundation(config: Config, database: Database, began: str = FOUNDED) -> Player:
    """County, policy, calendar and published processes, without cases; the player who can go on from there."""
    now = moment(began)
    with database.writing() as session:
        bureau_id = load_county(session, Vault(config.data_key()), now)
        act = Act(session, system_actor(bureau_id), now)
        for slug in slugs():
            publish(act, read_source(slug), cases.CATALOGUE)
        year = moment(FOUNDED).year
        set_next(act, "青教体复", year, FIRST_REPLY, f"{year}年此前已以纸质方式编发11号")
    return Player(config, database, now)


def load_demo(config: Config, database: Database, clock: Clock) -> None:
    """The whole demonstration: two years of a pairing and of a group, worked case E1, and cases under way today."""
    player = load_foundation(config, database, EARLIER)
    play_in_order(player, pairing_years.STEPS, older_group.STEPS)
    now = clock() - timedelta(minutes=5)
    is_checked = now >= moment(midterm.SHOWN_FROM)
    if is_checked:
        midterm.agree(player)
    founded = formation.found(player)
    older_group.spring(player)
    formation.file_charter(player, founded)
    if now >= moment(YEAR_UNDER_WAY):
        pairing = pairings.agree(player)
        mentoring.play(player)
        pairing_years.renew(player)
        older_group.summer(player)
        group_year.begin_year(player)
        older_group.september(player)
        group_year.go_on(player)
        mentoring.arrive(player)
        pairing_years.go_on(player)
        charter.play(player)
        charter.play_on(player)
        pairings.show(player, pairing)
        pairing_years.wait(player)
        older_group.october(player)
    if is_checked:
        midterm.play(player)
    if now >= moment(SCHOOL_LEAVING):
        group_change.leaving(player).play()
    if now >= moment(YEAR_APPRAISED):
        appraisal.play(player)
    further.play(player, now)
    if is_checked:
        pairing_years.report_from_afar(player)
    group_year.open_duties(player)
