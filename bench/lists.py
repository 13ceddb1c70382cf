"""The lists at 1 k, 100 k and 1 M open tasks of one bureau, 5 k of them one's own: statements, server time, indexes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flask.testing import FlaskClient

from bench import product
from bench.crowd import OWN, Crowd
from bench.measure import Figure, Times, quiet
from bench.part import BUDGET, Bench
from bench.stores import POSTGRESQL
from tests.costs import Cost, counting
from tests.plans import PRIMARY_KEY, scans
from workflow_app.cases.inbox import inbox
from workflow_app.clock import local_date
from workflow_app.database import Database
from workflow_app.demo.county import PASSWORD
from workflow_app.web import create_app

SIZES = (1_000, 100_000, 1_000_000)
OFFICER, SCHOOL, LEADER = "limin", "linxiao", "fengjianhua"
LISTS = (
    ("my cases, an officer", OFFICER, "/cases"),
    ("my cases, a school", SCHOOL, "/cases"),
    ("my cases, a school with few", "majun", "/cases"),
    ("all cases, a leader", LEADER, "/cases?tab=all"),
    ("closed cases, an officer", OFFICER, "/cases?tab=closed"),
    ("a number searched in my cases", OFFICER, "/cases?text=BB-1000017"),
    ("a number searched in the inbox", OFFICER, "/inbox?text=BB-1000017"),
    ("what I have done", OFFICER, "/done"),
    ("notices", OFFICER, "/notices"),
    ("register of groups", OFFICER, "/registers/groups"),
)
"""The other lists. Searching looks through the titles of what one may see; an index for it is on the horizon."""


def run(bench: Bench) -> Iterator[Figure]:
    """Each database grows from size to size; what a page costs is taken at each."""
    for name in bench.stores.names:
        config, database = bench.stores.new(name)
        county = product.load(config, database)
        app = create_app(config, database=database, clock=county.moment)
        people = {username: _signed_in(app.test_client(), username) for username in {who for _, who, _ in LISTS}}
        crowd = Crowd(county)
        for size in SIZES[: 2 if bench.quick else 3]:
            crowd.grow(size)
            yield from _inbox(bench, name, size, county, people[OFFICER])
            for what, username, path in LISTS:
                times, cost = _page(bench, database, people[username], path)
                detail = f"{len(cost.statements)} statements"
                yield times.figure(f"{what}, {size:,} open, {name}", detail=detail)
        database.dispose()


def _inbox(bench: Bench, name: str, size: int, county: product.Product, client: FlaskClient) -> Iterator[Figure]:
    where = f"{size:,} open ({min(OWN, size // 2):,} own), {name}"
    times, cost = _page(bench, county.database, client, "/inbox")
    yield times.figure(
        f"inbox page, {where}", BUDGET.page_ms, f"{len(cost.statements)} statements with session and frame"
    )
    with county.database.reading() as session, counting(county.database.engine) as cost:
        page = inbox(session, county.actor(OFFICER), today=local_date(county.player.now))
        assert len(page.rows) == 20
    yield Figure(f"statements of the inbox itself, {where}", len(cost.statements), "", BUDGET.page_statements)
    used = _indexes(county.database, cost)
    astray = sorted(used - {"ix_seat_open_place", "ix_seat_open_person", PRIMARY_KEY})
    # A table of a few pages is read whole by any sound planner; from 100 k on only the partial indexes will do.
    allowed = 1 if name == POSTGRESQL and size < SIZES[1] else 0
    what = f"ways to the seats beside the partial indexes, {where}"
    yield Figure(what, len(astray), "", allowed, detail=", ".join(sorted(used)))


def _indexes(database: Database, cost: Cost) -> set[str]:
    with database.engine.connect() as connection:
        asked = [(sql, values) for sql, values in cost.statements if re.search(r"\bseat\b", sql)]
        assert asked
        return {index for sql, values in asked for index in scans(connection, sql, values, "seat")}


def _page(bench: Bench, database: Database, client: FlaskClient, path: str) -> tuple[Times, Cost]:
    """What a page costs the server, template included; the first two requests only warm the caches."""
    times = Times()
    bench.pace.begin()
    for number in range(-2, bench.rounds(25, 5)):
        with quiet(), counting(database.engine) as cost:
            timed = Times()
            with timed.one():
                answer = client.get(path)
        assert answer.status_code == 200, path
        if number >= 0:
            times.seconds += timed.seconds
            bench.pace.glance()
            if sum(times.seconds) > 5:
                break  # A page that grows with the table is shown by its first few requests.
    return times, cost


def _signed_in(client: FlaskClient, username: str) -> FlaskClient:
    found = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/sign-in").text)
    assert found is not None
    form = {"csrf_token": found[1], "username": username, "password": PASSWORD}
    answer = client.post("/sign-in", data=form, headers={"Referer": "http://localhost/sign-in"})
    assert answer.status_code == 303
    return client
