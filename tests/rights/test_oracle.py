"""Thousands of random pairs of a person and a case against an independent oracle, on lists and on pages alike (G-24).

How many is said in ``amount.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.county import County
from tests.databases import Databases
from tests.rights.amount import MATTERS, PEOPLE, ROUNDS, SEED
from tests.rights.crowded import places, store
from tests.rights.strangers import Crowd, Matter, draw
from workflow_app.act import Actor
from workflow_app.cases.access import readable_case
from workflow_app.cases.inbox import inbox
from workflow_app.cases.lists import CaseTab, done_by_me, my_cases
from workflow_app.cases.models import Case
from workflow_app.cases.task_form import readable_file, task_form
from workflow_app.demo.player import Player
from workflow_app.directory.actors import actor_for
from workflow_app.errors import ConflictError, ForbiddenError, NotFoundError
from workflow_app.security.sessions import open_session
from workflow_app.web import create_app

pytestmark = pytest.mark.sweep

PAGES = 60
"""Pairs of each round that are asked for over HTTP as well."""


@pytest.fixture(scope="module", params=range(ROUNDS))
def crowded(
    request: pytest.FixtureRequest,
    county_files: County,
    databases: Databases,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Player, Crowd, Random]]:
    """The county with a crowd in it, which the tests only look at; the seed is said where one fails."""
    print(f"WORKFLOW_APP_RIGHTS_SEED={SEED} round {request.param} of {ROUNDS}")  # noqa: T201 - to repeat a failure
    random = Random(f"{SEED}:{request.param}")  # noqa: S311 - to be repeated, not to be secret
    player = county_files.copy("accepted", tmp_path_factory.mktemp("crowded") / "county")
    player.work_until(player.now)
    crowd = draw(random, places(player), PEOPLE, MATTERS, player.now.date())
    store(player, crowd)
    yield player, crowd, random
    player.database.dispose()
    databases.drop(player.database.url)


def _opens(read: object, *args: object) -> bool:
    try:
        read(*args)  # type: ignore[operator]
    except NotFoundError:
        return False
    except (ForbiddenError, ConflictError):
        return True
    return True


def _listed(session: Session, actor: Actor, crowd: Crowd, tab: CaseTab, text: str | None = None) -> list[int]:
    """The cases on all pages of a list."""
    found, after = list[int](), None
    while True:
        page = my_cases(session, actor, today=crowd.today, tab=tab, text=text, after=after, limit=7)
        found += [line.case_id for line in page.lines]
        if (after := page.next_after) is None:
            return found


def _drawn(crowd: Crowd, ids: list[int]) -> set[int]:
    """Those that were drawn; the county's own worked case is nobody's here."""
    assert len(ids) == len(set(ids)), "a case stands twice on a list"
    return set(ids) & {matter.id for matter in crowd.matters}


def test_what_is_seen_is_what_the_rule_says(crowded: tuple[Player, Crowd, Random]) -> None:
    player, crowd, random = crowded
    with player.database.reading() as session:
        for who, person in enumerate(crowd.people):
            actor = actor_for(session, person.account, crowd.today)
            for matter in crowd.matters:
                expected = crowd.sees(who, matter)
                assert _opens(readable_case, session, actor, matter.id) == expected, (person, matter)
                if random.random() < 0.8:
                    continue
                assert _opens(task_form, session, actor, matter.task) == expected, (person, matter)
                if not expected:
                    assert not _opens(readable_file, session, actor, matter.file), (person, matter)


def test_lists_show_what_can_be_opened_and_nothing_else(crowded: tuple[Player, Crowd, Random]) -> None:
    player, crowd, random = crowded
    with player.database.reading() as session:
        for who, person in enumerate(crowd.people):
            actor = actor_for(session, person.account, crowd.today)
            seen = {matter.id: matter for matter in crowd.matters if crowd.sees(who, matter)}
            assert _drawn(crowd, _listed(session, actor, crowd, "all")) == seen.keys(), person
            running = {ident for ident, matter in seen.items() if not matter.closed}
            assert _drawn(crowd, _listed(session, actor, crowd, "running")) == running
            assert _drawn(crowd, _listed(session, actor, crowd, "closed")) == seen.keys() - running
            wanted = random.choice(crowd.matters)
            found = _listed(session, actor, crowd, "all", text=_number(session, wanted))
            assert found == ([wanted.id] if wanted.id in seen else []), (person, wanted)
            done = [row.case_id for row in done_by_me(session, actor, limit=500).rows]
            answered = [m.id for m in seen.values() for chair in m.chairs if chair.done_by == who]
            assert sorted(done) == sorted(answered), person
            _compare_inbox(session, actor, crowd, who)


def _number(session: Session, matter: Matter) -> str:
    return session.get_one(Case, matter.id).number


def _compare_inbox(session: Session, actor: Actor, crowd: Crowd, who: int) -> None:
    page = inbox(session, actor, today=crowd.today, limit=500)
    ours = {matter.task for matter in crowd.matters}
    shown = [row.task_id for row in page.rows if row.task_id in ours]
    waiting = [matter.task for matter in crowd.matters for _ in crowd.awaits(who, matter)]
    assert sorted(shown) == sorted(waiting), crowd.people[who]
    assert page.counts["all"] == min(len(page.rows), 100), "the tab counts what the list shows"
    for matter in crowd.matters:
        assert matter.task not in shown or crowd.sees(who, matter), (crowd.people[who], matter)


def test_pages_and_their_links_follow_the_same_rule(crowded: tuple[Player, Crowd, Random]) -> None:
    player, crowd, random = crowded
    app = create_app(player.config, database=player.database, clock=lambda: player.now)
    for _ in range(PAGES):
        who, matter = random.randrange(PEOPLE), random.choice(crowd.matters)
        client = _client(app.test_client(), player, crowd, who)
        expected = 200 if crowd.sees(who, matter) else 404
        for path in (f"/cases/{matter.id}", f"/records/{matter.record}.pdf"):
            with client.get(path) as answer:
                assert answer.status_code == expected, (path, crowd.people[who], matter)
    for who in random.sample(range(PEOPLE), 8):
        client = _client(app.test_client(), player, crowd, who)
        for page in ("/cases?tab=all", "/inbox", "/done", "/registers/groups"):
            for link in set(re.findall(r'href="(/(?:cases|tasks|files|records)/\d+[^"]*)"', client.get(page).text)):
                with client.get(link) as answer:
                    assert answer.status_code in {200, 409, 403}, (page, link, crowd.people[who])
                    assert answer.status_code != 403 or link.startswith("/tasks/"), (page, link, crowd.people[who])


def _client(client: FlaskClient, player: Player, crowd: Crowd, who: int) -> FlaskClient:
    """A browser of this person, without the work of a sign-in."""
    person = crowd.people[who]
    with player.database.writing() as session:
        token = open_session(session, person.bureau + 1, person.account, player.now)
    with client.session_transaction() as kept:
        kept["_user_id"] = token
    return client


def test_the_rule_is_of_some_use(crowded: tuple[Player, Crowd, Random]) -> None:
    """The crowd is mixed: sight and its absence are both common, and so are all the reasons for it."""
    _, crowd, _ = crowded
    pairs = [crowd.sees(who, matter) for who in range(PEOPLE) for matter in crowd.matters]
    assert 0.05 < sum(pairs) / len(pairs) < 0.6
