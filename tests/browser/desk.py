"""A person at a computer without a mouse: one browser of their own, keys alone, no waiting by the clock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from types import TracebackType
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, FilePayload, Locator, Page, expect
from werkzeug.serving import make_server

from tests.browser import keys
from tests.chromium import PATIENCE
from workflow_app.demo.county import PASSWORD
from workflow_app.demo.evidence import sample_pdf
from workflow_app.demo.player import Player
from workflow_app.web import create_app

WIDE, NARROW = (1440, 900), (390, 844)
"""The two screens on which every page is looked at: a desk and a phone."""

TOO_MANY_TO_SHOW = 12
"""A list of more names than this gets a filter above it."""


@dataclass(frozen=True)
class Office:
    """The product served in this process on a county, at the moment at which the player stands."""

    browser: Browser
    player: Player
    address: str

    def desk(
        self, username: str | None = None, *, screen: tuple[int, int] = WIDE, language: str = "zh", script: bool = True
    ) -> Desk:
        """A fresh browser; with a user name, signed in."""
        desk = Desk(self, screen, language, script)
        if username is not None:
            desk.open("/")
            desk.sign_in(username)
        return desk

    @property
    def now(self) -> str:
        """The moment, as a reader of the test writes it."""
        return self.player.now.isoformat()


@contextmanager
def serving(browser: Browser, player: Player) -> Iterator[Office]:
    """Serve a county on a free port of this machine until the block is left."""
    app = create_app(player.config, database=player.database, clock=lambda: player.now)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, name="office")
    thread.start()
    try:
        yield Office(browser, player, f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def paper(title: str, name: str | None = None) -> FilePayload:
    """A small sound PDF to be uploaded."""
    return FilePayload(name=f"{name or title}.pdf", mimeType="application/pdf", buffer=sample_pdf(title))


def label(words: str) -> re.Pattern[str]:
    """The label of a field, with or without the mark of what is required."""
    return re.compile(rf"^\s*{re.escape(words)}\s*\*?\s*$")


class Desk:
    """One browser. Whatever the page says to its console as an error is kept in ``faults``."""

    def __init__(self, office: Office, screen: tuple[int, int], language: str, script: bool) -> None:
        self._office = office
        width, height = screen
        self.context = office.browser.new_context(
            base_url=office.address,
            viewport={"width": width, "height": height},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            java_script_enabled=script,
        )
        self.context.set_default_timeout(PATIENCE)
        if language != "zh":
            self.context.add_cookies([{"name": "language", "value": language, "url": office.address}])
        self.faults: list[str] = []
        self.page = self.tab()

    def __enter__(self) -> Desk:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.context.close()
        if kind is None:
            assert self.faults == []

    def tab(self) -> Page:
        """Another tab of the same browser."""
        page = self.context.new_page()
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        # While somebody listens, the browser asks the test for files; to begin anew for each may come too late.
        page.on("filechooser", lambda _: None)
        return page

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.faults.append(f"{self.page.url}: {message.text}")

    def answered(self, status: int) -> None:
        """Expect that a request was answered with this refusal, which the browser notes as an error of its own."""
        expected = [fault for fault in self.faults if f"status of {status}" in fault]
        assert expected
        self.faults = [fault for fault in self.faults if fault not in expected]

    # ---------- going somewhere ----------

    def press(self, target: Locator) -> None:
        """Go to a link or a button with the Tab key and press Enter."""
        keys.press(self.page, target)

    def open(self, path: str) -> None:
        """Go to an address of the product."""
        self.page.goto(path)

    def sign_in(self, username: str) -> None:
        """Type name and password, and press Enter."""
        self.write(self.page.get_by_label("用户名", exact=True), username)
        self.write(self.page.get_by_label("密码", exact=True), PASSWORD)
        self.page.keyboard.press("Enter")
        expect(self.page.locator("details.who")).to_be_visible()

    def open_task(self, title: str, step: str) -> None:
        """From the list of tasks to the form of one step."""
        if urlsplit(self.page.url).path != "/inbox":
            self.open("/inbox")
        row = self.page.get_by_role("row").filter(has_text=title).filter(has_text=step)
        self.press(row.get_by_role("link", name=title).first)
        expect(self.page.get_by_role("heading", name=step, exact=True)).to_be_visible()
        # The page is to be seen before its script is there; what is asked and searched comes with the script.
        self.page.wait_for_load_state()

    def open_case(self, title: str) -> None:
        """From the list of cases to the page of one."""
        self.open("/cases?tab=all")
        self.press(self.page.get_by_role("link", name=title))
        expect(self.page.get_by_role("heading", name="到哪了")).to_be_visible()

    # ---------- filling in ----------

    def group(self, title: str, within: Locator | None = None) -> Locator:
        """A group of inputs by its title: a question with options, a table, a place for files."""
        return (within or self.page.locator("#task-form")).get_by_role("group", name=label(title))

    def field(self, title: str, within: Locator | None = None) -> Locator:
        """An input by its label."""
        return (within or self.page.locator("#task-form")).get_by_label(label(title))

    def write(self, field: Locator, words: str) -> None:
        """Go to a field and type over what stands there."""
        keys.go_to(self.page, field)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(words)

    def fill(self, title: str, words: str, within: Locator | None = None) -> None:
        """Type into a field."""
        self.write(self.field(title, within), words)

    def date(self, title: str, day: str) -> None:
        """Type a day."""
        keys.type_date(self.page, self.field(title), day)
        expect(self.field(title)).to_have_value(day)

    def choose(self, title: str, *options: str, within: Locator | None = None) -> None:
        """Go to options and choose them."""
        group = self.group(title, within)
        for option in options:
            box = group.get_by_label(re.compile(rf"^\s*{re.escape(option)}")).first
            keys.tick(self.page, box)
            expect(box).to_be_checked()

    def pick(self, title: str, name: str, within: Locator | None = None) -> None:
        """Narrow a long list down by a name, and take what is left with the arrow key."""
        select = self.field(title, within)
        search = select.locator("xpath=preceding-sibling::input[@type='search']")
        self.write(search, name)
        keys.go_to(self.page, select)
        self.page.keyboard.press("ArrowDown")
        expect(select.locator("option:checked")).to_contain_text(name)

    def row(self, table: str, number: int) -> Locator:
        """A row of a table, counted from 0; it is added if it is not there yet."""
        rows = self.group(table).locator("fieldset.line")
        while (count := rows.count()) <= number:
            self.press(self.group(table).get_by_role("button", name="增加一行"))
            expect(rows).to_have_count(count + 1)
            expect(rows.nth(count).locator(":focus")).to_have_count(1)
        return rows.nth(number)

    def upload(self, place: str, file: FilePayload) -> None:
        """Choose a file for one place of the checklist; it is uploaded at once."""
        slot = self.group(place)
        keys.go_to(self.page, slot.locator("input[type=file]"))
        with self.page.expect_file_chooser() as chooser:
            self.page.keyboard.press("Enter")
        chooser.value.set_files(file)
        expect(slot.get_by_role("link", name=file["name"])).to_be_visible()
        assert slot.evaluate("e => e.contains(document.activeElement)"), "the cursor has lost its place"

    def remove(self, place: str, name: str) -> None:
        """Take a file out of one place of the checklist."""
        file = self.group(place).get_by_role("listitem").filter(has_text=name)
        self.press(file.get_by_role("button", name="移除"))
        expect(file).to_have_count(0)

    def submit(self, step: str) -> None:
        """Press the button; the product says that the step has been taken."""
        self.press(self.page.get_by_role("button", name="提交", exact=True))
        expect(self.page.get_by_role("status").filter(has_text=f"“{step}”已提交。")).to_be_visible()

    def decide(self, decision: str, opinion: str = "") -> None:
        """Take a decision, with an opinion."""
        self.choose("结论", decision)
        if opinion:
            self.fill("意见", opinion)
