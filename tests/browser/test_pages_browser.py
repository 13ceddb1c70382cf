"""Every page that a person is led to: sound in a real browser, on a desk and on a phone, for all, in one language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT as AXE
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from tests.browser.desk import NARROW, WIDE, Desk, Office, serving
from tests.county import County
from workflow_app.audit.kinds import EventKind
from workflow_app.audit.models import AuditEvent
from workflow_app.cases.models import Case, Submission
from workflow_app.demo import formation
from workflow_app.demo.county import demo_accounts
from workflow_app.demo.player import Player
from workflow_app.directory.models import Bureau, Organisation, Person
from workflow_app.directory.positions import POSITIONS
from workflow_app.files.models import StoredFile
from workflow_app.policy.models import PolicyParameter
from workflow_app.records.models import IssuedRecord

pytestmark = pytest.mark.browser

PEOPLE = {"officer": "limin", "clerk": "linxiao", "expert": "fangrui", "auditor": "hancheng", "deputy": "zhengguodong"}
BESIDE = ("/notices", "/password", "/v", "/cases/1")
"""Pages that no line of the navigation leads to; the case is E1, in which each of the five has a part."""

CODES = re.compile(
    r"[0-9A-Z]{5}(?:-[0-9A-Z]{5}){2}|XXXXX|SHA-256|English|PDF|OFD|DOCX|JPG|PNG|P1-\d{4}-\d{4}"
    r"|(?:[\d.]+ )?(?:B|KB|MB)(?![A-Za-z0-9])|\S+\.pdf|(?<![0-9A-Za-z])[0-9a-f]{8,64}(?![0-9A-Za-z])"
)
"""What is written in Latin letters on a Chinese page too: the other language's name, kinds of files, numbers, codes."""

CLAUSE = re.compile(r"\d{3}·[A-Z]\d\S*|[\u4e00-\u9fff]+(?:法|条例)\d+条")
"""A clause is cited as the law names it."""

READ = """() => {
  document.querySelectorAll('.mark, .ava').forEach((e) => { e.textContent = ''; });
  const words = [document.title, document.body.innerText];
  for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
    document.querySelectorAll(`[${name}]`).forEach((e) => words.push(e.getAttribute(name)));
  document.querySelectorAll('svg text').forEach((e) => words.push(e.textContent));
  return words.join('\\n');
}"""


@pytest.fixture(scope="module")
def busy(chromium: Browser, county_files: County, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """E1 founded; beside it an application that the officer has to examine, and a draft of the clerk's."""
    player = county_files.copy("founded", tmp_path_factory.mktemp("pages") / "county")
    player.at("2026-06-10 09:00")
    other = player.start("majun", "group-formation")
    answers = formation.application(
        player, other, clerk="majun", name="城关第二小学教育集团", lead="城关第二小学", members=("白鹭湾小学",)
    )
    player.do("majun", other, "apply", answers)
    player.start(formation.CLERK, "group-formation")
    player.at("2026-06-10 09:30")
    with serving(chromium, player) as office:
        yield office
    player.database.dispose()


def walk(desk: Desk) -> Iterator[str]:
    """Open the pages of the navigation, the first thing that each of them lists, and the pages beside it."""
    waiting = [*_links(desk.page, ".side nav a"), *BESIDE]
    seen: set[str] = set()
    while waiting:
        address = waiting.pop(0)
        if address in seen or address.endswith(".pdf"):
            continue
        seen.add(address)
        desk.open(address)
        yield address
        waiting += _links(desk.page, "main a.ti")[:1]


def _links(page: Page, selector: str) -> list[str]:
    return [str(link.get_attribute("href")) for link in page.locator(selector).all()]


@pytest.mark.parametrize("username", PEOPLE.values(), ids=PEOPLE)
def test_every_page_is_sound_on_a_desk_and_on_a_phone(busy: Office, username: str) -> None:
    faults: list[str] = []
    with busy.desk(username) as desk:
        for address in walk(desk):
            faults += [f"{address} in Chinese: {word}" for word in latin_words(desk.page)]
            desk.page.evaluate(AXE)
            for width, height in (WIDE, NARROW):
                desk.page.set_viewport_size({"width": width, "height": height})
                faults += [f"{address} at {width}: {fault}" for fault in (*overflow(desk.page), *barriers(desk.page))]
            desk.page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    assert faults == [], "\n".join(faults)


@pytest.mark.parametrize("username", [PEOPLE["officer"], PEOPLE["clerk"], PEOPLE["auditor"]])
def test_every_page_in_english_holds_no_chinese_but_data(busy: Office, username: str) -> None:
    known = data(busy.player)
    faults: list[str] = []
    with busy.desk(username) as desk:
        desk.context.add_cookies([{"name": "language", "value": "en", "url": busy.address}])
        for address in walk(desk):
            faults += [f"{address}: {word}" for word in chinese_words(desk.page, known)]
    assert faults == [], "\n".join(faults)


def overflow(page: Page) -> Iterable[str]:
    """What stands out of the page to the right."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{wide} px too wide"] if wide > 0 else []


def barriers(page: Page) -> Iterable[str]:
    """Serious and critical findings of axe."""
    found: list[dict[str, Any]] = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    grave = [one for one in found if one["impact"] in {"serious", "critical"}]
    return [f"{one['id']} ({one['help']}): {one['nodes'][0]['html'][:160]}" for one in grave]


def latin_words(page: Page) -> list[str]:
    """Words in Latin letters on a page that is in Chinese."""
    words = page.evaluate(READ)
    for code in page.locator("code").all_inner_texts():
        words = words.replace(code, " ")
    return sorted(set(re.findall(r"[A-Za-z]{2,}", CODES.sub(" ", words))))


def chinese_words(page: Page, known: list[str]) -> list[str]:
    """Chinese on a page that is in English, other than what people wrote and what things are called."""
    words = page.evaluate(READ).replace("中文", "")
    for value in known:
        words = words.replace(value, " ")
    return sorted(set(re.findall(r"[\u4e00-\u9fff]+[^\n]*", CLAUSE.sub("", words))))


def data(player: Player) -> list[str]:
    """Everything that people wrote or named, the longest first; what the chains have recorded, and a place is
    called by its section and its position."""
    queries = (
        select(Bureau.name),
        select(Organisation.name),
        select(Organisation.short_name),
        select(Person.name),
        select(Case.title),
        select(IssuedRecord.title),
        select(IssuedRecord.number_text),
        select(StoredFile.name),
        select(PolicyParameter.clause),
        select(AuditEvent.actor_name),
    )
    with player.database.reading() as session:
        found = {str(value) for query in queries for value in session.scalars(query)}
        found |= {position.zh for position in POSITIONS.values()}
        recorded = select(AuditEvent.body).where(AuditEvent.kind == EventKind.CLOCK_STOPPED)
        for value in (*session.scalars(select(Submission.answers)), *session.scalars(recorded)):
            found |= set(_texts(value))
    return sorted(filter(None, found), key=len, reverse=True)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def test_the_five_people_are_of_the_county() -> None:
    assert set(PEOPLE.values()) <= {account.username for account in demo_accounts()}
