"""Every page in a real browser, on a desk and on a phone, in both languages: for everybody, and nothing sticks out.

The pages are found by asking the application which addresses answer which reader, so a new page is looked at by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT as AXE
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.browser.desk import NARROW, WIDE, Desk, Office, serving
from tests.county import County
from tests.web.site import app_of, signed_in_there
from tests.web.test_languages import READERS, addresses
from workflow_app.cases.models import Case, Incident
from workflow_app.demo import formation
from workflow_app.demo.player import Player
from workflow_app.directory.models import Organisation, Person
from workflow_app.registers.pairing_models import Pairing, PairingActivity, PairingIndicator

pytestmark = pytest.mark.browser

LANGUAGES = ("zh", "en")
LONG = "青禾县第二小学和东岭镇中心小学以及白鹭湾小学三校联合一体化办学的紧密型教育集团筹备委员会"
"""A name of more than forty characters."""
LONGEST_WORD = "Qinghe-International-Experimental-School-of-Languages"

SMALLEST_TARGET = 24
"""Pixels in either direction (WCAG 2.2, 2.5.8); a link within a sentence is exempt."""

TARGETS = """(least) => Array.from(document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary')).filter((e) => {
  if (e.closest('[aria-hidden=true], .sr, .skip') || e.matches('.skip')) return false;
  if (!e.checkVisibility({opacityProperty: false, visibilityProperty: true})) return false;
  const style = getComputedStyle(e);
  if (e.tagName === 'A' && style.display === 'inline' && e.closest('p, dd, .hint, .sub, .legend, .note')) return false;
  const spot = ['radio', 'checkbox', 'file'].includes(e.type) ? e.closest('label, .drop') || e : e;
  const box = spot.getBoundingClientRect();
  return box.width > 0 && (box.width < least || box.height < least);
}).map((e) => e.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def busy(chromium: Browser, county_files: County, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """E1 founded; beside it applications that wait, a draft, an incident; and somebody has very long names."""
    player = county_files.copy("founded", tmp_path_factory.mktemp("pages") / "county")
    player.at("2026-06-10 09:00")
    other = player.start("majun", "group-formation")
    lead, members = "城关第二小学", ("白鹭湾小学",)
    answers = formation.application(player, other, clerk="majun", name=LONG, lead=lead, members=members)
    player.do("majun", other, "apply", answers)
    player.do("limin", other, "accept_review", {"decision": "accept"})
    player.start(formation.CLERK, "group-formation")
    player.at("2026-06-10 09:30")
    with player.database.writing() as session:
        session.execute(update(Case).where(Case.id == other).values(title=f"组建{LONG}{LONGEST_WORD}"))
        session.execute(update(Organisation).where(Organisation.name == lead).values(name=LONG[:40]))
        session.execute(update(Person).where(Person.name == "李敏").values(name="古丽米热·阿卜杜热合曼"))
        _pair(session, player)
        session.add(Incident(bureau_id=1, case_id=other, kind="case_stuck", detail="x" * 200, opened_at=player.now))
    with serving(chromium, player) as office:
        yield office
    player.database.dispose()


def _pair(session: Session, player: Player) -> None:
    """A pairing with a target and an activity, so that its page is looked at, too."""
    sides = {"recipient_id": player.organisation("石桥村小学"), "helper_id": player.organisation("白鹭湾小学")}
    common = {"bureau_id": 1, "case_id": 1, "recorded_at": player.now}
    term = {"starts_on": player.now.date(), "ends_on": player.now.date(), "people": 1, "goals": LONG}
    pairing = Pairing(kind="school_pair", **sides, **term, **common)
    session.add(pairing)
    session.flush()
    held = {"held_on": player.now.date(), "form": "delivery", "content": LONG + LONGEST_WORD, "photos": 1}
    told = {"logged_by_id": sides["helper_id"], "confirmed_by_id": sides["recipient_id"]}
    target = {"indicator": "quality", "base": "66", "target": "76", "due_on": held["held_on"]}
    session.add(
        PairingActivity(
            pairing_id=pairing.id, heads=18, hours="2.0", confirmed_on=player.now.date(), **held, **told, **common
        )
    )
    session.add(PairingIndicator(pairing_id=pairing.id, **target, **common))


@pytest.fixture(scope="module")
def pages(busy: Office) -> Mapping[str, list[str]]:
    """By reader, the pages that nobody before is shown; the page of a case differs by what its reader may see."""
    app = app_of(busy.player)
    seen, found = set[object](), dict[str, list[str]]()
    for username in READERS.values():
        browser = signed_in_there(app, username)
        for address in addresses(app, busy.player, missing=False):
            endpoint, _ = app.url_map.bind("").match(address.partition("?")[0])
            sight = username if username in {"linxiao", "fangrui"} and address == "/cases/1" else ""
            key = (address, sight) if endpoint in {"cases.show", "tasks.show"} else endpoint
            if key in seen:
                continue
            answer = browser.get(address)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                seen.add(key)
                found.setdefault(username, []).append(address)
            answer.close()
    return found


@pytest.mark.parametrize("username", READERS.values(), ids=READERS)
def test_every_page_is_sound_on_a_desk_and_on_a_phone(
    busy: Office, pages: Mapping[str, list[str]], username: str
) -> None:
    faults: list[str] = []
    with busy.desk(username) as desk:
        for address in pages.get(username, []):
            faults += [f"{address} {fault}" for fault in _faults(desk, busy, address)]
    assert faults == [], "\n".join(faults)


def test_the_pages_before_the_sign_in_are_sound(busy: Office) -> None:
    with busy.desk() as desk:
        faults = [f"{address} {fault}" for address in ("/sign-in", "/v") for fault in _faults(desk, busy, address)]
    assert faults == [], "\n".join(faults)


def _faults(desk: Desk, office: Office, address: str) -> Iterator[str]:
    """What is wrong with a page in either language and on either screen."""
    for language in LANGUAGES:
        desk.context.add_cookies([{"name": "language", "value": language, "url": office.address}])
        desk.page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
        desk.open(address)
        desk.page.evaluate(AXE)
        for width, height in (WIDE, NARROW):
            desk.page.set_viewport_size({"width": width, "height": height})
            for fault in (*overflow(desk.page), *barriers(desk.page), *small_targets(desk.page)):
                yield f"in {language} at {width}: {fault}"


def overflow(page: Page) -> Iterable[str]:
    """What stands out of the page to the right."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{wide} px too wide"] if wide > 0 else []


def barriers(page: Page) -> Iterable[str]:
    """Whatever axe finds, grave or not."""
    found: list[dict[str, Any]] = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    return [f"{one['impact']} {one['id']} ({one['help']}): {one['nodes'][0]['html'][:160]}" for one in found]


def small_targets(page: Page) -> Iterable[str]:
    """What can be pressed but hardly hit."""
    found: list[str] = page.evaluate(TARGETS, SMALLEST_TARGET)
    return [f"smaller than {SMALLEST_TARGET} px: {one}" for one in found]


def test_a_refused_form_says_so_without_a_script(busy: Office) -> None:
    with busy.desk("limin", script=False) as desk:
        desk.open_task("教育集团", "初审")
        desk.page.get_by_role("button", name="提交", exact=True).press("Enter")
        summary = desk.page.get_by_role("alert")
        expect(summary).to_contain_text("请选择结论")
        summary.get_by_role("link", name="请选择结论").press("Enter")
        expect(desk.group("结论")).to_be_in_viewport()
        desk.answered(422)


def test_paper_carries_the_page_without_what_only_a_screen_needs(busy: Office) -> None:
    with busy.desk("limin") as desk:
        desk.open("/cases/1")
        desk.page.emulate_media(media="print")
        for hidden in (".top", ".side", ".tabbar", ".skip"):
            expect(desk.page.locator(hidden)).to_be_hidden()
        expect(desk.page.get_by_role("heading", name="办理过程")).to_be_visible()
        assert list(overflow(desk.page)) == []
